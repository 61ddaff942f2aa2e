# SPDX-License-Identifier: GPL-2.0-only
"""ci/bisect's exit codes, with a program in place of QEMU and a build that builds nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ci import bisect
from fixtures import ROOT, granules, memory
from fixtures.kernel import build, toolchain
from fixtures.kernel.make import NotBuilt
from fixtures.problem import IO_ERROR, USAGE, Problem
from report import catalogue
from report.catalogue import Catalogue, CatalogueRow, Requirement

ROWS = Catalogue(
    {name: CatalogueRow(name, ("s:REQ",), (), "t.c") for name in ("s.t.a", "s.t.b", "tsm_req.x.y")},
    {"s:REQ": Requirement("s:REQ", True, "source", "text")},
)
BEGIN = "TAP version 13\\n1..2\\n# run s.t.a\\nok 1 s.t.a\\n# run s.t.b\\n"
FAILED = ("# FAIL s.t.b\\n#   requirement: s:REQ: text\\n#   call:     X a=1\\n"
          "#   expected: EINVAL\\n#   got:      0\\nnot ok 2 s.t.b\\n")
WRONG = "# ERROR s.t.b\\n#   the control failed\\nnot ok 2 s.t.b\\n"


def end(passed: int, failed: int = 0, skipped: int = 0, errors: int = 0) -> str:
    counts = f"pass:{passed} fail:{failed} xfail:0 xpass:0 skip:{skipped} error:{errors}"
    return f"# Totals: {counts}\\n# exit: {1 if failed or errors else 0}\\n"


PANIC = "[    1.000000] Kernel panic - not syncing: boom\\n"
# What stands in for QEMU: its behaviour is the kernel's file name.
QEMU = f"""#!/bin/sh
case "$*" in
*--version*) echo "QEMU emulator version 0.1 (Test)"; exit;;
*qmp*) case "$*" in *neoverse-v1*) echo "$0: no such CPU" >&2; exit 1;; esac; exit;;
*is-pass*) printf '{BEGIN}ok 2 s.t.b\\n{end(2)}'; exit;;
*is-fail-and-panic*) printf '{BEGIN}{FAILED}{PANIC}'; exit;;
*is-fail*) printf '{BEGIN}{FAILED}{end(1, 1)}'; exit;;
*is-skip*) printf '{BEGIN}ok 2 s.t.b # SKIP not here\\n{end(1, 0, 1)}'; exit;;
*is-absent*) printf 'TAP version 13\n1..1\n# run s.t.b\nok 1 s.t.b # SKIP no\n{end(0, 0, 1)}'; exit;;
*is-flaky*) echo >> "$0.boots"; case $(wc -l < "$0.boots") in
	*3) printf '{BEGIN}{FAILED}{end(1, 1)}'; exit;;
	esac; printf '{BEGIN}ok 2 s.t.b\\n{end(2)}'; exit;;
*is-otherwise*) echo >> "$0.boots"
	printf '{BEGIN}{FAILED}{end(1, 1)}' | sed "s/got:      0/got:      E$(wc -l < "$0.boots")/"; exit;;
*is-error*) printf '{BEGIN}{WRONG}{end(1, 0, 0, 1)}'; exit;;
*is-oops*) printf '{BEGIN}[    2.000000] Internal error: Oops: 1\\n{WRONG}{end(1, 0, 0, 1)}'; exit;;
*is-unbootable*) printf '{PANIC}'; exit;;
*is-mute*) exec sleep 60;;
*is-reset*) exit;;
*is-at-once*) printf 'TAP version 13\n1..1\n# run s.t.a\n{PANIC}'; exit;;
*is-panic*) printf '{BEGIN}{PANIC}'; exit;;
*is-hang*) printf '{BEGIN}'; exec sleep 60;;
*is-empty*) printf 'TAP version 13\\n1..0\\n{end(0)}[    3.000000] reboot: Power down\\n'; exit;;
*is-died*) printf '{BEGIN}'; echo "$0: out of luck" >&2; exit 1;;
esac
echo "what is $*?" >&2; exit 1
"""


def git(tree: Path, *words: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@localhost"]
    return subprocess.run(["git", *who, *words], cwd=tree, check=True, capture_output=True,
                          text=True).stdout.strip()


@dataclass
class World:
    """A kernel tree whose commits say how the kernel behaves; what was asked of the build."""

    tree: Path
    project: Path
    monkeypatch: pytest.MonkeyPatch
    asked: list[build.Request]

    def commit(self, behaviour: str) -> str:
        (self.tree / "behaviour").write_text(behaviour)
        git(self.tree, "add", "-A")
        git(self.tree, "commit", "-q", "--allow-empty", "-m", f"Be {behaviour}")
        return git(self.tree, "rev-parse", "HEAD")

    def bisect(self, *words: str, case: str = "s.t.*") -> int:
        """ci/bisect's exit code in the tree."""
        self.monkeypatch.chdir(self.tree)
        self.monkeypatch.setattr(sys, "argv", ["bisect", "--case", case, *words])
        return bisect.guarded()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    tree, project = tmp_path / "linux", tmp_path / "project"
    tree.mkdir()
    (tree / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 2\nSUBLEVEL = 0\nEXTRAVERSION =\n")
    (tree / "Kbuild").touch()
    git(tree, "init", "-q", "-b", "main")
    (project / "build/arm64").mkdir(parents=True)
    (project / "build/arm64/uapi-conform").touch()
    fake = tmp_path / "qemu"
    fake.write_text(QEMU)
    fake.chmod(0o755)
    made = World(tree, project, monkeypatch, [])

    def pretend(request: build.Request) -> build.Reference:
        made.asked.append(request)
        assert request.tree is not None
        behaviour = (request.tree / "behaviour").read_text()
        if behaviour in ("broken", "tools"):
            raise NotBuilt("failed", f"{request.tree}/a.c:1: error: no")
        if behaviour == "full":
            raise Problem("no space left", IO_ERROR)
        if behaviour == "built in":
            raise Problem("run mrproper", USAGE)
        if behaviour == "interrupted":
            raise KeyboardInterrupt
        image = tmp_path / f"is-{behaviour}"
        image.touch()
        without = "no device module for this tree (why)" if behaviour == "skip" else ""
        return build.Reference("yours", "7.2", "p", "arm64", "", "k", "0" * 64, image, None, image,
                               without)

    def check(arch: str, log: Path | None = None) -> None:
        assert arch == "arm64" and log is not None
        if (tree / "behaviour").read_text() == "tools":
            raise Problem("the tools are broken, not the kernel")

    monkeypatch.setattr(toolchain, "check", check)
    monkeypatch.setenv("QEMU", str(fake))
    monkeypatch.setattr(bisect, "ROOT", project)
    # A kernel that says nothing is booted once more, and its CPU asked: not for long here.
    monkeypatch.setattr(memory, "_SECONDS", 0.3)
    monkeypatch.setattr(granules, "_SECONDS", 0.3)
    monkeypatch.setattr(build, "build", pretend)
    monkeypatch.setattr(catalogue, "load", lambda binary=None: ROWS)
    return made


@pytest.mark.long
@pytest.mark.parametrize("behaviour, words, code, said", [
    ("pass", [], 0, "good: 2 PASS"),
    ("fail", [], 1, "bad: s.t.b FAIL"),
    ("fail-and-panic", [], 1, "bad: s.t.b FAIL"),
    ("broken", [], 125, "does not build: a.c:1: error: no"),
    ("tools", [], 197, "the tools are broken"),
    ("unbootable", [], 125, "does not boot: panic: boom"),
    ("unbootable", ["--crash-is-bad"], 125, "does not boot"),
    ("mute", ["--silence", "0.5"], 125, "does not boot: hang"),
    ("mute", ["--timeout", "0.5"], 125, "does not boot: timeout"),
    ("reset", [], 125, "does not boot: the guest reset itself"),
    ("skip", [], 125, "s.t.b SKIP: no device module for this tree (why); --ignore-skips"),
    ("pass", ["--votes", "3"], 0, "good: 2 PASS, 3 votes alike"),
    ("fail", ["--votes", "2"], 1, "bad: s.t.b FAIL, 2 votes alike"),
    ("flaky", [], 0, "good"), ("flaky", ["--votes", "2"], 0, "good"),
    ("flaky", ["--votes", "4"], 125, "s.t.b does not answer the same: PASS and FAIL in vote 1 and "
     "vote 3 of 4"),
    ("otherwise", [], 1, "bad"),
    ("otherwise", ["--votes", "2"], 125, "s.t.b does not fail the same: X a=1: expected EINVAL, got "
     "E1 and X a=1: expected EINVAL, got E2 in vote 1 and vote 2 of 2"),
    ("skip", ["--ignore-skips"], 0, "good: 1 PASS, 1 SKIP"),
    ("error", [], 125, "s.t.b ERROR: the control failed"),
    ("error", ["--crash-is-bad"], 125, "s.t.b ERROR"),
    ("oops", [], 125, "--crash-is-bad counts that as bad"),
    ("oops", ["--crash-is-bad"], 1, "Internal error: Oops"),
    ("panic", [], 125, "panic: boom, in s.t.b; --crash-is-bad"),
    ("panic", ["--crash-is-bad"], 1, "bad: panic: boom, in s.t.b"),
    ("at-once", [], 125, "panic: boom, in s.t.a; --crash-is-bad"),
    ("at-once", ["--crash-is-bad"], 1, "bad: panic: boom, in s.t.a"),
    ("hang", ["--silence", "0.5"], 125, "hang"),
    ("hang", ["--silence", "0.5", "--crash-is-bad"], 1, "in s.t.b"),
    ("died", [], 197, "out of luck"),
    ("empty", [], 197, "differ"),
    ("full", [], 202, "no space left"),
    ("built in", [], 192, "mrproper"),
    ("interrupted", [], 130, "interrupted"),
])
def test_the_exit_code(world: World, capsys: pytest.CaptureFixture[str], behaviour: str,
                       words: list[str], code: int, said: str) -> None:
    world.commit(behaviour)
    assert world.bisect(*words) == code
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert len((shown.out + shown.err).splitlines()) <= 2


def test_only_rows_that_are_skipped_are_never_good(world: World) -> None:
    world.commit("absent")
    assert world.bisect("--ignore-skips", case="s.t.b") == 125


def test_a_failure_is_decoded_and_its_logs_are_kept(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = world.commit("fail")
    world.bisect()
    assert "  call: X a=1; expected: EINVAL; got: 0\n" in capsys.readouterr().out
    kept = world.project / "build/bisect" / commit
    assert (kept / "yours/max/console.log").is_file() and not list(kept.glob("*.cpio"))
    assert git(world.tree, "status", "--porcelain") == ""


def test_a_tree_with_changes_is_not_taken_for_its_commit(world: World) -> None:
    commit = world.commit("fail")
    (world.tree / "behaviour").write_text("pass")
    assert world.bisect() == 0
    kept = [p.name for p in (world.project / "build/bisect").iterdir() if p.is_dir()]
    assert kept == [f"{commit}-changed"]


def test_what_is_asked_of_the_build(world: World) -> None:
    world.commit("pass")
    world.bisect()
    world.bisect("--debug", "--cell", "reference-notsm/max")
    world.bisect(case="tsm_req.*")
    world.monkeypatch.setenv("QEMU_X86_64", os.environ["QEMU"])
    (world.project / "build/x86_64").mkdir()
    (world.project / "build/x86_64/uapi-conform").touch()
    world.bisect("--arch", "x86_64", case="tsm_req.*")
    tree = world.tree
    assert [(r.tree, r.arch, r.as_found, r.device, r.debug, r.no_tsm) for r in world.asked] == [
        (tree, "arm64", True, False, False, False),
        (tree, "arm64", True, False, True, True),
        (tree, "arm64", True, True, False, False),
        (tree, "x86_64", True, True, False, False),
    ]


@pytest.mark.long
@pytest.mark.parametrize("words, code, said", [
    (["--cell", "maxx"], 192, "maxx"),
    (["--cell", "stock-6.1/max"], 192, "that of the tree"),
    (["--cell", "neoverse-v1"], 197, "no CPU model neoverse-v1"),
    (["--cell", "armhf"], 197, "run `make`"),
    (["--arch", "riscv"], 192, "no cell of"),
    (["--arch", "x86_64", "--cell", "max"], 192, "is of arm64"),
    (["--arch", "x86_64"], 197, "run `make`"),
    (["--timeout", "0"], 192, "positive"), (["--votes", "0"], 192, "positive"),
    (["--case", "s.t.c"], 192, "did you mean 's.t."),
    (["--frobnicate"], 192, "--help"),
])
def test_a_wrong_command_stops(world: World, capsys: pytest.CaptureFixture[str],
                               words: list[str], code: int, said: str) -> None:
    world.commit("pass")
    assert world.bisect(*words) == code
    assert said in capsys.readouterr().err and not world.asked


def test_what_is_missing_stops(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.commit("pass")
    monkeypatch.setenv("QEMU", "/nowhere/qemu")
    assert world.bisect() == 197
    (world.tree / "Kbuild").unlink()
    assert world.bisect() == 192


@pytest.mark.long
@pytest.mark.parametrize("ends, code, said", [
    (("pass", "fail"), 0, "one of 2 commits broke it"),
    (("pass", "pass"), 160, "good at both ends"),
    (("fail", "fail"), 161, "bad at both ends"),
    (("fail", "pass"), 162, "the wrong way round"),
    (("broken", "fail"), 163, "cannot be judged: does not build"),
    (("pass", "skip"), 163, "cannot be judged: s.t.b SKIP"),
])
def test_the_ends_of_a_range(world: World, capsys: pytest.CaptureFixture[str],
                             ends: tuple[str, str], code: int, said: str) -> None:
    old = world.commit(ends[0])
    world.commit("pass")
    new = world.commit(ends[1])
    assert world.bisect("--check-ends", old, new) == code
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert git(world.tree, "rev-parse", "--abbrev-ref", "HEAD") == "main"


def test_the_ends_are_not_checked_where_that_would_lose_work(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = world.commit("pass")
    assert world.bisect("--check-ends", commit, "nosuch") == 192
    (world.tree / "behaviour").write_text("changed")
    assert world.bisect("--check-ends", commit, commit) == 192
    assert "stash" in capsys.readouterr().err and not world.asked


def script(directory: Path, *words: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """The executable, as git would run it."""
    return subprocess.run([root / "ci/bisect", *words], cwd=directory, capture_output=True,
                          text=True, check=False, env=os.environ)


def test_the_executable_in_a_directory_that_is_no_kernel(tmp_path: Path) -> None:
    done = script(tmp_path, "--case", "x")
    assert (done.returncode, done.stderr.count("\n")) == (192, 1) and "no kernel" in done.stderr


def test_a_fault_of_its_own_is_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "ci").mkdir()
    shutil.copy(ROOT / "ci/bisect", tmp_path / "ci/bisect")
    done = script(tmp_path, root=tmp_path)
    assert done.returncode == 255 and "fault" in done.stderr
