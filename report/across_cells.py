# SPDX-License-Identifier: GPL-2.0-only
"""Many cells' results, brought together: the matrix, each kernel, the verdict on everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fixtures.problem import Problem
from report import catalogue as catalogue_module
from report import drafts, versions
from report.catalogue import Catalogue, Requirement
from report.judge import NOT_TESTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.results import names
from report.shapes import Result
from report.text import number, some


# Over several cells a clause is as bad as in the worst of them. One that passed somewhere has
# been tested, even if elsewhere it was not.
ORDER = (FAIL, ERROR, KNOWN, PASS, NOT_TESTED, SKIP)
BAD = (FAIL, ERROR, NOT_RUN)
MOST_LINES = 24  # of a matrix; above this, those that say the same are folded


def worst(verdicts: Iterable[str]) -> str:
    """One verdict for several."""
    found = set(verdicts)
    return next((verdict for verdict in ORDER if verdict in found), NOT_TESTED)


def known_texts() -> Catalogue:
    """The clauses' texts, if the suite is built here; a report can do without."""
    try:
        return catalogue_module.load()
    except Problem:
        return Catalogue({}, {})


@dataclass
class Line:
    """One requirement over all cells: a line of the matrix."""

    id: str
    clause: Requirement | None
    verdicts: list[str]
    verdict: str
    mandatory: bool
    rows: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)  # the requirements that it stands for
    whole: bool = False  # these are the suite's, all of them

    @property
    def suite(self) -> str:
        return self.id.partition(":")[0]

    @property
    def short(self) -> str:
        return self.id.partition(":")[2] or self.id


@dataclass
class Kernel:
    """All cells of one kernel."""

    name: str
    results: list[Result]
    verdict: str
    counts: dict[str, int]  # requirements by verdict
    cells: dict[str, int]  # configurations by verdict
    revisions: list[str]  # by which the cells were judged, where by several
    first: int  # the first one's place among all cells

    @property
    def version(self) -> str:
        """What uname says, from the first cell that got so far."""
        said = (result["provenance"].get("kernel") for result in self.results)
        return next(filter(None, said), "")


def ran(results: list[Result]) -> list[Result]:
    """The cells that were not left out on purpose."""
    return [result for result in results if result["verdict"] != NOT_RUN]


def where(cells: Iterable[str], results: list[Result], most: int = 4) -> str:
    """Cells in words, by kernel: "6.1 (all 16); 7.2 (all 16 except "none"); 7.3/max"; and of which
    revisions they are, where of several."""
    parts = []
    cells = list(cells)
    mine: dict[str, list[str]] = {}
    for name in dict.fromkeys(cells):
        kernel, _, cell = name.partition("/")
        mine.setdefault(kernel, []).append(cell)
    for kernel, named in mine.items():
        there = [r["meta"]["cell"] for r in ran(results) if r["meta"]["kernel"] == kernel]
        others = [cell for cell in there if cell not in named]
        if len(named) == 1:
            parts.append(f"{kernel}/{named[0]}")
        elif not others and len(there) > most:
            parts.append(f"{kernel} (all {len(there)})")
        elif 2 * len(others) < len(named) and len(others) <= most and len(named) > most:
            quoted = ", ".join(f'"{cell}"' for cell in others)
            parts.append(f"{kernel} (all {len(there)} except {quoted})")
        else:
            parts.append(f"{kernel} ({some(named, most)})")
    revisions = sorted(set(drafts.marks(r for r in results if names(r) in cells)) - {""})
    return "; ".join(parts) + (f"; by revisions {', '.join(revisions)}" if revisions else "")


def by_kernel(results: list[Result]) -> list[Result]:
    """The cells of each kernel side by side: first what people ask for, the newest kernel in which
    something was judged, and last the reference kernels, which are nobody's."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result["meta"]["kernel"], []).append(result)

    def rank(name: str) -> tuple[bool, bool, list[int]]:
        mine = groups[name]
        judged = any(result["counts"][verdict] for result in mine for verdict in (PASS, FAIL, KNOWN))
        newest = max(versions.numbers(versions.release(result)) for result in mine)
        return name.startswith("reference"), not judged, [-n for n in (*newest, 0, 0, 0, 0)[:4]]

    return [result for name in sorted(groups, key=rank) for result in groups[name]]


def matrix(results: list[Result], texts: Catalogue) -> list[Line]:
    """A line for each requirement that any cell knows; within a suite the worst come first."""
    ids: dict[str, bool] = {}
    rows: dict[str, dict[str, None]] = {}
    for result in results:
        for entry in result["requirements"]:
            ids[entry["id"]] = ids.get(entry["id"], False) or entry["mandatory"]
        for row in result["rows"]:
            for name in row["requirements"]:
                rows.setdefault(name, {})[row["id"]] = None
    tables = [{e["id"]: e["verdict"] for e in result["requirements"]} for result in results]
    judged = [n for n, result in enumerate(results) if result["verdict"] != NOT_RUN]
    lines = []
    for name, mandatory in ids.items():
        verdicts = [table.get(name, NOT_TESTED) for table in tables]
        lines.append(Line(name, texts.requirements.get(name), verdicts,
                          worst(verdicts[n] for n in judged), mandatory, list(rows.get(name, ()))))
    suites = list(dict.fromkeys(line.suite for line in lines))
    failing = (FAIL, ERROR, KNOWN)
    return sorted(lines, key=lambda line: (
        suites.index(line.suite),
        failing.index(line.verdict) if line.verdict in failing else len(failing),
    ))


def fold(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    """The matrix by suite. One that was judged nowhere is a single line; and where there are many
    lines, those that say the same, and nothing bad, are one."""
    suites: dict[str, list[Line]] = {}
    for line in lines:
        suites.setdefault(line.suite, []).append(line)
    return [(suite, _folded(suite, mine, len(lines))) for suite, mine in suites.items()]


def _folded(suite: str, lines: list[Line], all_lines: int) -> list[Line]:
    if len(lines) > 1 and {line.verdict for line in lines} <= {SKIP, NOT_TESTED}:
        verdicts = [worst(column) for column in zip(*(line.verdicts for line in lines))]
        return [Line(suite, None, verdicts, worst(verdicts), True, folded=[line.id for line in lines],
                     whole=True)]
    kept: list[Line] = []
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if all_lines > MOST_LINES and set(line.verdicts) <= {PASS, SKIP, NOT_TESTED}:
            groups.setdefault(tuple(line.verdicts), []).append(line)
        else:
            kept.append(line)
    for alike in groups.values():
        kept.append(alike[0] if len(alike) == 1 else Line(
            suite, None, alike[0].verdicts, alike[0].verdict, True, folded=[line.id for line in alike]))
    return kept


def count(verdicts: Iterable[str]) -> dict[str, int]:
    """How often each verdict occurs, the worst first, none left out."""
    counts = {verdict: 0 for verdict in ORDER}
    for verdict in verdicts:
        counts[verdict] += 1
    return counts


def _cell_verdict(results: list[Result]) -> str:
    verdicts = [NOT_TESTED if r["verdict"] == NOT_RUN else r["verdict"] for r in results]
    return worst(verdicts)


def kernels(results: list[Result], lines: list[Line]) -> list[Kernel]:
    """What each kernel's cells say together."""
    found = []
    for name in dict.fromkeys(result["meta"]["kernel"] for result in results):
        places = [n for n, result in enumerate(results) if result["meta"]["kernel"] == name]
        judged = [n for n in places if results[n]["verdict"] != NOT_RUN]
        mine = [results[n] for n in places]
        counts = count(worst(line.verdicts[n] for n in judged) for line in lines)
        verdicts = [result["verdict"] for result in mine]
        cells = {verdict: verdicts.count(verdict) for verdict in dict.fromkeys(verdicts)}
        found.append(Kernel(name, mine, _cell_verdict(mine), counts, cells,
                            sorted(set(drafts.marks(mine)) - {""}), places[0]))
    return found


def headline(results: list[Result], lines: list[Line]) -> tuple[str, str]:
    """A verdict on everything, and one sentence that says it."""
    counts = count(line.verdict for line in lines)
    cells = ran(results)
    failed, broken = ([r for r in cells if r["verdict"] == v] for v in (FAIL, ERROR))
    if counts[FAIL]:
        are = "is" if counts[FAIL] == 1 else "are"
        more = f"; no verdict in {len(broken)}" if broken else ""
        return FAIL, (f"{counts[FAIL]} of {number(len(lines), 'requirement')} {are} not kept, "
                      f"in {len(failed)} of {number(len(cells), 'configuration')}{more}")
    if failed or broken:
        return ERROR, f"no verdict in {len(failed + broken)} of " \
            f"{number(len(cells), 'configuration')}: the test or its set-up broke"
    if counts[KNOWN]:
        return KNOWN, f"{counts[KNOWN]} of {number(len(lines), 'requirement')} " \
            "failed, as known; all else that was judged is kept"
    if counts[PASS]:
        return PASS, f"every requirement that was judged is kept: {counts[PASS]} of " \
            f"{len(lines)}, in {number(len(cells), 'configuration')}"
    if counts[SKIP]:
        return SKIP, "nothing was judged: no requirement applies here"
    return NOT_TESTED, "nothing was tested"
