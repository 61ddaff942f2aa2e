# SPDX-License-Identifier: GPL-2.0-only
"""Another boot for what a kernel left undone: with consoles written by hand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ci import boots, suite_words
from fixtures import vm
from fixtures.problem import Problem
from report import results
from report.catalogue import Catalogue, CatalogueRow, Requirement

ORDER = tuple(f"s.t.{name}" for name in "abcdef")
PANIC = "[    1.000000] Kernel panic - not syncing: boom\n"
ROWS = Catalogue(
    {name: CatalogueRow(name, (f"s:{name[-1].upper()}",), (), "t.c") for name in ORDER},
    {f"s:{name[-1].upper()}": Requirement(f"s:{name[-1].upper()}", True, "", "") for name in ORDER},
)
Row = Callable[[str], str]


def passes(name: str) -> str:
    return f"# run {name}\nok N {name}\n"


def chosen(words: tuple[str, ...]) -> list[str]:
    """What the suite would run with these words."""
    cases = [b for a, b in zip(words, words[1:]) if a == "--case"]
    rows = [name for name in ORDER if not cases or name in cases]
    after = [b for a, b in zip(words, words[1:]) if a == "--after"]
    return rows[rows.index(after[0]) + 1:] if after else rows


def console(words: tuple[str, ...], odd: dict[str, str]) -> tuple[str, bool]:
    """The log of a boot in which some rows print something else; and whether it is whole."""
    rows = chosen(words)
    text = f"TAP version 13\n1..{len(rows)}\n# kernel: Linux\n"
    for number, name in enumerate(rows, 1):
        text += odd.get(name, passes(name)).replace("N", str(number), 1)
        if "panic" in odd.get(name, ""):
            return text, False
        if "Bail out" in odd.get(name, ""):
            break
    return text + "# exit: 0\n", True


class Machine:
    """Boots what console() says; `odd` may change from boot to boot."""

    def __init__(self, *odd: dict[str, str]) -> None:
        self.odd: Iterator[dict[str, str]] = iter([*odd, *[odd[-1]] * 99])
        self.words: list[tuple[str, ...]] = []

    def __call__(self, words: tuple[str, ...], path: Path, limits: vm.Limits) -> vm.Outcome:
        self.words.append(words)
        text, whole = console(words, next(self.odd))
        path.write_text(text)
        return vm.Outcome("off", "powered off", 1.0) if whole else vm.Outcome(
            "panic", "panic: boom", 1.0)


def go(where: Path, machine: Machine, words: tuple[str, ...] = (), **named: Any) -> dict[str, Any]:
    done = boots.run(machine, where, ORDER, words, vm.Limits(), **named)
    meta = {"kernel": "k", "cell": "c", "args": shlex.join(words), **done.as_meta(str)}
    result = results.write_cell(where, meta, catalogue=ROWS, issues=[])
    assert results.load(where) == json.loads(json.dumps(result))
    return result


def verdicts(result: dict[str, Any]) -> str:
    """A letter for each row, in order."""
    return "".join("N" if row["verdict"] == "NOT RUN" else row["verdict"][0]
                   for row in result["rows"])


def test_a_run_that_ends_well_is_one_boot(tmp_path: Path) -> None:
    machine = Machine({})
    result = go(tmp_path, machine)
    assert verdicts(result) == "PPPPPP" and machine.words == [()]
    assert "boots" not in result["meta"] and result["meta"]["end"] == "powered off"


@pytest.mark.parametrize("place", range(6))
def test_the_rest_is_run_in_another_boot(place: int, tmp_path: Path) -> None:
    bad = ORDER[place]
    machine = Machine({bad: f"# run {bad}\n{PANIC}"})
    result = go(tmp_path, machine)
    assert verdicts(result) == "P" * place + "F" + "P" * (5 - place)
    assert result["verdict"] == "FAIL" and result["guilty"] == bad
    assert machine.words == [(), ("--after", bad)][: 1 + (place < 5)]
    row = result["rows"][place]
    assert "boom" in row["reason"] and PANIC.strip() in "\n".join(row["detail"])
    lines = (tmp_path / "results.tap").read_text().splitlines()
    numbered = [line.split()[-2:] for line in lines if line.startswith(("ok", "not ok"))][:6]
    assert [name for _, name in numbered] == list(ORDER)
    assert [int(number) for number, _ in numbered] == [1, 2, 3, 4, 5, 6]
    assert f"not ok {place + 1} {bad}" in lines and lines.count("1..6") == 1


def test_a_kernel_that_dies_of_every_row_ends_too(tmp_path: Path) -> None:
    machine = Machine({name: f"# run {name}\n{PANIC}" for name in ORDER})
    result = go(tmp_path, machine, most=4)
    assert len(machine.words) == 4 and verdicts(result) == "FFFFNN"
    assert "rows are left after 4 boots" in result["meta"]["problem"]
    assert [boot["args"] for boot in result["meta"]["boots"]][1] == "--after s.t.a"


def test_a_boot_that_gets_no_further_is_the_last(tmp_path: Path) -> None:
    machine = Machine({"s.t.c": f"# run s.t.c\n{PANIC}"}, {"s.t.d": PANIC})
    result = go(tmp_path, machine)
    assert len(machine.words) == 2 and verdicts(result) == "PPFNNN"
    assert result["verdict"] == "FAIL"


def test_a_boot_without_a_row_is_not_repeated(tmp_path: Path) -> None:
    machine = Machine({"s.t.a": PANIC})
    assert verdicts(go(tmp_path, machine)) == "NNNNNN" and len(machine.words) == 1


def test_a_cut_announcement_names_its_row_where_only_one_fits(tmp_path: Path) -> None:
    machine = Machine({"s.t.c": "# run s.t.c" + PANIC})
    assert verdicts(go(tmp_path, machine)) == "PPFPPP"


def test_the_suite_may_give_a_boot_up(tmp_path: Path) -> None:
    bad = ("# run s.t.b\n# FAIL s.t.b\n#   it oopsed\nnot ok N s.t.b\n"
           "Bail out! the kernel oopsed\n")
    result = go(tmp_path, Machine({"s.t.b": bad}))
    assert verdicts(result) == "PFPPPP" and result["verdict"] == "FAIL"
    assert "the program gave up: the kernel oopsed" in "".join(result["problems"])


TORN = "# run s.t.b\nok N s.t[    1.000000] kvm: hello\n.b\n"


def test_torn_lines_are_run_again_once(tmp_path: Path) -> None:
    machine = Machine({"s.t.b": TORN}, {})
    result = go(tmp_path, machine, ("--strict", "--timeout", "7"))
    assert machine.words[1:] == [("--strict", "--timeout=7", "--case", "s.t.b")]
    assert verdicts(result) == "PPPPPP" and result["verdict"] == "PASS"
    assert "mended by another boot" in " ".join(result["info"])


def test_torn_lines_that_stay_torn_are_no_pass(tmp_path: Path) -> None:
    machine = Machine({"s.t.b": TORN})
    result = go(tmp_path, machine)
    assert verdicts(result) == "PNPPPP" and result["verdict"] == "ERROR"
    assert len(machine.words) == 2


def test_a_second_opinion_does_not_make_a_failure_good(tmp_path: Path) -> None:
    torn = "# run s.t.b\n# FAIL s.t.b\nnot ok N s.t[    1.000000] kvm: hello\n.q\n"
    assert verdicts(go(tmp_path, Machine({"s.t.b": torn}, {})))[1] == "F"


def test_strict_asks_all_boots_together(tmp_path: Path) -> None:
    machine = Machine({"s.t.c": f"# run s.t.c\n{PANIC}", "s.t.a": "ok N s.t.a # SKIP no x\n"})
    result = go(tmp_path, machine, ("--strict",))
    assert result["strict"] == ["s:A"]


def test_strict_does_not_ask_for_what_other_kernels_promise(tmp_path: Path) -> None:
    machine = Machine({"s.t.c": f"# run s.t.c\n{PANIC}", "s.t.a": "ok N s.t.a # SKIP not applicable: only in x\n"})
    result = go(tmp_path, machine, ("--strict",))
    assert result["strict"] == []
    assert {entry["id"]: entry["mandatory"] for entry in result["requirements"]}["s:A"] is False


@pytest.mark.parametrize("words", [("--repeat", "2"), ("--repeat=2",), ("--explore", "9"),
                                   ("--mutant", "x"), ("--after", "s.t.a")])
def test_what_cannot_go_on(words: tuple[str, ...]) -> None:
    assert not suite_words.can_go_on(words) and suite_words.can_go_on(("--case", "s.*", "--shuffle", "1"))


def test_a_machine_that_cannot_be_launched_again_keeps_the_first(tmp_path: Path) -> None:
    machine = Machine({"s.t.c": f"# run s.t.c\n{PANIC}"})

    def launch(words: tuple[str, ...], path: Path, limits: vm.Limits) -> vm.Outcome:
        if words:
            raise Problem("the kernel command line would be too long")
        return machine(words, path, limits)

    done = boots.run(launch, tmp_path, ORDER, (), vm.Limits())
    assert len(done.outcomes) == 1
