# SPDX-License-Identifier: GPL-2.0-only
"""What other people's pipelines read, and what tells when they would read it wrong."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci import cells, collection, lava
from ci.integrations import __main__ as integrations
from ci.integrations import guest, lab, pipelines, readers
from fixtures.problem import IO_ERROR, UNAVAILABLE, USAGE, Problem
from report.log import FAIL, PASS, SKIP

MATRIX = cells.load()
HERE = Path(integrations.__file__).parent
TAP = """TAP version 13
1..4
# uapi-conform 1234567
# run s.t.good
ok 1 s.t.good
# FAIL s.t.bad
#   expected: EINVAL
not ok 2 s.t.bad
ok 3 s.t.absent # SKIP the kernel has no KVM
# ERROR s.t.broken
not ok 4 s.t.broken
# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:1 error:1
"""


@pytest.mark.parametrize("read", [pipelines.gitlab, pipelines.github])
def test_the_pipelines_are_whole(read: Callable[[], list[pipelines.Job]]) -> None:
    said = pipelines.check(read())
    assert f"with all {len(MATRIX)} cells" in said


@pytest.mark.parametrize(("which", "old", "new", "said"), [
    ("gitlab", '"3/4", ', "", "of the matrix'"),
    ("gitlab", '"4/4"', '"3/4"', "more than once"),
    ("gitlab", '"4/4"', '"5/4"', "no such share"),
    ("gitlab", "make check", "make chekc", "chekc"),
    ("gitlab", "uapi-report html", "uapi-report htlm", "htlm"),
    ("gitlab", "needs: [matrix]", "needs: [matrices]", "matrices"),
    ("gitlab", "stage: report", "stage: reports", "reports"),
    ("gitlab", "stages: [", "stages: ]", "gitlab.yml"),
    ("gitlab", "make matrix SHARD=", "make matrix SHARD=$NONE", "NONE"),
    ("github", "[1, 2, 3, 4]", "[1, 2, 3]", "of the matrix'"),
    ("github", "${{ matrix.shard }}/4", "${{ matrix.sahrd }}/4", "matrix.sahrd"),
    ("github", "actions/checkout@v4", "actions/checkout", "names no version"),
    ("github", "needs: matrix", "needs: matrices", "matrices"),
    ("github", "      - run: make all\n", "      - name: x\n", "either 'run' or 'uses'"),
])
def test_a_pipeline_that_is_not_is_told(
    which: str, old: str, new: str, said: str, tmp_path: Path
) -> None:
    text = getattr(pipelines, which.upper()).read_text()
    assert old in text
    path = tmp_path / f"{which}.yml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises((pipelines.Wrong, Problem), match=re.escape(said)) as caught:
        pipelines.check(getattr(pipelines, which)(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cell", MATRIX, ids=lambda cell: cell.name)
def test_a_job_for_each_cell(cell: cells.Cell) -> None:
    job = yaml.safe_load(lava.text(cell, "https://example.org/x/"))
    assert job["job_name"] == f"uapi-conform {cell.name}"
    assert job["context"]["cpu"] == cell.configuration.cpus[0]
    images = job["actions"][0]["deploy"]["images"]
    assert images["kernel"]["url"] == f"https://example.org/x/{cell.kernel}/Image"
    assert cell.configuration.append in images["kernel"]["image_arg"]
    device = any("virtio-rng-pci" in word for word in job["context"]["extra_options"])
    assert device == (cell.kernel in ("reference", "reference-x86_64"))
    assert job["context"]["arch"] == ("x86_64" if cell.kernel.endswith("x86_64") else "arm64")
    assert cell.configuration.iommu in job["context"]["machine"]


def test_jobs_go_into_files_of_their_own(tmp_path: Path) -> None:
    done = subprocess.run(["ci/lava", "-o", tmp_path], cwd=lava.ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0 and len(list(tmp_path.iterdir())) == len(MATRIX), done.stderr
    for words, code in ((["--cells", "stok-6.1/max"], 64), (["-o", "/dev/null/x"], 74)):
        done = subprocess.run(["ci/lava", *words], cwd=lava.ROOT,
                              capture_output=True, text=True, check=False)
        assert done.returncode == code and len(done.stderr.splitlines()) == 1, done.stderr


def test_a_command_line_that_lava_cannot_carry() -> None:
    odd = cells.Cell("stock-6.1", cells.Configuration("c", ("max",), append='x="a b"'))
    with pytest.raises(Problem, match="quotes"):
        lava.job(odd, "https://example.org")


def console(text: str) -> str:
    return "[    0.0] Booting\r\n" + text.replace("\n", "\r\n") + "# exit: 1\r\n"


def test_the_monitor_tells_results_apart() -> None:
    found = lab.monitored(MATRIX[0], console(TAP))
    assert found == {"s.t.good": "pass", "s.t.bad": "fail", "s.t.absent": "skip",
                     "s.t.broken": "fail"}


@pytest.mark.parametrize("torn", ["ok 1 s.t.go[    1.0] kvm: x", "[    1.0] ok 1 s.t.good",
                                  "ok 1 s.t.good[    1.0]", "ok 1 good", "ok s.t.good"])
def test_the_monitor_takes_no_torn_line(torn: str) -> None:
    assert "s.t.good" not in lab.monitored(MATRIX[0], console(TAP.replace("ok 1 s.t.good", torn, 1)))


def test_the_monitor_waits_for_the_whole_line() -> None:
    assert not re.search(lava.PATTERN, "ok 1 s.t.goo", re.M)


@pytest.mark.parametrize("text", [TAP, "nothing", "# exit: 0\r\n"])
def test_the_monitor_needs_a_beginning_and_an_end(text: str) -> None:
    with pytest.raises(readers.Wrong, match="is not on the console"):
        lab.monitored(MATRIX[0], text)


def test_a_verdict_that_lava_has_differently() -> None:
    result = {"rows": [{"id": "s.t.a", "verdict": PASS, "selected": True},
                       {"id": "s.t.b", "verdict": SKIP, "selected": True}]}
    assert lab.same({"s.t.a": "pass", "s.t.b": "skip"}, result, lab.MONITOR_WORDS) == "1 pass, 1 skip"
    for found in ({"s.t.a": "pass"}, {"s.t.a": "fail", "s.t.b": "skip"},
                  {"s.t.a": "pass", "s.t.b": "skip", "s.t.c": "pass"}):
        with pytest.raises(readers.Wrong):
            lab.same(found, result, lab.MONITOR_WORDS)


def filtered(text: str, path: str = "") -> str:
    environment = {**os.environ, "PATH": f"{path}:/usr/bin:/bin" if path else "/usr/bin:/bin"}
    return subprocess.run([HERE / "tap-to-lava"], input=text, capture_output=True, text=True,
                          env=environment, check=True).stdout


def test_signals() -> None:
    want = {"s.t.good": "pass", "s.t.bad": "fail", "s.t.absent": "skip", "s.t.broken": "unknown",
            lab.WHOLE: "pass"}
    assert lab.signals(filtered(TAP).splitlines()) == want
    assert lab.signals(filtered(TAP.replace("\n", "\r\n")).splitlines()) == want


@pytest.mark.parametrize("text", [
    "", TAP[: TAP.index("# ERROR")], TAP.replace("1..4\n", ""), TAP.replace("1..4", "1..5"),
    TAP[: TAP.index("# Totals")],
])
def test_a_log_that_is_not_whole_is_a_test_case_that_failed(text: str) -> None:
    assert lab.signals(filtered(text).splitlines())[lab.WHOLE] == "fail"


def test_inside_lava_its_own_program_reports(tmp_path: Path) -> None:
    stub = tmp_path / "lava-test-case"
    stub.write_text('#!/bin/sh\necho "called $*"\n')
    stub.chmod(0o755)
    assert filtered(TAP, str(tmp_path)).splitlines()[1] == "called s.t.bad --result fail"


def test_marks_on_the_console_of_the_guest() -> None:
    done = guest.parse("noise\r\n== begin a\r\nx\r\n== end b 1\r\n== end a 4\r\n== begin c\r\ny\r\n")
    assert done == {"a": guest.Done(4, ["x", "== end b 1"])}


@pytest.mark.parametrize("verdict", [PASS, FAIL, SKIP])
def test_what_the_runner_must_say(verdict: str) -> None:
    line, code = integrations.KSELFTEST[verdict]
    own = f"# {'not ok' if verdict == FAIL else 'ok'} 1 s.t.a"
    assert verdict in integrations.judge_kselftest(verdict, "s.t.a", guest.Done(code, [own, line]))
    for lines, wrong in (([own, line], code + 1), ([own], code), ([line], code)):
        with pytest.raises(readers.Wrong):
            integrations.judge_kselftest(verdict, "s.t.a", guest.Done(wrong, lines))


@pytest.mark.parametrize("read", [readers.prove, readers.tappy])
def test_a_reader_that_finds_something_else(
    read: Callable[[Path, dict[str, Any]], str], tmp_path: Path
) -> None:
    result = {"counts": {"PASS": 1, "FAIL": 1, "FAIL (known)": 0, "ERROR": 1, "SKIP": 1, "NOT RUN": 0}}
    path = tmp_path / "results.tap"
    path.write_text(TAP)
    assert "2 failed" in read(path, result)
    for text in (TAP.replace("not ok 2", "ok 2"), "", TAP.replace("1..4", "1..5\nnonsense")):
        path.write_text(text)
        with pytest.raises(readers.Wrong):
            read(path, {"counts": {**result["counts"], "FAIL": 2}} if "nonsense" in text else result)


def test_what_cannot_be_had_is_skipped_and_what_breaks_fails(tmp_path: Path) -> None:
    def raising(error: Exception) -> Callable[[Any], str]:
        def check(_: Any) -> str:
            raise error
        return check

    bench = integrations.Bench(tmp_path, with_vm=False)
    for error, how in (
        (integrations.Skipped("no prove"), "skipped"), (Problem("no network", UNAVAILABLE), "skipped"),
        (Problem("disk", IO_ERROR), "failed"), (Problem("the VM ended early", 1), "failed"),
        (readers.Wrong("x"), "failed"), (pipelines.Wrong("x"), "failed"),
    ):
        assert integrations.try_one(raising(error), bench) == (how, str(error))
    assert integrations.try_one(integrations.run_signals, bench)[0] == "skipped"
    assert integrations.try_one(integrations.run_lava_console, bench)[0] == "skipped"


def test_the_suite_joins_an_installed_collection(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_text("x")
    with pytest.raises(Problem, match="run_kselftest.sh") as caught:
        collection.add(tmp_path, binary)
    assert caught.value.code == USAGE
    (tmp_path / "run_kselftest.sh").touch()
    (tmp_path / collection.LIST).write_text("kvm:get-reg-list\n")
    for _ in range(2):
        collection.add(tmp_path, binary)
    assert (tmp_path / collection.LIST).read_text() == "kvm:get-reg-list\nuapi-conform:uapi-conform\n"
    assert (tmp_path / "uapi-conform" / "settings").read_text() == "timeout=600\n"
    with pytest.raises(Problem, match="build it first"):
        collection.add(tmp_path, tmp_path / "none")
