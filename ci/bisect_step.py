# SPDX-License-Identifier: GPL-2.0-only
"""One step of a bisection: build what is checked out, boot it, and find a verdict."""

from __future__ import annotations

import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ci.cells import Cell
from ci.job import Job, Kernel, Toolbox, suite_binary
from fixtures import image, vm
from fixtures.kernel import build
from fixtures.kernel.make import NotBuilt
from fixtures.problem import INTERRUPTED, IO_ERROR, Problem
from report import results
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, NOT_RUN, PASS, SKIP

GOOD, BAD, CANNOT = 0, 1, 125
_NAMES = {GOOD: "good", BAD: "bad", CANNOT: "cannot be judged"}
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


@dataclass(frozen=True)
class Step:
    """The question, put to one commit."""

    question: Question
    request: build.Request
    directory: Path


@dataclass(frozen=True)
class Finding:
    """The verdict, one line of why, and more lines."""

    code: int
    why: str
    detail: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{_NAMES[self.code]}: {self.why}"


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
    """Build, boot, judge. Problem: nothing can be judged as long as that is so."""
    shutil.rmtree(what.directory, ignore_errors=True)
    what.directory.mkdir(parents=True)
    begin = time.monotonic()
    try:
        built = build.build(what.request)
    except NotBuilt as problem:
        return Finding(CANNOT, f"does not build: {problem.why.replace(f'{what.request.tree}/', '')}")
    finally:
        log = what.request.directory / "build.log"
        if log.is_file():
            shutil.copyfile(log, what.directory / "build.log")
    seconds = time.monotonic() - begin
    found = verdict(boot(what, built), what.question)
    if found.code != GOOD:
        return found
    return Finding(GOOD, f"{found.why} (built in {seconds:.0f} s)")


def boot(what: Step, built: build.Reference) -> dict[str, Any]:
    """The cell's result, as in results.json."""
    asked = what.question
    initrd = what.directory / "initramfs.cpio"
    kernel = _Kernel(built.image, built.as_meta(), built.module, initrd)
    program = asked.cell.configuration.program
    tools = Toolbox(
        qemu=asked.qemu, qemu_version=asked.qemu_version, words=asked.words, limits=asked.limits,
        results=what.directory, catalogue=asked.catalogue, issues=[], asked={},
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


def verdict(result: dict[str, Any], asked: Question) -> Finding:
    """What a boot's result says. A row that failed did so, whatever came after it."""
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
        return Finding(CANNOT, _of(by[SKIP], "SKIP") + f": {by[SKIP][0]['reason']}{more}")
    left_out = f", {len(by[SKIP])} SKIP" if by[SKIP] else ""
    return Finding(GOOD, f"{len(by[PASS])} PASS{left_out}")


def _crash(result: dict[str, Any], ended: str, asked: Question) -> Finding:
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


def _of(rows: list[dict[str, Any]], what: str) -> str:
    """The first row's name with what became of it, and how many shared its fate."""
    return f"{rows[0]['id']} {what}" + (f" and {len(rows) - 1} more" if rows[1:] else "")


def _decoded(row: dict[str, Any]) -> list[str]:
    """The call, and what it should have done, on one line."""
    lines = [" ".join(line.split()) for line in row["detail"] if line.startswith(_DECODED)]
    return ["; ".join(lines)] if lines else []
