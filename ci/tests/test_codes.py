# SPDX-License-Identifier: GPL-2.0-only
"""ci/run's exit codes: docs/exit-codes.md, --help and the program itself say the same."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from fixtures import ROOT, problem
from fixtures.release import release
from report.catalogue import default_binary
from report.problem import KNOWN_ISSUES

CODES = {0, 1, 4, 5, problem.USAGE, problem.UNAVAILABLE, problem.FAULT, problem.IO_ERROR, KNOWN_ISSUES,
         problem.INTERRUPTED}


def test_the_document_and_help_name_all_of_them() -> None:
    document = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
    table = document.partition("| `ci/run` | |\n|---|---|\n")[2].partition("\n\n")[0]
    assert [int(line.split()[1]) for line in table.splitlines()] == list(
        map(int, re.findall(r"(?:^|[ ;])(\d+) [a-z]", _help())))
    assert {int(line.split()[1]) for line in table.splitlines()} == CODES


def _help() -> str:
    """What --help says of exit codes, each before the words for it."""
    said = subprocess.run(["ci/run", "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return " ".join(said.partition("Exit status:")[2].partition("\n\n")[0].split())


@pytest.mark.long
@pytest.mark.parametrize(("words", "environment", "code", "said"), [
    (["--cells", "stok-6.1/max"], {}, problem.USAGE, "did you mean stock-6.1/max"),
    ([], {"QEMU": "/no/such/qemu"}, problem.UNAVAILABLE, "QEMU=/no/such/qemu"),
    ([], {"UAPI_CONFORM_CACHE": "/proc/no/such"}, problem.IO_ERROR, "/proc/no"),
    (["--known", "WRONG"], {}, KNOWN_ISSUES, "unknown key 'x'"),
])
def test_what_goes_wrong_has_its_code_and_a_line(
    tmp_path: Path, words: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("x = 1\n")
    done = subprocess.run(["ci/run", *(str(wrong) if word == "WRONG" else word for word in words)],
                          cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True,
                          check=False)
    assert done.returncode == code
    assert len(done.stderr.splitlines()) == 1 and said in done.stderr and not done.stdout


@pytest.mark.long
@pytest.mark.parametrize("program", sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "report/uapi-report", *(ROOT / "ci").iterdir())
    if path.is_file() and os.access(path, os.X_OK)))
def test_each_program_says_its_release(program: str) -> None:
    """Whatever else it requires, and where no suite was built."""
    done = subprocess.run([program, "--version"], cwd=ROOT, capture_output=True, text=True, check=False,
                          env={**os.environ, "UAPI_CONFORM_BINARY": "/no/such"})
    assert done.returncode == 0 and not done.stderr
    assert re.fullmatch(rf"\S+ {re.escape(release())}\n", done.stdout)


def test_the_binary_says_it_too() -> None:
    said = subprocess.run([default_binary(), "--version"], capture_output=True, text=True, check=True).stdout
    # Not which: it may be of the revision before.
    assert re.fullmatch(r"uapi-conform \d+\.\d+ \(\S+\)\n", said)


def test_a_fault_of_ours_is_no_failure_of_a_kernels(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> int:
        raise ValueError("ours")

    assert problem.run("ci/run", broken) == problem.FAULT
    assert "ValueError: ours" in capsys.readouterr().err


def test_ctrl_c_before_there_is_a_result(tmp_path: Path) -> None:
    """While QEMU is asked which CPUs it has, and does not answer."""
    slow = tmp_path / "qemu"
    slow.write_text(f'#!/bin/sh\ncase "$*" in *--version*) echo "QEMU emulator version 1.0"; exit;; esac\n'
                    f"touch {tmp_path}/asked; exec sleep 30\n")
    slow.chmod(0o755)
    with subprocess.Popen(["ci/run", "--cpu", "max"], cwd=ROOT, env={**os.environ, "QEMU": str(slow)},
                          stderr=subprocess.PIPE, text=True, start_new_session=True) as child:
        for _ in range(100):
            if (tmp_path / "asked").exists():
                break
            time.sleep(0.1)
        os.killpg(child.pid, signal.SIGINT)
        _, said = child.communicate(timeout=20)
    assert child.returncode == problem.INTERRUPTED and said.splitlines()[-1] == "ci/run: interrupted"
