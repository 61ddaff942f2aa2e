# SPDX-License-Identifier: GPL-2.0-only
"""What the suite costs, as ratios within one run; a measurement, never a verdict.

Per kernel, in turns: the kernel with an init that only powers off; the cell, from
launch to written verdict; and 200 empty tests of the kernel's own harness. Other load
on the machine hits all three alike.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from ci import cells, machine
from ci.kernel import suite_binary
from ci.supply import find_kernels
from fixtures import ROOT, problem, vm
from fixtures.problem import USAGE, Parser, Problem
from report import catalogue, known, results

EMPTY = Path("build/arm64/empty-init")
HARNESS = Path("build/arm64/bench-harness")
KERNELS = ("stock-6.1", "stock-6.12", "stock-7.2", "reference")
TARGETS = "1.5, and 2 for the reference kernel, on which both suites run"


@dataclass
class Times:
    """Seconds, one entry a round."""

    empty: list[float] = field(default_factory=list)
    cell: list[float] = field(default_factory=list)
    row: list[float] = field(default_factory=list)
    harness_row: list[float] = field(default_factory=list)
    rows: int = 0

    def ratio(self) -> float:
        """The median of the rounds' own ratios: load that comes and goes cancels out."""
        return statistics.median(c / e for c, e in zip(self.cell, self.empty))


class _Rows:
    """Counts result lines and times them, first to last."""

    def __init__(self) -> None:
        self.count = 0
        self._first = self._last = 0.0

    def line(self, text: str) -> None:
        """To be called with each line as it comes."""
        if text.startswith("# run "):
            self._first = self._first or time.monotonic()
        elif text.startswith(("ok ", "not ok ")):
            self._last = time.monotonic()
            self._first = self._first or self._last
            self.count += 1

    def seconds(self) -> float:
        """Per row; the first one's own time is not in it unless it is announced."""
        return (self._last - self._first) / max(self.count - 1, 1)


def boot(place: machine.Machine, initrd: Path, console: Path, rows: _Rows) -> float:
    """Seconds from launch to the end of QEMU; a Problem unless it powered off."""
    outcome = place.boot(console, initrd=initrd, on_line=rows.line)
    if not outcome.clean:
        raise Problem(f"{place.cell.name} did not get through: {outcome.reason}", 1)
    return outcome.seconds


def measure(place: machine.Machine, rounds: int, scratch: Path) -> Times:
    """Run all three in turns."""
    name, kernel = place.cell.kernel, place.kernel
    rows_known, issues = catalogue.load(), known.load(catalogue.load())
    extra = {"uapi-conform-device.ko": kernel.module} if kernel.module else {}
    suite = suite_binary()
    initrds = {path: vm.make_initrd(path, scratch / f"{path.name}.cpio", extra) for path in (EMPTY, suite, HARNESS)}
    times = Times()
    for number in range(rounds):
        print(f"{name}: round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        directory = scratch / name / "max"
        directory.mkdir(parents=True, exist_ok=True)
        console = directory / results.CONSOLE
        times.empty.append(boot(place, initrds[EMPTY], console, _Rows()))
        rows = _Rows()
        boot(place, initrds[HARNESS], console, rows)
        times.harness_row.append(rows.seconds())
        rows = _Rows()
        begin = time.monotonic()
        seconds = boot(place, initrds[suite], console, rows)
        meta = {"kernel": name, "cell": "max", "seconds": seconds}
        results.write_cell(directory, meta, catalogue=rows_known, issues=issues)
        times.cell.append(time.monotonic() - begin)
        times.row.append(rows.seconds())
        times.rows = rows.count
    return times


def show(measured: dict[str, Times]) -> None:
    """Print the table."""
    print(f"{'kernel':12} {'empty init':>10} {'cell':>7} {'ratio':>6}   "
          f"{'rows':>5} {'a row':>8} {'empty test':>11} {'factor':>7}")
    for name, times in measured.items():
        row, harness = statistics.median(times.row), statistics.median(times.harness_row)
        print(f"{name:12} {statistics.median(times.empty):8.2f} s {statistics.median(times.cell):5.2f} s "
              f"{times.ratio():6.2f}   {times.rows:5} {row * 1e3:5.2f} ms {harness * 1e3:8.2f} ms "
              f"{row / harness:7.2f}")
    print("ratio: the cell from launch to written verdict, against the same kernel's boot to "
          f"power-off with an empty init; the target is {TARGETS}")
    print("factor: a row with its own system calls, against an empty test of kselftest's "
          "harness in the same guest; medians throughout")


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/bench", description=__doc__.split("\n")[0])
    parser.add_argument("kernel", nargs="*", default=list(KERNELS), help="(default all four)")
    parser.add_argument("--rounds", type=int, default=5, help="(default %(default)s)")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        raise Problem("--rounds is at least 1", USAGE)
    os.chdir(ROOT)
    chosen = [cell for name in arguments.kernel
              for cell in cells.select(cells.load(), [f"{name}/max"])]
    found, failed = find_kernels(chosen, None)
    for why in failed.values():
        raise why
    measured: dict[str, Times] = {}
    for cell in chosen:
        with tempfile.TemporaryDirectory(prefix="bench-", dir="build") as scratch:
            measured[cell.kernel] = measure(machine.find(cell, found[cell.kernel]), arguments.rounds, Path(scratch))
    show(measured)
    return 0


if __name__ == "__main__":
    sys.exit(problem.run("ci/bench", main))
