# SPDX-License-Identifier: GPL-2.0-only
"""Asking for the program of one row: what is refused, and why."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ci import explore, reproduce
from ci.cells import Cell, Configuration
from ci.kernel import Kernel
from ci.machine import Machine
from fixtures import ROOT, vm
from fixtures.problem import Problem

ROW = "kvm_arm_caps.pairing.address_only"


class Told(explore.Place):
    """A place where the machine was told what to say."""

    said: str

    def boot(self, name: str, words: tuple[str, ...] = (), initrd: Path | None = None
             ) -> tuple[vm.Outcome, bytes]:
        return vm.Outcome("off", "powered off", 1.0), self.said.encode()


@pytest.fixture
def place(tmp_path: Path) -> Told:
    booted = Machine(Cell("stock-1.0", Configuration("max", ("max",))), Kernel(tmp_path, {}), "", "")
    return Told(booted, tmp_path, vm.Limits())


def log(result: str) -> str:
    return f"TAP version 13\n1..1\n# run {ROW}\n{result}\n# exit: 0\n"


@pytest.mark.parametrize(("result", "said"), [
    (f"ok 1 {ROW}", "(PASS): there is nothing to reproduce"),
    (f"ok 1 {ROW} # SKIP no such thing", "(SKIP, no such thing): there is nothing"),
])
def test_a_row_that_does_not_fail_has_no_program(place: Told, result: str, said: str) -> None:
    place.said = log(result)
    with pytest.raises(Problem, match="does not fail in stock-1.0/max") as problem:
        reproduce.must_fail(place, ROW)
    assert problem.value.code == reproduce.NOTHING_WRONG
    assert said in str(problem.value)


def test_a_row_that_fails_is_searched_for(place: Told) -> None:
    place.said = log(f"# FAIL {ROW}\nnot ok 1 {ROW}")
    reproduce.must_fail(place, ROW)
    place.said = "Kernel panic - not syncing: oh\n"
    with pytest.raises(Problem, match="has no result"):
        reproduce.must_fail(place, ROW)


@pytest.mark.parametrize(("words", "said"), [
    ([ROW], "--cells CELL or --kernel PATH"),
    (["kvm_arm_caps.pairing.adress_only", "--cells", "stock-6.1/max"], "did you mean"),
    ([ROW, "--cells", "no-such-cell"], "no cell is called"),
    ([], "the following arguments are required"),
])
def test_bad_input_gets_one_line(words: list[str], said: str) -> None:
    done = subprocess.run(["ci/reproduce", *words], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 64
    assert len(done.stderr.splitlines()) == 1 and said in done.stderr
