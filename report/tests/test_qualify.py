# SPDX-License-Identifier: GPL-2.0-only
"""Verdicts of a qualification: every way to pass, to fail and to stay incomplete."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import results
from report.problem import PROFILE as PROFILE_CODE
from report.qualification import profile_toml
from report.qualification.verdict import Qualification, qualify
from report.tests.qualify_sample import (
    DAY,
    GOOD,
    NO_EXTRA,
    NO_FEAT,
    PROFILE,
    catalogue,
    cell,
    log,
)

Q, N, INCOMPLETE = "QUALIFIED", "NOT QUALIFIED", "INCOMPLETE"


def judge(where: Path, text: str = PROFILE, day: datetime.date = DAY) -> Qualification:
    found, wrong = results.find([where])
    assert not wrong
    profile = profile_toml.parse(text.encode(), Path("p.toml"), catalogue())
    return qualify(profile, found, catalogue(), day)


def verdicts(done: Qualification) -> dict[str, str]:
    return {line.requirement.id.removeprefix("q:"): line.verdict for line in done.lines}


def test_qualified(tmp_path: Path) -> None:
    cell(tmp_path)
    done = judge(tmp_path)
    assert (done.verdict, done.against, done.lacking) == (Q, [], [])
    assert verdicts(done) == {
        "BASE": "PASSED", "SECOND": "PASSED", "FEAT": "PASSED", "LACK": "NOT CLAIMED",
        "RARE": "NOT TESTED", "EXTRA": "NOT TESTED",
    }
    feat = next(line for line in done.lines if line.requirement.id == "q:FEAT")
    assert (feat.tested, feat.passed, feat.failed, feat.waived, feat.not_tested) == (1, 1, 0, 0, 1)
    assert any("outside the claim" in note and "q:LACK" in note for note in done.notes)


# outcomes, what is claimed, the requirement's verdict, the whole verdict, and a line
FEAT = 'features = ["feat"]\n'
COMBINATIONS: list[tuple[dict[str, str], str, str, str, str]] = [
    # Mandatory.
    ({"q.base.one": "FAIL"}, FEAT, "BASE FAILED", N, "q:BASE fails: q.base.one on k/c: CALL: "
     "expected EINVAL, got 0"),
    ({"q.base.one": "ERROR"}, FEAT, "BASE ERROR", INCOMPLETE, "q:BASE could not be judged: ERROR: "),
    ({"q.base.one": "nothing to try"}, FEAT, "BASE PASSED", Q, ""),
    ({"q.base.one": "x", "q.base.two": "x"}, FEAT, "SECOND NOT TESTED", INCOMPLETE,
     "q:SECOND is not tested: x; run it where it applies"),
    # A failure is worse than what is missing.
    ({"q.base.one": "ERROR", "q.feat.plain": "FAIL"}, FEAT, "BASE ERROR", N, "q:FEAT fails"),
    ({"q.base.one": "ERROR", "q.base.two": "FAIL"}, FEAT, "BASE FAILED", N, "q:BASE fails"),
    # Claimed, and not there.
    ({"q.feat.plain": NO_FEAT, "q.feat.more": NO_FEAT, "q.lack.none": "PASS"}, FEAT, "FEAT FAILED",
     N, "q:FEAT is claimed, but absent: q.feat.plain and 1 other row on k/c: it has no feat"),
    (dict.fromkeys(GOOD, "no such thing"), FEAT, "BASE FAILED", N,
     "q:BASE is claimed, but absent: q.base.one"),
    ({}, 'features = ["feat", "extra"]', "FEAT FAILED", N, "q:EXTRA is claimed, but absent"),
    # A promise of other kernels.
    (dict.fromkeys(("q.feat.plain", "q.feat.more"), "not applicable: only in x"), "", "FEAT NOT CLAIMED", INCOMPLETE, "q:LACK"),
    # Neither claimed nor ruled out: there or not, it is judged if it is there.
    ({"q.feat.plain": NO_FEAT, "q.feat.more": NO_FEAT, "q.lack.none": "PASS"}, "",
     "FEAT NOT TESTED", INCOMPLETE, "q:FEAT is not tested: it has no feat; run it where"),
    ({}, "", "LACK NOT TESTED", INCOMPLETE, "q:LACK is not tested: it has feat"),
    ({}, FEAT + 'without = ["no-feat"]', "LACK NOT CLAIMED", Q, ""),
    ({}, FEAT + 'without = ["extra", "no-feat"]', "EXTRA NOT CLAIMED", Q, ""),
    # Ruled out, and yet there.
    ({}, 'without = ["feat"]', "FEAT PASSED", N,
     "claim 1: 'without' names 'feat', but it is there: q.feat.plain on k/c was judged"),
    ({"q.feat.plain": NO_FEAT, "q.feat.more": NO_FEAT, "q.lack.none": "PASS"},
     'without = ["feat"]', "FEAT NOT CLAIMED", Q, ""),
    # What is claimed rules out its contrary, both ways.
    ({"q.feat.plain": NO_FEAT, "q.feat.more": NO_FEAT, "q.lack.none": "PASS"},
     'features = ["no-feat"]', "FEAT NOT CLAIMED", Q, ""),
    # It lacks one of two things, and nothing tells which one.
    ({"q.feat.plain": "ERROR", "q.feat.more": "odd"}, FEAT, "FEAT ERROR", INCOMPLETE,
     "q:FEAT could not be judged: ERROR"),
    # Optional.
    ({"q.rare.one": "FAIL"}, FEAT, "RARE FAILED", N, "q:RARE fails"),
    ({"q.rare.one": "ERROR"}, FEAT, "RARE ERROR", INCOMPLETE, "q:RARE could not be judged: ERROR"),
    ({"q.rare.one": "PASS"}, FEAT, "RARE PASSED", Q, ""),
    ({}, 'features = ["feat", "rare"]', "RARE FAILED", N, "q:RARE is claimed, but absent"),
]


@pytest.mark.parametrize("outcomes,claim,line,verdict,reason", COMBINATIONS)
def test_combinations(
    outcomes: dict[str, str], claim: str, line: str, verdict: str, reason: str, tmp_path: Path
) -> None:
    cell(tmp_path, outcomes)
    done = judge(tmp_path, PROFILE.replace(FEAT, claim))
    requirement, _, expected = line.partition(" ")
    assert verdicts(done)[requirement] == expected
    assert done.verdict == verdict, (done.against, done.lacking)
    if verdict == Q:
        assert done.against + done.lacking == []
    else:
        lines = done.against if verdict == N else done.lacking
        assert any(found.startswith(reason) for found in lines), lines


def test_a_feature_that_no_row_speaks_about(tmp_path: Path) -> None:
    """Rows that lack two things name one; that leaves the other one open."""
    cell(tmp_path, {"q.extra.one": "PASS", "q.feat.more": "nothing to try here",
                    "q.feat.plain": "nothing to try here", "q.lack.none": "PASS"})
    done = judge(tmp_path)
    assert verdicts(done)["FEAT"] == "FAILED"  # both lack feat, it is all they have in common
    cell(tmp_path, {"q.extra.one": "PASS", "q.feat.more": NO_EXTRA, "q.feat.plain": "PASS"})
    assert judge(tmp_path).verdict == Q


def test_a_claimed_feature_nobody_judged(tmp_path: Path) -> None:
    text = PROFILE.replace('"feat"', '"feat", "rare"').replace("features", 'without = ["extra"]\n'
                                                               "features")
    # The one reason stands for two rows that have no need in common.
    cell(tmp_path, {"q.rare.one": "odd", "q.extra.one": "odd"})
    done = judge(tmp_path, text)
    assert done.verdict == INCOMPLETE
    assert "claim 1: 'rare' is claimed, and no row on k/c that needs it was judged" in done.lacking


@pytest.mark.parametrize("row", GOOD)
def test_never_qualified_with_a_row_lost(row: str, tmp_path: Path) -> None:
    """Whatever was to run and has no verdict leaves it incomplete."""
    cell(tmp_path, text=log(GOOD).replace(f"ok {list(GOOD).index(row) + 1} {row}".encode(),
                                          b"garbage"))
    done = judge(tmp_path)
    assert done.verdict == INCOMPLETE
    # Not only because the log is damaged: the requirement itself waits for it.
    assert any(line.blocking and line.verdict == "ERROR" and line.errors == 1 for line in done.lines)


@pytest.mark.parametrize(
    "row,verdict",
    [("q.base.one", INCOMPLETE), ("q.feat.plain", INCOMPLETE), ("q.lack.none", Q),
     ("q.rare.one", Q)],
)
def test_filtered(row: str, verdict: str, tmp_path: Path) -> None:
    """A mandatory requirement of which a row was left out is not tested."""
    rest = {name: outcome for name, outcome in GOOD.items() if name != row}
    cell(tmp_path, text=log(rest), args=[w for name in rest for w in ("--case", name)])
    done = judge(tmp_path)
    assert done.verdict == verdict, (done.against, done.lacking)
    if verdict != Q:
        assert "is not tested: not selected on the command line" in done.lacking[0]
        assert done.lacking[0].endswith("; run it without --case and --suite")


def test_crash(tmp_path: Path) -> None:
    text = log(GOOD)
    cell(tmp_path, text=text[: text.index(b"ok 3 ")] + b"[    1.000000] Kernel panic - not "
         b"syncing: Oh\n")
    done = judge(tmp_path)
    assert done.verdict == N
    assert "k/c: the log ends while q.feat.plain was running: Kernel panic" in done.lacking[0]


def test_no_row(tmp_path: Path) -> None:
    cell(tmp_path)
    known = catalogue()
    known.requirements["q:BARE"] = known.requirements["q:BASE"].__class__(
        "q:BARE", True, "a source", "A text.")
    found, _ = results.find([tmp_path])
    profile = profile_toml.parse(PROFILE.encode(), Path("p.toml"), known)
    done = qualify(profile, found, known, DAY)
    assert done.verdict == INCOMPLETE
    assert done.lacking == ["q:BARE is not tested: no row checks it"]


@pytest.mark.parametrize("kernels,cells,missing", [
    ('["k", "other"]', "", "claim 1: no result of other/*"),
    ('["k"]', '["c", "d*"]', "claim 1: no result of k/d*"),
    ('["x*"]', "", "claim 1: no result of x*/*"),
])
def test_missing_results(kernels: str, cells: str, missing: str, tmp_path: Path) -> None:
    cell(tmp_path)
    text = PROFILE.replace('["k"]', kernels) + (f"cells = {cells}\n" if cells else "")
    done = judge(tmp_path, text)
    assert done.verdict == INCOMPLETE and missing in done.lacking


def test_not_run(tmp_path: Path) -> None:
    cell(tmp_path)
    (tmp_path / "k" / "d").mkdir()
    results.write_not_run(tmp_path / "k" / "d", {"kernel": "k", "cell": "d"}, "needs QEMU 10.0")
    done = judge(tmp_path)
    assert done.verdict == INCOMPLETE and "k/d was not run: needs QEMU 10.0" in done.lacking
    assert verdicts(done)["BASE"] == "NOT TESTED"
    assert judge(tmp_path, PROFILE + 'cells = ["c"]').verdict == Q


def test_two_cells(tmp_path: Path) -> None:
    """Each cell has its own claims; LACK is tested where the feature is not."""
    cell(tmp_path)
    cell(tmp_path, {"q.feat.plain": NO_FEAT, "q.feat.more": NO_FEAT, "q.lack.none": "PASS"},
         name="d")
    assert judge(tmp_path).verdict == N  # feat is claimed of both
    text = PROFILE + 'cells = ["c"]\n' + PROFILE.partition("\n[[")[2].join(["[[", ""]).replace(
        '"feat"', '"no-feat"') + 'cells = ["d"]\n'
    done = judge(tmp_path, text)
    assert done.verdict == Q and verdicts(done)["LACK"] == "PASSED"
    cell(tmp_path, {"q.base.one": "FAIL"}, name="e")
    done = judge(tmp_path, text)
    assert done.verdict == Q and done.left_out == 1
    assert any(note.startswith("1 result left out") for note in done.notes)


def test_contradictory_claims(tmp_path: Path) -> None:
    cell(tmp_path)
    text = PROFILE + '[[claim]]\nsuite = "q"\nkernels = ["*"]\nwithout = ["feat"]\n'
    with pytest.raises(Problem, match="claims 1 and 2 contradict each other on k/c") as caught:
        judge(tmp_path, text)
    assert caught.value.code == PROFILE_CODE


def test_different_builds(tmp_path: Path) -> None:
    cell(tmp_path)
    cell(tmp_path, name="d", text=log(GOOD, revision="999-dirty"))
    done = judge(tmp_path)
    assert done.verdict == INCOMPLETE and "different builds" in done.lacking[0]
    assert any("no commit has: 999-dirty" in note for note in done.notes)


def test_another_build_than_this_one(tmp_path: Path) -> None:
    cell(tmp_path, {"q.base.new": "PASS"})
    lacking = judge(tmp_path).lacking
    assert any("ran q.base.new, which this build of the suite does not have" in x for x in lacking)


@pytest.mark.parametrize("args,text,verdict", [
    ("--suite q", GOOD, INCOMPLETE), ("--suite q --device 0000:01:00.0", GOOD, Q),
])
def test_device(args: str, text: dict[str, str], verdict: str, tmp_path: Path) -> None:
    cell(tmp_path, args=args)
    done = judge(tmp_path, PROFILE + 'device = "0000:01:00.0"\n')
    assert done.verdict == verdict, done.lacking
    if verdict == INCOMPLETE:
        assert done.lacking == ["claim 1: k/c was not run on device '0000:01:00.0': give it with "
                                "--device"]


def test_known_issues_excuse_nothing(tmp_path: Path) -> None:
    cell(tmp_path, {"q.feat.plain": "FAIL"}, version="5.1.2")
    done = judge(tmp_path, PROFILE)
    assert done.verdict == N and "known as odd, which is no waiver" in done.against[0]


def test_the_day_comes_from_one_place(monkeypatch: Any) -> None:
    assert isinstance(profile_toml.today(), datetime.date)
    clocks = [path.name for path in Path(profile_toml.__file__).parent.glob("*.py")
              if any(word in path.read_text() for word in ("now(", "date.today", "time()"))]
    assert clocks == ["profile_toml.py"]
