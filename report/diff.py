# SPDX-License-Identifier: GPL-2.0-only
"""What is different between two runs: row by row, in the cells that both have.

A regression is a row that was kept (or failed as known) and now counts as failed: FAIL, ERROR,
or lost, which includes a cell that broke as a whole. A row that fails now and had no verdict
before is no regression, for it may never have worked: it is "newly failing". With --strict
that, and whatever is no longer tested, counts too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from report import trouble, view
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS
from report.problem import NOTHING, ReportError
from report.results import names
from report.text import number, plain, some

REGRESSED = "Regressions"
NEWLY_FAILING = "Newly failing: no verdict before"
GONE = "No longer tested"
FIXED = "Fixes"
NEW = "Newly tested"
EXPLAINED = "Now failing as known"
OTHER = "Failing still, otherwise"
TITLES = (REGRESSED, NEWLY_FAILING, GONE, FIXED, NEW, EXPLAINED, OTHER)
ABSENT = "absent"
CELL = "the configuration as a whole"


@dataclass
class Change:
    """A change of verdict, and all the rows and cells in which it is the same."""

    old: str
    new: str
    lines: list[str]  # why
    rows: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    times: int = 0


Changes = dict[str, dict[tuple[str, ...], Change]]


def _add(
    changes: Changes, title: str, row: str, old: str, new: str, cell: str, why: list[str]
) -> None:
    # One broken set-up can cost hundreds of rows: those are told by their cause.
    mark = ("", *why) if new in (ERROR, NOT_RUN) else (row,)
    change = changes[title].setdefault((old, new, *mark), Change(old, new, why))
    change.times += 1
    for list_, item in ((change.rows, row), (change.cells, cell)):
        if item not in list_:
            list_.append(item)


def _rows(result: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each row's verdict: as shown, but "absent" if nobody wanted it to run."""
    return {
        row["id"]: (trouble.shown(row) if row["selected"] else ABSENT, row)
        for row in result["rows"]
    }


def kind(old: str, new: str) -> str | None:
    """Which list a change of verdict belongs to."""
    judged = (PASS, FAIL, KNOWN)
    if old == new:
        return None
    if new in view.BAD:
        if old in (PASS, KNOWN):
            return REGRESSED
        return OTHER if old in view.BAD else NEWLY_FAILING
    if new == KNOWN:
        return EXPLAINED
    if new == PASS:
        return FIXED if old in (FAIL, KNOWN, ERROR, NOT_RUN) else NEW
    if old in judged:
        return GONE
    return FIXED if old in view.BAD else None  # it does not apply after all


def _why(row: dict[str, Any] | None) -> list[str]:
    if row is None:
        return []
    return trouble.own(row["detail"]) or ([row["reason"]] if row["reason"] else [])


def _cell(changes: Changes, name: str, old: view.Result | None, new: view.Result | None) -> None:
    """Everything that is different in one cell, which may be missing on one side."""
    before, after = _rows(old) if old else {}, _rows(new) if new else {}
    failing = False
    for row in dict.fromkeys([*after, *before]):
        was = before[row][0] if row in before else ABSENT
        now, entry = after.get(row, (ABSENT, None))
        title = kind(was, now)
        if title is None or (title in (NEW, GONE) and not (old and new)):
            continue  # a whole cell that comes or goes is told once
        failing = failing or title in (REGRESSED, NEWLY_FAILING)
        _add(changes, title, row, was, now, name, _why(entry))
    if new is None or old is None:
        side, title = (old, GONE) if new is None else (new, NEW)
        words = (side["verdict"], ABSENT) if new is None else (ABSENT, side["verdict"])
        _add(changes, title, CELL, *words, name, [])
    bad = (FAIL, ERROR)
    was = old["verdict"] if old else ABSENT
    if new and new["verdict"] in bad and was not in bad and not failing:
        title = REGRESSED if was in (PASS, KNOWN) else NEWLY_FAILING
        _add(changes, title, CELL, was, new["verdict"], name, trouble.complaints(new))


def compare(old: list[view.Result], new: list[view.Result]) -> tuple[str, Changes]:
    """What is compared with what, and all changes.

    Cells are matched by kernel and configuration; if there is one kernel on each side and they
    are called differently, then by configuration alone: that compares two kernels.
    """
    sides = [view.ran(plain(old)), view.ran(plain(new))]
    kernels = [{result["meta"]["kernel"] for result in side} for side in sides]
    bare = len(kernels[0]) == len(kernels[1]) == 1 and kernels[0] != kernels[1]
    before, after = ({r["meta"]["cell"] if bare else names(r): r for r in side} for side in sides)
    common = [name for name in after if name in before]
    if not common:
        raise ReportError(
            "no configuration was run on both sides; give two runs of the same kernels, "
            "or one kernel's each", NOTHING)
    changes: Changes = {title: {} for title in TITLES}
    for name in dict.fromkeys([*after, *before]):
        _cell(changes, name, before.get(name), after.get(name))
    what = f"{number(len(common), 'configuration')} on both sides"
    if bare:
        what += f": {kernels[0].pop()} before, {kernels[1].pop()} after"
    return what, changes


def render(what: str, changes: Changes) -> str:
    """All of it as text; the last line counts."""
    out = [what]
    for title, list_ in changes.items():
        if list_:
            out += ["", title]
        for change in list_.values():
            out.append(f"  {some(change.rows, 3)}: {change.old} -> {change.new}, in "
                       f"{number(len(change.cells), 'configuration')}: {', '.join(change.cells)}")
            if title in (REGRESSED, NEWLY_FAILING, OTHER):
                out += [f"      {line}" for line in change.lines]
    totals = {title: sum(c.times for c in list_.values()) for title, list_ in changes.items()}
    out += [
        "",
        f"{totals[REGRESSED]} regressed, {totals[NEWLY_FAILING]} newly failing, "
        f"{totals[FIXED]} fixed, {totals[NEW]} newly tested, {totals[GONE]} no longer tested",
    ]
    return "\n".join(out) + "\n"


def exit_code(changes: Changes, strict: bool = False) -> int:
    """1 for a regression; with strict also for what fails anew or is not tested any more."""
    counted = (REGRESSED, NEWLY_FAILING, GONE) if strict else (REGRESSED,)
    return int(any(changes[title] for title in counted))
