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

from report import wrapping as wrap
from report.wrapping import Wrapping

# "[    1.234567] ", also with the level before and the thread or processor after it.
STAMP = re.compile(r"(?:<[0-9]+>)?\[ {0,5}[0-9]+\.[0-9]{2,6}\](?:\[ *[TC][0-9]+\])? ")
# Details that quote the kernel's log carry stamps without being torn.
QUOTED = re.compile(r"(?:# )*#\s{2,}kernel:\s")
# How a line of ours begins, also behind kselftest's prefix: it cannot be the rest of another one.
BEGINNING = re.compile(
    r"(?:# )*"
    r"(?:TAP version |1\.\.|(?:not )?ok [0-9]|# (?:run|FAIL|ERROR|INFO) |#: |#   |# Totals:|# exit:)"
)
RESULT = re.compile(r"(?:not )?ok +[0-9]")


class Line(NamedTuple):
    """One line of the console, without its end."""

    text: str
    number: int  # in the log, from 1
    kernel: bool = False  # the kernel's own message
    torn: bool = False  # interrupted by the kernel, or by the end of the log
    ended: bool = True  # False: the log ends inside it
    foreign: bool = False  # it lacks what is around the program's lines in this log


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


def _lines(data: bytes, wrapping: Wrapping) -> Iterator[Line]:
    """As read(), with the prefix of kselftest's runner, which the kernel can tear too."""
    pending: str | None = None
    pieces = list(wrap.pieces(data, wrapping))
    for place, (text, number, foreign, kernel) in enumerate(pieces, 1):
        last = place == len(pieces)
        if last and not text:
            break
        if foreign:
            # Between two halves of a line it would be a third; so much cannot be mended.
            if pending is not None:
                yield Line(pending, number, torn=True)
                pending = None
            yield Line(text, number, kernel, torn=last, ended=not last, foreign=True)
            continue
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
        yield Line(pending, number, torn=True, ended=False)


def read(data: bytes, wrapping: Wrapping = wrap.NONE) -> Iterator[Line]:
    """The lines of a log, the kernel's apart from the others, in the order of their ends."""
    for line in _lines(data, wrapping):
        if line.kernel or line.foreign or not wrapping.hashes:
            yield line
        elif f"{line.text} ".startswith(wrapping.hashes):
            yield line._replace(text=line.text.removeprefix(wrapping.hashes.rstrip())[1:])
        else:
            yield line._replace(foreign=True)
