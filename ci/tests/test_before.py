# SPDX-License-Identifier: GPL-2.0-only
"""What is looked at and said before anything is installed, fetched or compiled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ci import before, options
from fixtures import ROOT, cost, kernels, qemu
from fixtures.problem import Problem



@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing on it: no binary, no QEMU, no network, an empty cache."""
    monkeypatch.setenv("UAPI_CONFORM_BINARY", str(tmp_path / "none"))
    monkeypatch.setenv("QEMU", str(tmp_path / "none"))
    monkeypatch.setenv("QEMU_X86_64", str(tmp_path / "none"))
    for name in ("KSELFTEST_DIR", "KERNEL_SRC", "DEBUG", "OFFLINE"):
        monkeypatch.delenv(name, raising=False)

    def network(*_: Any) -> None:
        raise AssertionError("fetched")

    monkeypatch.setattr(kernels, "Catalogue", network)
    return tmp_path


@pytest.mark.parametrize(("words", "said"), [
    (["--cells", "stok-6.1/max"], "did you mean stock-6.1/max"),
    (["--cells", "stock-6.1/maxx"], "did you mean stock-6.1/max"),
    (["--cells", "stock-7.9/maxx"], "no cell is called 'stock-7.9/maxx'"),
    (["--cells", "stock-5.10/max"], "no cell is called 'stock-5.10/max'"),
    (["--shard", "3/2"], "no such share"),
    (["--kernel", "no/such/Image"], "does not exist"),
    (["--name", "x"], "--kernel"),
    (["--args", "'"], "No closing quotation"),
])
def test_wrong_names_need_nothing_to_be_seen(fresh: Path, words: list[str], said: str) -> None:
    if words[0] == "--args":
        (fresh / "none").touch()
    with pytest.raises(Problem, match=said):
        before.look(options.parse(words))


@pytest.mark.parametrize("name", ["a cache é", "a:b"])
def test_a_cache_in_which_no_kernel_can_be_built_is_told_first(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("UAPI_CONFORM_CACHE", str(fresh / name))
    before.look(options.parse(["--cells", "stock-6.1/max"]))
    with pytest.raises(Problem, match="another place with UAPI_CONFORM_CACHE=directory") as caught:
        before.look(options.parse([]))
    assert caught.value.code == 64
    monkeypatch.setenv("UAPI_CONFORM_CACHE", str(fresh / "é"))
    before.look(options.parse([]))
    (tree := fresh / "my tree").mkdir()
    for path in ("Makefile", "Kbuild"):
        (tree / path).touch()
    monkeypatch.setenv("KERNEL_SRC", str(tree))
    with pytest.raises(Problem, match="KERNEL_SRC"):
        before.look(options.parse([]))


def test_the_cells_say_what_must_be_compiled(fresh: Path) -> None:
    def programs(*words: str) -> set[str]:
        return {cell.configuration.program for cell in before.look(options.parse([*words]))}

    assert programs() == {"arm64"}
    assert programs("--matrix") == {"arm64", "armhf", "x86_64"}
    # The candidate, by a name that only the network could tell.
    assert programs("--cells", "stock-7.3/max") == {"arm64"}


def test_a_cpu_and_words_are_looked_at_where_that_can_be(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before.look(options.parse(["--cpu", "nonsense", "--args=--nonsense"]))
    monkeypatch.delenv("QEMU")
    monkeypatch.setattr(qemu, "binary", lambda arch="arm64": "/bin/false")
    monkeypatch.setattr(qemu, "models", lambda *_: ["neoverse-n1"])
    with pytest.raises(Problem, match="did you mean 'neoverse-n1'"):
        before.look(options.parse(["--cpu", "neoverse-n11"]))
    suite = fresh / "none"
    suite.write_text("#!/bin/sh\necho uapi-conform: no row is called that >&2; exit 64\n")
    suite.chmod(0o755)
    with pytest.raises(Problem, match="no row is called that"):
        before.look(options.parse(["--args=--case x"]))


def test_it_takes_the_standard_library_alone() -> None:
    done = subprocess.run([sys.executable, "-S", "-P", "-c", "import sys; sys.path.insert(0, '.')\n"
                           "import ci.before, fixtures.kselftest_install"], cwd=ROOT, check=False,
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_a_first_run_costs(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost.os, "cpu_count", lambda: 2)
    cache = fresh / "cache"
    no_headers = fresh / "headers"
    all_of_it = {"stock-6.1", "stock-6.12", "reference"}
    assert cost.of_first_run(all_of_it, no_headers) == (
        f"the first time up to 265 MB are downloaded, 1.3 GB kept in {cache} and a kernel built for "
        "about 4 minutes")
    assert cost.of_first_run((), no_headers) == (
        f"the first time up to 205 MB are downloaded and 0.2 GB kept in {cache}")
    for path in ("debs/linux-source-7.2/x.deb", "kselftest/kselftest.h",
                 "reference/built/reference-arm64/0/kernel.json"):
        (cache / path).parent.mkdir(parents=True)
        (cache / path).touch()
    assert cost.of_first_run({"reference"}, no_headers) == ""
    assert "up to 70 MB" in cost.of_first_run({"stock-6.1"}, no_headers)
    monkeypatch.setenv("OFFLINE", "1")
    assert cost.of_first_run(all_of_it, no_headers) == (
        "OFFLINE is set, and the cache lacks stock-6.1, stock-6.12")
    assert cost.of_first_run({"reference"}, no_headers) == ""
    monkeypatch.delenv("OFFLINE")
    monkeypatch.setenv("PATH", str(fresh))
    assert cost.of_first_run(all_of_it, no_headers) == ""
