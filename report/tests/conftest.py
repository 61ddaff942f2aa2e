# SPDX-License-Identifier: GPL-2.0-only
"""A small catalogue, and logs to break."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from report import catalogue as catalogue_module
from report import results
from report.catalogue import Catalogue, CatalogueRow, Document, Requirement
from report.qualification import profile_toml
from report.tests import qualify_sample

GOLDEN = Path(__file__).with_name("golden")

# row -> what it checks. One id begins like another, as ids do.
ROWS = {
    "demo.caps.both": ("demo:CAPS",),
    "demo.caps.both_vm": ("demo:CAPS", "demo:SYSTEM_FD"),
    "demo.pairing.one_sided": ("demo:PAIRING",),
    "demo.pairing.plain": ("demo:PAIRING",),
    "demo.state.again": ("demo:AGAIN",),
    "demo.guest.key": ("demo:GUEST",),
}
REQUIREMENTS = ("CAPS", "SYSTEM_FD", "PAIRING", "AGAIN", "GUEST", "UNCHECKED")


@pytest.fixture(autouse=True)
def read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """What any test writes is read back, and held against the schema: a run itself has no time
    for that, and leaves it to whoever reads."""
    finish = results._finish

    def checked(
        directory: Path, result: dict[str, Any], files: dict[str, bytes]
    ) -> dict[str, Any]:
        written = finish(directory, result, files)
        assert results.load(directory) == written
        return written

    monkeypatch.setattr(results, "_finish", checked)


@pytest.fixture
def catalogue() -> Catalogue:
    rows = {n: CatalogueRow(n, r, (), "suites/demo/rows.c") for n, r in ROWS.items()}
    book = (Document("A book", "https://example.org/book"),)
    clauses = [Requirement(f"demo:{n}", True, "a source", "A text.", book) for n in REQUIREMENTS]
    return Catalogue(rows, {clause.id: clause for clause in clauses})


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The small catalogue, a day that stays, a terminal of one width, nothing of the caller's."""
    known = qualify_sample.catalogue()
    monkeypatch.setattr(catalogue_module, "load", lambda binary=None: known)
    monkeypatch.setattr(profile_toml, "today", lambda: qualify_sample.DAY)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two key pairs, and files that allow the one and the other."""
    where = tmp_path_factory.mktemp("keys")
    for name in ("lab", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f",
                        str(where / name)], check=True)
        public = (where / f"{name}.pub").read_text()
        (where / f"{name}.allowed").write_text(f"{name}@example.org {public}")
    return where


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.log").read_bytes()
