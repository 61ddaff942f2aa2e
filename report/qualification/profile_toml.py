# SPDX-License-Identifier: GPL-2.0-only
"""A profile: what an implementation claims to be, and what it is excused from."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures.problem import Problem
from report import tomlfile, versions
from report.catalogue import Catalogue
from report.problem import NOTHING, PROFILE, nearest
from report.tomlfile import GLOBS, TEXT, fits
from report.versions import VERSION

SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "claim"],
    "properties": {
        "name": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"},
        "description": TEXT,
        "claim": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["suite", "kernels"],
                "properties": {
                    "suite": TEXT, "revision": TEXT, "device": TEXT, "kernels": GLOBS,
                    "cells": GLOBS, "features": GLOBS, "without": GLOBS,
                },
            },
        },
        "waiver": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["requirement", "reason", "owner"],
                "properties": {
                    "requirement": TEXT, "rows": GLOBS, "reason": TEXT, "owner": TEXT,
                    "expires": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
                    "first": VERSION, "last": VERSION, "kernels": GLOBS, "cells": GLOBS,
                },
            },
        },
    },
}
_REVISION = re.compile(r"v[0-9]+")


def today() -> datetime.date:
    """The day on which waivers are judged. The only clock of the qualification."""
    return datetime.datetime.now(datetime.UTC).date()


@dataclass(frozen=True)
class Claim:
    """One suite on some kernels and configurations: what is there, and what is not."""

    number: int  # in the profile, from 1
    suite: str
    kernels: list[str]
    cells: list[str] = field(default_factory=list)  # empty: all
    revision: str = ""
    device: str = ""
    features: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)

    def about(self, kernel: str, cell: str) -> bool:
        """Whether it speaks about this kernel in this configuration."""
        return fits(kernel, self.kernels) and fits(cell, self.cells or ["*"])


@dataclass(frozen=True)
class Waiver:
    """Failures of one requirement that somebody answers for, for a time or some kernels."""

    number: int  # in the profile, from 1
    requirement: str
    reason: str
    owner: str
    rows: list[str] = field(default_factory=lambda: ["*"])
    expires: str = ""  # the last day on which it holds
    first: str = ""  # kernel versions, both included; "6.4" includes 6.4.9
    last: str = ""
    kernels: list[str] = field(default_factory=lambda: ["*"])  # their names, as globs
    cells: list[str] = field(default_factory=lambda: ["*"])

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"waiver {self.number} ({self.requirement})"

    def expired(self, day: datetime.date) -> bool:
        """Whether its last day is over."""
        return bool(self.expires) and datetime.date.fromisoformat(self.expires) < day

    def in_range(self, kernel: str) -> bool:
        """Whether it holds for this version of the kernel. One that is not known is in no range."""
        return versions.within(kernel, self.first, self.last)

    def about(self, kernel: str, cell: str) -> bool:
        """Whether it speaks about this kernel in this configuration."""
        return fits(kernel, self.kernels) and fits(cell, self.cells)

    def covers(self, row: str, requirements: tuple[str, ...]) -> bool:
        """Whether it speaks about a failure of this row."""
        return self.requirement in requirements and fits(row, self.rows)


@dataclass(frozen=True)
class Profile:
    """A whole profile, and the file it was read from."""

    name: str
    claims: list[Claim]
    waivers: list[Waiver]
    description: str
    text: bytes


def suite_needs(suite: str, catalogue: Catalogue) -> list[set[str]]:
    """What each row of a suite needs."""
    return [set(row.needs) for row in catalogue.rows.values() if row.suite == suite]


def _title(table: str, number: int, entry: Any) -> str:
    about = entry.get("requirement") if isinstance(entry, dict) and table == "waiver" else None
    return f"{table} {number + 1}" + (f" ({about})" if isinstance(about, str) else "")


def _revision(claim: Claim, needs: set[str]) -> list[str]:
    known = sorted(filter(_REVISION.fullmatch, needs))
    if claim.revision and not known:
        return [f"{claim.suite} has no revisions: leave 'revision' out"]
    if known and not claim.revision:
        return [f"'revision' is missing; {claim.suite} has {', '.join(known)}"]
    if claim.revision and claim.revision not in known:
        return [f"{claim.suite} has no revision '{claim.revision}', it has {', '.join(known)}"]
    return []


def _claim(claim: Claim, catalogue: Catalogue) -> list[str]:
    """What is wrong with a claim, by the catalogue."""
    suites = {name.suite for name in catalogue.rows.values()}
    if claim.suite not in suites:
        hint = nearest(claim.suite, suites)
        return [f"no suite is called '{claim.suite}'{hint or ', there is ' + ', '.join(suites)}"]
    needs = set().union(*suite_needs(claim.suite, catalogue))
    found = _revision(claim, needs)
    for name in claim.features + claim.without:
        if name not in needs:
            hint = nearest(name, needs) or "; --list shows what rows need"
            found.append(f"no row of {claim.suite} needs '{name}'{hint}")
    both = sorted({*claim.features, claim.revision} & set(claim.without))
    return found + [f"'{name}' is claimed and ruled out" for name in both]


def _waiver(waiver: Waiver, claims: list[Claim], catalogue: Catalogue) -> list[str]:
    """What is wrong with a waiver: what it is about, and until when."""
    globs = [] if waiver.rows == ["*"] else waiver.rows
    found = tomlfile.unknown_rows(waiver.requirement, globs, catalogue)
    suite = waiver.requirement.partition(":")[0]
    if not found and suite not in {claim.suite for claim in claims}:
        found.append(f"nothing is claimed about {suite}")
    if waiver.expires:
        try:
            datetime.date.fromisoformat(waiver.expires)
        except ValueError:
            found.append(f"'expires' is no day: {waiver.expires}")
    elif not waiver.first and not waiver.last:
        found.append("it would hold for ever: give 'expires', 'first' or 'last'")
    return found + versions.mistakes(waiver.first, waiver.last)


def load(path: Path, catalogue: Catalogue) -> Profile:
    """Read a profile; every mistake in it gets a line. Raises Problem."""
    text = tomlfile.read(path, NOTHING, "name a profile; report/profiles/ has examples")
    return parse(text, tomlfile.shown(path), catalogue)


def parse(text: bytes, name: Path, catalogue: Catalogue) -> Profile:
    """The profile that this text is."""
    document = tomlfile.parse(text, name, PROFILE)
    for waiver in document["waiver"] if isinstance(document.get("waiver"), list) else []:
        # A day may be written with quotes or without.
        if isinstance(waiver, dict) and isinstance(waiver.get("expires"), datetime.date):
            waiver["expires"] = waiver["expires"].isoformat()
    wrong = tomlfile.mistakes(document, SCHEMA, _title)
    if not wrong:
        claims = [Claim(n, **claim) for n, claim in enumerate(document["claim"], 1)]
        waivers = [Waiver(n, **waiver) for n, waiver in enumerate(document.get("waiver", []), 1)]
        for claim in claims:
            wrong += [f"claim {claim.number}: {line}" for line in _claim(claim, catalogue)]
        for entry in waivers:
            wrong += [f"{entry.title}: {line}" for line in _waiver(entry, claims, catalogue)]
    if wrong:
        raise Problem([f"{name}: {line}" for line in wrong], PROFILE)
    return Profile(document["name"], claims, waivers, document.get("description", ""), text)
