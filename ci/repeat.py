# SPDX-License-Identifier: GPL-2.0-only
"""The command that repeats a cell, as anybody could type it: without the places of this machine."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from ci.cells import Cell
from report.shapes import Result

_PLACE = "path/to"
# Of ci/run, in the order in which they are shown; each is the option of the same name.
OPTIONS = ("kernel", "name", "cpu", "append", "accel", "args")


def tree() -> str:
    """The user's own kernel tree, or nothing."""
    return os.environ.get("KERNEL_SRC", "")


def is_own(asked: Mapping[str, str]) -> bool:
    """Whether the kernel is the user's, and none of the matrix."""
    return bool(asked.get("kernel") or tree())


def command(cell: Cell, asked: Mapping[str, str]) -> str:
    """ "ci/run --cells KERNEL/CONFIGURATION ...". asked: what the user gave of the options."""
    given = {name: asked[name] for name in OPTIONS if asked.get(name)}
    words = [f"{name}={value}" for name, value in (
        ("KERNEL_SRC", tree() and f"{_PLACE}/{Path(tree()).name}"),
        ("DEBUG", os.environ.get("DEBUG", "").strip("0"))) if value]
    words.append("ci/run")
    if "cpu" not in given:
        name = cell.base or cell.configuration.name
        words += ["--cells", name if is_own(asked) else f"{cell.kernel}/{name}"]
    elif not is_own(asked):
        words += ["--cells", f"{cell.kernel}/*"]
    if "kernel" in given:
        given["kernel"] = f"{_PLACE}/{Path(given['kernel']).name}"
    for name, value in given.items():
        words += [f"--{name}", value]
    return shlex.join(words)


def here(result: Result, asked: Mapping[str, str]) -> Result:
    """The same result, for this machine's screen: its command with the places in it."""
    kernel = asked.get("kernel") or ""
    places = {f"{_PLACE}/{Path(kernel).name}": kernel,
              f"KERNEL_SRC={_PLACE}/{Path(tree()).name}": f"KERNEL_SRC={tree()}"}
    words = shlex.split(result["meta"].get("reproduce") or "")
    shown = shlex.join(places.get(word) or word for word in words)
    same = result.copy()
    same["meta"] = {**result["meta"], "reproduce": shown}
    return same
