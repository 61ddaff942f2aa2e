# SPDX-License-Identifier: GPL-2.0-only
"""What consoles say of mutants, and how the mutants are put into boots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ci import cells, mutants, mutants_show
from ci import mutants_judge as judging
from ci.mutants_judge import Section
from fixtures import qemu, vm
from fixtures.kernel import mutate
from fixtures.kernel.mutate import Mutant
from fixtures.problem import Problem
from report import known
from report.catalogue import Catalogue, CatalogueRow

CHECKS = {"s.a": ("A",), "s.b": ("B",), "s.ab": ("A", "B")}
OFF = vm.Outcome("off", "powered off", 1.0)


def mutant(name: str = "one", *breaks: str, **more: Any) -> Mutant:
    fields = {"cell": "max", "equivalent": "", "spoils": "", "include": "", **more}
    return Mutant(name, "s", breaks or ("A",), "off by one", places=(), **fields)


def run_of(name: str, number: int, *rows: str, of: int = 9, ended: bool = True) -> str:
    """A section's console; a row is "s.a", "s.a FAIL", "s.a ERROR", or "s.a died"."""
    lines = [f"# mutant {number} of {of}: {name}", "TAP version 13", f"1..{len(rows)}"]
    for place, row in enumerate(rows, 1):
        row, _, verdict = row.partition(" ")
        lines.append(f"# run {row}")
        if verdict in ("FAIL", "ERROR"):
            lines += [f"# {verdict} {row}", "#   why"]
        if verdict != "died":
            lines.append(f"{'not ok' if verdict else 'ok'} {place} {row}")
    return "\r\n".join(lines + ([f"# mutant {name}: exit 1"] if ended else [])) + "\r\n"


def sections(said: str) -> dict[int, Section]:
    return judging.sections(said.encode())


def judged(*rows: str, ended: bool = True, of: Mutant | None = None) -> judging.Judgement:
    section = sections(run_of("one", 1, *rows, ended=ended))[0]
    return judging.judge(of or mutant(), section, CHECKS)


def make_run(tmp_path: Path) -> mutants.Run:
    return mutants.Run({}, CHECKS, tmp_path)


def work(*of: Mutant) -> mutants.Boot:
    return mutants.Boot(cells.load()[0], "s", list(of))


def test_what_a_failure_names_counts_beside_what_its_row_checks() -> None:
    """What the suite's own set-up finds is charged to the next row, whatever that one is there for."""
    console = run_of("one", 1, "s.b FAIL").replace("#   why", "#   requirement: s:A: a text [source]")
    section = sections(console)[0]
    assert judging.judge(mutant(), section, CHECKS).verdict == judging.KILLED


def test_a_section_has_its_rows() -> None:
    found = sections(run_of("none", 1, "s.a", "s.b")
                             + "[    1.2] something of the kernel's\r\n"
                             + run_of("one", 2, "s.a FAIL", "s.b ERROR", "s.ab"))
    assert found[0].good and found[0].name == "none"
    assert (found[1].failed, found[1].broken, found[1].judged) == (["s.a"], ["s.b"], 3)
    assert not found[1].good and not found[1].died


@pytest.mark.parametrize(("section", "good"), [
    (Section("none", planned=2, judged=2, ended=True), True),
    (Section("none", planned=2, judged=1, ended=True), False),
    (Section("none", planned=0, judged=0, ended=True), False),
    (Section("none", planned=2, judged=2, ended=False), False),
    (Section("none", ["s.a"], planned=2, judged=2, ended=True), False),
    (Section("none", [], ["s.a"], planned=2, judged=2, ended=True), False),
])
def test_a_control_passes_only_whole(section: Section, good: bool) -> None:
    assert section.good == good
    assert good or section.why


def test_killed_by_a_row_of_what_it_breaks() -> None:
    result = judged("s.b FAIL", "s.ab FAIL", "s.a")
    assert (result.verdict, result.first) == (judging.KILLED, "s.ab")
    assert result.requirements == ["B", "A"]


def test_killed_by_other_requirements_only() -> None:
    result = judged("s.b FAIL", "s.a")
    assert (result.verdict, result.first) == (judging.ELSEWHERE, "s.b")
    assert result.verdict not in judging.GOOD


def test_a_known_issue_says_nothing_of_a_mutant() -> None:
    """Neither against the kernel without one, nor as what noticed one; another answer still does."""
    listed = Catalogue({"s.a": CatalogueRow("s.a", ("s:A",), (), "")}, {})
    issue = known.Issue("odd", "s:A", ["s.a"], [{"call": "X", "expected": "0", "got": "EIO"}],
                        "", "", "", first="7.2", cells=["protected"])
    for cell, got, failed in (("protected", "EIO", False), ("max", "EIO", True), ("protected", "EPERM", True)):
        said = run_of("none", 1, "s.a FAIL").replace("1..1", "1..1\r\n# kernel: Linux 7.2.13").replace(
            "#   why", f"#   requirement: s:A: a text [source]\r\n#   call:     X\r\n#   expected: 0\r\n#   got:      {got}")
        section = judging.sections(said.encode(), judging.excuses(listed, [issue], cell))[0]
        assert (section.failed, section.good) == ((["s.a"], False) if failed else ([], True))
    # What the kernel does of itself is no fault's doing; what a fault adds is, though a released kernel has it.
    as_known = "#   requirement: s:A: a text [source]\r\n#   call:     X\r\n#   expected: 0\r\n#   got:      EIO"
    for standing, added in ((["s.a FAIL"], []), (["s.a"], ["s.a"])):
        said = "".join(run_of(name, place, *rows).replace("1..1", "1..1\r\n# kernel: Linux 7.2.13").replace("#   why", as_known)
                       for place, (name, rows) in enumerate((("none", standing), ("m", ["s.a FAIL"])), 1))
        excused = judging.excuses(listed, [issue], "protected")
        assert judging.sections(said.encode(), excused)[1].failed == added


def test_an_error_is_no_kill() -> None:
    result = judged("s.a ERROR", "s.b")
    assert result.verdict == judging.SURVIVED and "s.a could not be judged" in result.note


def test_a_survivor() -> None:
    assert judged("s.a", "s.b").verdict == judging.SURVIVED


def test_a_row_that_takes_the_machine_with_it_has_noticed() -> None:
    result = judged("s.b", "s.a died", ended=False)
    assert (result.verdict, result.first) == (judging.KILLED, "s.a") and "s.a" in result.note
    assert judged("s.a", "s.b died", ended=False).verdict == judging.ELSEWHERE
    assert judged("s.a", "s.b died", ended=True).verdict == judging.SURVIVED


def test_an_equivalent_mutant_must_not_be_noticed() -> None:
    of = mutant("one", "A", equivalent="nobody can see it")
    assert judged("s.a", of=of).verdict == judging.EQUIVALENT
    assert judged("s.b FAIL", of=of).verdict == judging.NOT_EQUIVALENT
    assert judging.NOT_EQUIVALENT not in judging.GOOD


def test_a_failed_control_judges_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    found = sections(run_of("none", 1, "s.a FAIL") + run_of("one", 2, "s.a FAIL"))
    assert not mutants.evaluate(work(mutant()), found, "powered off", run)
    assert run.judgements["one"].verdict == judging.NOT_RUN
    assert "without a mutant" in run.complaints[0] and "s.a" in run.complaints[0]


def test_a_cell_that_cannot_be_run_does_not_cost_the_others(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def boot(of: mutants.Boot, *_: object) -> tuple[vm.Outcome, dict[int, Section]]:
        if of.mutants[0].name == "far":
            raise Problem("this QEMU has no CPU 'x'")
        return OFF, sections(run_of("none", 1, "s.a") + run_of("one", 2, "s.a FAIL"))

    monkeypatch.setattr(mutants, "boot", boot)
    run = make_run(tmp_path)
    mutants.run_all([work(mutant("far")), work(mutant("one"))], run, 2)
    assert run.judgements["far"].verdict == judging.NOT_RUN
    assert run.judgements["one"].verdict == judging.KILLED
    assert "no CPU 'x'" in run.complaints[0]


def test_a_boot_that_never_came_so_far_judges_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    assert not mutants.evaluate(work(mutant()), {}, "panic: no init", run)
    assert "panic: no init" in run.complaints[0]


def test_a_mutant_that_ends_the_machine_costs_only_itself(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    three = [mutant(name) for name in ("one", "two", "three")]
    found = sections(run_of("none", 1, "s.a") + run_of("one", 2, "s.a FAIL")
                             + run_of("two", 3, "s.a died", ended=False))
    again = mutants.evaluate(work(*three), found, "panic: oops", run)
    assert [m.name for boot in again for m in boot.mutants] == ["three"]
    assert {n: j.verdict for n, j in run.judgements.items()} == {
        "one": judging.KILLED, "two": judging.KILLED}


def test_one_that_is_never_reached_is_not_tried_for_ever(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    found = sections(run_of("none", 1, "s.a"))
    assert not mutants.evaluate(work(mutant()), found, "hang", run)
    assert run.judgements["one"].verdict == judging.NOT_RUN


def test_whoever_spoils_the_kernel_is_found(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    found = sections(run_of("none", 1, "s.a") + run_of("one", 2, "s.a")
                             + run_of("two", 3, "s.a FAIL") + run_of("none", 4, "s.a FAIL"))
    again = mutants.evaluate(work(mutant("one"), mutant("two")), found, "powered off", run)
    assert [[m.name for m in boot.mutants] for boot in again] == [["one"], ["two"]]
    assert not run.judgements and "spoils" in run.complaints[0]


def test_spoilers_come_after_the_last_control() -> None:
    boot = work(mutant("bad", spoils="a lock"), mutant("one"), mutant("two"))
    assert boot.names == ["none", "one", "two", "none", "bad"]
    assert [boot.place(m) for m in boot.mutants] == [4, 1, 2]


def test_many_mutants_are_dealt_out_and_none_is_lost() -> None:
    many = [mutant(f"m{i}") for i in range(70)] + [mutant("bad1", spoils="x"),
                                                  mutant("bad2", spoils="x")]
    boots = mutants.boots_of([*many, mutant("far", cell="nvhe")], cells.load(), 2)
    names = [m.name for boot in boots for m in boot.mutants]
    assert sorted(names) == sorted([m.name for m in many] + ["far"])
    assert max(len(boot.mutants) for boot in boots) <= mutants.MOST_IN_A_BOOT
    assert all(sum(bool(m.spoils) for m in boot.mutants) <= 1 for boot in boots)
    assert [boot.cell.configuration.name for boot in boots][-1] == "nvhe"


@pytest.mark.parametrize("narrow", [False, True])
def test_the_command_line_of_a_full_boot_fits(narrow: bool) -> None:
    for boot in mutants.boots_of(mutate.load(), cells.load(), 2, narrow):
        qemu.command_line(qemu.Guest(Path("Image"), Path("initrd"), append=boot.cell.configuration.append,
                                     args=boot.words(("--timeout", "5"))))


def test_only_the_rows_are_run_that_all_of_a_boot_ask_for() -> None:
    a, b, every = mutant("one", rows=("t.a", "t.b")), mutant("two", rows=("t.b", "u.*")), mutant("three")
    assert work(a, b).words(("--timeout", "5")) == (
        "--suite", "s", "--case", "s.t.a", "--case", "s.t.b", "--case", "s.u.*", "--timeout", "5",
        "--mutant", "none,one,two,none")
    assert "--case" not in work(a, every).words(())


def test_each_has_its_own_rows_first(tmp_path: Path) -> None:
    """What they do not notice has all rows; what nobody can see has them at once."""
    of = (mutant("one", "A"), mutant("two", "A", "B"), mutant("same", equivalent="why"),
          mutant("bad", "B", spoils="a lock"))
    boot = replace(work(*of), narrow=True)
    assert boot.words(())[-1] == "none,one:A,two:A+B,same,none,bad:B"
    found = sections(run_of("none", 1, "s.a", "s.b") + run_of("one", 2, "s.a")
                     + run_of("two", 3, "s.a", "s.b FAIL") + run_of("same", 4, "s.a", "s.b")
                     + run_of("none", 5, "s.a", "s.b") + run_of("bad", 6, "s.b"))
    run = make_run(tmp_path)
    again, = mutants.evaluate(boot, found, "powered off", run)
    assert {name: j.verdict for name, j in run.judgements.items()} == {
        "two": judging.KILLED, "same": judging.EQUIVALENT}
    assert [m.name for m in again.mutants] == ["one", "bad"] and not again.narrow
    assert again.words(())[-1] == "none,one,none,bad"
    found = sections(run_of("none", 1, "s.a", "s.b") + run_of("one", 2, "s.a FAIL", "s.b")
                     + run_of("none", 3, "s.a", "s.b") + run_of("bad", 4, "s.a", "s.b"))
    assert not mutants.evaluate(again, found, "powered off", run)
    assert run.judgements["one"].verdict == judging.KILLED
    assert run.judgements["bad"].verdict == judging.SURVIVED


def test_what_has_all_rows_has_them_in_few_boots() -> None:
    late = mutant("one@thousandth", when="thousandth")
    assert replace(work(late), narrow=True).words(())[-1] == "none,one@thousandth,none"
    pending = [replace(work(mutant("a")), narrow=True)]
    mutants.follow(pending, [work(mutant("b")), work(mutant("c", spoils="x"))])
    mutants.follow(pending, [work(mutant("d", spoils="x")), work(mutant("e"))])
    mutants.follow(pending, [replace(work(mutant("f")), suite="other")])
    # What must be tried alone still is.
    mutants.follow(pending, [replace(work(mutant("g")), narrow=True)])
    assert [[m.name for m in boot.mutants] for boot in pending] == [
        ["a"], ["b", "c", "e"], ["d"], ["f"], ["g"]]


@pytest.mark.long
def test_what_takes_a_kernel_of_its_own_is_left_to_make_error_paths() -> None:
    """And has rows of its own, for all of them would take minutes for each mutant."""
    apart = [m for m in mutate.load() if m.apart]
    assert {m.suite for m in apart} == {"kvm_arm_caps", "tsm_req"} and len(apart) >= 8
    assert all(m.rows for m in apart)
    assert {mutants.cell_of(m, cells.load()).apart for m in apart} == {True}
    assert not any(mutants.cell_of(m, cells.load()).apart for m in mutate.load() if not m.apart)


def test_a_cell_that_is_not_there() -> None:
    with pytest.raises(Problem, match="'one': no cell is called 'reference/maks'.*reference/max"):
        mutants.boots_of([mutant(cell="maks")], cells.load(), 2)


def test_requirements_without_a_mutant() -> None:
    judgements = [judging.Judgement(mutant("one", "A"), judging.KILLED, "s.a", ["s.a"], ["A"]),
                  judging.Judgement(mutant("two", "B"), judging.ELSEWHERE, "s.a", ["s.a"], ["A"]),
                  # Dead by A's row: that says nothing of C.
                  judging.Judgement(mutant("three", "A", "C"), judging.KILLED, "s.a", ["s.a"],
                                    ["A"])]
    assert judging.without(judgements, ["A", "B", "C"]) == ["B", "C"]


def test_the_matrix() -> None:
    judgements = [judging.Judgement(mutant("one", "A"), judging.KILLED, "s.a", ["s.a"], ["A", "C"]),
                  judging.Judgement(mutant("three", "B"), judging.SURVIVED)]
    assert judging.matrix(judgements, ["A", "B", "C"])[1:] == [
        "       123", "one    K.x", "three  .-."]


def test_the_summary_has_every_mutant(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    judgements = [judging.Judgement(mutant(), judging.KILLED),
                  judging.Judgement(mutant("two"), judging.EQUIVALENT)]
    said = mutants_show.summary(judgements, ["s:A"], run, 61.4)
    assert said.startswith("mutants: 2 in 0 boots, 1 killed, 0 survived, 1 equivalent, "
                           "1 requirements without a mutant, 61 s")


def test_a_requirement_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mutants.catalogue, "load", lambda: Catalogue({}, {}))
    with pytest.raises(Problem, match="'one' breaks s:A, and there is no such requirement"):
        mutants.run_mutants([mutant()], results=tmp_path)


@pytest.mark.vm
def test_a_handful_dies_and_a_fault_that_is_none_survives(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = {m.name: m for m in mutate.load()}
    some = [every[name] for name in ("scope_first_unknown_accepted", "reserved_after_vdevice",
                                     "bind_again_binds", "torn_pair_accepted")]
    # "none" is the kernel as it should be: nothing to be noticed.
    fake = replace(mutant("none", "SCOPE_KNOWN"), suite="tsm_req")
    code, judgements = mutants.run_mutants([*some, fake], results=tmp_path)
    said = capsys.readouterr().out
    assert [j.verdict for j in judgements] == [judging.KILLED] * 4 + [judging.SURVIVED], said
    assert code == 1 and "SURVIVED: none (breaks SCOPE_KNOWN)" in said
    assert "5 in 2 boots, 4 killed, 1 survived" in said
    code, judgements = mutants.run_mutants(some, results=tmp_path)
    assert code == 0 and (tmp_path / "results.json").is_file()
