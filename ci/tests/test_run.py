# SPDX-License-Identifier: GPL-2.0-only
"""A run with programs in place of QEMU and of the suite."""

from __future__ import annotations

import argparse
import datetime
import errno
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ci import bench, cells, choose, job, progress, run, shards, suite_words
from ci.kernel import Kernel, Toolbox, suite_binary
from fixtures import ROOT, kernels, vm
from fixtures.problem import USAGE, Problem
from report import results
from report.catalogue import Catalogue, CatalogueRow, Requirement

ROWS = Catalogue(
    {f"s.t.{n}": CatalogueRow(f"s.t.{n}", ("s:REQ",), (), "t.c") for n in "ab"},
    {"s:REQ": Requirement("s:REQ", True, "source", "text")},
)
WHOLE = (
    "TAP version 13\\n1..2\\n# run s.t.a\\nok 1 s.t.a\\n# run s.t.b\\nok 2 s.t.b\\n"
    "# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0\\n# exit: 0\\n"
)
HALF = "TAP version 13\\n1..2\\n# run s.t.a\\nok 1 s.t.a\\n# run s.t.b\\n"
# What stands in for QEMU: its behaviour is the kernel's file name.
QEMU = f"""#!/bin/sh
case "$*" in
*--version*) echo "QEMU emulator version 0.1 (Test)"; exit;;
*qmp*) case "$*" in *neoverse-v1*) echo "$0: no such CPU" >&2; exit 1;; esac; exit;;
*stock-good*) printf '{WHOLE}'; exit;;
*stock-slow*) printf '{HALF}'; exec sleep 60;;
*stock-panic*) printf '{HALF}'; printf '[    1.0] Kernel panic - not syncing: boom\\n'; exit;;
*stock-died*) printf '{HALF}'; echo "$0: out of luck" >&2; exit 1;;
esac
echo "what is $*?" >&2; exit 1
"""


class NoProgress:
    """Remembers how cells ended."""

    def __init__(self) -> None:
        self.ended: dict[str, str] = {}

    def started(self, name: str) -> None: ...

    def planned(self, name: str, rows: int) -> None: ...

    def row(self, name: str) -> None: ...

    def done(self, name: str, how: str, result: Any = None) -> None:
        self.ended[name] = how


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    monkeypatch.chdir(tmp_path)
    fake = tmp_path / "qemu"
    fake.write_text(QEMU)
    fake.chmod(0o755)
    suite_binary().parent.mkdir(parents=True)
    suite_binary().touch()
    return Toolbox(
        str(fake), "0.1 (Test)", (), vm.Limits(5, 2), Path("build/run"), ROWS, [],
        {}, threading.Event(),
    )


def make(kernel: str, cpu: str = "max", needs: str = "") -> job.Job:
    cell = cells.Cell(kernel, cells.Configuration("c", (cpu,), needs=needs))
    return job.Job(cell, Kernel(Path(kernel) / "Image", {"version": "1"}))


def go(tools: Toolbox, *jobs: job.Job) -> NoProgress:
    show = NoProgress()
    assert run.run_all(list(jobs), tools, 2, show)  # type: ignore[arg-type]
    return show


def test_one_bad_cell_does_not_stop_the_others(tools: Toolbox) -> None:
    jobs = [make(f"stock-{k}") for k in ("panic", "good", "died")]
    show = go(tools, *jobs)
    panic, good, died = (j.result for j in jobs)
    assert good and good["verdict"] == "PASS" and good["counts"]["PASS"] == 2
    assert panic and panic["verdict"] == "ERROR" and panic["counts"]["PASS"] == 1
    assert died and died["verdict"] == "ERROR" and "out of luck" in died["meta"]["problem"]
    assert "panic: boom" in show.ended["stock-panic/c"]
    for kernel in ("good", "panic", "died"):
        directory = Path(f"build/run/stock-{kernel}/c")
        assert sorted(p.name for p in directory.iterdir()) == [
            "console.log", "results.json", "results.tap",
        ]
        assert results.load(directory)


def test_what_is_recorded_of_a_cell(tools: Toolbox) -> None:
    one = make("stock-good")
    tools.binaries = {"arm64": "5ca1ab1e"}
    tools.run = {"started": "2026-11-20T14:00:00Z", "cells": 3}
    go(tools, one)
    meta = json.loads(Path("build/run/stock-good/c/results.json").read_text())["meta"]
    assert meta["kernel_file"] == {"version": "1"} and meta["qemu_version"] == "0.1 (Test)"
    assert meta["end"] == "powered off" and 0 < meta["boot_seconds"] <= meta["seconds"] < 5
    assert meta["reproduce"] == "ci/run --cells stock-good/c"
    assert meta["binary_sha256"] == "5ca1ab1e"
    assert "-cpu max" in meta["qemu_command"] and "problem" not in meta
    began = datetime.datetime.strptime(meta["started"], "%Y-%m-%dT%H:%M:%SZ")
    assert abs((datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - began).seconds) < 60
    assert meta["run"] == {"started": "2026-11-20T14:00:00Z", "cells": 3}


@pytest.mark.parametrize("kernel", ["stock-good", "stock-died", "none"])
def test_results_do_not_say_where_they_were_made(
    kernel: str, tools: Toolbox, tmp_path: Path
) -> None:
    one = make(f"{tmp_path}/{kernel}")
    one.cell = cells.Cell(kernel, one.cell.configuration)
    tools.asked["kernel"] = str(tmp_path / kernel / "Image")
    if kernel == "none":
        one.kernel, one.why_no_kernel = None, Problem(f"filling {tmp_path}/cache/x: no space left")
    go(tools, one)
    assert one.result and one.result["meta"]["reproduce"].startswith("ci/run --cells c")
    assert "--kernel path/to/Image" in one.result["meta"]["reproduce"]
    text = Path(f"build/run/{kernel}/c/results.json").read_text()
    assert str(tmp_path) not in text and os.uname().nodename not in text


def test_a_cpu_that_qemu_lacks_is_not_run(tools: Toolbox) -> None:
    one = make("stock-good", "neoverse-v1", "CPU model neoverse-v1")
    go(tools, one)
    assert one.result and one.result["verdict"] == "NOT RUN"
    assert "CPU model neoverse-v1" in one.result["meta"]["reason"]
    assert not Path("build/run/stock-good/c/console.log").exists()


def test_of_two_spellings_of_a_cpu_the_one_that_works(tools: Toolbox) -> None:
    one = make("stock-good")
    one.cell = cells.Cell("stock-good", cells.Configuration("c", ("neoverse-v1", "max,other=on")))
    go(tools, one)
    assert one.result and one.result["meta"]["cpu"] == "max,other=on"


def test_results_of_an_earlier_run_do_not_survive(tools: Toolbox) -> None:
    go(tools, make("stock-good"))
    bad = make("stock-good")
    bad.kernel, bad.why_no_kernel = None, Problem("no network")
    go(tools, bad)
    assert bad.result and bad.result["verdict"] == "ERROR"
    assert "no network" in bad.result["meta"]["problem"]
    assert not Path("build/run/stock-good/c/console.log").exists()


def test_a_full_disk_loses_nothing(tools: Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    write = results.write_cell

    def full(directory: Path, *rest: Any, **named: Any) -> Any:
        if not str(directory).startswith("/dev/shm"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(directory, *rest, **named)

    monkeypatch.setattr(results, "write_cell", full)
    one = make("stock-good")
    go(tools, one)
    rescued = Path(one.complaint.rsplit(" ", 1)[1])
    try:
        assert one.disk_full and "no space left" in one.complaint
        assert one.result and one.result["counts"]["PASS"] == 2
        assert (rescued / "console.log").read_text().startswith("TAP version 13")
    finally:
        shutil.rmtree(rescued.parents[1])


def test_the_longest_cell_goes_first(tools: Toolbox) -> None:
    fast, slow, new = make("stock-good"), make("stock-died"), make("stock-panic")
    for one, seconds in ((fast, 1.0), (slow, 30.0)):
        directory = Path("build/run") / one.cell.name
        directory.mkdir(parents=True)
        (directory / "results.json").write_text(json.dumps({"meta": {"seconds": seconds}}))
    order = run.expected([fast, slow, new], ())
    assert list(order) == [slow.cell.name, new.cell.name, fast.cell.name]
    # Asked for other rows, it will take something else.
    assert list(run.expected([fast, slow, new], ("--case", "x")).values()) == [8.0] * 3


def test_the_longest_known_to_the_repository_goes_first_on_a_new_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shards, "durations", lambda: {"stock-rc/c": 9.0, "stock-6.1/c": 20.0})
    jobs = [make(name) for name in ("stock-7.2", "stock-rc", "stock-6.1")]
    assert run.expected(jobs, ()) == {"stock-6.1/c": 20.0, "stock-rc/c": 9.0, "stock-7.2/c": 8.0}


def test_a_cell_that_could_not_run_is_not_waited_for(tools: Toolbox) -> None:
    one = make("stock-good", "neoverse-v1", "CPU model neoverse-v1")
    go(tools, one)
    assert one.estimate() == 0.0


def test_the_time_left() -> None:
    clock = progress.Clock({"a": 20.0, "b": 10.0, "c": 10.0, "d": 4.0}, 2)
    assert clock.left(100.0) == 22.0
    clock.started("a", 100.0)
    clock.started("b", 100.0)
    assert clock.left(105.0) == 17.0  # 15, 5, 10 and 4, on two cores
    clock.done("b", 120.0)  # half as fast as expected, and so will be the rest
    assert clock.left(120.0) == (20 + 20 + 8) / 2
    clock.started("c", 120.0)
    clock.done("d", 120.0)  # could not be run
    clock.done("c", 140.0)
    assert clock.left(139.0) == 1.0  # a's own 40
    assert clock.left(150.0) == 0.0
    clock.done("a", 150.0)
    assert clock.left(151.0) == 0.0


@pytest.mark.parametrize(("seconds", "said"), [
    (0, ""), (1.9, ""), (40.4, "about 40 s left"), (100, "about 2 min left")])
def test_the_time_left_in_words(seconds: float, said: str) -> None:
    assert progress.spoken(seconds) == said


def test_progress_says_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: False)
    with progress.Progress({"k/a": 30.0, "k/b": 50.0}, 1) as show:
        show.started("k/b")
        show.done("k/b", "powered off, 0.1 s", {"verdict": "PASS", "counts": {"PASS": 2, "SKIP": 0},
                                                "meta": {}})
        show.done("k/a", "interrupted, 1.0 s", {"verdict": "ERROR", "counts": {"NOT RUN": 2},
                                                "meta": {"problem": "interrupted"}})
    assert capsys.readouterr().err.splitlines() == [
        "running 2 cells, about 80 s", "[1/2] k/b: PASS (2 PASS), powered off, 0.1 s",
        "[2/2] k/a: interrupted, 1.0 s"]


@pytest.mark.long
def test_interrupted_cells_keep_their_rows_and_the_rest_is_not_started(tools: Toolbox) -> None:
    jobs = [make("stock-slow"), make("stock-good")]
    jobs[0].estimate = lambda *_: 99.0  # type: ignore[method-assign]
    timer = threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT))
    # Whoever runs the tests in the background of a script has it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer.start()
    try:
        assert not run.run_all(jobs, tools, 1, NoProgress())  # type: ignore[arg-type]
    finally:
        signal.signal(signal.SIGINT, before)
    slow, good = (j.result for j in jobs)
    assert slow and slow["counts"]["PASS"] == 1 and slow["meta"]["end"] == "interrupted"
    assert good is None


def arguments(**given: Any) -> argparse.Namespace:
    return argparse.Namespace(
        **{"cells": [], "kernel": None, "cpu": "", "append": "", "matrix": False, **given}
    )


def test_which_cells_a_command_line_means() -> None:
    assert len(choose.choose(arguments())) == 5
    assert len(choose.choose(arguments(matrix=True))) == sum(not cell.apart for cell in cells.load())
    assert [c.name for c in choose.choose(arguments(cells=["stock-6.1/max stock-7.2/none"]))] == [
        "stock-6.1/max", "stock-7.2/none",
    ]


def test_a_debug_kernel_gets_more_memory() -> None:
    plain = Kernel(Path("Image"), {"variant": ""})
    debug = Kernel(Path("Image"), {"variant": "debug"})
    assert plain.memory == 256 and debug.memory == 512


def test_another_reference_kernel_is_judged_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEBUG", "1")
    assert [c.name for c in choose.choose(arguments())] == ["reference-debug/max"]


def test_names_are_looked_at_before_anything_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "fetch", lambda names: pytest.fail("it was fetched"))
    for wrong in ("stock-rc/maxx", "stock-9.3/max stock-6.1/max", "stock-6.2/max", "stock-7.2-rtt/max"):
        with pytest.raises(Problem, match="no cell is called") as caught:
            choose.choose(arguments(cells=[wrong]))
        assert caught.value.code == USAGE


def test_a_kernel_that_no_mirror_has_is_not_run_and_that_is_said(tools: Toolbox) -> None:
    one = make("stock-6.16")
    one.kernel, one.why_no_kernel = None, kernels.Absent("the mirror has no package of Linux 6.16")
    go(tools, one)
    assert one.result and one.result["meta"]["reason"] == "the mirror has no package of Linux 6.16"
    assert not one.complaint and not one.result["problems"]


def test_the_suites_arguments_are_judged_before_anything_boots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = tmp_path / "suite"
    suite.write_text('#!/bin/sh\ncase "$*" in *wrong*) echo "uapi-conform: no row" >&2; exit 64;; esac\n')
    suite.chmod(0o755)
    monkeypatch.setenv("UAPI_CONFORM_BINARY", str(suite))
    assert suite_words.check_arguments("--case 'a b'") == ("--case", "a b")
    for text, said in (("--case wrong", "no row"), ("--case 'a", "No closing quotation"),
                       ("--strict --list", "--list asks for a list and judges nothing"),
                       ("--record /x", "--record writes into the VM")):
        with pytest.raises(Problem, match=said) as caught:
            suite_words.check_arguments(text)
        assert caught.value.code == USAGE


def test_a_second_run_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    where = Path("build/run")
    with run.results_lock(where):
        with pytest.raises(Problem, match="another run is writing to build/run"):
            with run.results_lock(where):
                pass
    with run.results_lock(where):
        pass




@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--cells", "stok-6.1/max"], 64, "did you mean stock-6.1/max"),
        (["--kernel", "/no/such/Image"], 64, "does not exist"),
        (["--timeout", "-1"], 64, "positive"),
        (["--nonsense"], 64, "--nonsense"),
    ],
)
def test_bad_command_lines_are_one_line(words: list[str], code: int, said: str) -> None:
    done = subprocess.run(["ci/run", *words], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == code and said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_the_ratio_is_the_median_of_the_rounds_own() -> None:
    times = bench.Times(empty=[1, 2, 10], cell=[2, 3, 20])
    assert times.ratio() == 2.0
    rows = bench._Rows()
    for line in ("ok 1 a", "# noise", "not ok 2 b", "ok 3 c"):
        time.sleep(0.01)
        rows.line(line)
    assert rows.count == 3 and 0.01 < rows.seconds() < 0.1
