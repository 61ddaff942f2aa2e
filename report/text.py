# SPDX-License-Identifier: GPL-2.0-only
"""Text out of a kernel's log, made fit for other people's formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

# Control characters, halves of surrogate pairs and non-characters, which XML and UTF-8 cannot
# carry; and what turns the direction of writing, which would make a line read as another.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def plain(value: Any) -> Any:
    """The same data, with every character in it printable; what is not, spelt out."""
    if isinstance(value, str):
        return _UNFIT.sub(_visible, value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    return value


def number(count: int, thing: str) -> str:
    """ "1 cell", "2 cells"."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def some(all_of: Iterable[str], most: int) -> str:
    """The first few of some names, and how many there are besides."""
    names = list(dict.fromkeys(all_of))
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
