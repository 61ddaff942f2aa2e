# SPDX-License-Identifier: GPL-2.0-only
"""How the steps of make test are counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ci import checks
from ci.checks import ROOT, Counts


@pytest.mark.parametrize(("script", "counts"), [
    ("print('noise\\n3 passed, 0 failed, 1 skipped')", Counts(3, 0, 1)),
    ("print('3 passed, 2 failed, 1 skipped'); raise SystemExit(1)", Counts(3, 2, 1)),
    # Neither a failure that was not counted, nor silence, nor a crash is a success, and where the
    # exit code says something else, nothing that was printed is.
    ("print('3 passed, 0 failed, 1 skipped'); raise SystemExit(1)", Counts(failed=1)),
    ("print('3 passed, 2 failed, 1 skipped'); raise SystemExit(2)", Counts(failed=2)),
    ("print('3 passed')", Counts(failed=1)),
    ("pass", Counts(failed=1)),
    ("print('3 passed, 0 failed, 0 skipped'); raise ValueError", Counts(failed=1)),
    ("print('3 passed, 0 failed, 0 skipped', flush=True); import os; os.abort()", Counts(failed=1)),
])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_command_that_counts_its_own_tests(
    script: str, counts: Counts, unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Buffered, what a crash says stands before the counts, else behind them."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    assert checks.counted([sys.executable, "-c", script])[0] == counts


@pytest.mark.parametrize(("says", "code", "counts"), [
    ("100%: Checks: 5, Failures: 0, Errors: 0", 0, Counts(5)),
    ("60%: Checks: 5, Failures: 1, Errors: 1", 1, Counts(3, 2)),
    ("100%: Checks: 5, Failures: 0, Errors: 0", 86, Counts(failed=1)),
    # Of groups: the sum; and where one of them ended without a word, the exit code says so.
    ("100%: Checks: 5, Failures: 0, Errors: 0\n50%: Checks: 2, Failures: 0, Errors: 1", 1, Counts(6, 1)),
    ("100%: Checks: 5, Failures: 0, Errors: 0", 1, Counts(failed=1)),
    ("no summary", 0, Counts(failed=1)),
])
def test_a_program_of_checks(says: str, code: int, counts: Counts, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho '{says}'; exit {code}\n")
    program.chmod(0o755)
    assert checks.unit_tests(program)[0] == counts


def test_a_target_that_cannot_begin_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.target("no-such-target")[0] == Counts(failed=1)
    assert checks.target("help")[0] == Counts(passed=1)
    monkeypatch.setenv("PATH", str(tmp_path))
    counts, said = checks.target("help")
    assert counts == Counts(failed=1) and "make: No such file" in said


def test_every_long_target_is_named_once() -> None:
    targets = [name.split()[0] for name in (*checks.PROOF, *checks.LONG)]
    assert len(set(targets)) == len(targets)


def test_continuous_integration_strips_the_environment(tmp_path: Path) -> None:
    """With a program in place of make, found by a link: PATH itself is stripped too."""
    (tmp_path / ".ci").mkdir()
    script = (ROOT / ".ci/run").read_text().replace("make test", "/bin/sh -c 'env; pwd'")
    (tmp_path / ".ci/run").write_text(script)
    done = subprocess.run(["sh", tmp_path / ".ci/run"], capture_output=True, text=True, check=True,
                          env={"HOME": "/a b", "PYTHONUNBUFFERED": "1", "CELLS": "x", "LANG": "C",
                               "UAPI_CONFORM_CACHE": "c'", "PATH": "/nowhere:/usr/bin:/bin"})
    said = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    del said["PWD"]
    said.pop("_", None)
    assert said == {"HOME": "/a b", "UAPI_CONFORM_CACHE": "c'",
                    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    assert done.stdout.splitlines()[-1] == str(tmp_path)
