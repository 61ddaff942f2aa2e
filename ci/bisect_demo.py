# SPDX-License-Identifier: GPL-2.0-only
"""Prove that ci/bisect finds the guilty commit: real bisections of a history made for it.

`make bisect-demo` calls this. Among the 64 commits of ci/bisect-demo.toml two break a UAPI, one
changes what no row asks for, two do not build and one does not boot. Exit: 0 the guilty ones were found,
and by way of commits that cannot be judged; 1 not; else what stopped it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ci import bisect_history
from ci.bisect_history import Commit, History, git
from fixtures import ROOT, cache, problem
from fixtures.problem import Parser

LOGS = Path("build/bisect")
_VERDICT = re.compile(r"ci/bisect: (\S+) \(.*\): (good|bad|cannot be judged): (.*); build/")


@dataclass(frozen=True)
class Outcome:
    """A bisection's end. name: the suite whose rows it asked, or "behaviour"; steps: (commit, verdict,
    why) of each that was built; found: a commit's id, empty if it came to none."""

    name: str
    found: str
    wanted: str
    steps: list[tuple[str, str, str]]
    seconds: float

    @property
    def right(self) -> bool:
        return self.found == self.wanted

    def __str__(self) -> str:
        return f"{self.name} in {len(self.steps)} builds and {self.seconds:.0f} s"


def verdicts(lines: list[str]) -> list[tuple[str, str, str]]:
    """What ci/bisect said, step by step."""
    return [(match[1], match[2], match[3]) for line in lines if (match := _VERDICT.match(line))]


def bisect(history: History, at: int, commit: Commit) -> Outcome:
    """Look for one guilty commit as anybody would, with `git bisect run`."""
    name = "behaviour" if commit.behaviour else commit.guilty[0].split(".")[0]
    words = [str(ROOT / "ci" / "bisect")]
    words += [word for glob in commit.guilty for word in ("--case", glob)]
    words += [word for key in commit.behaviour for word in ("--behaviour", key)]
    git(history.tree, "bisect", "start", history.ids[-1], history.base)
    begin = time.monotonic()
    lines: list[str] = []
    log = LOGS / f"demo-{name}.log"
    with subprocess.Popen(
        ["git", "-C", str(history.tree), "bisect", "run", *words], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as child, open(log, "w", encoding="utf-8") as kept:
        assert child.stdout is not None
        for line in child.stdout:
            kept.write(line)
            lines.append(line)
            if line.startswith(("ci/bisect:", "  call:")):
                print(f"  {line.rstrip().removeprefix('ci/bisect: ').split('; build/')[0]}",
                      flush=True)
    seconds = time.monotonic() - begin
    if child.returncode == problem.INTERRUPTED:
        raise KeyboardInterrupt
    found = re.search(r"^([0-9a-f]{40}) is the first bad commit", "".join(lines), re.MULTILINE)
    git(history.tree, "bisect", "reset")
    if not found:
        last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
        print(f"  git found no first bad commit: {last} ({log} has all of it)")
    return Outcome(name, found[1] if found else "", history.ids[at - 1],
                   verdicts(lines), seconds)


def not_met(history: History, outcomes: list[Outcome]) -> list[tuple[str, str, str]]:
    """The verdicts on the commits with a repair that no bisection came by."""
    case = next(commit.guilty[0] for commit in history.commits if commit.guilty)
    met = {step[0] for outcome in outcomes for step in outcome.steps}
    lines: list[str] = []
    for at in sorted(commit.repairs for commit in history.commits if commit.repairs):
        name = history.ids[at - 1]
        if name[:12] in met:
            continue
        git(history.tree, "checkout", "--quiet", name)
        done = subprocess.run([str(ROOT / "ci" / "bisect"), "--case", case],
                              cwd=history.tree, capture_output=True, text=True, check=False)
        if done.returncode == problem.INTERRUPTED:
            raise KeyboardInterrupt
        lines += done.stdout.splitlines()
        print(f"  not met: {lines[-1].removeprefix('ci/bisect: ').split('; build/')[0]}"
              if done.stdout else f"  not met: {name[:12]}: {done.stderr.strip()}", flush=True)
    git(history.tree, "checkout", "--quiet", "--detach", history.base)
    return verdicts(lines)


def missed(outcomes: list[Outcome], others: list[tuple[str, str, str]]) -> list[str]:
    """What was not shown, though it should have been."""
    whys = dict(step[::2] for steps in (*(outcome.steps for outcome in outcomes), others)
                for step in steps if step[1] == "cannot be judged")
    complaints = [f"{outcome.name}: {outcome.found[:12] or 'nothing'} was found, and the guilty "
                  f"commit is {outcome.wanted[:12]}" for outcome in outcomes if not outcome.right]
    complaints += [f"{outcome.name}: every commit that was met could be judged" for outcome in
                   outcomes if not any(step[1] == "cannot be judged" for step in outcome.steps)]
    for what, wanted in (("does not build", 2), ("does not boot", 1)):
        if (found := sum(why.startswith(what) for why in whys.values())) != wanted:
            complaints.append(f"of {found} commits was said that the kernel {what}, not of {wanted}")
    return complaints


def main() -> int:
    """Command line."""
    Parser(prog="ci.bisect_demo", description=(__doc__ or "").split("\n")[0]).parse_args()
    os.chdir(ROOT)
    where = cache.root() / "bisect-demo"
    with cache.locked(where / "lock", f"opening {where}",
                      "another bisect-demo is running; wait for it to end", wait=False):
        begin = time.monotonic()
        history = bisect_history.prepared()
        LOGS.mkdir(parents=True, exist_ok=True)
        print(f"{len(history.ids)} commits on the reference kernel's sources "
              f"({time.monotonic() - begin:.0f} s)", flush=True)
        outcomes = []
        for at, commit in enumerate(history.commits, 1):
            if not (commit.guilty or commit.behaviour):
                continue
            print(f"bisecting {' '.join([*commit.guilty, *commit.behaviour])}", flush=True)
            outcomes.append(bisect(history, at, commit))
            last = outcomes[-1]
            print(f"  found {last.found[:12]}, which is "
                  f"{'the guilty one' if last.right else 'WRONG'}: '{commit.subject}'; "
                  f"{len(last.steps)} builds, {last.seconds:.0f} s", flush=True)
    complaints = missed(outcomes, not_met(history, outcomes))
    for line in complaints:
        print(f"bisect-demo: {line}", file=sys.stderr)
    right = sum(outcome.right for outcome in outcomes)
    print(f"bisect-demo: {right} of {len(outcomes)} guilty commits found among "
          f"{len(history.ids)}: {', '.join(map(str, outcomes))}")
    return 1 if complaints or not outcomes else 0


if __name__ == "__main__":
    sys.exit(problem.run("ci.bisect_demo", main))
