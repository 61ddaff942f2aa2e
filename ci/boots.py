# SPDX-License-Identifier: GPL-2.0-only
"""As many boots as it takes: what a kernel that goes down leaves undone is run in another one.

The row that was running is never run again. Each boot must get at least one row further than the
one before it, and there are MOST at the most: so a kernel that goes down under every row ends too.
Where the boots have ended well and lines were torn on the console, one more runs just those rows.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fixtures import vm
from fixtures.problem import Problem
from report import boots, judge, results, tap
from report.log import NOT_RUN, TORN, Log

MOST = 10
# The rest of a cell's time that is worth a boot, in seconds.
_ENOUGH = 5.0

Launch = Callable[[tuple[str, ...], Path, vm.Limits], vm.Outcome]


@dataclass
class Boots:
    """What the boots of a cell came to."""

    outcomes: list[vm.Outcome] = field(default_factory=list)
    words: list[tuple[str, ...]] = field(default_factory=list)
    given_up: bool = False  # rows are left, and another boot is not worth it

    @property
    def seconds(self) -> float:
        """All of them together."""
        return sum(outcome.seconds for outcome in self.outcomes)

    @property
    def end(self) -> str:
        """How they ended, for a reader."""
        if len(self.outcomes) == 1:
            return self.outcomes[0].reason
        return f"{len(self.outcomes)} boots: {', '.join(o.reason for o in self.outcomes)}"

    @property
    def problem(self) -> str:
        """What is wrong with those that did not end as a machine should, or nothing."""
        wrong = [outcome.reason for outcome in self.outcomes if not outcome.clean]
        if self.given_up:
            wrong.append(f"rows are left after {len(self.outcomes)} boots")
        return "; ".join(dict.fromkeys(wrong))

    def as_meta(self, clean: Callable[[str], str]) -> dict[str, Any]:
        """For results.json. clean: takes this machine's places out of a text."""
        meta: dict[str, Any] = {"seconds": round(self.seconds, 3), "end": clean(self.end)}
        if self.problem:
            meta["problem"] = clean(self.problem)
        if len(self.outcomes) > 1:
            meta["boots"] = [
                {"args": shlex.join(words), "console": results.console(number),
                 "end": clean(outcome.reason), "seconds": round(outcome.seconds, 3)}
                for number, (words, outcome) in enumerate(zip(self.words, self.outcomes), 1)]
        return meta


def _last(log: Log, order: Sequence[str], before: Collection[str]) -> int:
    """The place of the last row that a boot began, or -1."""
    down = boots.guilty(log, [name for name in order if name not in before])
    seen = set(log.rows) | ({down} if down else set())
    return max((place for place, name in enumerate(order) if name in seen), default=-1)


def _torn(logs: Sequence[Log]) -> list[str]:
    """Rows whose results nobody could read."""
    whole = boots.whole(logs, [], [])
    return [name for name, row in whole.rows.items()
            if row.verdict == NOT_RUN and row.reason == TORN]


def following(
    logs: Sequence[Log], order: Sequence[str], words: tuple[str, ...]
) -> tuple[str, ...] | None:
    """The suite's words for another boot; None if there is nothing to be gained by one. order: the
    rows that these words mean, as they are run."""
    last = _last(logs[-1], order, [name for log in logs[:-1] for name in log.rows])
    if last <= max((_last(log, order, ()) for log in logs[:-1]), default=-1):
        return None
    if last + 1 < len(order):
        return (*words, "--after", order[last])
    if torn := _torn(logs):
        options = [word for word in ("--strict",) if word in words]
        timeout = judge.option(list(words), "--timeout")[-1:]
        options += [f"--timeout={value}" for value in timeout]
        return (*options, *(part for name in torn for part in ("--case", name)))
    return None


def run(
    launch: Launch, directory: Path, order: Sequence[str], words: tuple[str, ...],
    limits: vm.Limits, most: int = MOST,
) -> Boots:
    """Boot until every row had its turn. launch: boots once, with these words, into this console
    log. Of a boot whose console could not be saved the caller learns by its outcome."""
    done = Boots()
    logs: list[Log] = []
    more: tuple[str, ...] | None = words
    while more is not None:
        console = directory / results.console(len(logs) + 1)
        left = limits.total - done.seconds
        try:
            outcome = launch(more, console, replace(limits, total=left))
        except Problem:
            if not logs:
                raise
            # A command line too long, above all.
            break
        done.outcomes.append(outcome)
        done.words.append(more)
        if outcome.kind == "interrupted" or outcome.unsaved:
            break
        logs.append(tap.parse(console.read_bytes()))
        more = following(logs, order, words) if order else None
        if len(logs) == most or limits.total - done.seconds < _ENOUGH:
            done.given_up = more is not None
            break
    return done
