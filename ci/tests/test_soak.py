# SPDX-License-Identifier: GPL-2.0-only
"""ci.soak: what counts as the same verdict each time."""

from __future__ import annotations

from ci import soak

CONSOLE = """TAP version 13\r
1..5\r
# run a.b\r
ok 1 a.b\r
[    1.234567] something of the kernel's\r
ok 2 a.c # SKIP no such thing\r
# FAIL a.d\r
#   expected: 1\r
not ok 3 a.d\r
# ERROR a.e\r
not ok 4 a.e\r
not ok 5 a.d\r
"""


def test_every_verdict_is_read() -> None:
    assert soak.verdicts(CONSOLE) == [
        ("a.b", "PASS"), ("a.c", "SKIP"), ("a.d", "FAIL"), ("a.e", "ERROR"), ("a.d", "FAIL")]


def test_a_row_with_two_verdicts_wavers_and_its_seed_is_told() -> None:
    count = soak.Count()
    count.add(1, [("a", "PASS"), ("a", "PASS"), ("b", "SKIP"), ("b", "SKIP")])
    count.add(2, [("a", "PASS"), ("a", "FAIL"), ("b", "SKIP"), ("b", "SKIP")])
    assert count.wavering(4) == {"a": "PASS 3 times, FAIL 1 times (seed 2)"}


def test_a_row_that_always_fails_is_steady() -> None:
    count = soak.Count()
    count.add(1, [("a", "FAIL")] * 3)
    assert count.wavering(3) == {}


def test_a_verdict_too_few_wavers() -> None:
    count = soak.Count()
    count.add(1, [("a", "PASS")] * 3)
    assert count.wavering(4) == {"a": "PASS 3 times, no verdict 1 times"}
