# SPDX-License-Identifier: GPL-2.0-only
"""Requirements by cells, as a table for a terminal of any width."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from report.ending import interrupted
from report.judge import NOT_TESTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.results import names

# verdict: (word, letter, style)
SHOWN = {
    PASS: ("pass", ".", "green"),
    FAIL: ("FAIL", "F", "bold red"),
    KNOWN: ("known", "K", "yellow"),
    ERROR: ("ERROR", "E", "bold magenta"),
    SKIP: ("skip", "s", "dim"),
    NOT_TESTED: ("-", "-", "cyan"),
}
# What is counted per cell, and the column's heading.
COUNTED = {
    PASS: "pass", FAIL: "FAIL", KNOWN: "known", ERROR: "ERROR", SKIP: "skip", NOT_RUN: "lost",
}
KEY = "known = FAIL that ci/known-issues.toml explains, - = not tested"
LETTERS = ".=pass  F=FAIL  K=FAIL (known)  E=ERROR  s=skip  -=not tested"
FOLDED = "(N requirements) share their verdicts; report/uapi-report summary -v DIR names them"
MOST_LINES = 24  # above this, lines that say the same are folded
GAP = 2  # spaces between columns, one of which is the box's own divider

Lines = list[tuple[str, list[str]]]


def _lines(results: list[dict[str, Any]]) -> dict[str, Lines]:
    """Per suite: each requirement's name and its verdict in each cell."""
    ids: dict[str, None] = {}
    for result in results:
        ids.update(dict.fromkeys(entry["id"] for entry in result["requirements"]))
    by_cell = [{e["id"]: e["verdict"] for e in result["requirements"]} for result in results]
    suites: dict[str, Lines] = {}
    for name in ids:
        suite, _, short = name.partition(":")
        suites.setdefault(suite, []).append(
            (short, [verdicts.get(name, NOT_TESTED) for verdicts in by_cell])
        )
    return suites


def fold(lines: Lines) -> Lines:
    """Put requirements into one line where all is well, or untested, in the same cells each."""
    kept: Lines = []
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, verdicts in lines:
        if set(verdicts) <= {PASS, SKIP, NOT_TESTED}:
            groups.setdefault(tuple(verdicts), []).append(name)
        else:
            kept.append((name, verdicts))
    for alike, members in groups.items():
        text = members[0] if len(members) == 1 else f"({len(members)} requirements)"
        kept.append((text, list(alike)))
    return kept


def _mark(verdict: str, letter: bool) -> Text:
    word, single, style = SHOWN[verdict]
    return Text(single if letter else word, style=style)


def _table(suites: dict[str, Lines], first: int, headers: list[str], letter: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False)
    table.add_column("requirement", no_wrap=True, overflow="ellipsis")
    for header in headers:
        table.add_column(Text(header), no_wrap=True, justify="right" if letter else "left")
    for suite, lines in suites.items():
        table.add_row(Text(suite, style="bold"))
        for name, verdicts in lines:
            shown = verdicts[first : first + len(headers)]
            table.add_row(Text(f"  {name}"), *(_mark(verdict, letter) for verdict in shown))
    return table


def show(console: Console, results: list[dict[str, Any]], verbose: bool) -> bool:
    """Print the matrix. Returns whether its columns are numbers, which need a legend."""
    suites = _lines(results)
    keys = [KEY]
    if not verbose and sum(map(len, suites.values())) > MOST_LINES:
        suites = {suite: fold(lines) for suite, lines in suites.items()}
        keys.append(FOLDED)
    widest = max((len(name) for lines in suites.values() for name, _ in lines), default=0)
    left = console.width - min(max(widest, 11) + 2 + GAP, console.width // 2)
    headers = ["\n".join(names(result).split("/", 1)) for result in results]
    wanted = sum(max(5, *map(len, header.split("\n"))) + GAP for header in headers)
    letter = wanted > left
    if not letter:
        console.print(_table(suites, 0, headers, False))
        console.print(Text("\n".join(keys), style="dim"))
        return False
    digits = len(str(len(results)))
    fitting = max(1, left // (digits + GAP))
    for first in range(0, len(results), fitting):
        numbers = [str(n + 1) for n in range(first, min(first + fitting, len(results)))]
        console.print(_table(suites, first, numbers, True))
        console.print()
    console.print(Text("\n".join([LETTERS, *keys[1:]]), style="dim"))
    return True


def cells(console: Console, results: list[dict[str, Any]], numbered: bool) -> None:
    """Print one line a cell: its verdict, its rows, its time."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False)
    if numbered:
        table.add_column("", justify="right")
    table.add_column("cell", overflow="fold")
    table.add_column("verdict", no_wrap=True)
    columns = [v for v in COUNTED if any(result["counts"][v] for result in results)]
    for verdict in columns:
        table.add_column(COUNTED[verdict], justify="right", no_wrap=True)
    table.add_column("time", justify="right", no_wrap=True)
    table.add_column("boot", justify="right", no_wrap=True)
    for number, result in enumerate(results, 1):
        counts, meta = result["counts"], result["meta"]
        seconds, boot = meta.get("seconds"), meta.get("boot_seconds")
        table.add_row(
            *([str(number)] if numbered else []),
            Text(names(result)),
            Text("interrupted" if interrupted(result) else result["verdict"],
                 style=SHOWN[result["verdict"]][2]),
            *(str(counts[verdict] or "-") for verdict in columns),
            "" if seconds is None else f"{seconds:.1f} s",
            f"{100 * boot / seconds:.0f}%" if seconds and boot is not None else "",
        )
    console.print(table)
