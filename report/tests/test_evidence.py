# SPDX-License-Identifier: GPL-2.0-only
"""A results.json says what its logs say, whatever somebody wrote into it, checksums and all."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import results
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, KNOWN, PASS, SKIP
from report.problem import CORRUPT
from report.tests import sample
from report.tests.conftest import golden

Result = dict[str, Any]


def put(directory: Path, result: Result) -> None:
    """Write a result as somebody would who knows how its checksums are made."""
    result["files"] = {name: hashlib.sha256((directory / name).read_bytes()).hexdigest()
                       for name in result["files"]}
    result["digest"] = results._digest(result)
    (directory / results.JSON).write_text(json.dumps(result))


def refused(directory: Path, result: Result) -> str:
    put(directory, result)
    with pytest.raises(Problem) as caught:
        results.load(directory)
    assert caught.value.code == CORRUPT and len(caught.value.lines) == 1
    return caught.value.lines[0]


@pytest.fixture
def mixed(tmp_path: Path, catalogue: Catalogue) -> tuple[Path, Result]:
    result = sample.cell(tmp_path, catalogue, golden("mixed"), "stock-6.12", "max")
    return tmp_path / "stock-6.12" / "max", result


def test_untouched(mixed: tuple[Path, Result]) -> None:
    directory, result = mixed
    put(directory, copy.deepcopy(result))
    assert results.load(directory)["verdict"] == FAIL


def test_any_rows_verdict(mixed: tuple[Path, Result]) -> None:
    directory, good = mixed
    for number, row in enumerate(good["rows"]):
        for verdict in {PASS, FAIL, SKIP, ERROR} - {row["verdict"]}:
            bad = copy.deepcopy(good)
            bad["rows"][number]["verdict"] = verdict
            said = refused(directory, bad)
            assert f"says {verdict} of {row['id']}, and the logs beside it say {row['verdict']}" in said


def _requirement(bad: Result) -> None:
    bad["requirements"][2]["verdict"] = PASS


def _verdict(bad: Result) -> None:
    bad["verdict"] = PASS


def _counts(bad: Result) -> None:
    bad["counts"][PASS] += bad["counts"][FAIL]
    bad["counts"][FAIL] = 0


def _optional(bad: Result) -> None:
    bad["requirements"][0]["verdict"] = "NOT TESTED"


def _reason(bad: Result) -> None:
    bad["rows"][2]["detail"] = ["expected: 0", "got:      0"]


def _known(bad: Result) -> None:
    bad["rows"][2]["known"] = "one-sided"


def _row_gone(bad: Result) -> None:
    del bad["rows"][2]


def _row_added(bad: Result) -> None:
    bad["rows"].append({**bad["rows"][0], "id": "demo.caps.more"})


def _said_elsewhere(bad: Result) -> None:
    bad["provenance"]["kernel"] = "Linux 9.9"


def _strict(bad: Result) -> None:
    bad["strict"] = ["demo:CAPS"]


def _all_at_once(bad: Result) -> None:
    for row in bad["rows"]:
        row |= {"verdict": PASS, "reason": "", "detail": [], "known": None}
    for entry in bad["requirements"]:
        entry |= {"verdict": PASS, "reason": ""}
    bad |= {"verdict": PASS, "problems": [], "exit": 0}


@pytest.mark.parametrize("forge", [
    _requirement, _verdict, _counts, _optional, _reason, _known, _row_gone, _row_added,
    _said_elsewhere, _strict, _all_at_once])
def test_anything_else(forge: Callable[[Result], None], mixed: tuple[Path, Result]) -> None:
    directory, good = mixed
    bad = copy.deepcopy(good)
    forge(bad)
    assert bad != good
    refused(directory, bad)


def test_the_logs_of_another_run(mixed: tuple[Path, Result]) -> None:
    directory, good = mixed
    (directory / results.CONSOLE).write_bytes(golden("pass"))
    refused(directory, copy.deepcopy(good))


def test_another_tap_file(mixed: tuple[Path, Result]) -> None:
    directory, good = mixed
    path = directory / results.TAP
    path.write_text(path.read_text().replace("not ok", "ok"))
    assert "results.tap does not follow" in refused(directory, copy.deepcopy(good))


@pytest.mark.parametrize("name", ["console-3.log", "console.log"])
def test_logs_more_or_less(name: str, mixed: tuple[Path, Result]) -> None:
    directory, good = mixed
    bad = copy.deepcopy(good)
    if name in bad["files"]:
        del bad["files"][name]
    else:
        (directory / name).write_bytes(golden("pass"))
        bad["files"][name] = ""
    refused(directory, bad)


def test_a_problem_taken_away(tmp_path: Path, catalogue: Catalogue) -> None:
    bad = sample.cell(tmp_path, catalogue, golden("torn"), "k", "c")
    assert bad["problems"]
    bad["problems"] = []
    refused(tmp_path / "k" / "c", bad)


def test_an_excuse_that_does_not_fit(mixed: tuple[Path, Result]) -> None:
    """An entry of known issues counts where it describes what the log says, not where it is named."""
    directory, good = mixed
    bad = copy.deepcopy(good)
    bad["rows"][2]["known"] = "mine"
    bad["known_issues"] = [{
        "id": "mine", "requirement": "demo:PAIRING", "rows": ["demo.pairing.*"], "behaviour": "b",
        "fails": [{"call": "*", "expected": "EINVAL", "got": "ENOENT"}], "explanation": "e",
        "reference": "r", "first": "5.0"}]
    refused(directory, bad)


def test_a_known_failure_stays_one(tmp_path: Path, catalogue: Catalogue) -> None:
    sample.cell(tmp_path, catalogue, sample.KNOWN, "stock-6.1", "max")
    assert results.load(tmp_path / "stock-6.1" / "max")["verdict"] == KNOWN


def test_a_cell_that_was_not_run_has_not_passed(tmp_path: Path) -> None:
    bad = results.write_not_run(tmp_path, {"kernel": "k", "cell": "c"}, "no such CPU")
    bad["verdict"] = PASS
    refused(tmp_path, bad)
