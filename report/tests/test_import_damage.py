# SPDX-License-Identifier: GPL-2.0-only
"""No damage to a log of another machine makes a pass that was not printed; and a garbled byte
costs a row or two, never the whole."""

from __future__ import annotations

import random

import pytest

from fixtures.problem import Problem
from report import boots, runs
from report.log import ERROR, FAIL, NOT_RUN, PASS, Log
from report.tests import emitted
from report.tests.conftest import golden
from report.tests.wrapped import WRAPPERS

HEADER = b"# uapi-conform 1a2b3c\n"
# No totals, which would give the damage away: the rows alone have to hold.
WHOLE = golden("mixed").replace(b"\r\n", b"\n")
BARE = WHOLE[: WHOLE.index(b"# Totals")]
MESSAGE = b"[    1.234567] kvm [1]: a message\n"


def read(*files: bytes, number: int | None = None) -> Log:
    logs = runs.read({str(n): data for n, data in enumerate(files)}, {"demo", "s"}, number)
    return boots.whole(logs, [], [])


def passes(data: bytes) -> set[str]:
    try:
        return shown(read(data))
    except Problem:
        return set()


def shown(log: Log) -> set[str]:
    """The rows that passed, here or for whoever reads the TAP that is written."""
    found = {row.id for row in log.rows.values() if row.verdict == PASS}
    lines = [line for line in log.tap if line.startswith(("ok ", "not ok "))]
    return found | {line.split()[2] for line in lines if line[0] == "o" and "# SKIP" not in line}


ORIGINAL = passes(BARE)


@pytest.mark.parametrize("how", WRAPPERS)
def test_says_the_same(how: str) -> None:
    plain, log = read(WHOLE), read(WRAPPERS[how](WHOLE))
    assert [(r.id, r.verdict, r.detail, r.info) for r in log.rows.values()] == [
        (r.id, r.verdict, r.detail, r.info) for r in plain.rows.values()]
    assert (log.plan, log.totals, log.problems) == (plain.plan, plain.totals, [])
    assert log.header == plain.header


@pytest.mark.parametrize("how", WRAPPERS)
@pytest.mark.parametrize("seed", range(4))
def test_invented_logs(how: str, seed: int) -> None:
    chance = random.Random(seed)
    rows = emitted.invent(chance, 30)
    log = read(WRAPPERS[how](emitted.with_kernel(chance, emitted.log(rows)).encode()))
    assert not log.problems
    assert [(r.id, r.verdict) for r in log.rows.values()] == [(r.id, r.verdict) for r in rows]


def test_there_is_something_to_lose() -> None:
    assert len(ORIGINAL) == 2


@pytest.mark.long
@pytest.mark.parametrize("how", WRAPPERS)
def test_truncated_anywhere(how: str) -> None:
    data = WRAPPERS[how](BARE)
    for length in range(0, len(data), 3):
        assert passes(data[:length]) <= ORIGINAL, length
        assert passes(data[length:]) <= ORIGINAL, length


@pytest.mark.long
@pytest.mark.parametrize("how", WRAPPERS)
def test_a_garbled_byte(how: str) -> None:
    data = WRAPPERS[how](BARE)
    chance = random.Random(how)
    for place in range(chance.randrange(7), len(data), 7):
        for new in {10, chance.choice(b"\r\x1b#nokS 1"), data[place] ^ 1} - {data[place]}:
            damaged = data[:place] + bytes([new]) + data[place + 1 :]
            log = read(damaged)  # it is not refused
            assert shown(log) <= ORIGINAL, (place, new)
            there = sum(row.verdict != NOT_RUN for row in log.rows.values())
            assert there >= 4, (place, new)


@pytest.mark.long
@pytest.mark.parametrize("how", WRAPPERS)
def test_kernel_message_anywhere(how: str) -> None:
    for place in range(len(BARE)):
        if BARE[place:place + 1] == b"\n" or place % 5 == 0:
            assert passes(WRAPPERS[how](BARE[:place] + MESSAGE + BARE[place:])) <= ORIGINAL, place


@pytest.mark.long
@pytest.mark.parametrize("how", WRAPPERS)
def test_lines_in_another_order_twice_or_lost(how: str) -> None:
    lines = WRAPPERS[how](BARE).splitlines(keepends=True)
    chance = random.Random(how)
    for turn in range(120):
        mixed = list(lines)
        for _ in range(chance.randrange(1, 6)):
            place, other = chance.randrange(len(mixed)), chance.randrange(len(mixed))
            kind = chance.randrange(4)
            if kind == 0:
                mixed[place], mixed[other] = mixed[other], mixed[place]
            elif kind == 1:
                mixed.insert(other, mixed[place])
            elif kind == 2:
                del mixed[place]
            elif turn % 5 == 0:
                chance.shuffle(mixed)
        assert passes(b"".join(mixed)) <= ORIGINAL, turn


@pytest.mark.long
@pytest.mark.parametrize("how", WRAPPERS)
def test_much_at_once(how: str) -> None:
    chance = random.Random(how)
    whole = WRAPPERS[how](BARE)
    for turn in range(100):
        data = bytearray(whole)
        for _ in range(chance.randrange(2, 12)):
            emitted.damage(chance, data, MESSAGE)
        assert passes(bytes(data)) <= ORIGINAL, turn


@pytest.mark.long
@pytest.mark.parametrize("how", WRAPPERS)
def test_two_interleaved(how: str) -> None:
    """Two terminals in one log, line by line: a row may be lost, and none is won."""
    mine = WRAPPERS[how](BARE).splitlines(keepends=True)
    other = WRAPPERS[how](BARE.replace(b"demo.", b"s.")).splitlines(keepends=True)
    both = ORIGINAL | {name.replace("demo.", "s.") for name in ORIGINAL}
    chance = random.Random(how)
    for turn in range(30):
        left, right, mixed = list(mine), list(other), []
        while left or right:
            mixed.append((left if left and (not right or chance.random() < 0.6) else right).pop(0))
        assert passes(b"".join(mixed)) <= both, turn


SOMEBODY = {
    "lava": b'- {"dt": "2026-11-20T14:02:11", "lvl": "debug", "msg": "ok 3 demo.pairing.one_sided"}\n',
    "syslog": b"Nov  2 14:02:11 board sshd[9]: ok 3 demo.pairing.one_sided\n",
}


@pytest.mark.parametrize("how", [name for name in WRAPPERS if name != "as it is"])
def test_what_somebody_else_says_is_no_pass(how: str) -> None:
    begun = BARE[: BARE.index(b"# run demo.pairing.one_sided\n")] + b"# run demo.pairing.one_sided\n"
    wrapped = WRAPPERS[how](begun)
    if how.startswith("kselftest"):  # the runner goes on, and its lines are without the prefix
        wrapped = wrapped[: wrapped.index(b"ok 2 selftests")].rpartition(b"\n")[0] + b"\n"
    for line in (b"ok 3 demo.pairing.one_sided\n", SOMEBODY.get(how, b"")):
        log = read(wrapped + line + b"# nothing more\n")
        assert log.rows["demo.pairing.one_sided"].verdict == ERROR
        assert shown(log) == ORIGINAL


def test_two_runs_are_not_one() -> None:
    better = WHOLE.replace(b"not ok 3", b"ok 3")
    for data in (WHOLE + WHOLE, WHOLE + better, better + b"$ again\n" + WHOLE, BARE + WHOLE):
        with pytest.raises(Problem, match="2 runs, which begin in lines 1, "):
            read(data)
        assert read(data, number=1).rows["demo.pairing.one_sided"].verdict in (FAIL, PASS)
    with pytest.raises(Problem, match="no run 3, but 2"):
        read(WHOLE + WHOLE, number=3)
    assert read(WHOLE + WHOLE, number=2).info[-1] == "0 has 2 runs, and this is run 2"


def test_a_run_that_goes_on_in_another_boot() -> None:
    rows = emitted.invent(random.Random(7), 12)
    first = emitted.log(rows[:5], False, 7) + f"# run {rows[5].id}\n[    9.0000] Kernel panic - not syncing: oh\n"
    rest = emitted.log(rows[6:])
    named = rest.replace("# taint: 0", f"# after: {rows[5].id}")
    for logs in ((first + named,), (first, named), (first, rest), (first + rest,)):
        log = read(*(text.encode() for text in logs))
        assert [row.id for row in log.rows.values()] == [row.id for row in rows]
        assert log.rows[rows[5].id].verdict == FAIL
        assert log.results == log.plan == 12
    alone = read(named.encode())
    assert alone.problems == [f"the run goes on after {rows[5].id}: the log of what came before is missing"]


def test_two_runs_of_other_rows_are_two() -> None:
    """Each came to its end, by the totals alone, or by the exit alone."""
    rows = emitted.invent(random.Random(7), 12)
    first, second = emitted.log(rows[:5]), emitted.log(rows[5:])
    for left_out in ("# exit", "# Totals"):
        text = "".join(line for line in first.splitlines(keepends=True) if not line.startswith(left_out))
        with pytest.raises(Problem, match="2 runs, which begin in lines 1, "):
            read((text + second).encode())


@pytest.mark.parametrize("data", [b"", b"\n" * 10, b"hello\n", b"TAP version 13\n1..1\nok 1 foo\n",
                                  bytes(range(256)) * 9])
def test_nothing_of_ours(data: bytes) -> None:
    with pytest.raises(Problem, match="nothing in it that uapi-conform printed"):
        read(data)


def test_two_forms_at_once() -> None:
    with pytest.raises(Problem, match="in two forms"):
        read(WRAPPERS["kselftest"](WHOLE) + WHOLE)
