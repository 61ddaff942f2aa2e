# SPDX-License-Identifier: GPL-2.0-only
"""What is known of the suite itself: the mutants and the real faults that it noticed, and what no
row reaches.

`make mutants`, `make history` and `make coverage` leave it behind, each in a file below build/; all are
about the reference kernel, whatever kernel a report is about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures import ROOT
from fixtures.problem import Problem
from report.problem import FOREIGN
from report.text import number

BUILD = ROOT / "build"
MUTANTS = Path("mutants/results.json")
COVERAGE = Path("coverage/results.json")
HISTORY = Path("history/results.json")
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
class RealFault:
    """One that was fixed in the kernel, and put back here. by: who noticed it, and by what; empty
    where nobody did. fixed: the commit or the mail."""

    name: str
    year: int
    title: str
    fixed: str
    by: str


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
    """All of it. None where it was not measured here; shares: of the real faults, in words."""

    mutants: dict[str, list[Mutant]] | None = None
    gaps: list[Gap] | None = None
    reached: str = ""
    history: list[RealFault] | None = None
    shares: tuple[str, ...] = ()


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


def _noticed(entry: Any) -> str:
    if entry["verdict"] == KILLED:
        return f"the row {entry['first']}"
    found = [f"random sequences: {entry['explored_note']}".rstrip(": ")] if entry["explored"] == "found" else []
    found += [f"a recording: {entry['recorded']}"] if entry["recorded"] else []
    return "; ".join(found + ([f"the kernel's selftest {entry['peer']}"] if entry["peer"] else []))


def _shares(data: Any) -> tuple[str, ...]:
    """Who noticed how many of the real faults that could be tried, a sentence each."""
    counts, faults = data["counts"], data["faults"]
    tried = counts["faults"] - counts["not_run"]

    def share(name: str) -> str:
        return f"{counts[name]} ({100 * counts[name] // max(tried, 1)} %)"

    said = [f"Of {number(tried, 'real fault')} that were put back one at a time, rows notice {share('rows')}."]
    if any(entry["explored"] for entry in faults):
        said.append(f"Random sequences notice {share('exploration')}, either of them {share('either')}.")
    if counts["recorded"]:
        said.append(f"A recording of the kernel's behaviour changes with {share('recorded')}.")
    if data["peers"]:
        said.append(f"The kernel's own selftests notice {share('peers')}, {counts['peers_alone']} of them "
                    "unnoticed by rows.")
        for suite, of in data["peers"]["suites"].items():
            ours = sorted(entry["seconds"] for entry in faults if entry["suite"] == suite)
            if ours and of["programs"]:
                said.append(f"Of {suite}, {number(of['programs'], 'program')} of theirs "
                            f"{'take' if of['programs'] > 1 else 'takes'} {of['seconds']:.1f} s a kernel, rows "
                            f"{ours[len(ours) // 2]:.1f} s.")
    if counts["not_run"]:
        said.append(f"{number(counts['not_run'], 'fault')} could not be tried.")
    return tuple(said)


def _reached(functions: Any) -> str:
    lines = [line for function in functions for line in function["lines"].values()]
    branches = [count for line in lines for count in line[1:]]
    return (f"{sum(line[0] > 0 for line in lines)} of {len(lines)} lines and "
            f"{sum(count > 0 for count in branches)} of {len(branches)} branches of "
            f"{len(functions)} functions")


def load(build: Path = BUILD) -> Proof:
    """What was measured here; a Problem where a file is not what it should be."""
    mutants, history, coverage = (_read(build / name) for name in (MUTANTS, HISTORY, COVERAGE))
    path = build / MUTANTS
    try:
        killed = None if mutants is None else _mutants(mutants)
        path = build / HISTORY
        real: list[RealFault] | None = None
        shares: tuple[str, ...] = ()
        if history is not None:
            real = [RealFault(e["name"], e["year"], e["title"], e["fixed"], _noticed(e)) for e in history["faults"]]
            shares = _shares(history)
        path = build / COVERAGE
        if coverage is None:
            return Proof(killed, history=real, shares=shares)
        gaps = [Gap(f"{gap['file']}:{gap['line']} {gap['function']}", gap["text"], gap["branches"],
                    gap["why"]) for gap in coverage["gaps"]]
        return Proof(killed, gaps, _reached(coverage["functions"]), real, shares)
    except (KeyError, TypeError, AttributeError, IndexError):
        raise Problem(f"{path}: was not written by this project; remove it", FOREIGN) from None
