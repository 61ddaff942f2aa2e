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


def test_what_passed_is_run_again_when_it_is_another_program(tmp_path: Path) -> None:
    program = tmp_path / "check" / "program"
    program.parent.mkdir()

    def says(text: str, code: int) -> None:
        program.write_text(f"#!/bin/sh\necho run >>{tmp_path}/runs\necho '{text}'; exit {code}\n")
        program.chmod(0o755)

    def runs() -> int:
        return len((tmp_path / "runs").read_text().splitlines())

    says("50%: Checks: 2, Failures: 1, Errors: 0", 1)
    assert checks.unless_passed(program)[0] == checks.unless_passed(program)[0] == Counts(1, 1)
    assert runs() == 2
    says("100%: Checks: 2, Failures: 0, Errors: 0", 0)
    assert checks.unless_passed(program)[0] == checks.unless_passed(program)[0] == Counts(2)
    assert runs() == 3
    says("100%: Checks: 3, Failures: 0, Errors: 0", 0)
    assert checks.unless_passed(program)[0] == Counts(3) and runs() == 4
    (tmp_path / "passed/program").write_text("what is no digest")
    assert checks.unless_passed(program)[0] == Counts(3) and runs() == 5


def test_a_file_of_tests_is_for_whoever_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each test is run once, by one of them, and a failure is that one's."""
    (tmp_path / "conftest.py").write_bytes((ROOT / "conftest.py").read_bytes())
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name in ("harness", "fixtures", "report", "ci", "packaging", "docs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"test_{name}.py").write_text(
            "import time\ndef test_one(): time.sleep(0.05)\n"
            f"def test_two(): open('{tmp_path}/{name}-ran', 'x')\n")
    (tmp_path / "docs/test_docs.py").write_text("def test_it(): assert False\n")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    counts, output = checks.python_tests("not vm", processes=3)
    assert counts == Counts(10, 1) and output.count("FAILED docs/test_docs.py::test_it") == 1


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
