# SPDX-License-Identifier: GPL-2.0-only
"""Many cells' results, brought together: the matrix, each kernel, the verdict on everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from fixtures.problem import Problem
from report import catalogue as catalogue_module
from report.catalogue import Catalogue, Requirement
from report.judge import NOT_TESTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.text import number, some

Result = dict[str, Any]

# Over several cells a clause is as bad as in the worst of them. One that passed somewhere has
# been tested, even if elsewhere it was not.
ORDER = (FAIL, ERROR, KNOWN, PASS, NOT_TESTED, SKIP)
BAD = (FAIL, ERROR, NOT_RUN)


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
    """Cells in words, by kernel: "6.1 (all 16); 7.2 (all 16 except "none"); 7.3/max"."""
    parts = []
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
    return "; ".join(parts)


def by_kernel(results: list[Result]) -> list[Result]:
    """The cells of each kernel side by side, kernels in the order in which they came."""
    order = list(dict.fromkeys(result["meta"]["kernel"] for result in results))
    return sorted(results, key=lambda result: order.index(result["meta"]["kernel"]))


def matrix(results: list[Result], texts: Catalogue) -> list[Line]:
    """A line for each requirement that any cell knows; within a suite the worst come first."""
    ids: dict[str, bool] = {}
    rows: dict[str, dict[str, None]] = {}
    for result in results:
        for entry in result["requirements"]:
            ids.setdefault(entry["id"], entry["mandatory"])
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


def fold(lines: list[Line]) -> list[tuple[str, list[Line], int]]:
    """The matrix by suite; of one that was judged nowhere a single line, and how many it is for."""
    suites: dict[str, list[Line]] = {}
    for line in lines:
        suites.setdefault(line.suite, []).append(line)
    folded = []
    for suite, mine in suites.items():
        if len(mine) > 1 and {line.verdict for line in mine} <= {SKIP, NOT_TESTED}:
            verdicts = [worst(column) for column in zip(*(line.verdicts for line in mine))]
            line = Line(suite, None, verdicts, worst(line.verdict for line in mine), True)
            folded.append((suite, [line], len(mine)))
        else:
            folded.append((suite, mine, 0))
    return folded


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
        found.append(Kernel(name, mine, _cell_verdict(mine), counts, cells, places[0]))
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
