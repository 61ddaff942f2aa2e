# SPDX-License-Identifier: GPL-2.0-only
"""How the steps of make test are counted."""

from __future__ import annotations

import sys

import pytest

from ci import checks
from ci.checks import Counts


@pytest.mark.parametrize(("script", "counts"), [
    ("print('noise\\n3 passed, 0 failed, 1 skipped')", Counts(3, 0, 1)),
    ("print('3 passed, 2 failed, 1 skipped'); raise SystemExit(1)", Counts(3, 2, 1)),
    # Neither a failure that was not counted, nor silence, nor a crash is a success.
    ("print('3 passed, 0 failed, 1 skipped'); raise SystemExit(1)", Counts(3, 1, 1)),
    ("print('3 passed')", Counts(failed=1)),
    ("pass", Counts(failed=1)),
    ("print('3 passed, 0 failed, 0 skipped'); raise ValueError", Counts(failed=1)),
])
def test_a_command_that_counts_its_own_tests(script: str, counts: Counts) -> None:
    assert checks.counted([sys.executable, "-c", script])[0] == counts


def test_a_target_that_is_not_there_is_skipped() -> None:
    assert checks.target("no-such-target")[0] == Counts(skipped=1)
    assert checks.target("help")[0] == Counts(passed=1)


def test_every_long_target_is_named_once() -> None:
    targets = [name.split()[0] for name in (*checks.PROOF, *checks.LONG)]
    assert len(set(targets)) == len(targets)
