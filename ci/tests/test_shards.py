# SPDX-License-Identifier: GPL-2.0-only
"""Shares of the matrix: nothing twice, nothing lost, on every machine the same."""

from __future__ import annotations

import random
import statistics
import subprocess
from pathlib import Path

import pytest

from ci import cells, shards
from fixtures.problem import USAGE, Problem
from report import results

MATRIX = cells.load()


@pytest.mark.parametrize("count", [1, 2, 3, 7, len(MATRIX)])
def test_every_cell_is_in_one_share(count: int) -> None:
    shares = [shards.take(MATRIX, shards.Shard(n, count)) for n in range(1, count + 1)]
    names = [cell.name for mine, _ in shares for cell in mine]
    assert sorted(names) == sorted(cell.name for cell in MATRIX)
    assert all(mine for mine, _ in shares)
    assert len({said["plan"] for _, said in shares}) == 1
    assert [said["shard"] for _, said in shares] == [f"{n + 1}/{count}" for n in range(count)]


@pytest.mark.parametrize("count", [2, 3, 5])
def test_shares_take_about_as_long(count: int) -> None:
    seconds = shards.durations()
    load = dict.fromkeys(range(1, count + 1), 0.0)
    for name, share in shards.plan([c.name for c in MATRIX], count, seconds).items():
        load[share] += seconds.get(name, statistics.median(seconds.values()))
    assert max(load.values()) - min(load.values()) <= max(seconds.values()) / 2


def test_the_order_does_not_matter() -> None:
    before = shards.take(MATRIX, shards.Shard(2, 3))
    shuffled = random.Random(1).sample(MATRIX, len(MATRIX))
    after = shards.take(shuffled, shards.Shard(2, 3))
    assert after[1] == before[1]
    assert {c.name for c in after[0]} == {c.name for c in before[0]}


def test_another_matrix_or_other_durations_make_another_plan() -> None:
    names = [cell.name for cell in MATRIX]
    plans = [shards.plan(names, 3, shards.durations()), shards.plan(names, 2, shards.durations()),
             shards.plan(names[1:], 3, shards.durations()), shards.plan(names, 3, {})]
    assert len({shards.digest(plan) for plan in plans}) == 4


@pytest.mark.long
@pytest.mark.parametrize("text", ["3/2", "0/2", "0/0", "1", "1/2/3", "a/b", "-1/2", "1/", ""])
def test_what_is_no_shard_is_one_line(text: str) -> None:
    with pytest.raises(Problem, match="shard") as caught:
        shards.parse(text)
    assert caught.value.code == USAGE
    done = subprocess.run(["ci/run", f"--shard={text}"],
                          cwd=shards.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == USAGE and len(done.stderr.splitlines()) == 1, done.stderr


def test_more_shards_than_cells() -> None:
    with pytest.raises(Problem, match="only 2 cells"):
        shards.take(MATRIX[:2], shards.Shard(1, 3))


@pytest.mark.parametrize("text", ["", "[seconds", "seconds = 3", '[seconds]\na = "x"', "\x80"])
def test_bad_durations_are_one_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "durations.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(Problem, match="durations.toml: ") as caught:
        shards.durations(tmp_path / "durations.toml")
    assert caught.value.code == USAGE


def test_durations_are_recorded_from_results(tmp_path: Path) -> None:
    for name, meta in (("max", {"seconds": 3.14}), ("none", {"seconds": 9, "args": "--case x"}),
                       ("gone", {"seconds": 8})):
        where = tmp_path / "run" / name
        where.mkdir(parents=True)
        results.write_not_run(where, {"kernel": "stock-6.1", "cell": name, **meta}, "a test")
    path = tmp_path / "durations.toml"
    path.write_text('[seconds]\n"stock-6.1/max" = 1.0\n"stock-6.1/nvhe" = 2.0\n"old/x" = 1.0\n')
    assert shards.record([tmp_path / "run"], path) == 1
    assert shards.durations(path) == {"stock-6.1/max": 3.1, "stock-6.1/nvhe": 2.0}
