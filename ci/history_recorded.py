# SPDX-License-Identifier: GPL-2.0-only
"""Which real faults change what --record writes down: each is recorded beside the kernel as it is."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ci import cells as cells_module
from ci import machine, mutants, recorder
from ci.mutants import Boot
from ci.mutants_judge import NONE
from fixtures import vm
from fixtures.kernel.mutate import Mutant
from fixtures.problem import Problem
from report import recording
from report.recording import Recording

BEGIN = b"# uapi-conform record "
_LIMITS = vm.Limits(total=1800.0, silence=45.0)
WENT_DOWN = "the kernel went down"


@dataclass
class Tally:
    """By fault, the keys of the observations that it changed; of those that could be recorded."""

    changed: dict[str, list[str]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def first(self, name: str) -> str:
        """What showed a fault, or nothing."""
        keys = self.changed.get(name, [])
        return f"{keys[0]}{f' and {len(keys) - 1} more' if keys[1:] else ''}" if keys else ""


def differences(sound: Recording, faulty: Recording) -> list[str]:
    """Keys whose observation is another one, but for warnings that the sound kernel gives, which it
    gives once; of a recording that was cut off, that alone."""
    if not faulty.whole:
        return [WENT_DOWN]
    keys = dict.fromkeys([*sound.observations, *faulty.observations])
    return [key for key in keys if sound.observations.get(key) != faulty.observations.get(key)
            and sound.observations.get(key) != "complains"]


def read(data: bytes) -> list[Recording]:
    """All recordings of one boot, in the order in which they were made."""
    return [recording.parse(BEGIN + part, "a boot's recording") for part in data.split(BEGIN)[1:]]


def evaluate(work: Boot, made: list[Recording], end: str, tally: Tally) -> list[Boot]:
    """What each fault of a boot changed; what is to be recorded in another one."""
    if not made or not made[0].whole:
        tally.complaints.append(f"{work.cell.name}: the kernel as it is was not recorded: {end}")
        return []
    by_name = dict(zip(work.names, made))
    if len(made) > work.names.index(NONE, 1):
        again = [key for key in differences(made[0], made[work.names.index(NONE, 1)])
                 if not key.endswith(".kernel")]
        if again:
            tally.complaints.append(f"{work.cell.name}: {again[0]} is another one the second time, on the "
                                    "kernel as it is")
    rest = []
    for mutant in work.mutants:
        if mutant.name in by_name:
            tally.changed[mutant.name] = differences(made[0], by_name[mutant.name])
        else:
            rest.append(mutant)
    if rest and len(rest) == len(work.mutants):
        tally.complaints.append(f"{work.cell.name}: {rest[0].name} was not recorded: {end}")
        rest = []
    return [Boot(work.cell, work.suite, rest)] if rest else []


def measure(chosen: Iterable[Mutant], results: Path) -> tuple[Tally, float]:
    """Record these; what came of it, and the seconds without those for the kernels."""
    workers = len(os.sched_getaffinity(0))
    # They are whole one by one: what spoils the kernel for the next comes last in a boot.
    boots = mutants.boots_of(chosen, cells_module.load(), workers)
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    machine.fetch_newer(boot.cell for boot in boots)
    kernels = mutants.kernels_for(list({b.cell.name: b.cell for b in boots}.values()))
    tally = Tally()
    begin = time.monotonic()

    def one(numbered: tuple[int, Boot]) -> tuple[list[Recording], str]:
        number, work = numbered
        try:
            booted = machine.find(work.cell, kernels[work.cell.kernel])
        except Problem as why:
            return [], str(why)
        data, outcome = recorder.boot(
            booted, results / f"boot-{number}.log",
            ("--suite", work.suite, "--mutant", ",".join(work.names)), limits=_LIMITS)
        print(f"recorded: {work.cell.name} {work.suite}: {len(work.mutants)} faults, {outcome.reason}, "
              f"{outcome.seconds:.1f} s", file=sys.stderr, flush=True)
        return read(data), outcome.reason

    done = 0
    with ThreadPoolExecutor(workers) as pool:
        while boots:
            numbered = list(enumerate(boots, done + 1))
            done += len(boots)
            boots = []
            for (_, work), (made, end) in zip(numbered, pool.map(one, numbered)):
                boots += evaluate(work, made, end, tally)
    return tally, time.monotonic() - begin
