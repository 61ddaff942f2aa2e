# SPDX-License-Identifier: GPL-2.0-only
"""Let a kernel, QEMU and the disk fail in every way there is, and see that the verdict is honest.

`make faults`. The reference kernel fails on demand while a certain row runs (uapi_conform.fault,
fixtures/kernel/tree/fs). Each fault happens at the first, at a middle and at the last row. Then
every other row must have the verdict that it has without the fault, the row must be a FAIL or an
ERROR with the reason, must have been begun once only, and there must not be one pass too many.
The last lines are how long it took, and `N passed, N failed, N skipped`; build/faults has the logs.
Exit: 0 all held; 1 one did not; 64 a wrong command line; 69 something is missing, a kernel with
such a knob for instance; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ci import cells
from ci.faults_disk import full_disks
from ci.faults_judge import complaints
from ci.job import Job
from ci.kernel import Kernel, Toolbox, suite_binary
from ci.suite_words import run_order
from ci.supply import find_kernels
from fixtures import ROOT, problem, qemu, vm
from fixtures.problem import INTERRUPTED, UNAVAILABLE, USAGE, Parser, Problem
from report import catalogue, results
from report.shapes import Result

RESULTS = Path("build/faults")
CELL = "reference/max"
# Few, of both suites; the first and the last of them are judged.
CASES = ("kvm_arm_caps.pairing.*", "tsm_req.scope.info", "tsm_req.scope.state_change",
         "tsm_req.scope.first_unknown", "tsm_req.scope.powers_of_two", "tsm_req.scope.all_ones")
PLACES = ("first", "middle", "last")
_COMM = 15  # characters of a process' name


@dataclass(frozen=True)
class Kind:
    """A way to fail. verdicts: what the row may come to, and what its reason or details must have
    then, as a regular expression; words: of the suite; silence: seconds; rows: how many others may lose their result line."""

    verdicts: tuple[str, ...]
    says: str
    words: tuple[str, ...] = ()
    silence: float = 7.0
    console: int = 2 << 20
    rows: int = 0
    fault: str = ""  # the kernel's name for it, where it is another


_SLOW = ("--timeout=2",)
KINDS = {
    "panic": Kind(("FAIL",), "the kernel panicked while it ran: uapi_conform"),
    "oops": Kind(("FAIL",), "did not"),
    "hang": Kind(("FAIL", "ERROR"), "did not", _SLOW, 15.0),
    "spin-irqs-off": Kind(("ERROR",), "went down while it ran: hang: no output"),
    "spin-no-preempt": Kind(("ERROR",), "went down while it ran: hang: no output"),
    "kill-init": Kind(("FAIL",), "panicked while it ran: Attempted to kill init"),
    "flood": Kind(("ERROR",), "went down while it ran: flood: more than", silence=60.0,
                  console=1 << 20),
    "tear": Kind(("PASS", "NOT RUN"), "", rows=3),
    # The kernel panics, or kills the row's process and has nothing left for others.
    "eat-memory": Kind(("FAIL", "ERROR"), "deadlocked on memory|oom-killer|Out of memory"),
    "stop-clock": Kind(("ERROR",), "went down while it ran: hang: no output"),
    # The row hangs, so that there is time to do it.
    "qemu-killed": Kind(("ERROR",), "went down while it ran: qemu died: killed by SIGKILL",
                        ("--timeout=60",), 60.0, fault="hang"),
}


class Quiet:
    """Job's progress, which nobody wants to see of a single cell."""

    def started(self, name: str) -> None: ...

    def planned(self, name: str, rows: int) -> None: ...

    def row(self, name: str) -> None: ...

    def done(self, name: str, how: str, result: Any = None) -> None: ...


@dataclass(frozen=True)
class Machine:
    """What all scenarios boot: a kernel with its initramfs, and the cell that it is booted in."""

    cell: cells.Cell
    kernel: Kernel
    tools: Toolbox

    def job(self, kind: Kind, append: str, where: Path, program: str = "") -> Job:
        """Boot it, as often as it takes, and judge."""
        words = (*(word for case in CASES for word in ("--case", case)), *kind.words)
        configuration = self.cell.configuration
        tools = replace(
            self.tools, results=where, words=words, order=run_order(words),
            qemu=program or self.tools.qemu,
            limits=vm.Limits(total=300, silence=kind.silence, console=kind.console))
        more = f"{configuration.append} {append}".strip()
        job = Job(replace(self.cell, configuration=replace(configuration, append=more)), self.kernel)
        job.run(tools, Quiet())  # type: ignore[arg-type]
        return job


@dataclass(frozen=True)
class Shared(Kernel):
    """A kernel with one initramfs for all boots."""

    own: Path = Path()

    def initrd(self, arch: str = "arm64") -> Path:
        return self.own


@dataclass
class Scenario:
    """One fault at one row. After run(): what did not hold."""

    name: str
    place: str
    row: str
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    boots: int = 0

    def run(self, machine: Machine, usual: Result) -> None:
        """Have the fault happen."""
        kind = KINDS[self.name]
        where = RESULTS / self.name / self.place
        begin = time.monotonic()
        asked = f"{kind.fault or self.name}@{self.row[-_COMM:]}"
        append = f"uapi_conform.fault={asked}"
        if self.name == "qemu-killed":
            job = _kill_at(machine, kind, append, where, self.row)
        else:
            job = machine.job(kind, append, where)
        self.seconds = time.monotonic() - begin
        if job.result is None:
            self.wrong = [job.complaint or "it left no result"]
            return
        self.boots = len(job.result["meta"].get("boots", [1]))
        if job.result["provenance"].get("fault") != asked:
            self.wrong = ["the kernel's log says nothing of the fault: it has no such knob, or does "
                          "not know this one"]
            return
        logs = _consoles(where / machine.cell.kernel / machine.cell.configuration.name)
        self.wrong = complaints(job.result, usual, kind, self.row, logs, self.place == "last")


def _consoles(where: Path) -> list[str]:
    numbers = range(1, 1 + len(list(where.glob("console*.log"))))
    return [(where / results.console(n)).read_text(encoding="utf-8", errors="replace")
            for n in numbers]


def _kill_at(machine: Machine, kind: Kind, append: str, where: Path, row: str) -> Job:
    """Boot, and kill QEMU as soon as the row has begun. It is known by the number that its shell
    had, and no other process is touched."""
    where.mkdir(parents=True, exist_ok=True)
    number = where / "qemu.pid"
    program = where / "qemu"
    program.write_text(f'#!/bin/sh\necho $$ > "{number.absolute()}"\n'
                       f'exec "{machine.tools.qemu}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    over = threading.Event()

    def watch() -> None:
        console = (where / machine.cell.kernel / machine.cell.configuration.name
                   / results.CONSOLE)
        while not over.wait(0.02):
            if console.exists() and f"# run {row}\n".encode() in console.read_bytes():
                os.kill(int(number.read_text(encoding="ascii")), signal.SIGKILL)
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return machine.job(kind, append, where, str(program.absolute()))
    finally:
        over.set()
        watcher.join()


def machine_of(glob: str) -> Machine:
    """The cell, its kernel fetched or built."""
    chosen = cells.select(cells.load(), [glob])
    if len(chosen) != 1:
        raise Problem(f"--cell {glob}: means {len(chosen)} cells; name one", USAGE)
    found, failed = find_kernels(chosen, None)
    for why in failed.values():
        raise why
    kernel = found[chosen[0].kernel]
    extra = {"uapi-conform-device.ko": kernel.module} if kernel.module else {}
    initrd = vm.make_initrd(suite_binary(), RESULTS / "initramfs.cpio", extra)
    program = qemu.binary()
    tools = Toolbox(
        qemu=program, qemu_version=qemu.version(program), words=(), limits=vm.Limits(),
        results=RESULTS, catalogue=catalogue.load(), issues=[], asked={}, stop=threading.Event())
    return Machine(chosen[0], Shared(kernel.image, kernel.facts, kernel.module, own=initrd), tools)


def without(machine: Machine) -> Result:
    """What the rows come to when nothing fails: all that can be judged must pass."""
    job = machine.job(Kind((), "", silence=30.0), "", RESULTS / "without")
    result = job.result
    if result is None or result["problems"] or result["verdict"] != "PASS":
        why = job.complaint or (result and result["problems"]) or "not all rows pass"
        raise Problem(f"{machine.cell.name}: without any fault: {why}")
    return result


def places(usual: Result, order: tuple[str, ...]) -> dict[str, str]:
    """The first, a middle and the last of the rows that are judged."""
    passed = {row["id"] for row in usual["rows"] if row["verdict"] == "PASS"}
    judged = [name for name in order if name in passed]
    chosen = (judged[0], judged[len(judged) // 2], judged[-1])
    for name in chosen:
        if sum(other[-_COMM:] == name[-_COMM:] for other in order) != 1:
            raise Problem(f"another row's id ends like that of {name}: choose other CASES")
    return dict(zip(PLACES, chosen))


def scenarios(chosen: list[str], rows: dict[str, str]) -> Iterator[Scenario]:
    """Every fault at every place, those that take long first."""
    for name in sorted(chosen, key=lambda name: -KINDS[name].silence):
        for place, row in rows.items():
            yield Scenario(name, place, row)


def play(machine: Machine, todo: list[Scenario], usual: Result) -> None:
    """Two side by side, and say how each one came out."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = [(s, pool.submit(s.run, machine, usual)) for s in todo]
        try:
            for one, future in running:
                future.result()
                _tell(one)
        except BaseException:
            machine.tools.stop.set()
            for _, future in running:
                future.cancel()
            raise


def _tell(one: Scenario) -> None:
    what = f"{one.name} at the {one.place} row" if one.row else f"{one.name}, {one.place}"
    print(f"{'FAIL' if one.wrong else 'ok'} {what}: {one.boots} boot{'s'[:one.boots != 1]}, "
          f"{one.seconds:.1f} s", flush=True)
    for line in one.wrong:
        print(f"     {line}", flush=True)


def main() -> int:
    """Command line."""
    names = [*KINDS, "disk-full"]
    parser = Parser(prog="ci/faults", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", action="append", default=[], metavar="GLOB",
                        help=f"only these of {', '.join(names)}")
    parser.add_argument("--cell", default=CELL, help="(default %(default)s)")
    arguments = parser.parse_args()
    for glob in arguments.kind:
        if not any(fnmatchcase(name, glob) for name in names):
            raise Problem(f"no fault is called '{glob}'; there are {', '.join(names)}", USAGE)
    os.chdir(ROOT)
    chosen = [n for n in names if not arguments.kind
              or any(fnmatchcase(n, glob) for glob in arguments.kind)]
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    begin = time.monotonic()
    machine = machine_of(arguments.cell)
    skipped = 0
    try:
        usual = without(machine)
        words = tuple(word for case in CASES for word in ("--case", case))
        todo = list(scenarios([n for n in chosen if n in KINDS], places(usual, run_order(words))))
        if todo:
            # One alone first: where it has no knob, the others need not be tried.
            todo[-1].run(machine, usual)
            if "no such knob" in "".join(todo[-1].wrong):
                raise Problem(f"{machine.cell.name}: this kernel does not fail on demand (no knob "
                              "uapi_conform.fault); the project's reference kernel does",
                              UNAVAILABLE)
            _tell(todo[-1])
            play(machine, todo[:-1], usual)
        if "disk-full" in chosen:
            disks, why = full_disks(machine, usual, RESULTS / "disk-full")
            for one in disks:
                _tell(one)
            todo += disks
            if why:
                print(f"skip disk-full: {why}")
                skipped = 1
    except KeyboardInterrupt:
        print("ci/faults: interrupted", file=sys.stderr)
        return INTERRUPTED
    failed = sum(bool(one.wrong) for one in todo)
    boots = 1 + sum(one.boots for one in todo)
    print(f"faults: {len(todo)} scenarios, {boots} boots, {time.monotonic() - begin:.0f} s, longest "
          f"{max((one.seconds for one in todo), default=0):.0f} s")
    print(f"{len(todo) - failed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not todo else 0


if __name__ == "__main__":
    sys.exit(problem.run("ci/faults", main))
