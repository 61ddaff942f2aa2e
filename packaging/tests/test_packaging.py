# SPDX-License-Identifier: GPL-2.0-only
"""What is installed, and packed, works where nothing else of ours is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from ci import collection
from fixtures import ROOT
from fixtures.release import release
from report.catalogue import default_binary

BARE = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
BINARY = default_binary()


def said(*words: str | Path, **options: object) -> str:
    """What a program prints that succeeds, and says nothing else."""
    done = subprocess.run(words, capture_output=True, text=True, check=False,
                          **{"env": BARE, **options})  # type: ignore[call-overload]
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Moved after it was installed, into a path with a blank."""
    where = tmp_path_factory.mktemp("install")
    said(ROOT / "packaging/install", BINARY, where / "first/usr")
    (where / "first").rename(where / "a root")
    return where / "a root/usr"


@pytest.mark.long
def test_the_installed_programs_run(installed: Path, tmp_path: Path) -> None:
    assert said(installed / "bin/uapi-conform", "--version") == said(BINARY, "--version")
    assert said(installed / "bin/uapi-report", "--version") == f"uapi-report {release()}\n"
    log = tmp_path / "board.log"
    log.write_text(subprocess.run([installed / "bin/uapi-conform", "--case", "kvm_arm_caps.caps.*"],
                                  stdout=subprocess.PIPE, text=True, check=False).stdout)
    report = installed / "bin/uapi-report"
    subprocess.run([report, "import", log, "--kernel", "board", "--cell", "board", "-o", tmp_path / "results"],
                   check=True, capture_output=True, env=BARE, cwd="/")
    done = subprocess.run([report, "summary", tmp_path / "results"], check=False, capture_output=True, text=True,
                          env=BARE, cwd="/")
    assert "0 failed" in done.stdout and not done.stderr and done.returncode in (0, 4)
    page = tmp_path / "page.html"
    subprocess.run([report, "html", "-o", page, tmp_path / "results"], check=True, capture_output=True, env=BARE)
    assert "<html" in page.read_text(encoding="utf-8")


def test_everything_of_the_report_is_installed(installed: Path) -> None:
    tests = {path for path in (ROOT / "report").rglob("*") if "tests" in path.parts or "__pycache__" in path.parts}
    ours = {str(path.relative_to(ROOT)) for path in (ROOT / "report").rglob("*")
            if path.is_file() and path not in tests}
    share = installed / "share/uapi-conform"
    assert {str(path.relative_to(share)) for path in (share / "report").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts} == ours


def test_whatever_it_imports_of_ours_is_installed(installed: Path) -> None:
    share = installed / "share/uapi-conform"
    texts = [path.read_text(encoding="utf-8") for path in share.rglob("*.py")]
    modules = {match for text in texts for match in re.findall(r"^ *from (\w+) import (.*)", text, re.MULTILINE)}
    modules |= {(package, name) for text in texts for package, name in
                re.findall(r"^ *from (fixtures|ci|report)\.(\w+) import", text, re.MULTILINE)}
    named = {(package, name.split(" as ")[0].strip()) for package, names in modules
             if package in ("fixtures", "ci", "report") for name in names.split(",")}
    assert ("fixtures", "cache") in named
    missing = {f"{package}.{name}" for package, name in named if (ROOT / package / f"{name}.py").exists()
               and not (share / package / f"{name}.py").exists()}
    assert not missing and not any(package == "ci" for package, _ in named)


def test_the_kselftest_layout_is_that_of_a_collection(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "run_kselftest.sh").touch()
    collection.add(tmp_path, BINARY)
    layout = installed / "lib/uapi-conform/kselftest"
    for name in ("kselftest-list.txt", "uapi-conform/settings", "uapi-conform/uapi-conform"):
        assert (layout / name).read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize("page", ["uapi-conform.1", "uapi-report.1"])
def test_the_manual_says_all_that_help_says(installed: Path, page: str) -> None:
    text = (installed / "share/man/man1" / page).read_text(encoding="utf-8")
    plain = text.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\fI", "")
    helped = said(installed / "bin" / page.removesuffix(".1"), "--help")
    options = re.findall(r"^ +(?:-\S, )?(--[a-z]+)", helped, re.MULTILINE)
    assert len(options) > 1 and all(re.search(rf"^(-\S, )?{option}\b", plain, re.MULTILINE) for option in options)
    codes = re.findall(r"(?:;|:|else)\s(\d+) ", helped.partition("Exit status")[2])
    assert len(codes) > 4 and all(re.search(rf"^(?:else )?{code} ", plain, re.MULTILINE) for code in codes)
    if shutil.which("man"):
        where = str(installed / "share/man/man1" / page)
        done = subprocess.run(["man", "--warnings", "-l", where], capture_output=True, text=True, check=False,
                              env={**BARE, "MANWIDTH": "80"})
        assert done.returncode == 0 and not done.stderr and max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(("words", "expected"), [
    (("uapi-conform", "--ca"), ["--case="]),
    (("uapi-conform", "--suite", "=", "tsm"), ["tsm_req"]),
    (("uapi-conform", "--case", "=", "kvm_arm_caps.pairing.both"),
     ["kvm_arm_caps.pairing.both", "kvm_arm_caps.pairing.both_unsupported"]),
    (("uapi-report", "qual"), ["qualify"]),
    (("uapi-report", "import", "--kn"), ["--known"]),
])
def test_completion(installed: Path, words: tuple[str, ...], expected: list[str]) -> None:
    script = ('. "$1/share/bash-completion/completions/$2"; complete -p "$2" | grep -q . || exit 9\n'
              'COMP_WORDS=("${@:2}"); COMP_CWORD=$(($# - 2)); "_${2/-/_}" "$1/bin/$2"\n'
              'printf "%s\\n" "${COMPREPLY[@]}" | sort -u')
    found = said("bash", "-c", script, "bash", installed, *words).splitlines()
    assert set(expected) <= set(found) and all(word.startswith(words[-1]) for word in found)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """One with a commit of what is here now, and the binaries."""
    where = tmp_path / "clone"
    where.mkdir()
    git = ["git", "-C", where, "-c", "user.name=t", "-c", "user.email=t@t"]
    for name in ("packaging", "fixtures", "LICENSE", "CHANGELOG.md", ".gitattributes", ".gitignore"):
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, where / name, ignore=shutil.ignore_patterns("__pycache__", "tree"))
        else:
            shutil.copy(path, where / name)
    # Of a tarball it says which; here as git has it.
    script = where / "fixtures/revision"
    script.write_text(re.sub("(?m)^archived=.*", "archived='$Format:%H$'", script.read_text()))
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    for arch in ("arm64", "x86_64"):
        (where / "build" / arch).mkdir(parents=True)
        shutil.copy(ROOT / "build" / arch / "uapi-conform", where / "build" / arch)
    return where


def packed(clone: Path, kind: str, into: Path, umask: int = 0o022) -> Path:
    return clone / said(clone / "packaging/tarball", kind, into, umask=umask).strip()


@pytest.mark.long
@pytest.mark.parametrize("kind", ["source", "static"])
def test_a_tarball_is_the_same_wherever_it_is_made(clone: Path, tmp_path: Path, kind: str) -> None:
    first = packed(clone, kind, tmp_path / "first")
    other = tmp_path / "another place"
    subprocess.run(["git", "clone", "-q", clone, other], check=True)
    shutil.copytree(clone / "build", other / "build")
    os.utime(other / "LICENSE", (1, 1))
    second = packed(other, kind, tmp_path / "second", umask=0o077)
    assert first.name == second.name and first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        assert {member.name.split("/")[0] for member in archive} == {first.name.removesuffix(".tar.gz")}
        assert not any(member.mode & 0o022 or member.uid for member in archive)


def test_the_source_knows_its_revision(clone: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(packed(clone, "source", tmp_path), tmp_path / "out")
    where, = (tmp_path / "out").iterdir()
    assert said("sh", where / "fixtures/revision", "--release") == said("sh", clone / "fixtures/revision", "--release")
    done = subprocess.run([where / "packaging/tarball", "source"], capture_output=True, text=True, check=False)
    assert done.returncode == 69 and "this is a tarball already" in done.stderr


def test_what_no_commit_has_is_not_packed(clone: Path, tmp_path: Path) -> None:
    (clone / "LICENSE").write_text("mine")
    for kind in ("source", "static"):
        done = subprocess.run([clone / "packaging/tarball", kind, tmp_path / "x"], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 69 and "in no commit" in done.stderr and not (tmp_path / "x").exists()
    assert subprocess.run([clone / "packaging/tarball", "x"], check=False, capture_output=True).returncode in (64, 69)


def test_the_static_tarball_runs_in_an_empty_root(clone: Path, tmp_path: Path) -> None:
    """With nothing but a shell; and each binary with nothing at all."""
    root = tmp_path / "root"
    shutil.unpack_archive(packed(clone, "static", tmp_path), root)
    top, = root.iterdir()
    machine = BINARY.parent.name
    enter = ["chroot"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "chroot"]
    if subprocess.run([*enter, "/", "/bin/true"], check=False, capture_output=True).returncode:
        pytest.skip("this user may not change the root directory")
    version = said(BINARY, "--version")
    assert said(*enter, root, f"/{top.name}/{machine}/uapi-conform", "--version") == version
    for path in ("/bin/sh", *re.findall(r"/\S+\.so\S*", said("ldd", "/bin/sh"))):
        (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / path[1:])
    assert said(*enter, root, "/bin/sh", f"/{top.name}/run", "--version") == version
    judged = subprocess.run([*enter, root, "/bin/sh", f"/{top.name}/run"], capture_output=True, text=True, check=False)
    assert judged.returncode in (0, 4) and judged.stdout.startswith("TAP version 13")
    for arch in ("arm64", "x86_64"):
        (top / arch / "uapi-conform").write_text("#!/bin/sh\nexit 1\n")
    (root / "bin/uname").write_text("#!/bin/sh\necho riscv64\n")
    (root / "bin/uname").chmod(0o755)
    done = subprocess.run([*enter, root, "/bin/sh", f"/{top.name}/run"], capture_output=True, text=True, check=False)
    assert done.returncode == 69 and "no binary for this machine here (riscv64)" in done.stderr


def test_a_release_is_called_the_same_everywhere() -> None:
    """In both change logs; and by its tag, where this commit has one."""
    heading = re.search(r"^## (\S+)( \(not released yet\))?$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    entry = re.match(r"uapi-conform \((\S+)\) (\S+);", (ROOT / "debian/changelog").read_text(encoding="utf-8"))
    assert heading and entry and heading[1] == entry[1] == release().split()[0]
    assert bool(heading[2]) == (entry[2] == "UNRELEASED")
    tags = subprocess.run(["git", "tag", "--points-at", "HEAD"], cwd=ROOT, capture_output=True, text=True,
                          check=False).stdout.split() if (ROOT / ".git").exists() else []
    assert not tags or tags == [f"v{heading[1]}"] and not heading[2]
    placeholder = "uapi-conform@localhost" in (ROOT / "debian/control").read_text(encoding="utf-8")
    assert placeholder == ("bogus-mail-host" in (ROOT / "debian/source/lintian-overrides").read_text(encoding="utf-8"))
