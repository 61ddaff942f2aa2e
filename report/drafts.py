# SPDX-License-Identifier: GPL-2.0-only
"""Which revision of an interface a cell was judged by, where a suite says it in the log's head."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from report.results import names
from report.shapes import Result

_SAID = re.compile(r"revision: (.+?)(?:: |;|$)")


def of(result: Result, suite: str) -> str:
    """ "nvidia-40"; empty where the suite says none."""
    found = _SAID.match(str(result["provenance"].get(suite, "")))
    return found[1] if found else ""


def where(results: Iterable[Result], row: str) -> list[str]:
    """The cells' names; each with its revision where they are of several: a row of one id is judged
    by other promises then."""
    cells = list(results)
    suite = row.partition(".")[0]
    said = [of(cell, suite) for cell in cells]
    if len(set(said)) < 2:
        return [names(cell) for cell in cells]
    return [f"{names(cell)} ({revision or 'no revision'})" for cell, revision in zip(cells, said)]


def marks(results: Iterable[Result]) -> list[str]:
    """Each cell's revision in short, for a column's head: "v5". All empty where the cells are of one."""
    cells = list(results)
    suites = dict.fromkeys(suite for cell in cells for suite in cell["provenance"])
    mixed = [suite for suite in suites if len({of(cell, suite) for cell in cells} - {""}) > 1]
    return [", ".join(filter(None, (of(cell, suite).partition(",")[0] for suite in mixed))) for cell in cells]


def told(results: Iterable[Result]) -> Iterator[str]:
    """A line for each revision, where the cells are of more than one."""
    groups: dict[str, dict[str, list[str]]] = {}
    for result in results:
        for suite in result["provenance"]:
            if revision := of(result, suite):
                groups.setdefault(suite, {}).setdefault(revision, []).append(names(result))
    for suite, revisions in groups.items():
        if len(revisions) > 1:
            for revision, cells in revisions.items():
                yield f"{suite} was judged by revision {revision} on {', '.join(cells)}"
