# SPDX-License-Identifier: GPL-2.0-only
"""The last screen: what failed, how to repeat it, and what was not run."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest

from report import boots, ending, judge, results, tap
from report.again import again
from report.catalogue import Catalogue
from report.log import FAIL, NOT_RUN, SKIP
from report.tests.conftest import golden
from report.tests.test_results import write
from report.tests.test_summary import shown

HALF = golden("pass").split(b"# run demo.pairing.plain\n", maxsplit=1)[0] + b"# run demo.pairing.plain\n"


def cell(where: Path, catalogue: Catalogue, log: str, **meta: Any) -> dict[str, Any]:
    meta = {"reproduce": "ci/run --cells stock-7.2/max", **meta}
    return write(where, catalogue, golden(log), **meta)


def test_each_failed_row_is_a_line_with_the_command_that_repeats_it(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    said = list(ending.lines([cell(tmp_path, catalogue, "mixed")]))
    assert said[:6] == [
        "FAIL demo.pairing.one_sided on stock-7.2/max: expected EINVAL, got 0",
        "    again: ci/run --cells stock-7.2/max --args '--case demo.pairing.one_sided'",
        "FAIL demo.pairing.plain on stock-7.2/max: no reason was printed",
        "    again: ci/run --cells stock-7.2/max --args '--case demo.pairing.plain'",
        "ERROR demo.state.again on stock-7.2/max: the positive control 'init' failed, so nothing "
        "that is built on it can be judged",
        "    again: ci/run --cells stock-7.2/max --args '--case demo.state.again'",
    ]
    assert said[-1] == "2 passed, 2 failed, 1 errors, 1 skipped"


def test_the_same_failure_in_many_cells_is_one_line(tmp_path: Path, catalogue: Catalogue) -> None:
    found = [cell(tmp_path / str(n), catalogue, "mixed", cell=f"c{n}") for n in range(9)]
    said = list(ending.lines(found))
    assert said[0] == ("FAIL demo.pairing.one_sided on stock-7.2/c0, stock-7.2/c1, stock-7.2/c2 and "
                       "6 more: expected EINVAL, got 0")
    assert sum(line.startswith("FAIL ") for line in said) == 2


def test_of_many_failures_only_some_are_listed(tmp_path: Path, catalogue: Catalogue) -> None:
    found = []
    for n in range(20):
        result = cell(tmp_path / str(n), catalogue, "mixed", cell=f"c{n}")
        for row in result["rows"]:
            row["reason"], row["detail"] = f"{row['id']} of {n}", []
        found.append(result)
    said = list(ending.lines(found))
    assert sum(line.startswith(("FAIL ", "ERROR ")) for line in said) == ending.MOST
    assert "... and 52 more, see above" in said


@pytest.mark.parametrize(("whole", "repeated"), [
    ("ci/run --cells k/c", "ci/run --cells k/c --args '--case s.a'"),
    ("DEBUG=1 ci/run --cells k/c --args '--strict --case s.* --suite=s --timeout 3'",
     "DEBUG=1 ci/run --cells k/c --args '--strict --timeout 3 --case s.a'"),
    ("", "uapi-conform --case s.a"),
    # What is played is no row.
    ("ci/run --args '--replay \"INIT none\"'", "ci/run --args \"--replay 'INIT none'\""),
    ("ci/run --args '--explore=3 --suite s'", "ci/run --args '--explore=3 --suite s'"),
])
def test_the_command_chooses_the_row_and_keeps_the_rest(whole: str, repeated: str) -> None:
    assert shlex.split(again({"meta": {"reproduce": whole}}, "s.a")) == shlex.split(repeated)


def test_why_rows_do_not_apply_is_told_only_when_asked(tmp_path: Path, catalogue: Catalogue) -> None:
    found = [cell(tmp_path, catalogue, "mixed")]
    assert "the CPU has no keys" not in shown(found, 80)
    assert "the CPU has no keys" in shown(found, 80, verbose=True)


def test_but_where_nothing_was_judged_it_says_why(tmp_path: Path, catalogue: Catalogue) -> None:
    found = [cell(tmp_path, catalogue, "skip", cell="none")]
    assert found[0]["verdict"] == SKIP
    assert "nothing could be judged on stock-7.2/none: demo: there is no /dev/kvm" in shown(found, 80)


def test_what_strict_misses_is_one_line(tmp_path: Path, catalogue: Catalogue) -> None:
    result = cell(tmp_path, catalogue, "pass")
    result |= {"verdict": FAIL, "strict": [f"demo:R{n}" for n in range(9)]}
    said = list(ending.lines([result]))
    assert said[0] == ("FAIL stock-7.2/max: --strict: mandatory, and not judged: R0, R1, R2 and 6 more")
    assert said[-1] == "6 passed, 1 failed, 0 errors, 0 skipped" and ending.exit_code([result]) == 1
    assert "R0, R1, R2 and 6 more" in shown([result], 80)


def test_cells_that_were_not_run_are_counted(tmp_path: Path, catalogue: Catalogue) -> None:
    found = [cell(tmp_path / "a", catalogue, "pass")]
    (tmp_path / "b").mkdir()
    found.append(results.write_not_run(tmp_path / "b", {"kernel": "k", "cell": "b"}, "no such CPU"))
    assert "2 cells, 1 not run" in ending.lines(found)
    assert "5 cells, 4 not run" in ending.lines(found, not_started=3)


def test_what_an_interruption_kept_from_running_did_not_fail(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    result = write(tmp_path, catalogue, HALF, problem="interrupted")
    assert {row["verdict"] for row in result["rows"]} == {"PASS", NOT_RUN}
    assert not [entry for entry in result["requirements"] if entry["verdict"] in (FAIL, "ERROR")]
    said = list(ending.lines([result], not_started=1))
    assert said[-1] == "3 passed, 0 failed, 0 errors, 0 skipped"
    assert "interrupted: 1 cell broken off, of which 3 rows did not run" in said
    assert not [line for line in said if line.startswith(("FAIL", "ERROR"))]
    text = shown([result], 80)
    assert "interrupted" in text and "ERROR stock" not in text
    assert "  interrupted: on stock-7.2/max\n      PAIRING, AGAIN, GUEST\n" in text
    # Nor is it a whole run that passed.
    assert ending.exit_code([result]) == 5


def test_an_interruption_is_nobodys_fault_in_the_second_boot_either(catalogue: Catalogue) -> None:
    panic = golden("panic")
    second = (b"TAP version 13\n1..2\n# run demo.state.again\n")
    log = boots.whole([tap.parse(panic), tap.parse(second)], ["panic: x", "interrupted"],
                      catalogue.rows)
    result = judge.judge(log, {"kernel": "k", "cell": "c", "problem": "panic: x; interrupted"},
                         catalogue, [])
    assert result["guilty"] == "demo.pairing.plain"
    assert {row["id"]: row["verdict"] for row in result["rows"]}["demo.state.again"] == NOT_RUN
