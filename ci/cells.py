# SPDX-License-Identifier: GPL-2.0-only
"""The cells of ci/matrix.toml, and which of them somebody means."""

from __future__ import annotations

import difflib
import fnmatch
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fixtures import kernels
from fixtures.problem import USAGE, Problem

MATRIX = Path(__file__).with_name("matrix.toml")
YOURS = "yours"
# Kernels that the project builds; what the name is made of is fixtures.kernel.build's to say.
BUILT = ("reference", "reference-notsm", "reference-x86_64", "reference-debug", "reference-races")
_NAME = re.compile(r"[A-Za-z0-9_.+-]+")
_FIELDS = {"name", "cpu", "append", "needs", "caps", "shows", "program", "kernels", "iommu",
           "processors", "machine"}


@dataclass(frozen=True)
class Configuration:
    """A machine and a kernel command line. cpus: spellings of one CPU, best first; program: the
    architecture of the suite's binary; kernels: globs, where it makes no sense on all; iommu: the
    machine's own, as QEMU calls it; processors: how many CPUs it has;
    machine: more properties of it, by QEMU's names."""

    name: str
    cpus: tuple[str, ...]
    append: str = ""
    needs: str = ""
    caps: str = ""
    shows: str = ""
    program: str = "arm64"
    kernels: tuple[str, ...] = ("*",)
    iommu: str = ""
    processors: int = 1
    machine: str = ""

    @property
    def arch(self) -> str:
        """The kernel's architecture: arm64 also where the program is a 32-bit one."""
        return "x86_64" if self.program == "x86_64" else "arm64"

    def is_for(self, kernel: str) -> bool:
        """Whether the configuration makes sense on a kernel of this name."""
        return any(fnmatch.fnmatchcase(kernel, glob) for glob in self.kernels)


@dataclass(frozen=True)
class Cell:
    """One kernel in one configuration. base: the configuration in the matrix that this one was made
    of with more on the kernel's command line. apart: no part of the whole matrix."""

    kernel: str
    configuration: Configuration
    default: bool = False
    base: str = ""
    apart: bool = False

    @property
    def name(self) -> str:
        """As people write it: kernel/configuration."""
        return f"{self.kernel}/{self.configuration.name}"

    def matches(self, glob: str) -> bool:
        """Whether a glob means this cell; without a slash it may name either half. One that is kept
        apart is meant only where its kernel or configuration is named in full."""
        if self.apart and not {self.kernel, self.configuration.name} & set(glob.split("/")):
            return False
        if "/" in glob:
            return fnmatch.fnmatchcase(self.name, glob)
        return any(fnmatch.fnmatchcase(n, glob) for n in (self.kernel, self.configuration.name))


def load(path: Path = MATRIX) -> list[Cell]:
    """All cells of a matrix file, in its order; a Problem where the file is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}", USAGE) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path}: {error}", USAGE) from None
    configurations = [_configuration(path, entry) for entry in data.get("configuration", [])]
    names = [c.name for c in configurations]
    if len(set(names)) != len(names) or not names:
        raise Problem(f"{path}: configurations need names that differ", USAGE)
    cells: list[Cell] = []
    for entry in data.get("kernel", []):
        kernel = _kernel(path, entry)
        defaults = entry.get("default", [])
        for name in (*defaults, *entry.get("only", [])):
            if name not in names:
                raise Problem(f"{path}: {kernel}: '{name}' is no configuration", USAGE)
        only = entry.get("only", names)
        cells += [Cell(kernel, c, c.name in defaults, apart=bool(entry.get("apart"))) for c in configurations
                  if c.name in only and c.is_for(kernel)]
    return cells


def _kernel(path: Path, entry: dict[str, Any]) -> str:
    """What a kernel of the matrix is called: a series of Debian's, or one that is built."""
    if unknown := set(entry) - {"series", "flavour", "build", "default", "only", "apart"}:
        raise Problem(f"{path}: kernel: unknown field {min(unknown)}", USAGE)
    if (built := entry.get("build")) is not None:
        if built not in BUILT:
            raise Problem(f"{path}: '{built}' is none of {', '.join(BUILT)}", USAGE)
        return str(built)
    series = str(entry.get("series", ""))
    if not re.fullmatch(r"\d+\.\d+|rc", series):
        raise Problem(f"{path}: series '{series}' is neither like 6.1 nor rc", USAGE)
    if not (flavour := str(entry.get("flavour", ""))):
        return f"stock-{series}"
    if flavour not in kernels.FLAVOURS:
        raise Problem(f"{path}: flavour '{flavour}' is none of {', '.join(filter(None, kernels.FLAVOURS))}", USAGE)
    return f"stock-{series}-{flavour}"


def _configuration(path: Path, entry: dict[str, Any]) -> Configuration:
    name = str(entry.get("name", ""))
    if unknown := set(entry) - _FIELDS:
        raise Problem(f"{path}: configuration '{name}': unknown field {min(unknown)}", USAGE)
    if not _NAME.fullmatch(name) or not entry.get("cpu"):
        raise Problem(f"{path}: configuration '{name}' needs a name and a cpu", USAGE)
    cpu = entry["cpu"]
    texts = {key: str(entry.get(key, "")) for key in ("append", "needs", "caps", "shows", "iommu", "machine")}
    return Configuration(name, (cpu,) if isinstance(cpu, str) else tuple(cpu), **texts,
                         program=str(entry.get("program", "arm64")),
                         kernels=tuple(entry.get("kernels", ["*"])),
                         processors=int(entry.get("processors", 1)))


def select(cells: list[Cell], globs: Iterable[str]) -> list[Cell]:
    """The cells that some globs mean, in the matrix' order. A glob that means none is an
    error, with the names it comes closest to."""
    wanted: set[str] = set()
    for glob in globs:
        found = {cell.name for cell in cells if cell.matches(glob)}
        if not found:
            raise Problem(f"no cell is called '{glob}'{nearest(glob, cells)}", USAGE)
        wanted |= found
    return [cell for cell in cells if cell.name in wanted]


def nearest(glob: str, cells: list[Cell]) -> str:
    """A hint at what was probably meant, ready to append."""
    kernels = list(dict.fromkeys(cell.kernel for cell in cells))
    names = list(dict.fromkeys(cell.configuration.name for cell in cells))
    kernel, slash, name = glob.partition("/")
    if not slash:
        close = difflib.get_close_matches(glob, kernels + names, 3, 0.5)
        return _hint(close) or f"; kernels are {', '.join(kernels)}"
    if not fnmatch.filter(kernels, kernel):
        close = difflib.get_close_matches(kernel, kernels, 2, 0.5)
        name = name if fnmatch.filter(names, name) else (*difflib.get_close_matches(name, names, 1), "*")[0]
        return _hint([f"{k}/{name}" for k in close]) or f"; kernels are {', '.join(kernels)}"
    close = difflib.get_close_matches(name, names, 3, 0.5)
    return _hint([f"{kernel}/{n}" for n in close]) or f"; cells are {', '.join(names)}"


def _hint(names: list[str]) -> str:
    return f"; did you mean {' or '.join(names)}?" if names else ""


def slug(text: str) -> str:
    """A piece of a cell's name made of a command line."""
    return re.sub(r"[^A-Za-z0-9.-]+", "_", text).strip("_")


def changed(cells: list[Cell], cpu: str, append: str, matrix: list[Cell]) -> list[Cell]:
    """Cells with another CPU, or more on the kernel's command line. They get names of
    their own, unless the matrix has just that cell, lest their results pass for its."""
    known = {(c.configuration.cpus[0], c.configuration.append, c.configuration.program): c.configuration
             for c in matrix}
    result: dict[str, Cell] = {}
    for cell in cells:
        configuration = cell.configuration
        if cpu:
            configuration = known.get((cpu, "", configuration.program)) or Configuration(slug(cpu), (cpu,))
        if append:
            more = f"{configuration.append} {append}".strip()
            configuration = known.get(
                (configuration.cpus[0], more, configuration.program)) or replace(
                configuration, name=f"{configuration.name}+{slug(append)}", append=more, caps=""
            )
        cell = replace(cell, configuration=configuration, base="" if cpu else cell.configuration.name)
        result.setdefault(cell.name, cell)
    return list(result.values())


def of_kernel(cells: list[Cell], kernel: str, like: str) -> list[Cell]:
    """The matrix' configurations on a kernel that is not in it, those that make sense on a kernel
    that is called `like`; `max` is the default."""
    configurations = dict.fromkeys(cell.configuration for cell in cells)
    return [Cell(kernel, c, c.name == "max") for c in configurations if c.is_for(like)]
