# SPDX-License-Identifier: GPL-2.0-only
"""The demonstration's history, and what it takes for the demonstration to fail."""

from __future__ import annotations

import fnmatch
from pathlib import Path

from ci import bisect_demo, bisect_history
from ci.bisect_demo import Outcome
from ci.bisect_history import Commit
from fixtures.kernel.apply import Edit

NOT_BUILT = [("a", "cannot be judged", "does not build: x"), ("b", "good", "1 PASS"),
             ("c", "cannot be judged", "does not build: y")]
NOT_BOOTED = [("d", "cannot be judged", "does not boot: panic")]


def test_the_history_is_what_it_is_said_to_be() -> None:
    commits, tracked = bisect_history.load()
    assert len(commits) == 64 == len({commit.subject for commit in commits}) and tracked
    assert bisect_history.load()[0] == commits
    guilty = [commit for commit in commits if commit.guilty]
    files = [{edit.file for edit in commit.edits} for commit in guilty]
    assert files == [{"drivers/iommu/iommufd/tsm.c"}, {"arch/arm64/kvm/arm.c"}]
    assert [c.repairs for c in commits if c.repairs] == [
        at - 1 for at, commit in enumerate(commits, 1) if commit.repairs]
    assert sum(bool(commit.repairs) for commit in commits) == 3
    assert not fnmatch.filter([c.subject for c in commits], "*{*")


def test_the_edits_apply_to_the_files_that_are_ours() -> None:
    ours = Path("fixtures/kernel/tree")
    commits, _ = bisect_history.load()
    files = {edit.file for commit in commits for edit in commit.edits if (ours / edit.file).is_file()}
    assert "drivers/iommu/iommufd/tsm.c" in files
    base = {name: (ours / name).read_text(encoding="utf-8") for name in files}
    mine = tuple(Commit(commit.subject, tuple(edit for edit in commit.edits if edit.file in files),
                        repairs=commit.repairs) for commit in commits)
    assert len(list(bisect_history.states(mine, base))) == len(commits)


def test_one_changes_what_only_a_recording_shows() -> None:
    commits, _ = bisect_history.load()
    assert [commit.guilty for commit in commits if commit.behaviour] == [()]


def test_a_repaired_commit_leaves_no_trace_and_endings_add_up() -> None:
    edit = Edit("f", "a place", "broken\n", after="one")
    commits = (Commit("x", ending=("new", "1\n")), Commit("break", (edit,)),
               Commit("mend", repairs=2), Commit("y", ending=("new", "2\n")))
    base = {"f": "one\ntwo\n"}
    assert list(bisect_history.states(commits, base)) == [
        {"new": "1\n"}, {"f": "one\nbroken\ntwo\n"}, {"f": "one\ntwo\n"}, {"new": "1\n2\n"}]


def test_the_verdicts_are_read() -> None:
    assert bisect_demo.verdicts([
        "running ...\n",
        "ci/bisect: 0123456789ab (iommufd: Do it (again)): bad: s.t.b FAIL; build/bisect/x/\n",
        "  call: x\n",
        "ci/bisect: 1123456789ab (x): cannot be judged: does not build: a; build/bisect/y/\n",
    ]) == [("0123456789ab", "bad", "s.t.b FAIL"),
           ("1123456789ab", "cannot be judged", "does not build: a")]


def outcome(steps: list[tuple[str, str, str]], found: str = "1" * 40) -> Outcome:
    return Outcome("s", found, "1" * 40, steps, 1.0)


def test_the_demonstration_passes_only_if_it_showed_everything() -> None:
    built, booted = outcome(NOT_BUILT), outcome(NOT_BOOTED)
    assert bisect_demo.missed([built, booted], []) == []
    assert bisect_demo.missed([outcome(NOT_BUILT[:2]), booted], NOT_BUILT[2:]) == []
    assert "of 0 commits was said that the kernel does not boot" in bisect_demo.missed([built], [])[0]
    twice = [*NOT_BUILT[:1], ("a", *NOT_BUILT[2][1:]), *NOT_BOOTED]
    assert "of 1 commits" in bisect_demo.missed([outcome(twice)], [])[0], "one commit, met twice"
    assert "not of 1" in bisect_demo.missed([built, booted], [("x", *NOT_BOOTED[0][1:])])[0]


def test_the_demonstration_fails_where_a_bisection_skipped_nothing() -> None:
    smooth = outcome(NOT_BUILT[1:2])
    assert "could be judged" in bisect_demo.missed([smooth], NOT_BUILT + NOT_BOOTED)[0]


def test_the_demonstration_fails_where_another_commit_or_none_is_found() -> None:
    steps = NOT_BUILT + NOT_BOOTED
    assert "222222222222 was found" in bisect_demo.missed([outcome(steps, "2" * 40)], [])[0]
    assert "nothing was found" in bisect_demo.missed([outcome(steps, "")], [])[0]
