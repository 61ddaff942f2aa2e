# SPDX-License-Identifier: GPL-2.0-only
"""Shards that several machines made: brought together, and what is missing told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from report.__main__ import main
from report.catalogue import Catalogue
from report.tests.conftest import golden
from report.tests.sample import cell

PLANNED = {1: ("max", "none"), 2: ("nvhe",), 3: ("pmu-off", "sve-off")}


def shard(
    where: Path, catalogue: Catalogue, number: int, log: bytes = golden("pass"), **run: Any
) -> Path:
    for name in PLANNED[number]:
        cell(where / str(number), catalogue, log, "stock-7.2", name, run={
            "started": "2026-11-20T14:00:00Z", "cells": len(PLANNED[number]),
            "shard": f"{number}/3", "plan": "0123456789abcdef", **run})
    return where / str(number)


@pytest.fixture
def three(tmp_path: Path, catalogue: Catalogue) -> list[Path]:
    return [shard(tmp_path, catalogue, number) for number in (1, 2, 3)]


def said(places: list[Path], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """summary's exit code and complaints."""
    code = main(["summary", *map(str, places)])
    return code, capsys.readouterr().err.splitlines()


def test_all_shards_make_one_matrix(three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert said(three, capsys) == (0, [])


def test_a_missing_shard_is_noticed(three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    code, err = said(three[:1], capsys)
    assert code == 72 and len(err) == 1
    assert "shards 2/3, 3/3 of plan 01234567 missing" in err[0]
    code, err = said([three[0], three[2]], capsys)
    assert code == 72 and len(err) == 1 and "shard 2/3 of" in err[0] and "SHARD=2/3" in err[0]


def test_a_shard_with_cells_missing(three: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(three[2] / "stock-7.2" / "sve-off")
    code, err = said(three, capsys)
    assert code == 72 and len(err) == 1 and "shard 3/3 of plan 01234567 has 1 of its 2 cells" in err[0]


def test_shards_of_another_plan_do_not_stand_in(
    three: list[Path], tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(three[1])
    shard(tmp_path, catalogue, 2, plan="fedcba98")
    code, err = said(three, capsys)
    assert code == 72 and len(err) == 2
    assert "shard 2/3 of plan 01234567" in err[0] and "shards 1/3, 3/3 of plan fedcba98" in err[1]


def test_shards_of_another_suite(
    three: list[Path], tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    log = golden("pass").replace(b"# uapi-conform ", b"# uapi-conform other-")
    assert log != golden("pass")
    shard(tmp_path, catalogue, 2, log)
    code, err = said(three, capsys)
    assert code == 67 and len(err) == 1 and "from one tree" in err[0]


def test_the_same_shard_twice(three: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = Path(shutil.copytree(three[1], tmp_path / "again"))
    code, err = said([*three, again], capsys)
    assert code == 71 and len(err) == 1 and "the same cell as" in err[0]


@pytest.mark.parametrize("command", ["junit", "markdown", "html", "kcidb"])
def test_every_format_notices(command: str, three: list[Path], tmp_path: Path) -> None:
    assert main([command, "-o", str(tmp_path / "out"), str(three[0])]) == 72
    assert (tmp_path / "out").stat().st_size


def test_nothing_is_compared_or_qualified_with_a_shard_missing(
    three: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", str(three[0]), str(three[0])]) == 72
    assert len(capsys.readouterr().err.splitlines()) == 1
