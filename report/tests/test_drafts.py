# SPDX-License-Identifier: GPL-2.0-only
"""Cells that are judged by several revisions of an interface are never one line without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from report import drafts, ending
from report.catalogue import Catalogue
from report.tests.conftest import golden
from report.tests.test_results import write
from report.tests.test_summary import shown


def cell(where: Path, catalogue: Catalogue, name: str, revision: str) -> dict[str, Any]:
    head, line, rest = golden("mixed").partition(b"\n1..")
    said = f"\n# demo: revision: {revision}: 0x3b96 40 bytes" if revision else ""
    return write(where / name, catalogue, head + said.encode() + line + rest, cell=name)


def test_a_failure_on_cells_of_several_revisions_names_them(tmp_path: Path, catalogue: Catalogue) -> None:
    results = [cell(tmp_path, catalogue, "max", "v5, May 2026"), cell(tmp_path, catalogue, "other", "op-48")]
    assert [drafts.of(result, "demo") for result in results] == ["v5, May 2026", "op-48"]
    first = next(iter(ending.lines(results)))
    assert "on stock-7.2/max (v5, May 2026), stock-7.2/other (op-48): expected EINVAL, got 0" in first
    text = shown(results, 200)
    assert "on stock-7.2/max (v5, May 2026), stock-7.2/other (op-48)" in text
    assert "demo was judged by revision op-48 on stock-7.2/other" in text


def test_one_revision_is_no_news(tmp_path: Path, catalogue: Catalogue) -> None:
    results = [cell(tmp_path, catalogue, "max", "v5"), cell(tmp_path, catalogue, "other", "v5")]
    assert "on stock-7.2/max, stock-7.2/other:" in next(iter(ending.lines(results)))
    assert "judged by revision" not in shown(results, 200)


def test_a_suite_that_says_none(tmp_path: Path, catalogue: Catalogue) -> None:
    results = [cell(tmp_path, catalogue, "max", "v5"), cell(tmp_path, catalogue, "other", "")]
    assert "stock-7.2/other (no revision)" in next(iter(ending.lines(results)))
