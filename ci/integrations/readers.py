# SPDX-License-Identifier: GPL-2.0-only
"""Whether other people's readers of TAP find in our files what is in them.

`counts` are the report's, by verdict; each function returns one line, and raises Wrong where a
reader found something else.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import tap.parser

from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.shapes import Result


class Wrong(Exception):
    """What a reader made of it, in one line."""


def expected(result: Result) -> dict[str, int]:
    """Rows as TAP has them: an ERROR, and a known failure, is "not ok"."""
    counts = result["counts"]
    return {"passed": counts[PASS], "failed": counts[FAIL] + counts[KNOWN] + counts[ERROR],
            "skipped": counts[SKIP], "missing": counts[NOT_RUN]}


def _same(who: str, found: dict[str, int], result: Result) -> str:
    want = {key: value for key, value in expected(result).items() if key in found}
    said = ", ".join(f"{value} {key}" for key, value in found.items())
    if found != want:
        raise Wrong(f"{who} found {said}, but there are "
                    f"{', '.join(f'{value} {key}' for key, value in want.items())}")
    return said


def prove(path: Path, result: Result) -> str:
    """Perl's prove. It counts what is skipped as passed, so failures are what it is asked for."""
    done = subprocess.run(["prove", "-e", "cat", str(path)], capture_output=True, text=True,
                          check=False)
    text = done.stdout + done.stderr
    total = re.search(r"Files=1, Tests=(\d+)", text)
    failed = re.search(r"Failed: (\d+)\)", text)
    if not total or "Parse errors" in text:
        raise Wrong(f"prove could not read it: {text.strip().splitlines()[-1] if text else 'silence'}")
    found = {"failed": int(failed[1]) if failed else 0}
    said = _same("prove", found, result)
    if bool(done.returncode) != bool(found["failed"]):
        raise Wrong(f"prove found {said} and exits with {done.returncode}")
    rows = sum(expected(result)[key] for key in ("passed", "failed", "skipped"))
    if int(total[1]) != rows:
        raise Wrong(f"prove found {total[1]} tests of {rows}")
    return f"{total[1]} tests, {said}"


def kunit(tools: Path, path: Path, result: Result) -> str:
    """The kernel's kunit.py."""
    done = subprocess.run([sys.executable, tools / "testing/kunit/kunit.py", "parse", str(path.absolute())],
                          capture_output=True, text=True, check=False)
    found = re.search(r"Testing complete\. Ran (\d+) tests:([^\n]*)", done.stdout)
    if not found:
        raise Wrong(f"kunit.py could not read it: {(done.stdout + done.stderr).strip()[-200:]}")
    numbers = {key: int(n) for key, n in re.findall(r"(\w+): (\d+)", found[2])}
    if numbers.get("errors"):
        raise Wrong(f"kunit.py found {numbers['errors']} errors in it")
    return _same("kunit.py", {key: numbers.get(key, 0) for key in ("passed", "failed", "skipped")},
                 result)


def tappy(path: Path, result: Result) -> str:
    """python3-tap."""
    lines = list(tap.parser.Parser().parse_file(str(path)))
    unknown = [line for line in lines if line.category == "unknown"]
    if unknown:
        raise Wrong(f"python3-tap does not know {len(unknown)} lines")
    tests = [line for line in lines if line.category == "test"]
    return _same("python3-tap", {
        "passed": sum(t.ok and not t.skip for t in tests), "failed": sum(not t.ok for t in tests),
        "skipped": sum(t.skip for t in tests)}, result)
