# SPDX-License-Identifier: GPL-2.0-only
"""Known issues: what they cover, when they are stale, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from report import known, summary
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, KNOWN, PASS
from report.problem import KNOWN_ISSUES, ReportError
from report.tests.conftest import golden
from report.tests.test_results import verdicts, write

ENTRY = """
[[issue]]
id = "one-sided"
requirement = "demo:PAIRING"
rows = ["demo.pairing.*"]
kernels = ["stock-7.*"]
behaviour = "It says yes."
explanation = "Nobody asked."
reference = "A thread."
"""
MIXED = golden("mixed")
# Without the row that is an ERROR.
FAILING = MIXED.replace(b"# ERROR", b"# INFO demo.state.again:").replace(
    b"not ok 5", b"ok 5").replace(b"pass:2", b"pass:3").replace(b"error:1", b"error:0")


def load(text: str, tmp_path: Path, catalogue: Catalogue) -> list[known.Issue]:
    file = tmp_path / "known.toml"
    file.write_text(text)
    return known.load(catalogue, file)


def judged(
    tmp_path: Path, catalogue: Catalogue, log: bytes, text: str = ENTRY, **meta: Any
) -> dict[str, Any]:
    return write(tmp_path / "cell", catalogue, log, load(text, tmp_path, catalogue), **meta)


def test_covered(tmp_path: Path, catalogue: Catalogue) -> None:
    result = judged(tmp_path, catalogue, FAILING)
    assert result["verdict"] == KNOWN and verdicts(result)["PAIRING"] == KNOWN
    assert result["counts"][FAIL] == 0 and result["counts"][KNOWN] == 2
    assert [row["known"] for row in result["rows"] if row["verdict"] == FAIL] == ["one-sided"] * 2
    assert summary.exit_code([result]) == 0


def test_one_row_not_covered(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY.replace("demo.pairing.*", "demo.pairing.plain")
    result = judged(tmp_path, catalogue, FAILING, text)
    assert result["verdict"] == FAIL and verdicts(result)["PAIRING"] == FAIL
    assert (result["counts"][FAIL], result["counts"][KNOWN]) == (1, 1)
    assert summary.exit_code([result]) == 1


@pytest.mark.parametrize(
    "key,value,verdict",
    [("kernel", "stock-6.1", FAIL), ("kernel", "stock-7.3", KNOWN), ("cell", "nvhe", KNOWN)],
)
def test_only_there(
    key: str, value: str, verdict: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    assert judged(tmp_path, catalogue, FAILING, **{key: value})["verdict"] == verdict


def test_only_in_these_cells(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY + 'cells = ["nv*"]\n'
    assert judged(tmp_path, catalogue, FAILING, text)["verdict"] == FAIL
    assert judged(tmp_path, catalogue, FAILING, text, cell="nvhe")["verdict"] == KNOWN


def test_only_rows_that_check_the_requirement(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY.replace("demo.pairing.*", "demo.*")
    log = golden("mixed").replace(b"# ERROR", b"# FAIL")
    rows = judged(tmp_path, catalogue, log, text)["rows"]
    assert {row["id"] for row in rows if row["known"]} == {
        "demo.pairing.one_sided", "demo.pairing.plain"
    }


def test_an_error_stays_an_error(tmp_path: Path, catalogue: Catalogue) -> None:
    assert judged(tmp_path, catalogue, MIXED)["verdict"] == ERROR


def test_stale(tmp_path: Path, catalogue: Catalogue) -> None:
    result = judged(tmp_path, catalogue, golden("pass"))
    assert result["stale"] == [
        "known issue one-sided no longer fails on stock-7.2/max: remove the entry, or narrow "
        "its kernels or cells"
    ]
    assert result["verdict"] == ERROR and summary.exit_code([result]) == 5


@pytest.mark.parametrize("log", ["skip", "panic", "torn", "nothing"])
def test_not_stale_where_not_all_was_judged(
    log: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    assert judged(tmp_path, catalogue, golden(log))["stale"] == []


def test_not_stale_on_another_kernel(tmp_path: Path, catalogue: Catalogue) -> None:
    result = judged(tmp_path, catalogue, golden("pass"), kernel="stock-6.1")
    assert result["stale"] == [] and result["verdict"] == PASS


@pytest.mark.parametrize(
    "old,new,line",
    [
        ("behaviour", "behavior",
         "entry one-sided: unknown key 'behavior'; did you mean 'behaviour'?"),
        ('explanation = "Nobody asked."', "", "entry one-sided: 'explanation' is missing"),
        ('"Nobody asked."', '" "', "entry one-sided: 'explanation' is empty"),
        ("demo:PAIRING", "demo:PARING",
         "entry one-sided: no requirement is called 'demo:PARING'; did you mean 'demo:PAIRING'?"),
        ("demo.pairing.*", "demo.paring.plain", "entry one-sided: no row is called "
         "'demo.paring.plain'; did you mean 'demo.pairing.plain'?"),
        ("demo.pairing.*", "demo.caps.*",
         "entry one-sided: no row 'demo.caps.*' checks demo:PAIRING"),
        ('["stock-7.*"]', '"stock-7.*"', "entry one-sided: 'kernels' must be a list of texts"),
        ('["stock-7.*"]', "[]", "entry one-sided: 'kernels' is empty"),
        ('"one-sided"', '"one sided"', "entry one sided: 'id' is not of the form [A-Za-z0-9_.-]+"),
        ('"one-sided"', "7", "entry 1: 'id' must be a text"),
        ("[[issue]]", "[[issues]]", "unknown key 'issues'; did you mean 'issue'?"),
        ("[[issue]]", "[issue]", "'issue' must be a list of texts"),
        ("[[issue]]", "[[issue", "cannot be read: "),
    ],
)
def test_mistakes(old: str, new: str, line: str, tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ReportError) as caught:
        load(ENTRY.replace(old, new), tmp_path, catalogue)
    assert caught.value.code == KNOWN_ISSUES
    begin = f"{tmp_path / 'known.toml'}: {line}"
    assert any(found.startswith(begin) for found in caught.value.lines)
    assert len(caught.value.lines) <= 2


def test_twice(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ReportError, match="entry one-sided: the id is used twice"):
        load(ENTRY + ENTRY, tmp_path, catalogue)


def test_no_file(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(ReportError, match="is not there"):
        known.load(catalogue, tmp_path / "none.toml")


def test_the_explained_example_is_one(tmp_path: Path, catalogue: Catalogue) -> None:
    """What the file's comment shows has to be what this code accepts."""
    comment = known.DEFAULT.read_text().partition("# [[issue]]")[2].split("\n\n")[0]
    text = "[[issue]]" + comment.replace("\n# ", "\n")
    text = text.replace("suite:REQUIREMENT", "demo:CAPS")
    text = text.replace("suite.topic.case", "demo.caps.both")
    assert load(text, tmp_path, catalogue)[0].last == "6.4"
