# SPDX-License-Identifier: GPL-2.0-only
"""What a run is doing: bars on a terminal, one line a cell elsewhere."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

from rich import progress
from rich.console import Console

from report.ending import interrupted
from report.shapes import Result


# Until so many seconds' worth of cells is done, an expectation is not corrected by what it took.
_ENOUGH = 10.0


class Clock:
    """How long the rest will take, by what each cell is expected to; seconds throughout."""

    def __init__(self, expected: dict[str, float], side_by_side: int) -> None:
        self._expected = expected
        self._side_by_side = max(1, side_by_side)
        self._waiting = dict(expected)
        self._begun: dict[str, float] = {}
        self._done = self._took = 0.0

    def started(self, name: str, now: float) -> None:
        """A cell begins."""
        self._begun[name] = now

    def done(self, name: str, now: float) -> None:
        """A cell ended. One that was never started took no time, which says nothing."""
        self._waiting.pop(name, None)
        if (begun := self._begun.pop(name, None)) is not None:
            self._done += self._expected.get(name, 0.0)
            self._took += now - begun

    def left(self, now: float) -> float:
        """Until the end, if the others deviate as those before them did. No machine can be
        done before its longest cell."""
        slower = self._took / self._done if self._done >= _ENOUGH else 1.0
        rest = [max(seconds * slower - (now - self._begun.get(name, now)), 0.0)
                for name, seconds in self._waiting.items()]
        return max(sum(rest) / self._side_by_side, max(rest, default=0.0))


def spoken(seconds: float) -> str:
    """Time left, in words: "about 40 s left", "about 3 min left"; nothing near the end."""
    if seconds < 2:
        return ""
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    return f"about {seconds / 60:.0f} min left"


class Progress:
    """May be called from any thread. Writes to stderr; stdout is the summary's. expected: what
    each cell took last time, in seconds; how: what the cells are run with."""

    def __init__(self, expected: dict[str, float], side_by_side: int, how: str = "") -> None:
        self._lock = threading.Lock()
        self._clock = Clock(expected, side_by_side)
        self._total = cells = len(expected)
        self._ended = 0
        self._bars: progress.Progress | None = None
        self._tasks: dict[str, progress.TaskID] = {}
        more = f", {side_by_side} side by side" if side_by_side > 1 and cells > 1 else ""
        about = spoken(self._clock.left(time.monotonic())).replace(" left", "")
        how = how and f" {how}"
        print(f"running {cells} cell{'s'[:cells != 1]}{how}{more}{about and ', '}{about}",
              file=sys.stderr, flush=True)
        if sys.stderr.isatty():
            self._bars = progress.Progress(
                progress.TextColumn("{task.description}"),
                progress.BarColumn(bar_width=24),
                progress.MofNCompleteColumn(),
                progress.TimeElapsedColumn(),
                progress.TextColumn("{task.fields[left]}"),
                console=Console(stderr=True, highlight=False),
                transient=True,
            )

    def __enter__(self) -> Progress:
        if self._bars:
            self._bars.start()
            self._tasks[""] = self._bars.add_task(
                "cells", total=self._total, left=spoken(self._clock.left(time.monotonic())))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def started(self, name: str) -> None:
        """A cell's VM was launched."""
        with self._lock:
            self._clock.started(name, time.monotonic())
        if self._bars:
            self._tasks[name] = self._bars.add_task(f"{name} boots", total=None, left="")

    def planned(self, name: str, rows: int) -> None:
        """Its suite said how many rows there are."""
        if self._bars and name in self._tasks:
            self._bars.update(self._tasks[name], total=rows, description=name)

    def row(self, name: str) -> None:
        """A row of it has its result."""
        if self._bars and name in self._tasks:
            self._bars.advance(self._tasks[name])

    def done(self, name: str, how: str, result: Result | None = None) -> None:
        """A cell ended; `result` as the report judged it."""
        text = f"{name}: {how}"
        if result is not None and not interrupted(result):
            counts = ", ".join(f"{n} {v}" for v, n in result["counts"].items() if n)
            text = f"{name}: {result['verdict']} ({counts or 'no rows'}), {how}"
        with self._lock:
            self._ended += 1
            now = time.monotonic()
            self._clock.done(name, now)
            left = spoken(self._clock.left(now))
            text = f"[{self._ended}/{self._total}] {text}"
            if self._bars:
                self._bars.update(self._tasks[""], advance=1, left=left)
                if name in self._tasks:
                    self._bars.remove_task(self._tasks.pop(name))
                self._bars.console.print(text, markup=False, soft_wrap=True)
            else:
                print(f"{text}{left and '; '}{left}", file=sys.stderr, flush=True)
