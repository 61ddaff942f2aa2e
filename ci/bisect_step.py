# SPDX-License-Identifier: GPL-2.0-only
"""One step of a bisection: build what is checked out, boot it, and find a verdict."""

from __future__ import annotations

import re
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci import bisect_behaviour, machine
from ci.bisect_result import BAD, CANNOT, GOOD, Finding
from ci.cells import Cell
from ci.job import Job
from ci.kernel import Kernel, Toolbox, suite_binary
from fixtures import image, vm
from fixtures.kernel import build, toolchain
from fixtures.kernel.built import Reference
from fixtures.kernel.make import NotBuilt
from fixtures.problem import INTERRUPTED, IO_ERROR, Problem
from report import answers
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, NOT_RUN, PASS, SKIP
from report.recording import Recording
from report.shapes import Result, Row

# What a kernel complains with that goes on after it; of a panic the machine's end tells.
_OOPS = re.compile(r"\bOops\b|\bBUG: |Unable to handle kernel|Internal error: |KASAN: |UBSAN: ")
_DECODED = ("call:", "expected:", "got:")


@dataclass(frozen=True)
class Question:
    """What is asked of every commit. words: the suite's arguments; device: some of the rows want
    the fixture's; no_tsm: with the ioctls, but no TSM."""

    cell: Cell
    words: tuple[str, ...]
    catalogue: Catalogue
    qemu: str
    qemu_version: str
    limits: vm.Limits
    crash_is_bad: bool
    ignore_skips: bool
    device: bool
    no_tsm: bool = False
    votes: int = 1  # boots, all of which must say the same
    behaviour: tuple[str, ...] = ()  # observations that decide, instead of rows
    good: Recording | None = None  # what they must be; none yet: it is to be recorded


@dataclass(frozen=True)
class Step:
    """The question, put to one commit."""

    question: Question
    request: build.Request
    directory: Path


class _Quiet:
    """Job's progress, which nobody wants to see of a single cell."""

    def started(self, name: str) -> None: ...

    def planned(self, name: str, rows: int) -> None: ...

    def row(self, name: str) -> None: ...

    def done(self, name: str, how: str, result: Any = None) -> None: ...


@dataclass(frozen=True)
class _Kernel(Kernel):
    """Its initramfs is nobody else's: another run may be booting another kernel's module."""

    own: Path = Path()

    def initrd(self, arch: str = "arm64") -> Path:
        extra = {"uapi-conform-device.ko": self.module} if self.module else {}
        return vm.make_initrd(suite_binary(arch), self.own, extra)


def step(what: Step) -> Finding:
    """Build, boot as often as is asked, judge. Problem: nothing can be judged as long as that is
    so; broken tools are, and no commit is blamed for them."""
    shutil.rmtree(what.directory, ignore_errors=True)
    what.directory.mkdir(parents=True)
    begin = time.monotonic()
    kept = what.directory / "build.log"
    try:
        built = build.build(what.request)
    except NotBuilt as problem:
        _keep_log(what, kept)
        toolchain.check(what.request.arch, kept)
        return Finding(CANNOT, f"does not build: {problem.why.replace(f'{what.request.tree}/', '')}")
    _keep_log(what, kept)
    if built.without_device:
        toolchain.check(what.request.arch, kept)
    seconds = time.monotonic() - begin
    found = observe(what, built) if what.question.behaviour else poll(what, built)
    if found.code != GOOD:
        return found
    return Finding(GOOD, f"{found.why} (built in {seconds:.0f} s)")


def _keep_log(what: Step, kept: Path) -> None:
    log = what.request.directory / "build.log"
    if log.is_file():
        shutil.copyfile(log, kept)


def observe(what: Step, built: Reference) -> Finding:
    """Record the kernel, and hold it against the good one's."""
    asked = what.question
    initrd = what.directory / "initramfs.cpio"
    kernel = _Kernel(built.image, built.as_meta(), built.module, initrd)
    booted = machine.find(asked.cell, kernel, asked.qemu, asked.qemu_version)
    try:
        return bisect_behaviour.ask(booted, what.directory, kernel.initrd(asked.cell.configuration.program),
                                    asked.limits, list(asked.behaviour), asked.good)
    finally:
        initrd.unlink(missing_ok=True)


def poll(what: Step, built: Reference) -> Finding:
    """Boot as often as there are votes. They count only if all are the same."""
    votes = what.question.votes
    first = boot(what, built, what.directory)
    found = verdict(first, what.question, built.without_device)
    for vote in range(2, votes + 1):
        other = boot(what, built, what.directory / f"vote-{vote}")
        again = verdict(other, what.question, built.without_device)
        if differing := _differing(first, other):
            return Finding(CANNOT, f"{differing} in vote 1 and vote {vote} of {votes}")
        if again.code != found.code:
            return Finding(CANNOT, f"vote 1 of {votes} is {found}; vote {vote} is {again}")
    return found if votes == 1 else Finding(found.code, f"{found.why}, {votes} votes alike", found.detail)


def _differing(first: Result, other: Result) -> str:
    """A row that does not answer twice the same, or nothing."""
    before = {row["id"]: row for row in first["rows"]}
    for row in other["rows"]:
        old = before[row["id"]]
        if old["verdict"] != row["verdict"]:
            return f"{row['id']} does not answer the same: {old['verdict']} and {row['verdict']}"
        if row["verdict"] == FAIL and not answers.alike(old, row):
            return f"{row['id']} does not fail the same: {old['reason']} and {row['reason']}"
    return ""


def boot(what: Step, built: Reference, directory: Path) -> Result:
    """The cell's result, as in results.json. directory: for its logs."""
    asked = what.question
    initrd = what.directory / "initramfs.cpio"
    kernel = _Kernel(built.image, built.as_meta(), built.module, initrd)
    program = asked.cell.configuration.program
    tools = Toolbox(
        qemu=asked.qemu, qemu_version=asked.qemu_version, words=asked.words, limits=asked.limits,
        results=directory, catalogue=asked.catalogue, issues=[], asked={},
        stop=threading.Event(),
        binaries={program: image.sha256(suite_binary(program))},
    )
    job = Job(asked.cell, kernel)
    job.run(tools, _Quiet())  # type: ignore[arg-type]
    initrd.unlink(missing_ok=True)
    if job.complaint or job.result is None:
        raise Problem(job.complaint or f"{asked.cell.name} left no result",
                      IO_ERROR if job.disk_full else 69)
    return job.result


def verdict(result: Result, asked: Question, without_device: str = "") -> Finding:
    """What a boot's result says. A row that failed did so, whatever came after it. without_device:
    why there is no device in the machine, if it is our module that this tree does not build."""
    if result["verdict"] == NOT_RUN:
        raise Problem(result["meta"]["reason"])
    rows = [row for row in result["rows"] if row["selected"]]
    by = {name: [row for row in rows if row["verdict"] == name]
          for name in (FAIL, ERROR, NOT_RUN, SKIP, PASS)}
    # The row under which the machine went down is the crash's, below.
    if failed := [row for row in by[FAIL] if row["id"] != result["guilty"]]:
        return Finding(BAD, _of(failed, "FAIL"), _decoded(failed[0]))
    if ended := result["meta"].get("problem", ""):
        return _crash(result, str(ended), asked)
    if result["problems"] and len(by[NOT_RUN]) == len(rows):
        # The machine ended as it should, and no row came: ours is wrong, not the kernel.
        raise Problem(result["problems"][0])
    if by[ERROR]:
        row = by[ERROR][0]
        oops = next((line for line in row["kernel"] if _OOPS.search(line)), "")
        if oops and asked.crash_is_bad:
            return Finding(BAD, _of(by[ERROR], f"the kernel said '{oops}'"))
        return Finding(CANNOT, _of(by[ERROR], "ERROR") + f": {row['reason'].rstrip(':')}" + _hint(oops),
                       _decoded(row))
    if by[NOT_RUN] or result["problems"]:
        why = by[NOT_RUN][0]["reason"] if by[NOT_RUN] else result["problems"][0]
        return Finding(CANNOT, why)
    if by[SKIP] and not (asked.ignore_skips and by[PASS]):
        more = "; --ignore-skips leaves such rows out" if by[PASS] else ""
        why = without_device or by[SKIP][0]["reason"]
        return Finding(CANNOT, _of(by[SKIP], "SKIP") + f": {why}{more}")
    left_out = f", {len(by[SKIP])} SKIP" if by[SKIP] else ""
    return Finding(GOOD, f"{len(by[PASS])} PASS{left_out}")


def _crash(result: Result, ended: str, asked: Question) -> Finding:
    """The machine did not end by powering off."""
    if ended == "interrupted":
        raise Problem(ended, INTERRUPTED)
    if ended.startswith("qemu died"):
        raise Problem(ended)
    if not any(row["verdict"] != NOT_RUN for row in result["rows"]) and not result["guilty"]:
        return Finding(CANNOT, f"does not boot: {ended}")
    where = f"in {result['guilty']}" if result["guilty"] else "between the rows"
    if asked.crash_is_bad:
        return Finding(BAD, f"{ended}, {where}")
    return Finding(CANNOT, f"{ended}, {where}{_hint(ended)}")


def _hint(crash: str) -> str:
    return "; --crash-is-bad counts that as bad" if crash else ""


def _of(rows: list[Row], what: str) -> str:
    """The first row's name with what became of it, and how many shared its fate."""
    return f"{rows[0]['id']} {what}" + (f" and {len(rows) - 1} more" if rows[1:] else "")


def _decoded(row: Row) -> list[str]:
    """The call, and what it should have done, on one line."""
    lines = [" ".join(line.split()) for line in row["detail"] if line.startswith(_DECODED)]
    return ["; ".join(lines)] if lines else []
