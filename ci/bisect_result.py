# SPDX-License-Identifier: GPL-2.0-only
"""What a step of a bisection comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

GOOD, BAD, CANNOT = 0, 1, 125
_NAMES = {GOOD: "good", BAD: "bad", CANNOT: "cannot be judged"}


@dataclass(frozen=True)
class Finding:
    """The verdict, one line of why, and more lines."""

    code: int
    why: str
    detail: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{_NAMES[self.code]}: {self.why}"
