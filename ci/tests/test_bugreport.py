# SPDX-License-Identifier: GPL-2.0-only
"""A row's failure as a mail: what is refused and why, and what it says."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ci import bugreport, explore
from ci.cells import Cell, Configuration
from ci.kernel import Kernel
from ci.machine import Machine
from fixtures import ROOT, vm
from fixtures.problem import Problem
from report import catalogue

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
    (f"ok 1 {ROW}", "(PASS): there is nothing to report"),
    (f"ok 1 {ROW} # SKIP no such thing", "(SKIP, no such thing): there is nothing"),
])
def test_a_row_that_does_not_fail_has_no_program(place: Told, result: str, said: str) -> None:
    place.said = log(result)
    with pytest.raises(Problem, match="does not fail in stock-1.0/max") as problem:
        bugreport.must_fail(place, ROW)
    assert problem.value.code == bugreport.NOTHING_WRONG
    assert said in str(problem.value)


def test_a_row_that_fails_is_searched_for(place: Told) -> None:
    place.said = log(f"# FAIL {ROW}\nnot ok 1 {ROW}")
    bugreport.must_fail(place, ROW)
    place.said = "Kernel panic - not syncing: oh\n"
    with pytest.raises(Problem, match="has no result"):
        bugreport.must_fail(place, ROW)


@pytest.mark.long
@pytest.mark.parametrize(("words", "said"), [
    ([ROW], "--cell CELL or --kernel PATH"),
    (["kvm_arm_caps.pairing.adress_only", "--cell", "stock-6.1/max"], "did you mean"),
    ([ROW, "--cell", "no-such-cell"], "no cell is called"),
    ([], "the following arguments are required"),
])
def test_bad_input_gets_one_line(words: list[str], said: str) -> None:
    done = subprocess.run(["ci/bugreport", *words], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 64
    assert len(done.stderr.splitlines()) == 1 and said in done.stderr


FAILED = f"""TAP version 13
1..1
# kernel: Linux 1.3.9-mine #1 SMP Debian 1.3.9-2 (2026-01-01) aarch64
# run {ROW}
# FAIL {ROW}
#   requirement: kvm_arm_caps:PAIRING_NOT_ONE: both or neither [a book]
#   call:     KVM_ARM_VCPU_INIT features=PTRAUTH_ADDRESS
#   expected: EINVAL
#   got:      0
#   rerun: uapi-conform --case {ROW}
#   replay: uapi-conform --suite kvm_arm_caps --replay 'INIT PTRAUTH_ADDRESS = EINVAL'
not ok 1 {ROW}
# exit: 1
"""
FINDING = """# run kvm_arm_caps.explore.sequences
# FAIL kvm_arm_caps.explore.sequences
#   finding 1 of 1: the sequence that was given
#   requirement: kvm_arm_caps:PAIRING_NOT_ONE: both or neither [a book]
#   | int main(void) { return 1; }
not ok 1 kvm_arm_caps.explore.sequences
# exit: 1
"""


class Asked(Told):
    """Says of each boot what is for its name."""

    def boot(self, name: str, words: tuple[str, ...] = (), initrd: Path | None = None
             ) -> tuple[vm.Outcome, bytes]:
        asked = {"row": FAILED, "replay": FINDING, "finding-1-run": "# exit: 1\n"}
        (self.directory / f"{name}.log").touch()
        assert name != "replay" or "INIT PTRAUTH_ADDRESS = EINVAL" in words
        return vm.Outcome("off", "powered off", 1.0), asked[name].encode()


def test_the_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is documented, what came, where else, and a program that was run."""
    booted = Machine(Cell("stock-1.0", Configuration("max", ("max",))), Kernel(tmp_path, {}), "", "max")
    monkeypatch.setattr(bugreport, "find_place", lambda _: Asked(booted, tmp_path, vm.Limits()))
    monkeypatch.setattr(bugreport, "elsewhere", lambda *_: {"1.4.0 #1 Debian 1.4.0-1": "PASS"})
    monkeypatch.setattr("sys.argv", ["ci/bugreport", ROW, "--cell", "stock-1.0/max"])
    assert bugreport.main() == 0
    text = (tmp_path / "report.md").read_text()
    assert text.startswith("Subject: KVM_ARM_VCPU_INIT features=PTRAUTH_ADDRESS: 0 where EINVAL is documented\n")
    for part in ("\n    https://docs.kernel.org/virt/kvm/api.html#kvm-arm-vcpu-init\n",
                 "    expected: EINVAL\n    got:      0\n", "reproducer.c", f"-- --case {ROW}'",
                 "    1.3.9-mine (Debian 1.3.9-2): FAIL, as above\n    1.4.0 (Debian 1.4.0-1): PASS\n"):
        assert part in text, part
    assert str(tmp_path) not in text and "main(void)" in (tmp_path / "reproducer.c").read_text()
    # What no document says is not called documented.
    listed = catalogue.load()
    other = {name: replace(clause, source="released behaviour since 1.2") for name, clause in listed.requirements.items()}
    monkeypatch.setattr(catalogue, "load", lambda: replace(listed, requirements=other))
    assert bugreport.main() == 0
    assert "features=PTRAUTH_ADDRESS: 0 where EINVAL is what released kernels answer\n" in (
        tmp_path / "report.md").read_text()
