# SPDX-License-Identifier: GPL-2.0-only
"""A qualification as a table and a verdict, for a terminal and for the bundle."""

from __future__ import annotations

import io
import textwrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from report.qualification.verdict import (
    BAD,
    GOOD,
    INCOMPLETE,
    NOT_CLAIMED,
    NOT_QUALIFIED,
    QUALIFIED,
    UNJUDGED,
    UNTESTED,
    WAIVED,
    Line,
    Qualification,
)
from report.text import number, plain

STYLES = {
    GOOD: "green", BAD: "bold red", WAIVED: "yellow", UNJUDGED: "bold magenta",
    UNTESTED: "cyan", NOT_CLAIMED: "dim", QUALIFIED: "bold green", NOT_QUALIFIED: "bold red", INCOMPLETE: "bold cyan",
}
COUNTS = ("tested", "passed", "failed", "waived", "errors", "not tested")
BUNDLE_WIDTH = 130
WIDE = 120  # from here on there is room for the reasons in the table itself


def _table(done: Qualification, with_why: bool) -> Table:
    # No box: its dividers are what a terminal of 80 columns has no room for.
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("requirement", no_wrap=True, overflow="ellipsis")
    table.add_column("verdict", no_wrap=True)
    for name in COUNTS:
        table.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
    if with_why:
        table.add_column("why", overflow="fold")
    suite = ""
    for line in done.lines:
        if line.requirement.suite != suite:
            suite = line.requirement.suite
            table.add_row(Text(suite, style="bold"))
        counts = (line.tested, line.passed, line.failed, line.waived, line.errors,
                  line.not_tested)
        table.add_row(
            Text(f"  {line.requirement.id.partition(':')[2]}{_mark(line)}"),
            Text(line.verdict, style=STYLES[line.verdict]),
            *(str(count or "-") for count in counts),
            *([Text(plain(line.why))] if with_why else []),
        )
    return table


def _mark(line: Line) -> str:
    return "" if line.requirement.mandatory else " *"


def _paragraph(console: Console, text: str, style: str = "") -> None:
    for piece in textwrap.wrap(plain(text), max(40, console.width), subsequent_indent="    ",
                               break_on_hyphens=False, break_long_words=False):
        console.print(Text(piece, style=style), soft_wrap=True)


def show(console: Console, done: Qualification) -> None:
    """Print all of it; the last line is the verdict."""
    wide = console.width >= WIDE
    console.print(_table(done, wide))
    _paragraph(console, "* = optional; counted are rows, once in each cell that the profile speaks "
                        "about", "dim")
    console.print()
    for line in done.lines:
        if line.why and not wide and not line.blocking and line.verdict in (UNTESTED, NOT_CLAIMED):
            _paragraph(console, f"{line.verdict.lower()}: {line.requirement.id}{_mark(line)}: "
                                f"{line.why}", "dim")
    for excuse in done.excuses:
        if not excuse.problem:
            until = f", until {excuse.waiver.expires}" if excuse.waiver.expires else ""
            _paragraph(console, f"waived by {excuse.waiver.owner}{until}: "
                                f"{excuse.waiver.requirement}: {excuse.waiver.reason}")
    for text in done.notes:
        _paragraph(console, f"note: {text}", "dim")
    for text in done.against:
        _paragraph(console, f"against it: {text}", "red")
    for text in done.lacking:
        _paragraph(console, f"incomplete: {text}", "cyan")
    cells = f"{len(done.cells)} cell{'' if len(done.cells) == 1 else 's'}"
    errors = sum(line.errors for line in done.lines)
    _paragraph(console, f"{done.verdict}: {done.profile.name}, {len(done.lines)} requirements on "
                        f"{cells}, {number(errors, 'error')}, on {done.day.isoformat()}",
               STYLES[done.verdict])


def text(done: Qualification) -> str:
    """The same for the bundle: no colours, and one width everywhere."""
    out = io.StringIO()
    console = Console(file=out, width=BUNDLE_WIDTH, color_system=None, no_color=True,
                      force_terminal=False, legacy_windows=False, emoji=False, markup=False,
                      highlight=False, _environ={})
    show(console, done)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
