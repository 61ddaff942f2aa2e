# SPDX-License-Identifier: GPL-2.0-only
"""Rows are counted once each, and in all formats alike; and nothing is no pass."""

from __future__ import annotations

import json
import re
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from report import across_cells, ending, html, junit, kcidb, markdown, results
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.qualification import profile_toml
from report.qualification.verdict import qualify
from report.tests import qualify_sample, sample
from report.tests.conftest import ROWS, golden
from report.tests.emitted import Emitted, log

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies
# What the known issue of the sample speaks of.
ANSWER = ("requirement: demo:PAIRING: A text. [a source]", "call:     INIT one", "expected: EINVAL", "got:      0")


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
    """The page counts rows; the comment counts requirements, for each kernel all of them."""
    said = re.search(r"rows: ([^·<]+)", html.render(found, []))
    assert said and sum(map(int, re.findall(r"\d+", said[1]))) == sum(
        sum(result["counts"].values()) for result in found)
    head, _, *kernels = [line for line in markdown.render(found, []).split("\n") if line.startswith("|")]
    first = head.split("|").index(" configurations ") + 1
    clauses = {entry["id"] for result in found for entry in result["requirements"]}
    for line in kernels:
        assert sum(int(field or 0) for field in map(str.strip, line.split("|")[first:-1])) == len(clauses), line


ALL = (test_each_row_that_was_asked_for_has_one_verdict, test_the_last_lines, test_junit, test_kcidb,
       test_the_page_and_the_comment)
# In that order; of one row a known failure is a failure of an older kernel.
_VERDICTS = st.lists(st.sampled_from([PASS, FAIL, KNOWN, SKIP, ERROR]), min_size=len(ROWS), max_size=len(ROWS))


def _made_up(verdicts: list[str], ran: int, kernel: str) -> bytes:
    """A log with these verdicts, which ends after so many rows."""
    rows = [Emitted(name, FAIL if verdict == KNOWN else verdict, "no widget" * (verdict == SKIP),
                    [*ANSWER] * (verdict == KNOWN)) for name, verdict in zip(ROWS, verdicts)][:ran]
    text = log(rows, end=ran >= len(ROWS), number=len(ROWS) - len(rows))
    return text.replace("# taint", f"# kernel: Linux {kernel} #1 SMP aarch64\r\n# taint").encode()


@pytest.mark.long
def test_whatever_came_it_adds_up(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """pass + fail + known + skip + error + not run is what was planned, in every format."""
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    seen: set[str] = set()

    @hypothesis.settings(deadline=None, derandomize=True, database=None, max_examples=20,
                         suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.lists(st.tuples(
        _VERDICTS, st.integers(0, 2 * len(ROWS)), st.sampled_from(["6.1.0", "7.2.13"]),
        st.sampled_from(["", "--case demo.caps.*"])), min_size=1, max_size=3), st.booleans())
    def adds_up(cells: list[Any], left_out: bool) -> None:
        with tempfile.TemporaryDirectory(dir=tmp_path) as scratch:
            where = Path(scratch)
            for number, (verdicts, ran, kernel, args) in enumerate(cells):
                sample.cell(where, catalogue, _made_up(verdicts, ran, kernel), f"k{kernel}", str(number), args=args)
            if left_out:
                (where / "none").mkdir()
                results.write_not_run(where / "none", {"kernel": "k", "cell": "none"}, "no network")
            found, wrong = results.find([where])
            assert not wrong and len(found) == len(cells) + left_out
            for check in ALL:
                check(found)
            seen.update(verdict for result in found for verdict, count in result["counts"].items() if count)
            if not any(result["counts"][PASS] or result["counts"][KNOWN] for result in found):
                assert ending.exit_code(found) != 0

    adds_up()
    assert seen == {PASS, FAIL, KNOWN, SKIP, ERROR, NOT_RUN}


@pytest.mark.parametrize("outcomes, waived", [
    ({}, 0), ({"q.feat.plain": "FAIL"}, 1), ({"q.base.one": "FAIL", "q.base.two": "ERROR"}, 0),
    ({"q.feat.plain": "FAIL", "q.feat.more": "FAIL", "q.base.two": "no base"}, 2),
])
def test_a_qualification(tmp_path: Path, outcomes: dict[str, str], waived: int) -> None:
    """passed + failed + waived + errors + not tested is each requirement's rows, in every cell."""
    for name in ("one", "two"):
        qualify_sample.cell(tmp_path, outcomes, name=name)
    known = qualify_sample.catalogue()
    text = qualify_sample.PROFILE + qualify_sample.WAIVER
    done = qualify(profile_toml.parse(text.encode(), Path("p.toml"), known), results.find([tmp_path])[0], known,
                   qualify_sample.DAY)
    for line in done.lines:
        rows = sum(line.requirement.id in row.requirements for row in known.rows.values())
        assert line.passed + line.failed + line.waived == line.tested
        assert line.tested + line.errors + line.not_tested == 2 * rows, line
    assert sum(line.waived for line in done.lines) == 2 * waived


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
