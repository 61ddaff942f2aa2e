# SPDX-License-Identifier: GPL-2.0-only
"""Hand our results to other people's programs, and compare what they make of them.

    fixtures/launch ci.integrations [--no-vm] [--list]

One line for each; what is not to be had here is skipped, with the reason. The last line is
`N passed, N failed, N skipped`. Exit: 0 nothing failed, 1 something did, 4 nothing was tried.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ci import cells as cells_module
from ci.integrations import consumers, guest, lab, pipelines, readers
from ci.integrations.bench import CELL, KERNEL, WHOLE, Bench, Skipped
from fixtures import ROOT, problem
from fixtures.problem import Parser, Problem
from report import answers, catalogue, importer, results
from report.log import FAIL, PASS, SKIP
from report.shapes import Result



def both(bench: Bench, read: Callable[[Path, Result], str]) -> str:
    """A reader on the files of this machine, and of a cell where one can be booted."""
    said = []
    for name in ("host", "cell"):
        try:
            where, result = getattr(bench, name)
        except Skipped as why:
            said.append(f"(a cell: {why})")
            continue
        if result["problems"]:
            raise readers.Wrong(f"{results.names(result)} is not whole: {result['problems'][0]}")
        said.append(f"{results.names(result)}: {read(where / results.TAP, result)}")
    return "; ".join(said)


def run_prove(bench: Bench) -> str:
    """prove reads results.tap."""
    if not shutil.which("prove"):
        raise Skipped("prove is not installed (package perl)")
    return both(bench, readers.prove)


def run_kunit(bench: Bench) -> str:
    """The kernel's kunit.py parses results.tap."""
    tools = consumers.kernel_tools()
    return both(bench, lambda path, result: readers.kunit(tools, path, result))


def run_tappy(bench: Bench) -> str:
    """python3-tap reads results.tap."""
    return both(bench, readers.tappy)


# The runner's line for a test that exited with 0, 1 and 4, and its own exit code then.
KSELFTEST = {
    PASS: ("ok 1 selftests: uapi-conform: uapi-conform", 0),
    FAIL: ("not ok 1 selftests: uapi-conform: uapi-conform # exit=1", 1),
    SKIP: ("ok 1 selftests: uapi-conform: uapi-conform # SKIP", 0),
}


def judge_kselftest(verdict: str, row: str, done: guest.Done) -> str:
    """Whether kselftest's runner took an exit code as it is meant, and kept the row's line."""
    line, code = KSELFTEST[verdict]
    if line not in done.lines or done.code != code:
        said = next((text for text in done.lines if "selftests: uapi-conform" in text
                     and not text.startswith("#")), "no result")
        raise readers.Wrong(f"{verdict}: the runner says '{said}', exit code {done.code}")
    own = "not ok" if verdict == FAIL else "ok"
    if not any(text.startswith(f"# {own} 1 {row}") for text in done.lines):
        raise readers.Wrong(f"{verdict}: the row's own line is not in the runner's output")
    return f"{verdict} is '{line.replace(' selftests: uapi-conform: uapi-conform', '')}'"


def run_kselftest_guest(bench: Bench) -> str:
    """run_kselftest.sh with the suite in its collection, on a real arm64 kernel."""
    said = []
    for verdict in KSELFTEST:
        try:
            done = bench.task("kselftest", verdict)
        except Skipped as why:
            if "no row" not in str(why):
                raise
            said.append(str(why))
            continue
        said.append(judge_kselftest(verdict, bench.row(verdict), done))
    return "; ".join(said)


def run_kselftest_host(_bench: Bench) -> str:
    """run_kselftest.sh with the suite in its collection, on this machine."""
    binary = catalogue.default_binary().absolute()
    # Not in the scratch directory: the kernel's runner takes no path with a blank.
    with tempfile.TemporaryDirectory(prefix="uapi-conform-") as place:
        tree = guest.selftests(Path(place) / "kselftest", binary)
        done = subprocess.run(["sh", tree / "run_kselftest.sh", "-c", "uapi-conform"],
                              capture_output=True, text=True, check=False)
    verdict = {0: PASS, 4: SKIP}.get(
        subprocess.run([binary], stdout=subprocess.DEVNULL, check=False).returncode, FAIL)
    line, code = KSELFTEST[verdict]
    if line not in done.stdout.splitlines() or done.returncode != code:
        raise readers.Wrong(f"the runner says {done.stdout.splitlines()[-3:]}")
    rows = sum(text.startswith(("# ok ", "# not ok ")) for text in done.stdout.splitlines())
    return f"the suite is {verdict} here, and so says the runner, with {rows} rows"


def run_gitlab(bench: Bench) -> str:
    """The GitLab CI file's jobs, run over stubs."""
    return "; ".join((pipelines.check_matrix(pipelines.gitlab()),
                      pipelines.check_kernels(pipelines.gitlab(pipelines.GITLAB_KERNEL))))


def run_github(bench: Bench) -> str:
    """The GitHub Actions file's jobs, run over stubs."""
    return "; ".join((pipelines.check_matrix(pipelines.github()),
                      pipelines.check_kernels(pipelines.github(pipelines.GITHUB_KERNEL))))


def run_lava_jobs(bench: Bench) -> str:
    """Job definitions by lava-common's schema."""
    return lab.jobs()


def run_lava_console(bench: Bench) -> str:
    """A job's QEMU, and its monitor on the console."""
    where, result = bench.cell
    chosen, = cells_module.select(cells_module.load(), [f"{KERNEL}/{CELL}"])
    console = where / results.CONSOLE
    found = lab.expected(chosen, console)
    if found != lab.monitored(chosen, console.read_bytes().decode("utf-8", "replace")):
        raise readers.Wrong("pexpect makes another thing of it than our tests suppose")
    return f"pexpect: {lab.same(lab.once(found), result)}"


def run_lava_run(bench: Bench) -> str:
    """The job itself, by LAVA's dispatcher."""
    if not shutil.which("lava-run"):
        raise Skipped("not tried: lava-run is not installed, and lava-dispatcher wants about 150 "
                      "packages")
    raise Skipped("not tried: lava-run needs a device of the lab's own; submit a job there")


def run_definition(bench: Bench) -> str:
    """The test definition for LAVA, tuxrun and KernelCI, by lava-common's schema."""
    return lab.definition()


def run_signals(bench: Bench) -> str:
    """The test definition's steps in a VM: LAVA's signals for each verdict."""
    said = []
    for verdict, word in ((PASS, "pass"), (FAIL, "fail"), (SKIP, "skip")):
        try:
            done, row = bench.task("steps", verdict), bench.row(verdict)
        except Skipped as why:
            if "no row" not in str(why):
                raise
            said.append(str(why))
            continue
        found = lab.signals(done.lines)
        if done.code or found != {row: word, lab.WHOLE: "pass"}:
            raise readers.Wrong(f"{verdict}: the signals are {found}, exit code {done.code}")
        said.append(f"{verdict} is '{word}'")
    return "; ".join(said)


def run_import(bench: Bench) -> str:
    """uapi-report import of what a user of the VM would bring back."""
    # The guest runs all of them several times in one boot, and some warnings come once a boot.
    want = {row["id"]: row["verdict"] for row in bench.cell[1]["rows"]
            if not answers.read(row["detail"]).warnings}
    said = []
    for how in WHOLE:
        log = "".join(f"{line}\n" for line in bench.guest[f"{how}-all"].lines).encode()
        where = bench.scratch / "import" / how
        result = importer.write(where, {"guest.log": log}, {"kernel": KERNEL, "cell": how})
        wrong = [row["id"] for row in result["rows"]
                 if row["verdict"] != want.get(row["id"], row["verdict"])]
        if wrong or result["problems"]:
            raise readers.Wrong(f"{how}: {len(wrong)} verdicts differ ({', '.join(wrong[:3])}); "
                                f"{'; '.join(result['problems']) or 'the log is whole'}")
        said.append(f"{how}: {len(want)} rows, the verdicts of a cell")
    return "; ".join(said)


CHECKS: dict[str, Callable[[Bench], str]] = {
    "prove": run_prove,
    "kunit.py parse": run_kunit,
    "python3-tap": run_tappy,
    "import of a VM's logs": run_import,
    "run_kselftest.sh on this machine": run_kselftest_host,
    "run_kselftest.sh in a VM": run_kselftest_guest,
    "GitLab CI": run_gitlab,
    "GitHub Actions": run_github,
    "LAVA jobs": run_lava_jobs,
    "LAVA monitor on a console": run_lava_console,
    "LAVA test definition": run_definition,
    "LAVA signals in a VM": run_signals,
    "lava-run": run_lava_run,
}


def try_one(check: Callable[[Bench], str], bench: Bench) -> tuple[str, str]:
    """How one ended, and its line. What cannot be fetched is no failure of ours."""
    try:
        return "passed", check(bench)
    except Skipped as why:
        return "skipped", str(why)
    except Problem as why:
        return ("skipped" if why.code == problem.UNAVAILABLE else "failed"), str(why)
    except (readers.Wrong, pipelines.Wrong) as why:
        return "failed", str(why)


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci.integrations", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-vm", action="store_true", help="only what boots nothing")
    parser.add_argument("--list", action="store_true", help="what there is")
    arguments = parser.parse_args()
    if arguments.list:
        for name, check in CHECKS.items():
            print(name, (check.__doc__ or "").strip(), sep="\t")
        return 0
    os.chdir(ROOT)
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    with tempfile.TemporaryDirectory(prefix="integrations-", dir="build") as scratch:
        bench = Bench(Path(scratch).absolute(), not arguments.no_vm)
        for name, check in CHECKS.items():
            begin = time.monotonic()
            how, line = try_one(check, bench)
            counts[how] += 1
            mark = {"passed": "ok", "failed": "FAIL", "skipped": "skip"}[how]
            print(f"{mark:4} {name}: {line} ({time.monotonic() - begin:.1f} s)", flush=True)
    print(", ".join(f"{number} {how}" for how, number in counts.items()))
    return 1 if counts["failed"] else 0 if counts["passed"] else 4


if __name__ == "__main__":
    sys.exit(problem.run("ci.integrations", main))
