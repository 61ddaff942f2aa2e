# SPDX-License-Identifier: GPL-2.0-only
"""No damage to a log makes a pass that was not printed.

The log has each hazard in it: a failure that nothing announces, rows whose names begin
alike, a SKIP behind "ok". Totals and exit line would give damage away, so they are left
out: the rows alone have to hold.
"""

from __future__ import annotations

import random

import pytest

from report import tap
from report.log import PASS
from report.tests import emitted
from report.tests.conftest import golden

WHOLE = golden("mixed")
LOG = WHOLE[WHOLE.index(b"# run") : WHOLE.index(b"# Totals")]
LOG = b"TAP version 13\n1..6\n" + LOG
KERNEL = (
    b"[    1.234567] kvm [1]: a message\n",
    b"[    1.234567] kvm [1]: a message\r\n[    1.300000] and another\r\n",
    b"\n[    1.234567] kvm [1]: a message\n",
    b"[    1.234567] ok 4 demo.pairing.plain\n",
)


def passes(data: bytes) -> set[str]:
    log = tap.parse(data)
    lines = [line for line in log.tap if line.startswith(("ok ", "not ok "))]
    assert len(lines) == log.results
    found = {row.id for row in log.rows.values() if row.verdict == PASS}
    # Other readers of TAP are given these lines; they must not show more.
    return found | {line.split()[2] for line in lines if line[0] == "o" and "# SKIP" not in line}


ORIGINAL = passes(LOG)


def test_there_is_something_to_lose() -> None:
    assert len(ORIGINAL) == 2


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_truncated_anywhere(ends: bytes) -> None:
    log = LOG.replace(b"\n", ends)
    for length in range(len(log)):
        assert passes(log[:length]) <= ORIGINAL, length


def test_every_byte_changed() -> None:
    chance = random.Random(1)
    for place, byte in enumerate(LOG):
        odd = chance.choice(b"\r\x1b#nokS")
        for new in {*b"\n ", byte ^ 1, odd, chance.randrange(256)} - {byte}:
            damaged = LOG[:place] + bytes([new]) + LOG[place + 1 :]
            assert passes(damaged) <= ORIGINAL, (place, new)


@pytest.mark.parametrize("message", KERNEL)
def test_kernel_message_anywhere(message: bytes) -> None:
    for place in range(len(LOG)):
        got = passes(LOG[:place] + message + LOG[place:])
        assert got <= ORIGINAL, place
        if message.startswith(b"["):
            # It costs the row whose result it tears, and no other.
            assert len(got) >= len(ORIGINAL) - 1, place


def test_much_at_once() -> None:
    chance = random.Random(2)
    for turn in range(1500):
        data = bytearray(LOG)
        for _ in range(chance.randrange(2, 12)):
            emitted.damage(chance, data, chance.choice(KERNEL[:2]))
        assert passes(bytes(data)) <= ORIGINAL, turn


def test_lost_bytes_leave_no_clean_log() -> None:
    """What was cut out leaves no trace in the rows, so the totals have to notice."""
    for width in (1, 4, 22):
        for place in range(0, len(WHOLE) - width, 1 + (width == 22)):
            log = tap.parse(WHOLE[:place] + WHOLE[place + width :])
            found = {row.id for row in log.rows.values() if row.verdict == PASS}
            assert found <= ORIGINAL or log.problems, (width, place)


def test_random_bytes() -> None:
    chance = random.Random(3)
    for _ in range(300):
        assert not passes(chance.randbytes(chance.randrange(400)))
