# SPDX-License-Identifier: GPL-2.0-only
"""A run with something of everything, for the tests of whatever shows runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from report import results
from report.catalogue import Catalogue
from report.known import Issue
from report.tests.conftest import golden

ISSUE = Issue(
    "one-sided", "demo:PAIRING", ["demo.pairing.*"],
    [{"call": "INIT *", "expected": "EINVAL", "got": "0"}],
    "INIT accepts one of the two features.", "The check came later.",
    "See https://example.org/thread?a=1&b=2 for it.", first="5.2", last="6.4",
)
FAILED = (b"# FAIL demo.pairing.one_sided\n#   call:     INIT one\n#   expected: EINVAL\n"
          b"#   got:      0\nnot ok 3 ")
# Of an older kernel than the others.
KNOWN = (
    golden("pass").replace(b"Linux 7.2.13", b"Linux 6.1.0").replace(b"ok 3 ", FAILED)
    .replace(b"pass:6 fail:0", b"pass:5 fail:1").replace(b"# exit: 0", b"# exit: 1")
)


def cell(
    where: Path, catalogue: Catalogue, log: bytes, kernel: str, name: str, **meta: Any
) -> dict[str, Any]:
    """Judge one log; its directory is where/kernel/name."""
    directory = where / kernel / name
    directory.mkdir(parents=True, exist_ok=True)
    (directory / results.CONSOLE).write_bytes(log)
    meta = {"kernel": kernel, "cell": name, "reproduce": f"ci/run --cells {kernel}/{name}", **meta}
    return results.write_cell(directory, meta, catalogue=catalogue, issues=[ISSUE])


def run(where: Path, catalogue: Catalogue) -> Path:
    """Five cells that ran, of which one crashed and one fails as known, and one left out."""
    cell(where, catalogue, KNOWN, "stock-6.1", "max", seconds=2.5, boot_seconds=1.0)
    cell(where, catalogue, golden("mixed"), "stock-6.12", "max", seconds=3.0, boot_seconds=1.0)
    cell(where, catalogue, golden("console"), "stock-7.2", "max", seconds=3.04)
    cell(where, catalogue, golden("panic"), "stock-7.2", "pauth-off", seconds=4.96)
    cell(where, catalogue, golden("skip"), "stock-7.2", "none", seconds=1.1)
    directory = where / "stock-7.2" / "qarma3"
    directory.mkdir()
    results.write_not_run(directory, {"kernel": "stock-7.2", "cell": "qarma3"}, "needs QEMU 10.0")
    return where
