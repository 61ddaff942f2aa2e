# SPDX-License-Identifier: GPL-2.0-only
"""Judge kernels: boot each cell with the suite as its init, and say what came out.

Without arguments it runs the default cells of ci/matrix.toml. Results go to
build/run/KERNEL/CELL/; those of a run that was narrowed to some rows go to build/narrowed/, so
that they never take the place of all rows' results.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from pathlib import Path

from ci import choose, machine, options, repeat, shards, suite_words, supply
from ci.job import Job, now
from ci.kernel import NARROWED, RESULTS, Toolbox, suite_binary
from ci.progress import Progress
from fixtures import ROOT, accel, cache, image, problem, qemu, vm
from fixtures.problem import INTERRUPTED, IO_ERROR, UNAVAILABLE
from report import catalogue, known, results, summary



def results_lock(where: Path, wait: bool = False) -> AbstractContextManager[None]:
    """Two runs would overwrite each other's results: the second one is told so. wait: it has built a
    kernel meanwhile, and waits."""
    return cache.locked(where / ".lock", f"writing to {where}", f"another run is writing to {where}; "
                        + ("waiting for its end" if wait else
                           "wait until it has ended, or work in another clone"), wait)


def expected(jobs: list[Job], words: tuple[str, ...], where: Path = RESULTS) -> dict[str, float]:
    """Seconds that each cell will take, the longest first, which is the order to run them in: a
    long one begun last would leave the other cores idle."""
    usual = shards.durations()
    seconds = {job.cell.name: job.estimate(words, usual, where) for job in jobs}
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
    arguments = options.parse(sys.argv[1:], __doc__ or "")
    os.chdir(ROOT)
    chosen = choose.choose(arguments)
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
    suite_words.warn_if_stale(catalogue.default_binary())
    words = suite_words.check_arguments(arguments.args)
    suite_words.check_command_lines(chosen, words)
    choose.check_cpu(chosen, arguments.cpu)
    tools = toolbox(arguments, words, {"cells": len(chosen), **share})
    # Before minutes of building; the build itself keeps nobody else from running.
    with results_lock(tools.results):
        pass
    if arguments.matrix:
        machine.fetch_newer(chosen)
    found, failed = supply.find_kernels(chosen, arguments.kernel)
    if failed and not found:
        raise next(iter(failed.values()))
    tools.binaries = {arch: image.sha256(suite_binary(arch))
                      for arch in {cell.configuration.program for cell in chosen}}
    jobs = [Job(cell, found.get(cell.kernel), failed.get(cell.kernel)) for cell in chosen]
    with results_lock(tools.results, wait=True):
        return judge(arguments, jobs, tools)


def toolbox(
    arguments: argparse.Namespace, words: tuple[str, ...], run: dict[str, object]
) -> Toolbox:
    """What all cells share. run: what results.json says of it."""
    known_rows = catalogue.load()
    program = qemu.binary()
    order = suite_words.run_order(words)
    narrowed = bool(words) and len(order) != len(known_rows.rows)
    where = NARROWED if narrowed else RESULTS
    if narrowed:
        print(f"not all rows: the results go to {where}, and those in {RESULTS} stay", file=sys.stderr)
    asked = {name: getattr(arguments, name) for name in repeat.OPTIONS}
    return Toolbox(
        qemu=program,
        qemu_version=qemu.version(program),
        words=words,
        limits=vm.Limits(total=arguments.timeout),
        results=where,
        catalogue=known_rows,
        issues=known.load(known_rows, own=arguments.known),
        asked={**asked, "accel": arguments.accel if arguments.accel != accel.TCG else ""},
        stop=threading.Event(),
        order=order,
        accel=arguments.accel,
        record=arguments.record,
        run={"started": now(), **run},
    )


def header(jobs: list[Job], tools: Toolbox) -> str:
    """What computes the machines, and why not KVM where that was asked for."""
    text = f"in QEMU {tools.qemu_version.split()[0]} with "
    if tools.accel == accel.TCG:
        return f"{text}TCG"
    groups: dict[str, list[str]] = {}
    for job in jobs:
        chosen = job.machine(tools)
        if not isinstance(chosen, str):
            how = chosen.accel.upper() + (f" ({chosen.why})" if chosen.why else "")
            groups.setdefault(how, []).append(job.cell.name)
    if len(groups) < 2:
        return text + next(iter(groups), "TCG")
    return text + "; ".join(f"{how}: {' '.join(cells)}" for how, cells in groups.items())


def replaced(jobs: list[Job], tools: Toolbox) -> str:
    """A word about the first cell whose results are of another kernel of the same release."""
    for job in jobs:
        try:
            path = tools.results / job.cell.name / results.JSON
            old = json.loads(path.read_text(encoding="utf-8"))["meta"]["kernel_file"]["image_sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if job.kernel and job.kernel.facts.get("image_sha256", old) != old:
            return (f"replacing {tools.results / job.cell.kernel}, which is of another kernel of this "
                    "release; --name keeps both")
    return ""


def judge(arguments: argparse.Namespace, jobs: list[Job], tools: Toolbox) -> int:
    """Boot, judge, print."""
    if repeat.is_own(tools.asked) and not arguments.name and (word := replaced(jobs, tools)):
        print(word, file=sys.stderr)
    side_by_side = arguments.jobs or len(os.sched_getaffinity(0))
    seconds = expected(jobs, tools.words, tools.results)
    with Progress(seconds, side_by_side, header(jobs, tools)) as show:
        whole = run_all(jobs, tools, side_by_side, show, list(seconds))

    finished = [job.result for job in jobs if job.result is not None]
    missing = len(jobs) - len(finished)
    # Of ours not every run has something to explain; whoever brings their own expects it.
    own = [issue for issue in tools.issues if issue.file != known.OURS]
    for line in known.unused(own, finished) if whole else ():
        print(f"ci/run: {line}", file=sys.stderr)
    if finished:
        summary.print_table([repeat.here(result, tools.asked) for result in finished],
                            verbose=arguments.verbose, not_started=0 if whole else missing)
        sys.stdout.flush()
    for line in dict.fromkeys(job.complaint for job in jobs if job.complaint):
        print(f"ci/run: {line}", file=sys.stderr)
    if not whole:
        print(f"ci/run: interrupted; {missing} of {len(jobs)} cells were not started",
              file=sys.stderr)
        return INTERRUPTED
    if any(job.disk_full for job in jobs):
        return IO_ERROR
    return summary.exit_code(finished) if finished else UNAVAILABLE


if __name__ == "__main__":
    sys.exit(problem.run("ci/run", main))
