# SPDX-License-Identifier: GPL-2.0-only
"""A bisection that asks no row, but for an observation: which commit changed what the kernel does?"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from ci import recorder
from ci.bisect_result import BAD, CANNOT, GOOD, Finding
from ci.machine import Machine
from fixtures import vm
from fixtures.problem import INTERRUPTED, USAGE, Problem
from report import recording
from report.problem import nearest
from report.recording import Recording, part_of

_MOST = 5  # changes that are told


def check(keys: list[str], good: Recording) -> None:
    """A Problem for a key that the good kernel's recording has not; it may be a glob."""
    for key in keys:
        if not any(fnmatchcase(name, key) for name in good.observations):
            raise Problem(f"--behaviour {key}: {good.name} has no such observation"
                          f"{nearest(key, good.observations)}", USAGE)


def verdict(keys: list[str], good: Recording, new: Recording) -> Finding:
    """Good where all of these are as they were."""
    names = dict.fromkeys([*good.observations, *new.observations])
    wanted = [name for name in names if any(fnmatchcase(name, key) for key in keys)]
    for part in dict.fromkeys(map(part_of, wanted)):
        if not new.finished(part):
            return Finding(CANNOT, f"{part} was not recorded to its end")
    changed = [f"{name}: {good.observations.get(name, 'nothing')} -> {new.observations.get(name, 'nothing')}"
               for name in wanted if good.observations.get(name) != new.observations.get(name)]
    if changed:
        more = f" and {len(changed) - 1} more" if changed[1:] else ""
        return Finding(BAD, f"{changed[0]}{more}", changed[1:_MOST])
    return Finding(GOOD, f"{len(wanted)} observations are as they were")


def ask(machine: Machine, directory: Path, initrd: Path, limits: vm.Limits, keys: list[str],
        good: Recording | None) -> Finding:
    """Record a commit's kernel, and hold it against the good one's, if there is one yet."""
    wrong = recorder.record(machine, directory, initrd=initrd, limits=limits)
    if wrong == "interrupted":
        raise Problem(wrong, INTERRUPTED)
    if wrong.startswith("qemu died"):
        raise Problem(wrong)
    if not (directory / recording.NAME).is_file():
        return Finding(CANNOT, f"does not record: {wrong}")
    new = recording.load(directory / recording.NAME)
    if good is None:
        return Finding(GOOD, "recorded") if new.whole else Finding(CANNOT, wrong)
    if new.lists != good.lists:
        raise Problem(f"{good.name} is of another version of the suite's lists; record it again", USAGE)
    return verdict(keys, good, new)
