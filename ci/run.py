# SPDX-License-Identifier: GPL-2.0-only
"""Judge kernels: boot each cell with the suite as its init, and say what came out.

`make run` and `make matrix` call this; without arguments it runs the default cells.
Exit: 0 all judged rows passed; 1 some cell failed; 4 nothing could be judged; 64 a wrong
command line; 69 something is missing (QEMU, a kernel); 74 the disk; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from ci import cells as cells_module
from ci import boots, identity, shards
from ci.cells import YOURS, Cell
from ci.job import RESULTS, Job, Kernel, Toolbox, now, suite_binary
from ci.progress import Progress
from fixtures import cache, image, kernels, problem, qemu, vm
from fixtures.kernel import build
from fixtures.problem import (
    INTERRUPTED,
    IO_ERROR,
    UNAVAILABLE,
    USAGE,
    Parser,
    Problem,
)
from report import catalogue, known, summary
from report.problem import ReportError

ROOT = Path(__file__).resolve().parent.parent


def choose(arguments: argparse.Namespace) -> list[Cell]:
    """The cells that a command line means."""
    matrix = _renamed(cells_module.load())
    if arguments.kernel:
        matrix = cells_module.of_kernel(matrix, YOURS)
    elif (asked := build.from_environment()) != build.Request():
        matrix = cells_module.of_kernel(matrix, asked.name)
    globs = [glob for text in arguments.cells for glob in text.split()]
    if not arguments.kernel and any(_may_be_candidate(glob, matrix) for glob in globs):
        matrix = _name_candidate(matrix)
    if globs:
        chosen = cells_module.select(matrix, globs)
    elif arguments.matrix:
        chosen = matrix
    else:
        chosen = [cell for cell in matrix if cell.default]
    return cells_module.changed(chosen, arguments.cpu, arguments.append, matrix)


def _may_be_candidate(glob: str, matrix: list[Cell]) -> bool:
    """Whether a glob fits nothing but perhaps the release candidate's real name."""
    return glob.startswith("stock-") and not any(cell.matches(glob) for cell in matrix)


def _name_candidate(matrix: list[Cell]) -> list[Cell]:
    """Call the candidate's cells after its series, whatever it takes to know that."""
    if isinstance(found := kernels.fetch(["rc"])["rc"], Problem):
        raise found
    return _renamed(matrix)


def check_arguments(text: str) -> tuple[str, ...]:
    """Let the host's own build judge the suite's arguments before anything boots."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise Problem(f"arguments '{text}': {error}", USAGE) from None
    if words:
        binary = catalogue.default_binary()
        try:
            done = subprocess.run(
                [binary.absolute(), *words, "--list"], capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise Problem(f"{binary}: {error.strerror}; build it with 'make'") from None
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"arguments '{text}' are wrong"]
            raise Problem(said[0].removeprefix("uapi-conform: "), USAGE)
    return words


def run_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """The rows that the suite's words mean, in the order in which they are run; none where a run
    with these words cannot go on in another boot."""
    if not boots.can_go_on(words):
        return ()
    done = subprocess.run([catalogue.default_binary().absolute(), *words, "--list"],
                          capture_output=True, text=True, check=False)
    return tuple(line.split("\t")[0] for line in done.stdout.splitlines())


def results_lock() -> AbstractContextManager[None]:
    """Two runs would overwrite each other's results: the second one is told so."""
    return cache.locked(RESULTS / ".lock", f"writing to {RESULTS}",
                        f"another run is writing to {RESULTS}; wait for it to end", wait=False)


def find_kernels(
    chosen: list[Cell], path: str | None
) -> tuple[dict[str, Kernel], dict[str, Problem]]:
    """Each kernel by its name, fetched or built; and what failed."""
    if path:
        facts = {"image_sha256": image.sha256(Path(path)), **identity.of(Path(path))}
        return {YOURS: Kernel(Path(path), facts)}, {}
    names = list(dict.fromkeys(cell.kernel for cell in chosen))
    found: dict[str, Kernel] = {}
    failed: dict[str, Problem] = {}
    stock = [name for name in names if name.startswith("stock-")]
    candidate = kernels.cached("rc") if stock else None
    asked = {n: "rc" if candidate and n == candidate.name else n for n in stock}
    fetched = kernels.fetch(asked.values()) if stock else {}
    for name in stock:
        kernel = fetched[asked[name]]
        if isinstance(kernel, Problem):
            failed[_real_name(name)] = kernel
        else:
            config = kernel.image.with_name("config")
            identified = identity.of(kernel.image, config if config.is_file() else None)
            found[_real_name(name)] = Kernel(kernel.image, {**kernel.as_meta(), **identified})
    for name in names:
        if name in stock:
            continue
        try:
            found[name] = _built(name)
        except Problem as problem:
            failed[name] = problem
    return found, failed


def _built(name: str) -> Kernel:
    """A kernel that the project builds, with the device fixture where it has one."""
    arch = "x86_64" if name.endswith("-x86_64") else "arm64"
    # Nothing to build for nothing to run it.
    qemu.binary(arch)
    kernel = build.build(build.from_environment(arch, no_tsm=name.endswith("-notsm")))
    facts = {**kernel.as_meta(), **identity.of(kernel.image, kernel.config)}
    return Kernel(kernel.image, facts, kernel.module)


def _real_name(name: str) -> str:
    """A kernel's name, that of the candidate after its series once it is known."""
    have = kernels.cached("rc") if name == "stock-rc" else None
    return have.name if have else name


def _renamed(cells: list[Cell]) -> list[Cell]:
    """Give the candidate's cells their kernel's real name, once it is known."""
    return [replace(cell, kernel=_real_name(cell.kernel)) for cell in cells]


def expected(jobs: list[Job], words: tuple[str, ...]) -> dict[str, float]:
    """Seconds that each cell will take, the longest first, which is the order to run them in: a
    long one begun last would leave the other cores idle."""
    usual = {}
    for name, took in shards.durations().items():
        kernel, _, configuration = name.partition("/")
        usual[f"{_real_name(kernel)}/{configuration}"] = took
    seconds = {job.cell.name: job.estimate(words, usual) for job in jobs}
    return dict(sorted(seconds.items(), key=lambda item: -item[1]))


def run_all(
    jobs: list[Job], tools: Toolbox, side_by_side: int, show: Progress,
    order: Sequence[str] | None = None,
) -> bool:
    """Run jobs, the longest first; their results are in them. False: interrupted."""
    names = list(order or expected(jobs, tools.words))
    jobs = sorted(jobs, key=lambda job: names.index(job.cell.name))
    whole = True
    with ThreadPoolExecutor(side_by_side) as pool:
        pending: set[Future[None]] = set()
        try:
            for job in jobs:
                pending.add(pool.submit(job.run, tools, show))
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
        except KeyboardInterrupt:
            whole = False
            tools.stop.set()
        except BaseException:
            tools.stop.set()
            raise
        finally:
            for future in pending:
                future.cancel()
    return whole


def main() -> int:
    """Command line."""
    parser = Parser(
        prog="ci.run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--matrix", action="store_true", help="every cell of ci/matrix.toml")
    parser.add_argument("--cells", action="append", default=[], metavar="GLOB",
                        help="only these, as 'stock-6.1/*'; several: repeat, or spaces")
    parser.add_argument("--shard", metavar="I/N", type=shards.parse,
                        help="only this machine's share of them, the I-th of N")
    parser.add_argument("--kernel", metavar="PATH", help="an arm64 Image instead of Debian's")
    parser.add_argument("--cpu", default="", help="QEMU's -cpu, instead of the cells' own")
    parser.add_argument("--append", default="", help="more of the kernel's command line")
    parser.add_argument("--args", default="", help="arguments of uapi-conform")
    parser.add_argument("--jobs", type=int, default=0, help="VMs side by side; default: cores")
    parser.add_argument("--timeout", type=float, default=vm.Limits.total, metavar="SECONDS",
                        help="how long one cell may take (default %(default).0f)")
    parser.add_argument("--list", action="store_true", help="the cells, and what they show")
    arguments = parser.parse_args()
    if arguments.jobs < 0 or arguments.timeout <= 0:
        raise Problem("--jobs and --timeout are positive numbers", USAGE)
    if arguments.kernel:
        arguments.kernel = os.path.abspath(arguments.kernel)
        image.check(Path(arguments.kernel))
    os.chdir(ROOT)

    chosen = choose(arguments)
    share: dict[str, object] = {}
    if arguments.shard:
        total = len(chosen)
        chosen, share = shards.take(chosen, arguments.shard)
        print(f"shard {arguments.shard}: {len(chosen)} of {total} cells", file=sys.stderr)
    if arguments.list:
        for cell in chosen:
            c = cell.configuration
            print(cell.name, c.cpus[0], c.append, c.caps, c.shows, sep="\t")
        return 0
    words = check_arguments(arguments.args)
    program = qemu.binary()
    with results_lock():
        return judge(arguments, chosen, words, program, share)


def judge(
    arguments: argparse.Namespace, chosen: list[Cell], words: tuple[str, ...], program: str,
    share: dict[str, object],
) -> int:
    """Fetch, boot, judge, print. share: what results.json says of a shard."""
    known_rows = catalogue.load()
    issues = known.load(known_rows)
    found, failed = find_kernels(chosen, arguments.kernel)
    if failed and not found:
        raise next(iter(failed.values()))
    chosen = _renamed(chosen)
    tools = Toolbox(
        qemu=program,
        qemu_version=qemu.version(program),
        words=words,
        limits=vm.Limits(total=arguments.timeout),
        results=RESULTS,
        catalogue=known_rows,
        issues=issues,
        asked={k: getattr(arguments, k) for k in ("kernel", "cpu", "append", "args")},
        stop=threading.Event(),
        binaries={arch: image.sha256(suite_binary(arch))
                  for arch in {cell.configuration.program for cell in chosen}},
        order=run_order(words),
        run={"started": now(), "cells": len(chosen), **share},
    )
    jobs = [Job(cell, found.get(cell.kernel), failed.get(cell.kernel)) for cell in chosen]
    side_by_side = arguments.jobs or len(os.sched_getaffinity(0))
    seconds = expected(jobs, words)
    with Progress(seconds, side_by_side) as show:
        whole = run_all(jobs, tools, side_by_side, show, list(seconds))

    finished = [job.result for job in jobs if job.result is not None]
    if finished:
        summary.print_table(finished)
    for line in dict.fromkeys(job.complaint for job in jobs if job.complaint):
        print(f"ci.run: {line}", file=sys.stderr)
    if not whole:
        missing = len(jobs) - len(finished)
        print(f"ci.run: interrupted; {missing} cells were not started", file=sys.stderr)
        return INTERRUPTED
    if any(job.disk_full for job in jobs):
        return IO_ERROR
    return summary.exit_code(finished) if finished else UNAVAILABLE


def guarded() -> int:
    """main(), with the report's errors as ours."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return main()
    except ReportError as error:
        for line in error.lines:
            print(f"ci.run: {line}", file=sys.stderr)
        return error.code


if __name__ == "__main__":
    sys.exit(problem.run("ci.run", guarded))
