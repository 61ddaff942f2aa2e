# SPDX-License-Identifier: GPL-2.0-only
"""Waivers: what they cover, when they do not hold, and what of them is of no use any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.tests.qualify_sample import GOOD, NO_FEAT, PROFILE, WAIVER, cell, log
from report.tests.test_qualify import INCOMPLETE, N, Q, judge, verdicts

# A waiver, what fails, the whole verdict, and a line.
FAILING = {"q.feat.plain": "FAIL"}
ABSENT = {"q.feat.plain": NO_FEAT, "q.feat.more": NO_FEAT, "q.lack.none": "PASS"}
WAIVERS: list[tuple[str, dict[str, str], str, str]] = [
    ("", FAILING, Q, ""),
    ('rows = ["q.feat.*"]', FAILING, Q, ""),
    ('rows = ["q.feat.more"]', FAILING, N, "q:FEAT fails: q.feat.plain"),
    ('rows = ["q.feat.more"]', FAILING, N, "waiver 1 (q:FEAT): nothing that it covers fails"),
    ("", {}, N, "waiver 1 (q:FEAT): nothing that it covers fails any more: remove it"),
    ("expires = 2026-11-20", FAILING, Q, ""),
    ("expires = 2026-11-19", FAILING, N, "waiver 1 (q:FEAT): expired on 2026-11-19"),
    ("expires = 2026-11-19", FAILING, N, "q:FEAT fails"),
    ("expires = 2026-11-19", {}, N, "waiver 1 (q:FEAT): expired on 2026-11-19, and nothing that it "
     "covers fails any more: remove it"),
    ("expires = 2026-11-19", {"q.feat.plain": "ERROR"}, N, "waiver 1 (q:FEAT): expired on "
     "2026-11-19: mend the kernel, or have somebody renew it"),
    ('kernels = ["k", "other"]', FAILING, Q, ""), ('kernels = ["other"]', FAILING, N, "q:FEAT fails"),
    ('kernels = ["other"]', FAILING, N, "waiver 1 (q:FEAT): no claimed kernel and configuration"),
    ('cells = ["c*"]', FAILING, Q, ""), ('cells = ["d"]', FAILING, N, "q:FEAT fails"),
    ('expires = "2026-11-21"', FAILING, Q, ""),
    ('first = "7.2"', FAILING, Q, ""),
    ('first = "7.3"', FAILING, N, "waiver 1 (q:FEAT): no claimed kernel and configuration is in its "
     "range, there is k/c with 7.2.13"),
    ('first = "7.3"', FAILING, N, "q:FEAT fails"),
    ('first = "7.2.14"', FAILING, N, "waiver 1"),
    ('last = "7.2"', FAILING, Q, ""),
    ('last = "7.2.12"', FAILING, N, "waiver 1"),
    ('last = "6.12"', FAILING, N, "waiver 1"),
    ('first = "6.5"\nlast = "7"', FAILING, Q, ""),
    # What fails besides is not covered.
    ("", {**FAILING, "q.base.one": "FAIL"}, N, "q:BASE fails"),
    # A broken test is not a failure that can be waived, nor a use for the waiver.
    ("", {"q.feat.plain": "ERROR"}, INCOMPLETE, "q:FEAT could not be judged: ERROR"),
    # An absence may be waived; the requirement stays untested.
    ("", ABSENT, INCOMPLETE, "q:FEAT is not tested"),
]


@pytest.mark.parametrize("change,outcomes,verdict,reason", WAIVERS)
def test_waivers(
    change: str, outcomes: dict[str, str], verdict: str, reason: str, tmp_path: Path
) -> None:
    cell(tmp_path, outcomes)
    waiver = WAIVER
    if change.startswith(("expires", "first", "last")):
        waiver = WAIVER.replace("expires = 2026-12-31", change)
    elif change:
        waiver += change + "\n"
    done = judge(tmp_path, PROFILE + waiver)
    assert done.verdict == verdict, (done.against, done.lacking)
    if verdict == Q:
        assert verdicts(done)["FEAT"] == "WAIVED"
        assert done.excuses[0].covers == ["q.feat.plain on k/c"]
        feat = next(line for line in done.lines if line.requirement.id == "q:FEAT")
        assert (feat.failed, feat.waived, feat.why) == (0, 1, "We can live with it.")
    else:
        lines = done.against if verdict == N else done.lacking
        assert any(found.startswith(reason) for found in lines), lines


def test_a_waiver_is_for_one_requirement(tmp_path: Path) -> None:
    """q.base.two checks two of them; both have failed."""
    cell(tmp_path, {"q.base.two": "FAIL"})
    waiver = WAIVER.replace("q:FEAT", "q:BASE")
    done = judge(tmp_path, PROFILE + waiver)
    assert done.verdict == N and verdicts(done)["BASE"] == "WAIVED"
    assert verdicts(done)["SECOND"] == "FAILED"
    assert [line.partition(":")[2][:6] for line in done.against] == ["SECOND"]
    both = PROFILE + waiver + WAIVER.replace("q:FEAT", "q:SECOND")
    assert judge(tmp_path, both).verdict == Q


def test_only_the_requirement_that_a_failure_names_has_failed(tmp_path: Path) -> None:
    text = log({**GOOD, "q.base.two": "FAIL"}).replace(
        b"# FAIL q.base.two\n", b"# FAIL q.base.two\n#   requirement: q:SECOND: A text. [x]\n")
    cell(tmp_path, text=text)
    done = judge(tmp_path)
    assert (verdicts(done)["BASE"], verdicts(done)["SECOND"]) == ("PASSED", "FAILED")
    assert judge(tmp_path, PROFILE + WAIVER.replace("q:FEAT", "q:BASE")).verdict == N
    assert judge(tmp_path, PROFILE + WAIVER.replace("q:FEAT", "q:SECOND")).verdict == Q


def test_a_waiver_is_for_its_rows(tmp_path: Path) -> None:
    cell(tmp_path, {"q.base.one": "FAIL", "q.base.two": "FAIL"})
    waiver = WAIVER.replace("q:FEAT", "q:BASE") + 'rows = ["q.base.one"]\n'
    done = judge(tmp_path, PROFILE + waiver)
    assert done.verdict == N and verdicts(done)["BASE"] == "FAILED"
    assert done.excuses[0].covers == ["q.base.one on k/c"]
    assert done.against[0].startswith("q:BASE fails: q.base.two on k/c")


def test_a_waiver_covers_no_other_requirement(tmp_path: Path) -> None:
    cell(tmp_path, {**FAILING, "q.base.one": "FAIL"})
    assert judge(tmp_path, PROFILE + WAIVER).excuses[0].covers == ["q.feat.plain on k/c"]


def test_a_waiver_in_one_of_two_kernels(tmp_path: Path) -> None:
    cell(tmp_path, FAILING)
    cell(tmp_path, FAILING, kernel="old", version="6.1.2")
    text = PROFILE.replace('["k"]', '["k", "old"]')
    waiver = WAIVER.replace("expires = 2026-12-31", 'last = "6.4"')
    done = judge(tmp_path, text + waiver)
    assert done.verdict == N and done.against[0].startswith("q:FEAT fails: q.feat.plain on k/c:")
    cell(tmp_path)
    assert judge(tmp_path, text + waiver).verdict == Q


@pytest.mark.parametrize("more,outcomes,note", [
    ('rows = ["q.feat.plain", "q.feat.more"]', {"q.feat.more": "PASS"},
     "half mended: nothing of 'q.feat.more' in its 'rows' fails any more: remove that"),
    ('rows = ["q.feat.plain", "q.feat.more"]', {"q.feat.more": "FAIL"}, ""),
    ('rows = ["q.feat.*"]', {"q.feat.more": "PASS"}, ""),
    ('kernels = ["k", "new"]', {},
     "half mended: nothing of 'new' in its 'kernels' fails any more: remove that"),
    ('kernels = ["k", "newer"]', {}, "'newer' of its 'kernels' is nothing that is claimed"),
    ('cells = ["c", "d"]', {}, "'d' of its 'cells' is nothing that is claimed in its range"),
])
def test_what_of_a_waiver_is_of_no_use(
    more: str, outcomes: dict[str, str], note: str, tmp_path: Path
) -> None:
    """It is told; what the waiver still covers is waived all the same."""
    cell(tmp_path, {**FAILING, **outcomes})
    cell(tmp_path, {**GOOD, "q.feat.more": "PASS"}, kernel="new", version="7.3.1")
    text = PROFILE.replace('["k"]', '["k", "new"]') + WAIVER + more + "\n"
    done = judge(tmp_path, text)
    told = [line for line in done.notes if line.startswith("waiver 1 (q:FEAT): ")]
    assert done.verdict == Q and len(told) == bool(note) and all(note in line for line in told), told


def test_a_waiver_is_not_stale_where_nothing_ran(tmp_path: Path) -> None:
    cell(tmp_path, text=b"Nothing.\n")
    for waiver in (WAIVER, WAIVER.replace("expires = 2026-12-31", 'last = "6.4"')):
        done = judge(tmp_path, PROFILE + waiver)
        assert done.verdict == INCOMPLETE and done.against == []
