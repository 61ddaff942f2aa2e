# SPDX-License-Identifier: GPL-2.0-only
"""Run every row many times, in a new random order each time, on a busy machine: no verdict may ever change.

`make soak` does so on the reference kernel and on a stock one. Each boot has an order of its own,
from a seed that is printed with every row that wavered. build/soak/results.json has the counts,
and beside it are the consoles of the boots that had such a row.
Exit: 0 every row always had the same verdict; 1 one had not; 64 a wrong command line; 69 something
is missing; 130 interrupted.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from ci import cells, machine
from ci.kernel import Kernel
from ci.machine import Machine
from ci.supply import find_kernels
from fixtures import ROOT, cache, problem, vm
from fixtures.problem import INTERRUPTED, UNAVAILABLE, USAGE, Parser, Problem
from report import catalogue, known, tap
from report.log import FAIL, NOT_RUN, PASS
from report.tomlfile import fits

RESULTS = Path("build/soak")
CELLS = ("reference/max", "stock-6.12/max")
# Runs of each row in one boot: a boot costs less than one run of all rows, and a new one has a new
# order.
TURNS = 5


@dataclass
class Count:
    """What a cell's rows came to: how often which verdict, and in which boots."""

    verdicts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seeds: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    torn: Counter[str] = field(default_factory=Counter)  # results that nobody could read
    once: tuple[str, ...] = ()  # rows, as globs, of which the kernel may complain once a boot

    def add(self, seed: int, results: list[tuple[str, str]]) -> None:
        """One boot's results. A complaint that the kernel makes once a boot stands for its later turns."""
        complained = set()
        for row, verdict in results:
            if verdict == FAIL and fits(row, list(self.once)):
                complained.add(row)
            elif verdict == PASS and row in complained:
                verdict = FAIL
            if verdict == NOT_RUN:  # its line was torn on the console
                self.torn[row] += 1
                continue
            self.verdicts[row][verdict] += 1
            if seed not in self.seeds[row, verdict]:
                self.seeds[row, verdict].append(seed)

    def wavering(self, times: int) -> dict[str, str]:
        """The rows without the same verdict each time, and what they had instead."""
        found: dict[str, str] = {}
        for row, counter in sorted(self.verdicts.items()):
            if list(counter.values()) == [times - self.torn[row]]:
                continue
            parts = [f"{verdict} {count} times" + (
                f" (seed {', '.join(map(str, self.seeds[row, verdict][:3]))})" if number else "")
                for number, (verdict, count) in enumerate(counter.most_common())]
            if missing := times - self.torn[row] - counter.total():
                parts.append(f"no verdict {missing} times")
            found[row] = ", ".join(parts)
        return found


@dataclass(frozen=True)
class Boot:
    """One order of all rows on one cell, several times over."""

    machine: Machine
    seed: int
    turns: int

    def run(self, stop: threading.Event) -> tuple[vm.Outcome, list[tuple[str, str]]]:
        """How it ended, and all its results. The console stays if it did not end well."""
        words = ("--shuffle", str(self.seed), "--repeat", str(self.turns))
        console = RESULTS / self.machine.cell.name / f"{self.seed}.log"
        outcome = self.machine.boot(console, words, limits=vm.Limits(total=1800), stop=stop)
        return outcome, tap.parse(console.read_bytes()).outcomes


def _burn() -> None:
    while True:
        pass


class Load:
    """Keeps every core busy, as long as it lasts."""

    def __enter__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._burners = [context.Process(target=_burn, daemon=True)
                         for _ in os.sched_getaffinity(0)]
        for burner in self._burners:
            burner.start()

    def __exit__(self, *_: object) -> None:
        for burner in self._burners:
            burner.kill()
            burner.join()


def boots_of(cell: cells.Cell, kernel: Kernel, times: int, seed: int = 1) -> list[Boot]:
    """As many boots as it takes to have each row run so often; seed: of the first one's order."""
    directory = RESULTS / cell.name
    directory.mkdir(parents=True, exist_ok=True)
    for old in directory.glob("*.log"):
        old.unlink()
    booted = machine.find(cell, kernel)
    whole, rest = divmod(times, TURNS)
    turns = [TURNS] * whole + ([rest] if rest else [])
    return [Boot(booted, seed, n) for seed, n in enumerate(turns, seed)]


def soak(boots: list[Boot], times: int) -> bool:
    """Run all boots of a cell, two by two; whether every row was steady."""
    name = boots[0].machine.cell.name
    count = Count(once=tuple(glob for issue in known.load(catalogue.load()) if issue.warns for glob in issue.rows))
    stop = threading.Event()
    begin = time.monotonic()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = {pool.submit(boot.run, stop): boot for boot in boots}
        try:
            for number, future in enumerate(as_completed(running), 1):
                outcome, results = future.result()
                boot = running[future]
                count.add(boot.seed, results)
                bad = "" if outcome.clean else f"; seed {boot.seed}: {outcome.reason}"
                print(f"soak: {name}: {number} of {len(boots)} boots, "
                      f"{time.monotonic() - begin:.0f} s{bad}", file=sys.stderr, flush=True)
        except BaseException:
            stop.set()
            raise
    wavering = count.wavering(times)
    told = {seed for row in wavering for (of, _), seeds in count.seeds.items() if of == row
            for seed in seeds}
    for boot in boots:
        if boot.seed not in told:
            (RESULTS / name / f"{boot.seed}.log").unlink(missing_ok=True)
    cache.write_json(RESULTS / name / "results.json", count.verdicts)
    for row, what in wavering.items():
        print(f"{name}: {row}: {what}")
    print(f"soak: {name}: {len(count.verdicts)} rows, {times} times each in {len(boots)} orders on "
          f"busy cores, {len(wavering)} wavered, {time.monotonic() - begin:.0f} s", flush=True)
    if count.torn:
        print(f"soak: {name}: {count.torn.total()} results could not be read", file=sys.stderr)
    return bool(count.verdicts) and not wavering


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/soak", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", action="append", default=[], metavar="GLOB",
                        help=f"(default {' '.join(CELLS)})")
    parser.add_argument("--times", type=int, default=200, help="for each row (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1,
                        help="of the first order, so that a long soak can be had in parts (default %(default)s)")
    arguments = parser.parse_args()
    if arguments.times < 1:
        raise Problem("--times is at least 1", USAGE)
    os.chdir(ROOT)
    globs = [glob for text in arguments.cells for glob in text.split()] or list(CELLS)
    chosen = cells.select(cells.load(), globs)
    found, failed = find_kernels(chosen, None)
    for why in failed.values():
        raise why
    steady = True
    try:
        with Load():
            for cell in chosen:
                steady &= soak(boots_of(cell, found[cell.kernel], arguments.times, arguments.seed),
                               arguments.times)
    except KeyboardInterrupt:
        print("ci/soak: interrupted", file=sys.stderr)
        return INTERRUPTED
    return (0 if steady else 1) if chosen else UNAVAILABLE


if __name__ == "__main__":
    sys.exit(problem.run("ci/soak", main))
