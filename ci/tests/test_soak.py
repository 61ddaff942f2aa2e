# SPDX-License-Identifier: GPL-2.0-only
"""ci.soak: what counts as the same verdict each time."""

from __future__ import annotations

from pathlib import Path

import pytest

from ci import cells, soak
from ci.kernel import Kernel
from report import tap

CONSOLE = b"""TAP version 13\r
1..6\r
# repeat: 2\r
# run a.b\r
ok 1 a.b\r
[    1.234567] something of the kernel's\r
ok 2 a.c # SKIP no such thing\r
# run a.d\r
# FAIL a.d\r
#   expected: 1\r
not ok 3 a.d\r
# run a.e\r
# ERROR a.e\r
not ok 4 a.e\r
# run a.d\r
# FAIL a.d\r
not ok 5 a.d\r
# run a.b\r
o[    1.5] torn\r
k 6 a.b\r
# Totals: pass:1 fail:2 xfail:0 xpass:0 skip:1 error:1\r
# exit: 1\r
"""


def test_every_verdict_is_read() -> None:
    assert tap.parse(CONSOLE).outcomes == [
        ("a.b", "PASS"), ("a.c", "SKIP"), ("a.d", "FAIL"), ("a.e", "ERROR"), ("a.d", "FAIL"),
        ("a.b", "NOT RUN")]


def test_a_row_with_two_verdicts_wavers_and_its_seed_is_told() -> None:
    count = soak.Count()
    count.add(1, [("a", "PASS"), ("a", "PASS"), ("b", "SKIP"), ("b", "SKIP")])
    count.add(2, [("a", "PASS"), ("a", "FAIL"), ("b", "SKIP"), ("b", "SKIP")])
    assert count.wavering(4) == {"a": "PASS 3 times, FAIL 1 times (seed 2)"}


def test_a_row_that_always_fails_is_steady() -> None:
    count = soak.Count()
    count.add(1, [("a", "FAIL")] * 3)
    assert count.wavering(3) == {}


def test_a_complaint_that_comes_once_a_boot_is_no_wavering() -> None:
    count = soak.Count(once=("a.*",))
    for seed in (1, 2):
        count.add(seed, [("a.b", "FAIL"), ("c", "PASS"), ("a.b", "PASS"), ("a.b", "PASS")])
    assert count.wavering(6) == {"c": "PASS 2 times, no verdict 4 times"}
    count.add(3, [("a.b", "PASS"), ("a.b", "FAIL"), ("c", "FAIL"), ("c", "PASS")])
    assert set(count.wavering(8)) == {"a.b", "c"}


def test_a_verdict_too_few_wavers() -> None:
    count = soak.Count()
    count.add(1, [("a", "PASS")] * 3)
    assert count.wavering(4) == {"a": "PASS 3 times, no verdict 1 times"}


def test_a_torn_result_is_no_verdict() -> None:
    count = soak.Count()
    count.add(1, [("a", "PASS"), ("a", "NOT RUN"), ("b", "PASS"), ("b", "PASS")])
    count.add(2, [("a", "PASS"), ("a", "FAIL"), ("b", "PASS"), ("b", "NOT RUN")])
    assert count.wavering(4) == {"a": "PASS 2 times, FAIL 1 times (seed 2)"}
    assert count.torn == {"a": 1, "b": 1}


def test_parts_of_a_long_soak_have_other_orders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(soak, "RESULTS", tmp_path)
    monkeypatch.setattr(soak.machine, "find", lambda cell, kernel: None)
    cell = cells.load()[0]
    parts = [soak.boots_of(cell, Kernel(Path(), {}), 12, seed) for seed in (1, 4)]
    assert [(b.seed, b.turns) for part in parts for b in part] == [
        (1, 5), (2, 5), (3, 2), (4, 5), (5, 5), (6, 2)]
