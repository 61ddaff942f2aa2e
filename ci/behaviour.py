# SPDX-License-Identifier: GPL-2.0-only
"""Record what kernels do, and say what changed from each to the next.

Without arguments: Debian's own kernels, each against the next younger one. A recording is
build/run/KERNEL/CELL/record.tsv, beside results.tap; `report/uapi-report behaviour OLD NEW` compares
any two.
Exit: 0 nothing changed but what ci/explained-changes explains; 1 something unexplained did; else
5 a kernel could not be recorded to its end; 4 nothing could be compared; 64 the command line is wrong;
69 something is missing, or another run is writing to build/run; 74 the disk; 78 the file of
explanations has a mistake; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from ci import cells as cells_module
from ci import machine, recorder, supply
from ci.cells import Cell
from ci.kernel import RESULTS, Kernel
from ci.run import results_lock
from fixtures import ROOT, problem
from fixtures.problem import USAGE, Parser, Problem
from report import behaviour, behaviour_show, explained, recording, versions


def record_all(chosen: Sequence[Cell], found: dict[str, Kernel], side_by_side: int) -> dict[str, str]:
    """Record each cell, side by side; what is wrong with each, by its name."""
    def one(cell: Cell) -> str:
        begin = time.monotonic()
        try:
            wrong = recorder.record(machine.find(cell, found[cell.kernel]), RESULTS / cell.name)
        except Problem as why:
            wrong = str(why)
        print(f"{cell.name}: {wrong or 'recorded'}, {time.monotonic() - begin:.1f} s", flush=True)
        return wrong

    with ThreadPoolExecutor(side_by_side) as pool:
        return dict(zip((cell.name for cell in chosen), pool.map(one, chosen)))


def compare_all(chosen: Sequence[Cell]) -> list[behaviour.Comparison]:
    """Each kernel against the next younger one, in each configuration."""
    entries = explained.load()
    told = []
    for name in dict.fromkeys(cell.configuration.name for cell in chosen):
        files = [RESULTS / cell.name / recording.NAME for cell in chosen if cell.configuration.name == name]
        sides = [recording.load(path) for path in files if path.is_file()]
        sides.sort(key=lambda side: versions.numbers(side.kernel))
        told += [behaviour.compare(old, new, entries) for old, new in pairwise(sides)]
    return told


def show(told: list[behaviour.Comparison], verbose: bool) -> None:
    """What is unexplained in full, the rest by a line."""
    for one in told:
        print()
        if verbose or one.unexplained:
            print(behaviour_show.text(one, verbose), end="")
        else:
            print(f"{behaviour_show.title(one)}\n{behaviour_show.counted(one)}")


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/behaviour", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", action="append", default=[], metavar="GLOB",
                        help="default: max of stock-6.1, 6.12, 7.2 and rc; several: repeat, or spaces")
    parser.add_argument("--compare", action="store_true", help="record nothing, compare what there is")
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="VMs side by side; default: cores")
    parser.add_argument("-v", "--verbose", action="store_true", help="every observation that changed")
    arguments = parser.parse_args()
    if arguments.jobs < 0:
        raise Problem("--jobs is a positive number", USAGE)
    os.chdir(ROOT)
    globs = [glob for text in arguments.cells for glob in text.split()]
    matrix = cells_module.load()
    chosen = cells_module.select(matrix, globs or [
        f"stock-{series}/max" for series in ("6.1", "6.12", "7.2", "rc")])
    wrong: dict[str, str] = {}
    if not arguments.compare:
        with results_lock(RESULTS):
            found, failed = supply.find_kernels(chosen, None)
            if not found and failed:
                raise next(iter(failed.values()))
            for name, why in failed.items():
                print(f"{name}: {why}", file=sys.stderr)
            chosen = [cell for cell in chosen if cell.kernel in found]
            wrong = record_all(chosen, found, arguments.jobs or len(os.sched_getaffinity(0)))
    told = compare_all(chosen)
    show(told, arguments.verbose)
    code = behaviour.exit_code(told)
    unknown = sum(len(one.unexplained) for one in told)
    print(f"\n{len(told)} comparisons, {unknown} unexplained changes")
    return 5 if code == 0 and any(wrong.values()) else code


if __name__ == "__main__":
    sys.exit(problem.run("ci/behaviour", main))
