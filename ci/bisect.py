# SPDX-License-Identifier: GPL-2.0-only
"""Judge the kernel tree that this is called in, for `git bisect run`.

    git bisect start BAD GOOD
    git bisect run path/to/uapi-conform/ci/bisect --case 'tsm_req.scope.*'

The tree is built as it is, out of tree, with the reference kernel's small configuration, and booted
in QEMU with the chosen rows, or to record what it does (--behaviour). Exit, as git wants it: 0
good, all chosen rows PASS, or all observations are as on the good kernel; 1 bad, one is FAIL, or
another one; 125 this commit cannot be judged: it does not build or boot, a row is SKIP or ERROR, or
does not answer the same in all --votes; 128 and above stop the bisection, for the set-up is broken:
192 the command line (or a tree that was built in), 197 something is missing or broken (a program,
the compiler or another tool: before a commit is said not to build, they are tried on two lines),
202 the disk, 255 a fault in here, 130 Ctrl-C; and of --check-ends: 160 good at both ends, 161 bad
at both, 162 the wrong way round, 163 not to be judged.

Nothing is written into the tree; logs go to build/bisect/<commit>/ of this project.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ci import bisect_behaviour, cells, machine
from ci.bisect_result import CANNOT, GOOD, Finding
from ci.bisect_step import Question, Step, step
from ci.cells import YOURS, Cell
from ci.kernel import Kernel, suite_binary
from fixtures import ROOT, cache, qemu, vm
from fixtures.kernel import build, source
from fixtures.problem import INTERRUPTED, USAGE, Parser, Problem, from_os_error
from report import catalogue, recording
from report.judge import selected
from report.problem import nearest

# git takes 126 and 127 for bad; from here on it stops.
STOP = 128
GOOD_TWICE, BAD_TWICE, SWAPPED, NO_VERDICT = 160, 161, 162, 163
_SECONDS = 300.0


def git(tree: Path, *words: str) -> str:
    """What git says in a tree; a Problem with its complaint."""
    try:
        done = subprocess.run(["git", "-C", str(tree), *words], capture_output=True, text=True,
                              errors="replace", check=False)
    except FileNotFoundError:
        raise Problem("git is missing; install git") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise Problem(f"git {words[0]}: {said[0].removeprefix('fatal: ')}", USAGE)
    return done.stdout.strip()


@dataclass(frozen=True)
class Commit:
    """What is checked out: its id, and its subject as far as a line has room for it."""

    id: str
    subject: str
    changed: bool

    def __str__(self) -> str:
        return f"{self.id[:12]} ({self.subject[:50]})" if self.id else "this tree"

    @property
    def directory(self) -> Path:
        """Where its logs go."""
        return Path("build/bisect") / f"{self.id or 'tree'}{'-changed' if self.changed else ''}"


def head(tree: Path) -> Commit:
    """The commit that is checked out; a tree from a tar file has none."""
    try:
        name, _, subject = git(tree, "log", "-1", "--format=%H %s").partition(" ")
        changes = git(tree, "status", "--porcelain", "--untracked-files=no")
    except Problem:
        return Commit("", "", False)
    return Commit(name, subject, bool(changes))


def parser() -> Parser:
    """The command line."""
    words = Parser(prog="ci/bisect", description=__doc__,
                   formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--case", action="append", default=[], metavar="GLOB",
                       help="the rows that decide; `uapi-conform --list` has them; may be repeated")
    words.add_argument("--behaviour", action="append", default=[], metavar="KEY",
                       help="instead of rows: bad is where this observation of `uapi-conform --record` "
                       "is another one than on the good kernel; a glob; may be repeated")
    words.add_argument("--record-of", default="", metavar="GOOD",
                       help="a recording of the good kernel, or the commit to build and record first "
                       "(default: the one that git bisect was told is good)")
    words.add_argument("--cell", default="", metavar="NAME",
                       help="a cell of ci/matrix.toml, without a stock kernel: reference/max (the "
                       "default), reference-notsm/max, ...; or its second half")
    words.add_argument("--arch", default="", help="arm64 (the default) or x86_64")
    words.add_argument("--debug", action="store_true", help="with KASAN, lockdep and UBSAN")
    words.add_argument("--crash-is-bad", action="store_true",
                       help="so is a panic, an oops or a hang while the rows run; otherwise such a "
                       "commit cannot be judged")
    words.add_argument("--ignore-skips", action="store_true",
                       help="good is also where some of the rows are SKIP, if others PASS")
    words.add_argument("--timeout", type=float, default=_SECONDS, metavar="SECONDS",
                       help="how long a boot may take (default %(default).0f)")
    words.add_argument("--silence", type=float, default=vm.Limits.silence, metavar="SECONDS",
                       help="without output it hangs (default %(default).0f)")
    words.add_argument("--votes", type=int, default=1, metavar="N",
                       help="boot N times; a row that does not answer the same each time cannot be "
                       "judged, and is named")
    words.add_argument("--check-ends", nargs=2, metavar=("GOOD", "BAD"),
                       help="no bisection: judge two commits, and say whether one lies between")
    return words


def choose_cell(name: str, arch: str) -> tuple[Cell, str]:
    """The configuration that --cell and --arch mean, on the kernel in the tree; and the kernel of
    the matrix that the tree is to be configured like."""
    built = [cell for cell in cells.load() if cell.kernel in cells.BUILT]
    fits = [cell for cell in built if cell.configuration.arch == (arch or "arm64")]
    if not fits:
        raise Problem(f"--arch {arch}: no cell of ci/matrix.toml is of that architecture", USAGE)
    if not name:
        found = next((cell for cell in fits if cell.configuration.name == "max"), fits[0])
    elif name.startswith("stock-"):
        raise Problem(f"--cell {name}: the kernel is that of the tree; name a cell of "
                      f"{' or '.join(cells.BUILT)}", USAGE)
    else:
        found = cells.select(built, [name])[0]
        if arch and found.configuration.arch != arch:
            raise Problem(f"--cell {name} is of {found.configuration.arch}, not {arch}", USAGE)
    return Cell(YOURS, found.configuration), found.kernel


def question(arguments: argparse.Namespace) -> Question:
    """All that is the same for every commit, looked at before anything is built."""
    if arguments.timeout <= 0 or arguments.silence <= 0:
        raise Problem("--timeout and --silence are positive numbers", USAGE)
    if arguments.votes < 1:
        raise Problem("--votes is a positive number", USAGE)
    if bool(arguments.case) == bool(arguments.behaviour):
        raise Problem("give --case, the rows that decide, or --behaviour, the observations", USAGE)
    if arguments.behaviour and arguments.votes > 1 or arguments.record_of and not arguments.behaviour:
        raise Problem("--votes is for rows, --record-of for --behaviour", USAGE)
    rows = catalogue.load()
    for glob in arguments.case:
        if not any(selected(row, ["--case", glob]) for row in rows.rows.values()):
            raise Problem(f"no row is called '{glob}'{nearest(glob, rows.rows)}", USAGE)
    words = tuple(word for glob in arguments.case for word in ("--case", glob))
    chosen = [row for row in rows.rows.values() if selected(row, list(words))]
    cell, like = choose_cell(arguments.cell, arguments.arch)
    arch = cell.configuration.arch
    if not suite_binary(cell.configuration.program).is_file():
        raise Problem(f"{suite_binary(cell.configuration.program)} is not there; run `make` in "
                      f"{ROOT}")
    program = qemu.binary(arch)
    try:
        # Before minutes of building, not after.
        machine.find(cell, Kernel(Path(), {}), program)
    except Problem as why:
        raise Problem(f"--cell {cell.configuration.name}: {why}") from None
    return Question(
        cell, words, rows, program, qemu.version(program),
        vm.Limits(arguments.timeout, arguments.silence), arguments.crash_is_bad,
        arguments.ignore_skips, device=any(row.suite == "tsm_req" for row in chosen) or any(
            key.startswith("tsm_req.") for key in arguments.behaviour),
        no_tsm=like.endswith("-notsm"), votes=arguments.votes, behaviour=tuple(arguments.behaviour),
    )


def judge(arguments: argparse.Namespace, asked: Question, tree: Path) -> Finding:
    """Judge what is checked out, and say so."""
    commit = head(tree)
    request = build.Request(asked.cell.configuration.arch, arguments.debug, asked.no_tsm, tree,
                            as_found=True, device=asked.device)
    # Another one in this checkout of ours may be at a commit of the same id.
    lock = commit.directory.parent / ".lock"
    with cache.locked(lock, f"writing to {lock.parent}", "waiting for another bisection's step"):
        found = step(Step(asked, request, commit.directory))
    print(f"ci/bisect: {commit}: {found}; {commit.directory}/", flush=True)
    for line in found.detail:
        print(f"  {line}", flush=True)
    return found


def with_good(arguments: argparse.Namespace, asked: Question, tree: Path) -> Question:
    """The same question with what the good kernel does, which is built and recorded where that is not
    a file yet. What was checked out is again, afterwards."""
    good = arguments.record_of or next(iter(arguments.check_ends or ()), "")
    if not good:
        refs = git(tree, "for-each-ref", "--format=%(objectname)", "refs/bisect/good*").split()
        if not refs:
            raise Problem("--record-of GOOD is missing: a recording or a commit of the good kernel", USAGE)
        good = refs[0]
    if Path(good).is_file():
        known = recording.load(Path(good))
    else:
        known = _recorded(arguments, asked, tree, git(tree, "rev-parse", "--verify", f"{good}^{{commit}}"))
    if not known.whole:
        raise Problem(f"{known.name} is cut off; record it again", USAGE)
    bisect_behaviour.check(arguments.behaviour, known)
    return replace(asked, good=known)


def _recorded(arguments: argparse.Namespace, asked: Question, tree: Path, commit: str) -> recording.Recording:
    kept = Path("build/bisect") / f"good-{commit}.tsv"
    if kept.is_file():
        return recording.load(kept)
    before = head(tree)
    if before.changed:
        raise Problem("--record-of checks a commit out: commit or stash your changes first", USAGE)
    branch = git(tree, "rev-parse", "--abbrev-ref", "HEAD")
    try:
        git(tree, "checkout", "--quiet", commit)
        found = judge(arguments, asked, tree)
        made = head(tree).directory / recording.NAME
    finally:
        git(tree, "checkout", "--quiet", before.id if branch == "HEAD" else branch)
    if found.code != GOOD:
        raise Problem(f"the good commit {commit[:12]} {found}; choose another one")
    made.replace(kept)
    return recording.load(kept)


def check_ends(arguments: argparse.Namespace, asked: Question, tree: Path) -> int:
    """Whether the range has a beginning and an end. What was checked out is again, afterwards."""
    before = head(tree)
    if not before.id or before.changed:
        raise Problem("--check-ends checks commits out: commit or stash your changes first", USAGE)
    ends = {name: git(tree, "rev-parse", "--verify", f"{name}^{{commit}}")
            for name in arguments.check_ends}
    # A branch by its name, lest we leave its owner on a commit.
    branch = git(tree, "rev-parse", "--abbrev-ref", "HEAD")
    verdicts: list[Finding] = []
    try:
        for commit in ends.values():
            git(tree, "checkout", "--quiet", commit)
            verdicts.append(judge(arguments, asked, tree))
    finally:
        git(tree, "checkout", "--quiet", before.id if branch == "HEAD" else branch)
    good, bad = arguments.check_ends
    for name, found in zip(arguments.check_ends, verdicts):
        if found.code == CANNOT:
            raise Problem(f"{name} {found}; choose another end", NO_VERDICT - STOP)
    match [found.code for found in verdicts]:
        case [0, 0]:
            raise Problem(f"good at both ends, {good} and {bad}: no commit between them broke "
                          f"{' '.join(arguments.case + arguments.behaviour)}", GOOD_TWICE - STOP)
        case [1, 1]:
            raise Problem(f"bad at both ends, {good} and {bad}: it broke before {good}; choose an "
                          "older one", BAD_TWICE - STOP)
        case [1, 0]:
            raise Problem(f"{good} is bad and {bad} is good: the ends are the wrong way round, or "
                          "you look for a fix (git bisect start --term-old=broken "
                          "--term-new=fixed)", SWAPPED - STOP)
    between = git(tree, "rev-list", "--count", f"{good}..{bad}")
    print(f"ci/bisect: {good} is good and {bad} is bad, one of {between} commits broke it: "
          f"git bisect start {bad} {good}")
    return 0


def main() -> int:
    """Command line; raises Problem for whatever stops a bisection."""
    arguments = parser().parse_args()
    tree = Path.cwd()
    source.version_of(tree)
    os.chdir(ROOT)
    # A file's name is the caller's, who is in the tree.
    if arguments.record_of and (tree / arguments.record_of).is_file():
        arguments.record_of = str(tree / arguments.record_of)
    asked = question(arguments)
    if arguments.behaviour:
        asked = with_good(arguments, asked, tree)
    if arguments.check_ends:
        return check_ends(arguments, asked, tree)
    return judge(arguments, asked, tree).code


def guarded() -> int:
    """main(), so that nothing that is no verdict looks like one."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return main()
    except Problem as problem:
        code = problem.tell("ci/bisect")
        return code if code == INTERRUPTED else STOP + code
    except OSError as error:
        return STOP + from_os_error(error, "working").tell("ci/bisect")
    except KeyboardInterrupt:
        print("ci/bisect: interrupted", file=sys.stderr)
        return INTERRUPTED
    except SystemExit as end:
        # Only --help ends so, with 0; git would take a 1 of somebody else's for a bad commit.
        if end.code in (None, 0):
            raise
        print(f"ci/bisect: a fault of its own: exit {end.code}", file=sys.stderr)
        return 255


if __name__ == "__main__":
    sys.exit(guarded())
