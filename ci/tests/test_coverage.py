# SPDX-License-Identifier: GPL-2.0-only
"""ci.coverage: what the guest prints, what is added up, and what counts as explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ci import coverage
from ci.counters import Totals
from ci.coverage import Excuse
from fixtures.problem import USAGE, Problem

FILE = "drivers/iommu/iommufd/tsm.c"


def answer(*lines: tuple[int, int, list[int]]) -> dict[str, Any]:
    """What gcov says of one function: line, count, branches."""
    return {"current_working_directory": "/objects", "files": [{
        "file": f"/tree/{FILE}",
        "lines": [{"line_number": number, "function_name": "f", "count": count,
                   "branches": [{"count": b} for b in branches]}
                  for number, count, branches in lines]}]}


def gaps(totals: Totals, *excuses: Excuse) -> tuple[list[coverage.Gap], list[Excuse]]:
    sources = {FILE: ["if (a)", "        return  b;", "return c;"]}
    return coverage.gaps(totals.chosen({FILE: ["f"]}), sources, list(excuses))


def test_runs_are_added_up() -> None:
    one, other = Totals(), Totals()
    one.add(answer((1, 2, [2, 0]), (2, 2, []), (3, 0, [])))
    other.add(answer((1, 1, [0, 1]), (2, 0, []), (3, 1, [])))
    assert [gap.line for gap in gaps(one)[0]] == [1, 3]
    assert [gap.line for gap in gaps(other)[0]] == [1, 2]
    one.merge(other)
    assert gaps(one) == ([], [])


def test_a_line_and_a_branch_are_gaps_and_an_explanation_is_of_one_place() -> None:
    totals = Totals()
    totals.add(answer((1, 5, [5, 0]), (2, 0, []), (3, 5, [])))
    here = Excuse("return b;", "because", FILE, "f")
    elsewhere = Excuse("return b;", "because", FILE, "g")
    found, stale = gaps(totals, here, elsewhere)
    assert [(gap.text, gap.branches, gap.why) for gap in found] == [
        ("if (a)", "1 of 2 branches", ""), ("return b;", "", "because")]
    assert stale == [elsewhere]


def test_what_holds_everywhere_explains_branches_only() -> None:
    totals = Totals()
    totals.add(answer((1, 5, [5, 0]), (2, 0, []), (3, 5, [])))
    found, stale = gaps(totals, Excuse("if (", "arms"), Excuse("return b", "no line"))
    assert [gap.why for gap in found] == ["arms", ""]
    assert [excuse.why for excuse in stale] == ["no line"]


def test_an_explanation_of_something_reached_is_stale_unless_newer_qemu_reaches_it() -> None:
    totals = Totals()
    totals.add(answer((1, 5, [5, 1]), (2, 1, []), (3, 5, [])))
    old = Excuse("return c;", "gone", FILE, "f")
    assert gaps(totals, old, Excuse("return c;", "newer", FILE, "f", True)) == ([], [old])


def test_counters_arrive_whole_or_not_at_all() -> None:
    said = "x\r\n@counters /a/b.gcda\r\n6162\r\n63\r\n@end 3\r\nbye\r\n"
    assert coverage.received(said) == {"/a/b.gcda": b"abc"}
    for broken in (said.replace("63", ""), said.replace("@end 3", "@end 4"),
                   said.split("@end")[0], said.replace("63", "6[ 1.0] oops")):
        with pytest.raises(Problem, match="did not arrive whole"):
            coverage.received(broken)


def test_the_plan_is_read_and_a_wrong_one_told(tmp_path: Path) -> None:
    plan = coverage.load()
    assert "tsm.o" in plan.objects and "max" in plan.cells
    wrong = tmp_path / "plan.toml"
    wrong.write_text('cells = ["max"]\n[[under_test]]\nfile = "a.c"\n', encoding="utf-8")
    with pytest.raises(Problem, match="functions") as caught:
        coverage.load(wrong)
    assert caught.value.code == USAGE
