# SPDX-License-Identifier: GPL-2.0-only
"""Which cells fall to which of several machines, decided by each of them alone.

    ci/shards --count 3            which shard each cell of the matrix is in
    ci/shards --record build/run   rewrite ci/durations.toml

Machines agree without talking: a share is made of the matrix and of ci/durations.toml, both of
which are in the repository, and of nothing that only one machine knows. What a share was made of
is recorded with each result, so that shares that do not fit together are noticed.
"""

from __future__ import annotations

import hashlib
import os
import re
import statistics
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ci import cells as cells_module
from ci.cells import Cell
from fixtures import ROOT, cache, problem
from fixtures.problem import USAGE, Parser, Problem

DURATIONS = Path(__file__).with_name("durations.toml")
_HEADER = """\
# SPDX-License-Identifier: GPL-2.0-only
#
# Seconds that a cell takes, as measured once; shards are balanced by it, and a machine that has
# run no cell yet begins with the longest. Only proportions matter. Rewritten, after a whole
# `make matrix`, by: ci/shards --record build/run

"""


@dataclass(frozen=True)
class Shard:
    """The number-th of count shares; numbers begin with 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse(text: str) -> Shard:
    """ "2/3". A Problem for anything that is no share."""
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not match:
        raise Problem(f"shard '{text}' is not like 2/3, the second of three", USAGE)
    shard = Shard(int(match[1]), int(match[2]))
    if not 1 <= shard.number <= shard.count:
        raise Problem(f"shard {text}: there is no such share; the first of {shard.count or 3} is "
                      f"1/{shard.count or 3}", USAGE)
    return shard


def durations(path: Path = DURATIONS) -> dict[str, float]:
    """Seconds by cell, as the repository has them."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))["seconds"]
        return {str(name): float(seconds) for name, seconds in data.items()}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{path.name}: {error}", USAGE) from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Problem(f"{path.name}: [seconds] must have a number for each cell", USAGE) from None


def plan(names: Iterable[str], count: int, seconds: dict[str, float]) -> dict[str, int]:
    """The share of each cell: the longest first, each to the share with the least to do."""
    names = list(names)
    if count > len(names):
        raise Problem(f"{count} shards, but only {len(names)} cells; make fewer shards", USAGE)
    usual = statistics.median(seconds.values()) if seconds else 1.0
    cost = {name: max(seconds.get(name, usual), 0.1) for name in names}
    load = [0.0] * count
    shares: dict[str, int] = {}
    for name in sorted(names, key=lambda name: (-cost[name], name)):
        least = min(range(count), key=lambda share: (load[share], share))
        shares[name] = least + 1
        load[least] += cost[name]
    return shares


def digest(shares: dict[str, int]) -> str:
    """What tells one plan from another."""
    text = "".join(f"{name} {share}\n" for name, share in sorted(shares.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def take(cells: list[Cell], shard: Shard) -> tuple[list[Cell], dict[str, object]]:
    """The cells of one share, and what results.json says of it."""
    names = [cell.name for cell in cells]
    shares = plan(names, shard.count, durations())
    mine = [cell for cell, name in zip(cells, names) if shares[name] == shard.number]
    return mine, {"shard": str(shard), "plan": digest(shares)}


def record(places: list[Path], path: Path = DURATIONS) -> int:
    """Rewrite the durations by some results; cells that are not among them stay. How many."""
    # Not at the top: it needs modules that the set-up may have yet to bring.
    from report import results  # pylint: disable=import-outside-toplevel

    found, wrong = results.find(places)
    if wrong:
        raise Problem(wrong[0].lines[0], wrong[0].code)
    new = durations(path) if path.exists() else {}
    matrix = {cell.name for cell in cells_module.load()}
    measured = 0
    for result in found:
        meta = result["meta"]
        name = f"{meta['kernel']}/{meta['cell']}"
        if name in matrix and meta.get("seconds") and not meta.get("args") and not result["problems"]:
            new[name] = round(meta["seconds"], 1)
            measured += 1
    lines = [f'"{name}" = {new[name]}\n' for name in sorted(new) if name in matrix]
    cache.write_text(path, _HEADER + "[seconds]\n" + "".join(lines))
    return measured


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/shards", description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=2, metavar="N", help="(default %(default)s)")
    parser.add_argument("--record", nargs="+", type=Path, metavar="DIRECTORY",
                        help="rewrite ci/durations.toml by these results")
    arguments = parser.parse_args()
    if arguments.count < 1:
        raise Problem("--count is at least 1", USAGE)
    if arguments.record:
        print(f"{record(arguments.record)} cells measured")
        return 0
    os.chdir(ROOT)
    names = [cell.name for cell in cells_module.load()]
    seconds = durations()
    shares = plan(names, arguments.count, seconds)
    for name in names:
        print(f"{shares[name]}/{arguments.count}", name, seconds.get(name, "?"), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(problem.run("ci/shards", main))
