# SPDX-License-Identifier: GPL-2.0-only
"""The suite's own arguments: looked at before anything boots, and which rows they mean."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ci.cells import Cell
from fixtures import ROOT, qemu
from fixtures.problem import USAGE, Problem
from report import catalogue

# What is asked of the program itself, and judges nothing.
_ASKING = ("--list", "--requirements", "--help", "--usage", "-?")
# A repeated run would not know where to go on, and an exploration has no rows.
_NOT_GOING_ON = {"--repeat", "--explore", "--mutant", "--after", "--replay"}


def warn_if_stale(binary: Path) -> None:
    """Say so where the suite was built before its sources were changed: its rows are not theirs."""
    try:
        built = binary.stat().st_mtime
    except OSError:
        return
    for room in ("harness", "suites"):
        for source in (ROOT / room).rglob("*.[ch]"):
            if source.stat().st_mtime > built and "tests" not in source.parts:
                print(f"{binary} is older than {source.relative_to(ROOT)}: build it anew with 'make'",
                      file=sys.stderr)
                return


def can_go_on(words: Sequence[str]) -> bool:
    """Whether a run with these words of the suite can go on in another boot."""
    return not {word.partition("=")[0] for word in words} & _NOT_GOING_ON


def check_arguments(text: str) -> tuple[str, ...]:
    """The words of the suite's arguments, which the host's own build judges."""
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise Problem(f"arguments '{text}': {error}", USAGE) from None
    if asking := [word for word in words if word in _ASKING]:
        raise Problem(f"--args {asking[0]} asks for a list and judges nothing; call "
                      f"`{catalogue.default_binary()} {asking[0]}`", USAGE)
    if any(word.partition("=")[0] == "--record" for word in words):
        raise Problem("--args --record writes into the VM, where nobody reads it; --record (as `make run` "
                      "gives it) has each cell recorded", USAGE)
    if words:
        done = _list(words)
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"arguments '{text}' are wrong"]
            raise Problem(said[0].removeprefix("uapi-conform: "), USAGE)
    return words


def check_command_lines(cells: list[Cell], words: tuple[str, ...]) -> None:
    """A Problem where a cell's kernel would not get these words whole."""
    for cell in cells:
        c = cell.configuration
        if "--" in c.append.split():
            raise Problem("--append: -- ends what is the kernel's; the suite's words are --args", USAGE)
        qemu.command_line(qemu.Guest(Path(), Path(), append=c.append, args=words, arch=c.arch))


def _list(words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    binary = catalogue.default_binary()
    try:
        return subprocess.run([binary.absolute(), "--list", *words], capture_output=True, text=True,
                              check=False)
    except OSError as error:
        raise Problem(f"{binary}: {error.strerror}; build it with 'make'") from None


def run_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """The rows that the suite's words mean, in the order in which they are run; none where a run
    with these words cannot go on in another boot."""
    if not can_go_on(words):
        return ()
    return tuple(line.split("\t")[0] for line in _list(words).stdout.splitlines())
