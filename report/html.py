# SPDX-License-Identifier: GPL-2.0-only
"""One page that holds everything about some results, and needs nothing beside it.

The same results make the same bytes: there is no date on the page but what a cell recorded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures.problem import Problem
from report import across_cells, answers, drafts, results_time, trouble, versions
from report.again import again
from report.judge import NOT_TESTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.problem import CATALOGUE
from report.results import names
from report.shapes import Result
from report.suite_evidence import Proof
from report.text import number, plain, some

TEMPLATES = Path(__file__).with_name("templates")
DENSE = 14  # with more columns, the matrix has no room for words
WIDTH = 62  # of all its fields then, in the page's units
LAST_WORDS = 30  # lines of the kernel's log under a cell that broke

# verdict: (CSS class, glyph, word, what it means, the same in two words)
LOOK = {
    FAIL: ("f", "✗", "FAIL", "the kernel breaks the requirement", "not kept"),
    ERROR: ("e", "!", "ERROR", "the test could not judge it, or not all of it", "no verdict"),
    KNOWN: ("k", "K", "known", "fails; ci/known-issues.toml explains it", "not kept, explained"),
    PASS: ("p", "✓", "pass", "every row that applies was judged, and passed", "kept"),
    SKIP: ("s", "–", "skip", "does not apply to this configuration", "does not apply"),
    NOT_TESTED: ("n", "?", "not tested", "no row of it ran", "no row ran"),
    NOT_RUN: ("n", "?", "not run", "left out, or lost", "left out, or lost"),
}


@dataclass
class Chapter:
    """The failures of one requirement; a row that checks several stands under the first."""

    anchor: str
    requirement: str
    findings: list[trouble.Finding]

    @property
    def cells(self) -> list[str]:
        return list(dict.fromkeys(cell for finding in self.findings for cell in finding.cells))


def anchor(name: str) -> str:
    """A name as part of an address inside the page."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda match: f".{ord(match[0]):x}.", name)


def _chapters(findings: list[trouble.Finding]) -> list[Chapter]:
    chapters: dict[str, Chapter] = {}
    for finding in findings:
        name = finding.requirements[0] if finding.requirements else "no requirement"
        chapter = chapters.setdefault(name, Chapter(f"fail-{len(chapters) + 1}", name, []))
        chapter.findings.append(finding)
    return sorted(chapters.values(), key=lambda chapter: -len(chapter.cells))


def _targets(results: list[Result], chapters: list[Chapter]) -> dict[tuple[str, str], str]:
    """(requirement, cell): where on the page it is told what went wrong there."""
    told = [(chapter.anchor, [chapter.requirement], chapter.cells) for chapter in chapters]
    for chapter in chapters:
        told += [(chapter.anchor, f.requirements, f.cells) for f in chapter.findings]
    for n, finding in enumerate(trouble.errors(results), 1):
        told.append((f"error-{n}", finding.requirements, finding.cells))
    for entry, finding in trouble.issues(results):
        told.append((f"known-{anchor(entry['id'])}", finding.requirements, finding.cells))
    for n, result in enumerate(results):
        down = [row for row in result["rows"]
                if row["id"] == result["guilty"] or row["selected"] and row["verdict"] == NOT_RUN]
        told += [(f"broken-{n}", row["requirements"], [names(result)]) for row in down]
    found: dict[tuple[str, str], str] = {}
    for place, requirements, cells in told:
        for requirement in requirements:
            for cell in cells:
                found.setdefault((requirement, cell), place)
    return found


def _others(result: Result) -> list[trouble.Finding]:
    """A cell's rows that neither passed nor failed, by verdict and reason."""
    groups: dict[tuple[str, str], trouble.Finding] = {}
    for row in result["rows"]:
        if row["verdict"] in (SKIP, NOT_RUN):
            reason = row["reason"] or "no reason was printed"
            groups.setdefault((row["verdict"], reason), trouble.Finding(
                row["verdict"], [], [], [reason])).rows.append(row["id"])
    return list(groups.values())


def _facts(result: Result) -> dict[str, str]:
    """What is recorded of a cell, as names and values."""
    facts: dict[str, str] = {}
    shown_elsewhere = ("kernel", "cell", "reason", "problem", "reproduce")
    for name, value in result["provenance"].items():
        facts[name] = value
    for name, value in result["meta"].items():
        if isinstance(value, dict):
            facts.update({f"{name}: {key}": str(inner) for key, inner in value.items()})
        elif name not in shown_elsewhere and value not in (None, ""):
            facts[name if name not in facts else f"{name} (asked)"] = str(value)
    facts.update({f"sha256 of {name}": checksum for name, checksum in result["files"].items()})
    return facts


def _rows(results: list[Result]) -> dict[str, dict[str, int]]:
    """For each row, in how many cells it had which verdict."""
    tallies: dict[str, dict[str, int]] = {}
    for result in results:
        for row in result["rows"]:
            verdict = trouble.shown(row)
            tally = tallies.setdefault(row["id"], {})
            tally[verdict] = tally.get(verdict, 0) + 1
    return tallies


def _totals(results: list[Result]) -> dict[str, int]:
    order = (FAIL, ERROR, NOT_RUN, KNOWN, PASS, SKIP)
    return {verdict: sum(result["counts"][verdict] for result in results) for verdict in order}


def _environment() -> Any:
    try:
        import jinja2
    except ImportError:
        raise Problem(
            "the page needs python3-jinja2; run 'make setup', or 'apt-get install python3-jinja2'",
            CATALOGUE,
        ) from None
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters.update(anchor=anchor, some=some)
    environment.globals.update(
        FAIL=FAIL, ERROR=ERROR, KNOWN=KNOWN, PASS=PASS, SKIP=SKIP, NOT_TESTED=NOT_TESTED,
        NOT_RUN=NOT_RUN, LOOK=LOOK, ORDER=across_cells.ORDER, LAST_WORDS=LAST_WORDS,
        names=names, number=number, own=trouble.own, complaints=trouble.complaints,
        resemblance=trouble.resemblance, spoken=versions.spoken,
    )
    return environment


def in_short(lines: list[str]) -> str:
    """ "expected EINVAL, got 0", of a failure's first wrong answer; or nothing."""
    return next((f"expected {answer.expected}, got {answer.got}" for answer in answers.read(lines).answers), "")


def render(results: list[Result], wrong: list[Problem], proof: Proof = Proof(),
           logs: Mapping[str, str] | None = None) -> str:
    """The page about these results, about the files that could not be read, and about what is known
    of the suite itself. logs: a cell's console, as an address relative to the page's."""
    results = across_cells.by_kernel(plain(results))
    texts = across_cells.known_texts()
    lines = across_cells.matrix(results, texts)
    verdict, sentence = across_cells.headline(results, lines)
    chapters = _chapters(trouble.failures(results))
    by_name = {names(result): result for result in results}
    page: str = _environment().get_template("page.html").render(
        results=results, lines=lines, texts=texts, verdict=verdict, sentence=sentence,
        counts=across_cells.count(line.verdict for line in lines), totals=_totals(results),
        kernels=across_cells.kernels(results, lines), ran=across_cells.ran(results),
        chapters=chapters, errors=trouble.errors(results), broken=trouble.broken(results),
        targets=_targets(results, chapters),
        issues=trouble.issues(results), seen=trouble.failures(results, known=True),
        untested=trouble.unjudged(results, NOT_TESTED),
        inapplicable=trouble.unjudged(results, SKIP),
        outdated=trouble.outdated(results), left_out=trouble.left_out(results),
        tallies=_rows(results), suites=across_cells.fold(lines),
        dense=len(results) > DENSE, width=f"{min(1.5, WIDTH / len(results)):.2f}rem",
        marks=drafts.marks(results), drafts=list(drafts.told(across_cells.ran(results))),
        when=results_time.sentence(results), proof=proof,
        revisions=sorted({r["provenance"].get("revision", "") for r in results} - {""}),
        unreadable=[plain(line) for error in wrong for line in error.lines],
        places={names(result): n for n, result in enumerate(results)},
        where=lambda cells: across_cells.where(cells, results), in_short=in_short, logs=logs or {},
        again=lambda cell, row: again(by_name[cell], row), others=_others, facts=_facts,
    )
    return page
