# SPDX-License-Identifier: GPL-2.0-only
"""What cells boot, what all cells of a run share, and where results go."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fixtures import initramfs, qemu, vm
from fixtures.accel import TCG
from fixtures.problem import Problem
from report import known
from report.catalogue import Catalogue

RESULTS = Path("build/run")
# Of runs of some rows only: they never take the place of all rows' results.
NARROWED = Path("build/narrowed")


def suite_binary(arch: str = "arm64") -> Path:
    """The suite's binary of an architecture, as make builds it."""
    return Path("build") / arch / "uapi-conform"


def need(programs: Iterable[str]) -> None:
    """A Problem where the suite was not built for one of these architectures: before anything is
    fetched or built for it."""
    for arch in programs:
        if not suite_binary(arch).is_file():
            raise Problem(f"{suite_binary(arch)} is not there; build it with 'make'")


@dataclass(frozen=True)
class Kernel:
    """What a cell boots. facts: for results.json; module: the device fixture's, which wants a
    device in the machine; config: its configuration, where that is known."""

    image: Path
    facts: dict[str, Any]
    module: Path | None = None
    config: str = field(default="", kw_only=True, repr=False)

    @property
    def memory(self) -> int:
        """MiB. KASAN's shadow takes its share, KCSAN's instrumented code, and what peers' VMs have."""
        return qemu.MEMORY_MIB * {"debug": 2, "races": 2, "peers": 4}.get(self.facts.get("variant", ""), 1)

    @property
    def page(self) -> int:
        """Bytes of a page, as its file says; 0 where it does not."""
        return int(self.facts.get("page_size", 0))

    def initrd(self, arch: str = "arm64") -> Path:
        """The initramfs with the binary of an architecture."""
        extra = {"uapi-conform-device.ko": self.module} if self.module else {}
        return initramfs.shared(suite_binary(arch), RESULTS, extra)


@dataclass
class Toolbox:
    """What all cells of a run share."""

    qemu: str
    qemu_version: str
    words: tuple[str, ...]
    limits: vm.Limits
    results: Path
    catalogue: Catalogue
    issues: list[known.Issue]
    asked: dict[str, str]
    stop: threading.Event
    binaries: dict[str, str] = field(default_factory=dict)  # the suite's checksum, by architecture
    # The rows that the words mean, as they are run: what is left of them when a kernel goes down is
    # run in another boot. Empty: it is not.
    order: tuple[str, ...] = ()
    accel: str = TCG  # what was asked for
    record: bool = False  # behaviour too, in a boot of its own
    # Why not KVM after all, by architecture: no kernel came up with it.
    no_kvm: dict[str, str] = field(default_factory=dict)
    run: dict[str, Any] = field(default_factory=dict)  # what they belong to, for results.json

    def program(self, arch: str) -> str:
        """The QEMU for an architecture's kernels; a Problem if there is none."""
        return self.qemu if arch == "arm64" else qemu.binary(arch)
