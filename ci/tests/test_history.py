# SPDX-License-Identifier: GPL-2.0-only
"""What is told of the faults that were put back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ci import history as ci_history
from ci import history_peers, mutants_explore
from ci import mutants_judge as judging
from ci.history import Outcome
from ci.mutants_judge import Judgement
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


def test_what_peers_say() -> None:
    said = """# peer none: /peers/arm64/psci_test 0 0.50
# peer none: /peers/get-reg-list 0 0.25
# peer none: /peers/arch_timer 0 18.70
# peer none: /peers/steal_time 4 0.01
# peer none: end
# peer one: /peers/get-reg-list 254 0.30
# peer one: end
# peer two: end
# peer three: begun, but the machine ended
"""
    tally = history_peers.Peers()
    assert history_peers.read(said, ["one", "two", "three", "four"], tally) == ["four"]
    assert tally.killed == {"one": "get-reg-list", "two": "", "three": "the machine ended"}
    assert (tally.programs, tally.seconds) == (2, 0.75)
    assert tally.left_out == {"arch_timer": "takes 19 s", "steal_time": "skips"}
    assert not history_peers.read("nothing", ["one"], tally) and tally.complaints


def test_peers_beside_ours() -> None:
    own = [replace(o, fault=replace(o.fault, mutant=replace(o.fault.mutant, suite="kvm_arm_caps")))
           for o in FOUR]
    own[0], own[3] = replace(own[0], peer="psci_test"), replace(own[3], peer="psci_test")
    text = ci_history.beside(own, history_peers.Peers(programs=9, seconds=7.0, left_out={"x": "skips"}))
    assert "kill 2, our rows 2, both 1; 9 programs take 7.0 s a kernel, our rows 0.5 s" in text
    assert text.endswith("left out: x: skips")
