# SPDX-License-Identifier: GPL-2.0-only
"""What a run found, for whoever sits at the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from report import boots, drafts, ending, terminal_table, trouble, versions
from report.judge import FILTERED, NOT_TESTED
from report.log import ERROR, FAIL, NOT_RUN, SKIP
from report.results import names
from report.shapes import KnownIssue, Result

MOST_NAMES = 6  # cells, or rows, that are named before they are counted
LAST_WORDS = 12  # lines of the kernel's log under a cell that ended early

Results = list[Result]
exit_code = ending.exit_code


class _Printer:
    """Plain paragraphs, indented, folded at the terminal's width, never taken for markup."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def line(self, text: str = "", style: str = "", indent: int = 0) -> None:
        width = max(40, self.console.width - indent)
        lead = text[: len(text) - len(text.lstrip())]
        # Continuations stand deeper, so that decoded columns stay recognisable.
        pieces = textwrap.wrap(
            text.strip(), width, initial_indent=lead, subsequent_indent=lead + "    ",
            replace_whitespace=False, break_on_hyphens=False,
        )
        for piece in pieces or [""]:
            self.console.print(Text(" " * indent + piece, style=style), soft_wrap=True)

    def title(self, text: str) -> None:
        self.line()
        self.line(text, "bold")


def _some(all_of: Iterable[str], most: int = MOST_NAMES) -> str:
    names_ = list(dict.fromkeys(all_of))
    if len(names_) <= most + 1:
        return ", ".join(names_)
    return f"{', '.join(names_[:most])} and {len(names_) - most} more"


def _failures(out: _Printer, results: Results, verbose: bool) -> None:
    """Each failure in full, once for all the cells in which it looks the same."""
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Results] = {}
    for result in results:
        for row in result["rows"]:
            if row["verdict"] == FAIL and (verbose or not row["known"]):
                told = [*row["detail"], *trouble.resemblance(row["looks_like"])]
                key = (row["id"], tuple(told), tuple(row["info"]))
                groups.setdefault(key, []).append(result)
    if groups:
        out.title("Failures")
    for (name, detail, info), cells in groups.items():
        out.line(f"FAIL {name}", "bold red")
        out.line(f"on {_some(drafts.where(cells, name))}", indent=2)
        for text in detail:
            out.line(text, indent=2)
        for text in info:
            out.line(f"info: {text}", "dim", indent=2)


def _errors(out: _Printer, results: Results) -> None:
    """Rows that could not be judged, by cause: one broken set-up can take hundreds."""
    groups: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for result in results:
        for row in result["rows"]:
            if row["verdict"] == ERROR:
                rows, cells = groups.setdefault(tuple(trouble.own(row["detail"])), ([], []))
                rows.append(row["id"])
                cells.append(names(result))
    broken = [r for r in trouble.broken(results) if not ending.interrupted(r)]
    if groups or broken:
        out.title("Errors: the test could not judge the kernel")
    for detail, (rows, cells) in groups.items():
        out.line(f"ERROR {_some(rows, 3)}", "bold magenta")
        out.line(f"on {_some(cells)}", indent=2)
        for text in detail or ("no reason was printed",):
            out.line(text, indent=2)
        out.line(f"rerun: uapi-conform --case {rows[0]}", indent=2)
    for result in broken:
        _broken(out, result)


def _broken(out: _Printer, result: Result) -> None:
    """A cell that is not whole, with what the kernel said last."""
    out.line(f"{result['verdict']} {names(result)}", "bold magenta")
    for text in [*result["problems"], *ending.not_judged(result)]:
        out.line(text, indent=2)
    if result["guilty"]:
        out.line(f"rerun: uapi-conform --case {result['guilty']}", indent=2)
    if result["exit"] is None and result["kernel_log"]:
        out.line("the kernel's last lines:", indent=2)
        for text in result["kernel_log"][-LAST_WORDS:]:
            out.line(text, "dim", indent=4)


def _known(out: _Printer, results: Results) -> None:
    """Failures that have an entry, each entry once."""
    entries: dict[str, KnownIssue] = {}
    cells: dict[str, list[str]] = {}
    rows: dict[str, list[str]] = {}
    for result in results:
        for entry in result["known_issues"]:
            entries[entry["id"]] = entry
            cells.setdefault(entry["id"], []).append(names(result))
            rows.setdefault(entry["id"], []).extend(
                row["id"] for row in result["rows"] if row["known"] == entry["id"]
            )
    if entries:
        files = dict.fromkeys(entry["file"] for entry in entries.values())
        out.title(f"Known issues: these rows fail as {' and '.join(files)} "
                  f"{'say' if len(files) > 1 else 'says'} they do")
    for name, entry in entries.items():
        out.line(f"{name}: {entry['behaviour']}", "yellow")
        out.line(f"on {_some(cells[name])}", indent=2)
        out.line(f"requirement: {entry['requirement']}", indent=2)
        out.line(f"rows: {_some(rows[name])}", indent=2)
        out.line(f"versions: {versions.spoken(entry['first'], entry['last'])}", indent=2)
        out.line(f"why: {entry['explanation']}", indent=2)
        out.line(f"see: {entry['reference']}", indent=2)
    if lines := trouble.outdated(results):
        out.title("Entries of known issues that are out of date")
        for text in lines:
            out.line(text, indent=2)


def _unjudged(out: _Printer, results: Results, verdict: str, title: str, verbose: bool) -> None:
    """Requirements with this verdict, by the reason for it; where a cell was interrupted, or asked
    for other rows, only some."""
    groups: dict[str, dict[str, list[str]]] = {}
    for result in results:
        for entry in result["requirements"]:
            if entry["verdict"] == verdict:
                reason = entry["reason"] or "no reason was printed"
                if " left no result" in reason and ending.interrupted(result):
                    reason = boots.INTERRUPTED
                groups.setdefault(reason, {}).setdefault(entry["id"], []).append(names(result))
    if groups:
        out.title(title)
    for reason, requirements in groups.items():
        cells = [cell for list_ in requirements.values() for cell in list_]
        where = "everywhere" if len(set(cells)) == len(results) > 1 else f"on {_some(cells)}"
        out.line(f"{reason}: {where}", indent=2)
        short = [name.partition(":")[2] for name in requirements]
        few = reason in (FILTERED, boots.INTERRUPTED) and not verbose
        most = MOST_NAMES if few else len(short)
        out.line(_some(short, most), "dim", indent=6)


def print_table(results: Results, *, verbose: bool = False, console: Console | None = None,
                not_started: int = 0) -> None:
    """Print the verdicts, what is behind them, and the row counts as the last line. verbose: known
    failures in full, and why requirements do not apply; not_started: cells that an interruption
    kept from running."""
    console = console or Console(highlight=False, emoji=False, markup=False)
    out = _Printer(console)
    ran = [result for result in results if result["verdict"] != NOT_RUN]
    if ran:
        numbered = terminal_table.show(console, ran, verbose)
        out.line()
        terminal_table.cells(console, ran, numbered)
        for text in drafts.told(ran):
            out.line(text)
    _failures(out, ran, verbose)
    _errors(out, ran)
    _known(out, ran)
    _unjudged(out, ran, NOT_TESTED, "Requirements not tested", verbose)
    if verbose:
        _unjudged(out, ran, SKIP, "Requirements that do not apply (SKIP)", verbose)
    omitted: dict[str, list[str]] = {}
    for result in results:
        if result["verdict"] == NOT_RUN:
            omitted.setdefault(result["meta"].get("reason", ""), []).append(names(result))
    if omitted:
        out.title("Cells not run")
    for reason, cells in omitted.items():
        out.line(f"{', '.join(cells)}: {reason}", indent=2)
    out.line()
    *before, last = ending.lines(results, not_started)
    for text in before:
        # A failure is one line, and its command is copied whole.
        if text.startswith(("FAIL ", "ERROR ", "    again: ")):
            console.print(Text(text), soft_wrap=True)
        else:
            out.line(text)
    out.line(last, "bold")
