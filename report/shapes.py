# SPDX-License-Identifier: GPL-2.0-only
"""results.json for the type checker; results.schema.json says the same of the file, and more."""

from __future__ import annotations

from typing import Any, TypedDict

# Of a run: "kernel", "cell", and whatever else JSON can hold (results.write_cell says what is understood).
Meta = dict[str, Any]


class Row(TypedDict):
    """One row of the suite. requirements: those that the verdict is about, of those that it checks."""

    id: str
    verdict: str
    requirements: list[str]
    checks: list[str]
    needs: list[str]
    selected: bool
    reason: str
    detail: list[str]
    info: list[str]
    kernel: list[str]
    known: str | None
    looks_like: str | None


class Clause(TypedDict):
    """One requirement. rows: how many have which verdict."""

    id: str
    verdict: str
    mandatory: bool
    rows: dict[str, int]
    reason: str


class KnownIssue(TypedDict):
    """An entry of known-issues.toml that explained a failure."""

    id: str
    requirement: str
    rows: list[str]
    fails: list[dict[str, str]]
    behaviour: str
    explanation: str
    reference: str
    first: str
    last: str
    also: list[str]
    cells: list[str]
    unless: str
    file: str
    warns: list[str]


class Judgement(TypedDict):
    """What follows from a cell's logs."""

    meta: Meta
    provenance: dict[str, str]
    verdict: str
    problems: list[str]
    stale: list[str]
    strict: list[str]
    guilty: str | None
    plan: int | None
    exit: int | None
    counts: dict[str, int]
    rows: list[Row]
    requirements: list[Clause]
    known_issues: list[KnownIssue]
    info: list[str]
    kernel_log: list[str]
    noise: int


class Result(Judgement):
    """The whole of a results.json. files: checksums by name; digest: one over all the rest."""

    format: str
    version: int
    files: dict[str, str]
    digest: str
