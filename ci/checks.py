# SPDX-License-Identifier: GPL-2.0-only
"""What `make check` and `make test` run, and the one line at their end.

Every step is a command of its own; its output is kept back unless it fails. `make check` is what takes
seconds, and looks only at what has changed where a step can tell; `make test` is all of it.
The last line is `N passed, N failed, N skipped`, over all tests of all steps.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fixtures import ROOT


MOST_BYTES = 1_500_000

# The proof that the suite can fail. The seed is a fixed one, so that a test says the same each time;
# `make explore` by itself takes another each time.
PROOF = ("mutants OWN_ROWS=1", "explore SEED=1")
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


def run(command: list[str], show: bool = False,
        variables: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Run a command at the repository's root; its exit code and what it printed."""
    environment = os.environ | SANITIZERS | dict(variables or {})
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


def unless_passed(binary: Path) -> tuple[Counts, str]:
    """The same, but what passed is not run once more before it is built anew."""
    kept = binary.parent.parent / "passed" / binary.name
    now = hashlib.sha256(binary.read_bytes()).hexdigest()
    try:
        before, passed = kept.read_text(encoding="ascii").split()
        if before == now:
            return Counts(int(passed)), ""
    except (OSError, ValueError):
        pass
    counts, output = unit_tests(binary)
    if not counts.failed and not counts.skipped:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(f"{now} {counts.passed}\n", encoding="ascii")
    return counts, output


def python_tests(marks: str, show: bool = False, processes: int = 1) -> tuple[Counts, str]:
    """pytest's tests with these marks, by so many processes that share them by files (conftest.py)."""
    with tempfile.TemporaryDirectory() as directory, ThreadPoolExecutor(processes) as pool:
        parts = list(pool.map(lambda number: _some_python_tests(marks, show, Path(directory), number),
                              range(processes)))
    total = Counts()
    for counts, _ in parts:
        total.add(counts)
    return total, "\n".join(output for counts, output in parts if counts.failed)


def _some_python_tests(marks: str, show: bool, directory: Path, number: int) -> tuple[Counts, str]:
    """One process's share, counted by its own report."""
    report = directory / f"report-{number}.xml"
    shared = directory / "shared"
    shared.mkdir(exist_ok=True)
    code, output = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                        "-m", marks, f"--junitxml={report}", "harness", "fixtures", "report",
                        "ci", "packaging", "docs", *(["-v"] if show else [])], show,
                       {"UAPI_CONFORM_TESTS_SHARED": str(shared)})
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


def static_steps(whole: bool) -> list[tuple[str, Step]]:
    """What looks at the sources. whole: also at those that have not changed since the last time."""
    c_files = sorted(str(path.relative_to(ROOT)) for room in ("harness", "suites")
                     for path in ROOT.glob(f"{room}/**/*.c") if "tests" not in path.parts)
    python_files = sorted(str(path.relative_to(ROOT)) for room in ("ci", "fixtures", "harness", "report")
                          for path in ROOT.glob(f"{room}/**/*.py"))
    cppcheck = ROOT / "build" / "cppcheck"
    cppcheck.mkdir(parents=True, exist_ok=True)
    return [
        ("fixtures/setup", lambda: one_test(["sh", "-n", "fixtures/setup"])),
        ("cppcheck", lambda: one_test(
            ["cppcheck", "--quiet", "--error-exitcode=1", "--inline-suppr", "-Iharness", "-I.",
             "--enable=warning,portability,performance", "--suppress=missingIncludeSystem",
             "--suppress=normalCheckLevelMaxBranches",
             # Across files it takes what one file fills in for what nobody does.
             "--suppress=ctuuninitvar",
             # Never one alone: cppcheck then looks across files, and finds other things.
             f"-j{max(2, os.cpu_count() or 1)}",
             *([] if whole else [f"--cppcheck-build-dir={cppcheck}"]), *c_files])),
        ("pyflakes", lambda: one_test(["pyflakes3", *python_files])),
        ("mypy", lambda: one_test(
            # Without their tests; what some version of it sees is no fault of a comment's.
            ["mypy", "--strict", "--ignore-missing-imports", "--no-warn-unused-ignores", "--no-error-summary",
             f"--cache-dir={'/dev/null' if whole else 'build/mypy'}",
             *(name for name in python_files if "/tests/" not in name)])),
    ]


def steps_of(vm: bool) -> list[tuple[str, Step]]:
    """All that may run side by side, in the order in which it is told. vm: all of it, whatever has
    passed before, and with real kernels; else what takes seconds."""
    host = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    cores = os.cpu_count() or 1
    tests = unit_tests if vm else unless_passed
    return [
        *static_steps(vm),
        ("a row and a link for every requirement",
         lambda: requirements_are_whole(ROOT / "build" / host / "uapi-conform")),
        *((f"size of {binary.relative_to(ROOT / 'build')}", partial(small, binary))
          for binary in sorted((ROOT / "build").glob("*/uapi-conform"))),
        *((f"unit tests of {binary.name}", partial(tests, binary))
          for binary in sorted((ROOT / "build" / "check").iterdir())),
        *([("integrations", lambda: counted([sys.executable, "-m", "ci.integrations"]))] if vm else []),
        ("python tests", lambda: python_tests("not vm" if vm else "not vm and not long", False, cores)),
        # One after the other: they share the place of their results.
        *([("real kernels", lambda: python_tests("vm", True))] if vm else []),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="ci.checks", description=__doc__)
    parser.add_argument("--vm", action="store_true", help="also what boots real kernels")
    parser.add_argument("--all", action="store_true", help="and what takes long")
    options = parser.parse_args()
    total = Counts()
    # Side by side, because the longest wait more than they compute; those stand last, and begin.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [(name, pool.submit(timed, step))
                   for name, step in reversed(steps_of(options.vm or options.all))]
        for name, done in reversed(running):
            total.add(tell(name, *done.result()))
    for name in PROOF if options.vm or options.all else ():
        total.add(tell(f"make {name}", *timed(partial(target, name))))
    for name in LONG if options.all else ():
        total.add(tell(f"make {name}", *timed(partial(target, name))))
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
