# SPDX-License-Identifier: GPL-2.0-only
"""From a profile and results to QUALIFIED, NOT QUALIFIED or INCOMPLETE. Touches no file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from report import judge
from report.catalogue import Catalogue, Requirement
from report.log import NOT_RUN
from report.qualification.cases import (
    ABSENT,
    BROKEN,
    FAILED,
    FILTERED,
    LOST,
    PASSED,
    RULED_OUT,
    SKIPPED,
    Case,
    Cell,
    assign,
    cases,
)
from report.qualification.profile_toml import Claim, Profile, Waiver
from report.shapes import Result
from report.text import number, some

QUALIFIED, NOT_QUALIFIED, INCOMPLETE = "QUALIFIED", "NOT QUALIFIED", "INCOMPLETE"
# A requirement's verdict.
GOOD, BAD, WAIVED, UNJUDGED, UNTESTED, NOT_CLAIMED = (
    "PASSED", "FAILED", "WAIVED", "ERROR", "NOT TESTED", "NOT CLAIMED")


@dataclass
class Line:
    """One requirement over all claimed cells: a line of the table. Counts cases."""

    requirement: Requirement
    verdict: str
    tested: int
    passed: int
    failed: int
    waived: int
    errors: int
    not_tested: int
    why: str
    blocking: bool  # it has no verdict, and the qualification waits for it


@dataclass
class Excuse:
    """A waiver, what it covers, what is wrong with it, and what of it is of no use any more."""

    waiver: Waiver
    covers: list[str]
    problem: str
    notes: list[str] = field(default_factory=list)


@dataclass
class Qualification:
    """The verdict and everything that it stands on."""

    profile: Profile
    day: datetime.date
    cells: list[Cell]
    left_out: int  # results that the profile does not speak about
    lines: list[Line]
    excuses: list[Excuse]
    against: list[str]  # why it is NOT QUALIFIED
    lacking: list[str]  # why it would be INCOMPLETE
    notes: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        if self.against:
            return NOT_QUALIFIED
        return INCOMPLETE if self.lacking else QUALIFIED

    @property
    def broken(self) -> bool:
        """Whether there is something that the test could not judge."""
        return any(line.errors for line in self.lines) or any(
            cell.result["problems"] for cell in self.cells)


def _reasons(all_of: Iterable[str], most: int) -> str:
    """The first few of some reasons, each once. They have commas of their own."""
    found = list(dict.fromkeys(filter(None, all_of)))
    if len(found) <= most + 1:
        return "; ".join(found)
    return f"{'; '.join(found[:most])}; and {len(found) - most} more reasons"


_OPEN = (LOST, BROKEN, FILTERED)  # what has no verdict may fail yet


def _speaks(waiver: Waiver, case: Case) -> bool:
    """Whether a waiver speaks about a case, failed or not."""
    meta = case.cell.result["meta"]
    return (waiver.covers(case.row.id, case.requirements)
            and waiver.about(meta["kernel"], meta["cell"]) and waiver.in_range(case.cell.version))


def _useless(waiver: Waiver, found: list[Case]) -> list[str]:
    """What a waiver that has some use covers for nothing: rows, kernels, configurations."""
    out = []
    for name in ("rows", "kernels", "cells"):
        globs: list[str] = getattr(waiver, name)
        for glob in globs if globs != ["*"] else ():
            only: dict[str, Any] = {name: [glob]}
            mine = [case for case in found if _speaks(replace(waiver, **only), case)]
            if not mine:
                out.append(f"{waiver.title}: '{glob}' of its '{name}' is nothing that is claimed "
                           "in its range: remove it")
            elif not any(case.bad or case.state in _OPEN for case in mine) and any(
                    case.judged for case in mine):
                out.append(f"{waiver.title}: half mended: nothing of '{glob}' in its '{name}' fails "
                           "any more: remove that")
    return out


def _excuse(waiver: Waiver, found: list[Case], day: datetime.date) -> Excuse:
    """Apply a waiver to the failures it covers, and say whether it has any use left."""
    mine = [case for case in found if waiver.covers(case.row.id, case.requirements)]
    here = [case for case in mine if _speaks(waiver, case)]
    failing = [case for case in here if case.bad]
    mended = bool(here) and not failing and not any(case.state in _OPEN for case in here)
    if waiver.expired(day):
        todo = ("and nothing that it covers fails any more: remove it" if mended else
                f"mend the kernel, or have {waiver.owner} renew it")
        return Excuse(waiver, [], f"expired on {waiver.expires}{',' if mended else ':'} {todo}")
    for case in failing:
        case.waivers.append(waiver)
    problem = ""
    if not mine:
        problem = "no row that is claimed checks it: remove it"
    elif not here:
        # A kernel that never said its version may be in the range; it is incomplete anyway.
        versions = {case.cell.version for case in mine}
        if "" not in versions:
            cells = some((case.cell.name for case in mine), 3)
            problem = (f"no claimed kernel and configuration is in its range, there is {cells} with "
                       f"{some(sorted(versions), 3)}")
    elif mended:
        problem = "nothing that it covers fails any more: remove it"
    return Excuse(waiver, [case.place for case in failing], problem,
                  _useless(waiver, found) if failing else [])


def _why(mine: list[Case], requirement: Requirement) -> str:
    """Why cases of a requirement were not tested, the worst first."""
    if not mine:
        return "no row checks it"
    reasons = []
    for state in (BROKEN, LOST, FILTERED, SKIPPED, RULED_OUT):
        reasons += [case.why for case in mine if case.state == state]
    return _reasons(reasons, 2)


def _line(requirement: Requirement, found: list[Case]) -> Line:
    mine = [case for case in found if requirement.id in case.requirements]
    bad = [case for case in mine if case.bad]
    waived = [case for case in bad
              if any(w.requirement == requirement.id for w in case.waivers)]
    passed = [case for case in mine if case.state == PASSED]
    states = {case.state for case in mine}
    judged = any(case.judged for case in mine)
    blocking = bool(states & {LOST, BROKEN})
    if requirement.mandatory:
        out_of_scope = bool(mine) and states == {RULED_OUT}
        blocking |= FILTERED in states or not (judged or out_of_scope)
    if len(waived) < len(bad):
        verdict, blocking = BAD, False
    elif BROKEN in states:
        verdict = UNJUDGED
    elif blocking or not (mine and (judged or bad or states == {RULED_OUT})):
        verdict = UNTESTED
    elif waived:
        verdict = WAIVED
    else:
        verdict = GOOD if passed else NOT_CLAIMED
    if verdict == BAD:
        why = _reasons((case.why or "failed" for case in bad if case not in waived), 1)
    elif verdict == WAIVED:
        why = _reasons((w.reason for case in waived for w in case.waivers
                    if w.requirement == requirement.id), 1)
    else:
        why = "" if verdict == GOOD and not states - {PASSED, SKIPPED, RULED_OUT} else _why(
            mine, requirement)
    tested, errors = len(passed) + len(bad), sum(case.state == BROKEN for case in mine)
    return Line(requirement, verdict, tested, len(passed), len(bad) - len(waived), len(waived),
                errors, len(mine) - tested - errors, why, blocking)


def _unexcused(found: list[Case], claimed: list[Requirement]) -> list[str]:
    """A line for each requirement that has failed; the same failure once per cell is one."""
    out = []
    for requirement in claimed:
        for state, what in ((FAILED, "fails"), (ABSENT, "is claimed, but absent")):
            rows: dict[str, list[Case]] = {}
            for case in found:
                covered = any(w.requirement == requirement.id for w in case.waivers)
                if case.state == state and requirement.id in case.requirements and not covered:
                    rows.setdefault(case.row.id, []).append(case)
            if not rows:
                continue
            first = next(iter(rows.values()))[0]
            why = first.why.removeprefix("claimed, but absent: ")
            known = f", known as {first.known}, which is no waiver" if first.known else ""
            others = f" and {number(len(rows) - 1, 'other row')}" if rows.keys() - {
                first.row.id} else ""
            cells = some((case.cell.name for cases_ in rows.values() for case in cases_), 3)
            out.append(f"{requirement.id} {what}: {first.row.id}{others} on {cells}: "
                       f"{why or 'no reason was printed'}{known}")
    return out


def _untested(lines: list[Line], found: list[Case]) -> list[str]:
    out = []
    for line in lines:
        if not line.blocking:
            continue
        mine = [case for case in found if line.requirement.id in case.requirements]
        hint = ""
        if mine and {case.state for case in mine} <= {SKIPPED, RULED_OUT}:
            hint = ("; run it where it applies, or say in the profile's 'features' or 'without' "
                    "what is there and what is not")
        elif any(case.state == FILTERED for case in mine):
            hint = "; run it without --case and --suite"
        what = "could not be judged" if line.verdict == UNJUDGED else "is not tested"
        out.append(f"{line.requirement.id} {what}: {line.why}{hint}")
    return out


def _device(claim: Claim, cells: list[Cell]) -> list[str]:
    """A device that is named must be the one that the runs were about."""
    if not claim.device:
        return []
    out = []
    for cell in cells:
        if claim in cell.claims.get(claim.suite, []):
            named = judge.option(judge.arguments(cell.result["meta"]), "--device")
            said = cell.result["provenance"].get(claim.suite, "")
            if claim.device not in named and claim.device not in said:
                out.append(f"claim {claim.number}: {cell.name} was not run on device "
                           f"'{claim.device}': give it with --device")
    return out


def _cells(cells: list[Cell], catalogue: Catalogue) -> list[str]:
    """What is wrong with whole cells."""
    out = []
    for cell in cells:
        result = cell.result
        if result["verdict"] == NOT_RUN:
            out.append(f"{cell.name} was not run: {result['meta'].get('reason', 'no reason')}")
        out += [f"{cell.name}: {problem}" for problem in result["problems"]]
        strange = [row["id"] for row in result["rows"] if row["id"] not in catalogue.rows
                   and row["id"].partition(".")[0] in cell.claims]
        if strange:
            out.append(f"{cell.name} ran {strange[0]}, which this build of the suite does not "
                       "have: qualify with the build that ran")
    revisions = {r["provenance"]["revision"] for r in (cell.result for cell in cells)
                 if "revision" in r["provenance"]}
    if len(revisions) > 1:
        out.append("the results come from different builds of the suite "
                   f"({some(sorted(revisions), 3)}): run all with one")
    return out


def _notes(lines: list[Line], cells: list[Cell], given: int) -> list[str]:
    """What changes no verdict, and a reader wants to know."""
    out = []
    outside = [line.requirement.id for line in lines
               if line.verdict == NOT_CLAIMED and line.requirement.mandatory]
    if outside:
        out.append(f"{number(len(outside), 'mandatory requirement')} outside the claim, because "
                   f"of what it rules out: {some(outside, 6)}")
    if given > len(cells):
        out.append(f"{number(given - len(cells), 'result')} left out: the profile does not speak "
                   "about it" if given - len(cells) == 1 else
                   f"{given - len(cells)} results left out: the profile does not speak about them")
    revisions = {cell.result["provenance"].get("revision", "") for cell in cells}
    for revision in sorted(revisions):
        if revision == "unknown" or revision.endswith("-dirty"):
            out.append(f"the suite that ran was built from files that no commit has: {revision}")
    return out


def qualify(
    profile: Profile, results: list[Result], catalogue: Catalogue, day: datetime.date,
    left_out: int = 0,
) -> Qualification:
    """Hold results against a profile. left_out: of how many results besides the profile does not
    speak. Raises Problem if the profile contradicts itself."""
    cells, missing = assign(profile, results)
    given = len(results) + left_out
    found, against, unseen = cases(cells, catalogue)
    suites = {claim.suite for claim in profile.claims}
    claimed = [r for r in catalogue.requirements.values() if r.suite in suites]
    excuses = [_excuse(waiver, found, day) for waiver in profile.waivers]
    lines = [_line(requirement, found) for requirement in claimed]
    against = _unexcused(found, claimed) + against
    against += [f"{e.waiver.title}: {e.problem}" for e in excuses if e.problem]
    lacking = missing + _cells(cells, catalogue)
    lacking += [line for claim in profile.claims for line in _device(claim, cells)]
    lacking += _untested(lines, found) + unseen
    notes = [note for excuse in excuses for note in excuse.notes]
    return Qualification(profile, day, cells, given - len(cells), lines, excuses,
                         against, lacking, notes + _notes(lines, cells, given))
