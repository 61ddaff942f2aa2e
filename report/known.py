# SPDX-License-Identifier: GPL-2.0-only
"""ci/known-issues.toml: departures of released kernels that have been found and understood."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import jsonschema

from report.catalogue import ROOT, Catalogue
from report.log import FAIL, PASS, SKIP
from report.problem import KNOWN_ISSUES, ReportError, nearest

DEFAULT = ROOT / "ci" / "known-issues.toml"

_TEXT = {"type": "string", "pattern": r"\S"}
_GLOBS = {"type": "array", "items": _TEXT, "minItems": 1}
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
                    "requirement": _TEXT,
                    "rows": _GLOBS,
                    "kernels": _GLOBS,
                    "cells": _GLOBS,
                    "behaviour": _TEXT,
                    "first": _TEXT,
                    "last": _TEXT,
                    "explanation": _TEXT,
                    "reference": _TEXT,
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
        return _any(kernel, self.kernels) and _any(cell, self.cells)

    def covers(self, row: str, requirements: list[str] | tuple[str, ...]) -> bool:
        """Whether a failure of this row is the one it describes."""
        return self.requirement in requirements and _any(row, self.rows)


def _any(name: str, globs: list[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _complaint(error: jsonschema.ValidationError, document: dict[str, Any]) -> list[str]:
    """One schema violation in a person's words."""
    path = list(error.absolute_path)
    where = ""
    if len(path) > 1:
        entry = document["issue"][path[1]]
        name = entry.get("id") if isinstance(entry, dict) else None
        where = f"entry {name if isinstance(name, str) else path[1] + 1}: "
    if error.validator == "additionalProperties":
        allowed = error.schema["properties"]
        return [
            f"{where}unknown key '{key}'{nearest(key, allowed)}"
            for key in error.instance
            if key not in allowed
        ]
    if error.validator == "required":
        return [f"{where}'{key}' is missing" for key in error.validator_value
                if key not in error.instance and f"'{key}'" in error.message]
    key = path[2] if len(path) > 2 else path[0] if path else "the file"
    if error.validator == "pattern":
        what = "is not of the form [A-Za-z0-9_.-]+" if key == "id" else "is empty"
    else:
        names = {"string": "a text", "array": "a list of texts", "object": "a table"}
        what = "is empty" if error.validator == "minItems" else (
            f"must be {names.get(str(error.validator_value), error.validator_value)}")
    return [f"{where}'{key}' {what}"]


def _against_catalogue(issue: Issue, catalogue: Catalogue) -> list[str]:
    if issue.requirement not in catalogue.requirements:
        hint = nearest(issue.requirement, catalogue.requirements)
        return [f"entry {issue.id}: no requirement is called '{issue.requirement}'{hint}"]
    found = []
    for glob in issue.rows:
        matching = [row for row in catalogue.rows.values() if fnmatchcase(row.id, glob)]
        if not matching:
            hint = nearest(glob, catalogue.rows)
            found.append(f"entry {issue.id}: no row is called '{glob}'{hint}")
        elif not any(issue.requirement in row.requirements for row in matching):
            found.append(f"entry {issue.id}: no row '{glob}' checks {issue.requirement}")
    return found


def load(catalogue: Catalogue, path: Path | None = None) -> list[Issue]:
    """The entries of a file, all of them checked; every mistake in it gets a line."""
    path = DEFAULT if path is None else path
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(f"{shown} is not there; an empty file will do", KNOWN_ISSUES) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReportError(f"{shown}: cannot be read: {error}", KNOWN_ISSUES) from None
    wrong = []
    for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(document):
        wrong += _complaint(error, document)
    issues: list[Issue] = []
    if not wrong:
        issues = [Issue(**entry) for entry in document.get("issue", [])]
        for issue in issues:
            wrong += _against_catalogue(issue, catalogue)
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
