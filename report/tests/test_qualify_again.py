# SPDX-License-Identifier: GPL-2.0-only
"""What a bundle says follows from what is in it, even if all of its checksums are right; and a new
bundle that cannot be written costs no old one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report import results
from report.qualification import bundle
from report.tests.bundle_sample import contents, make, run
from report.tests.qualify_sample import NO_RARE, PROFILE, WAIVER, cell

pytestmark = pytest.mark.usefixtures("quiet")
RESULT = "results/k/c/results.json"


def forged(out: Path, capsys: Any) -> str:
    """Make the manifest anew, and have it verified; what is said."""
    (out / bundle.MANIFEST).write_bytes(bundle.manifest(contents(out)))
    code, printed, err = run(capsys, "verify", "--unsigned", out)
    assert (code, printed, err.count("\n")) == (68, "", 1), err
    return err


def _edit(out: Path, name: str, change: Callable[[Any], None]) -> None:
    value = json.loads((out / name).read_text())
    change(value)
    (out / name).write_text(json.dumps(value, indent=1, sort_keys=True) + "\n")


def test_a_verdict_that_does_not_follow(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run", {"q.base.one": "FAIL"})
    out = make(capsys, tmp_path, code=1)
    assert run(capsys, "verify", "--unsigned", out)[0] == 0
    _edit(out, "qualification.json", lambda said: said.update(verdict="QUALIFIED", against=[]))
    said = forged(out, capsys)
    assert "qualification.json does not follow from the results in it" in said and "1a2b3c" in said


@pytest.mark.parametrize("key,value", [
    ("day", "2026-11-19"), ("day", "x"), ("notes", ["all is well"]), ("left_out", 1), ("left_out", None),
    ("cells", []), ("requirements", []), ("claims", [])])
def test_any_part_of_the_verdict(key: str, value: Any, tmp_path: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, text=PROFILE + WAIVER, code=1)
    _edit(out, "qualification.json", lambda said: said.update({key: value}))
    forged(out, capsys)


def test_a_result_that_says_otherwise(tmp_path: Path, capsys: Any) -> None:
    """The result in it is the one that qualified; its log is not."""
    out = make(capsys, tmp_path)
    log = out / "results/k/c/console.log"
    log.write_text(log.read_text().replace("ok 2 q.base.two", "# FAIL q.base.two\nnot ok 2 q.base.two"))

    def mend(result: Any) -> None:
        result["files"]["console.log"] = results._sha256(log.read_bytes())
        result["digest"] = results._digest(result)

    _edit(out, RESULT, mend)
    assert "says PASS of q.base.two, and the logs beside it say FAIL" in forged(out, capsys)


def test_the_result_of_another_cell(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run")
    cell(tmp_path / "run", {"q.base.one": "FAIL"}, name="d")
    out = make(capsys, tmp_path, code=1)
    for name in ("results.json", "results.tap", "console.log"):
        (out / "results/k/d" / name).write_bytes((out / "results/k/c" / name).read_bytes())
    assert "is of another cell" in forged(out, capsys)


@pytest.mark.parametrize("name", [
    "qualification.txt", "waivers.json", "profile.toml", "catalogue/rows.tsv",
    "catalogue/requirements.tsv", "results/k/c/results.tap"])
def test_every_other_file(name: str, tmp_path: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, text=PROFILE + WAIVER, code=1)
    (out / name).write_text((out / name).read_text().replace("q", "p", 1))
    forged(out, capsys)


def test_a_waiver_put_in_later(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run", {"q.feat.plain": "FAIL"})
    out = make(capsys, tmp_path, code=1)
    (out / "profile.toml").write_text(PROFILE + WAIVER)
    forged(out, capsys)


def test_a_row_that_the_catalogue_no_longer_has(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run", {"q.rare.one": NO_RARE, "q.base.two": "FAIL"})
    out = make(capsys, tmp_path, code=1)
    path = out / "catalogue/rows.tsv"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True)
                            if not line.startswith("q.base.two")))
    forged(out, capsys)


@pytest.mark.parametrize("name", ["note.txt", "results/k/c/note.txt", "kernels/other/config"])
def test_a_file_that_nobody_needs(name: str, tmp_path: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path)
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("x")
    forged(out, capsys)


def test_what_is_kept_besides(tmp_path: Path, capsys: Any) -> None:
    """A kernel's configuration, a binary's checksum, results that were left out: all follow."""
    cell(tmp_path / "run")
    cell(tmp_path / "run", kernel="elsewhere")
    (tmp_path / "config").write_text("CONFIG_KVM=y\n")
    (tmp_path / "binary").write_bytes(b"...1a2b3c\0...")
    out = make(capsys, tmp_path, "--kernel-config", f"k={tmp_path / 'config'}",
               "--binary", tmp_path / "binary")
    code, printed, err = run(capsys, "verify", "--unsigned", out)
    assert (code, err) == (0, "")
    assert "1 result left out" in (out / "qualification.txt").read_text()


@pytest.mark.long
@pytest.mark.parametrize("name", ["bundle", "bundle.tar"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_costs_no_bundle(
    name: str, error: BaseException, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell(tmp_path / "run")
    (tmp_path / "p.toml").write_text(PROFILE)
    words = ("qualify", "--profile", tmp_path / "p.toml", tmp_path / "run", "--out", tmp_path / name)
    assert run(capsys, *words)[0] == 0
    before = sorted(path.name for path in tmp_path.iterdir())
    for step in ("replace", "write_bytes", "mkdir"):
        def full(*_: Any, **__: Any) -> None:
            raise error
        with monkeypatch.context() as patch:
            patch.setattr(Path, step, full)
            assert run(capsys, *words)[0] in (74, 130), step
        assert sorted(path.name for path in tmp_path.iterdir()) == before
        assert run(capsys, "verify", "--unsigned", tmp_path / name)[0] == 0
