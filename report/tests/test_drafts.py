# SPDX-License-Identifier: GPL-2.0-only
"""Cells that are judged by several revisions of an interface are never one line without a word."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from report import diff, drafts, ending, html, markdown
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


def test_every_view_says_which_revision_a_cell_is_of(tmp_path: Path, catalogue: Catalogue) -> None:
    results = [cell(tmp_path, catalogue, "max", "v5, May 2026"), cell(tmp_path, catalogue, "other", "op-48")]
    assert drafts.marks(results) == ["v5", "op-48"]
    wide, narrow = shown(results, 200).split("\n"), shown(results, 40)
    heads = next(line for line in wide if "v5 " in line and "op-48" in line)
    assert heads.split() in (["v5", "op-48"], ["requirement", "v5", "op-48"])
    assert re.search(r"cell +verdict +revision", narrow) and "op-48" in narrow
    assert "| `stock-7.2` (op-48, v5) |" in markdown.render(results, [])
    page = html.render(results, [])
    assert "<span>max <small>v5</small></span>" in page and "judged by revisions op-48, v5" in page
    assert ">stock-7.2/other</a> (op-48)" in page and 'stock-7.2/max (v5): FAIL"' in page
    assert "revision op-48 on stock-7.2/other" in page


def test_two_revisions_are_not_compared_without_a_word(tmp_path: Path, catalogue: Catalogue) -> None:
    old, new = (cell(tmp_path / side, catalogue, "max", side) for side in ("v5", "op-48"))
    assert "stock-7.2/max: by revision v5 before, op-48 after" in diff.render(*diff.compare([old], [new]))
    assert "by revision" not in diff.render(*diff.compare([old], [old]))
