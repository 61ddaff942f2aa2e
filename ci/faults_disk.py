# SPDX-License-Identifier: GPL-2.0-only
"""The host's disk is full: from the beginning, in the middle of a console, before the results."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from report import results
from report.shapes import Result

if TYPE_CHECKING:
    from ci.faults import Machine, Scenario

# KiB of it that are left. The console needs some 6, the results a hundred.
ROOM = {"from the beginning": 0, "in the middle of the console": 4, "before the results": 16}
_SIZE = 1 << 20


def _mounted(where: Path) -> str:
    """Make a small file system there; why it cannot be."""
    where.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", str(where)],
                              capture_output=True, text=True, check=False)
    except OSError as error:
        return f"mount: {error.strerror}"
    said = done.stderr.strip().splitlines()
    return (said[0] if said else "mount failed") if done.returncode else ""


def _fill(where: Path, room: int) -> None:
    """Leave so many KiB."""
    with (where / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
        file.flush()
        os.ftruncate(file.fileno(), file.tell() // 4096 * 4096 - room * 1024)


def _complaints(machine: Machine, usual: Result, where: Path) -> tuple[list[str], int]:
    from ci.faults import Kind

    wrong = []
    job = machine.job(Kind((), "", silence=30.0), "", where)
    if not job.disk_full or "no space left" not in job.complaint:
        wrong.append(f"nobody was told: '{job.complaint}'")
    if job.result is None:
        return [*wrong, "there is no result"], 1
    got = {row["id"]: row["verdict"] for row in job.result["rows"]}
    if got != {row["id"]: row["verdict"] for row in usual["rows"]}:
        wrong.append(f"other verdicts: {job.result['counts']}")
    # The whole of it was put elsewhere, and can be read there.
    found = re.search(r"the results of \S+ are in (/dev/shm/\S+)", job.complaint)
    if not found:
        return [*wrong, "nobody was told where the results are"], 1
    try:
        results.load(Path(found[1]))
    except Exception as error:  # whatever it is, it is what is wrong
        wrong.append(f"what was put elsewhere cannot be read: {error}")
    finally:
        top = Path(found[1])
        while top.parent != Path("/dev/shm"):
            top = top.parent
        shutil.rmtree(top)
    return wrong, 1


def full_disks(machine: Machine, usual: Result, where: Path) -> tuple[list[Scenario], str]:
    """Each of these disks, and why there is none to be had."""
    from ci.faults import Scenario

    done: list[Scenario] = []
    for place, room in ROOM.items():
        one = Scenario("disk-full", place, "")
        begin = time.monotonic()
        if why := _mounted(where):
            return done, why
        try:
            _fill(where, room)
            one.wrong, one.boots = _complaints(machine, usual, where)
        finally:
            subprocess.run(["umount", str(where)], check=True)
        one.seconds = time.monotonic() - begin
        done.append(one)
    return done, ""
