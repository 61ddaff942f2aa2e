# SPDX-License-Identifier: GPL-2.0-only
"""What is different between two runs: row by row, in the cells that both have.

Compared are verdicts on the kernel, not labels: a known FAIL is a FAIL, and two FAILs are the same
if the same calls had the same answers. A regression is a row that passed and fails now, or that
failed as known and fails otherwise now. A row that fails now and had no verdict before is no
regression, for it may never have worked: it is "newly failing". What the test could not judge
(ERROR, or no result at all) is neither; it is counted apart, whatever it was before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fixtures.problem import Problem
from report import across_cells, answers, drafts, trouble
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS
from report.problem import NOTHING
from report.results import names
from report.shapes import Result, Row
from report.text import number, plain, some

REGRESSED = "Regressions"
NEWLY_FAILING = "Newly failing: no verdict before"
BROKEN = "Not judged any more: the test could not judge the kernel"
GONE = "No longer tested"
FIXED = "Fixes"
NEW = "Newly tested"
OTHER = "Failing still, otherwise"
TITLES = (REGRESSED, NEWLY_FAILING, BROKEN, GONE, FIXED, NEW, OTHER)
ABSENT = "absent"
CELL = "the configuration as a whole"
_NO_VERDICT = (ERROR, NOT_RUN)


@dataclass
class Change:
    """A change of verdict, and all the rows and cells in which it is the same."""

    old: str
    new: str
    lines: list[str]  # why
    rows: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    times: int = 0


@dataclass
class Difference:
    """All changes, by title; and what is counted besides: rows that the new side could not judge,
    and rows with a verdict on both."""

    changes: dict[str, dict[tuple[str, ...], Change]]
    errors: int = 0
    judged: int = 0
    revisions: list[str] = field(default_factory=list)  # cells that are not of the same on both sides

    def add(self, title: str, row: str, old: str, new: str, cell: str, why: list[str]) -> None:
        """Note one change. One broken set-up can cost hundreds of rows: those are told by their
        cause."""
        mark = ("", *why) if new in _NO_VERDICT else (row, *why)
        change = self.changes[title].setdefault((old, new, *mark), Change(old, new, why))
        change.times += 1
        for list_, item in ((change.rows, row), (change.cells, cell)):
            if item not in list_:
                list_.append(item)

    def times(self, title: str) -> int:
        """How often it came, rows and cells multiplied."""
        return sum(change.times for change in self.changes[title].values())


def _rows(result: Result) -> dict[str, tuple[str, Row]]:
    """Each row's verdict: as shown, but "absent" if nobody wanted it to run."""
    return {
        row["id"]: (trouble.shown(row) if row["selected"] else ABSENT, row)
        for row in result["rows"]
    }


def kind(old: str, new: str, same: bool = True) -> str | None:
    """Which list a change of verdict belongs to. same: of two failures, whether they are alike."""
    before, after = (FAIL if verdict == KNOWN else verdict for verdict in (old, new))
    if before == after == FAIL and not same:
        return REGRESSED if old == KNOWN != new else OTHER
    if before == after or before in _NO_VERDICT and after not in (PASS, FAIL):
        return None
    if after in _NO_VERDICT:
        return BROKEN
    if after == FAIL:
        return REGRESSED if before == PASS else NEWLY_FAILING
    if after == PASS:
        return FIXED if before == FAIL else NEW
    return GONE if before in (PASS, FAIL) else None


def _why(row: Row | None) -> list[str]:
    if row is None:
        return []
    return trouble.own(row["detail"]) or ([row["reason"]] if row["reason"] else [])


def _cell(
    told: Difference, name: str, old: Result | None, new: Result | None
) -> None:
    """Everything that is different in one cell, which may be missing on one side."""
    before, after = _rows(old) if old else {}, _rows(new) if new else {}
    bad = 0  # rows that say why the cell as a whole is no good
    nothing: tuple[str, Row | None] = (ABSENT, None)
    for row in dict.fromkeys([*after, *before]):
        was, earlier = before.get(row, nothing)
        now, entry = after.get(row, nothing)
        told.errors += now in _NO_VERDICT
        told.judged += {was, now} <= {PASS, FAIL, KNOWN}
        same = earlier is None or entry is None or answers.alike(earlier, entry)
        title = kind(was, now, same)
        bad += now in _NO_VERDICT or now == FAIL
        if title is None or (title in (NEW, GONE) and not (old and new)):
            continue  # a whole cell that comes or goes is told once
        told.add(title, row, was, now, name, _why(entry))
    if old and not new:
        told.add(GONE, CELL, old["verdict"], ABSENT, name, [])
    if new and not old:
        told.add(NEW, CELL, ABSENT, new["verdict"], name, [])
    if new and new["verdict"] in (FAIL, ERROR) and not bad:
        told.errors += new["verdict"] == ERROR
        was = old["verdict"] if old else ABSENT
        if title := kind(was, new["verdict"], was == new["verdict"]):
            told.add(title, CELL, was, new["verdict"], name, trouble.complaints(new))


def compare(old: list[Result], new: list[Result]) -> tuple[str, Difference]:
    """What is compared with what, and all changes.

    Cells are matched by kernel and configuration; if there is one kernel on each side and they
    are called differently, then by configuration alone: that compares two kernels.
    """
    sides = [across_cells.ran(plain(old)), across_cells.ran(plain(new))]
    kernels = [{result["meta"]["kernel"] for result in side} for side in sides]
    bare = len(kernels[0]) == len(kernels[1]) == 1 and kernels[0] != kernels[1]
    before, after = ({r["meta"]["cell"] if bare else names(r): r for r in side} for side in sides)
    common = [name for name in after if name in before]
    if not common:
        raise Problem(
            "no configuration was run on both sides; give two runs of the same kernels, "
            "or one kernel's each", NOTHING)
    told = Difference({title: {} for title in TITLES})
    for name in common:
        was, now = drafts.marks([before[name], after[name]])
        if was != now:
            told.revisions.append(f"{name}: by revision {was or 'none'} before, {now or 'none'} after: "
                                  "what changed may be what is promised")
    for name in dict.fromkeys([*after, *before]):
        _cell(told, name, before.get(name), after.get(name))
    what = f"{number(len(common), 'configuration')} on both sides"
    if bare:
        what += f": {kernels[0].pop()} before, {kernels[1].pop()} after"
    return what, told


def render(what: str, told: Difference) -> str:
    """All of it as text; the last line counts."""
    out = [what, *told.revisions]
    for title, list_ in told.changes.items():
        if list_:
            out += ["", title]
        for change in list_.values():
            out.append(f"  {some(change.rows, 3)}: {change.old} -> {change.new}, in "
                       f"{number(len(change.cells), 'configuration')}: {', '.join(change.cells)}")
            if title in (REGRESSED, NEWLY_FAILING, BROKEN, OTHER):
                out += [f"      {line}" for line in change.lines]
    out += ["", ", ".join([
        f"{told.times(REGRESSED)} regressed", f"{told.times(NEWLY_FAILING)} newly failing",
        f"{told.errors} errors", f"{told.times(OTHER)} failing otherwise",
        f"{told.times(FIXED)} fixed", f"{told.times(NEW)} newly tested",
        f"{told.times(GONE)} no longer tested"])]
    return "\n".join(out) + "\n"


def exit_code(told: Difference, strict: bool = False) -> int:
    """1 for a regression; with strict also for what fails anew or otherwise, or is not tested any
    more. Else 5 for what the new side could not judge; 4 if no row has a verdict on both."""
    counted = (REGRESSED, NEWLY_FAILING, OTHER, GONE) if strict else (REGRESSED,)
    if any(told.changes[title] for title in counted):
        return 1
    return 5 if told.errors else 0 if told.judged else 4
