# SPDX-License-Identifier: GPL-2.0-only
"""What is committed is written by hand: what is built, fetched or recorded is no part of it."""

import subprocess

import pytest

from fixtures import ROOT

MOST_BYTES = 100_000  # five times the longest that anybody wrote


def test_nothing_large_is_tracked() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("no clone: a tarball has what was committed")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, text=True, capture_output=True,
                           check=True).stdout.split("\0")
    tracked = [ROOT / name for name in names if name]
    assert tracked
    assert [path.name for path in tracked if path.is_file() and path.stat().st_size > MOST_BYTES] == []
