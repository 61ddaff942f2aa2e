# SPDX-License-Identifier: GPL-2.0-only
"""What others put around the binary's lines on their way into a log: LAVA's records, a time stamp
and a name before each line, the "# " of kselftest's runner.

Which of these a log has is decided once, by most of the lines that only the binary prints. A line
without them is somebody else's then: nobody's result, but possibly the rest of one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from fixtures.problem import Problem
from report.log import ROW_ID
from report.problem import FOREIGN

# Terminal control: colours, cursor movements. Firmware is fond of them.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[78=>c])")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# By the name under which a person knows the stamp; most are in brackets with some programs.
_STAMPS = {
    "date and time": rf"[0-9]{{4}}[-/][0-9]{{2}}[-/][0-9]{{2}}[T ]{_CLOCK}"
                     r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?: [0-9a-f]{2}[OE])?",
    "day and time": rf"(?:[A-Z][a-z]{{2}} )?{_MONTH} [ 0-9][0-9] {_CLOCK}(?: [0-9]{{4}})?",
    "time": _CLOCK,
    "seconds": r"[0-9]{1,9}\.[0-9]{3,9} [0-9]{1,9}\.[0-9]{3,9}",
}
_ANY = "|".join(_STAMPS.values())
# syslog's: machine, program and process.
_TAG = r"[^\s:\[\]]+ [^\s:\[\]]+(?:\[[0-9]+\])?:"
_OURS = (rf"# uapi-conform \S+$|# run {ROW_ID}$|# Totals: pass:[0-9]|TAP version 1[0-9]$|"
         rf"(?:not )?ok [0-9]+ {ROW_ID}(?: # SKIP .*)?$")
_LINE = re.compile(rf"(?:(?P<stamp>\[?(?:{_ANY})\]?)(?P<gap>[ \t]*)(?P<tag>{_TAG} )?)?"
                   rf"(?P<hashes>(?:# )*)(?P<own>{_OURS})")
_RECORD = re.compile(r"- ?\{.*\blvl\b.*\bmsg\b.*\}$")
_A_RUN = 3  # lines at least: version, revision, a row
_KERNEL = re.compile(r"[^\s:\[\]]+ kernel: ")


class Piece(NamedTuple):
    """One line as it came. foreign: it lacks what is around ours; kernel: syslog says that it is
    the kernel's."""

    text: str
    number: int
    foreign: bool = False
    kernel: bool = False


def clean(text: str) -> str:
    """A line without line end and terminal control; what is no text stays visible."""
    text = text.strip("\r")
    if text.isprintable():
        return text
    text = _ESCAPE.sub("", text).strip("\r")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


@dataclass(frozen=True)
class Wrapping:
    """lava: its records; stamp: a name of _STAMPS; gap: what stands between the stamp and the
    rest; tag: syslog's; hashes: of kselftest's runner, innermost, inside the kernel's messages."""

    lava: bool = False
    stamp: str = ""
    gap: str = ""
    tag: str = ""
    hashes: str = ""

    def __str__(self) -> str:
        words = [*(["LAVA's records"] if self.lava else []), *([self.stamp] if self.stamp else []),
                 *([self.tag.strip()] if self.tag else []), *(["kselftest's runner"] if self.hashes else [])]
        return ", ".join(words) or "plain"

    def open(self, text: str, number: int) -> Piece:
        """One line without stamp and tag."""
        match = _STAMP[self.stamp].match(text)
        rest = text[match.end():] if match else ""
        if match and not rest.strip():
            return Piece("", number)
        if not match or not rest.startswith(self.gap):
            return Piece(text, number, foreign=True)
        rest = rest.removeprefix(self.gap)
        if self.tag and not rest.startswith(self.tag):
            return Piece(rest, number, foreign=True, kernel=bool(_KERNEL.match(rest)))
        return Piece(rest.removeprefix(self.tag), number)


_STAMP = {name: re.compile(rf"\[?(?:{stamp})\]?") for name, stamp in _STAMPS.items()}
NONE = Wrapping()
# In C where that is built in: a job has tens of thousands of records.
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _record(text: str) -> Any:
    """A record of LAVA's: JSON mostly, YAML in any case. None where it is damaged."""
    try:
        return json.loads(text[1:])
    except (ValueError, RecursionError):
        pass
    try:
        return yaml.load(text[1:], Loader=_YAML)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _said(text: str, number: int) -> Iterator[Piece]:
    """What the machine said in one record; nothing for LAVA's own messages."""
    record = _record(text) if _RECORD.match(text) else None
    if not isinstance(record, dict) or "lvl" not in record:
        yield Piece(text, number, foreign=True)
    elif record["lvl"] == "target":
        said = record.get("msg")
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        for line in said.split("\n") if isinstance(said, str) else ():
            yield Piece(clean(line), number)


def _raw(data: bytes) -> Iterator[Piece]:
    for number, line in enumerate(data.split(b"\n"), 1):
        yield Piece(clean(line.decode("utf-8", "replace")), number)


def pieces(data: bytes, wrapping: Wrapping = NONE) -> Iterator[Piece]:
    """The lines of a log, without what is around them. After the last one's end follows an empty
    one, as split() has it."""
    found = _raw(data)
    if wrapping.lava:
        found = (inner for piece in found for inner in _said(piece.text, piece.number))
    if wrapping.stamp:
        found = (p if p.foreign else wrapping.open(p.text, p.number) for p in found)
    yield from found
    if wrapping.lava:
        yield Piece("", data.count(b"\n") + 1)


def detect(data: bytes) -> Wrapping:
    """What is around the binary's lines in this log. Raises Problem where they come in two
    forms, of which one alone could be believed."""
    said = [bool(_RECORD.match(piece.text)) for piece in _raw(data) if piece.text]
    lava = 2 * sum(said) > len(said)
    votes: Counter[Wrapping] = Counter()
    begun: set[Wrapping] = set()
    for piece in pieces(data, Wrapping(lava=lava)):
        match = None if piece.foreign else _LINE.match(piece.text)
        if match:
            stamp = match["stamp"] or ""
            name = next((n for n, s in _STAMP.items() if s.fullmatch(stamp)), "")
            found = Wrapping(lava, name, match["gap"] or "", match["tag"] or "", match["hashes"])
            votes[found] += 1
            if match["own"].startswith(("# uapi-conform ", "# Totals:")):
                begun.add(found)
    if not votes:
        return Wrapping(lava=lava)
    chosen, _ = votes.most_common(1)[0]
    # A stray line or two are one that is damaged, or quoted.
    if others := sorted(str(form) for form in begun - {chosen} if votes[form] >= _A_RUN):
        raise Problem(f"the log has the binary's output in two forms ({chosen}; {others[0]}); "
                          "import a part of it that has one", FOREIGN)
    return chosen
