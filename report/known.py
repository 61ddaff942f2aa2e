# SPDX-License-Identifier: GPL-2.0-only
"""ci/known-issues.toml: departures of released kernels that were looked into and understood.

An entry excuses a failure, not a row: the call, what was expected and what came must all be as it
says, nothing else may be wrong, and the kernel's version must be in its range. Whatever the kernel
is called, that makes a FAIL a known one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

from fixtures import ROOT
from fixtures.problem import Problem
from report import answers, tomlfile, versions
from report.catalogue import Catalogue
from report.log import FAIL, PASS, SKIP
from report.problem import KNOWN_ISSUES
from report.shapes import KnownIssue, Result, Row
from report.text import some
from report.tomlfile import GLOBS, SAYING, TEXT, fits
from report.versions import VERSION

OURS = "ci/known-issues.toml"
DEFAULT = ROOT / OURS
_FAILS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["call", "expected", "got"],
        "properties": {"call": TEXT, "expected": SAYING, "got": SAYING},
    },
}
SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "issue": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    "id", "requirement", "rows", "behaviour", "explanation", "reference",
                ],
                "properties": {
                    "id": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
                    "requirement": TEXT,
                    "rows": GLOBS,
                    "fails": _FAILS,
                    "warns": {"type": "array", "items": SAYING, "minItems": 1},
                    "also": GLOBS,
                    "first": VERSION,
                    "last": VERSION,
                    "cells": GLOBS,
                    "unless": TEXT,
                    "behaviour": TEXT,
                    "explanation": TEXT,
                    "reference": TEXT,
                },
            },
        }
    },
}


@dataclass(frozen=True)
class Issue:
    """One entry. file: where it stands, as messages name it."""

    id: str
    requirement: str
    rows: list[str]
    fails: list[dict[str, str]]
    behaviour: str
    explanation: str
    reference: str
    warns: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    also: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=lambda: ["*"])
    unless: str = ""
    file: str = OURS

    def applies(self, release: str, cell: str) -> bool:
        """Whether it speaks about a kernel of this version in this cell."""
        return versions.within(release, self.first, self.last) and fits(cell, self.cells)

    def about(self, row: Row) -> bool:
        """Whether it speaks about this row."""
        return self.requirement in row["requirements"] and fits(row["id"], self.rows)

    def describes(self, row: Row) -> bool:
        """Whether a row's failure is the one that it is about, and nothing besides."""
        if row["verdict"] != FAIL or not self.about(row):
            return False
        failure = answers.read(row["detail"])
        warnings = failure.warnings + answers.complaints(row["kernel"])
        return (bool(failure.answers or warnings) and all(map(self._expects, failure.answers))
                and all(fits(line, self.warns) for line in warnings)
                and all(fits(line, self.also) for line in failure.other))

    def _expects(self, answer: answers.Answer) -> bool:
        return any(all(map(fnmatchcase, answer, (one["call"], one["expected"], one["got"])))
                   for one in self.fails)


def _title(_table: str, number: int, entry: Any) -> str:
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"entry {name if isinstance(name, str) else number + 1}"


def _read(path: Path, catalogue: Catalogue) -> list[Issue]:
    shown = tomlfile.shown(path)
    document = tomlfile.parse(
        tomlfile.read(path, KNOWN_ISSUES, "an empty file will do"), shown, KNOWN_ISSUES)
    wrong = tomlfile.mistakes(document, SCHEMA, _title)
    issues: list[Issue] = []
    if not wrong:
        # Where a file of somebody's own lies on their machine is nothing to hand on.
        name = str(shown) if path.is_relative_to(ROOT) else path.name
        for entry in document.get("issue", []):
            given: dict[str, Any] = {"fails": [], **entry, "file": name}
            issues.append(Issue(**given))
        for issue in issues:
            told = tomlfile.unknown_rows(
                issue.requirement, issue.rows, catalogue, any_row=bool(issue.warns))
            if not issue.fails and not issue.warns:
                told.append("'fails' or 'warns' is missing: what does it excuse?")
            told += versions.mistakes(issue.first, issue.last)
            if not issue.first and not issue.last:
                told.append("it would excuse every kernel there will ever be: give 'first' or 'last'")
            wrong += [f"entry {issue.id}: {line}" for line in told]
        names = [issue.id for issue in issues]
        twice = sorted({name for name in names if names.count(name) > 1})
        wrong += [f"entry {name}: the id is used twice" for name in twice]
    if wrong:
        raise Problem([f"{shown}: {line}" for line in wrong], KNOWN_ISSUES)
    return issues


def load(catalogue: Catalogue, path: Path | None = None, own: Path | None = None) -> list[Issue]:
    """The entries of a file (the project's, without path), all of them checked; every mistake gets
    a line. own: a file of the user's besides; an entry of the same id replaces the project's."""
    mine = _read(own, catalogue) if own else []
    ids = {issue.id for issue in mine}
    return mine + [issue for issue in _read(path or DEFAULT, catalogue) if issue.id not in ids]


def _outdated(issue: Issue, rows: list[Row], where: str) -> str:
    """What to say of an entry that applies, and whose rows do not all fail any more; or
    nothing. A glob is mended where all of its rows were judged, or do not apply, and none failed."""
    failing, mended, unknown = [], [], []
    for glob in issue.rows:
        mine = [row for row in rows if fits(row["id"], [glob])
                and (issue.about(row) or issue.warns and row["verdict"] != FAIL)]
        verdicts = {row["verdict"] for row in mine}
        if any(row["known"] == issue.id for row in mine):
            failing.append(glob)
        elif verdicts - {PASS, SKIP}:
            unknown.append(glob)
        elif PASS in verdicts:
            mended.append(glob)
    if issue.unless or not mended:
        return ""
    if failing:
        fails = "fails" if len(mended) == 1 else "fail"
        return (f"known issue {issue.id} is half mended on {where}: {some(mended, 3)} no longer "
                f"{fails}; narrow the entry in {issue.file}")
    if unknown:
        return ""
    return (f"known issue {issue.id} no longer fails on {where}: remove the entry from "
            f"{issue.file}, or narrow its 'first', 'last' or 'cells'")


def apply(
    issues: list[Issue], release: str, cell: str, rows: list[Row], where: str
) -> tuple[list[KnownIssue], list[str]]:
    """Mark the failures that an entry describes: as known where it applies, else as what they look
    like. release: the kernel's version, empty if it is not known; where: how messages call the cell.

    Returns the entries that explain something here, and a line for each that is out of date here.
    """
    told = []
    for issue in issues:
        here = issue.applies(release, cell)
        for row in filter(issue.describes, rows):
            if here:
                row["known"] = row["known"] or issue.id
            else:
                row["looks_like"] = row["looks_like"] or issue.id
        if here and (line := _outdated(issue, rows, where)):
            told.append(line)
    for row in rows:
        row["looks_like"] = None if row["known"] else row["looks_like"]
    used = {row["known"] for row in rows}
    return [cast(KnownIssue, asdict(issue)) for issue in issues if issue.id in used], told


def unused(issues: list[Issue], results: list[Result]) -> list[str]:
    """A line for each entry that explained nothing in any of these results, and why not."""
    used = {entry["id"] for result in results for entry in result["known_issues"]}
    lines = []
    for issue in issues:
        if issue.id in used:
            continue
        there = any(issue.applies(versions.release(result), result["meta"]["cell"])
                    for result in results)
        lines.append(f"known issue {issue.id} of {issue.file} explains nothing here: " + (
            "none of its rows fails as it says" if there else
            "no kernel and configuration is in its range, "
            f"{versions.spoken(issue.first, issue.last)}"))
    return lines
