# SPDX-License-Identifier: GPL-2.0-only
"""What a cell of ci/matrix.toml promises of its kernel, and whether the kernel shows it.

A kernel that boots without its EL2, say, has no KVM: every row of that suite is skipped, with good
reason, and all that is left is kept. That must not pass for the verdict on the cell: it was there
to have them judged.
"""

from __future__ import annotations

from collections import Counter

from report.catalogue import Catalogue
from report.log import SKIP
from report.shapes import Meta, Row

# `caps` of the matrix: the need that rows have which only such a kernel can judge, and in words.
PROMISES = {
    "1,1": ("pauth", "KVM with pointer authentication"),
    "0,0": ("no-pauth", "KVM without pointer authentication"),
}


def broken(meta: Meta, rows: list[Row], catalogue: Catalogue) -> str:
    """A line for a promise that the kernel does not keep, or nothing. Whoever asks for no row that
    is about it was promised nothing."""
    need, words = PROMISES.get(str(meta.get("expected_caps")), ("", ""))
    about = [row for row in rows if row["selected"] and row["id"] in catalogue.rows
             and need in catalogue.rows[row["id"]].needs]
    if not about or any(row["verdict"] != SKIP for row in about):
        return ""
    why, _ = Counter(row["reason"] for row in about).most_common(1)[0]
    return (f"this configuration promises {words}, and the kernel shows none: {why}; boot it where "
            "it has that, or leave the rows out with --suite")
