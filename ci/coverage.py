# SPDX-License-Identifier: GPL-2.0-only
"""Say which lines and branches of the kernel functions under test no row reaches.

`make coverage` builds the reference kernel so that it counts what is reached, runs both suites
in the cells that ci/coverage.toml names, and adds up. What is not reached must be explained
there, and what is explained must not be reached. build/coverage/results.json has it all.
Exit: 0 everything is reached or explained; 1 something is neither; 64 a wrong command line; 69
something is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci import cells, machine
from ci.counters import Function, Totals
from ci.kernel import Kernel, need
from fixtures import ROOT, cache, problem, vm
from fixtures.kernel import build, make
from fixtures.kernel.built import Reference
from fixtures.problem import USAGE, Parser, Problem

RESULTS = Path("build/coverage")
DATA = Path("ci/coverage.toml")
INIT = Path("build/arm64/coverage-init")
SUITE = Path("build/arm64/uapi-conform")
_BEGIN = re.compile(r"@counters (\S+)")
_END = re.compile(r"@end (\d+)")


@dataclass(frozen=True)
class Excuse:
    """Why a line, or a branch of it, cannot be reached. text: a part of the line; "*" as file and
    function: everywhere, but branches only; sometimes: chance, or a newer QEMU, reaches it."""

    text: str
    why: str
    file: str = "*"
    function: str = "*"
    sometimes: bool = False

    def fits(self, gap: Gap) -> bool:
        """Whether this explains a gap."""
        if " ".join(self.text.split()) not in gap.text:
            return False
        if self.file == "*":
            return bool(gap.branches)
        return (self.file, self.function) == (gap.file, gap.function)


@dataclass(frozen=True)
class Plan:
    """What ci/coverage.toml says."""

    cells: list[str]
    functions: dict[str, list[str]]  # of a file; "*" for all
    excuses: list[Excuse]

    @property
    def objects(self) -> tuple[str, ...]:
        """What the kernel's build has to count in."""
        return tuple(dict.fromkeys(Path(file).stem + ".o" for file in self.functions))


def load(path: Path = DATA) -> Plan:
    """Read the plan; a Problem where it is not one."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Plan(
            list(data["cells"]),
            {entry["file"]: list(entry["functions"]) for entry in data["under_test"]},
            [Excuse(**entry) for entry in data.get("unreachable", [])],
        )
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise Problem(f"{path}: {error}; its first lines say what it takes", USAGE) from None


def received(console: str) -> dict[str, bytes]:
    """The counter files that the guest printed, by their path below gcov's directory. One that did
    not arrive whole is a Problem: it would count as not reached."""
    files: dict[str, bytes] = {}
    name, digits = "", ""
    for line in console.replace("\r", "").split("\n"):
        if match := _BEGIN.fullmatch(line):
            name, digits = match[1], ""
        elif (match := _END.fullmatch(line)) and name:
            try:
                files[name] = bytes.fromhex(digits)
            except ValueError:
                files[name] = b""
            if len(files[name]) != int(match[1]):
                raise Problem(f"the counters of {name} did not arrive whole; run again", 1)
            name = ""
        elif name:
            digits += line
    if name:
        raise Problem(f"the counters of {name} did not arrive whole; run again", 1)
    return files


def run_cell(cell: cells.Cell, kernel: Reference, objects: Path, plan: Plan) -> Totals:
    """Boot a cell, and read what it counted."""
    directory = RESULTS / cell.configuration.name
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    extra = {"uapi-conform-device.ko": kernel.module} if kernel.module else {}
    initrd = vm.make_initrd(INIT, directory / "initramfs.cpio", extra, {"uapi-conform": SUITE})
    console = directory / "console.log"
    booted = machine.find(cell, Kernel(kernel.image, kernel.as_meta(), kernel.module))
    # The counters are in debugfs.
    outcome = booted.boot(console, initrd=initrd, append="debugfs=on")
    initrd.unlink()
    said = console.read_text(encoding="utf-8", errors="replace")
    if not outcome.clean or "# Totals: " not in said:
        raise Problem(f"{cell.name}: {outcome.reason}; see {console}", 1)
    totals = Totals()
    for name, data in received(said).items():
        path = name.removeprefix(str(objects.resolve())).lstrip("/")
        if path.removesuffix(".gcda") + ".c" in plan.functions:
            copy = directory / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(data)
            notes = (kernel.notes / path).with_suffix(".gcno")
            copy.with_suffix(".gcno").write_bytes(notes.read_bytes())
            totals.add(_gcov(copy))
    return totals


def _gcov(counted: Path) -> dict[str, Any]:
    command = f"{make.cross_compiler('arm64')}gcov"
    try:
        done = subprocess.run([command, "--json-format", "--stdout", "--branch-probabilities",
                               counted.name], cwd=counted.parent, capture_output=True, check=True)
    except FileNotFoundError:
        raise Problem(f"{command} is missing; it comes with the compiler") from None
    except subprocess.CalledProcessError as error:
        raise Problem(f"{command} {counted}: {error.stderr.decode(errors='replace')}") from None
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@dataclass
class Gap:
    """A line that is not reached, or of whose branches some are not. why: the explanation."""

    file: str
    function: str
    line: int
    text: str
    branches: str  # "", or as "1 of 4 branches"
    why: str = ""


def gaps(functions: list[Function], sources: dict[str, list[str]], excuses: list[Excuse]
         ) -> tuple[list[Gap], list[Excuse]]:
    """What is not reached, each with its explanation if it has one; and the explanations that
    explain nothing."""
    found: list[Gap] = []
    used: set[Excuse] = set()
    for function in functions:
        for number, line in sorted(function.lines.items()):
            missed = sum(count == 0 for count in line.branches)
            if line.count and not missed:
                continue
            text = " ".join(sources[function.file][number - 1].split())
            branches = f"{missed} of {len(line.branches)} branches" if line.count else ""
            gap = Gap(function.file, function.name, number, text, branches)
            for excuse in (excuse for excuse in excuses if excuse.fits(gap)):
                gap.why = gap.why or excuse.why
                used.add(excuse)
            found.append(gap)
    return found, [e for e in excuses if e not in used and not e.sometimes]


def show(functions: list[Function], found: list[Gap], stale: list[Excuse]) -> None:
    """Print it, function by function."""
    for function in functions:
        lines = function.lines.values()
        branches = [count for line in lines for count in line.branches]
        print(f"{function.file}: {function.name}: {sum(l.count > 0 for l in lines)} of {len(lines)} "
              f"lines, {sum(b > 0 for b in branches)} of {len(branches)} branches")
        for gap in found:
            if (gap.file, gap.function) == (function.file, function.name):
                what = gap.why and f"unreachable: {gap.why}" or "NOT REACHED"
                print(f"    {gap.line}: {gap.text}\n        {gap.branches + ': ' if gap.branches else ''}{what}")
    for excuse in stale:
        print(f"{DATA}: explained, but reached or gone: {excuse.file}: {excuse.function}: {excuse.text}")


def main() -> int:
    """Build, run, add up."""
    parser = Parser(prog="ci/coverage", description=(__doc__ or "").split("\n")[0])
    parser.parse_args()
    os.chdir(ROOT)
    plan = load()
    need(["arm64"])
    request = build.Request(counted=plan.objects)
    kernel = build.build(request)
    objects = request.directory / "objects"
    totals = Totals()
    matrix = cells.select(cells.load(), [f"reference/{name}" for name in plan.cells])
    for number, cell in enumerate(matrix, 1):
        print(f"coverage: {cell.configuration.name} ({number} of {len(matrix)})", file=sys.stderr)
        totals.merge(run_cell(cell, kernel, objects, plan))
    functions = totals.chosen(plan.functions)
    sources = build.sources(request, plan.functions)
    found, stale = gaps(functions, sources, plan.excuses)
    show(functions, found, stale)
    cache.write_json(RESULTS / "results.json", {
        "kernel": kernel.as_meta(),
        "cells": plan.cells,
        "functions": [function.as_json() for function in functions],
        "gaps": [vars(gap) for gap in found],
    })
    missing = [gap for gap in found if not gap.why]
    lines = [line for function in functions for line in function.lines.values()]
    branches = [count for line in lines for count in line.branches]
    print(f"coverage: {len(functions)} functions, {sum(l.count > 0 for l in lines)} of {len(lines)} "
          f"lines, {sum(b > 0 for b in branches)} of {len(branches)} branches; {len(found) - len(missing)} "
          f"gaps explained, {len(missing)} not, {len(stale)} explanations without a gap")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(problem.run("ci/coverage", main))
