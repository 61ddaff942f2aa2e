# SPDX-License-Identifier: GPL-2.0-only
"""Requirements by cells, as a table for a terminal of any width."""

from __future__ import annotations


from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from report import drafts
from report.across_cells import MOST_LINES
from report.ending import interrupted
from report.judge import NOT_TESTED
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.results import names
from report.shapes import Result

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
_ASCII = box.Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
GAP = 2  # spaces between columns, one of which is the box's own divider

Lines = list[tuple[str, list[str]]]


def _lines(results: list[Result]) -> dict[str, Lines]:
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


def table(console: Console) -> Table:
    """An empty one, as all of ours look; in ASCII where the terminal knows no more."""
    plain = not console.encoding.startswith("utf")
    return Table(box=_ASCII if plain else box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0),
                 show_edge=False)


def _table(console: Console, suites: dict[str, Lines], first: int, headers: list[str], letter: bool
           ) -> Table:
    shown = table(console)
    widths = [max(map(len, header.split("\n"))) for header in headers]
    room = console.width - sum(max(width, 1 if letter else 5) + GAP for width in widths)
    # The name is what all else is about: it gives way, and is never left out.
    shown.add_column("requirement", no_wrap=True, overflow="crop", max_width=max(room, 8))
    for header in headers:
        shown.add_column(Text(header), no_wrap=True, justify="right" if letter else "left")
    for suite, lines in suites.items():
        shown.add_row(Text(suite, style="bold"))
        for name, verdicts in lines:
            marks = verdicts[first : first + len(headers)]
            shown.add_row(Text(f"  {name}"), *(_mark(verdict, letter) for verdict in marks))
    return shown


def show(console: Console, results: list[Result], verbose: bool) -> bool:
    """Print the matrix. Returns whether its columns are numbers, which need a legend."""
    suites = _lines(results)
    keys = [KEY]
    if not verbose and sum(map(len, suites.values())) > MOST_LINES:
        suites = {suite: fold(lines) for suite, lines in suites.items()}
        keys.append(FOLDED)
    widest = max((len(name) for lines in suites.values() for name, _ in lines), default=0)
    left = console.width - min(max(widest, 11) + 2 + GAP, 2 * console.width // 3)
    headers = ["\n".join([*names(result).split("/", 1), *filter(None, [mark])])
               for result, mark in zip(results, drafts.marks(results))]
    wanted = sum(max(5, *map(len, header.split("\n"))) + GAP for header in headers)
    letter = wanted > left
    if not letter:
        console.print(_table(console, suites, 0, headers, False))
        console.print(Text("\n".join(keys), style="dim"))
        return False
    digits = len(str(len(results)))
    fitting = max(1, left // (digits + GAP))
    for first in range(0, len(results), fitting):
        numbers = [str(n + 1) for n in range(first, min(first + fitting, len(results)))]
        console.print(_table(console, suites, first, numbers, True))
        console.print()
    console.print(Text("\n".join([LETTERS, *keys[1:]]), style="dim"))
    return True


def _columns(results: list[Result]) -> dict[str, list[str]]:
    """What is said of each cell besides its name, by heading; what can be done without comes last."""
    said = {"verdict": ["interrupted" if interrupted(r) else str(r["verdict"]) for r in results]}
    if any(marks := drafts.marks(results)):
        said["revision"] = marks
    for verdict, heading in COUNTED.items():
        if any(result["counts"][verdict] for result in results):
            said[heading] = [str(result["counts"][verdict] or "-") for result in results]
    metas = [result["meta"] for result in results]
    said["time"] = [f"{meta['seconds']:.1f} s" if meta.get("seconds") is not None else "" for meta in metas]
    said["boot"] = [f"{100 * meta['boot_seconds'] / meta['seconds']:.0f}%"
                    if meta.get("seconds") and meta.get("boot_seconds") is not None else "" for meta in metas]
    return said


def cells(console: Console, results: list[Result], numbered: bool) -> None:
    """Print one line a cell: its verdict, its rows, its time."""
    said = _columns(results)
    width = {heading: max(map(len, [heading, *values])) + GAP for heading, values in said.items()}
    key = min(12, max(len(names(result)) for result in results)) + numbered * (len(str(len(results))) + GAP)
    while len(said) > 1 + ("revision" in said) and key + sum(width[heading] for heading in said) > console.width:
        said.popitem()
    shown = table(console)
    if numbered:
        shown.add_column("", justify="right", no_wrap=True)
    shown.add_column("cell", overflow="fold", min_width=8)
    for heading in said:
        shown.add_column(heading, justify="left" if heading in ("verdict", "revision") else "right", no_wrap=True)
    for number, result in enumerate(results, 1):
        values = {heading: Text(values[number - 1]) for heading, values in said.items()}
        values["verdict"].stylize(SHOWN[result["verdict"]][2])
        shown.add_row(*([str(number)] if numbered else []), Text(names(result)), *values.values())
    console.print(shown)
