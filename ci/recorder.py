# SPDX-License-Identifier: GPL-2.0-only
"""Have a booted kernel record what it does (uapi-conform --record), and keep that.

A recording is megabytes, more than the console takes in minutes: it comes out through memory that
the guest shares with us.
"""

from __future__ import annotations

import mmap
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ci.machine import Machine
from fixtures import cache, qemu, vm
from fixtures.problem import IO_ERROR, Problem
from report import recording

LOG = "record.log"
# Of what is shared. Only what is written of it takes memory: 3 MB for each recording.
_MEMORY = 256 << 20
_EXIT = re.compile(rb"^# exit: (\d+)\r?$", re.MULTILINE)


@contextmanager
def _shared() -> Iterator[Path]:
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.NamedTemporaryFile(prefix="uapi-conform-", dir=where) as file:
        file.truncate(_MEMORY)
        yield Path(file.name)


def _written(path: Path) -> bytes:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as memory:
        end = memory.find(b"\0")
        return memory[: end if end >= 0 else len(memory)]


def boot(machine: Machine, log: Path, words: tuple[str, ...] = (), *, initrd: Path | None = None,
         limits: vm.Limits = vm.Limits(), stop: threading.Event | None = None) -> tuple[bytes, vm.Outcome]:
    """All that one boot recorded, with these words for the suite; and how the machine ended."""
    with _shared() as path:
        outcome = machine.boot(log, ("--record", qemu.SHARED, *words), initrd=initrd, shared=path,
                               limits=limits, stop=stop)
        return _written(path), outcome


def record(machine: Machine, directory: Path, *, initrd: Path | None = None,
           limits: vm.Limits = vm.Limits(), stop: threading.Event | None = None) -> str:
    """Leave record.tsv, and the console as record.log, in a cell's directory. Returns what is wrong
    with it, or nothing: what was recorded before a kernel went down is kept."""
    directory.mkdir(parents=True, exist_ok=True)
    kept = directory / recording.NAME
    kept.unlink(missing_ok=True)
    data, outcome = boot(machine, directory / LOG, initrd=initrd, limits=limits, stop=stop)
    if data:
        try:
            cache.write_text(kept, data.decode("utf-8", "replace"))
        except OSError as error:
            raise Problem(f"{kept}: {error.strerror}", IO_ERROR) from None
    if not outcome.clean:
        return outcome.reason
    said = (directory / LOG).read_bytes()
    code = int(match[1]) if (match := _EXIT.search(said)) else 0
    if not data:
        return f"nothing was recorded (exit {code}); {directory / LOG} says why"
    if left := recording.parse(data, str(kept)).unfinished():
        return f"{', '.join(left)} did not come to an end; {directory / LOG} says more"
    return ""
