# SPDX-License-Identifier: GPL-2.0-only
"""The demonstration's history, and what it takes for the demonstration to fail."""

from __future__ import annotations

import fnmatch

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


def test_the_demonstration_passes_only_if_it_showed_everything() -> None:
    right = Outcome("s", "1" * 40, "1" * 40, NOT_BUILT, 1.0)
    other = Outcome("t", "2" * 40, "2" * 40, NOT_BOOTED, 1.0)
    assert bisect_demo.missed([right, other]) == []
    assert "met 0 of the 1" in bisect_demo.missed([right])[0]
    assert "met 0 of the 2" in bisect_demo.missed([other])[0]
    twice = Outcome("s", "1" * 40, "1" * 40, [*NOT_BUILT[:1], ("a", *NOT_BUILT[2][1:]), *NOT_BOOTED], 1.0)
    assert "met 1 of the 2" in bisect_demo.missed([twice])[0], "one commit, met twice"


def test_the_demonstration_fails_where_another_commit_or_none_is_found() -> None:
    steps = NOT_BUILT + NOT_BOOTED
    wrong = Outcome("s", "1" * 40, "2" * 40, steps, 1.0)
    assert "111111111111 was found" in bisect_demo.missed([wrong])[0]
    assert "nothing was found" in bisect_demo.missed([Outcome("s", "", "2" * 40, steps, 1.0)])[0]
