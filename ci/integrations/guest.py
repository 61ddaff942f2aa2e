# SPDX-License-Identifier: GPL-2.0-only
"""A VM in which other people's shell scripts run the suite, on a real kernel."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from ci import collection
from ci.integrations import consumers
from ci.kernel import suite_binary
from fixtures import cpio, qemu, vm
from fixtures.problem import Problem

HERE = Path(__file__).resolve().parent
DEFINITION = HERE / "uapi-conform.yaml"
_BEGIN, _END = re.compile(r"== begin (\S+)$"), re.compile(r"== end (\S+) (\d+)$")


@dataclass(frozen=True)
class Task:
    """What the VM is to do. how: kselftest, shell (through tee), or steps (the test
    definition's); args: the suite's."""

    name: str
    how: str
    args: str


@dataclass(frozen=True)
class Done:
    """How a task ended, and what it printed."""

    code: int
    lines: list[str]


def selftests(into: Path, binary: Path) -> Path:
    """An installed collection of kselftests with nothing in it but the suite."""
    tools = consumers.kernel_tools() / "testing" / "selftests"
    into.mkdir(parents=True, exist_ok=True)
    (into / "kselftest").mkdir(exist_ok=True)
    for path in [tools / "run_kselftest.sh", *(tools / "kselftest").iterdir()]:
        target = into / path.relative_to(tools)
        target.write_bytes(path.read_bytes())
        target.chmod(0o755 if path.suffix in (".sh", ".pl") else 0o644)
    collection.add(into, binary)
    return into


def _files(scratch: Path, tasks: list[Task]) -> tuple[dict[str, bytes], frozenset[str]]:
    """What is in the VM, and which of it can be run."""
    busybox, = consumers.packages("busybox-static")
    program = next(p for p in (busybox / "bin/busybox", busybox / "usr/bin/busybox") if p.is_file())
    tree = selftests(scratch / "kselftest", suite_binary())
    steps = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["run"]["steps"]
    plan = "".join(f"{task.name}|{task.how}|{task.args}\n" for task in tasks)
    files = {
        "init": (HERE / "guest-init").read_bytes(),
        "bin/busybox": program.read_bytes(),
        "ci/integrations/tap-to-lava": (HERE / "tap-to-lava").read_bytes(),
        "steps": "".join(f"{step}\n" for step in steps).encode(),
        "plan": plan.encode(),
    }
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            files[f"kselftest/{path.relative_to(tree)}"] = path.read_bytes()
    plain = {"steps", "plan", f"kselftest/{collection.LIST}"}
    return files, frozenset(files) - plain


def run(kernel: Path, tasks: list[Task], scratch: Path) -> dict[str, Done]:
    """Do all tasks in one VM. Raises Problem where it does not come to its end."""
    initrd = scratch / "guest.cpio"
    initrd.write_bytes(cpio.archive(*_files(scratch, tasks)))
    console = scratch / "guest.log"
    command = qemu.command(qemu.binary(), qemu.Guest(kernel, initrd))
    outcome = vm.run(command, console, vm.Limits(total=300))
    done = parse(console.read_bytes().decode("utf-8", "replace"))
    if not outcome.clean or set(done) != {task.name for task in tasks}:
        raise Problem(f"the VM ended early: {outcome.reason}; see {os.path.relpath(console)}", 1)
    return done


def parse(text: str) -> dict[str, Done]:
    """What each task printed, out of the console's text."""
    done: dict[str, Done] = {}
    name = ""
    lines: list[str] = []
    for line in (raw.rstrip("\r") for raw in text.split("\n")):
        if begin := _BEGIN.match(line):
            name, lines = begin[1], []
        elif (end := _END.match(line)) and end[1] == name:
            done[name] = Done(int(end[2]), lines)
            name = ""
        elif name:
            lines.append(line)
    return done
