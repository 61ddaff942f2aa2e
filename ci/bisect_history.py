# SPDX-License-Identifier: GPL-2.0-only
"""A kernel tree with a history to bisect: ci/bisect-demo.toml on top of the reference's sources.

The same input gives the same commits, down to their ids. git knows only the part of the tree that
the commits are about, so that a checkout takes no time; the rest lies there untracked.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fixtures import cache
from fixtures.kernel import apply, build, seed, source
from fixtures.kernel.apply import Edit
from fixtures.problem import Problem

DATA = Path(__file__).with_name("bisect-demo.toml")
# Nobody's name, and a time that is the same every time.
_WHO = "uapi-conform <uapi-conform@localhost> 1767225600 +0000"


@dataclass(frozen=True)
class Commit:
    """One commit. edits: to files that are there; ending: a file and what is added to its end;
    guilty, behaviour: the rows that fail by it, the observations that it changes."""

    subject: str
    edits: tuple[Edit, ...] = ()
    ending: tuple[str, str] | None = None
    guilty: tuple[str, ...] = ()
    behaviour: tuple[str, ...] = ()
    repairs: int = 0


@dataclass(frozen=True)
class History:
    """A tree at its first commit, and the ids of the commits after it, oldest first."""

    tree: Path
    base: str
    ids: tuple[str, ...]
    commits: tuple[Commit, ...]


def load(path: Path = DATA) -> tuple[tuple[Commit, ...], tuple[str, ...]]:
    """The commits in their order, and what of the tree git knows."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    placed: dict[int, Commit] = {}
    for entry in data["commit"]:
        edits = tuple(Edit(**edit) for edit in entry.get("edit", []))
        placed[entry["at"]] = Commit(entry["subject"], edits, guilty=tuple(entry.get("guilty", [])),
                                     behaviour=tuple(entry.get("behaviour", [])),
                                     repairs=entry.get("repairs", 0))
    fill = _harmless(data["harmless"])
    commits = []
    for at in range(1, data["commits"] + 1):
        if at in placed:
            commits.append(placed.pop(at))
            continue
        subject, file, text = next(fill)
        commits.append(Commit(subject.replace("{n}", str(at)),
                              ending=(file, text.replace("{n}", str(at)))))
    if placed:
        raise ValueError(f"{path}: commits at {sorted(placed)} have no place")
    return tuple(commits), tuple(data["tracked"])


def _harmless(kinds: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    files = [itertools.cycle(kind["files"]) for kind in kinds]
    for kind, names in itertools.cycle(zip(kinds, files)):
        yield str(kind["subject"]), next(names), str(kind["text"])


def states(commits: tuple[Commit, ...], base: dict[str, str]) -> Iterator[dict[str, str]]:
    """After each commit, the files that it changed. base: those that are touched, as they were."""
    before = dict(base)
    for number in range(1, len(commits) + 1):
        past = commits[:number]
        undone = {commit.repairs for commit in past}
        now = dict(base)
        for at, commit in enumerate(past, 1):
            if at in undone:
                continue
            for edit in commit.edits:
                now[edit.file] = apply.edited(now[edit.file], [edit])
            if commit.ending:
                now[commit.ending[0]] = now.get(commit.ending[0], "") + commit.ending[1]
        yield {name: text for name, text in now.items() if before.get(name) != text}
        before = now


def prepared() -> History:
    """The tree, made if it is not there or made of something else; at its first commit."""
    reference = build.build(build.Request())
    commits, tracked = load()
    where = cache.root() / "bisect-demo"
    tree = where / "tree"
    key = hashlib.sha256(b"".join((DATA.read_bytes(), Path(__file__).read_bytes(),
                                   reference.key.encode()))).hexdigest()
    ready = cache.read_json(where / "ready.json")
    if not isinstance(ready, dict) or ready.get("key") != key:
        lock = cache.root() / "reference" / "lock"
        # Sources and objects are copied: nobody may be building.
        with cache.locked(lock, f"opening {lock.parent}",
                          "waiting for another build of the reference kernel"):
            ready = {"key": key, **_make(tree, commits, tracked)}
        cache.write_json(where / "ready.json", ready)
    git(tree, "reset", "--quiet", "--hard")
    git(tree, "bisect", "reset")
    git(tree, "checkout", "--quiet", "--detach", ready["base"])
    return History(tree, ready["base"], tuple(ready["ids"]), commits)


def request(tree: Path) -> build.Request:
    """What ci/bisect builds of the tree."""
    return build.Request(tree=tree, as_found=True)


def _make(tree: Path, commits: tuple[Commit, ...], tracked: tuple[str, ...]) -> dict[str, object]:
    tree.parent.mkdir(parents=True, exist_ok=True)
    (tree.parent / "ready.json").unlink(missing_ok=True)
    origin = cache.root() / "reference" / "source" / "tree"
    source.duplicate(origin, tree)
    apply.apply(tree)
    shutil.rmtree(tree / ".uapi-conform")
    ids = _commit(tree, commits, tracked)
    # As it lies there: a checkout would give all of it new time stamps.
    git(tree, "update-ref", "--no-deref", "HEAD", ids[0])
    git(tree, "read-tree", ids[0])
    git(tree, "update-index", "-q", "--refresh")
    seed.begin_with(request(tree), build.Request(), origin)
    return {"base": ids[0], "ids": ids[1:]}


def _commit(tree: Path, commits: tuple[Commit, ...], tracked: tuple[str, ...]) -> list[str]:
    """Make the history, without touching a file; the ids, the first commit's first."""
    touched = {edit.file for commit in commits for edit in commit.edits}
    touched |= {commit.ending[0] for commit in commits if commit.ending}
    known = {str(path.relative_to(tree)) for place in tracked
             for path in (tree / place).rglob("*") if path.is_file()}
    base = {name: (tree / name).read_text(encoding="utf-8")
            for name in sorted(touched | known) if (tree / name).is_file()}
    stream = [_entry(1, "The reference kernel's sources", base)]
    for mark, (commit, files) in enumerate(zip(commits, states(commits, base)), 2):
        stream.append(_entry(mark, commit.subject, files))
    marks = tree / ".git" / "marks"
    git(tree, "init", "--quiet", "--initial-branch=main")
    # Whatever the user has set up for commits is not for these; and most of the tree is untracked.
    for name, value in (("status.showUntrackedFiles", "no"), ("gc.auto", "0"),
                        ("core.hooksPath", "/dev/null"), ("core.autocrlf", "false"),
                        ("advice.detachedHead", "false")):
        git(tree, "config", name, value)
    git(tree, "fast-import", "--quiet", f"--export-marks={marks}", text="".join(stream))
    found = dict(line.split() for line in marks.read_text(encoding="ascii").splitlines())
    return [found[f":{mark}"] for mark in range(1, len(commits) + 2)]


def _entry(mark: int, subject: str, files: dict[str, str]) -> str:
    """A commit in the language of git fast-import."""
    def data(text: str) -> str:
        return f"data {len(text.encode())}\n{text}\n"

    blobs = "".join(f"M 644 inline {name}\n{data(text)}" for name, text in sorted(files.items()))
    return (f"commit refs/heads/main\nmark :{mark}\nauthor {_WHO}\ncommitter {_WHO}\n"
            f"{data(subject + chr(10))}{blobs}\n")


def git(tree: Path, *words: str, text: str = "") -> str:
    """What git says in the tree."""
    done = subprocess.run(["git", "-C", str(tree), *words], input=text, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise Problem(f"git {words[0]}: {said[-1]}")
    return done.stdout.strip()
