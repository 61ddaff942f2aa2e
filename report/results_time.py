# SPDX-License-Identifier: GPL-2.0-only
"""When some results were measured, and how long that took."""

from __future__ import annotations

import datetime

from report.shapes import Result

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def _begin(result: Result) -> datetime.datetime | None:
    """When a cell was begun; None where that is not recorded, or nothing was run."""
    try:
        return datetime.datetime.strptime(result["meta"]["started"], _FORMAT)
    except (KeyError, TypeError, ValueError):
        return None


def sentence(results: list[Result]) -> str:
    """ "measured 2026-11-20 14:02 UTC; 81 s, of which 37 s boot, in 12 cells", as far as it is
    recorded. Seconds are the cells' own, which run side by side, added up."""
    begins = sorted(filter(None, map(_begin, results)))
    if not begins:
        return ""
    first, last = (f"{moment:%Y-%m-%d %H:%M}" for moment in (begins[0], begins[-1]))
    text = f"measured {first}{f' to {last}' if last != first else ''} UTC"
    timed = [result["meta"] for result in results if result["meta"].get("seconds")]
    if timed:
        whole = sum(meta["seconds"] for meta in timed)
        boot = sum(meta.get("boot_seconds") or 0 for meta in timed)
        text += (f"; {whole:.0f} s, of which {boot:.0f} s boot, in {len(timed)} "
                 f"cell{'s'[:len(timed) != 1]}")
    return text
