# SPDX-License-Identifier: GPL-2.0-only
"""What an exploration printed, read back; and one with real kernels."""

from __future__ import annotations

import copy
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ci import exploration_log, explore
from ci.cells import Cell, Configuration
from ci.kernel import Kernel
from ci.machine import Machine
from fixtures import ROOT, vm
from report import console, known


LOG = """\
# kernel: Linux 1.3.9-mine #1
# run s.explore.sequences
# explore: seed 5, 150 sequences of 32 steps
# explore: 150 sequences, 4091 calls, 2.7 s, 1515 calls a second, digest 00ff
# explore: KVM_RUN: EINTR 3
# FAIL s.explore.sequences
#   finding 1 of 2: sequence 6, in 9 sequences; shrunk from 24 to 2 steps in 44 trials
#   requirement: s:FIRST: it holds [somewhere]
#   explore: 1. INIT = 0
[    3.1] something: chats
#   explore: 2. VM 0 vCPU 0: KVM_RUN a=2 = EIO
#   expected: 0
#   got:      EIO
#   a C program that shows it stands behind the bars:
#   | int main(void)
#   | {
#   |
#   | \treturn 1;
#   | }
#   finding 2 of 2: sequence 8, 32 steps; it came once and could not be repeated
#   explore: 1. INIT
#   kernel: WARNING: CPU: 0
#   rerun: uapi-conform --explore 150 --seed 5 --steps 32 --suite s
not ok 1 s.explore.sequences
# exit: 1
"""


def read(text: str) -> exploration_log.Exploration:
    return exploration_log.read(console.read(text.encode()))


def test_findings_are_read_from_a_console() -> None:
    found = read(LOG.replace("\n", "\r\n"))
    assert (found.sequences, found.calls, found.seconds, found.verdict) == (150, 4091, 2.7, "FAIL")
    first, second = found.findings
    assert first.requirement == "s:FIRST"
    assert first.trace == ["1. INIT = 0", "2. VM 0 vCPU 0: KVM_RUN a=2 = EIO"]
    assert first.said == ["expected: 0", "got:      EIO"]
    assert first.program == "int main(void)\n{\n\n\treturn 1;\n}\n"
    assert not second.requirement and not second.program
    assert second.said == ["kernel: WARNING: CPU: 0"]


def test_other_verdicts_are_read_too() -> None:
    passed = read("# explore: 1 sequences, 2 calls, 0.1 s, 20 calls a second\n"
                  "# run s.explore.x\nok 1 s.explore.x\n")
    assert (passed.verdict, passed.calls, passed.findings) == ("PASS", 2, [])
    skipped = read("ok 1 s.explore.x # SKIP no such thing\n")
    assert (skipped.verdict, skipped.reason) == ("SKIP", "no such thing")
    broken = read("# run s.explore.x\n# ERROR s.explore.x\n#   no world\nnot ok 1 s.explore.x\n")
    assert (broken.verdict, broken.reason) == ("ERROR", "no world")
    assert read("TAP version 13\n# run s.explore.x\n").verdict == ""


class Told(explore.Place):
    """A place where the machine was told what to say."""

    said: dict[str, str]

    def boot(self, name: str, words: tuple[str, ...] = (), initrd: Path | None = None
             ) -> tuple[vm.Outcome, bytes]:
        return vm.Outcome("off", "powered off", 1.0), self.said[name].encode()


@pytest.fixture
def place(tmp_path: Path) -> Told:
    booted = Machine(Cell("stock-1.0", Configuration("max", ("max",))), Kernel(tmp_path, {}), "", "")
    told = Told(booted, tmp_path, vm.Limits())
    told.said = {"console": LOG, "finding-1-run": "# exit: 1\n"}
    return told


ISSUE = known.Issue("x", "s:FIRST", ["*"], [{"call": "KVM_RUN a=1", "expected": "0", "got": "EIO"}],
                    "", "", "", first="1.0", last="1.4")


@pytest.mark.long
@pytest.mark.parametrize("old,new,count", [
    ("", "", 1), ("got:      EIO", "got:      ENXIO", 0), ("expected: 0", "expected: EPERM", 0),
    ("0: KVM_RUN", "0: KVM_INIT", 0), ("got:      EIO", "got:      EIO\n#   kernel: WARNING: x", 0),
    ("Linux 1.3.9", "Linux 1.5.0", 0), ("# kernel: Linux 1.3.9-mine #1\n", "", 0),
])
def test_known_findings_are_told_from_new_ones(
    place: Told, old: str, new: str, count: int
) -> None:
    """By what failed, and on which version: not by the name of the kernel."""
    assert old in LOG
    place.said["console"] = LOG.replace(old, new) if old else LOG
    tally = explore.explore_cell(place, "s", (), [ISSUE])
    assert (tally.cells, tally.calls, tally.known, tally.new) == (1, 4091, count, 2 - count)


def test_what_an_entry_expects_and_got_are_globs(place: Told) -> None:
    """A random sequence writes any of the values that a row writes one of."""
    place.said["console"] = LOG
    for got, count in (("E*", 1), ("E[A-H]O", 0)):
        one = [{**fails, "got": got} for fails in ISSUE.fails]
        tally = explore.explore_cell(place, "s", (), [replace(ISSUE, fails=one)])
        assert (tally.known, tally.new) == (count, 2 - count)


@pytest.mark.long
@pytest.mark.parametrize("old,new,count", [
    ("", "", 1), ("6.1.176-1", "6.1.192-3", 0), ("WARNING: CPU: 0", "WARNING: CPU: 0\n#   kernel: BUG: y", 0),
    ("kernel: WARNING", "got it from: the end, kernel: WARNING", 0), ("WARNING: CPU: 0", "WARNING: CPU: 1", 0),
])
def test_a_complaint_is_known_by_its_words_on_the_versions_that_have_it(
    place: Told, old: str, new: str, count: int
) -> None:
    """Debian says which 6.1 it is behind the release alone."""
    log = LOG.replace("Linux 1.3.9-mine #1", "Linux 6.1.0-50-cloud-arm64 #1 SMP Debian 6.1.176-1 (2026) x")
    assert old in log
    place.said["console"] = log.replace(old, new) if old else log
    warns = known.Issue("w", "s:OTHER", ["*"], [], "", "", "", warns=["WARNING: * 0"], last="6.1.176")
    tally = explore.explore_cell(place, "s", (), [warns])
    assert (tally.known, tally.new) == (count, 2 - count)


def test_why_it_ended_early_is_told(place: Told) -> None:
    """Else it would look as if all had been played."""
    why = "ended after 40 sequences, because 3 processes did not survive"
    place.said["console"] = LOG.replace("# explore: 150 seq", f"# explore: {why}\n# explore: 150 seq")
    assert f"    {why}" in explore.explore_cell(place, "s", (), []).lines
    place.said["console"] = LOG
    assert "ended after" not in "\n".join(explore.explore_cell(place, "s", (), []).lines)


def test_cells_are_told_in_their_order_and_counted_together(
    place: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    tally, other = explore.Tally(), copy.copy(place)
    other.directory = place.directory / "t"
    explore.explore_all([(place, "s"), (other, "t")], ("--explore", "5"), [ISSUE], tally)
    heads = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [head.split()[1] for head in heads] == ["s:", "t:"]
    assert (tally.cells, tally.calls, tally.known, tally.new) == (2, 8182, 2, 2)


def test_a_program_must_show_it(place: Told) -> None:
    place.said["finding-1-run"] = "# exit: 0\n"
    tally = explore.explore_cell(place, "s", (), [])
    assert (tally.new, tally.broken) == (2, 1)
    nonsense = exploration_log.Finding("", "s:FIRST", program="int main(void) { return x; }\n")
    assert explore.prove(place, nonsense, 1).startswith("does not compile: ")


def test_a_panic_is_the_kernels_and_what_broke_is_nobodys(
    place: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, code in (("panic", 1), ("died", 5), ("hang", 5)):
        monkeypatch.setattr(Told, "boot", lambda *_, kind=kind: (
            vm.Outcome(kind, f"{kind}: boom", 1.0), b"# run s.explore.sequences\n"))
        tally = explore.explore_cell(place, "s", (), [])
        assert explore.exit_code(tally) == code
    for tally, code in ((explore.Tally(), 4), (explore.Tally(calls=1), 0),
                        (explore.Tally(calls=1, broken=1), 5),
                        (explore.Tally(calls=1, broken=1, new=1), 1)):
        assert explore.exit_code(tally) == code


@pytest.mark.long
@pytest.mark.parametrize("words", [["--count", "0"], ["--seed", "tomorrow"], ["--suite", "none"],
                                   ["--steps", "0"], ["--cells", "no-such-cell"]])
def test_bad_input_gets_one_line(words: list[str]) -> None:
    done = subprocess.run(["ci/explore", *words], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 64
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr


def test_a_tree_of_ones_own_has_cells_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["ci/explore"])
    assert explore.parse().cells == explore.DEFAULT_CELLS
    (tmp_path / "Kbuild").touch()
    (tmp_path / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 2\nSUBLEVEL = 13\n")
    monkeypatch.setenv("KERNEL_SRC", str(tmp_path))
    assert explore.parse().cells == []


@pytest.mark.vm
def test_released_kernels_show_nothing_new() -> None:
    """Also that it finds what is known of 6.1, with a program that shows it."""
    done = subprocess.run(["ci/explore", "--count", "300", "--seed", "4",
                           "--cells", "stock-6.1/max stock-6.12/max"],
                          cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "known (refused-bits-stay-6.1): kvm_arm_caps:STATE_AFTER_REJECTION" in done.stdout
    assert "/finding-1.c shows it" in done.stdout
    assert "known (other-pmu-warns): the kernel died, hung or complained" in done.stdout
    assert "2 explorations" in done.stdout and " 0 new findings" in done.stdout


@pytest.mark.vm
def test_a_device_is_explored_and_its_faults_are_found() -> None:
    """The same seed on the reference kernel, as it is and with one fault: a program shows that."""
    words = ["ci/explore", "--count", "200", "--seed", "1", "--cells",
             "reference/max", "--suite", "tsm_req"]
    done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "reference/max tsm_req: PASS, 200 sequences" in done.stdout
    done = subprocess.run([*words, "--append", "uapi_conform.mutant=fault_is_success"], cwd=ROOT,
                          text=True, capture_output=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NEW: tsm_req:BUFFER_FAULT" in done.stdout
    assert "/finding-1.c shows it" in done.stdout
