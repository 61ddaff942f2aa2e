# SPDX-License-Identifier: GPL-2.0-only
"""The built program itself: what it does outside of a row."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

HOST = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
BINARY = Path(__file__).resolve().parents[2] / "build" / HOST / "uapi-conform"
# The first process of a container: not number 1 of a machine, and its mounts are its own.
CONTAINER = ["unshare", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]),
             "--pid", "--mount", "--fork", "--kill-child"]

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="the binary is not built")


def run(*arguments: str, before: list[str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*(before or []), str(BINARY), *arguments], text=True, timeout=60,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)


def test_in_a_container_it_is_an_ordinary_program() -> None:
    if subprocess.run([*CONTAINER, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces for processes here")
    row = run("--list").stdout.split("\t")[0]
    plain = run("--case", row)
    contained = run("--case", row, before=CONTAINER)
    assert contained.returncode == plain.returncode
    assert "# exit:" not in contained.stdout
    assert "cannot mount" not in contained.stdout
    assert contained.stdout.splitlines()[-1] == plain.stdout.splitlines()[-1]
    assert run("--bogus", before=CONTAINER).returncode == 64


@pytest.mark.parametrize("arguments", [["--list"], ["--requirements"], []])
def test_results_that_could_not_be_written_are_no_success(arguments: list[str]) -> None:
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([str(BINARY), *arguments], stdout=full, stderr=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr == ("uapi-conform: the output could not be written completely: "
                           "is the disk full?\n")


@pytest.mark.parametrize("steps, said", [
    # Each by the suite that has the nearest name, or gets farthest.
    ("VDEVICE_ALOC", "character 1: no step is called 'VDEVICE_ALOC', the nearest is 'VDEVICE_ALLOC'"),
    ("INTI none", "character 1: no step is called 'INTI', the nearest is 'INIT'"),
    ("INIT none; GET_REG APIAKeyLoo_EL1",
     "character 20: no register is called 'APIAKeyLoo_EL1', the nearest is 'APIAKeyLo_EL1'"),
    ("X" * 300, f"character 1: no step is called '{'X' * 48}', the nearest is "),
])
def test_a_misspelt_step_is_told_with_its_place_and_the_nearest(steps: str, said: str) -> None:
    done = run("--replay", steps)
    assert done.returncode == 64
    assert done.stderr.startswith(f"uapi-conform: --replay: {said}") and done.stderr.count("\n") == 1
    assert done.stdout == ""
