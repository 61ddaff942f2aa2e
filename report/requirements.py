# SPDX-License-Identifier: GPL-2.0-only
"""Each clause: its text and source, the rows that check it, the faults in the reference kernel that
they noticed, and what the last runs say of it."""

from __future__ import annotations

import hashlib
import json
import textwrap
from typing import Any

from fixtures.problem import USAGE, Problem
from report import across_cells
from report.catalogue import Catalogue, Requirement
from report.judge import NOT_TESTED
from report.problem import nearest
from report.results import names
from report.shapes import Result
from report.suite_evidence import Mutant, Proof
from report.text import number, plain

WIDTH = 100


def _wrap(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ",
                         break_on_hyphens=False, break_long_words=False)


def _verdicts(clause: Requirement, results: list[Result]) -> list[str]:
    """In which cells it has which verdict, the worst first, and why there is none."""
    groups: dict[str, list[str]] = {}
    reasons: dict[str, dict[str, None]] = {}
    for result in across_cells.ran(results):
        entry = next((e for e in result["requirements"] if e["id"] == clause.id), None)
        verdict = entry["verdict"] if entry else NOT_TESTED
        groups.setdefault(verdict, []).append(names(result))
        why = entry["reason"] if entry else "the run does not know it"
        if why:
            reasons.setdefault(verdict, {})[why] = None
    out = []
    for verdict in across_cells.ORDER:
        if cells := groups.get(verdict):
            out += _wrap(f"{verdict} in {number(len(cells), 'configuration')}: "
                         f"{across_cells.where(cells, results)}")
            for reason in reasons.get(verdict, ()):
                out += _wrap(reason, "      ")
    return out


def _mutants(mutants: list[Mutant]) -> list[str]:
    if not mutants:
        return ["  no mutant breaks it: whether its rows can fail was not shown"]
    return _wrap(f"{number(len(mutants), 'mutant')}: {', '.join(map(str, mutants))}")


def _clause(clause: Requirement, catalogue: Catalogue, results: list[Result], proof: Proof
            ) -> list[str]:
    rows = [row.id for row in catalogue.rows.values() if clause.id in row.requirements]
    verdicts = [e["verdict"] for r in across_cells.ran(results) for e in r["requirements"]
                if e["id"] == clause.id]
    verdict = f": {across_cells.worst(verdicts)}" if results else ""
    out = [f"{clause.id} ({'mandatory' if clause.mandatory else 'optional'}){verdict}"]
    out += _wrap(clause.text) + _wrap(f"source: {clause.source}")
    out += [line for document in clause.documents
            for line in (*_wrap(document.title, "    "), f"      {document.link}")]
    out += _wrap(f"{number(len(rows), 'row')}: {', '.join(rows)}" if rows else "no row checks it")
    if proof.mutants is not None:
        out += _mutants(proof.mutants.get(clause.id, []))
    return [*out, *_verdicts(clause, results), ""]


def render(catalogue: Catalogue, results: list[Result], proof: Proof = Proof()) -> str:
    """Every clause of the catalogue, in its order; the last line counts."""
    results = across_cells.by_kernel(plain(results))
    out: list[str] = []
    for clause in catalogue.requirements.values():
        out += _clause(clause, catalogue, results, proof)
    bare = [name for name in catalogue.requirements
            if not any(name in row.requirements for row in catalogue.rows.values())]
    out.append(f"{number(len(catalogue.requirements), 'requirement')}, "
               f"{number(len(catalogue.rows), 'row')}, {len(bare)} without a row")
    return "\n".join(out) + "\n"


def as_json(catalogue: Catalogue) -> str:
    """The clauses, a line each: for programs."""
    entries = [json.dumps({
        "id": clause.id, "mandatory": clause.mandatory, "text": clause.text, "source": clause.source,
        "documents": [{"title": document.title, "link": document.link} for document in clause.documents],
        "rows": [row.id for row in catalogue.rows.values() if clause.id in row.requirements],
    }, ensure_ascii=False) for clause in catalogue.requirements.values()]
    return "[\n " + ",\n ".join(entries) + "\n]\n"


def as_spdx(catalogue: Catalogue) -> str:
    """The clauses as SPDX-Req tags, a block each. What identifies one is the hash of its name, which
    never changes its meaning; the key changes with its text. Whoever takes them adds SPDX-Req-Sys."""
    out = []
    for clause in catalogue.requirements.values():
        mark, key = (hashlib.sha256(f"uapi-conform{text}".encode()).hexdigest()
                     for text in (clause.id, clause.id + clause.text))
        out += [f"SPDX-Req-ID: {mark}", f"SPDX-Req-HKey: {key}", f"SPDX-Req-Title: {clause.id}",
                f"SPDX-Req-Text: {clause.text}",
                *(f"SPDX-Req-Note: {document.title}: {document.link}" for document in clause.documents),
                "SPDX-Req-End", ""]
    return "\n".join(out)


def as_kapi(catalogue: Catalogue, suite: str = "") -> str:
    """A suite's clauses in the JSON that the kernel's `kapi --format json` prints of one interface: each
    is a constraint without an expression, for its text is prose. Without a suite, as there, the list of
    them. Raises Problem."""
    suites = sorted(catalogue.suites)
    if not suite:
        said: dict[str, Any] = {"apis": [{"name": name, "api_type": "ioctl"} for name in suites]}
    elif suite not in suites:
        raise Problem(f"no suite is called '{suite}'{nearest(suite, suites)}", USAGE)
    else:
        clauses = [clause for clause in catalogue.requirements.values() if clause.suite == suite]
        documents = catalogue.documents(clause.id for clause in clauses)
        said = {"api_details": {
            "name": suite,
            "notes": "\n".join(f"{document.title}: {document.link}" for document in documents),
            "constraints": [{"name": clause.id, "description": f"{clause.text} [{clause.source}]",
                             "expression": None} for clause in clauses],
        }}
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
