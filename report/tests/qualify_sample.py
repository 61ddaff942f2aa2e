# SPDX-License-Identifier: GPL-2.0-only
"""A suite with features, runs of it with any outcome, and a profile to hold them against."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from report import results
from report.catalogue import Catalogue, CatalogueRow, Requirement
from report.known import Issue

DAY = datetime.date(2026, 11, 20)
# row: (requirements, needs besides "os", which all have)
ROWS = {
    "q.base.one": ("BASE", ""),
    "q.base.two": ("BASE SECOND", ""),
    "q.feat.plain": ("FEAT", "feat"),
    "q.feat.more": ("FEAT", "feat extra"),
    "q.lack.none": ("LACK", "no-feat"),
    "q.rare.one": ("RARE", "rare"),
    "q.extra.one": ("EXTRA", "extra"),
}
OPTIONAL = ("RARE", "EXTRA")
NO_FEAT, NO_EXTRA, NO_RARE = "it has no feat", "it has no extra", "it is not rare"
# A kernel that has what the profile claims, and nothing else.
GOOD = {
    "q.base.one": "PASS", "q.base.two": "PASS", "q.feat.plain": "PASS", "q.feat.more": NO_EXTRA,
    "q.lack.none": "it has feat", "q.rare.one": NO_RARE, "q.extra.one": NO_EXTRA,
}
PROFILE = """
name = "demo"
[[claim]]
suite = "q"
kernels = ["k"]
features = ["feat"]
"""
WAIVER = """
[[waiver]]
requirement = "q:FEAT"
reason = "We can live with it."
owner = "somebody"
expires = 2026-12-31
"""
# Of kernels of this one version.
ISSUE = Issue("odd", "q:FEAT", ["q.feat.*"],
              [{"call": "CALL", "expected": "EINVAL", "got": "0"}],
              "It does.", "It may.", "A thread.", first="5.1", last="5.1")


def catalogue() -> Catalogue:
    """The suite q; v1 is a suite that has a revision."""
    rows = {
        name: CatalogueRow(name, tuple(f"q:{r}" for r in checks.split()),
                           ("os", *needs.split()), "suites/q/rows.c")
        for name, (checks, needs) in ROWS.items()
    }
    rows["rev.one.row"] = CatalogueRow("rev.one.row", ("rev:ONE",), ("v1",), "suites/rev/rows.c")
    names = list(dict.fromkeys(" ".join(checks for checks, _ in ROWS.values()).split()))
    clauses = [Requirement(f"q:{n}", n not in OPTIONAL, "a source", "A text.") for n in names]
    clauses.append(Requirement("rev:ONE", True, "a source", "A text."))
    return Catalogue(rows, {clause.id: clause for clause in clauses})


def log(outcomes: dict[str, str], kernel: str = "7.2.13", revision: str = "1a2b3c") -> bytes:
    """What a binary prints: PASS, FAIL, ERROR, or anything else as the reason of a SKIP."""
    lines = ["TAP version 13", f"1..{len(outcomes)}", f"# uapi-conform {revision}",
             f"# kernel: Linux {kernel} #1 SMP aarch64"]
    counts = {"pass": 0, "fail": 0, "skip": 0, "error": 0}
    for number, (row, outcome) in enumerate(outcomes.items(), 1):
        lines.append(f"# run {row}")
        if outcome in ("FAIL", "ERROR"):
            lines += [f"# {outcome} {row}", "#   call:     CALL", "#   expected: EINVAL",
                      "#   got:      0", f"not ok {number} {row}"]
        else:
            lines.append(f"ok {number} {row}" + ("" if outcome == "PASS" else f" # SKIP {outcome}"))
        counts[outcome.lower() if outcome.lower() in counts else "skip"] += 1
    bad = counts["fail"] + counts["error"]
    lines.append(f"# Totals: pass:{counts['pass']} fail:{counts['fail']} xfail:0 xpass:0 "
                 f"skip:{counts['skip']} error:{counts['error']}")
    lines.append(f"# exit: {1 if bad else 0}")
    return "".join(f"{line}\n" for line in lines).encode()


def cell(
    where: Path, outcomes: dict[str, str] | None = None, kernel: str = "k", name: str = "c",
    text: bytes | None = None, version: str = "7.2.13", **meta: Any,
) -> Path:
    """Judge a run; its directory is where/kernel/name. Without outcomes all is well."""
    directory = where / kernel / name
    directory.mkdir(parents=True, exist_ok=True)
    text = log({**GOOD, **(outcomes or {})}, version) if text is None else text
    (directory / results.CONSOLE).write_bytes(text)
    meta = {"kernel": kernel, "cell": name, "args": "--suite q", **meta}
    results.write_cell(directory, meta, catalogue=catalogue(), issues=[ISSUE])
    return directory
