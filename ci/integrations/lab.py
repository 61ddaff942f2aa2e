# SPDX-License-Identifier: GPL-2.0-only
"""LAVA: its own schemas on what we make for it, and what it would read off the console."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from ci import cells as cells_module
from ci import lava
from ci.cells import Cell
from ci.integrations import consumers
from ci.integrations.guest import DEFINITION
from ci.integrations.readers import Wrong
from report.log import ERROR, FAIL, PASS, SKIP
from report.shapes import Result

_SIGNAL = re.compile(r"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=(\S+) RESULT=(\S+)>")
WHOLE = "uapi-conform.log.complete"
_CHECK_DEFINITION = """\
import sys, yaml
from lava_common.schemas.test import testdef
testdef.validate(yaml.safe_load(open(sys.argv[1])))
"""


def _environment() -> tuple[Path, dict[str, str]]:
    """lava-common's tree, and an environment in which python3 finds it."""
    trees = consumers.packages("lava-common", "python3-voluptuous")
    path = ":".join(str(tree / "usr/lib/python3/dist-packages") for tree in trees)
    return trees[0], {**os.environ, "PYTHONPATH": path}


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith("->")] or lines[-1:]
    return "; ".join(wrong[:3]) or f"exit code {done.returncode}"


def jobs(directory: Path | None = None) -> str:
    """Every cell's job, by lava-common's checker of jobs. Another directory: for its own test."""
    tree, environment = _environment()
    matrix = cells_module.load()
    with tempfile.TemporaryDirectory() as scratch:
        where = directory or Path(scratch)
        if directory is None:
            for cell in matrix:
                (where / lava.file_name(cell)).write_text(
                    lava.text(cell, "https://example.org/uapi-conform"), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, tree / "usr/share/lava-common/lava-schema.py", "job", "--strict",
             "--recursive", where], env=environment, capture_output=True, text=True, check=False)
        checked = done.stdout.count(".yaml")
    if done.returncode:
        raise Wrong(_last(done))
    if directory is None and checked != len(matrix):
        raise Wrong(f"{checked} jobs for {len(matrix)} cells")
    return f"{checked} jobs, one for each cell"


def definition(path: Path = DEFINITION) -> str:
    """The test definition, by lava-common's schema of them."""
    _, environment = _environment()
    done = subprocess.run([sys.executable, "-c", _CHECK_DEFINITION, path], env=environment,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(_last(done))
    steps = yaml.safe_load(path.read_text(encoding="utf-8"))["run"]["steps"]
    return f"a test definition of {len(steps)} steps"


def command(cell: Cell, program: str, kernel: Path, initrd: Path) -> list[str]:
    """The QEMU that LAVA's dispatcher would start for a cell's job."""
    job = lava.job(cell, "https://example.org")
    context = job["context"]
    images = job["actions"][0]["deploy"]["images"]
    words = [program, "-nographic", "-nodefaults", "-serial", "stdio", "-monitor", "none"]
    words += ["-M", context["machine"], "-cpu", context["cpu"], "-m", str(context["memory"])]
    for image, path in (("kernel", kernel), ("ramdisk", initrd)):
        words += shlex.split(images[image]["image_arg"].replace(f"{{{image}}}", shlex.quote(str(path))))
    return [*words, *context["extra_options"]]


def _monitor(cell: Cell) -> dict[str, Any]:
    monitor: dict[str, Any] = lava.job(cell, "")["actions"][2]["test"]["monitors"][0]
    return monitor


def monitored(cell: Cell, console: str, chunk: int = 2000) -> list[tuple[str, str]]:
    """What the job's monitor makes of a console: (test case, result) one after the other. It does
    what pexpect does for LAVA: takes so many characters, and of what matches then the first; what
    was matched is gone. Raises Wrong where the start or the end does not come."""
    monitor = _monitor(cell)
    patterns = [re.compile(monitor[name], re.DOTALL) for name in ("end", "pattern")]
    start = re.compile(monitor["start"], re.DOTALL)
    found: list[tuple[str, str]] = []
    text, begun = "", False
    for place in range(0, len(console), chunk):
        text += console[place : place + chunk]
        if not begun and (match := start.search(text)):
            text, begun = text[match.end() :], True
        while begun:
            matches = [match for pattern in patterns if (match := pattern.search(text))]
            if not matches:
                break
            match = min(matches, key=re.Match.start)
            if match.re is patterns[0]:
                return found
            found.append((match["test_case_id"], monitor["fixupdict"][match["result"]]))
            text = text[match.end() :]
    raise Wrong(f"the monitor's {'end' if begun else 'start'} is not on the console")


_EXPECT = """\
import json, sys
from pexpect import fdpexpect
monitor = json.loads(sys.argv[1])
found = []
with open(sys.argv[2], "rb") as log:
    child = fdpexpect.fdspawn(log, encoding="utf-8", codec_errors="replace", timeout=60)
    child.expect(monitor["start"])
    while child.expect([monitor["end"], monitor["pattern"]]):
        match = child.match
        found.append((match["test_case_id"], monitor["fixupdict"][match["result"]]))
print(json.dumps(found))
"""


def expected(cell: Cell, console: Path) -> list[tuple[str, str]]:
    """The same by pexpect itself, which is LAVA's reader of consoles."""
    trees = consumers.packages("python3-pexpect", "python3-ptyprocess")
    path = ":".join(str(tree / "usr/lib/python3/dist-packages") for tree in trees)
    done = subprocess.run([sys.executable, "-c", _EXPECT, json.dumps(_monitor(cell)), console],
                          env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise Wrong(_last(done))
    return [(name, result) for name, result in json.loads(done.stdout)]


def once(found: list[tuple[str, str]]) -> dict[str, str]:
    """Results by test case, by the name that LAVA gives it. Raises Wrong where one comes twice."""
    names = [re.sub(r"\W+", "_", name.lower()) for name, _ in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise Wrong(f"LAVA has {twice[0]} twice")
    return {name: result for name, (_, result) in zip(names, found)}


def signals(lines: list[str]) -> dict[str, str]:
    """Results by test case, out of LAVA's signals."""
    return {match[1]: match[2] for line in lines if (match := _SIGNAL.match(line))}


def _tell(results: dict[str, str]) -> str:
    values = list(results.values())
    return ", ".join(f"{values.count(v)} {v}" for v in dict.fromkeys(values))


def same(found: dict[str, str], result: Result) -> str:
    """Whether LAVA has each row's verdict, under the name that it gives it."""
    want = {re.sub(r"\W+", "_", row["id"].lower()): MONITOR_WORDS[row["verdict"]]
            for row in result["rows"] if row["verdict"] in MONITOR_WORDS and row["selected"]}
    if found != want:
        odd = next(name for name in {**want, **found} if found.get(name) != want.get(name))
        raise Wrong(f"LAVA has {odd} as {found.get(odd, 'nothing')}, not {want.get(odd, 'nothing')}")
    return _tell(found)


MONITOR_WORDS = {PASS: "pass", FAIL: "fail", ERROR: "unknown", SKIP: "skip"}
