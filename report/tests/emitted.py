# SPDX-License-Identifier: GPL-2.0-only
"""What the binary prints, written by another hand: for logs of any shape."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from report.log import ERROR, FAIL, PASS, SKIP

KERNEL = "[    1.{:06d}] kvm [1]: a message"
_TEXTS = ("call:     KVM_RUN", "expected: EINVAL", "  indented", "ok 1 quoted", "kernel: [    1.0] x",
          "not ok", "# SKIP", "1..3", "a, b and c")


@dataclass
class Emitted:
    """One row as it is meant."""

    id: str
    verdict: str
    reason: str = ""
    detail: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)


def invent(chance: random.Random, count: int) -> list[Emitted]:
    """Rows with all that rows can have."""
    rows = []
    for number in range(count):
        # Names that begin and end like others.
        row = Emitted(f"s.{'ab'[number % 2]}.row{number}{chance.choice(['', '_x', '.y'])}",
                      chance.choice([PASS, PASS, SKIP, FAIL, ERROR]))
        if row.verdict == SKIP:
            row.reason = chance.choice(["no widget", "the CPU has none", "ok"])
        elif row.verdict != PASS:
            row.detail = ["requirement: s:R: a text [a source]",
                          *chance.choices(_TEXTS, k=chance.randrange(4))]
        if row.verdict != SKIP and chance.random() < 0.3:
            row.info = chance.choices(_TEXTS, k=chance.randrange(1, 3))
        rows.append(row)
    return rows


def log(rows: list[Emitted], end: bool = True, number: int = 0) -> str:
    """The program's output for these rows. end: that it came to its end; number: of the results
    that are planned besides."""
    lines = ["TAP version 13", f"1..{len(rows) + number}", "# uapi-conform 1a2b3c", "# taint: 0"]
    for place, row in enumerate(rows, 1):
        # What is skipped does not run.
        if row.verdict != SKIP:
            lines.append(f"# run {row.id}")
        lines += [f"# INFO {row.id}: {text}" for text in row.info]
        if row.verdict in (FAIL, ERROR):
            lines += [f"# {row.verdict} {row.id}", *(f"#   {text}" for text in row.detail)]
        skip = f" # SKIP {row.reason}" if row.verdict == SKIP else ""
        good = "ok" if row.verdict in (PASS, SKIP) else "not ok"
        lines.append(f"{good} {place} {row.id}{skip}")
    if end:
        count = {v: sum(row.verdict == v for row in rows) for v in (PASS, FAIL, SKIP, ERROR)}
        lines += [f"# Totals: pass:{count[PASS]} fail:{count[FAIL]} xfail:0 xpass:0 "
                  f"skip:{count[SKIP]} error:{count[ERROR]}",
                  f"# exit: {1 if count[FAIL] + count[ERROR] else 0 if count[PASS] else 4}"]
    return "".join(f"{line}\r\n" for line in lines)


def with_kernel(chance: random.Random, text: str) -> str:
    """The same with the kernel's lines between, none of which tears one."""
    lines = []
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if chance.random() < 0.2:
            lines.append(KERNEL.format(chance.randrange(10**6)) + "\r\n")
    return "".join(lines)


def damage(chance: random.Random, data: bytearray, message: bytes) -> None:
    """Do one thing to a log that happens to logs: the kernel's message in it, a byte that is another
    one, noise, or now and then its end."""
    place = chance.randrange(len(data) + 1)
    kind = chance.randrange(4)
    if kind == 0:
        data[place:place] = message
    elif kind == 1 and place < len(data):
        data[place] = chance.randrange(256)
    elif kind == 2:
        data[place:place] = chance.randbytes(chance.randrange(1, 20))
    elif chance.random() < 0.2:
        del data[place:]
