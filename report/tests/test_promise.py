# SPDX-License-Identifier: GPL-2.0-only
"""A cell that is there to have something judged, and a kernel that does not have it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from report import catalogue as catalogue_module
from report import promise, summary
from report.catalogue import Catalogue
from report.log import ERROR, PASS
from report.tests.conftest import golden
from report.tests.test_results import write

SKIPPED = golden("pass").replace(b"ok 1 demo.caps.both\n", b"ok 1 demo.caps.both # SKIP no KVM\n").replace(
    b"ok 2 demo.caps.both_vm\n", b"ok 2 demo.caps.both_vm # SKIP no KVM\n").replace(
    b"pass:6", b"pass:4").replace(b"skip:0", b"skip:2")


@pytest.fixture
def needing(catalogue: Catalogue) -> Catalogue:
    """Two rows of the six need what a cell with both capabilities promises."""
    rows = {name: replace(row, needs=("pauth",) if name.startswith("demo.caps") else ())
            for name, row in catalogue.rows.items()}
    return Catalogue(rows, catalogue.requirements)


@pytest.mark.parametrize("log,caps,verdict", [
    (SKIPPED, "1,1", ERROR), (SKIPPED, "0,0", PASS), (SKIPPED, "none", PASS),
    (SKIPPED, "", PASS), (golden("pass"), "1,1", PASS),
    # One of them was judged: the others have reasons of their own.
    (SKIPPED.replace(b"_vm # SKIP no KVM", b"_vm").replace(b"pass:4", b"pass:5").replace(
        b"skip:2", b"skip:1"), "1,1", PASS),
])
def test_a_promise(
    log: bytes, caps: str, verdict: str, tmp_path: Path, needing: Catalogue
) -> None:
    result: dict[str, Any] = write(tmp_path, needing, log, expected_caps=caps)
    assert result["verdict"] == verdict
    if verdict == ERROR:
        assert result["problems"] == [
            "this configuration promises KVM with pointer authentication, and the kernel shows "
            "none: no KVM; boot it where it has that, or leave the rows out with --suite"]
    assert summary.exit_code([result]) == (5 if verdict == ERROR else 0)


def test_rows_that_nobody_asked_for_promise_nothing(tmp_path: Path, needing: Catalogue) -> None:
    text = golden("pass").decode().replace("1..6", "1..2").replace("pass:6", "pass:2")
    text = text[: text.index("# run demo.caps")] + "".join(
        f"# run {row}\nok {number} {row}\n"
        for number, row in enumerate(("demo.state.again", "demo.guest.key"), 1)
    ) + text[text.index("# Totals") :]
    result = write(tmp_path, needing, text.encode(), expected_caps="1,1",
                   args=["--case", "demo.state.*", "--case", "demo.guest.*"])
    assert result["verdict"] == PASS and not result["problems"]


def test_the_needs_are_those_that_rows_have() -> None:
    """Else a promise would be about no row, and kept by every kernel."""
    rows = catalogue_module.load().rows.values()
    for need, _ in promise.PROMISES.values():
        assert sum(need in row.needs for row in rows) > 3
