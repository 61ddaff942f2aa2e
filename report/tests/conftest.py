# SPDX-License-Identifier: GPL-2.0-only
"""A small catalogue, and logs to break."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report import results
from report.catalogue import Catalogue, CatalogueRow, Requirement

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
    clauses = [Requirement(f"demo:{n}", True, "a source", "A text.") for n in REQUIREMENTS]
    return Catalogue(rows, {clause.id: clause for clause in clauses})


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.log").read_bytes()
