# SPDX-License-Identifier: GPL-2.0-only
"""What `uapi-conform --record` wrote: observations by key, and what kernel and machine they are of."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from fixtures.problem import Problem
from report import versions
from report.problem import CORRUPT, FOREIGN, NOTHING, TRUNCATED

NAME = "record.tsv"
FORMAT = "1"
# AT_HWCAP's first 32 bits, which every kernel here knows, but for EVTSTRM, which is its configuration's.
_OLD_HWCAPS = 0xFFFFFFFB
_END = re.compile(r"# end (\d+)(?: ([0-9a-f]{8}))?")


@dataclass(frozen=True)
class Part:
    """One subject: what it is in words, and the requirements that say something of it."""

    what: str
    near: tuple[str, ...]


@dataclass
class Recording:
    """One file. head: its "# name: value" lines; lists: the version of each suite's list of keys;
    whole: it has its end, and every part came to its own."""

    name: str
    head: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    observations: dict[str, str] = field(default_factory=dict)
    whole: bool = False

    @property
    def kernel(self) -> str:
        """Its version, as short as it is exact."""
        return versions.of_kernel(self.head.get("kernel", ""))

    @property
    def hwcaps(self) -> list[int]:
        """What the kernel says that the CPU can do."""
        words = self.head.get("hwcap", "").split()
        return [int(word, 16) for word in words if re.fullmatch(r"0x[0-9a-f]+|0", word)]

    def same_cpu(self, other: Recording) -> bool:
        """Whether both may be of one CPU. A younger kernel knows more that the same CPU can do."""
        if any(self.head.get(name) != other.head.get(name) for name in ("cpu", "page_size")):
            return False
        pairs = list(zip(self.hwcaps, other.hwcaps))
        first = [(one & _OLD_HWCAPS) == (two & _OLD_HWCAPS) for one, two in pairs[:1]]
        more = [one & ~two == 0 for one, two in pairs[1:]], [two & ~one == 0 for one, two in pairs[1:]]
        return all(first) and (all(more[0]) or all(more[1]))

    def finished(self, part: str) -> bool:
        """Whether all of a part ("suite.part") is in the file: its last line is."""
        return f"{part}.kernel" in self.observations

    def unfinished(self) -> list[str]:
        """The parts that are not, or that did not come to their end where they ran."""
        return [part for part in self.parts if self.observations.get(f"{part}.ended") != "yes"
                or not self.finished(part)]


def part_of(key: str) -> str:
    """ "suite.part" of a key."""
    return key[: key.find(".", key.find(".") + 1)]


def _head(made: Recording, line: str) -> None:
    name, _, value = line[2:].partition(": ")
    if name == "list":
        suite, _, version = value.partition(" ")
        made.lists[suite] = version
    elif name == "part":
        part, what, near = (value.split("\t") + ["", ""])[:3]
        made.parts[part] = Part(what, tuple(word for word in near.split(",") if word))
    else:
        made.head[name] = value


def _lines(made: Recording, lines: list[str], where: str) -> None:
    """Read them one by one: what is wrong with one is said with its number."""
    for number, line in enumerate(lines, 2):
        if made.whole:
            raise Problem(f"{where}:{number}: something follows its end; record it again", CORRUPT)
        if line.startswith("# ") and (match := _END.fullmatch(line)):
            if int(match[1]) != len(made.observations):
                raise Problem(
                    f"{where}: {len(made.observations)} observations, and its end says {match[1]}: "
                    "it was changed; record it again", CORRUPT)
            made.whole = True
        elif line.startswith("# ") and not made.observations:
            _head(made, line)
        else:
            key, tab, value = line.partition("\t")
            if not tab or part_of(key) not in made.parts:
                raise Problem(f"{where}:{number}: no observation: '{line[:40]}'; record it again", CORRUPT)
            if key in made.observations:
                raise Problem(f"{where}:{number}: {key} is there twice; record it again", CORRUPT)
            made.observations[key] = value


def _sound(made: Recording, lines: list[str]) -> bool:
    """The same at once, where all is right with it: a matrix has millions of lines."""
    head = next((place for place, line in enumerate(lines) if not line.startswith("# ")), len(lines))
    for line in lines[:head]:
        _head(made, line)
    if head == len(lines) or not (match := _END.fullmatch(lines[-1])):
        return False
    try:
        made.observations = dict([line.split("\t", 1) for line in lines[head:-1]])
    except ValueError:
        return False
    made.whole = int(match[1]) == len(made.observations) == len(lines) - head - 1
    return made.whole and {part_of(key) for key in made.observations} <= made.parts.keys()


def parse(data: bytes, where: str) -> Recording:
    """A recording, as far as it goes: one that was cut off has no more than `whole` False. A Problem
    where it is none, or was changed."""
    if not data.strip(b"\0\n "):
        raise Problem(f"{where}: is empty: the kernel went down, or the recording was never begun; "
                      "record.log beside it says more", TRUNCATED)
    # A VM that went down leaves the memory as it was.
    text = data.rstrip(b"\0").decode("utf-8", "replace")
    first, _, rest = text.partition("\n")
    if not (match := re.fullmatch(r"# uapi-conform record (\S+)", first)):
        raise Problem(f"{where}: was not written by `uapi-conform --record`", FOREIGN)
    if match[1] != FORMAT:
        raise Problem(f"{where}: is of format {match[1]}, this reads {FORMAT}; record it again", FOREIGN)
    # What follows the last line end was cut off.
    lines = rest.split("\n")[:-1]
    if lines and (match := _END.fullmatch(lines[-1])) and match[2]:
        size = data.rindex(b"\n# end ") + 1
        if int(match[2], 16) != zlib.adler32(data[:size]):
            raise Problem(f"{where}: its checksum does not match: the file was changed; record it again", CORRUPT)
    if not _sound(made := Recording(where), lines):
        _lines(made := Recording(where), lines, where)
    if not made.lists:
        raise Problem(f"{where}: ends in its head; record it again", TRUNCATED)
    return made


def load(path: Path) -> Recording:
    """The recording at a path, which may be a directory with one below it."""
    if path.is_dir():
        found = sorted(path.rglob(NAME))
        if len(found) != 1:
            what = "no recording" if not found else f"{len(found)} recordings"
            raise Problem(f"{path}: {what} below it; `make behaviour` makes them; name one file",
                          NOTHING)
        path = found[0]
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}", NOTHING) from None
