# SPDX-License-Identifier: GPL-2.0-only
"""Rows are counted once each, and in all formats alike; and nothing is no pass."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from report import across_cells, ending, html, junit, kcidb, markdown, results
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.tests import sample
from report.tests.conftest import golden


@pytest.fixture
def found(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Cells with every verdict, one of which ran some rows only, and one none."""
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    sample.run(tmp_path, catalogue)
    sample.cell(tmp_path, catalogue, golden("console"), "stock-7.2", "some", args="--case demo.caps.*")
    return results.find([tmp_path])[0]


def test_each_row_that_was_asked_for_has_one_verdict(found: list[Any]) -> None:
    for result in found:
        asked = [row for row in result["rows"] if row["selected"]]
        assert sum(result["counts"].values()) == len(asked), results.names(result)
        shown = Counter(KNOWN if row["known"] else row["verdict"] for row in asked)
        assert {v: n for v, n in result["counts"].items() if n} == dict(shown)


def test_the_last_lines(found: list[Any]) -> None:
    """passed + failed + errors + skipped, and those that are known or were not reached."""
    last = list(ending.lines(found))[-1]
    passed, failed, errors, skipped = map(int, re.findall(r"\d+", last))
    totals = ending.totals(found)
    asked = sum(row["selected"] for result in found for row in result["rows"])
    assert passed + failed + errors + skipped + totals.rows[KNOWN] + totals.not_reached - totals.bare == asked


def test_junit(found: list[Any]) -> None:
    root = ElementTree.fromstring(junit.render(found, []))
    for suite, result in zip(root, found):
        counts = result["counts"]
        left_out = sum(not row["selected"] for row in result["rows"])
        cell = sum(case.get("name") == junit.CELL for case in suite.iter("testcase"))
        assert int(suite.get("tests", 0)) == len(result["rows"]) + cell
        assert int(suite.get("failures", 0)) == counts[FAIL]
        extra = int(suite.get("errors", 0)) - counts[ERROR] - counts[NOT_RUN]
        skipped = int(suite.get("skipped", 0)) - counts[SKIP] - counts[KNOWN] - left_out
        assert extra + skipped == cell and min(extra, skipped) == 0


def test_kcidb(found: list[Any]) -> None:
    tests = json.loads(kcidb.render(found))["tests"]
    rows = Counter(test["status"] for test in tests if not test["id"].endswith(":"))
    for verdicts, status in (((PASS,), "PASS"), ((SKIP,), "SKIP"), ((FAIL, KNOWN), "FAIL")):
        assert rows[status] == sum(result["counts"][v] for result in found for v in verdicts)
    assert rows.total() == sum(sum(result["counts"].values()) for result in found)


def test_the_page_and_the_comment(found: list[Any]) -> None:
    totals = html._totals(found)
    assert sum(totals.values()) == sum(sum(result["counts"].values()) for result in found)
    assert markdown.render(found, []).count("❌") >= 1


def test_nothing_is_no_pass(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a cell that was left out, nor one in which no row applies, nor one that ran none."""
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    (tmp_path / "a").mkdir()
    nothing = [
        [results.write_not_run(tmp_path / "a", {"kernel": "k", "cell": "c"}, "no network")],
        [sample.cell(tmp_path, catalogue, golden("skip"), "k", "skip")],
        [sample.cell(tmp_path, catalogue, golden("nothing"), "k", "nothing")],
        [sample.cell(tmp_path, catalogue, b"TAP version 13\n1..0\n# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:0 "
                     b"error:0\n# exit: 4\n", "k", "none", args="--case demo.none.*")],
    ]
    for one in nothing:
        assert ending.exit_code(one) in (4, 5), results.names(one[0])
        assert one[0]["verdict"] in (SKIP, ERROR, NOT_RUN)
        page = html.render(one, [])
        assert "requirement that was judged is kept" not in page and "✅" not in markdown.render(one, [])
        assert not [t for t in json.loads(kcidb.render(one)).get("tests", []) if t["status"] == "PASS"]
    assert ending.exit_code([]) == 4
