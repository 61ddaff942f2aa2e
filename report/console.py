# SPDX-License-Identifier: GPL-2.0-only
"""A serial console's bytes, taken apart: what a program printed, and what the kernel did.

Both write to the same line. The kernel writes its messages whole, wherever the program's
output has got to just then, so that a program's line may begin before a message and end
after it. Such a line is put together again and marked as torn: it may serve as a comment,
but whoever judges must not take it for a pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# "[    1.234567] ", also with the level before and the thread or processor after it.
STAMP = re.compile(r"(?:<[0-9]+>)?\[ {0,5}[0-9]+\.[0-9]{2,6}\](?:\[ *[TC][0-9]+\])? ")
# Terminal control: colours, cursor movements. Firmware is fond of them.
ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[78=>c])")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
# Details that quote the kernel's log carry stamps without being torn.
QUOTED = re.compile(r"#\s{2,}kernel:\s")
# How a line of ours begins: it cannot be the rest of another one.
BEGINNING = re.compile(
    r"TAP version |1\.\.|(?:not )?ok [0-9]|# (?:run|FAIL|ERROR|INFO) |#   |# Totals:|# exit:"
)
RESULT = re.compile(r"(?:not )?ok +[0-9]")


class Line(NamedTuple):
    """One line of the console, without its end."""

    text: str
    number: int  # in the log, from 1
    kernel: bool = False  # the kernel's own message
    torn: bool = False  # interrupted by the kernel, or by the end of the log
    ended: bool = True  # False: the log ends inside it


def clean(raw: bytes) -> str:
    """One line as text: no line end, no terminal control; what is no text stays visible."""
    text = raw.decode("utf-8", "replace").strip("\r")
    if text.isprintable():
        return text
    text = ESCAPE.sub("", text).strip("\r")
    return CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def _rejoin(first: str, rest: str, number: int) -> Iterator[Line]:
    """The line or lines that the kernel's message stood in the middle of."""
    joined = first + rest
    if BEGINNING.match(rest) and not joined.startswith("not ok "):
        # The end of the first line is what was lost. A result is believed only after a
        # comment: behind anything else the word "not" may be missing.
        yield Line(first, number, torn=True)
        torn = bool(RESULT.match(rest)) and not first.startswith("# ")
        yield Line(rest, number, torn=torn)
    else:
        yield Line(joined, number, torn=True)


def read(data: bytes) -> Iterator[Line]:
    """The lines of a log, the kernel's apart from the others, in the order of their ends."""
    pending: str | None = None
    pieces = data.split(b"\n")
    for number, raw in enumerate(pieces, 1):
        last = number == len(pieces)
        text = clean(raw)
        if last and not text:
            break
        stamp = None if "[" not in text or QUOTED.match(text) else STAMP.search(text)
        if stamp:
            if stamp.start() or pending is not None:
                pending = (pending or "") + text[: stamp.start()]
            yield Line(text[stamp.start() :], number, kernel=True)
        elif pending is not None:
            if last:
                pending += text
                break
            yield from _rejoin(pending, text, number)
            pending = None
        else:
            yield Line(text, number, torn=last, ended=not last)
    if pending:
        yield Line(pending, len(pieces), torn=True, ended=False)
