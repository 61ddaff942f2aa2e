# SPDX-License-Identifier: GPL-2.0-only
"""The real faults in the hands of peers: the kernel's own selftests for KVM/arm64.

Their programs run on the kernel as it is first: those that fail there, skip, or take longer than
SLOWEST seconds are left out, and told. Then each fault is on, and is killed by the first program that
fails, or by the end of the machine. They know nothing of the TSM's requests: of tsm_req's faults none
is theirs to find, and none is run.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ci import cells, machine, mutants
from ci.kernel import Kernel
from ci.mutants import Boot
from fixtures import peers, vm
from fixtures.kernel.history import Fault

INIT = Path("build/arm64/peers-init")
SUITE = "kvm_arm_caps"
SLOWEST = 5  # seconds; the rest is timers and stress, which take a minute a fault
_LIMITS = vm.Limits(total=1500, silence=120)
_PROGRAM = re.compile(r"# peer (\S+): /peers/(\S+) (\d+) ([0-9.]+)")
_END = re.compile(r"# peer (\S+): end")


@dataclass
class Peers:
    """What came of it. killed: by which program, "" where none; programs: how many are run; seconds:
    what they take together on the kernel as it is; left_out: program to why."""

    killed: dict[str, str] = field(default_factory=dict)
    programs: int = 0
    seconds: float = 0.0
    left_out: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _LargeKernel(Kernel):
    """Their VMs have more memory than ours."""

    @property
    def memory(self) -> int:
        """MiB."""
        return 1024


def read(text: str, names: list[str], into: Peers) -> list[str]:
    """One boot's console; the faults that it did not come to."""
    ended = set(_END.findall(text))
    for fault, program, code, seconds in _PROGRAM.findall(text):
        if fault != "none":
            into.killed[fault] = program
        elif code != "0":
            into.left_out[program] = {"4": "skips", "124": "hangs"}.get(code, f"fails ({code})")
        elif float(seconds) > SLOWEST:
            into.left_out[program] = f"takes {float(seconds):.0f} s"
    if "none" not in ended:
        into.complaints.append("peers: the kernel as it is did not come to their end")
        return []
    good = [float(s) for fault, program, code, s in _PROGRAM.findall(text)
            if fault == "none" and code == "0" and float(s) <= SLOWEST]
    if not into.programs:
        into.programs, into.seconds = len(good), sum(good)
    for place, name in enumerate(names):
        if name not in ended and name not in into.killed:
            into.killed[name] = "the machine ended"
            return names[place + 1:]
        into.killed.setdefault(name, "")
    return []


def measure(faults: list[Fault], results: Path) -> tuple[Peers, float]:
    """Try those of KVM; what came of them, and the seconds without those for building."""
    chosen = [fault.mutant for fault in faults if fault.mutant.suite == SUITE]
    tally = Peers()
    if not chosen:
        return tally, 0.0
    programs = peers.programs()
    workers = len(os.sched_getaffinity(0))
    boots = mutants.boots_of(chosen, cells.load(), workers)
    kernels = mutants.kernels_for(list({b.cell.name: b.cell for b in boots}.values()))
    results.mkdir(parents=True, exist_ok=True)
    initrd = vm.make_initrd(INIT, results / "peers.cpio", programs={
        f"peers/{name}": path for name, path in programs.items()})
    begin = time.monotonic()

    def boot(number: int, work: Boot) -> None:
        kernel = kernels[work.cell.kernel]
        large = _LargeKernel(kernel.image, kernel.facts, config=kernel.config)
        names = [mutant.name for mutant in work.mutants]
        again = 0
        while names:
            console = results / f"peers-{number}{'.' * again}.log"
            outcome = machine.find(work.cell, large).boot(
                console, (str(SLOWEST), ",".join(names)), initrd=initrd, limits=_LIMITS)
            names = read(console.read_text(encoding="utf-8", errors="replace"), names, tally)
            print(f"peers: {work.cell.name}: {len(work.mutants)} faults, {outcome.reason}, "
                  f"{outcome.seconds:.0f} s", file=sys.stderr, flush=True)
            again += 1

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(boot, number, work) for number, work in enumerate(boots)]:
            done.result()
    initrd.unlink()
    return tally, time.monotonic() - begin


def as_result(tally: Peers, seconds: float) -> dict[str, object]:
    """For results.json."""
    return {**dataclasses.asdict(tally), "took": round(seconds, 1)}
