# SPDX-License-Identifier: GPL-2.0-only
"""From one cell's log to its rows, its requirements and its verdict. Touches no file."""

from __future__ import annotations

import re
import shlex
from fnmatch import fnmatchcase

from report import answers, boots, known, promise, shapes, versions
from report.catalogue import Catalogue, CatalogueRow
from report.log import ERROR, FAIL, KNOWN, NOT_APPLICABLE, NOT_RUN, PASS, SKIP, Log, Row
from report.text import some

NOT_TESTED = "NOT TESTED"
VERDICTS = (PASS, FAIL, KNOWN, ERROR, SKIP, NOT_RUN)
FILTERED = "not selected on the command line"
_REQUIREMENT = re.compile(r"requirement: ([^:\s]+:[^:\s]+): ")
MOST_KERNEL_LINES = 2000
MOST_ROW_LINES = 100  # of the kernel's, besides those that complain


def arguments(meta: shapes.Meta) -> list[str]:
    """The binary's command line, which meta has as one string or as words."""
    given = meta.get("args") or []
    return shlex.split(given) if isinstance(given, str) else [str(word) for word in given]


def option(words: list[str], name: str) -> list[str]:
    """The values of a repeatable option, in either spelling."""
    values = [word.split("=", 1)[1] for word in words if word.startswith(f"{name}=")]
    return values + [value for word, value in zip(words, words[1:]) if word == name]


def plays(words: list[str]) -> bool:
    """Whether the binary plays sequences of calls, and none of its rows, with these arguments."""
    return any(word.partition("=")[0] in ("--replay", "--explore") for word in words)


def selected(row: CatalogueRow, words: list[str]) -> bool:
    """Whether the binary runs this row when it is given these arguments."""
    if plays(words):
        return False
    suites, cases = option(words, "--suite"), option(words, "--case")
    return (not suites or row.suite in suites) and (
        not cases or any(fnmatchcase(row.id, case) for case in cases)
    )


def unjudged(log: Log, catalogue: Catalogue, words: list[str]) -> list[str]:
    """What --strict asks, where no single boot can answer it: the mandatory requirements that the
    rows are about, and that none of them judged."""
    judged: dict[str, bool] = {}
    for row in catalogue.rows.values():
        found = log.rows.get(row.id)
        if found and found.verdict == SKIP and found.reason.startswith(NOT_APPLICABLE):
            continue
        for name in row.requirements if found or selected(row, words) else ():
            judged[name] = judged.get(name, False) or (
                found is not None and found.verdict in (PASS, FAIL))
    return [name for name, is_judged in judged.items()
            if not is_judged and catalogue.requirements[name].mandatory]


def _reason(found: Row) -> str:
    """Why a row has its verdict, in a line."""
    if found.reason or found.verdict not in (FAIL, ERROR):
        return found.reason
    failure = answers.read(found.detail)
    if found.verdict == FAIL and failure.answers:
        what, expected, got = failure.answers[0]
        return f"{what}{what and ': '}expected {expected}, got {got}"
    return next(iter([*failure.warnings, *failure.other]), "")


def _about(checks: list[str], found: Row) -> list[str]:
    """The requirements that a row's verdict is about: all that it checks, but of a failure those
    that it names, whose calls failed. The others were not judged, or were kept that far."""
    named = [m[1] for line in found.detail if (m := _REQUIREMENT.match(line))]
    return list(dict.fromkeys(named)) if found.verdict == FAIL and named else checks


def as_row(entry: CatalogueRow, found: Row, chosen: bool = True) -> shapes.Row:
    """A row of results.json. chosen: it was to run."""
    return {
        "id": entry.id,
        "verdict": found.verdict,
        "requirements": _about(list(entry.requirements), found),
        "checks": list(entry.requirements),
        "needs": list(entry.needs),
        "selected": chosen,
        "reason": _reason(found),
        "detail": found.detail,
        "info": found.info,
        "kernel": answers.complaints(found.kernel[:-MOST_ROW_LINES]) + found.kernel[-MOST_ROW_LINES:],
        "known": None,
        "looks_like": None,
    }


def _rows(log: Log, catalogue: Catalogue, words: list[str]) -> list[shapes.Row]:
    rows = []
    ended = next((p for p in log.problems if p.startswith("the log ends")), "it never started")
    ended = ended.split(": ")[0]
    for entry in catalogue.rows.values():
        chosen = entry.id in log.rows or (not log.all_asked and selected(entry, words))
        absent = Row(entry.id, reason=f"not reached: {ended}" if chosen else FILTERED)
        rows.append(as_row(entry, log.rows.get(entry.id, absent), chosen))
    for name, found in log.rows.items():
        if name not in catalogue.rows:
            rows.append(as_row(CatalogueRow(name, (), (), ""), found, True))
    return rows


def _shown(row: shapes.Row) -> str:
    return KNOWN if row["known"] else str(row["verdict"])


def _elsewhere(rows: list[shapes.Row]) -> bool:
    """Whether all that ran of a requirement's rows say that it is no promise of this kernel's."""
    ran = [row for row in rows if row["selected"]]
    return bool(ran) and all(
        row["verdict"] == SKIP and row["reason"].startswith(NOT_APPLICABLE) for row in ran)


def _requirement(
    name: str, mandatory: bool, rows: list[shapes.Row], missing: str, aside: list[str]
) -> shapes.Clause:
    """The verdict on one clause, the worst that its rows support.

    A row that was to run and has no result might have failed. So whatever the others say, nobody
    knows whether the clause is kept, unless one of them shows that it is not. missing: its verdict
    then; aside: rows that check it, and failed for another one.
    """
    counts = {verdict: 0 for verdict in VERDICTS}
    for row in rows:
        counts[_shown(row)] += 1
    lost = [row for row in rows if row["selected"] and row["verdict"] == NOT_RUN]
    order = [FAIL, ERROR] if lost else [FAIL, ERROR, KNOWN, PASS, NOT_RUN, SKIP]
    verdict = next((v for v in order if counts[v]), missing if lost else NOT_RUN)
    reasons = [row["reason"] for row in rows if _shown(row) == verdict]
    if lost and verdict != FAIL:
        more = f" and {len(lost) - 1} more" if lost[1:] else ""
        reasons.append(f"{lost[0]['id']}{more} left no result: {lost[0]['reason']}")
    return {
        "id": name,
        "verdict": NOT_TESTED if verdict == NOT_RUN else verdict,
        "mandatory": mandatory and not _elsewhere(rows),
        "rows": counts,
        "reason": "" if verdict == PASS else "; ".join(dict.fromkeys(filter(None, reasons)))
        if rows
        else "no row checks it" if not aside
        else f"{some(aside, 2)} failed for another requirement",
    }


def _verdict(counts: dict[str, int], log: Log, problems: list[str]) -> str:
    if counts[FAIL] or log.strict:
        return FAIL
    if counts[ERROR] or problems:
        return ERROR
    if counts[KNOWN]:
        return KNOWN
    return PASS if counts[PASS] else SKIP


def _is_reference(meta: shapes.Meta) -> bool:
    file = meta.get("kernel_file")
    return isinstance(file, dict) and str(file.get("name", "")).startswith("reference")


def judge(
    log: Log, meta: shapes.Meta, catalogue: Catalogue, issues: list[known.Issue]
) -> shapes.Judgement:
    """Everything that results.json says about a cell, but for the file's own checksums."""
    rows = _rows(log, catalogue, arguments(meta))
    release = versions.of_run(meta, log.header)
    used, stale = known.apply(
        issues, release, meta["cell"], rows, f"{meta['kernel']}/{meta['cell']}")
    if _is_reference(meta):
        # It was made to keep what others of its version do not.
        stale = []
    problems = [str(meta["problem"])] if meta.get("problem") else []
    problems += log.problems
    unknown = [row["id"] for row in rows if row["id"] not in catalogue.rows]
    if unknown and not plays(arguments(meta)):
        problems.append(
            f"the binary ran {unknown[0]}{' and others' if unknown[1:] else ''}, which the "
            "host's build does not have: build both from the same tree"
        )
    lost = [row["id"] for row in rows if row["selected"] and row["verdict"] == NOT_RUN]
    if lost and not problems:
        problems.append(
            f"{len(lost)} rows were to run and did not, {lost[0]} first: the binary in the VM "
            "and the host's build differ"
        )
    if not problems and (line := promise.broken(meta, rows, catalogue)):
        problems.append(line)
    counts = {verdict: 0 for verdict in VERDICTS}
    for row in rows:
        if row["selected"]:
            counts[_shown(row)] += 1
    guilty = boots.guilty(log, catalogue.rows)
    # Whoever did not wait for the end has not shown that anything is broken.
    missing = NOT_TESTED if boots.INTERRUPTED in str(meta.get("problem")).split("; ") else ERROR
    checks: dict[str, list[shapes.Row]] = {name: [] for name in catalogue.requirements}
    for row in rows:
        for name in row["requirements"]:
            checks.setdefault(name, []).append(row)
    return {
        "meta": meta,
        "provenance": log.header,
        "verdict": _verdict(counts, log, problems),
        "problems": problems,
        "stale": stale,
        "strict": log.strict,
        "guilty": guilty,
        "plan": log.plan,
        "exit": log.exit,
        "counts": counts,
        "rows": rows,
        "requirements": [
            _requirement(
                name,
                name not in catalogue.requirements or catalogue.requirements[name].mandatory,
                mine,
                missing,
                [row.id for row in catalogue.rows.values() if name in row.requirements],
            )
            for name, mine in checks.items()
        ],
        "known_issues": used,
        "info": log.info,
        "kernel_log": log.kernel[-MOST_KERNEL_LINES:],
        "noise": log.noise,
    }
