# SPDX-License-Identifier: GPL-2.0-only
"""What `make check` and `make test` run, and the one line at their end.

Every step is a command of its own; its output is kept back unless it fails.
The last line is `N passed, N failed, N skipped`, over all tests of all steps.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fixtures import ROOT


MOST_BYTES = 1_500_000

# The proof that the suite can fail. The seed is a fixed one, so that a test says the same each time;
# `make explore` by itself takes another each time.
PROOF = ("mutants", "explore SEED=1")
# What takes minutes each, or tens of them: `make test-all` alone.
LONG = ("matrix", "history", "coverage", "error-paths", "faults", "valgrind", "bisect-demo", "soak")

# A crash that a row brings about on purpose must reach the harness as a signal,
# and what a short-lived process has not freed is no fault. A sanitizer's own end
# must not look like the exit code of a run in which a row failed.
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=0:handle_segv=0:exitcode=86",
              "UBSAN_OPTIONS": "exitcode=86"}


@dataclass
class Counts:
    """How many tests of a step passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other: Counts) -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def run(command: list[str], show: bool = False) -> tuple[int, str]:
    """Run a command at the repository's root; its exit code and what it printed."""
    environment = os.environ | SANITIZERS
    output = None if show else subprocess.PIPE
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False, text=True,
                              errors="replace", stdout=output, stderr=output and subprocess.STDOUT)
    except OSError as error:
        return 127, f"{command[0]}: {error.strerror}; `make setup` installs what is missing"
    return done.returncode, done.stdout or ""


def believed(counts: Counts, code: int) -> Counts:
    """The counts that a command printed, where its exit code says the same: 1 for a failure, else 0.
    One that crashed afterwards, or was killed, passed nothing."""
    if code == (1 if counts.failed else 0):
        return counts
    return Counts(failed=max(1, counts.failed))


def one_test(command: list[str]) -> tuple[Counts, str]:
    """A command that is itself the test."""
    code, output = run(command)
    return (Counts(passed=1) if code == 0 else Counts(failed=1)), output


def unit_tests(binary: Path) -> tuple[Counts, str]:
    """A program of Check's, counted by the summary line of each of its groups."""
    code, output = run([str(binary)])
    counts = Counts()
    for found in re.findall(r"Checks: (\d+), Failures: (\d+), Errors: (\d+)", output):
        checks, failures, errors = map(int, found)
        counts.add(Counts(checks - failures - errors, failures + errors))
    return believed(counts if counts != Counts() else Counts(failed=1), code), output


def python_tests(marks: str, show: bool) -> tuple[Counts, str]:
    """pytest's tests with these marks, counted by its own report."""
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory, "report.xml")
        code, output = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                            "-m", marks, f"--junitxml={report}", "harness", "fixtures", "report",
                            "ci", "packaging", "docs", *(["-v"] if show else [])], show)
        if not report.exists():
            return Counts(failed=1), output
        suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    counts = Counts(int(suite.get("tests", 0)) - failed - skipped, failed, skipped)
    return believed(counts, code), output


def requirements_are_whole(binary: Path) -> tuple[Counts, str]:
    """A requirement that no row checks is a promise that nobody keeps; one without a link, a promise
    that nobody can look up."""
    code, output = run([str(binary), "--requirements"])
    if code or not output:
        return Counts(failed=1), output or "there are no requirements at all"
    bare = [line for line in output.splitlines() if "\tno row\t" in line or not line.endswith(">")]
    return (Counts(failed=1) if bare else Counts(passed=1)), "\n".join(bare)


def small(binary: Path) -> tuple[Counts, str]:
    """Whoever puts the binary into an initramfs counts its bytes."""
    size = binary.stat().st_size
    if size < MOST_BYTES:
        return Counts(passed=1), ""
    return Counts(failed=1), f"{binary} has {size} bytes, but {MOST_BYTES} are too many"


def counted(command: list[str]) -> tuple[Counts, str]:
    """A command that counts its tests itself, in its last line."""
    code, output = run(command)
    last = output.strip().splitlines()[-1] if output.strip() else ""
    found = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", last)
    if not found:
        return Counts(failed=1), output
    return believed(Counts(*map(int, found.groups())), code), output


def target(name: str) -> tuple[Counts, str]:
    """A target of the Makefile that takes long; its exit code is the verdict, and its output is
    shown as it comes. One that cannot even begin proves nothing, so it failed."""
    code, output = run(["make", "--no-print-directory", *name.split()], show=True)
    return (Counts(failed=1) if code else Counts(passed=1)), output


Step = Callable[[], tuple[Counts, str]]


def timed(step: Step) -> tuple[Counts, str, float]:
    """A step's counts and output, and the seconds that it took."""
    begin = time.monotonic()
    counts, output = step()
    return counts, output, time.monotonic() - begin


def tell(name: str, counts: Counts, output: str, seconds: float) -> Counts:
    """Print how a step ended; returns what counts in the end."""
    if counts == Counts():
        counts, output = Counts(failed=1), f"{name}: no test was run"
    if counts.failed and output:
        print(output.rstrip())
    print(f"{'FAIL' if counts.failed else 'ok':4} {name}: {counts.passed} passed, "
          f"{counts.failed} failed, {counts.skipped} skipped ({seconds:.1f} s)", flush=True)
    return counts


def main() -> int:
    parser = argparse.ArgumentParser(prog="ci.checks", description=__doc__)
    parser.add_argument("--vm", action="store_true", help="also what boots real kernels")
    parser.add_argument("--all", action="store_true", help="and what takes long")
    options = parser.parse_args()
    host = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    c_files = sorted(str(path.relative_to(ROOT)) for room in ("harness", "suites")
                     for path in ROOT.glob(f"{room}/**/*.c") if "tests" not in path.parts)
    python_files = sorted(str(path.relative_to(ROOT)) for room in ("ci", "fixtures", "harness", "report")
                          for path in ROOT.glob(f"{room}/**/*.py"))

    steps: list[tuple[str, Step]] = [
        ("fixtures/setup", lambda: one_test(["sh", "-n", "fixtures/setup"])),
        ("cppcheck", lambda: one_test(
            ["cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", "-Iharness", "-I.",
             "--enable=warning,portability,performance", "--suppress=missingIncludeSystem",
             "--suppress=normalCheckLevelMaxBranches",
             # Never one alone: cppcheck then looks across files, and finds other things.
             f"-j{max(2, os.cpu_count() or 1)}", *c_files])),
        ("pyflakes", lambda: one_test(["pyflakes3", *python_files])),
        ("mypy", lambda: one_test(
            # Without their tests; what some version of it sees is no fault of a comment's.
            ["mypy", "--strict", "--ignore-missing-imports", "--no-warn-unused-ignores", "--no-error-summary",
             "--cache-dir=build/mypy", *(name for name in python_files if "/tests/" not in name)])),
        *((f"unit tests of {binary.name}", partial(unit_tests, binary))
          for binary in sorted((ROOT / "build" / "check").iterdir())),
        ("a row and a link for every requirement",
         lambda: requirements_are_whole(ROOT / "build" / host / "uapi-conform")),
        *((f"size of {binary.relative_to(ROOT / 'build')}", partial(small, binary))
          for binary in sorted((ROOT / "build").glob("*/uapi-conform"))),
        ("python tests", lambda: python_tests("not vm", False)),
    ]
    total = Counts()
    # Side by side, because the longest wait more than they compute; those stand last, and begin.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [(name, pool.submit(timed, step)) for name, step in reversed(steps)]
        for name, done in reversed(running):
            total.add(tell(name, *done.result()))
    if options.vm or options.all:
        # Alone, because it prints as it goes, and what it boots must not starve.
        total.add(tell("real kernels", *timed(lambda: python_tests("vm", True))))
        total.add(tell("integrations", *timed(
            lambda: counted([sys.executable, "-m", "ci.integrations"]))))
        for name in PROOF:
            total.add(tell(f"make {name}", *timed(partial(target, name))))
    for name in LONG if options.all else ():
        total.add(tell(f"make {name}", *timed(partial(target, name))))
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
