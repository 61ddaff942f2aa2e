# SPDX-License-Identifier: GPL-2.0-only
"""What is told of the faults that were put back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ci import cells, history_peers, mutants, mutants_explore
from ci import history as ci_history
from ci import mutants_judge as judging
from ci.cells import Cell
from ci.history import Outcome
from ci.kernel import Kernel
from ci.mutants import Boot
from ci.mutants_judge import Judgement
from fixtures import vm
from fixtures.kernel import history
from fixtures.kernel.mutate import Mutant


def outcome(name: str, verdict: str, first: str = "", explored: str = "", note: str = "") -> Outcome:
    mutant = Mutant(name, "s", history.WAITING, "exact set", "max", "", "", "", places=())
    fault = history.Fault(mutant, "0123456789ab", "s: Check", 2020, "it is accepted")
    return Outcome(fault, Judgement(mutant, verdict, first), 0.5, explored, note)


FOUR = [
    outcome("rows", judging.KILLED, "s.a", mutants_explore.MISSED),
    outcome("both", judging.KILLED, "s.b", mutants_explore.FOUND, "A"),
    outcome("explored", judging.SURVIVED, "", mutants_explore.FOUND, "A"),
    outcome("elsewhere", judging.ELSEWHERE, "s.c", mutants_explore.MISSED),
]


def test_shares() -> None:
    assert ci_history.counts(FOUR) == {"faults": 4, "rows": 2, "exploration": 2, "either": 3,
                                       "elsewhere": 1, "not_run": 0, "recorded": 0, "peers": 0, "peers_alone": 0}
    assert ci_history.summary(FOUR, 9.6, True) == (
        "history: 4 faults, 2 (50 %) killed by rows, 2 (50 %) by exploration, 3 (75 %) by either, "
        "2 survived the rows, 1 noticed by other requirements, 10 s")
    assert "exploration" not in ci_history.summary(FOUR, 9.6, False)


def test_what_noticed_it_first(capsys: pytest.CaptureFixture[str]) -> None:
    ci_history.show(FOUR, ["a boot failed"], False)
    lines = capsys.readouterr().out.splitlines()
    assert "  2020  rows       s.a  [explored: missed]" in lines
    assert "  2020  explored   exploration: A" in lines
    assert any(line.startswith("SURVIVED: explored (no requirement says so yet): it is") for line in lines)
    assert any(line.startswith("KILLED ELSEWHERE: elsewhere") for line in lines)
    assert not any(line.startswith("KILLED: ") for line in lines)
    assert "COMPLAINT: a boot failed" in lines


def test_a_fault_that_waits_breaks_nothing_in_the_result(tmp_path: Path) -> None:
    breaks = replace(FOUR[0].fault, mutant=replace(FOUR[0].fault.mutant, breaks=("A",)))
    ci_history.save([*FOUR, replace(FOUR[0], fault=breaks)], [], 1.0, tmp_path)
    saved = json.loads((tmp_path / "results.json").read_text())
    assert [fault["breaks"] for fault in saved["faults"]] == [[], [], [], [], ["A"]]
    assert saved["counts"]["faults"] == 5 and saved["format"] == "uapi-conform history"


def test_what_rows_notice_is_there_when_exploration_is_interrupted(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = mutants.Run({}, {}, tmp_path, judgements={o.fault.mutant.name: o.rows for o in FOUR})
    monkeypatch.setattr(mutants, "rows_and_requirements", lambda chosen: None)
    monkeypatch.setattr(mutants, "measure", lambda chosen, listed, results: (done, 1.0))

    def interrupted(chosen: list[Mutant], results: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mutants_explore, "measure", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ci_history.run([o.fault for o in FOUR], tmp_path, True)
    assert json.loads((tmp_path / "results.json").read_text())["counts"]["rows"] == 2


SAID = """# peer none: begin
# peer none: /peers/arm64/psci_test 0 0.50
# peer none: /peers/get-reg-list 0 0.25
# peer none: /peers/arch_timer 0 18.70
# peer none: /peers/page_fault_test 124 31.00
# peer none: /peers/steal_time 4 0.01
# peer none: /peers/at 254 0.01
# peer none: end
# peer one: begin
# peer one: /peers/arm64/psci_test 0 0.50
# peer one: /peers/get-reg-list 254 0.30
# peer one: /peers/get-reg-list 254 0.30
# peer none: /peers/get-reg-list 0 0.30
# peer one: end
# peer two: begin
# peer two: /peers/arm64/psci_test 254 0.50
# peer two: /peers/arm64/psci_test 0 0.50
# peer two: /peers/get-reg-list 4 0.30
# peer two: end
# peer three: begin
# peer three: /peers/get-reg-list 254 0.30
# peer three: /peers/get-reg-list 254 0.30
# peer none: /peers/get-reg-list 254 0.30
# peer three: spoils
# peer four: begin
# peer four: /peers/arm64/psci_test begins
""".splitlines()
LEFT_OUT = {"arch_timer": "takes 19 s", "page_fault_test": "takes over 31 s", "steal_time": "skips",
            "at": "fails (254)"}


def test_what_peers_say() -> None:
    watch = history_peers.Watch()
    ends = [line for line in SAID if watch.line(line)]
    assert ends == [line for line in SAID if line.endswith((": end", ": spoils"))]
    # What fails once, or skips, kills nothing.
    assert watch.ended == {"none": "", "one": "get-reg-list", "two": "", "three": "get-reg-list"}
    assert (watch.current, watch.running) == ("four", "arm64/psci_test")


def sound() -> history_peers.Peers:
    watch = history_peers.Watch()
    for line in SAID[:8]:
        watch.line(line)
    return history_peers.Peers({"kvm_arm_caps max": watch.programs})


def test_what_fails_on_the_kernel_as_it_is_is_left_out() -> None:
    tally = sound()
    assert tally.usable("kvm_arm_caps", "max") == {"arm64/psci_test": 0.5, "get-reg-list": 0.25}
    assert tally.left_out("kvm_arm_caps", "max") == LEFT_OUT
    assert not tally.usable("kvm_arm_caps", "nested")


class Machines:
    """Instead of QEMU: each boot says the next text, and ends so."""

    def __init__(self, *boots: tuple[list[str], str]) -> None:
        self.boots = list(boots)
        self.asked: list[tuple[list[str], list[str]]] = []

    def __call__(self, bench: history_peers.Bench, suite: str, cell: Cell, programs: Iterable[str],
                 faults: list[str], watch: history_peers.Watch) -> vm.Outcome:
        self.asked.append((list(programs), faults))
        said, kind = self.boots.pop(0)
        for line in said:
            if watch.line(line):
                bench.keep(watch)
        return vm.Outcome(kind, kind, 1.0)


def tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, machines: Machines,
          names: list[str]) -> history_peers.Peers:
    monkeypatch.setattr(history_peers.Bench, "boot", lambda bench, *of: machines(bench, *of))
    bench = history_peers.Bench(Kernel(Path("image"), {}), {}, tmp_path, "key", sound())
    mutants = [replace(FOUR[0].fault.mutant, name=name, suite="kvm_arm_caps") for name in names]
    bench.faults(Boot(cells.load()[0], "kvm_arm_caps", mutants))
    return bench.tally


def test_the_fault_with_which_the_machine_ends_is_killed_and_the_rest_is_tried(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machines = Machines((SAID[8:], "panic"), (["# peer five: begin", "# peer five: end"], "off"))
    tally = tried(monkeypatch, tmp_path, machines, ["one", "two", "three", "four", "five"])
    assert tally.killed == {"one": "get-reg-list", "two": "", "three": "get-reg-list",
                            "four": "arm64/psci_test, with which the machine ended", "five": ""}
    programs = ["arm64/psci_test", "get-reg-list"]
    assert machines.asked == [(programs, ["one", "two", "three", "four", "five"]), (programs, ["five"])]
    # All of it is there for the next run of the same kernel and programs, and of no others.
    again = history_peers.known(tmp_path / history_peers.KEPT, "key")
    assert again.killed == tally.killed and again.sound == tally.sound
    assert not history_peers.known(tmp_path / history_peers.KEPT, "another").killed


def test_the_fault_at_which_the_time_is_up_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = ["# peer two: begin", "# peer two: get-reg-list begins"]
    for kind in ("timeout", "died"):
        machines = Machines((["# peer one: begin", "# peer one: end", *begun], kind),
                            ([*begun[:1], "# peer two: end"], "off"))
        tally = tried(monkeypatch, tmp_path, machines, ["one", "two"])
        assert tally.killed == {"one": "", "two": ""} and not tally.complaints


def test_what_was_measured_by_other_limits_is_measured_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(history_peers, "INIT", tmp_path / "init")
    (tmp_path / "init").touch()
    kernel = Kernel(Path("image"), {"image_sha256": "0"})
    before = history_peers._key(kernel, {})
    monkeypatch.setitem(history_peers.SLOWEST, "tsm_req", 61)
    assert history_peers._key(kernel, {}) != before


def test_a_fault_that_is_not_tried_is_a_complaint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for said, kind in (([], "died"), (["# peer one: begin"], "off")):
        tally = tried(monkeypatch, tmp_path, Machines((said, kind)), ["one", "two"])
        assert not tally.killed and tally.complaints == [f"peers: {cells.load()[0].name}: one was not tried: {kind}"]


def test_peers_beside_ours() -> None:
    own = [replace(o, fault=replace(o.fault, mutant=replace(o.fault.mutant, suite="kvm_arm_caps")))
           for o in FOUR]
    own[0], own[3] = replace(own[0], peer="psci_test"), replace(own[3], peer="psci_test")
    share, *left_out = ci_history.beside(own, sound())
    assert share == ("peers: of 4 faults of kvm_arm_caps the kernel's own selftests (kvm) kill 2, our rows 2, "
                     "both 1; 2 programs take 0.8 s a kernel, our rows 0.5 s")
    assert left_out == [f"  left out: {name}: {why}" for name, why in sorted(LEFT_OUT.items())]
