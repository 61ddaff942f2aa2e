# SPDX-License-Identifier: GPL-2.0-only
"""The command that runs one row of one cell again."""

from __future__ import annotations

import shlex

from report.shapes import Result

from report.judge import plays

# The suite's options that choose rows: the one that failed takes their place.
_CHOOSING = ("--case", "--suite", "--after")


def _others(words: list[str]) -> list[str]:
    """A suite's arguments without those that choose rows."""
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _CHOOSING:
            skip = True
        elif not word.startswith(tuple(f"{name}=" for name in _CHOOSING)):
            kept.append(word)
    return kept


def again(result: Result, row: str) -> str:
    """`ci/run ... --args '--case ROW'`, made of the command that the result has for its whole cell;
    the suite's own command where it has none."""
    words = shlex.split(result["meta"].get("reproduce") or "")
    if not words:
        return f"uapi-conform --case {shlex.quote(row)}"
    given: list[str] = []
    if "--args" in words[:-1]:
        place = words.index("--args")
        given = shlex.split(words[place + 1])
        del words[place : place + 2]
    # What is played is no row that could be chosen.
    row_alone = given if plays(given) else [*_others(given), "--case", row]
    return shlex.join([*words, "--args", shlex.join(row_alone)])
