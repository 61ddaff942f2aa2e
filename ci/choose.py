# SPDX-License-Identifier: GPL-2.0-only
"""What a command line of ci/run means: which kernel, and which cells.

All that it names is looked at here, before anything is fetched or built. Nothing but Python's own
library is needed.
"""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from ci import identity
from ci import cells as cells_module
from ci.cells import YOURS, Cell
from fixtures import granules, qemu
from fixtures.kernel import build, source
from fixtures.problem import USAGE, Problem
from report.problem import nearest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")


@dataclass(frozen=True)
class Own:
    """A kernel that is not the matrix' own. like: the kernel whose configurations it takes;
    given: it is the user's, an Image or a tree."""

    name: str
    like: str
    given: bool = True


def own(arguments: argparse.Namespace) -> Own | None:
    """The kernel that --kernel, KERNEL_SRC= or DEBUG=1 asks for, under the name that --name gives
    it, else that of its release."""
    name = getattr(arguments, "name", "") or ""
    asked = build.from_environment()
    if arguments.kernel:
        found = Own(name or _of_release(identity.of(Path(arguments.kernel)).get("release", "")), YOURS)
    elif asked.tree:
        release = "-".join((source.version_of(asked.tree), *asked.variants))
        found = Own(name or _of_release(release), asked.name)
    elif name:
        raise Problem(f"--name {name} names a kernel of your own; give that with --kernel PATH or "
                      "KERNEL_SRC=PATH", USAGE)
    else:
        return Own(asked.name, asked.name, given=False) if asked != build.Request() else None
    if not _NAME.fullmatch(found.name):
        raise Problem(f"--name {name}: letters, digits and _.+- make a name", USAGE)
    if found.name.startswith(("stock-", "reference")):
        raise Problem(f"--name {found.name}: kernels of ci/matrix.toml are called that; choose "
                      "another", USAGE)
    return found


def _of_release(release: str) -> str:
    """A release as a name; that of every kernel that does not say which it is."""
    return re.sub(r"[^A-Za-z0-9_.+-]+", "_", release).lstrip("_.+-") or YOURS


def choose(arguments: argparse.Namespace) -> list[Cell]:
    """The cells that a command line means."""
    matrix = cells_module.load()
    mine = own(arguments)
    if mine:
        matrix = cells_module.of_kernel(matrix, mine.name, mine.like)
    globs = [glob for text in arguments.cells for glob in text.split()]
    if globs:
        chosen = cells_module.select(matrix, globs)
    elif arguments.matrix:
        chosen = [cell for cell in matrix if not cell.apart]
    else:
        chosen = [cell for cell in matrix if cell.default]
    return cells_module.changed(chosen, arguments.cpu, arguments.append, matrix)


def check_cpu(cells: list[Cell], cpu: str) -> None:
    """A Problem for a CPU that QEMU does not know, with the nearest that it does."""
    if not cpu:
        return
    model = cpu.partition(",")[0]
    matrix = {c.partition(",")[0] for cell in cells_module.load() for c in cell.configuration.cpus}
    for arch in dict.fromkeys(cell.configuration.arch for cell in cells):
        program = qemu.binary(arch)
        models = qemu.models(program, arch)
        if model not in models and model in matrix:
            raise Problem(f"--cpu {model}: this QEMU ({qemu.version(program).split()[0]}) does not "
                          f"have it; {qemu.NEWER}")
        if model not in models:
            hint = nearest(model, [*models, *matrix])
            raise Problem(f"--cpu {model}: QEMU has no such CPU{hint or f' ({program} -cpu help)'}",
                          USAGE)
        if why := qemu.supports(program, cpu, arch=arch):
            raise Problem(f"--cpu {cpu}: {why}", USAGE)
        if arch == "arm64" and not granules.of(program, cpu):
            raise Problem(f"--cpu {cpu}: this CPU runs no arm64 code", USAGE)
