# SPDX-License-Identifier: GPL-2.0-only
"""The exit codes for what can be wrong with what the report is given."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

TRUNCATED = 65  # a result that was not written to its end
NOTHING = 66  # no such directory, or no result in it
FOREIGN = 67  # somebody else's file, or another version's
CORRUPT = 68  # ours once, changed since
CATALOGUE = 69  # the binary that lists the rows is missing or broken
TWICE = 71  # two results of the same cell
MISSING = 72  # a shard of a matrix, or a part of one
DISK = 74  # something cannot be written
SIGNATURE = 77  # nobody signed it, or somebody else, or it cannot be signed
KNOWN_ISSUES = 78  # ci/known-issues.toml has a mistake
PROFILE = 78  # a profile has one


def nearest(word: str, choices: Iterable[str]) -> str:
    """A hint at the name that was probably meant, ready to append; or nothing."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
