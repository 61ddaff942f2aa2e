# SPDX-License-Identifier: GPL-2.0-only
"""What make mutants and make coverage leave behind, in the reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import html, requirements, suite_evidence
from report.catalogue import Catalogue
from report.problem import FOREIGN

from report.tests import sample
from report.tests.conftest import golden

ENTRY = {"name": "check_left_out", "kind": "check removed", "suite": "suite", "breaks": ["REQ"],
         "verdict": "killed", "first": "suite.topic.row"}
GAP = {"file": "a/b.c", "function": "f", "line": 7, "text": "return -EIO;", "branches": "",
       "why": "no memory"}
COVERAGE = {"functions": [{"lines": {"6": [1, 1, 0], "7": [0]}}], "gaps": [GAP]}


REAL = {"name": "key_lost", "year": 2020, "title": "Keep the key", "fixed": "0123456789ab", "verdict": "killed",
        "first": "suite.topic.row", "explored": "", "explored_note": "", "recorded": "", "peer": "",
        "suite": "suite", "seconds": 1.5}
HISTORY = {"counts": {"faults": 4, "rows": 1, "exploration": 1, "either": 2, "not_run": 1, "recorded": 1, "peers": 1,
                      "peers_alone": 1}, "peers": {"took": 1.0, "suites": {"suite": {"programs": 21, "seconds": 19.96},
                                                              "other": {"programs": 2, "seconds": 9.0}}},
           "faults": [REAL, REAL | {"verdict": "survived", "explored": "found", "explored_note": "REQ",
                                    "recorded": "a.key", "peer": "psci_test"},
                      REAL | {"verdict": "survived", "title": "Nobody saw", "explored": "missed"}, REAL | {"verdict": "not run"}]}


def written(build: Path, mutants: Any = None, coverage: Any = None, history: Any = None) -> Path:
    for path, data in ((suite_evidence.MUTANTS, mutants), (suite_evidence.COVERAGE, coverage),
                       (suite_evidence.HISTORY, history)):
        if data is not None:
            (build / path).parent.mkdir(parents=True, exist_ok=True)
            (build / path).write_text(json.dumps(data), encoding="utf-8")
    return build


def test_nothing_measured_is_nothing_said(tmp_path: Path) -> None:
    assert suite_evidence.load(tmp_path) == suite_evidence.Proof(None, None, "")


def test_mutants_are_found_by_what_they_break_and_gaps_are_counted(tmp_path: Path) -> None:
    lost = ENTRY | {"name": "other", "verdict": "survived", "first": ""}
    found = suite_evidence.load(written(tmp_path, {"mutants": [ENTRY, lost]}, COVERAGE))
    assert found.mutants is not None
    assert [str(mutant) for mutant in found.mutants["suite:REQ"]] == [
        "check_left_out (by suite.topic.row)", "other (survived)"]
    assert found.gaps == [suite_evidence.Gap("a/b.c:7 f", "return -EIO;", "", "no memory")]
    assert found.reached == "1 of 2 lines and 1 of 2 branches of 1 functions"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"mutants": [1]}', "null and void"])
def test_a_foreign_file_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / suite_evidence.MUTANTS
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem) as caught:
        suite_evidence.load(tmp_path)
    assert caught.value.code == FOREIGN and len(caught.value.lines) == 1
    assert "mutants/results.json" in caught.value.lines[0]


def test_real_faults_and_who_noticed_them(tmp_path: Path, catalogue: Catalogue) -> None:
    found = suite_evidence.load(written(tmp_path, history=HISTORY))
    assert found.shares == (
        "Of 3 real faults that were put back one at a time, rows notice 1 (33 %).",
        "Random sequences notice 1 (33 %), either of them 2 (66 %).",
        "A recording of the kernel's behaviour changes with 1 (33 %).",
        "The kernel's own selftests notice 1 (33 %), 1 of them unnoticed by rows.",
        "Of suite, 21 programs of theirs take 20.0 s a kernel, rows 1.5 s.",
        "1 fault could not be tried.")
    assert found.history is not None and [fault.by for fault in found.history] == [
        "the row suite.topic.row", "random sequences: REQ; a recording: a.key; the kernel's selftest psci_test", "", ""]
    page = html.render([sample.cell(tmp_path, catalogue, golden("mixed"), "k", "c")], [], found)
    assert "The kernel&#39;s own selftests notice 1 (33 %)" in page and 'href="#suite"' in page
    assert page.index("Nobody saw") < page.index("the row suite.topic.row")
    bare = {**HISTORY, "peers": None, "counts": {**HISTORY["counts"], "recorded": 0, "not_run": 0},
            "faults": [REAL] * 4}
    assert len(suite_evidence.load(written(tmp_path, history=bare)).shares) == 1


def test_both_reports_show_them(tmp_path: Path, catalogue: Catalogue) -> None:
    clause = next(iter(catalogue.requirements))
    mutant = suite_evidence.Mutant("check_left_out", "check removed", suite_evidence.KILLED, "suite.topic.row")
    measured = suite_evidence.Proof({clause: [mutant]}, [suite_evidence.Gap("a/b.c:7 f", "return -EIO;", "", "")], "x")
    text = requirements.render(catalogue, [], measured)
    assert "1 mutant: check_left_out (by suite.topic.row)" in text
    assert text.count("no mutant breaks it") == len(catalogue.requirements) - 1
    page = html.render([sample.cell(tmp_path, catalogue, golden("mixed"), "k", "c")], [], measured)
    assert "check_left_out" in page and "return -EIO;" in page and "not explained" in page
    assert "no mutant breaks it" not in requirements.render(catalogue, [])
