# SPDX-License-Identifier: GPL-2.0-only
"""What a command line means, and what is said of one that means nothing."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ci import cells, choose, options, repeat, suite_words
from fixtures import qemu
from fixtures.problem import UNAVAILABLE, USAGE, Problem

BANNER = b"Linux version 7.2.13+deb14-cloud-arm64 (debian@x) (gcc) #1 SMP\n\0"


def arguments(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"cells": [], "kernel": None, "name": "", "cpu": "", "append": "",
                                 "matrix": False, **given})


def image(where: Path, more: bytes = b"", flags: int = 0xA) -> Path:
    """Something that is made like an arm64 Image."""
    head = bytes(24) + flags.to_bytes(8, "little") + bytes(24) + b"ARM\x64" + bytes(8)
    where.write_bytes(head + BANNER + more)
    return where


def names(chosen: list[cells.Cell]) -> list[str]:
    return [cell.name for cell in chosen]


def test_a_kernel_of_ones_own_is_called_after_its_release_or_as_it_is_named(tmp_path: Path) -> None:
    path = str(image(tmp_path / "Image"))
    assert names(choose.choose(arguments(kernel=path))) == ["7.2.13+deb14-cloud-arm64/max"]
    assert names(choose.choose(arguments(kernel=path, name="patched"))) == ["patched/max"]
    assert names(choose.choose(arguments(kernel=path, name="p", cpu="a64fx"))) == ["p/a64fx"]
    assert names(choose.choose(arguments(kernel=path, name="p", cells=["armhf p/nvhe"]))) == [
        "p/nvhe", "p/armhf"]
    (tmp_path / "silent").write_bytes(bytes(100))
    assert names(choose.choose(arguments(kernel=str(tmp_path / "silent")))) == ["yours/max"]


def test_so_is_that_of_a_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Kbuild", "Makefile"):
        (tmp_path / name).write_text("VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 0\nEXTRAVERSION = -rc2\n")
    monkeypatch.setenv("KERNEL_SRC", str(tmp_path))
    assert names(choose.choose(arguments())) == ["7.3.0-rc2/max"]
    assert names(choose.choose(arguments(name="base"))) == ["base/max"]
    monkeypatch.setenv("DEBUG", "1")
    assert names(choose.choose(arguments())) == ["7.3.0-rc2-debug/max"]


@pytest.mark.parametrize(("name", "said"), [
    ("stock-7.2", "kernels of ci/matrix.toml are called that"),
    ("reference", "kernels of ci/matrix.toml are called that"),
    ("../up", "letters, digits"), ("a/b", "letters, digits"), ("-x", "letters, digits"),
])
def test_names_that_would_be_taken_for_others(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(Problem, match=said) as caught:
        choose.choose(arguments(kernel=str(image(tmp_path / "Image")), name=name))
    assert caught.value.code == USAGE


def test_a_name_needs_a_kernel_that_it_names() -> None:
    with pytest.raises(Problem, match="--kernel PATH or KERNEL_SRC=PATH"):
        choose.choose(arguments(name="mine"))


def test_no_more_than_pythons_own_library_is_needed() -> None:
    """Names are checked before packages are installed."""
    code = ("import sys; from ci import choose; "
            "sys.exit(' '.join({'rich', 'jsonschema', 'tap', 'yaml', 'jinja2'} & set(sys.modules)) or 0)")
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[2],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A QEMU that has few CPUs, and one of their properties."""
    monkeypatch.setattr(qemu, "binary", lambda arch="arm64": "qemu")
    monkeypatch.setattr(qemu, "version", lambda program: "7.2.22 (x)")
    monkeypatch.setattr(qemu, "models", lambda program, arch="arm64": ["a64fx", "cortex-a15", "max"])
    monkeypatch.setattr(qemu, "supports", lambda program, cpu, **_: "Property 'paut' not found"
                        if "paut=" in cpu else None)
    monkeypatch.setattr(choose.granules, "of", lambda program, cpu: () if "a15" in cpu else (4096,))


@pytest.mark.parametrize(("cpu", "code", "said"), [
    ("a64fxx", USAGE, "did you mean 'a64fx'"),
    ("neovers-n2", USAGE, "did you mean 'neoverse-n2'"),  # which the matrix has
    ("neoverse-n2", UNAVAILABLE, r"QEMU \(7.2.22\) does not have it; install a newer one"),
    ("max,paut=off", USAGE, "Property 'paut' not found"),
    ("cortex-a15", USAGE, "runs no arm64 code"),
    ("zzz", USAGE, "qemu -cpu help"),
])
def test_a_misspelt_cpu_gets_the_nearest_name(
    asked: None, cpu: str, code: int, said: str
) -> None:
    with pytest.raises(Problem, match=said) as caught:
        choose.check_cpu(choose.choose(arguments(cpu=cpu)), cpu)
    assert caught.value.code == code


def test_cpus_that_qemu_has_are_taken(asked: None) -> None:
    for cpu in ("", "max,pauth=off", "a64fx"):
        choose.check_cpu(choose.choose(arguments(cpu=cpu)), cpu)


def test_words_that_would_not_reach_the_suite_are_refused_first() -> None:
    for append, words, said in (("quiet -- --case x", (), "ends what is the kernel's"),
                                ("", ('--case="x', ), "cannot be put on a kernel command line")):
        with pytest.raises(Problem, match=said) as caught:
            suite_words.check_command_lines(choose.choose(arguments(append=append)), words)
        assert caught.value.code == USAGE


@pytest.mark.parametrize(("words", "args"), [
    (["--args", "--strict"], "--strict"), (["--args=--strict"], "--strict"),
    (["--args", "--case a.b --strict"], "--case a.b --strict"), (["--args", ""], ""),
    (["--append", "-x", "--args", "--args"], "--args"),
])
def test_one_word_of_arguments_is_no_option_of_ours(words: list[str], args: str) -> None:
    assert options.parse(words).args == args


def test_what_repeats_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = cells.Cell("stock-7.2", cells.Configuration("max", ("max",)))
    assert repeat.command(cell, {}) == "ci/run --cells stock-7.2/max"
    (more,) = cells.changed([cell], "", "x=1", [cell])
    assert repeat.command(more, {"append": "x=1", "args": "--case a.*"}) == (
        "ci/run --cells stock-7.2/max --append x=1 --args '--case a.*'")
    assert repeat.command(cell, {"cpu": "a64fx"}) == "ci/run --cells 'stock-7.2/*' --cpu a64fx"
    mine = {"kernel": "/home/me/my kernels/Image", "name": "p", "accel": "kvm"}
    there = repeat.command(cells.Cell("p", cell.configuration), mine)
    assert there == "ci/run --cells max --kernel path/to/Image --name p --accel kvm"
    result = {"meta": {"reproduce": there}}
    assert repeat.here(result, mine)["meta"]["reproduce"] == (
        "ci/run --cells max --kernel '/home/me/my kernels/Image' --name p --accel kvm")
    monkeypatch.setenv("KERNEL_SRC", "/src/linux")
    monkeypatch.setenv("DEBUG", "1")
    there = repeat.command(cells.Cell("7.3", cell.configuration), {})
    assert there == "KERNEL_SRC=path/to/linux DEBUG=1 ci/run --cells max"
    assert repeat.here({"meta": {"reproduce": there}}, {"kernel": None})["meta"]["reproduce"] == (
        "KERNEL_SRC=/src/linux DEBUG=1 ci/run --cells max")


def test_a_binary_that_is_older_than_its_sources_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite_words, "ROOT", tmp_path)
    binary, source = tmp_path / "uapi-conform", tmp_path / "suites/s/a.c"
    source.parent.mkdir(parents=True)
    for path, when in ((source, 100), (binary, 200)):
        path.touch()
        os.utime(path, (when, when))
    suite_words.warn_if_stale(binary)
    suite_words.warn_if_stale(tmp_path / "none")
    assert capsys.readouterr().err == ""
    os.utime(source, (300, 300))
    suite_words.warn_if_stale(binary)
    assert capsys.readouterr().err == f"{binary} is older than suites/s/a.c: build it anew with 'make'\n"
