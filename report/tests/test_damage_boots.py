# SPDX-License-Identifier: GPL-2.0-only
"""No damage to the logs of several boots makes a pass that none of them printed."""

from __future__ import annotations

import random

import pytest

from report import boots, tap
from report.log import FAIL, PASS
from report.tests import emitted

ROWS = emitted.invent(random.Random(16), 14)
NAMES = [row.id for row in ROWS]
DOWN = 6
# No totals and no exit line, which would give the damage away: the rows alone have to hold.
FIRST = (emitted.log(ROWS[:DOWN], False, len(ROWS) - DOWN)
         + f"# run {NAMES[DOWN]}\r\n[    9.000000] Kernel panic - not syncing: oh\r\n").encode()
SECOND = emitted.log(ROWS[DOWN + 1:], False).encode()
# A line of the first boot that was torn, and what came of the row in another boot.
MESSAGE = b"[    1.234567] kvm [1]: a message\r\n"


def passes(*logs: bytes) -> set[str]:
    whole = boots.whole([tap.parse(log) for log in logs], [], NAMES)
    lines = [line for line in whole.tap if line.startswith(("ok ", "not ok "))]
    assert len(lines) == whole.results
    found = {row.id for row in whole.rows.values() if row.verdict == PASS}
    return found | {line.split()[2] for line in lines if line[0] == "o" and "# SKIP" not in line}


ORIGINAL = passes(FIRST, SECOND)


def test_there_is_something_to_lose() -> None:
    meant = {row.id for place, row in enumerate(ROWS) if row.verdict == PASS and place != DOWN}
    assert ORIGINAL == meant and len(ORIGINAL) >= 4
    assert {row.verdict for row in ROWS[:DOWN]} != {PASS}
    assert boots.whole([tap.parse(FIRST)], [], NAMES).rows[NAMES[DOWN]].verdict == FAIL


def test_truncated_anywhere() -> None:
    for length in range(len(FIRST)):
        assert passes(FIRST[:length], SECOND) <= ORIGINAL, length
    for length in range(len(SECOND)):
        assert passes(FIRST, SECOND[:length]) <= ORIGINAL, length


@pytest.mark.long
def test_every_byte_changed() -> None:
    chance = random.Random(5)
    for place in range(len(FIRST) + len(SECOND)):
        whole = bytearray(FIRST + SECOND)
        for new in (10, 32, whole[place] ^ 1, chance.choice(b"\r\x1b#nokS")):
            damaged = bytes(whole[:place]) + bytes([new]) + bytes(whole[place + 1:])
            assert passes(damaged[:len(FIRST)], damaged[len(FIRST):]) <= ORIGINAL, (place, new)


def test_kernel_message_anywhere() -> None:
    for place in range(len(FIRST)):
        assert passes(FIRST[:place] + MESSAGE + FIRST[place:], SECOND) <= ORIGINAL, place
    for place in range(len(SECOND)):
        assert passes(FIRST, SECOND[:place] + MESSAGE + SECOND[place:]) <= ORIGINAL, place


def test_boots_in_the_wrong_order_or_twice() -> None:
    assert passes(SECOND, FIRST) <= ORIGINAL
    assert passes(FIRST, SECOND, SECOND) <= ORIGINAL
    assert passes(FIRST, FIRST, SECOND) <= ORIGINAL
    assert passes(FIRST) <= ORIGINAL and passes(SECOND) <= ORIGINAL


def test_two_boots_in_one_log() -> None:
    """As when a machine starts anew by itself, which the launcher does not let it do."""
    log = tap.parse(FIRST + SECOND)
    found = {row.id for row in log.rows.values() if row.verdict == PASS}
    assert found <= ORIGINAL and log.problems


def test_much_at_once() -> None:
    chance = random.Random(6)
    for turn in range(800):
        logs = [bytearray(FIRST), bytearray(SECOND)]
        for _ in range(chance.randrange(1, 8)):
            emitted.damage(chance, chance.choice(logs), MESSAGE)
        assert passes(*map(bytes, logs)) <= ORIGINAL, turn


@pytest.mark.parametrize("place", [n for n, row in enumerate(ROWS) if row.verdict == FAIL])
def test_a_failure_that_was_read_is_not_forgotten_for_a_later_pass(place: int) -> None:
    row = ROWS[place]
    failed = emitted.log([row])
    passed = emitted.log([emitted.Emitted(row.id, PASS)])
    for logs in ((failed, passed), (passed, failed)):
        whole = boots.whole([tap.parse(log.encode()) for log in logs], [], NAMES)
        assert whole.rows[row.id].verdict == FAIL
        assert "has a result of an earlier boot already" in "".join(whole.problems)


@pytest.mark.parametrize("begun, found", [("s.a.ro", None), ("s.a.row2", "s.a.row2"), ("s.b.", "s.b.row3"), ("s.c", None)])
def test_an_announcement_that_is_cut_names_its_row_where_only_one_fits(begun: str, found: str | None) -> None:
    log = tap.parse(f"TAP version 13\n1..4\n# run s.a.row0\nok 1 s.a.row0\n# run {begun}".encode())
    assert log.cut == f"# run {begun}"
    assert boots.guilty(log, ["s.a.row0", "s.a.row1", "s.a.row2", "s.b.row3"]) == found
    assert boots.guilty(tap.parse(b"TAP version 13\n1..1\n# run s.a.row0\n# tail"), ["s.a.row0"]) == "s.a.row0"
