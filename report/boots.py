# SPDX-License-Identifier: GPL-2.0-only
"""Several boots of one cell, as one log.

A row that takes the machine down is the last one of its boot; the rows behind it are run in
another one. What comes out is what one boot would have said, with that row's verdict in its place:
FAIL where the kernel died, ERROR where the machine ended in a way that may not be the kernel's
doing. The verdict of a cell in which that happened is never better than its worst row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from report.log import ERROR, FAIL, NOT_RUN, TORN, WORST_FIRST, Log, Row

LAST_WORDS = 24  # lines of the kernel's
INTERRUPTED = "interrupted"  # how a boot ended that somebody ended
_RESULT = re.compile(r"(ok|not ok) [0-9]+ (.*)")
_HEAD = re.compile(r"TAP version |1\.\.[0-9]")
_DIED = re.compile(r"Kernel panic - not syncing: ?(.*)")
_LOST = re.compile(r"[0-9]+ readable results where [0-9]+ were planned")


def guilty(log: Log, names: Collection[str]) -> str | None:
    """The row that was running when the log ended; also if its announcement is cut, where only one
    of the names fits that did not have its turn."""
    if log.guilty or not log.cut.startswith("# run "):
        return log.guilty
    begun = log.cut.removeprefix("# run ")
    fits = [name for name in names if name.startswith(begun) and name not in log.rows]
    return fits[0] if len(fits) == 1 else None


def _down(log: Log, name: str, end: str) -> Row:
    """What a row that ran when the machine went down has come to."""
    row = log.rows.get(name) or Row(name, kernel=log.kernel[-LAST_WORDS:])
    died = next((m[1] for line in row.kernel if (m := _DIED.search(line))), None)
    if died is not None:
        verdict, why = FAIL, f"the kernel panicked while it ran: {died}"
    else:
        went = f"the machine went down while it ran: {end}" if end else "it was running when the log ended"
        verdict, why = ERROR, went
    words = [f"kernel: {line}" for line in row.kernel[-LAST_WORDS:]]
    return replace(row, verdict=verdict, reason=why,
                   detail=[*row.detail, why, *(words or ["the kernel said nothing"])])


def _with_verdict(log: Log, name: str, end: str) -> Log:
    """A boot's log in which the row that it ended with has its result."""
    row = _down(log, name, end)
    lines = [f"# {row.verdict} {name}", *(f"#   {text}" for text in row.detail)]
    number = max((int(m[1]) for line in log.tap if (m := re.match(r"(?:not )?ok (\d+)", line))),
                 default=0) + 1
    return replace(log, rows={**log.rows, name: row}, guilty=name, results=log.results + 1,
                   tap=[*log.tap, *lines, f"not ok {number} {name}"])


def _better_known(old: Row, new: Row) -> Row:
    """Of two boots' results of one row: the one that could be read, or the worse."""
    if old.verdict == NOT_RUN or new.verdict == NOT_RUN:
        return new if old.verdict == NOT_RUN else old
    return min(old, new, key=lambda row: WORST_FIRST.index(row.verdict))


def _add(whole: Log, log: Log, number: int) -> Log:
    rows = dict(whole.rows)
    problems = [f"boot {number}: {problem}" for problem in log.problems]
    for name, row in log.rows.items():
        old = rows.get(name)
        if old is not None and NOT_RUN not in (old.verdict, row.verdict):
            problems.append(f"boot {number}: {name} has a result of an earlier boot already")
        rows[name] = row if old is None else _better_known(old, row)
    return replace(
        whole,
        rows=rows,
        exit=log.exit,
        info=whole.info + log.info,
        problems=whole.problems + problems,
        guilty=whole.guilty or log.guilty,
        cut=log.cut,
        kernel=whole.kernel + log.kernel,
        noise=whole.noise + log.noise,
        tap=[*whole.tap, f"# boot {number}", *(t for t in log.tap if not _HEAD.match(t))],
        results=whole.results + log.results,
    )


def _numbered(tap: list[str]) -> list[str]:
    """Result lines with the numbers that they have together."""
    number, lines = 0, []
    for line in tap:
        if match := _RESULT.fullmatch(line):
            number += 1
            line = f"{match[1]} {number} {match[2]}"
        lines.append(line)
    return lines


def whole(logs: Sequence[Log], ends: Sequence[str], names: Collection[str]) -> Log:
    """The log of a cell. logs: of its boots, in order; ends: how each ended, as far as that is
    known; names: of all rows there are."""
    boots = []
    before: set[str] = set()
    for log, end in zip(logs, [*ends, *[""] * len(logs)]):
        if end == INTERRUPTED:
            # Nothing went down: the row that ran is one that did not run to its end.
            log = replace(log, guilty=None, cut="")
        down = guilty(log, [name for name in names if name not in before])
        boots.append(_with_verdict(log, down, end) if down else log)
        before |= set(log.rows)
    log = boots[0]
    for number, other in enumerate(boots[1:], 2):
        log = _add(log, other, number)
    if len(boots) == 1:
        return log
    log = replace(log, tap=_numbered(log.tap))
    unread = [row.id for row in log.rows.values() if row.reason == TORN and row.verdict == NOT_RUN]
    if not unread and log.results == log.plan:
        # What could not be read has been run again.
        mended = [text for text in log.problems if _LOST.search(text)]
        log.info += [f"mended by another boot: {text}" for text in mended]
        log.problems = [text for text in log.problems if text not in mended]
    if log.plan is not None and log.results > log.plan:
        log.problems.append(f"{log.results} results in all boots where {log.plan} were planned")
    return log
