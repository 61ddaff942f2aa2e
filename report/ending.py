# SPDX-License-Identifier: GPL-2.0-only
"""The last screen of a run: what failed, a line each, how to repeat it, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from report import drafts, results_time
from report.again import again
from report.boots import INTERRUPTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.results import names
from report.shapes import Result, Row
from report.text import number, some

MOST = 8  # rows that are listed, each with its command
MOST_CELLS = 3



def interrupted(result: Result) -> bool:
    """Whether somebody ended the cell before it was done."""
    return INTERRUPTED in str(result["meta"].get("problem") or "").split("; ")


@dataclass
class Totals:
    """Rows by verdict over all cells. A cell that failed without any row of its own counts as one
    failure, or one error. What an interruption kept from running is neither."""

    rows: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    errors: int = 0
    bare: int = 0  # cells that failed as a whole
    lost: int = 0  # rows that had to run, and left no result
    not_reached: int = 0  # rows that an interruption kept from running


def totals(results: list[Result]) -> Totals:
    """All that the last lines count."""
    found = Totals()
    for result in results:
        counts = result["counts"]
        found.rows.update(counts)
        lost = counts[NOT_RUN]
        bare = not (counts[FAIL] or counts[ERROR] or lost or interrupted(result))
        found.failed += counts[FAIL]
        found.errors += counts[ERROR]
        if interrupted(result):
            found.not_reached += lost
        else:
            found.lost += lost
            found.errors += lost
        if bare and result["verdict"] in (FAIL, ERROR):
            found.bare += 1
            found.failed += result["verdict"] == FAIL
            found.errors += result["verdict"] == ERROR
    return found


def exit_code(results: list[Result]) -> int:
    """0 all judged rows passed, or failed as known; 1 a row failed; else 5 where something could
    not be judged; 4 nothing was judged anywhere."""
    verdicts = {result["verdict"] for result in results}
    if FAIL in verdicts:
        return 1
    if ERROR in verdicts:
        return 5
    rows = totals(results).rows
    return 0 if rows[PASS] or rows[KNOWN] else 4


def in_short(row: Row) -> str:
    """Why a row failed, in half a line: "expected EINVAL, got 0"."""
    said: dict[str, str] = {}
    for line in row["detail"]:
        name, colon, value = line.partition(":")
        if colon and name in ("expected", "got"):
            said.setdefault(name, " ".join(value.split()))
    if len(said) == 2:
        return f"expected {said['expected']}, got {said['got']}"
    return str(row["reason"]).rstrip(":") or "no reason was printed"


def _failed(results: list[Result]) -> Iterator[tuple[str, str]]:
    """Each failed row once, with the cells in which it looks the same; and its command."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        for row in result["rows"]:
            if row["verdict"] == FAIL and not row["known"]:
                groups.setdefault((row["id"], in_short(row)), []).append(result)
    for (name, why), cells in groups.items():
        where = some(drafts.where(cells, name), MOST_CELLS)
        yield f"FAIL {name} on {where}: {why}", again(cells[0], name)


def _errors(results: list[Result]) -> Iterator[tuple[str, str]]:
    """What could not be judged, once for each cause: one broken set-up can take hundreds."""
    groups: dict[str, list[tuple[Result, str]]] = {}
    for result in results:
        for row in result["rows"]:
            if row["verdict"] == ERROR:
                groups.setdefault(in_short(row), []).append((result, row["id"]))
    for why, rows in groups.items():
        result, name = rows[0]
        where = some((names(cell) for cell, _ in rows), MOST_CELLS)
        more = f" and {len(rows) - 1} more" if rows[1:] else ""
        yield f"ERROR {name}{more} on {where}: {why}", again(result, name)


def not_judged(result: Result) -> list[str]:
    """What --strict has to say of a cell, as one line, if it has."""
    short = [name.partition(":")[2] or name for name in result["strict"]]
    return [f"--strict: mandatory, and not judged: {some(short, MOST_CELLS)}"] if short else []


def _cells(results: list[Result]) -> Iterator[tuple[str, str]]:
    """Cells with something wrong that none of the rows above says."""
    for result in results:
        counts, lost = result["counts"], result["counts"][NOT_RUN]
        if interrupted(result) or result["verdict"] not in (FAIL, ERROR):
            continue
        if lost or result["strict"] or not (counts[FAIL] or counts[ERROR]):
            why = [*result["problems"], *not_judged(result)]
            rows = f"{number(lost, 'row')} left no result: " if lost else ""
            yield (f"{ERROR if lost else result['verdict']} {names(result)}: {rows}"
                   f"{why[0] if why else 'no reason'}", str(result["meta"].get("reproduce") or ""))


def _nothing(results: list[Result]) -> Iterator[str]:
    """Why cells in which nothing was judged had nothing to judge, by suite: the commonest reason."""
    groups: dict[str, list[str]] = {}
    for result in results:
        if result["verdict"] == SKIP:
            suites: dict[str, Counter[str]] = {}
            for row in result["rows"]:
                if row["verdict"] == SKIP:
                    reasons = suites.setdefault(row["id"].partition(".")[0], Counter())
                    reasons[row["reason"] or "no reason was printed"] += 1
            why = "; ".join(f"{suite}: {reasons.most_common(1)[0][0]}" for suite, reasons in suites.items())
            groups.setdefault(why or "no row was chosen", []).append(names(result))
    for why, cells in groups.items():
        yield f"nothing could be judged on {some(cells, MOST_CELLS)}: {why}"


def lines(results: list[Result], not_started: int = 0) -> Iterator[str]:
    """The last lines, of which the very last has the counts. not_started: cells that an
    interruption kept from running at all."""
    found = totals(results)
    told = [*_failed(results), *_errors(results), *_cells(results)]
    for line, command in told[:MOST]:
        yield line
        if command:
            yield f"    again: {command}"
    if len(told) > MOST:
        yield f"... and {len(told) - MOST} more, see above"
    yield from _nothing(results)
    left_out = sum(result["verdict"] == NOT_RUN for result in results)
    cells = len(results) + not_started
    yield number(cells, "cell") + (f", {left_out + not_started} not run"
                                   if left_out + not_started else "")
    if when := results_time.sentence(results):
        yield when
    if broken_off := sum(map(interrupted, results)):
        yield (f"interrupted: {number(broken_off, 'cell')} broken off, of which "
               f"{number(found.not_reached, 'row')} did not run")
    if found.bare:
        yield f"{number(found.bare, 'cell')} failed as a whole, counted as one failure or error each"
    for count, what in (
        (found.lost, "had to run and left no result, counted as errors"),
        (found.rows[KNOWN], "failed as known, counted neither as passed nor as failed"),
    ):
        if count:
            yield f"{number(count, 'row')} {what}"
    yield (f"{found.rows[PASS]} passed, {found.failed} failed, {found.errors} errors, "
           f"{found.rows[SKIP]} skipped")
