# SPDX-License-Identifier: GPL-2.0-only
"""Whether the shards of a matrix that several machines shared are all here, and whole.

Each result says which shard it is of, how many cells that has, and a checksum of the plan by
which all of them were dealt out; shards of different plans do not belong together.
"""

from __future__ import annotations


from fixtures.problem import Problem
from report.problem import FOREIGN, MISSING
from report.shapes import Result

MOST_NAMED = 6


def _shards(results: list[Result]) -> dict[tuple[str, int], dict[int, list[Result]]]:
    """Results by plan, number of shards, and shard."""
    found: dict[tuple[str, int], dict[int, list[Result]]] = {}
    for result in results:
        run = result["meta"].get("run") or {}
        if shard := run.get("shard"):
            number, count = map(int, shard.split("/"))
            found.setdefault((run["plan"], count), {}).setdefault(number, []).append(result)
    return found


def _list(numbers: list[int], count: int) -> str:
    named = ", ".join(f"{number}/{count}" for number in numbers[:MOST_NAMED])
    more = f" and {len(numbers) - MOST_NAMED} more" if len(numbers) > MOST_NAMED else ""
    return f"shard{'s'[:len(numbers) != 1]} {named}{more}"


def lacking(results: list[Result]) -> list[Problem]:
    """One line for each matrix with shards missing, and for each shard with cells missing."""
    wrong = []
    for (plan, count), shards in _shards(results).items():
        if absent := [number for number in range(1, count + 1) if number not in shards]:
            wrong.append(Problem(
                f"{_list(absent, count)} of plan {plan[:8]} missing; give that directory too, or run "
                f"'make matrix SHARD={absent[0]}/{count}'", MISSING))
        for number, mine in sorted(shards.items()):
            cells = max(result["meta"]["run"]["cells"] for result in mine)
            if len(mine) < cells:
                wrong.append(Problem(
                    f"shard {number}/{count} of plan {plan[:8]} has {len(mine)} of its {cells} cells; "
                    f"run 'make matrix SHARD={number}/{count}' again", MISSING))
        revisions = {result["provenance"].get("revision"): number
                     for number, mine in sorted(shards.items()) for result in mine}
        revisions.pop(None, None)
        if len(revisions) > 1:
            named = ", ".join(f"{n}/{count} of {text}" for text, n in sorted(revisions.items()))
            wrong.append(Problem(
                f"shards of different suites do not make one matrix: {named}; run all of them "
                "from one tree", FOREIGN))
    return wrong
