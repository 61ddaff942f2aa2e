# SPDX-License-Identifier: GPL-2.0-only
"""The faults themselves: there are no others than are tried, and who asks for one gets it."""

from __future__ import annotations

import copy
import re
import subprocess
from typing import Any

import pytest

from ci import faults
from ci.faults_judge import complaints
from fixtures import ROOT

KNOB = ROOT / "fixtures/kernel/tree/fs/uapi_conform_fault.c"


def typed(*words: str) -> tuple[int, str, list[str]]:
    done = subprocess.run(["ci/faults", *words], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr.splitlines()


def test_every_fault_that_the_kernel_has_is_tried() -> None:
    there = set(re.findall(r'^\t\{ "([a-z-]+)", do_', KNOB.read_text("utf-8"), re.M))
    assert len(there) > 5
    assert {kind.fault or name for name, kind in faults.KINDS.items()} == there


@pytest.mark.parametrize(("words", "said"), [
    (["--kind", "pannic"], "no fault is called 'pannic'; there are panic, oops"),
    (["--kind", ""], "no fault is called ''"),
])
def test_a_fault_that_does_not_exist_is_one_line(words: list[str], said: str) -> None:
    code, _, lines = typed(*words)
    assert code == 64 and said in lines[-1] and "Traceback" not in "".join(lines)


def result(verdicts: dict[str, str], reason: str = "") -> dict[str, Any]:
    rows = [{"id": name, "verdict": verdict, "reason": reason if verdict == "FAIL" else "",
             "detail": ["kernel: oh"]} for name, verdict in verdicts.items()]
    failed = "FAIL" in verdicts.values()
    return {"rows": rows, "verdict": "FAIL" if failed else "PASS",
            "problems": ["it died"] if failed else [], "meta": {"boots": [{}, {}]},
            "counts": {"PASS": list(verdicts.values()).count("PASS")}}


USUAL = result({"a": "PASS", "b": "PASS", "c": "SKIP"})
HONEST = result({"a": "PASS", "b": "FAIL", "c": "SKIP"}, "it panicked")
LOGS = ["# run a\n# run b\n", ""]


def judged(found: dict[str, Any], logs: list[str] | None = None, last: bool = False) -> str:
    kind = faults.Kind(("FAIL",), "panicked")
    return "\n".join(complaints(found, USUAL, kind, "b", logs or LOGS, last))


def test_what_is_honest() -> None:
    assert judged(HONEST) == ""


@pytest.mark.parametrize(("change", "said"), [
    ({"verdict": "PASS"}, "the cell's verdict is PASS"),
    ({"problems": []}, "the cell has no problem"),
    ({"counts": {"PASS": 2}}, "+0 passes"),
    ({"meta": {}}, "1 boots"),
])
def test_what_is_not(change: dict[str, Any], said: str) -> None:
    assert said in judged({**copy.deepcopy(HONEST), **change})


@pytest.mark.parametrize(("verdicts", "said"), [
    ({"a": "PASS", "b": "PASS", "c": "SKIP"}, "b is PASS, not FAIL"),
    ({"a": "NOT RUN", "b": "FAIL", "c": "SKIP"}, "a is NOT RUN, and PASS without the fault"),
    ({"a": "PASS", "b": "FAIL", "c": "PASS"}, "c is PASS, and SKIP without the fault"),
])
def test_other_verdicts_are_seen(verdicts: dict[str, str], said: str) -> None:
    assert said in judged(result(verdicts, "it panicked"))


def test_a_row_that_is_begun_again_and_a_console_that_is_lost_are_seen() -> None:
    assert "begun 2 times" in judged(HONEST, ["# run b\n", "# run b\n"])
    assert "1 consoles were kept of 2 boots" in judged(HONEST, ["# run b\n"])
    assert "2 boots" in judged(HONEST, last=True)
    assert "the reason is 'oh'" in judged(result({"a": "PASS", "b": "FAIL", "c": "SKIP"}, "oh"))


@pytest.mark.vm
def test_a_panic_costs_one_row() -> None:
    code, said, lines = typed("--kind", "panic")
    assert code == 0, said
    assert said.splitlines()[-1] == "3 passed, 0 failed, 0 skipped", lines


@pytest.mark.vm
def test_a_kernel_without_the_knob_is_one_line() -> None:
    code, _, lines = typed("--kind", "panic", "--cell", "stock-6.12/max")
    assert code == 69 and "does not fail on demand" in lines[-1]
    assert "Traceback" not in "".join(lines)
