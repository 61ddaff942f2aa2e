# SPDX-License-Identifier: GPL-2.0-only
"""Play random sequences of calls to real kernels, and prove what they find.

Every cell is booted with `uapi-conform --explore`. Each finding's C program is kept in
build/explore/<cell>/, compiled, and booted in the same cell: it must show the failure by
itself. What ci/known-issues.toml explains counts as known.
Exit: 0 nothing but known findings; 1 new ones, or a kernel that panicked; else 5 where something
broke (an exploration without an end, a program that does not show its finding); 4 nothing could be
explored; 64 a wrong command line; 69 something is missing.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ci import choose, exploration_log, machine, suite_words, supply
from ci.kernel import Kernel
from ci.machine import Machine
from fixtures import ROOT, image, problem, qemu, vm
from fixtures.problem import UNAVAILABLE, Parser
from report import catalogue, console, known, tap

RESULTS = Path("build/explore")
WRAPPER = Path("fixtures/reproducer-init.c")
COMPILER = os.environ.get("CC_ARM64") or (
    "gcc" if os.uname().machine == "aarch64" else "aarch64-linux-gnu-gcc")
FLAGS = ["-O2", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror"]
# Seconds without a word. A close that stalls takes iommufd's whole minute, and the program that shows
# it says nothing meanwhile.
SILENCE = 150.0
# About 20000 calls.
DEFAULT_COUNT = 700
# Every kernel has what the first is about; the other needs a device.
SUITE, DEVICE_SUITE = "kvm_arm_caps", "tsm_req"
# Those whose findings are all known, so that a new one is news.
DEFAULT_CELLS = [*(f"stock-{series}/{cpu}" for series in ("6.1", "6.12", "7.2", "rc")
                   for cpu in ("max", "neoverse-n1")), "reference/max"]

# Ends all machines.
STOP = threading.Event()


class NotCompiled(Exception):
    """What the compiler says of a program, in a line."""


@dataclass
class Place:
    """A cell's machine, and where its consoles go."""

    machine: Machine
    directory: Path
    limits: vm.Limits

    def boot(self, name: str, words: tuple[str, ...] = (), initrd: Path | None = None
             ) -> tuple[vm.Outcome, bytes]:
        """Boot the suite, or another initramfs; how it ended, and what it said."""
        self.directory.mkdir(parents=True, exist_ok=True)
        console = self.directory / f"{name}.log"
        outcome = self.machine.boot(console, words, initrd=initrd, limits=self.limits, stop=STOP)
        return outcome, console.read_bytes()


@dataclass
class Tally:
    """All cells together."""

    cells: int = 0
    calls: int = 0
    known: int = 0
    new: int = 0
    broken: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another one in."""
        self.cells += other.cells
        self.calls += other.calls
        self.known += other.known
        self.new += other.new
        self.broken += other.broken


def run_program(place: Place, name: str, text: str) -> tuple[vm.Outcome, bytes]:
    """Compile a C program, and boot it as the cell's first one. Raises NotCompiled."""
    place.directory.mkdir(parents=True, exist_ok=True)
    source = place.directory / f"{name}.c"
    source.write_text(text, encoding="utf-8")
    parts: list[Path] = []
    sources: list[tuple[Path, list[str]]] = [(source, ["-Dmain=reproducer"]), (ROOT / WRAPPER, [])]
    for path, flags in sources:
        parts.append(place.directory / f"{name}-{len(parts)}.o")
        done = subprocess.run([COMPILER, *FLAGS, *flags, "-c", "-o", parts[-1], path],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotCompiled((done.stderr.splitlines() or ["?"])[0])
    program = place.directory / name
    subprocess.run([COMPILER, "-static", "-pthread", "-o", program, *parts], check=True)
    module = place.machine.kernel.module
    initrd = vm.make_initrd(program, place.directory / f"{name}.cpio",
                            {"uapi-conform-device.ko": module} if module else {})
    ended = place.boot(f"{name}-run", initrd=initrd)
    for part in (*parts, program, initrd):
        part.unlink()
    return ended


def prove(place: Place, finding: exploration_log.Finding, number: int) -> str:
    """Why the finding's program does not show it alone; empty if it does."""
    try:
        outcome, said = run_program(place, f"finding-{number}", finding.program)
    except NotCompiled as why:
        return f"does not compile: {why}"
    # Without a requirement it may be the process's end, or the machine's, that it shows.
    log = tap.parse(said)
    if log.exit == 1 or (not finding.requirement and log.exit != 0):
        return ""
    return f"does not show it alone: {outcome.reason}"


def explore_cell(place: Place, suite: str, words: tuple[str, ...], issues: list[known.Issue]) -> Tally:
    """Explore one suite in one cell; what came of it, and what there is to say of it."""
    cell = place.machine.cell
    tally = Tally()
    outcome, said = place.boot("console", words)
    found = exploration_log.read(console.read(said))
    tally.calls += found.calls
    if found.verdict == "SKIP":
        tally.lines.append(f"{cell.name} {suite}: SKIP {found.reason}")
        return tally
    tally.cells += 1
    tally.lines.append(f"{cell.name} {suite}: {found.verdict or outcome.reason}, {found.sequences} sequences, "
                       f"{found.calls} calls in {found.seconds:.1f} s")
    if found.ended:
        tally.lines.append(f"    {found.ended}")
    if not outcome.clean or found.verdict not in ("PASS", "FAIL"):
        panicked = outcome.kind == "panic"
        tally.lines.append(f"    {outcome.reason if panicked or not found.reason else found.reason}")
        tally.new += panicked
        tally.broken += not panicked
    for number, finding in enumerate(found.findings, 1):
        issue = finding.explained(issues, found.release, cell.configuration.name)
        tally.lines.append(f"    {f'known ({issue})' if issue else 'NEW'}: "
                           f"{finding.requirement or 'the kernel died, hung or complained'}")
        if not issue:
            tally.lines += [f"        {line}" for line in finding.trace + finding.said]
        tally.known += bool(issue)
        tally.new += not issue
        if finding.program:
            path = place.directory / f"finding-{number}.c"
            if why := prove(place, finding, number):
                tally.broken += 1
                tally.lines.append(f"        {path} {why}")
            else:
                tally.lines.append(f"        {path} shows it")
    return tally


def explore_all(places: list[tuple[Place, str]], words: tuple[str, ...], issues: list[known.Issue],
                tally: Tally) -> None:
    """Each of these with a suite, as many side by side as there are cores, told in their order."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        running = [pool.submit(explore_cell, place, suite, (*words, "--suite", suite), issues)
                   for place, suite in places]
        try:
            for done in running:
                one = done.result()
                tally.add(one)
                print("\n".join(one.lines), flush=True)
        except BaseException:
            STOP.set()
            pool.shutdown(cancel_futures=True)
            raise


def suites_of(kernel: Kernel, asked: str) -> list[str]:
    """What is worth exploring on a kernel."""
    return [asked] if asked else [SUITE, *([DEVICE_SUITE] if kernel.module else [])]


def parse() -> argparse.Namespace:
    """Command line."""
    parser = Parser(
        prog="ci/explore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cells", action="append", default=[], metavar="GLOB",
                        help=f"only these (default {' '.join(DEFAULT_CELLS)})")
    parser.add_argument("--kernel", metavar="PATH", help="an arm64 Image instead of Debian's")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="more of the kernel's command line")
    parser.add_argument("--count", default=str(DEFAULT_COUNT), metavar="N",
                        help="sequences in each cell (default %(default)s)")
    parser.add_argument("--seed", default="", metavar="S", help="repeat the run of this seed")
    parser.add_argument("--steps", default="", metavar="M", help="calls in a sequence")
    parser.add_argument("--suite", default="", metavar="S",
                        help="only this one (default: all that the kernel has)")
    parser.add_argument("--timeout", type=float, default=1800.0, metavar="SECONDS",
                        help="how long one cell may take (default %(default).0f)")
    arguments = parser.parse_args()
    if arguments.kernel:
        arguments.kernel = os.path.abspath(arguments.kernel)
        image.check(Path(arguments.kernel))
    arguments.matrix, arguments.cpu = False, ""
    # A tree of one's own has cells of its own.
    if not arguments.cells and choose.own(arguments) is None:
        arguments.cells = DEFAULT_CELLS
    return arguments


def main() -> int:
    """Explore all cells."""
    arguments = parse()
    os.chdir(ROOT)
    seed = arguments.seed or str(secrets.randbelow(1 << 32))
    words = ["--explore", arguments.count, "--seed", seed]
    if arguments.steps:
        words += ["--steps", arguments.steps]
    suite_words.check_arguments(shlex.join(
        [*words, *(["--suite", arguments.suite] if arguments.suite else [])]))
    qemu.binary()
    issues = known.load(catalogue.load())
    kernels, failed = supply.find_kernels(choose.choose(arguments), arguments.kernel)
    tally = Tally()
    places: list[tuple[Place, str]] = []
    # Once more, because a release candidate's name is known only when it is here.
    for cell in choose.choose(arguments):
        if cell.kernel not in kernels:
            print(f"{cell.name}: no kernel: {failed.get(cell.kernel, 'not found')}")
            tally.broken += 1
            continue
        for suite in suites_of(kernels[cell.kernel], arguments.suite):
            place = Place(machine.find(cell, kernels[cell.kernel]), RESULTS / cell.name / suite,
                          vm.Limits(total=arguments.timeout, silence=SILENCE))
            places.append((place, suite))
    explore_all(places, tuple(words), issues, tally)
    print(f"explore: {tally.cells} explorations, {tally.calls} calls, {tally.new} new findings, "
          f"{tally.known} known, {tally.broken} broken; seed {seed}")
    if not kernels:
        return UNAVAILABLE
    return exit_code(tally)


def exit_code(tally: Tally) -> int:
    """What broke is no verdict on a kernel."""
    if tally.new:
        return 1
    return 5 if tally.broken else 0 if tally.calls else 4


if __name__ == "__main__":
    sys.exit(problem.run("ci/explore", main))
