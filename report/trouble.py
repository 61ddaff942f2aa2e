# SPDX-License-Identifier: GPL-2.0-only
"""What went wrong, and what was not judged: told once for all cells in which it is the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from report import answers
from report.log import ERROR, FAIL, KNOWN, NOT_RUN
from report.results import names
from report.shapes import KnownIssue, Result, Row



@dataclass
class Finding:
    """The same failure, or the same reason for none, in all the cells in which it looks alike."""

    verdict: str
    rows: list[str]
    requirements: list[str]
    lines: list[str]
    info: list[str] = field(default_factory=list)
    kernel: list[str] = field(default_factory=list)  # logged in the first of the cells
    cells: list[str] = field(default_factory=list)
    known: str | None = None
    looks_like: str | None = None


def shown(row: Row) -> str:
    """A row's verdict, a known failure told apart."""
    return KNOWN if row["known"] else str(row["verdict"])


def own(detail: list[str]) -> list[str]:
    """A failure's lines without those that every failure has."""
    return [line for line in detail if not line.startswith(answers.COMMON)]


def resemblance(looks_like: str | None) -> list[str]:
    """What is told of a failure that is a known one, but of another version or configuration."""
    return [f"looks like {looks_like}, which speaks of other versions or configurations"
            ] if looks_like else []


def failures(results: list[Result], known: bool = False) -> list[Finding]:
    """Every failing row, once for all the cells in which it failed alike."""
    groups: dict[tuple[str, ...], Finding] = {}
    for result in results:
        for row in result["rows"]:
            if row["verdict"] == FAIL and bool(row["known"]) == known:
                key = (row["id"], *own(row["detail"]), "", *row["info"], row["looks_like"] or "")
                finding = groups.setdefault(key, Finding(
                    shown(row), [row["id"]], row["requirements"], row["detail"], row["info"],
                    row["kernel"], known=row["known"], looks_like=row["looks_like"]))
                finding.cells.append(names(result))
    return list(groups.values())


def errors(results: list[Result]) -> list[Finding]:
    """Rows without a verdict, by cause: one broken set-up can take hundreds with it."""
    groups: dict[tuple[str, ...], Finding] = {}
    for result in results:
        for row in result["rows"]:
            if row["verdict"] == ERROR:
                lines = own(row["detail"]) or ["no reason was printed"]
                finding = groups.setdefault(tuple(lines), Finding(
                    ERROR, [], [], lines, row["info"], row["kernel"]))
                for mine, new in (
                    (finding.rows, [row["id"]]),
                    (finding.requirements, row["requirements"]),
                    (finding.cells, [names(result)]),
                ):
                    mine.extend(item for item in new if item not in mine)
    return list(groups.values())


def broken(results: list[Result]) -> list[Result]:
    """Cells with something wrong that is no row's own fault."""
    return [r for r in results if r["problems"] or r["strict"]]


def complaints(result: Result) -> list[str]:
    """What is wrong with such a cell."""
    strict = [f"--strict: {name} is mandatory and was not judged" for name in result["strict"]]
    return [*result["problems"], *strict]


def outdated(results: list[Result]) -> list[str]:
    """Each entry of known-issues.toml that explains nothing any more, or only in part. No verdict
    on any kernel: the list needs a change."""
    return list(dict.fromkeys(line for result in results for line in result["stale"]))


def unjudged(results: list[Result], verdict: str) -> list[Finding]:
    """Requirements that a cell says this of, by reason; and in which cells."""
    groups: dict[tuple[str, tuple[str, ...]], Finding] = {}
    by_reason: dict[tuple[str, str], Finding] = {}
    for result in results:
        for entry in result["requirements"]:
            if entry["verdict"] == verdict:
                reason = entry["reason"] or "no reason was printed"
                by_reason.setdefault((reason, entry["id"]), Finding(
                    verdict, [], [entry["id"]], [reason])).cells.append(names(result))
    # Requirements that are left out together, in the same cells, for the same reason.
    for (reason, _), finding in by_reason.items():
        whole = groups.setdefault((reason, tuple(finding.cells)), Finding(
            verdict, [], [], [reason], cells=finding.cells))
        whole.requirements += finding.requirements
    return list(groups.values())


def left_out(results: list[Result]) -> list[Finding]:
    """Cells that were not run on purpose, by reason."""
    groups: dict[str, Finding] = {}
    for result in results:
        if result["verdict"] == NOT_RUN:
            reason = result["meta"].get("reason") or "no reason was recorded"
            finding = groups.setdefault(reason, Finding(NOT_RUN, [], [], [reason]))
            finding.cells.append(names(result))
    return list(groups.values())


def issues(results: list[Result]) -> list[tuple[KnownIssue, Finding]]:
    """Each entry of known-issues.toml that explained a failure, and where."""
    found: dict[str, tuple[KnownIssue, Finding]] = {}
    for result in results:
        for entry in result["known_issues"]:
            _, finding = found.setdefault(entry["id"], (entry, Finding(
                KNOWN, [], [entry["requirement"]], [entry["behaviour"]], known=entry["id"])))
            finding.cells.append(names(result))
            mine = [row["id"] for row in result["rows"] if row["known"] == entry["id"]]
            finding.rows += [row for row in mine if row not in finding.rows]
    return list(found.values())
