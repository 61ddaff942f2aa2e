# SPDX-License-Identifier: GPL-2.0-only
"""What a run is doing: bars on a terminal, one line a cell elsewhere."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any

from rich import progress
from rich.console import Console


class Progress:
    """May be called from any thread. Writes to stderr; stdout is the summary's."""

    def __init__(self, cells: int, side_by_side: int) -> None:
        self._lock = threading.Lock()
        self._total = cells
        self._ended = 0
        self._bars: progress.Progress | None = None
        self._tasks: dict[str, progress.TaskID] = {}
        if sys.stderr.isatty():
            self._bars = progress.Progress(
                progress.TextColumn("{task.description}"),
                progress.BarColumn(bar_width=24),
                progress.MofNCompleteColumn(),
                progress.TimeElapsedColumn(),
                console=Console(stderr=True, highlight=False),
                transient=True,
            )
        else:
            more = f", {side_by_side} side by side" if side_by_side > 1 and cells > 1 else ""
            print(f"running {cells} cell{'s'[:cells != 1]}{more}", file=sys.stderr, flush=True)

    def __enter__(self) -> Progress:
        if self._bars:
            self._bars.start()
            self._tasks[""] = self._bars.add_task("cells", total=self._total)
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
        if self._bars:
            self._tasks[name] = self._bars.add_task(f"{name} boots", total=None)

    def planned(self, name: str, rows: int) -> None:
        """Its suite said how many rows there are."""
        if self._bars and name in self._tasks:
            self._bars.update(self._tasks[name], total=rows, description=name)

    def row(self, name: str) -> None:
        """A row of it began."""
        if self._bars and name in self._tasks:
            self._bars.advance(self._tasks[name])

    def done(self, name: str, how: str, result: dict[str, Any] | None = None) -> None:
        """A cell ended; `result` as the report judged it."""
        text = f"{name}: {how}"
        if result is not None:
            counts = ", ".join(f"{n} {v}" for v, n in result["counts"].items() if n)
            text = f"{name}: {result['verdict']} ({counts or 'no rows'}), {how}"
        with self._lock:
            self._ended += 1
            text = f"[{self._ended}/{self._total}] {text}"
            if self._bars:
                self._bars.advance(self._tasks[""])
                if name in self._tasks:
                    self._bars.remove_task(self._tasks.pop(name))
                self._bars.console.print(text, markup=False, soft_wrap=True)
            else:
                print(text, file=sys.stderr, flush=True)
