# SPDX-License-Identifier: GPL-2.0-only
"""Every row of a claimed suite in every claimed cell: what it says for or against the claim.

A row that is skipped lacks one of its needs, and the log has only that need's reason. Which
one it was follows from the other rows of the same cell: needs of rows that were judged are
met, and rows that are skipped for the same reason have the missing need in common.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fixtures.problem import Problem
from report import versions
from report.catalogue import Catalogue, CatalogueRow
from report.log import ERROR, FAIL, NOT_APPLICABLE, NOT_RUN, PASS, SKIP
from report.problem import PROFILE
from report.qualification.profile_toml import Claim, Profile, Waiver, suite_needs
from report.results import names
from report.shapes import Result, Row

# A case's state. The last four judge nothing.
PASSED, FAILED = "passed", "failed"
ABSENT = "absent"  # claimed, and the kernel lacks it
RULED_OUT = "ruled out"  # needs what the profile says is not there, or is promised by other kernels
SKIPPED = "skipped"  # needs what the profile does not speak about, or found nothing to try
FILTERED = "filtered"  # nobody asked for it
BROKEN = "broken"  # the test could not judge it: an ERROR, or it left no result
LOST = "lost"  # its cell was not run, or does not know it


@dataclass
class Cell:
    """One result, and what is claimed of it, suite by suite."""

    result: Result
    claims: dict[str, list[Claim]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return names(self.result)

    @property
    def version(self) -> str:
        """The kernel's release, or nothing if that is not known."""
        return versions.release(self.result)


@dataclass
class Case:
    """A row in a cell."""

    row: CatalogueRow
    cell: Cell
    state: str
    why: str = ""
    known: str | None = None
    requirements: tuple[str, ...] = ()  # that it is about: of a failure those that are blamed
    waivers: list[Waiver] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.requirements = self.requirements or self.row.requirements

    @property
    def bad(self) -> bool:
        """Whether it speaks against the claim, waived or not."""
        return self.state in (FAILED, ABSENT)

    @property
    def judged(self) -> bool:
        """Whether the kernel was put to the test."""
        return self.state in (PASSED, FAILED)

    @property
    def place(self) -> str:
        return f"{self.row.id} on {self.cell.name}"


@dataclass
class Claimed:
    """What holds in one cell for one suite, all claims taken together."""

    features: set[str]
    ruled_out: set[str]  # without, and the contrary of each feature
    without: set[str]
    met: set[str] = field(default_factory=set)
    missing: dict[str, set[str]] = field(default_factory=dict)  # a SKIP's reason -> needs


def _together(cell: Cell, suite: str, catalogue: Catalogue) -> Claimed:
    claims = cell.claims[suite]
    needs = suite_needs(suite, catalogue)
    # What every row of a suite needs is the UAPI itself.
    features = set.intersection(*needs) | {claim.revision for claim in claims} - {""}
    features = features.union(*(claim.features for claim in claims))
    without = set().union(*(claim.without for claim in claims))
    if both := sorted(features & without):
        numbers = " and ".join(str(claim.number) for claim in claims)
        what = f"claims {numbers} contradict each other" if claims[1:] else f"claim {numbers}"
        raise Problem(
            f"profile: {what} on {cell.name}: '{both[0]}' is claimed and ruled out", PROFILE)
    contrary = {f"no-{name}" for name in features} | {
        name.removeprefix("no-") for name in features if name.startswith("no-")}
    return Claimed(features, without | (contrary - features), without)


def _observe(claimed: Claimed, rows: dict[str, Row], mine: list[CatalogueRow]) -> None:
    """Find out which needs are met, and which one each reason is about."""
    found = [(row, rows[row.id]) for row in mine if row.id in rows]
    for row, entry in found:
        if entry["verdict"] in (PASS, FAIL):
            claimed.met |= set(row.needs)
    for row, entry in found:
        if entry["verdict"] == SKIP:
            needs = set(row.needs) - claimed.met
            known = claimed.missing.get(entry["reason"])
            claimed.missing[entry["reason"]] = needs if known is None else known & needs


def _case(row: CatalogueRow, cell: Cell, claimed: Claimed, entry: Row | None) -> Case:
    if entry is None:
        why = cell.result["meta"].get("reason") or "the run does not know it"
        return Case(row, cell, LOST, str(why))
    verdict, why = entry["verdict"], entry["reason"]
    if verdict in (PASS, FAIL):
        about = tuple(entry["requirements"])
        return Case(row, cell, PASSED if verdict == PASS else FAILED, why, entry["known"], about)
    if verdict == SKIP:
        missing = claimed.missing[why]
        if missing and missing <= claimed.features:
            return Case(row, cell, ABSENT, f"claimed, but absent: {why}")
        elsewhere = why.startswith(NOT_APPLICABLE) or missing & claimed.ruled_out
        return Case(row, cell, RULED_OUT if elsewhere else SKIPPED, why)
    if verdict == NOT_RUN and not entry["selected"]:
        ruled_out = set(row.needs) & claimed.ruled_out
        return Case(row, cell, RULED_OUT if ruled_out else FILTERED, why)
    return Case(row, cell, BROKEN, f"{'ERROR' if verdict == ERROR else verdict}: {why}")


def _contradicted(cell: Cell, claimed: Claimed, cases: list[Case], numbers: str) -> list[str]:
    """What the kernel was said not to have, and has."""
    found = []
    for name in sorted(claimed.without & claimed.met):
        case = next(c for c in cases if c.judged and name in c.row.needs)
        found.append(
            f"{numbers}: 'without' names '{name}', but it is there: {case.place} was judged")
    return found


def _unseen(cell: Cell, claimed: Claimed, cases: list[Case], numbers: str) -> list[str]:
    """Features that no row speaks about, for or against."""
    seen = claimed.met.union(*(c.row.needs for c in cases if c.state in (ABSENT, LOST, BROKEN, FILTERED)))
    return [f"{numbers}: '{name}' is claimed, and no row on {cell.name} that needs it was judged"
            for name in sorted(claimed.features - seen)]


def assign(profile: Profile, results: list[Result]) -> tuple[list[Cell], list[str]]:
    """The results that the profile speaks about, and what it claims without a result."""
    cells = [Cell(result) for result in results]
    missing = []
    for claim in profile.claims:
        for cell in cells:
            meta = cell.result["meta"]
            if claim.about(meta["kernel"], meta["cell"]):
                cell.claims.setdefault(claim.suite, []).append(claim)
        for kernel in claim.kernels:
            for name in claim.cells or ["*"]:
                one = Claim(0, claim.suite, [kernel], [name])
                if not any(one.about(r["meta"]["kernel"], r["meta"]["cell"]) for r in results):
                    missing.append(f"claim {claim.number}: no result of {kernel}/{name}")
    return [cell for cell in cells if cell.claims], missing


def cases(
    cells: list[Cell], catalogue: Catalogue
) -> tuple[list[Case], list[str], list[str]]:
    """All cases; what contradicts a claim; what no row speaks about."""
    found: list[Case] = []
    contradicted: list[str] = []
    unseen: list[str] = []
    for cell in cells:
        rows = {row["id"]: row for row in cell.result["rows"]}
        for suite, claims in cell.claims.items():
            claimed = _together(cell, suite, catalogue)
            mine = [row for row in catalogue.rows.values() if row.suite == suite]
            _observe(claimed, rows, mine)
            here = [_case(row, cell, claimed, rows.get(row.id)) for row in mine]
            numbers = "claim " + ", ".join(str(claim.number) for claim in claims)
            contradicted += _contradicted(cell, claimed, here, numbers)
            unseen += _unseen(cell, claimed, here, numbers)
            found += here
    return found, contradicted, unseen
