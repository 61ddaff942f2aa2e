# SPDX-License-Identifier: GPL-2.0-only
"""Whatever becomes of a cell's files, reading it says what was judged, or one line of why not."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import results
from report.tests import sample
from report.tests.conftest import golden

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies
# Nothing is kept between runs, and the same examples come every time.
given = hypothesis.settings(deadline=None, derandomize=True, database=None, max_examples=150,
                            suppress_health_check=list(hypothesis.HealthCheck))

_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.sampled_from(
    [10 ** 400, 1e308, "", "x", "PASS", "FAIL", "FAIL (known)", "SKIP", "NOT RUN", "demo.caps.both", "\0", "\ud800", "[", "*"]))
_VALUES = st.recursive(_SCALARS, lambda inner: st.one_of(
    st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "verdict", "a"]), inner, max_size=3)), max_leaves=6)
_SHARE = st.floats(0, 1)
# Anywhere; and where the verdicts stand.
_PLACES = st.one_of(
    st.lists(_SHARE, min_size=1, max_size=4), st.tuples(st.sampled_from(["verdict", "exit", "guilty"])),
    st.tuples(st.sampled_from(["rows", "requirements"]), _SHARE, st.sampled_from(["verdict", "reason", "id"])),
    st.tuples(st.just("counts"), _SHARE))


def _set(value: Any, places: Any, new: Any) -> Any:
    """The value with something in it replaced: at each step down, the entry of that name, or at that
    share."""
    if not places or not isinstance(value, dict | list) or not value:
        return new
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = places[0]
    if isinstance(key, float):
        key = keys[min(int(key * len(keys)), len(keys) - 1)]
    value[key] = _set(value[key], places[1:], new)
    return value


def _load(directory: Path, good: dict[str, Any]) -> None:
    try:
        assert results.load(directory) == good
    except Problem as problem:
        assert len(problem.lines) == 1 and "\n" not in problem.lines[0] and problem.code in (65, 66, 67, 68)


@pytest.fixture
def good(tmp_path: Path, catalogue: Any) -> dict[str, Any]:
    return sample.cell(tmp_path, catalogue, golden("mixed"), "k", "c")


@pytest.mark.long
def test_any_value_in_it(good: dict[str, Any], tmp_path: Path) -> None:
    """With a checksum that is right, for it can be computed by anybody."""

    @given
    @hypothesis.given(_PLACES, _VALUES)
    def changed(places: Any, new: Any) -> None:
        bad = _set(copy.deepcopy(good), places, new)
        bad["digest"] = results._digest(bad)
        (tmp_path / "k/c/results.json").write_text(json.dumps(bad))
        try:
            read = results.load(tmp_path / "k/c")
        except Problem as problem:
            assert len(problem.lines) == 1 and "\n" not in problem.lines[0]
        else:
            # What the logs do not decide: what is recorded of the run.
            for key in ("verdict", "counts", "rows", "requirements", "problems", "files"):
                assert read[key] == good[key] or key == "rows" and [
                    row["verdict"] for row in read[key]] == [row["verdict"] for row in good[key]]

    changed()


@pytest.mark.long
def test_any_bytes_in_its_files(good: dict[str, Any], tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in (tmp_path / "k/c").iterdir()}

    @given
    @hypothesis.given(st.sampled_from(sorted(files)), st.floats(0, 1), st.integers(0, 3), st.binary(max_size=4))
    def damaged(name: str, where: float, lost: int, new: bytes) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            for other, data in files.items():
                at = int(where * len(data))
                if other == name:
                    data = data[:at] + new + data[at + lost :]
                (Path(scratch) / other).write_bytes(data)
            _load(Path(scratch), good)

    damaged()
