# SPDX-License-Identifier: GPL-2.0-only
"""Explore the faults that the reference kernel carries: how many do random sequences find alone?

No row runs. Each mutant meets the same sequences, up to the first that fails; before the first
mutant of a boot and after the last there is the kernel as it should be, in which none may. A mutant
that says why no call of an exploration can show it ("unexplored") does not count.
build/mutants/explored/results.json has all that came of it.
Exit: 0 at least 80 % of those that count were found, in each suite; 1 not; 69 something is missing.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from ci import cells as cells_module
from ci import exploration_log, mutants
from ci.exploration_log import Exploration
from ci.mutants import Boot, Run
from ci.mutants_judge import NONE, parts
from fixtures import cache
from fixtures.kernel.mutate import Mutant
from report import catalogue, known
from report.log import PASS

RESULTS = mutants.RESULTS / "explored"
GOAL = 80  # percent
SEED = 1
COUNT, STEPS = 400, 40
FOUND, MISSED, HIDDEN, BROKEN, NOT_RUN = "found", "missed", "unexplored", "broken", "not run"


@dataclass
class Tally:
    """All that came of all."""

    verdicts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    calls: int = 0
    complaints: list[str] = field(default_factory=list)


def explorations(said: bytes, issues: Sequence[known.Issue] = (),
                 cell: str = "") -> dict[int, tuple[Exploration, bool]]:
    """What a boot's console says, by the place in the boot's list; and whether that ended. What an
    issue explains in this cell is no finding."""
    found = {place: (exploration_log.read(lines, vm=False), ended)
             for place, (_, lines, ended) in parts(said).items()}
    for exploration, _ in found.values():
        left = [finding for finding in exploration.findings
                if not finding.explained(list(issues), exploration.release, cell)]
        if exploration.findings and not left:
            exploration.verdict = PASS
        exploration.findings = left
    return found


def worth_a_boot(boots: Sequence[Boot]) -> tuple[list[Boot], list[Mutant]]:
    """Those in which there is something to find; and the mutants of the others, which no call shows."""
    worth = [boot for boot in boots if not all(mutant.unexplored for mutant in boot.mutants)]
    return worth, [mutant for boot in boots if boot not in worth for mutant in boot.mutants]


def judge(mutant: Mutant, found: tuple[Exploration, bool] | None) -> tuple[str, str]:
    """A mutant's verdict, and what is to be said besides."""
    if found is None:
        return NOT_RUN, "the boot ended before it"
    exploration, ended = found
    if exploration.findings or not ended:
        names = sorted({f.requirement.split(":")[-1] or "the kernel's log, a crash or a hang"
                        for f in exploration.findings}) or ["the machine ended"]
        return FOUND, ", ".join(names)
    why = mutant.unexplored or mutant.equivalent
    if exploration.verdict == PASS:
        return (HIDDEN, why) if why else (MISSED, "")
    return (HIDDEN, why) if why else (BROKEN, exploration.reason or "no result")


def evaluate(work: Boot, found: dict[int, tuple[Exploration, bool]], reason: str,
             tally: Tally) -> list[Boot]:
    """Judge what a boot did; what is to be run once more."""
    last = work.names.index(NONE, 1)
    if 0 in found and found[0][0].verdict == "SKIP":
        for mutant in work.mutants:
            tally.verdicts[mutant.name] = HIDDEN
            tally.notes[mutant.name] = mutant.unexplored or found[0][0].reason
        return []
    for place in (0, last):
        if place == last and last not in found:
            continue
        sound = found.get(place)
        if sound is None or sound[0].verdict != PASS:
            where = "before" if place == 0 else "after"
            tally.complaints.append(f"{work.cell.name} {work.suite}: {where} the mutants, on the "
                                    f"kernel as it is: {sound[0].verdict if sound else reason}")
    rest = [m for m in work.mutants if work.place(m) not in found]
    for mutant in work.mutants:
        if mutant not in rest or len(rest) == len(work.mutants):
            verdict, note = judge(mutant, found.get(work.place(mutant)))
            tally.verdicts[mutant.name], tally.notes[mutant.name] = verdict, note
    tally.calls += sum(exploration.calls for exploration, _ in found.values())
    return [Boot(work.cell, work.suite, rest)] if rest and len(rest) < len(work.mutants) else []


def run_all(boots: list[Boot], run: Run, workers: int, issues: Sequence[known.Issue] = ()) -> Tally:
    """All boots, as many side by side as there are cores."""
    tally = Tally()
    pending = list(boots)
    running: dict[Future[bytes], Boot] = {}

    def one(work: Boot, number: int) -> bytes:
        outcome, _ = mutants.boot(work, run, number)
        print(f"mutants: {work.cell.name} {work.suite}: {len(work.mutants)} explored, "
              f"{outcome.reason}, {outcome.seconds:.1f} s", file=sys.stderr, flush=True)
        return (run.results / f"boot-{number}.log").read_bytes()

    with ThreadPoolExecutor(workers) as pool:
        try:
            while pending or running:
                while pending and len(running) < workers:
                    work = pending.pop(0)
                    run.boots += 1
                    running[pool.submit(one, work, run.boots)] = work
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    work = running.pop(future)
                    found = explorations(future.result(), issues, work.cell.configuration.name)
                    pending += evaluate(work, found, "no result", tally)
        except BaseException:
            run.stop.set()
            raise
    return tally


def show(chosen: list[Mutant], tally: Tally) -> dict[str, tuple[int, int]]:
    """Print what was not found, and why; found and counted, by suite."""
    shares: dict[str, tuple[int, int]] = {}
    for suite in dict.fromkeys(m.suite for m in chosen):
        own = [m for m in chosen if m.suite == suite]
        counted = [m for m in own if tally.verdicts[m.name] != HIDDEN]
        found = [m for m in counted if tally.verdicts[m.name] == FOUND]
        shares[suite] = len(found), len(counted)
        for mutant in own:
            verdict, note = tally.verdicts[mutant.name], tally.notes[mutant.name]
            if verdict == FOUND and mutant.unexplored:
                print(f"{suite}: {mutant.name} was found by {note}, though it says that it cannot "
                      f"be: {mutant.unexplored}")
            elif verdict != FOUND:
                print(f"{suite}: {verdict.upper()}: {mutant.name} (breaks "
                      f"{', '.join(mutant.breaks)}){': ' if note else ''}{note}")
    for complaint in tally.complaints:
        print(f"COMPLAINT: {complaint}")
    return shares


def measure(chosen: list[Mutant], results: Path = RESULTS) -> tuple[Tally, float]:
    """Explore these; what came of them, and the seconds without those for the kernels."""
    cells = cells_module.load()
    workers = len(os.sched_getaffinity(0))
    boots, idle = worth_a_boot(mutants.boots_of(chosen, cells, workers))
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    run = Run(mutants.kernels_for(list({b.cell.name: b.cell for b in boots}.values())), {},
              results,
              words=("--explore", str(COUNT), "--steps", str(STEPS), "--seed", str(SEED),
                     "--first"))
    begin = time.monotonic()
    tally = run_all(boots, run, workers, known.load(catalogue.load()))
    for mutant in idle:
        tally.verdicts[mutant.name], tally.notes[mutant.name] = HIDDEN, mutant.unexplored
    return tally, time.monotonic() - begin


def run_mutants(chosen: list[Mutant]) -> int:
    """Explore these, and print what came out; the exit code."""
    tally, seconds = measure(chosen)
    shares = show(chosen, tally)
    cache.write_json(RESULTS / "results.json", {
        "format": "uapi-conform explored mutants", "version": 1, "seed": SEED, "sequences": COUNT,
        "steps": STEPS, "complaints": tally.complaints,
        "mutants": [{"name": m.name, "suite": m.suite, "verdict": tally.verdicts[m.name],
                     "note": tally.notes[m.name]} for m in chosen]})
    parts = [f"{suite} {found} of {counted} ({100 * found // max(counted, 1)} %)"
             for suite, (found, counted) in shares.items()]
    hidden = sum(verdict == HIDDEN for verdict in tally.verdicts.values())
    print(f"mutants: exploration alone found {', '.join(parts)}; {hidden} unexplored; seed {SEED}, "
          f"{tally.calls} calls, {seconds:.0f} s")
    good = all(100 * found >= GOAL * counted for found, counted in shares.values())
    return 0 if good and not tally.complaints else 1
