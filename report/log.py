# SPDX-License-Identifier: GPL-2.0-only
"""What one run's log says, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PASS, FAIL, SKIP, ERROR, NOT_RUN = "PASS", "FAIL", "SKIP", "ERROR", "NOT RUN"
KNOWN = "FAIL (known)"
# How the reason of a SKIP begins where the kernel never promised what the row checks (harness/row.h).
NOT_APPLICABLE = "not applicable: "
WORST_FIRST = (FAIL, ERROR, NOT_RUN, SKIP, PASS)

ROW_ID = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+"
TORN = "its result line was torn or lost on the console"
_PANIC = re.compile(r"Kernel panic - not syncing: .*|Unable to handle kernel .*|Oops: .*")


@dataclass
class Row:
    """One row's outcome."""

    id: str
    verdict: str = NOT_RUN
    reason: str = ""
    detail: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    kernel: list[str] = field(default_factory=list)  # logged while the row ran
    results: int = 0  # result lines, damaged ones included


@dataclass
class Log:
    """A whole log's contents."""

    rows: dict[str, Row] = field(default_factory=dict)  # in the order in which they ran
    plan: int | None = None
    exit: int | None = None
    header: dict[str, str] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    info: list[str] = field(default_factory=list)  # about no row in particular
    problems: list[str] = field(default_factory=list)  # why it is not all that it should be
    strict: list[str] = field(default_factory=list)  # requirements that --strict misses
    guilty: str | None = None  # the row that ran when the log ended
    cut: str = ""  # the line inside which the log ends
    kernel: list[str] = field(default_factory=list)
    noise: int = 0  # lines that are neither the kernel's nor TAP
    tap: list[str] = field(default_factory=list)  # the TAP, without what was not believed
    results: int = 0  # result lines in it
    # Each result, in the order in which they came: a row that is repeated has several.
    outcomes: list[tuple[str, str]] = field(default_factory=list)
    all_asked: bool = False  # its rows are known to be all that were asked for

    @property
    def found(self) -> bool:
        """Whether there was any TAP at all."""
        return bool(self.rows or self.header or self.plan is not None)

    @property
    def panic(self) -> str:
        """The kernel's last words, if it died."""
        return next((m[0] for line in self.kernel if (m := _PANIC.search(line))), "")
