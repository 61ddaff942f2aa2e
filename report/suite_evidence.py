# SPDX-License-Identifier: GPL-2.0-only
"""What is known of the suite itself: the mutants that its rows noticed, and what none reaches.

`make mutants` and `make coverage` leave it behind, each in a file below build/; both are about the
reference kernel, whatever kernel a report is about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures import ROOT
from fixtures.problem import Problem
from report.problem import FOREIGN

BUILD = ROOT / "build"
MUTANTS = Path("mutants/results.json")
COVERAGE = Path("coverage/results.json")
KILLED = "killed"


@dataclass(frozen=True)
class Mutant:
    """A fault in the reference kernel that breaks a requirement. verdict: killed, or how it was
    not; first: the row that noticed it first."""

    name: str
    kind: str
    verdict: str
    first: str

    def __str__(self) -> str:
        how = f"by {self.first}" if self.verdict == KILLED else self.verdict
        return f"{self.name} ({how})"


@dataclass(frozen=True)
class Gap:
    """A line of the reference kernel that no row reaches, or of whose branches none reaches some;
    why: the explanation, or empty."""

    place: str
    line: str
    branches: str
    why: str


@dataclass(frozen=True)
class Proof:
    """Both. None where it was not measured here."""

    mutants: dict[str, list[Mutant]] | None = None
    gaps: list[Gap] | None = None
    reached: str = ""


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Problem(f"{path}: cannot be read ({error}); remove it", FOREIGN) from None


def _mutants(data: Any) -> dict[str, list[Mutant]]:
    found: dict[str, list[Mutant]] = {}
    for entry in data["mutants"]:
        mutant = Mutant(entry["name"], entry["kind"], entry["verdict"], entry["first"])
        for requirement in entry["breaks"]:
            found.setdefault(f"{entry['suite']}:{requirement}", []).append(mutant)
    return found


def _reached(functions: Any) -> str:
    lines = [line for function in functions for line in function["lines"].values()]
    branches = [count for line in lines for count in line[1:]]
    return (f"{sum(line[0] > 0 for line in lines)} of {len(lines)} lines and "
            f"{sum(count > 0 for count in branches)} of {len(branches)} branches of "
            f"{len(functions)} functions")


def load(build: Path = BUILD) -> Proof:
    """What was measured here; a Problem where a file is not what it should be."""
    mutants, coverage = _read(build / MUTANTS), _read(build / COVERAGE)
    path = build / MUTANTS
    try:
        killed = None if mutants is None else _mutants(mutants)
        path = build / COVERAGE
        if coverage is None:
            return Proof(killed)
        gaps = [Gap(f"{gap['file']}:{gap['line']} {gap['function']}", gap["text"], gap["branches"],
                    gap["why"]) for gap in coverage["gaps"]]
        return Proof(killed, gaps, _reached(coverage["functions"]))
    except (KeyError, TypeError, AttributeError, IndexError):
        raise Problem(f"{path}: was not written by this project; remove it", FOREIGN) from None
