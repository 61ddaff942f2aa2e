# SPDX-License-Identifier: GPL-2.0-only
"""LAVA: its own schemas on what we make for it, and what it would read off the console."""

from __future__ import annotations

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
    return words + context["extra_options"]


def monitored(cell: Cell, console: str) -> dict[str, str]:
    """What the job's monitor makes of a console: results by test case, found one after the other,
    as LAVA does."""
    monitor: dict[str, Any] = lava.job(cell, "")["actions"][2]["test"]["monitors"][0]
    start = re.search(monitor["start"], console)
    if not start:
        raise Wrong("the monitor's start is not on the console")
    place = start.end()
    pattern, end = re.compile(monitor["pattern"], re.M), re.compile(monitor["end"])
    found: dict[str, str] = {}
    while match := pattern.search(console, place):
        last = end.search(console, place)
        if last and last.start() < match.start():
            break
        found[match["test_case_id"]] = monitor["fixupdict"][match["result"]]
        place = match.end()
    if not end.search(console, place):
        raise Wrong("the monitor's end is not on the console")
    return found


def signals(lines: list[str]) -> dict[str, str]:
    """Results by test case, out of LAVA's signals."""
    return {match[1]: match[2] for line in lines if (match := _SIGNAL.match(line))}


def _tell(results: dict[str, str]) -> str:
    values = list(results.values())
    return ", ".join(f"{values.count(v)} {v}" for v in dict.fromkeys(values))


def same(found: dict[str, str], result: dict[str, Any], names: dict[str, str]) -> str:
    """Whether LAVA has each row's verdict. names: LAVA's word for each of ours."""
    want = {row["id"]: names[row["verdict"]] for row in result["rows"] if row["verdict"] in names
            and row["selected"]}
    if found != want:
        odd = next(name for name in {**want, **found} if found.get(name) != want.get(name))
        raise Wrong(f"LAVA has {odd} as {found.get(odd, 'nothing')}, not {want.get(odd, 'nothing')}")
    return _tell(found)


MONITOR_WORDS = {PASS: "pass", FAIL: "fail", ERROR: "fail", SKIP: "skip"}
