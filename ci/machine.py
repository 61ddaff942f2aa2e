# SPDX-License-Identifier: GPL-2.0-only
"""The one way from a cell to the machine that boots it: CPU, command line, memory, IOMMU, device."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ci.cells import Cell
from ci.kernel import Kernel
from fixtures import granules, newer_qemu, qemu, vm
from fixtures.accel import TCG
from fixtures.problem import Problem


def lacking(cell: Cell) -> str:
    """What a QEMU that cannot run a cell lacks."""
    return cell.configuration.needs or f"CPU '{cell.configuration.cpus[0]}'"


@dataclass(frozen=True)
class Machine:
    """A cell with its kernel, as a QEMU (its program) boots it. cpu: the spelling that it knows;
    accel: tcg, or kvm; why: not kvm, where that was asked for."""

    cell: Cell
    kernel: Kernel
    program: str
    cpu: str
    accel: str = TCG
    why: str = ""

    def guest(self, initrd: Path, words: tuple[str, ...] = (), append: str = "",
              shared: Path | None = None) -> qemu.Guest:
        """What is booted. words: of init; append: more for the kernel's command line; shared: a file
        that is memory of the guest's, too."""
        of = self.cell.configuration
        return qemu.Guest(
            self.kernel.image, initrd, self.cpu, f"{append} {of.append}".strip(), words,
            self.kernel.memory, endpoint=self.kernel.module is not None, iommu=of.iommu, arch=of.arch,
            accel=self.accel, processors=of.processors, shared=shared,
            machine=of.machine)

    def boot(self, console: Path, words: tuple[str, ...] = (), *, initrd: Path | None = None,
             append: str = "", shared: Path | None = None, limits: vm.Limits = vm.Limits(),
             on_line: Callable[[str], None] | None = None,
             stop: threading.Event | None = None) -> vm.Outcome:
        """Boot once, into this log. initrd: the suite's, unless another is given."""
        initrd = initrd or self.kernel.initrd(self.cell.configuration.program)
        command = qemu.command(self.program, self.guest(initrd, words, append, shared))
        return vm.run(command, console, limits, on_line, stop)


def fetch_newer(cells: Iterable[Cell]) -> None:
    """Have a newer QEMU in the cache where the machine's own lacks what some cell asks for first.
    Where it cannot be had, that is told, and the cells are left to what there is."""
    own = qemu.binary()
    for cell in cells:
        of = cell.configuration
        if of.arch == "arm64" and qemu.supports(own, of.cpus[0], of.iommu) is not None:
            if not os.environ.get(qemu.MACHINES["arm64"].variable):
                try:
                    newer_qemu.fetch()
                except Problem as why:
                    print(f"{why}", file=sys.stderr)
            return


def find(cell: Cell, kernel: Kernel, program: str = "", version: str = "") -> Machine:
    """The machine of a cell, computed by this QEMU (its version, where it is known) or the one that
    there is; by the newer one in the cache, where only that has the CPU. A Problem says what is
    lacking."""
    of = cell.configuration
    program = program or qemu.binary(of.arch)
    programs = [program, *filter(None, [newer_qemu.cached() if of.arch == "arm64" else ""])]
    program, cpu = next(((each, cpu) for cpu in of.cpus for each in programs
                         if qemu.supports(each, cpu, of.iommu, of.arch) is None), (program, None))
    if cpu is None:
        raise Problem(f"this QEMU ({(version or qemu.version(program)).split()[0]}) has no {lacking(cell)}; "
                      f"{qemu.NEWER}")
    # Every one of these CPUs has pages of 4 KiB.
    if kernel.page > 4096 and kernel.page not in granules.of(program, cpu):
        raise Problem(f"the kernel has pages of {kernel.page >> 10} KiB, which CPU '{cpu}' lacks; "
                      "try CPU=max")
    return Machine(cell, kernel, program, cpu)
