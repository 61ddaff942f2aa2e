# SPDX-License-Identifier: GPL-2.0-only
"""What other people's pipelines read, and what tells when they would read it wrong."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci import cells, collection
from ci.integrations import __main__ as integrations
from ci.integrations import guest, pipelines, readers
from fixtures.problem import IO_ERROR, UNAVAILABLE, USAGE, Problem
from report.log import FAIL, PASS, SKIP

MATRIX = cells.load()
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


@pytest.mark.long
@pytest.mark.parametrize("read", [pipelines.gitlab, pipelines.github])
def test_the_pipelines_are_whole(read: Callable[[], list[pipelines.Job]]) -> None:
    said = pipelines.check_matrix(read())
    assert f"with all {len(MATRIX)} cells" in said


@pytest.mark.long
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
        pipelines.check_matrix(getattr(pipelines, which)(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("which", "old", "new", "said"), [
    ("gitlab", "", "", ""), ("github", "", "", ""),
    ("gitlab", "ci/integrations/base-and-patch", "ci/integrations/base-and-path", "base-and-path"),
    ("gitlab", "../base ../patch comment.md", "../base comment.md", "takes a base, a patch and a file"),
    ("gitlab", "setup all", "setup al", "al"), ("gitlab", "-C ../uapi", "-C uapi-c", "no clone of ours"),
    ("gitlab", "$UAPI_CONFORM\"", "$UAPI_CONFROM\"", "UAPI_CONFROM"),
    ("github", "- run: uapi-conform/ci/integrations/base-and-patch", "- run: echo", "no job compares"),
    ("github", "make -C uapi-conform setup", "make -C uapi-conform stup", "stup"),
])
def test_the_pipelines_for_ones_own_kernel(which: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    text = getattr(pipelines, f"{which.upper()}_KERNEL").read_text()
    assert old in text
    path = tmp_path / f"{which}.yml"
    path.write_text(text.replace(old, new, 1) if old else text)
    if not said:
        assert "1 job, " in pipelines.check_kernels(getattr(pipelines, which)(path))
        return
    with pytest.raises(pipelines.Wrong, match=re.escape(said)):
        pipelines.check_kernels(getattr(pipelines, which)(path))


@pytest.mark.parametrize(("codes", "code", "title"), [
    ("0 0 0", 0, "nothing regressed"), ("1 1 1", 1, "regressions"), ("0 5 5", 5, "could not be judged"),
    ("4 4 4", 4, "nothing to compare"), ("0 0 66", 66, ""), ("70 0 0", 70, ""), ("0 64 0", 64, ""),
])
def test_the_comment_says_what_the_patch_changes(codes: str, code: int, title: str, tmp_path: Path) -> None:
    """Of base, patch and their difference; over stand-ins."""
    script = tmp_path / "ci/integrations/base-and-patch"
    (tmp_path / "report").mkdir()
    script.parent.mkdir(parents=True)
    shutil.copy(Path(pipelines.__file__).with_name("base-and-patch"), script)
    base, patch, diff = codes.split()
    for name, body in (
        ("ci/run", f'echo "${{KERNEL_SRC-}} $*" >>log; case $* in *base) exit {base};; *patch) exit {patch};; esac'),
        ("report/uapi-report", f"echo 'a row: PASS -> FAIL ~~~~'; exit {diff}"),
    ):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "tree").mkdir()
    done = subprocess.run([script, "tree", "Image", "comment.md"], cwd=tmp_path, capture_output=True, text=True,
                          check=False)
    assert done.returncode == code
    assert (tmp_path / "comment.md").exists() == bool(title)
    if title:
        text = (tmp_path / "comment.md").read_text(encoding="utf-8")
        assert title in text.splitlines()[0] and text.count("~~~~") == 2 and "PASS -> FAIL" in text
        assert (tmp_path / "log").read_text().splitlines()[:2] == [
            f"{tmp_path}/tree --name base", f" --kernel {tmp_path}/Image --name patch"]


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
