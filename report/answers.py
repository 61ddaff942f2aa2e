# SPDX-License-Identifier: GPL-2.0-only
"""A failure's lines, taken apart: which call, what was expected, what came; and all else.

The suites write one as three lines, `call:` (or `register:`), `expected:` and `got:`, or as one,
"...: expected ..., got ...". What was called before, and what every failure has, is context.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from report.shapes import Row

# What every failure has.
COMMON = ("requirement:", "rerun:", "replay:")
_CONTEXT = (*COMMON, "before:")
_WHAT = re.compile(r"(?:call|register): +(.*)")
_ONE_LINE = re.compile(r"(.+?): expected (.+), got (.+)")
# How the kernel complains in its log; the binary goes by the same words (harness/watch.c).
_COMPLAINT = re.compile(
    r"(?<![A-Za-z])(?:WARNING: |BUG: |Internal error: |Unable to handle kernel|Oops|"
    r"KASAN: |UBSAN: |kernel BUG at|refcount_t: |general protection fault|Kernel panic)")


_STAMP = re.compile(r"^(?:<[0-9]+>)?\[ *[0-9.]+\](?:\[ *[TC][0-9]+\])? ")
# What the binary says around a complaint of the kernel's; of the rest of it every line is "kernel: ".
_AROUND = re.compile(r"the kernel complained meanwhile:|taint went from [0-9]+ to [0-9]+")
_ADDRESS = re.compile(r"0x[0-9a-f]{8,}")
_NUMBER = re.compile(r"0x[0-9a-f]+|[0-9]+")


class Answer(NamedTuple):
    """One wrong answer, blanks squeezed. what: the call, or whatever was looked at."""

    what: str
    expected: str
    got: str


class Failure(NamedTuple):
    """A failure without its context. warnings: what the kernel complained about, a line each; other:
    lines that are neither that nor part of an answer."""

    answers: list[Answer]
    warnings: list[str]
    other: list[str]


def _value(line: str, name: str) -> str | None:
    return line.removeprefix(name).strip() if line.startswith(name) else None


def read(detail: list[str]) -> Failure:
    """The answers in a failure's lines, in their order. Half an answer is none."""
    answers: list[Answer] = []
    warnings: list[str] = []
    other: list[str] = []
    around: list[str] = []
    what: str | None = None
    expected: str | None = None
    for line in (" ".join(text.split()) for text in detail):
        if not line or line.startswith(_CONTEXT):
            continue
        if _AROUND.fullmatch(line):
            around.append(line)
            continue
        if line.startswith("kernel: "):
            warnings += complaints([line.removeprefix("kernel: ")])
            continue
        if match := _WHAT.fullmatch(line):
            other += [] if what is None else [what]
            what = match[1]
        elif (value := _value(line, "expected:")) is not None and expected is None:
            expected = value
        elif (value := _value(line, "got:")) is not None and expected is not None:
            answers.append(Answer(what or "", expected, value))
            what = expected = None
        elif match := _ONE_LINE.fullmatch(line):
            answers.append(Answer(*match.groups()))
        else:
            other.append(line)
    other += [text for text in (what, expected) if text is not None]
    # Without what the kernel said it is all there is.
    return Failure(answers, warnings, other + ([] if warnings else around))


def complaints(log: list[str]) -> list[str]:
    """The lines of the kernel's log that complain, without their time stamps."""
    return [_STAMP.sub("", line) for line in log if _COMPLAINT.search(line)]


def alike(old: Row, new: Row) -> bool:
    """Whether two failures of a row, as results.json has them, are the same: explained by the same
    known issue, or the same calls with the same answers, and the same complaint of the kernel.
    Addresses and line numbers vary."""

    def essence(row: Row) -> tuple[Any, ...]:
        failure = read(row["detail"])
        complained = [*failure.warnings, *complaints(row["kernel"])]
        return ([[_ADDRESS.sub("#", part) for part in answer] for answer in failure.answers],
                [_NUMBER.sub("#", line) for line in complained[:1]],
                None if failure.answers else failure.other[:1])

    same_issue = old["known"] is not None and old["known"] == new["known"]
    return same_issue or essence(old) == essence(new)
