# SPDX-License-Identifier: GPL-2.0-only
"""What the integrations are tried on: the suite on this machine, in a cell, and in a VM where other
people's scripts run it. Each is made when the first asks for it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from ci import cells as cells_module
from ci.integrations import guest, lab
from ci.integrations.guest import Done
from ci.kernel import suite_binary
from fixtures import kernels, qemu, vm
from fixtures.problem import Problem
from report import catalogue, known, results
from report.log import FAIL, PASS, SKIP
from report.shapes import Meta, Result

Made = TypeVar("Made")
PLACE = Path("build/integrations")
KERNEL, CELL = "stock-7.2", "max"
# How all rows are run for import: piped through tee in a shell, and by kselftest's runner.
WHOLE = ("shell", "kselftest")


class Skipped(Exception):
    """Why something cannot be tried here."""


class Bench:
    """What the integrations share. scratch: a directory of its own; with_vm: whether to boot."""

    def __init__(self, scratch: Path, with_vm: bool) -> None:
        self.scratch = scratch
        self.with_vm = with_vm
        self._broken: dict[str, Exception] = {}

    def _once(self, name: str, make: Callable[[], Made]) -> Made:
        """What could not be made once is not tried again."""
        if name in self._broken:
            raise self._broken[name]
        try:
            return make()
        except Exception as error:
            self._broken[name] = error
            raise

    @cached_property
    def host(self) -> tuple[Path, Result]:
        """The suite on this machine: its directory, and its result."""
        return self._once("host", self._host)

    def _host(self) -> tuple[Path, Result]:
        where = PLACE / "host"
        where.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([catalogue.default_binary().absolute()], stdout=subprocess.PIPE,
                              stdin=subprocess.DEVNULL, check=False)
        text = done.stdout.decode("utf-8", "replace")
        (where / results.CONSOLE).write_text(f"{text}# exit: {done.returncode}\n", encoding="utf-8")
        return where, results.write_cell(where, {"kernel": "host", "cell": "host"})

    @cached_property
    def image(self) -> Path:
        """A real kernel to boot."""
        if not self.with_vm:
            raise Skipped("boots a VM, which --no-vm forbids")
        return self._once("image", self._image)

    def _image(self) -> Path:
        kernel = kernels.fetch([KERNEL])[KERNEL]
        if isinstance(kernel, Problem):
            raise Skipped(str(kernel))
        return kernel.image

    @cached_property
    def cell(self) -> tuple[Path, Result]:
        """One cell of the matrix, booted as its LAVA job says: its directory, and its result."""
        image = self.image
        return self._once("cell", lambda: self._cell(image))

    def _cell(self, image: Path) -> tuple[Path, Result]:
        where = PLACE / KERNEL / CELL
        where.mkdir(parents=True, exist_ok=True)
        chosen, = cells_module.select(cells_module.load(), [f"{KERNEL}/{CELL}"])
        initrd = vm.make_initrd(suite_binary(), self.scratch / "suite.cpio")
        command = lab.command(chosen, qemu.binary(), image, initrd)
        outcome = vm.run(command, where / results.CONSOLE, vm.Limits(total=300))
        meta: Meta = {"kernel": KERNEL, "cell": CELL}
        if not outcome.clean:
            meta["problem"] = outcome.reason
        rows = catalogue.load()
        return where, results.write_cell(where, meta, catalogue=rows, issues=known.load(rows))

    def row(self, verdict: str) -> str:
        """A row with this verdict in that cell."""
        for row in self.cell[1]["rows"]:
            if row["verdict"] == verdict:
                return str(row["id"])
        raise Skipped(f"no row is {verdict} on {KERNEL}/{CELL}")

    @cached_property
    def guest(self) -> dict[str, Done]:
        """What other people's scripts made of the suite in a VM of theirs."""
        image = self.image
        return self._once("guest", lambda: self._guest(image))

    def _guest(self, image: Path) -> dict[str, Done]:
        tasks = []
        for verdict in (PASS, FAIL, SKIP):
            for how in ("kselftest", "steps"):
                try:
                    args = f"--case {self.row(verdict)}"
                except Skipped:
                    continue
                tasks.append(guest.Task(f"{how}-{verdict}", how, args))
        tasks += [guest.Task(f"{how}-all", how, "") for how in WHOLE]
        return guest.run(image, tasks, self.scratch)

    def task(self, how: str, verdict: str) -> Done:
        """One of them."""
        self.row(verdict)
        return self.guest[f"{how}-{verdict}"]
