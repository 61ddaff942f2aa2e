# SPDX-License-Identifier: GPL-2.0-only
"""The subcommands as people type them: exit codes, files, bad input."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from fixtures import ROOT
from fixtures.problem import Problem
from report import across_cells, commands
from report.__main__ import main
from report.catalogue import Catalogue
from report.tests import sample
from report.tests.conftest import golden

WRITERS = ("html", "junit", "kcidb", "markdown", "requirements")
ENTRY = ROOT / "report" / "uapi-report"


@pytest.fixture(autouse=True)
def known(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    monkeypatch.setattr(commands.catalogue, "load", lambda: catalogue)
    return catalogue


@pytest.fixture
def run(tmp_path: Path, catalogue: Catalogue) -> Path:
    return sample.run(tmp_path / "run", catalogue)


def typed(
    words: list[Path | str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, list[str]]:
    code = main([str(word) for word in words])
    output = capsys.readouterr()
    return code, output.out, output.err.splitlines()


@pytest.mark.parametrize("name", WRITERS)
def test_written_whatever_the_verdict(
    name: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "directory" / "file"
    code, out, err = typed([name, "-o", file, run], capsys)
    assert (code, err) == (0, []) and out == (f"{file}\n" if name == "html" else "")
    text = file.read_text()
    if name == "junit":
        assert ElementTree.fromstring(text).get("failures") == "3"
    if name == "kcidb":
        assert json.loads(text)["version"] == {"major": 5, "minor": 3}
    if name != "html":
        assert typed([name, run], capsys) == (0, text, [])


def broken(run: Path, how: str, catalogue: Catalogue) -> int:
    """Damage a run; returns the exit code that is due."""
    file = run / "stock-6.12" / "max" / "results.json"
    text = file.read_text()
    if how == "cut":
        file.write_text(text[: len(text) // 2])
        return 65
    if how == "no json":
        file.unlink()
        return 65
    if how == "empty file":
        file.write_text("")
        return 65
    if how == "foreign":
        file.write_text('{"tests": 3}')
        return 67
    if how == "twice":
        shutil.copytree(file.parent, run / "again")
        return 71
    if how == "changed":
        file.write_text(text.replace('"FAIL"', '"PASS"'))
        return 68
    (file.parent / "console.log").write_bytes(b"\xff\0")
    return 68


DAMAGE = ("cut", "no json", "empty file", "foreign", "twice", "changed", "log changed")


@pytest.mark.long
@pytest.mark.parametrize("how", DAMAGE)
def test_damage(
    how: str, run: Path, tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    good = Path(shutil.copytree(run, tmp_path / "good"))
    want = broken(run, how, catalogue)
    for name in WRITERS:
        file = tmp_path / f"out.{name}"
        code, _, err = typed([name, "-o", file, run], capsys)
        assert code == want and len(err) == 1 and err[0].startswith("report: "), name
        assert file.stat().st_size > 0
    assert "not on this page" in (tmp_path / "out.html").read_text()
    assert "cannot be read" in (tmp_path / "out.junit").read_text()
    assert "could not be read" in (tmp_path / "out.markdown").read_text()
    for pair in ([good, run], [run, good]):
        code, out, err = typed(["diff", *pair], capsys)
        assert (code, out, len(err)) == (want, "", 1)


@pytest.mark.parametrize("name", [*WRITERS, "diff"])
def test_nothing_there(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "empty", tmp_path / "missing"):
        places = [place] * (2 if name == "diff" else 1)
        output = [] if name == "diff" else ["-o", tmp_path / "out"]
        code, out, err = typed([name, *output, *places], capsys)
        assert (code, out, len(err)) == (66, "", 1)
        assert name == "requirements" or not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", WRITERS)
def test_no_place_to_write(
    name: str, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "x", tmp_path, Path("/dev/full")):
        code, out, err = typed([name, "-o", place, run], capsys)
        assert (code, out, len(err)) == (74, "", 1), place


def test_usage(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["html"], ["junit"], ["diff", str(run)], ["kcidb", "--orgin", "x", str(run)]):
        assert main(words) == 64
        assert len(capsys.readouterr().err.splitlines()) == 1
    assert typed(["kcidb", "--origin", "My-CI", run], capsys)[0] == 64


def test_no_browser_without_a_display(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(commands, "_open", shown.append)
    for variable in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    page = tmp_path / "page.html"
    assert typed(["html", "--open", "-o", page, run], capsys) == (0, f"{page}\n", [])
    assert not shown
    monkeypatch.setenv("DISPLAY", ":0")
    assert typed(["html", "-o", page, run], capsys)[0] == 0 and not shown
    assert typed(["html", "--open", "-o", page, run], capsys)[0] == 0 and shown == [page]


def test_entry_from_elsewhere(run: Path, tmp_path: Path) -> None:
    """By a link, from another directory, with another python3 first on PATH."""
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "python3").write_text("#!/bin/sh\nexit 99\n")
    (fake / "python3").chmod(0o755)
    (fake / "uapi-report").symlink_to(ENTRY)
    done = subprocess.run(
        [fake / "uapi-report", "junit", "run/stock-7.2/max"], cwd=tmp_path, check=False, text=True,
        capture_output=True, env={"PATH": f"{fake}:{os.environ['PATH']}"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert 'name="stock-7.2/max"' in done.stdout


@pytest.mark.long
def test_a_reader_that_leaves(run: Path, catalogue: Catalogue) -> None:
    for n in range(60):
        sample.cell(run, catalogue, golden("mixed"), "many", f"c{n}")
    done = subprocess.run(["sh", "-c", '"$0" kcidb "$1" | head -c 100', ENTRY, run],
                          check=False, capture_output=True)
    assert len(done.stdout) == 100 and b"Traceback" not in done.stderr


def test_a_page_that_cannot_be_written_costs_no_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "index.html"
    commands.write(page, "old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fchmod", full)
        with pytest.raises(Problem, match="index.html: No space left on device"):
            commands.write(page, "new, and longer")
    assert page.read_text() == "old" and list(tmp_path.iterdir()) == [page]


def test_what_is_no_plain_file_is_written_to(tmp_path: Path) -> None:
    """A terminal, a pipe, or a link to somewhere else."""
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    target.write_text("old")
    commands.write(link, "new")
    assert link.is_symlink() and target.read_text() == "new"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    commands.write(pipe, "heard")
    assert os.read(reader, 10) == b"heard" and pipe.is_fifo()
    os.close(reader)
