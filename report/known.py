# SPDX-License-Identifier: GPL-2.0-only
"""ci/known-issues.toml: departures of released kernels that have been found and understood."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from report import tomlfile
from report.catalogue import ROOT, Catalogue
from report.log import FAIL, PASS, SKIP
from report.problem import KNOWN_ISSUES, ReportError
from report.tomlfile import GLOBS, TEXT, fits

DEFAULT = ROOT / "ci" / "known-issues.toml"

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
                    "id", "requirement", "rows", "kernels", "behaviour", "explanation", "reference",
                ],
                "properties": {
                    "id": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
                    "requirement": TEXT,
                    "rows": GLOBS,
                    "kernels": GLOBS,
                    "cells": GLOBS,
                    "behaviour": TEXT,
                    "first": TEXT,
                    "last": TEXT,
                    "explanation": TEXT,
                    "reference": TEXT,
                },
            },
        }
    },
}


@dataclass(frozen=True)
class Issue:
    """One entry."""

    id: str
    requirement: str
    rows: list[str]
    kernels: list[str]
    behaviour: str
    explanation: str
    reference: str
    cells: list[str] = field(default_factory=lambda: ["*"])
    first: str = ""
    last: str = ""

    def applies(self, kernel: str, cell: str) -> bool:
        """Whether it speaks about this kernel in this cell."""
        return fits(kernel, self.kernels) and fits(cell, self.cells)

    def covers(self, row: str, requirements: list[str] | tuple[str, ...]) -> bool:
        """Whether a failure of this row is the one it describes."""
        return self.requirement in requirements and fits(row, self.rows)


def _title(_table: str, number: int, entry: Any) -> str:
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"entry {name if isinstance(name, str) else number + 1}"


def load(catalogue: Catalogue, path: Path | None = None) -> list[Issue]:
    """The entries of a file, all of them checked; every mistake in it gets a line."""
    path = DEFAULT if path is None else path
    shown = tomlfile.shown(path)
    document = tomlfile.parse(
        tomlfile.read(path, KNOWN_ISSUES, "an empty file will do"), shown, KNOWN_ISSUES)
    wrong = tomlfile.mistakes(document, SCHEMA, _title)
    issues: list[Issue] = []
    if not wrong:
        issues = [Issue(**entry) for entry in document.get("issue", [])]
        for issue in issues:
            found = tomlfile.unknown_rows(issue.requirement, issue.rows, catalogue)
            wrong += [f"entry {issue.id}: {line}" for line in found]
        names = [issue.id for issue in issues]
        twice = sorted({name for name in names if names.count(name) > 1})
        wrong += [f"entry {name}: the id is used twice" for name in twice]
    if wrong:
        raise ReportError([f"{shown}: {line}" for line in wrong], KNOWN_ISSUES)
    return issues


def apply(issues: list[Issue], kernel: str, cell: str, rows: list[dict[str, Any]]) -> tuple[
    list[dict[str, Any]], list[str]
]:
    """Mark the failing rows that an entry covers.

    Returns the entries that explain something here, and one line for each that should but
    does not: all of its rows were judged or not applicable, one at least was judged, and
    none failed.
    """
    used, stale = [], []
    for issue in issues:
        if not issue.applies(kernel, cell):
            continue
        mine = [row for row in rows if issue.covers(row["id"], row["requirements"])]
        failing = [row for row in mine if row["verdict"] == FAIL]
        for row in failing:
            row["known"] = row["known"] or issue.id
        if failing:
            used.append(asdict(issue))
        elif {row["verdict"] for row in mine} in ({PASS}, {PASS, SKIP}):
            stale.append(
                f"known issue {issue.id} no longer fails on {kernel}/{cell}: remove the entry, "
                "or narrow its kernels or cells"
            )
    return used, stale
