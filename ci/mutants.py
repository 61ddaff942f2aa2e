# SPDX-License-Identifier: GPL-2.0-only
"""Run the suites against the faults that the reference kernel carries: each must be noticed.

One boot tries dozens of them, one after the other; before the first and after the last it runs the
suite on the kernel as it should be, which must pass. A mutant is killed when a row of a requirement
that it breaks fails, or the kernel with it; where the machine ends, the rest goes to a new one.
build/mutants/results.json has all that came of it.
Exit: 0 every mutant was killed, or is explained as equivalent; 1 not; 64 a wrong command line; 65
an entry of fixtures/kernel/mutants is wrong; 69 something is missing; 130 interrupted.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path

from ci import cells as cells_module
from ci import mutants_judge as judging
from ci import machine, mutants_show
from ci.cells import Cell
from ci.kernel import Kernel
from ci.mutants_judge import NONE, Excused, Judgement, Section
from ci.supply import find_kernels
from fixtures import ROOT, cache, problem, vm
from fixtures.kernel import mutate
from fixtures.kernel.mutate import Mutant
from fixtures.problem import INTERRUPTED, USAGE, Parser, Problem
from report import catalogue, known

RESULTS = Path("build/mutants")
# A boot and its two runs without a mutant cost as much as three mutants.
MOST_IN_A_BOOT = 30
# Seconds that a row may take: a hundred times what the slowest does without a mutant.
ROW_TIMEOUT = 5
LIMITS = vm.Limits(total=600, silence=45)
# In kernels that are built to look for one kind of fault rows take long.
OWN_WORDS = {"reference-debug": ("--timeout", "60"), "reference-races": ("--timeout", "60")}


@dataclass
class Boot:
    """Mutants of one suite for one cell. Those that spoil the kernel come last, at most one. narrow:
    each has only the rows of what it breaks."""

    cell: Cell
    suite: str
    mutants: list[Mutant]
    narrow: bool = False

    @property
    def names(self) -> list[str]:
        """What is run, in order."""
        whole = [m.name for m in self.mutants if not m.spoils]
        return [NONE, *whole, NONE, *(m.name for m in self.mutants if m.spoils)]

    def words(self, more: tuple[str, ...]) -> tuple[str, ...]:
        """What the suite is told: the rows that these mutants ask for, all where one of them does not,
        and more words."""
        rows = dict.fromkeys(row for mutant in self.mutants for row in mutant.rows)
        if not all(mutant.rows for mutant in self.mutants):
            rows = {}
        cases = (word for row in rows for word in ("--case", f"{self.suite}.{row}"))
        return ("--suite", self.suite, *cases, *more, *OWN_WORDS.get(self.cell.kernel, ()),
                "--mutant", ",".join(self._name_and_rows(name) for name in self.names))

    def _name_and_rows(self, name: str) -> str:
        """What --mutant takes. That a fault cannot be seen is for all rows to show, and the thousandth
        call comes in no fewer."""
        for mutant in self.mutants:
            if self.narrow and mutant.name == name and not mutant.equivalent and mutant.when != "thousandth":
                return f"{name}:{'+'.join(mutant.breaks)}"
        return name

    def place(self, mutant: Mutant) -> int:
        """Where a mutant stands in that."""
        whole = [m for m in self.mutants if not m.spoils]
        return 1 + whole.index(mutant) if mutant in whole else 2 + len(whole)


@dataclass
class Run:
    """All boots, and what came of them."""

    kernels: dict[str, Kernel]
    checks: dict[str, tuple[str, ...]]
    results: Path
    excuses: Callable[[str], Excused] = lambda _cell: judging.never  # by cell
    judgements: dict[str, Judgement] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    boots: int = 0
    cpu: float = 0.0  # seconds of all machines
    stop: threading.Event = field(default_factory=threading.Event)
    words: tuple[str, ...] = ("--timeout", str(ROW_TIMEOUT))  # what is run


def cell_of(mutant: Mutant, cells: list[Cell]) -> Cell:
    """Where a mutant is run."""
    name = mutant.cell if "/" in mutant.cell else f"reference/{mutant.cell}"
    for cell in cells:
        if cell.name == name:
            return cell
    raise Problem(f"mutants: '{mutant.name}': no cell is called '{name}'"
                  f"{cells_module.nearest(name, cells)}", mutate.WRONG_MUTANT)


def boots_of(mutants: Iterable[Mutant], cells: list[Cell], workers: int, narrow: bool = False) -> list[Boot]:
    """As few boots as there can be, the longest first; several for many mutants."""
    groups: dict[tuple[str, str], list[Mutant]] = {}
    where: dict[tuple[str, str], Cell] = {}
    for mutant in mutants:
        cell = cell_of(mutant, cells)
        key = (cell.name, mutant.suite)
        groups.setdefault(key, []).append(mutant)
        where[key] = cell
    boots: list[Boot] = []
    for key, group in groups.items():
        whole = [m for m in group if not m.spoils]
        spoilers = [m for m in group if m.spoils]
        most = max(1, -(-len(whole) // MOST_IN_A_BOOT), len(spoilers))
        if len(whole) > MOST_IN_A_BOOT // 2:
            most = max(most, workers)
        for i in range(most):
            boots.append(Boot(where[key], key[1], whole[i::most] + spoilers[i : i + 1], narrow))
    return sorted((b for b in boots if b.mutants), key=lambda b: -len(b.mutants))


def boot(work: Boot, run: Run, number: int) -> tuple[vm.Outcome, dict[int, Section]]:
    """Run one, and read its console."""
    booted = machine.find(work.cell, run.kernels[work.cell.kernel])
    console = run.results / f"boot-{number}.log"
    begun: list[tuple[str, float]] = []

    def on_line(line: str) -> None:
        if match := re.match(r"# mutant \d+ of \d+: (\S+)", line):
            begun.append((match[1], time.monotonic()))
        elif begun and line.startswith(f"# mutant {begun[-1][0]}: exit"):
            run.seconds[begun[-1][0]] = time.monotonic() - begun[-1][1]

    outcome = booted.boot(console, work.words(run.words), limits=LIMITS, on_line=on_line, stop=run.stop)
    return outcome, judging.sections(console.read_bytes(), run.excuses(work.cell.configuration.name))


def give_up(work: Boot, why: str, run: Run) -> None:
    """What is wrong is not with the mutants: none of a boot is judged."""
    run.complaints.append(f"{work.cell.name} {work.suite}: {why}")
    for mutant in work.mutants:
        run.judgements[mutant.name] = Judgement(mutant, judging.NOT_RUN, note=why)


def evaluate(work: Boot, found: dict[int, Section], reason: str, run: Run) -> list[Boot]:
    """Judge what a boot did; what is to be run once more."""
    names = work.names
    last = names.index(NONE, 1)
    before, after = found.get(0), found.get(last)
    if before is None or not before.good:
        give_up(work, "without a mutant, not all rows pass: "
                      f"{before.why if before else reason}", run)
        return []
    if after and not after.good and len(work.mutants) > 1:
        # One of them broke the kernel for those behind it: which one, only single boots can tell.
        run.complaints.append(f"{work.cell.name} {work.suite}: after {names[1]} ... "
                              f"{names[last - 1]}, without a mutant, {after.why}: one of them "
                              "spoils the kernel (spoils = \"why\"); each is run alone")
        return [replace(work, mutants=[mutant]) for mutant in work.mutants]
    rest: list[Mutant] = []
    missed: list[Mutant] = []
    for mutant in work.mutants:
        section = found.get(work.place(mutant))
        judgement = judging.judge(mutant, section, run.checks)
        if section is None and len(work.mutants) > 1:
            rest.append(mutant)
        elif work.narrow and not mutant.equivalent and judgement.verdict != judging.KILLED:
            missed.append(mutant)
        else:
            run.judgements[mutant.name] = judgement
    # What a call of another row has to prepare for, for one, takes more rows than its own.
    more = (replace(work, mutants=rest), replace(work, mutants=missed, narrow=False))
    return [boot for boot in more if boot.mutants]


def follow(pending: list[Boot], more: list[Boot]) -> None:
    """Put what follows from a boot behind the others; what has all rows now, with its like."""
    for boot in more:
        for other in pending:
            mutants = other.mutants + boot.mutants
            if (not boot.narrow and not other.narrow
                    and (other.cell, other.suite) == (boot.cell, boot.suite)
                    and len(mutants) <= MOST_IN_A_BOOT and sum(bool(m.spoils) for m in mutants) <= 1):
                other.mutants = mutants
                break
        else:
            pending.append(boot)


def _cpu() -> float:
    """Seconds that children have used: machines, and whatever else has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run_all(boots: list[Boot], run: Run, workers: int) -> None:
    """All boots, as many side by side as there are cores, and those that follow from them."""
    pending = list(boots)
    begin, used = time.monotonic(), _cpu()
    running: dict[Future[tuple[vm.Outcome, dict[int, Section]]], Boot] = {}
    with ThreadPoolExecutor(workers) as pool:
        try:
            while pending or running:
                while pending and len(running) < workers:
                    work = pending.pop(0)
                    run.boots += 1
                    running[pool.submit(boot, work, run, run.boots)] = work
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    work = running.pop(future)
                    try:
                        outcome, found = future.result()
                    except Problem as problem:
                        # The others are not to blame for what this cell has not got.
                        give_up(work, str(problem), run)
                        continue
                    more = evaluate(work, found, outcome.reason, run)
                    if work.narrow:
                        follow(pending, more)
                    else:
                        pending += more
                    print(f"mutants: {work.cell.name} {work.suite}: {len(work.mutants)} mutants, "
                          f"{outcome.reason}, {outcome.seconds:.1f} s; {len(run.judgements)} "
                          f"judged after {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
        except BaseException:
            run.stop.set()
            raise
    run.cpu = _cpu() - used


def kernels_for(cells: list[Cell]) -> dict[str, Kernel]:
    """The kernels that carry the mutants; a Problem where one cannot be had."""
    found, failed = find_kernels(cells, None)
    for why in failed.values():
        raise why
    return found


def run_mutants(mutants: list[Mutant], whole: bool = False, results: Path = RESULTS,
                narrow: bool = False) -> tuple[int, list[Judgement]]:
    """Run these, and print what came out; the exit code, and the judgements in their order. whole:
    they are all there are, so every requirement must have one. narrow: first by their own rows."""
    results.mkdir(parents=True, exist_ok=True)
    with cache.locked(results / ".lock", f"writing to {results}",
                      f"another run of mutants is writing to {results}; wait for it to end, or "
                      "give --output", wait=False):
        return _run_mutants(mutants, whole, results, narrow)


def rows_and_requirements(mutants: list[Mutant]) -> catalogue.Catalogue:
    """What the suites have; a Problem where a mutant breaks what is not there."""
    listed = catalogue.load()
    for mutant in mutants:
        for name in mutant.breaks:
            if f"{mutant.suite}:{name}" not in listed.requirements:
                raise Problem(f"mutants: '{mutant.name}' breaks {mutant.suite}:{name}, and there "
                              "is no such requirement", mutate.WRONG_MUTANT)
    return listed


def measure(mutants: list[Mutant], listed: catalogue.Catalogue, results: Path,
            narrow: bool = False) -> tuple[Run, float]:
    """Run these; what came of them, and the seconds without those for the kernels."""
    begin = time.monotonic()
    checks = {row.id: tuple(r.split(":", 1)[1] for r in row.requirements)
              for row in listed.rows.values()}
    cells = cells_module.load()
    workers = len(os.sched_getaffinity(0))
    boots = boots_of(mutants, cells, workers, narrow)
    for old in (*results.glob("*.log"), results / "results.json"):
        old.unlink(missing_ok=True)
    machine.fetch_newer(boot.cell for boot in boots)
    kernels = kernels_for(list({b.cell.name: b.cell for b in boots}.values()))
    run = Run(kernels, checks, results, functools.partial(judging.excuses, listed, known.load(listed)))
    built = time.monotonic()
    if built - begin > 5:
        print(f"mutants: {built - begin:.0f} s before, for the kernels", file=sys.stderr)
    run_all(boots, run, workers)
    return run, time.monotonic() - built


def _run_mutants(mutants: list[Mutant], whole: bool, results: Path,
                 narrow: bool) -> tuple[int, list[Judgement]]:
    listed = rows_and_requirements(mutants)
    run, seconds = measure(mutants, listed, results, narrow)
    judgements = [run.judgements[mutant.name] for mutant in mutants]
    lacking = mutants_show.show(judgements, listed, run, whole, matrices=not narrow)
    mutants_show.save(judgements, lacking, run, seconds)
    print(mutants_show.summary(judgements, lacking, run, seconds))
    good = all(j.verdict in judging.GOOD for j in judgements) and not lacking and not run.complaints
    return (0 if good else 1), judgements


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/mutants", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", default=[], help="only the mutants of this one")
    parser.add_argument("--mutant", action="append", default=[], metavar="GLOB", help="only these")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="DIR",
                        help="for results.json and the consoles (default %(default)s)")
    parser.add_argument("--explore", action="store_true",
                        help="random sequences of calls instead of the rows (ci.mutants_explore)")
    parser.add_argument("--error-paths", action="store_true", help="those that show where memory runs "
                        "out, a copy faults or two CPUs race, in the kernels that look for it")
    parser.add_argument("--own-rows", action="store_true", help="each only by the rows of what it "
                        "breaks; by all, where these do not notice it")
    parser.add_argument("--list", action="store_true", help="say which there are, and run none")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    mutants = [mutant for mutant in mutate.load() if mutant.apart == arguments.error_paths]
    suites = {mutant.suite for mutant in mutants}
    for suite in arguments.suite:
        if suite not in suites:
            raise Problem(f"no mutant is of suite '{suite}': {', '.join(sorted(suites))}", USAGE)
    globs = [glob for text in arguments.mutant for glob in text.split()]
    for glob in globs:
        if not fnmatch.filter((m.name for m in mutants), glob):
            raise Problem(f"no mutant is called '{glob}'; --list shows all", USAGE)
    chosen = [m for m in mutants if (not arguments.suite or m.suite in arguments.suite)
              and (not globs or any(fnmatch.fnmatchcase(m.name, glob) for glob in globs))]
    if not chosen:
        raise Problem("no mutant is of that suite and of that name", USAGE)
    if arguments.list:
        for mutant in chosen:
            print(mutant.name, mutant.suite, ",".join(mutant.breaks), mutant.kind, mutant.cell,
                  sep="\t")
        return 0
    try:
        if arguments.explore:
            from ci import mutants_explore
            # Most of its sequences share a process: there "first" is luck.
            return mutants_explore.run_mutants([m for m in chosen if not m.when])
        return run_mutants(chosen, not globs and not arguments.error_paths, arguments.output,
                           arguments.own_rows)[0]
    except KeyboardInterrupt:
        print("ci/mutants: interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(problem.run("ci/mutants", main))
