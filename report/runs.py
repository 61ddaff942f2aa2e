# SPDX-License-Identifier: GPL-2.0-only
"""The runs of the binary in a log that somebody else kept: which lines are whose.

Before a run there may be firmware, a boot, other programs' TAP, and behind it as well. A run that
goes on after a row (--after), in a new boot, belongs to the one before it; two runs that have
nothing to do with each other do not make one result.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from fixtures.problem import Problem
from report import console, tap, wrapping
from report.log import NOT_RUN, ROW_ID, Log
from report.problem import NOTHING, TWICE

_OPENING = {
    "version": re.compile(r"TAP version [0-9]+"),
    "plan": re.compile(r"1\.\.[0-9]+"),
    "revision": re.compile(r"# uapi-conform \S+"),
}
_ROW = re.compile(rf"(?:# run|(?:not )?ok [0-9]+) ({ROW_ID})(?: # SKIP .*)?")
_TOTALS = re.compile(r"# Totals: pass:")
_EXIT = re.compile(r"# exit: [0-9]+")
Run = list[console.Line]


class _Splitter:
    """The run that is being read, and what it has had so far."""

    def __init__(self, suites: Collection[str]) -> None:
        self.suites = suites
        self.lines: Run = []
        self.seen: set[str] = set()

    def row(self, text: str) -> bool:
        """Whether a line is of one of our rows."""
        match = _ROW.fullmatch(text)
        return match is not None and (
            not self.suites or match[1].partition(".")[0] in self.suites)

    def ends(self) -> Run | None:
        """What was read, if it is ours; after this another one is read."""
        ours = self.seen & {"revision", "row"}
        lines, self.lines, self.seen = self.lines, [], set()
        return lines if ours else None

    def take(self, line: console.Line) -> Run | None:
        """Another line; returns the run that ended before it."""
        done = None
        if not line.kernel and not line.foreign:
            kind = next((k for k, p in _OPENING.items() if p.fullmatch(line.text)), None)
            kind = "row" if self.row(line.text) else kind
            if kind in _OPENING and (kind == "version" or self.seen & {kind, "row"}):
                done = self.ends()
            elif _TOTALS.match(line.text):
                kind = "totals"
            elif "totals" in self.seen and kind is None and not _EXIT.fullmatch(line.text):
                return None  # what other programs say behind it
            if kind:
                self.seen.add(kind)
        self.lines.append(line)
        return done


def split(lines: Iterable[console.Line], suites: Collection[str] = ()) -> Iterator[Run]:
    """The lines of each run. suites: those that there are, to tell others' TAP apart."""
    splitter = _Splitter(suites)
    for line in lines:
        if done := splitter.take(line):
            yield done
    if done := splitter.ends():
        yield done


def _goes_on(log: Log, chain: Sequence[Log]) -> bool:
    """Whether a run is the rest of those before it: it says so, or, if that line is damaged, the
    one before was broken off, and this one has none of its rows."""
    if "after" in log.header:
        return True
    before = {name for other in chain for name, row in other.rows.items() if row.verdict != NOT_RUN}
    broken_off = not chain[-1].totals and chain[-1].exit is None
    return broken_off and bool(log.rows) and not before & set(log.rows)


def _chains(logs: Iterable[Log]) -> list[list[Log]]:
    """Runs that make a whole together."""
    chains: list[list[Log]] = []
    for log in logs:
        if chains and _goes_on(log, chains[-1]):
            chains[-1].append(log)
        else:
            chains.append([log])
    return chains


def _one(data: bytes, name: str, suites: Collection[str], number: int | None) -> list[Log]:
    """The run of a file that is meant."""
    lines = console.read(data, wrapping.detect(data))
    found = [(tap.parse_lines(run, vm=False), run[0].number) for run in split(lines, suites)]
    chains = _chains(log for log, _ in found)
    if not chains:
        raise Problem(f"{name}: nothing in it that uapi-conform printed: it is to have the lines "
                          "from 'TAP version 13' on", NOTHING)
    if number is None and len(chains) > 1:
        begins = ", ".join(str(begin) for log, begin in found if any(log is c[0] for c in chains))
        raise Problem(f"{name}: {len(chains)} runs, which begin in lines {begins}; choose one "
                          f"with --run 1 to {len(chains)}", TWICE)
    if number is not None and not 1 <= number <= len(chains):
        raise Problem(f"{name}: there is no run {number}, but {len(chains)}", NOTHING)
    chain = chains[(number or 1) - 1]
    if number is not None and len(chains) > 1:
        chain[0].info.append(f"{name} has {len(chains)} runs, and this is run {number}")
    return chain


def read(files: dict[str, bytes], suites: Collection[str], number: int | None = None) -> list[Log]:
    """The logs of a run that was brought here, one for each boot of the machine, in their order.
    files: name and contents, in the order in which they were written; suites: of the catalogue;
    number: which run of a file is meant that has several. Raises Problem."""
    logs = [log for name, data in files.items() for log in _one(data, name, suites, number)]
    if after := logs[0].header.get("after"):
        logs[0].problems.append(f"the run goes on after {after}: the log of what came before is missing")
    return logs
