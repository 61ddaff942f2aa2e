# SPDX-License-Identifier: GPL-2.0-only
"""A comment on a pull request: the verdict, what failed and where, and little else.

Whatever comes out of a log stands in code, where it can neither format anything, nor refer to
an issue, nor call anybody's name.
"""

from __future__ import annotations

import re

from fixtures.problem import Problem
from report import across_cells, trouble
from report.judge import NOT_TESTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.results import names
from report.shapes import Result
from report.text import number, plain, some

MARK = {
    FAIL: "❌ FAIL", ERROR: "💥 ERROR", KNOWN: "⚠️ known", PASS: "✅ pass", SKIP: "➖ skip",
    NOT_TESTED: "❔ not tested", NOT_RUN: "❔ not run",
}
MOST_FINDINGS = 10
MOST_LINES = 25  # of one failure's details
MOST_LETTERS = 200  # of one line of them


def code(text: str) -> str:
    """Text as a code span, also inside a table."""
    text = " ".join(text.split())[:MOST_LETTERS].replace("|", "\\|")
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def block(lines: list[str]) -> list[str]:
    """Lines as a code block."""
    kept = [line[:MOST_LETTERS] for text in lines for line in text.splitlines()]
    if len(kept) > MOST_LINES:
        kept = [*kept[: MOST_LINES - 1], f"... {len(kept) - MOST_LINES + 1} more lines"]
    longest = max((len(run) for line in kept for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}text", *kept, fence]


def _finding(finding: trouble.Finding, results: list[Result]) -> list[str]:
    """One failure, or error, folded but for its first line."""
    title = f"<code>{some(finding.rows, 2)}</code>"
    lines = trouble.own(finding.lines) or ["no detail was printed"]
    checks = ", ".join(map(code, finding.requirements)) or "none"
    return [
        f"<details><summary>{MARK[finding.verdict]} {title} in "
        f"{number(len(finding.cells), 'configuration')}</summary>", "",
        f"In {code(across_cells.where(finding.cells, results))}. Requirement: {checks}", "",
        *(line for text in trouble.resemblance(finding.looks_like) for line in (code(text), "")),
        *block(lines), "</details>", "",
    ]


def _escape(name: str) -> str:
    """A name in HTML; ids of rows are made of harmless letters, unless somebody forged them."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _findings(
    title: str, findings: list[trouble.Finding], results: list[Result]
) -> list[str]:
    if not findings:
        return []
    out = [f"#### {title}", ""]
    for finding in findings[:MOST_FINDINGS]:
        finding.rows = [_escape(row) for row in finding.rows]
        out += _finding(finding, results)
    if len(findings) > MOST_FINDINGS:
        more = len(findings) - MOST_FINDINGS
        out += [f"… and {more} more; `report/uapi-report html` shows all.", ""]
    return out


def _kernels(results: list[Result], lines: list[across_cells.Line]) -> list[str]:
    shown = (FAIL, ERROR, KNOWN, PASS, SKIP, NOT_TESTED)
    kernels = across_cells.kernels(results, lines)
    columns = [v for v in shown if any(kernel.counts[v] for kernel in kernels)]
    out = [f"| kernel | verdict | configurations | {' | '.join(MARK[v] for v in columns)} |",
           f"|---|---|--:|{'--:|' * len(columns)}"]
    for kernel in kernels:
        verdict = NOT_RUN if kernel.verdict == NOT_TESTED else kernel.verdict
        counts = " | ".join(str(kernel.counts[v] or "") for v in columns)
        ran = len(across_cells.ran(kernel.results))
        name = " ".join([code(kernel.name), *([f"({', '.join(kernel.revisions)})"] if kernel.revisions else [])])
        out.append(f"| {name} | {MARK[verdict]} | {ran} | {counts} |")
    return [*out, "", "Requirements by their worst verdict in any configuration of the kernel.", ""]


def _rest(results: list[Result]) -> list[str]:
    out = []
    for entry, finding in trouble.issues(results):
        out.append(f"- {MARK[KNOWN]} issue {code(entry['id'])} in "
                   f"{number(len(finding.cells), 'configuration')}: {code(entry['behaviour'])}")
    for finding in trouble.left_out(results):
        out.append(f"- {MARK[NOT_RUN]}: {number(len(finding.cells), 'configuration')} "
                   f"({code(some(finding.cells, 2))}): {code(finding.lines[0])}")
    return [*out, ""] if out else []


def render(results: list[Result], wrong: list[Problem]) -> str:
    """The comment."""
    results = across_cells.by_kernel(plain(results))
    lines = across_cells.matrix(results, across_cells.known_texts())
    verdict, sentence = across_cells.headline(results, lines)
    out = [f"### uapi-conform: {MARK[verdict]}: {sentence}", ""]
    unread = [line for error in wrong for line in error.lines]
    if unread:
        out += ["Results that could not be read, and are not counted:", ""]
        out += [*(f"- {code(plain(line))}" for line in unread[:MOST_FINDINGS]), ""]
    out += _findings("Failures", trouble.failures(results), results)
    out += _findings("Errors", trouble.errors(results), results)
    broken = trouble.broken(results)
    if broken:
        out += ["#### Broken configurations", ""]
        for result in broken[:MOST_FINDINGS]:
            out.append(f"- {code(names(result))}: {code(trouble.complaints(result)[0])}")
        if len(broken) > MOST_FINDINGS:
            out.append(f"- … and {len(broken) - MOST_FINDINGS} more")
        out.append("")
    out += _kernels(results, lines)
    out += _rest(results)
    return "\n".join(out).rstrip() + "\n"
