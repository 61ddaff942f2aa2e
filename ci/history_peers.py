# SPDX-License-Identifier: GPL-2.0-only
"""The real faults in the hands of peers: the kernel's own selftests for KVM/arm64 and iommufd.

Their programs run on the kernel as it is first, once in each cell: those that fail there, skip, or take
longer than SLOWEST seconds are left out, and told. Then each fault is on, and is killed by the first
program that fails twice, or by the end of the machine, which a warning is, too; not where that took too
long for all of its faults. peers.json has what came
of each fault as soon as it is known: a run that is interrupted goes on there.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from ci import cells, machine, mutants
from ci.cells import Cell
from ci.kernel import Kernel
from ci.mutants_judge import NONE
from fixtures import cache, peers, vm
from fixtures.kernel.mutate import Mutant
from fixtures.problem import Problem

INIT = Path("build/arm64/peers-init")
KERNEL = "reference-peers"
# Who looks for the faults of which suite.
TESTS = {"kvm_arm_caps": "kvm", "tsm_req": "iommu"}
# More for the kernel's command line: its log would tear our lines; but for a panic, it is not read.
# iommufd_fail_nth asks in debugfs for allocations to fail; KVM makes 60 files there for each VM.
APPEND = {"kvm_arm_caps": "panic_on_warn=1 loglevel=1", "tsm_req": "panic_on_warn=1 loglevel=1 debugfs=on"}
KEPT = "peers.json"
# Seconds, on busy cores; the rest is timers and stress, which take a minute a fault. iommufd has two
# programs, and hundreds of tests in them. With a fault on a program may take thrice that.
SLOWEST = {"kvm_arm_caps": 10, "tsm_req": 60}
_SKIPPED, _HANGS = 4, (124, 125)
# How a machine ends by a fault. Where its time is up, that of all its faults is.
_KILLED = ("panic", "hang", "reset")
_LIMITS = vm.Limits(total=1500, silence=240)
_LINE = re.compile(r"# peer (\S+): (begin|end|spoils|/peers/(\S+) (?:begins|(\d+) ([0-9.]+)))$")


@dataclass
class Peers:
    """What came of it. sound: by suite and cell, each program's exit code and seconds on the kernel as
    it is; killed: each fault's program, "" where none; seconds: that each fault took."""

    sound: dict[str, dict[str, tuple[int, float]]] = field(default_factory=dict)
    killed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def usable(self, suite: str, cell: str) -> dict[str, float]:
        """The programs that are run there, and their seconds."""
        return {name: seconds for name, (code, seconds) in self.sound.get(f"{suite} {cell}", {}).items()
                if not code and seconds <= SLOWEST[suite]}

    def left_out(self, suite: str, cell: str) -> dict[str, str]:
        """The others, and why."""
        usable = self.usable(suite, cell)
        return {name: _why(*of) for name, of in self.sound.get(f"{suite} {cell}", {}).items()
                if name not in usable}


def _why(code: int, seconds: float) -> str:
    if code == _SKIPPED:
        return "skips"
    if code and code not in _HANGS:
        return f"fails ({code})"
    return f"takes {'over ' if code else ''}{seconds:.0f} s"


@dataclass
class Watch:
    """Reads a boot's console line by line. ended: the faults that it came to the end of, and which program
    killed them; seconds: that they took; programs: the exit code and seconds of each that ended."""

    ended: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    programs: dict[str, tuple[int, float]] = field(default_factory=dict)
    current: str = ""
    running: str = ""
    _began: float = 0.0
    _failed: list[str] = field(default_factory=list)

    def line(self, text: str) -> bool:
        """One line; whether a fault's end."""
        if not (match := _LINE.match(text.rstrip())):
            return False
        fault, what, program, code, seconds = match.groups()
        if what == "begin":
            self.current, self._began, self._failed = fault, time.monotonic(), []
        elif program and not code:
            self.running = program
        elif program:
            if fault == self.current:
                self.programs[program] = int(code), float(seconds)
                self._failed += [program] if int(code) not in (0, _SKIPPED) else []
        else:
            twice = [name for name in self._failed if self._failed.count(name) > 1]
            self.end(twice[0] if twice else "")
            return True
        return False

    def end(self, killer: str) -> None:
        """The current fault's."""
        self.ended[self.current] = killer
        self.seconds[self.current] = round(time.monotonic() - self._began, 1)
        self.current = ""


@dataclass
class Bench:
    """What all boots share."""

    kernel: Kernel
    programs: dict[str, dict[str, Path]]  # by suite
    results: Path
    key: str
    tally: Peers
    stop: threading.Event = field(default_factory=threading.Event)
    boots: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def boot(self, suite: str, cell: Cell, programs: Iterable[str], faults: list[str],
             watch: Watch) -> vm.Outcome:
        """One machine with these programs and faults, watched."""
        with self.lock:
            self.boots += 1
            console = self.results / f"peers-{self.boots}.log"
        initrd = vm.make_initrd(INIT, console.with_suffix(".cpio"), programs={
            f"peers/{name}": self.programs[suite][name] for name in programs})
        patience = SLOWEST[suite] * (1 if faults == [NONE] else 3)

        def on_line(line: str) -> None:
            if watch.line(line):
                self.keep(watch)

        try:
            return machine.find(cell, self.kernel).boot(
                console, (str(patience), ",".join(faults)), initrd=initrd, append=APPEND[suite],
                limits=_LIMITS, on_line=on_line, stop=self.stop)
        finally:
            initrd.unlink()

    def keep(self, watch: Watch) -> None:
        """Whatever is known goes to the disk."""
        with self.lock:
            self.tally.killed |= {name: by for name, by in watch.ended.items() if name != NONE}
            self.tally.seconds |= {name: of for name, of in watch.seconds.items() if name != NONE}
            cache.write_json(self.results / KEPT, {
                "key": self.key, "sound": self.tally.sound, "killed": self.tally.killed,
                "seconds": self.tally.seconds})

    def sound(self, suite: str, cell: Cell) -> None:
        """All programs, on the kernel as it is; but for those that took too long in another cell."""
        slow = {name for place, programs in self.tally.sound.items() if place.split()[0] == suite
                for name, (code, seconds) in programs.items() if code in _HANGS or seconds > SLOWEST[suite]}
        watch = Watch()
        try:
            why = self.boot(suite, cell, set(self.programs[suite]) - slow, [NONE], watch).reason
        except Problem as problem:
            why = str(problem)
        if NONE in watch.ended:
            self.tally.sound[f"{suite} {cell.configuration.name}"] = watch.programs
            self.keep(watch)
        if not self.stop.is_set() and not self.tally.usable(suite, cell.configuration.name):
            self.tally.complaints.append(f"peers: {cell.name} {suite}: no program passes on the kernel as it "
                                         f"is: {why}")

    def faults(self, work: mutants.Boot) -> None:
        """Those of a boot, in as many machines as it takes."""
        names = [mutant.name for mutant in work.mutants]
        usable = self.tally.usable(work.suite, work.cell.configuration.name)
        while names and usable and not self.stop.is_set():
            watch = Watch()
            outcome = self.boot(work.suite, work.cell, usable, names, watch)
            if self.stop.is_set():
                return
            if watch.current and outcome.kind in _KILLED:
                watch.end(f"{watch.running}, with which the machine ended")
                self.keep(watch)
            left = [name for name in names if name not in watch.ended]
            print(f"peers: {work.cell.name} {work.suite}: {len(watch.ended)} of {len(names)} faults, "
                  f"{sum(map(bool, watch.ended.values()))} killed, {outcome.reason}, "
                  f"{outcome.seconds:.0f} s", file=sys.stderr, flush=True)
            if len(left) == len(names):
                self.tally.complaints.append(f"peers: {work.cell.name}: {names[0]} was not tried: "
                                             f"{outcome.reason}")
                return
            names = left


def _key(kernel: Kernel, programs: dict[str, dict[str, Path]]) -> str:
    """What a result is of: also which programs are usable, and how long they may take."""
    total = hashlib.sha256(f"{kernel.facts['image_sha256']} {SLOWEST} {APPEND}".encode() + INIT.read_bytes())
    for path in (path for of in programs.values() for path in of.values()):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def known(path: Path, key: str) -> Peers:
    """What an earlier run measured of the same kernel with the same programs."""
    kept = cache.read_json(path) or {}
    if kept.get("key") != key:
        return Peers()
    sound = {place: {name: (of[0], of[1]) for name, of in programs.items()}
             for place, programs in kept["sound"].items()}
    return Peers(sound, kept["killed"], kept["seconds"])


def measure(chosen: list[Mutant], results: Path) -> Peers:
    """Try these; what came of them."""
    programs = {suite: peers.programs(tests) for suite, tests in TESTS.items()}
    workers = len(os.sched_getaffinity(0))
    boots = [replace(boot, cell=replace(boot.cell, kernel=KERNEL))
             for boot in mutants.boots_of(chosen, cells.load(), workers)]
    machine.fetch_newer(boot.cell for boot in boots)
    kernel = mutants.kernels_for([boots[0].cell])[KERNEL]
    results.mkdir(parents=True, exist_ok=True)
    key = _key(kernel, programs)
    bench = Bench(kernel, programs, results, key, known(results / KEPT, key))
    tally = bench.tally
    for boot in boots:
        boot.mutants = [mutant for mutant in boot.mutants if mutant.name not in tally.killed]
    boots = [boot for boot in boots if boot.mutants]
    places = {f"{boot.suite} {boot.cell.configuration.name}": boot for boot in boots}
    fresh = [boot for place, boot in places.items() if place not in tally.sound]
    with ThreadPoolExecutor(workers) as pool:
        try:
            # One of each suite before the others, which learn of it what takes too long.
            first = {boot.suite: boot for boot in reversed(fresh)}
            for group in first.values(), [boot for boot in fresh if boot is not first[boot.suite]]:
                list(pool.map(lambda boot: bench.sound(boot.suite, boot.cell), group))
            list(pool.map(bench.faults, boots))
        except BaseException:
            bench.stop.set()
            raise
    tally.killed = {mutant.name: tally.killed[mutant.name] for mutant in chosen
                    if mutant.name in tally.killed}
    return tally


def as_result(tally: Peers) -> dict[str, object]:
    """For results.json: by suite, in the cell of most faults, how many programs there are, their seconds on
    a kernel, and the others; and the seconds of all faults."""
    return {"took": round(sum(tally.seconds.get(name, 0.0) for name in tally.killed), 1), "suites": {
        suite: {"programs": len(usable := tally.usable(suite, "max")), "left_out": tally.left_out(suite, "max"),
                "seconds": round(sum(usable.values()), 1)} for suite in TESTS}}
