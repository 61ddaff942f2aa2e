# SPDX-License-Identifier: GPL-2.0-only
"""What an exploration of mutants says, and what becomes of it."""

from __future__ import annotations

import pytest

from ci import mutants_explore as mx
from ci.cells import Cell, Configuration
from ci.mutants import Boot
from fixtures.kernel.mutate import Mutant
from report import known

ROW = "s.explore.sequences"
PASSED = (f"# explore: 4 sequences, 9 calls, 1.0 s, 9 calls a second\r\n# run {ROW}\r\n"
          f"ok 1 {ROW}\r\n")
FAILED = (f"# run {ROW}\r\n# FAIL {ROW}\r\n#   finding 1 of 1: sequence 2, 7 steps, as it was found\r\n"
          f"#   requirement: s:FIRST: it holds [somewhere]\r\nnot ok 1 {ROW}\r\n")


def mutant(name: str, unexplored: str = "") -> Mutant:
    return Mutant(name=name, suite="s", breaks=("FIRST",), kind="off by one", cell="max",
                  equivalent="", spoils="", include="", places=(), unexplored=unexplored)


def console(*sections: tuple[str, str]) -> str:
    lines = [f"# mutant {i} of {len(sections)}: {name}\r\n{text}# mutant {name}: exit 0\r\n"
             for i, (name, text) in enumerate(sections, 1)]
    return "TAP version 13\r\n" + "".join(lines)


def evaluate(mutants: list[Mutant], text: str) -> tuple[mx.Tally, list[Boot]]:
    work = Boot(Cell("reference", Configuration("max", ("max",))), "s", mutants)
    tally = mx.Tally()
    return tally, mx.evaluate(work, mx.explorations(text.encode()), "powered off", tally)


def test_found_missed_and_unexplored() -> None:
    own = [mutant("one"), mutant("two"), mutant("three", "no call does that")]
    tally, rest = evaluate(own, console(("none", PASSED), ("one", FAILED), ("two", PASSED),
                                        ("three", PASSED), ("none", PASSED)))
    assert tally.verdicts == {"one": mx.FOUND, "two": mx.MISSED, "three": mx.HIDDEN}
    assert tally.notes["one"] == "FIRST" and not rest and not tally.complaints
    assert mx.show(own, tally) == {"s": (1, 2)}


@pytest.mark.parametrize("broken", [0, 2])
def test_the_kernel_as_it_is_must_pass(broken: int) -> None:
    sections = [("none", PASSED), ("one", PASSED), ("none", PASSED)]
    sections[broken] = ("none", FAILED)
    tally, _ = evaluate([mutant("one")], console(*sections))
    assert len(tally.complaints) == 1


def test_what_a_known_issue_explains_is_no_finding() -> None:
    issue = known.Issue("odd", "s:FIRST", ["*"], [{"call": "X_Y a=1", "expected": "0", "got": "EIO"}],
                        "", "", "", first="7.2", cells=["max"])
    failed = ("# kernel: Linux 7.2.13\r\n" + FAILED).replace(
        "not ok", "#   explore: 1. X_Y a=2 = EIO\r\n#   call:     X_Y a=2\r\n#   expected: 0\r\n#   got:      EIO\r\nnot ok")
    said = console(("none", failed), ("one", failed)).encode()
    for cell, found in (("max", False), ("nvhe", True)):
        for exploration, _ in mx.explorations(said, [issue], cell).values():
            assert (bool(exploration.findings), exploration.verdict) == (found, "FAIL" if found else "PASS")


def test_where_nothing_can_be_explored_nothing_is_missed() -> None:
    skipped = f"ok 1 {ROW} # SKIP no device\r\n"
    tally, _ = evaluate([mutant("one")], console(("none", skipped), ("one", skipped)))
    assert tally.verdicts == {"one": mx.HIDDEN} and tally.notes == {"one": "no device"}
    assert not tally.complaints


def test_a_machine_that_ends_has_found_it_and_the_rest_is_run_again() -> None:
    text = console(("none", PASSED), ("one", "# run x\r\n")).rsplit("# mutant one: exit", 1)[0]
    tally, rest = evaluate([mutant("one"), mutant("two")], text)
    assert tally.verdicts == {"one": mx.FOUND}
    assert [m.name for boot in rest for m in boot.mutants] == ["two"]


def test_what_could_not_be_explored_was_not_found() -> None:
    error = f"# run {ROW}\r\n# ERROR {ROW}\r\n#   no world\r\nnot ok 1 {ROW}\r\n"
    tally, _ = evaluate([mutant("one")], console(("none", PASSED), ("one", error)))
    assert tally.verdicts == {"one": mx.BROKEN}
    tally, rest = evaluate([mutant("one")], "the kernel did not come up")
    assert tally.verdicts == {"one": mx.NOT_RUN} and not rest and len(tally.complaints) == 1


def test_what_no_call_shows_needs_no_machine() -> None:
    cell = Cell("reference", Configuration("max", ("max",)))
    some = Boot(cell, "s", [mutant("a"), mutant("b", "no such call")])
    none = Boot(cell, "s", [mutant("c", "no such call")])
    assert mx.worth_a_boot([none, some]) == ([some], none.mutants)
