# SPDX-License-Identifier: GPL-2.0-only
"""The Makefile, in a directory where everything that it calls is a program of ours."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from pathlib import Path

import pytest

from fixtures import ROOT

# What each says: its name and its words, one a line, so that a word with a blank is seen.
SAYS = 'printf "%s\\n" "program ${0##*/}" "$@" >>log\n'


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return Make(tmp_path / "a clone")


class Make:
    """A directory with the Makefile and stand-ins, and what was called in it."""

    def __init__(self, where: Path) -> None:
        self.where = where
        (where / "ci").mkdir(parents=True)
        (where / "fixtures").mkdir()
        (where / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
        for name in ("run", "explore", "mutants", "faults", "soak"):
            self.program(f"ci/{name}", SAYS)
        self.program("fixtures/setup", SAYS + "exit ${SETUP_CODE-0}")
        self.program("fixtures/before", SAYS + "${BEFORE-echo arm64}")
        self.program("fixtures/revision", "echo 0")
        self.program("fixtures/kselftest", 'mkdir -p build; touch "$1"')
        self.program("fixtures/launch", 'case $1 in --find) echo /usr/bin/python3;; *) ' + SAYS + ";; esac")

    def program(self, name: str, body: str) -> None:
        (self.where / name).write_text(f"#!/bin/sh\n{body}\n")
        (self.where / name).chmod(0o755)

    def __call__(self, *words: str, **environment: str) -> tuple[int, str]:
        done = subprocess.run(
            ["make", "CC_arm64=true", "CC_x86_64=true", "CC_armhf=true", *words],
            cwd=self.where, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": os.environ["PATH"], **environment})
        return done.returncode, done.stdout

    def calls(self, program: str) -> list[str]:
        """The words of a program's only call."""
        calls = (self.where / "log").read_text().split("program ")
        found = [call.splitlines()[1:] for call in calls if call.startswith(f"{program}\n")]
        assert len(found) == 1
        return found[0]


@pytest.mark.parametrize("value", [
    "--strict", "--case 'a b' --case \"c\"", "it's", "$HOME `id` $(id) \\ #", "ü; exit 3", "a,b"])
def test_a_variable_is_one_word_whatever_stands_in_it(make: Make, value: str) -> None:
    code, said = make("run", f"ARGS={value}", f"KERNEL=/x/{value}", f"APPEND={value}")
    assert code == 0, said
    words = [f"--kernel=/x/{value}", f"--append={value}", f"--args={value}"]
    assert make.calls("before") == make.calls("run") == words


@pytest.mark.parametrize(("words", "said"), [
    (("run", "CELL=stock-6.1/*"), "'make run' knows no variable CELL; did you mean CELLS?"),
    (("run", "cpus=max"), "'make run' knows no variable cpus; did you mean CPU?"),
    (("explore", "SEEDS=1"), "'make explore' knows no variable SEEDS; did you mean SEED?"),
    (("check", "CELLS=x"), "'make check' knows no variable CELLS; there are "),
    (("NOINSTALL=1",), "'make all' knows no variable NOINSTALL; did you mean NO_INSTALL?"),
])
def test_a_variable_that_nobody_knows(make: Make, words: tuple[str, ...], said: str) -> None:
    code, line = make(*words)
    assert code == 2 and said in line and line.count("\n") == 1
    assert not (make.where / "log").exists()


def test_what_is_needed_is_looked_for_and_only_that(make: Make) -> None:
    host = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    for goals, purposes in {
        ("run",): {"arm64", host, "fetch", "python", "kernel", "run"},
        ("check",): {"arm64", "x86_64", "armhf", "fetch", "python", "test"},
        ("build/armhf/uapi-conform",): {"armhf", "fetch"},
        ("build/armhf/uapi-conform", "KSELFTEST_DIR=/x"): {"armhf"},
        ("KSELFTEST_DIR=/x",): {"arm64", "x86_64", "armhf"},
    }.items():
        (make.where / "log").unlink(missing_ok=True)
        assert not (make.where / "build/kselftest").exists()
        code, said = make(*goals)
        assert code == 0, said
        assert set(make.calls("setup")) == purposes


def test_what_the_cells_need_is_compiled_and_a_wrong_name_ends_it(make: Make) -> None:
    assert make("matrix", "CELLS=a b", "NAME=n", "V=1", BEFORE="echo armhf") [0] == 0
    assert make.calls("before") == ["--matrix", "--cells=a b", "--name=n", "--verbose"]
    assert {"armhf", "arm64"} < set(make.calls("setup"))
    (make.where / "log").unlink()
    code, said = make("run", BEFORE="exit 64", NAME="of WSL")
    assert code == 2 and "Error 64" in said
    assert make.calls("before") == ["--record"] and "run" not in (make.where / "log").read_text().split()


@pytest.mark.parametrize(("words", "recorded"), [
    ((), True), (("RECORD=1", "ARGS=--case a"), True), (("RECORD=0",), False), (("ARGS=--case a",), False)])
def test_a_whole_run_is_recorded_too(make: Make, words: tuple[str, ...], recorded: bool) -> None:
    assert make("run", *words)[0] == 0
    assert ("--record" in make.calls("before")) == recorded
    assert ("--record" in make.calls("run")) == recorded


def test_the_list_of_packages_has_all_purposes() -> None:
    """A purpose of the Makefile that fixtures/packages lacks would end every make with 64."""
    everything = re.search(r"^EVERYTHING := (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert everything
    subprocess.run([ROOT / "fixtures/setup", *everything[1].split()], check=True,
                   env={**os.environ, "SETUP": ""} | {"NO_INSTALL": ""})


@pytest.mark.parametrize(("code", "expected"), [("69", 0), ("64", 2), ("130", 2)])
def test_set_up_is_a_help_and_no_gate(make: Make, code: str, expected: int) -> None:
    assert make("run", SETUP_CODE=code)[0] == expected
    assert ("program run\n" in (make.where / "log").read_text()) == (expected == 0)


def test_a_compiler_that_is_missing_is_one_line_with_a_remedy(make: Make) -> None:
    code, said = make("build/arm64/uapi-conform", "CC_arm64=no-such-compiler -O2")
    assert code == 2 and said.splitlines()[0] == (
        "no compiler for arm64: no-such-compiler -O2 is missing; 'make setup' installs it, "
        "CC_arm64=... names another one")
    assert len(said.splitlines()) == 2  # and make's own


def test_a_warning_of_a_compiler_of_ones_own_is_no_error(make: Make) -> None:
    words = ["make", "-n", "build/arm64/uapi-conform"]
    for own, fatal in ((["CC_arm64=clang"], False), ([], True)):
        said = subprocess.run([*words, *own], cwd=make.where, text=True, check=True,
                              capture_output=True).stdout
        assert "-Wall" in said and ("-Werror" in said) == fatal


def test_a_second_make_waits_and_says_so(make: Make) -> None:
    (make.where / "build").mkdir()
    with open(make.where / "build/.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        words = ["make", "all", "CC_arm64=true", "CC_x86_64=true", "CC_armhf=true"]
        with subprocess.Popen(words, cwd=make.where, text=True, stdout=subprocess.PIPE,
                              env={"PATH": os.environ["PATH"]}) as second:
            assert second.stdout
            assert second.stdout.readline() == "waiting for another make that compiles here\n"
            assert not (make.where / "log").exists()
            fcntl.flock(lock, fcntl.LOCK_UN)
            second.communicate()
    assert second.returncode == 0 and make.calls("setup")


@pytest.fixture
def headers(tmp_path: Path) -> Path:
    """A directory with kselftest's headers."""
    for name in ("kselftest.h", "kselftest_harness.h"):
        (tmp_path / "own headers").mkdir(exist_ok=True)
        (tmp_path / "own headers" / name).write_text("int exit_code;")
    return tmp_path / "own headers"


def kselftest(where: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "fixtures/kselftest", "build/from", "build/link"], cwd=where, text=True,
                          capture_output=True, check=False, env={**os.environ, **environment})


def test_headers_of_ones_own_need_nothing_but_a_shell(tmp_path: Path, headers: Path) -> None:
    done = kselftest(tmp_path, KSELFTEST_DIR="own headers", PYTHON="/bin/false")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "build/link").resolve() == headers
    before = (tmp_path / "build/from").stat().st_mtime_ns
    kselftest(tmp_path, KSELFTEST_DIR=str(headers))
    assert (tmp_path / "build/from").stat().st_mtime_ns == before
    done = kselftest(tmp_path, KSELFTEST_DIR="/nowhere")
    assert done.returncode == 64 and "KSELFTEST_DIR=/nowhere has no kselftest.h" in done.stderr
    (headers / "kselftest_harness.h").write_text("/* as in Linux 6.1 */")
    done = kselftest(tmp_path, KSELFTEST_DIR=str(headers))
    assert done.returncode == 64 and "Linux 6.12 or newer" in done.stderr and done.stderr.count("\n") == 1


def test_headers_change_with_the_variable_and_the_cache(tmp_path: Path, headers: Path) -> None:
    assert kselftest(tmp_path, KSELFTEST_DIR=str(headers)).returncode == 0
    first = (tmp_path / "build/from").read_text()
    cached = tmp_path / "cache/kselftest"
    cached.mkdir(parents=True)
    for path in headers.iterdir():
        (cached / path.name).write_text("/* header */")
    where = {"KSELFTEST_DIR": "", "UAPI_CONFORM_CACHE": str(tmp_path / "cache")}
    assert kselftest(tmp_path, **where).returncode == 0
    assert (tmp_path / "build/link").resolve() == cached
    assert (tmp_path / "build/from").read_text() != first
    # From now on nobody is asked; but a cache that was removed is noticed.
    assert kselftest(tmp_path, **where, PYTHON="/bin/false").returncode == 0
    (cached / "kselftest.h").unlink()
    assert kselftest(tmp_path, **where, PYTHON="/bin/false").returncode == 69


def revision(where: Path, *words: str) -> str:
    done = subprocess.run(["sh", where / "fixtures/revision", *words], text=True, capture_output=True, check=True,
                          env={"PATH": os.environ["PATH"], "HOME": str(where)})
    assert done.stderr == ""
    return done.stdout.strip()


def test_the_revision_of_a_clone_of_a_tarball_and_of_a_copy(tmp_path: Path) -> None:
    """The copy and the tarball lie in a repository that is not ours."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-C"]
    clone = tmp_path / "clone"
    (clone / "fixtures").mkdir(parents=True)
    for name in ("fixtures/revision", ".gitattributes", "CHANGELOG.md"):
        (clone / name).write_bytes((ROOT / name).read_bytes())
    # Of a tarball it says which; here as git has it.
    script = clone / "fixtures/revision"
    script.write_text(re.sub("(?m)^archived=.*", "archived='$Format:%H$'", script.read_text()))
    assert revision(clone) == "unknown"
    for where in (tmp_path, clone):
        subprocess.run(["git", "init", "-q", where], check=True)
        subprocess.run([*git, where, "add", "."], check=True, stderr=subprocess.DEVNULL)
        subprocess.run([*git, where, "commit", "-qm", "x", "--allow-empty"], check=True)
    commit = subprocess.run([*git, clone, "rev-parse", "--short=12", "HEAD"], text=True,
                            capture_output=True, check=True).stdout.strip()
    assert revision(clone) == commit
    with subprocess.Popen([*git, clone, "archive", "--prefix=tarball/", "HEAD"],
                          stdout=subprocess.PIPE) as archive:
        subprocess.run(["tar", "-x", "-C", tmp_path], stdin=archive.stdout, check=True)
    assert revision(tmp_path / "tarball") == commit
    assert re.fullmatch(rf"\d+\.\d+ \({commit}\)", revision(tmp_path / "tarball", "--release"))
    (clone / ".git").rename(tmp_path / "moved")
    assert revision(clone) == "unknown"
