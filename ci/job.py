# SPDX-License-Identifier: GPL-2.0-only
"""One cell of a run: boot it, keep what it said, have it judged."""

from __future__ import annotations

import datetime
import json
import re
import shlex
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from ci import boots, recorder, repeat
from ci import machine as machines
from ci.cells import Cell
from ci.kernel import RESULTS, Kernel, Toolbox
from ci.machine import Machine
from ci.progress import Progress
from fixtures import accel, cache, kernels, noboot, qemu, vm
from fixtures.problem import IO_ERROR, Problem, from_os_error
from report import results
from report.shapes import Meta, Result

_PLAN = re.compile(r"1\.\.(\d+)$")
# What a cell takes that nobody has run yet, in seconds: the order depends on it, and what is said
# of the time left.
_GUESS = 8.0
_JUDGING = threading.Lock()


def now() -> str:
    """The time in UTC, as results.json has it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def impersonal(text: str) -> str:
    """A message without the places of this machine: results are handed on."""
    for place, name in ((cache.root(), "the cache"), (Path.cwd(), "."), (cache.home(), "~")):
        if place not in (None, Path("/")):
            text = text.replace(str(place), name)
    return text


def _spoke(console: Path) -> bool:
    """Whether the suite began, by what came out."""
    return b"TAP version " in console.read_bytes()


@dataclass
class Job:
    """One cell, and after run() its result, or a complaint, or both."""

    cell: Cell
    kernel: Kernel | None
    why_no_kernel: Problem | None = None
    result: Result | None = None
    complaint: str = ""
    disk_full: bool = False
    _seen: dict[str, float] = field(default_factory=dict)
    _rows: int = 0  # results so far

    def estimate(self, words: tuple[str, ...] = (), usual: dict[str, float] | None = None,
                 where: Path = RESULTS) -> float:
        """Seconds it took last time with these words for the suite; or what is usual; or a
        guess. A cell that QEMU could not run then takes none."""
        try:
            path = where / self.cell.name / results.JSON
            meta = json.loads(path.read_text(encoding="utf-8"))["meta"]
            if meta.get("args", "") == shlex.join(words) and not meta.get("problem"):
                return 0.0 if meta.get("reason") else float(meta["seconds"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        guess = _GUESS + 10 * ("qarma" in self.cell.name)
        return (usual or {}).get(self.cell.name, guess)

    def run(self, tools: Toolbox, show: Progress) -> None:
        """Boot and judge. Whatever goes wrong is this cell's problem alone."""
        if tools.stop.is_set():
            return
        try:
            self._run(tools, show)
        except Problem as problem:
            self.complaint = f"{self.cell.name}: {problem}"
            self.disk_full = problem.code == IO_ERROR
            show.done(self.cell.name, str(problem))
        except OSError as error:
            said = str(from_os_error(error, f"judging {self.cell.name}"))
            self.complaint, self.disk_full = said, True
            show.done(self.cell.name, said)

    def _run(self, tools: Toolbox, show: Progress) -> None:
        name = self.cell.name
        directory = tools.results / name
        directory.mkdir(parents=True, exist_ok=True)
        results.clear(directory)
        meta = self._meta(tools)
        if isinstance(self.why_no_kernel, kernels.Absent):
            self._not_run(directory, meta, str(self.why_no_kernel), show)
            return
        machine = self.machine(tools)
        if isinstance(machine, str):
            self._not_run(directory, meta, machine, show)
            return
        if machine.program != tools.program(self.cell.configuration.arch):
            meta["qemu_version"] = qemu.version(machine.program)
        if self.kernel is None:
            meta["problem"] = impersonal(f"no kernel: {self.why_no_kernel}")
            self._judge(tools, directory, meta)
            show.done(name, meta["problem"])
            return
        kernel = self.kernel
        configuration = self.cell.configuration
        initrd = kernel.initrd(configuration.program)
        begin = time.monotonic()

        def on_line(line: str) -> None:
            if match := _PLAN.match(line):
                show.planned(name, self._rows + int(match[1]))
            elif line.startswith("# run "):
                self._seen.setdefault("boot", time.monotonic() - begin)
            elif line.startswith(("ok ", "not ok ")):
                self._rows += 1
                show.row(name)

        def launch(words: tuple[str, ...], console: Path, limits: vm.Limits) -> vm.Outcome:
            nonlocal machine
            assert isinstance(machine, Machine)
            outcome = machine.boot(console, words, initrd=initrd, limits=limits, on_line=on_line,
                                   stop=tools.stop)
            if machine.accel != accel.KVM or outcome.kind == "interrupted" or _spoke(console):
                return outcome
            # Some hosts' KVM can set a machine up, and run no kernel in it.
            tools.no_kvm[configuration.arch] = f"with KVM: {outcome.reason}"
            machine = self.machine(tools)
            return launch(words, console, limits)

        show.started(name)
        done = boots.run(launch, directory, tools.order, tools.words, tools.limits)
        assert isinstance(machine, Machine)
        guest = machine.guest(initrd, tools.words)
        # As anybody could type it: where things lie on this machine is nobody else's business.
        shown = replace(guest, kernel=Path("Image"), initrd=Path(initrd.name))
        meta |= {"cpu": machine.cpu, "accel": machine.accel, "kernel_file": kernel.facts,
                 "qemu_command": shlex.join(qemu.command(qemu.MACHINES[guest.arch].program, shown)),
                 **({"accel_why": machine.why} if machine.why else {})}
        meta |= done.as_meta(impersonal)
        if "boot" in self._seen:
            meta["boot_seconds"] = round(self._seen["boot"], 3)
        end = done.end
        if unsaved := done.outcomes[-1].unsaved:
            directory = self._elsewhere(directory, unsaved)
        elif cause := self._no_boot(directory, done.outcomes[0], machine.program, guest, tools):
            if cause.foreign and configuration.program != configuration.arch:
                self._not_run(directory, meta, "this kernel, or this CPU, runs no 32-bit programs", show)
                return
            meta["problem"] = end = impersonal(cause.why)
        self._judge(tools, directory, meta)
        if tools.record and done.outcomes[-1].clean and not tools.stop.is_set():
            wrong = recorder.record(machine, directory, initrd=initrd, limits=tools.limits, stop=tools.stop)
            self.complaint = f"{name}: not recorded: {wrong}" if wrong else ""
        slow = f", with TCG ({machine.why})" if configuration.arch in tools.no_kvm else ""
        show.done(name, f"{end}, {done.seconds:.1f} s{slow}", self.result)

    def _not_run(self, directory: Path, meta: Meta, why: str, show: Progress) -> None:
        """It cannot be run here, and that is nobody's fault."""
        with _JUDGING:
            self.result = results.write_not_run(directory, meta, why)
        show.done(self.cell.name, f"not run: {why}")

    def _no_boot(self, directory: Path, outcome: vm.Outcome, program: str, guest: qemu.Guest,
                 tools: Toolbox) -> noboot.Cause | None:
        """Why the kernel did not get as far as the suite, if it did not."""
        if outcome.kind == "interrupted" or self.kernel is None or _spoke(directory / results.CONSOLE):
            return None
        said = (directory / results.CONSOLE).read_bytes()
        return noboot.explain(said, outcome, program, guest, self.kernel.config, tools.stop)

    def _meta(self, tools: Toolbox) -> Meta:
        configuration = self.cell.configuration
        return {
            "kernel": self.cell.kernel,
            "cell": configuration.name,
            "started": now(),
            **({"run": tools.run} if tools.run else {}),
            "cpu": configuration.cpus[0],
            "append": configuration.append,
            "args": shlex.join(tools.words),
            "binary_sha256": tools.binaries.get(configuration.program, ""),
            "machine": qemu.MACHINES[configuration.arch].kind,
            "memory_mib": self.kernel.memory if self.kernel else qemu.MEMORY_MIB,
            "qemu_version": tools.qemu_version,
            "expected_caps": configuration.caps,
            **({"own": True} if repeat.is_own(tools.asked) else {}),
            "reproduce": repeat.command(self.cell, tools.asked),
        }

    def machine(self, tools: Toolbox) -> Machine | str:
        """What the cell is booted in; or why it cannot be."""
        of = self.cell.configuration
        try:
            with _JUDGING:
                found = machines.find(self.cell, self.kernel or Kernel(Path(), {}), tools.program(of.arch),
                                      tools.qemu_version)
                if why := tools.no_kvm.get(of.arch):
                    return replace(found, why=why)
                by = accel.choose(tools.accel, found.program, of.arch, found.cpu, of.iommu, found.kernel.page)
                return replace(found, accel=by.name, cpu=by.cpu, why=by.why)
        except Problem as problem:
            return impersonal(str(problem))

    def _elsewhere(self, directory: Path, unsaved: bytes) -> Path:
        """The disk is full: what was measured goes to memory, with a word where."""
        rescued = Path(tempfile.mkdtemp(prefix="uapi-conform-", dir="/dev/shm")) / self.cell.name
        rescued.mkdir(parents=True)
        boot = 1
        while (console := directory / results.console(boot)).exists():
            last = not (directory / results.console(boot + 1)).exists()
            (rescued / console.name).write_bytes(console.read_bytes() + unsaved * last)
            boot += 1
        self.complaint = f"no space left on the disk; the results of {self.cell.name} are in {rescued}"
        self.disk_full = True
        return rescued

    def _judge(self, tools: Toolbox, directory: Path, meta: Meta) -> None:
        with _JUDGING:
            try:
                self.result = self._write(tools, directory, meta)
            except OSError as error:
                if from_os_error(error, "").code != IO_ERROR or self.disk_full:
                    raise
                self.result = self._write(tools, self._elsewhere(directory, b""), meta)

    def _write(self, tools: Toolbox, directory: Path, meta: Meta) -> Result:
        return results.write_cell(directory, meta, catalogue=tools.catalogue, issues=tools.issues)
