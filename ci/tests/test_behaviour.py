# SPDX-License-Identifier: GPL-2.0-only
"""Recordings out of machines: what one leaves, however it ends; and real ones, twice the same."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import Any

import pytest

from ci import cells, history_recorded, machine, recorder, supply
from fixtures import vm
from report import recording

WHOLE = (b"# uapi-conform record 1\n# kernel: Linux 6.1.0\n# list: s 1\n# part: s.one\tone\t\n"
         b"s.one.key\t0\ns.one.ended\tyes\ns.one.kernel\tquiet\n# end 3\n")


class Fake:
    """A machine that shares this, says this on its console, and ends so."""

    def __init__(self, shared: bytes, console: bytes = b"# exit: 0\n", kind: str = "off") -> None:
        self.shared, self.console, self.kind = shared, console, kind
        self.words: tuple[str, ...] = ()

    def boot(self, console: Path, words: tuple[str, ...], *, shared: Path, **_: Any) -> vm.Outcome:
        self.words = words
        console.write_bytes(self.console)
        with shared.open("r+b") as file:
            file.write(self.shared)
        return vm.Outcome(self.kind, "panic: no reason" if self.kind == "panic" else "powered off", 1.0)


def record(fake: Fake, where: Path) -> str:
    return recorder.record(fake, where)  # type: ignore[arg-type]


def test_what_was_shared_is_kept_to_its_end(tmp_path: Path) -> None:
    fake = Fake(WHOLE)
    assert record(fake, tmp_path / "cell") == ""
    assert (tmp_path / "cell" / recording.NAME).read_bytes() == WHOLE
    assert fake.words[0] == "--record" and fake.words[1].startswith("/sys/bus/pci/")


def test_a_kernel_that_goes_down_leaves_what_it_recorded(tmp_path: Path) -> None:
    cut = WHOLE[: WHOLE.index(b"s.one.ended")]
    assert record(Fake(cut, kind="panic"), tmp_path) == "panic: no reason"
    kept = recording.load(tmp_path)
    assert not kept.whole and kept.observations == {"s.one.key": "0"}


def test_nothing_recorded_is_told_and_nothing_old_is_left(tmp_path: Path) -> None:
    (tmp_path / recording.NAME).write_bytes(WHOLE)
    assert "nothing was recorded (exit 74)" in record(Fake(b"", b"# exit: 74\n"), tmp_path)
    assert not (tmp_path / recording.NAME).exists()


def test_a_part_without_an_end_is_told(tmp_path: Path) -> None:
    broken = WHOLE.replace(b"ended\tyes", b"ended\tno")
    assert "s.one did not come to an end" in record(Fake(broken, b"# exit: 5\n"), tmp_path)


@pytest.mark.vm
def test_the_same_kernel_is_the_same_to_the_byte(tmp_path: Path) -> None:
    cell = cells.select(cells.load(), ["reference/max"])[0]
    found, failed = supply.find_kernels([cell], None)
    assert not failed
    it = machine.find(cell, found[cell.kernel])
    recorded = [recorder.boot(it, tmp_path / "log", words)[0]
                for words in ((), ("--shuffle", "7"), ("--shuffle", "8"))]
    assert recorded[0] == recorded[1] == recorded[2]
    made = recording.parse(recorded[0], "it")
    assert made.whole and not made.unfinished()
    assert len(made.observations) >= 20000 and len(lzma.compress(recorded[0])) < 200_000
    # A fault at a switch point is seen, and only that.
    sound, faulty = recorder.boot(it, tmp_path / "log", ("--mutant", "none,keys_always_there"))[0].split(
        b"# uapi-conform record ")[1:]
    assert b"# mutant" not in sound and b"# mutant: keys_always_there" in faulty
    changed = history_recorded.differences(*(recording.parse(history_recorded.BEGIN + one, "it")
                                             for one in (sound, faulty)))
    assert "kvm_arm_caps.register.{}.S3_0_C2_C1_0" in changed  # APIAKeyLo
    assert {recording.part_of(key) for key in changed} <= {
        f"kvm_arm_caps.{part}" for part in ("register", "write", "id", "state")}
    assert not any("PTRAUTH" in key for key in changed)
