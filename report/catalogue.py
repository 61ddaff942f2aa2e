# SPDX-License-Identifier: GPL-2.0-only
"""Which rows and requirements there are: the binary knows, and the host's own build tells.

UAPI_CONFORM_BINARY names another binary than build/<host arch>/uapi-conform.
"""

from __future__ import annotations

import functools
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fixtures import ROOT
from fixtures.problem import Problem
from report.problem import CATALOGUE

_DOCUMENT = re.compile(r"([^<>]+) <([^<>]+)>")


@dataclass(frozen=True)
class CatalogueRow:
    """One row of a suite's tables."""

    id: str
    requirements: tuple[str, ...]  # "suite:REQ"
    needs: tuple[str, ...]
    file: str

    @property
    def suite(self) -> str:
        return self.id.split(".", 1)[0]


@dataclass(frozen=True)
class Document:
    """Where a clause can be looked up."""

    title: str
    link: str


@dataclass(frozen=True)
class Requirement:
    """One clause of one document, or several."""

    id: str  # "suite:REQ"
    mandatory: bool
    source: str
    text: str
    documents: tuple[Document, ...] = ()

    @property
    def suite(self) -> str:
        return self.id.split(":", 1)[0]


@dataclass(frozen=True)
class Catalogue:
    """Everything the binary can judge, in its own order."""

    rows: dict[str, CatalogueRow]
    requirements: dict[str, Requirement]

    @property
    def suites(self) -> set[str]:
        """The names of the suites that the rows are of."""
        return {row.suite for row in self.rows.values()}

    def documents(self, names: Iterable[str]) -> list[Document]:
        """Where these requirements can be looked up, each document once."""
        known = [self.requirements[name] for name in names if name in self.requirements]
        return list(dict.fromkeys(document for clause in known for document in clause.documents))


def default_binary() -> Path:
    """The host's own build of the suite."""
    if named := os.environ.get("UAPI_CONFORM_BINARY"):
        return Path(named)
    machine = platform.machine()
    return ROOT / "build" / {"aarch64": "arm64"}.get(machine, machine) / "uapi-conform"


def _run(binary: Path, option: str) -> list[list[str]]:
    try:
        done = subprocess.run(
            [str(binary.absolute()), option], capture_output=True, text=True, timeout=60, check=True
        )
    except FileNotFoundError:
        raise Problem(f"{binary} is not there; build it with 'make'", CATALOGUE) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().split("\n")[0] or f"status {error.returncode}"
        raise Problem(f"'{binary} {option}' fails: {said}; rebuild it", CATALOGUE) from None
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise Problem(
            f"'{binary} {option}' does not work: {error}; rebuild it", CATALOGUE
        ) from None
    return [line.split("\t") for line in done.stdout.splitlines() if line]


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def parse(rows: list[list[str]], clauses: list[list[str]]) -> Catalogue:
    """The catalogue that --list and --requirements print, of the fields of each line. Raises
    ValueError."""
    found = {}
    for name, checks, needs, file in rows:
        suite = name.split(".", 1)[0]
        full = tuple(r if ":" in r else f"{suite}:{r}" for r in _names(checks))
        found[name] = CatalogueRow(name, full, _names(needs), file)
    requirements = {}
    for name, duty, _count, source, text, *links in clauses:
        documents = tuple(Document(*match) for match in _DOCUMENT.findall("".join(links)))
        requirements[name] = Requirement(name, duty == "mandatory", source, text, documents)
    return Catalogue(found, requirements)


@functools.cache
def _load(binary: Path) -> Catalogue:
    try:
        known = parse(_run(binary, "--list"), _run(binary, "--requirements"))
    except ValueError:
        raise Problem(
            f"{binary} lists its rows in a form this report does not know; build both "
            "from the same tree",
            CATALOGUE,
        ) from None
    if not known.rows:
        raise Problem(f"{binary} lists no rows; rebuild it", CATALOGUE)
    return known


def load(binary: Path | str | None = None) -> Catalogue:
    """The catalogue of a binary (the host's build, if none is named); asked only once."""
    return _load(Path(binary) if binary else default_binary())
