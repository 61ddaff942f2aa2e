# SPDX-License-Identifier: GPL-2.0-only
"""A kernel of one's own in a real machine: Debian's Image by its path, and what becomes of it when
something of it is missing. Nothing is built for that: a copy in which a driver has no name any more
is one without the driver."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fixtures import ROOT, granules, kernels, noboot, qemu, vm
from fixtures.problem import Problem

# What the machine's serial port and initramfs are found by, in an Image.
SERIAL = ((b"ttyAMA", b"ttyXXX"), (b"pl011", b"pl0xx"))
INITRD = ((b"linux,initrd-start", b"linux,initrd-xxxxx"),)

pytestmark = pytest.mark.vm


@pytest.fixture(scope="module")
def stock() -> Path:
    """The Image of stock-7.2, as it lies in the cache."""
    kernel = kernels.fetch(["stock-7.2"])["stock-7.2"]
    assert not isinstance(kernel, Problem), kernel
    return kernel.image


def judge(*words: str) -> tuple[int, list[str]]:
    """ci/run with these words: its exit code and what it printed."""
    done = subprocess.run(["ci/run", *words], cwd=ROOT, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    print(done.stdout)
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout.splitlines()


def result(cell: str, where: str = "run") -> dict[str, Any]:
    path = ROOT / "build" / where / cell / "results.json"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def without(image: Path, where: Path, *parts: tuple[bytes, bytes]) -> str:
    """A copy of an Image in which some names are others."""
    data = image.read_bytes()
    for old, new in parts:
        assert old in data and len(old) == len(new)
        data = data.replace(old, new)
    where.write_bytes(data)
    return str(where)


def test_debians_image_comes_out_as_debians_kernel_does(stock: Path) -> None:
    code, said = judge("--cells", "stock-7.2/max")
    own, own_said = judge("--kernel", str(stock), "--name", "by-path")
    assert (code, own) == (0, 0) and said[-1] == own_said[-1]
    theirs, ours = result("stock-7.2/max"), result("by-path/max")
    assert [(r["id"], r["verdict"], r["known"]) for r in theirs["rows"]] == [
        (r["id"], r["verdict"], r["known"]) for r in ours["rows"]]
    done = subprocess.run(["report/uapi-report", "diff", "build/run/stock-7.2/max", "build/run/by-path"],
                          cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_some_rows_do_not_take_the_place_of_all(stock: Path) -> None:
    judge("--kernel", str(stock), "--name", "by-path")
    whole = result("by-path/max")
    code, said = judge("--kernel", str(stock), "--name", "by-path", "--args",
                       "--case kvm_arm_caps.caps.new_vm_agrees")
    assert code == 0 and any("build/narrowed" in line for line in said)
    assert result("by-path/max") == whole
    assert sum(result("by-path/max", "narrowed")["counts"].values()) == 1


@pytest.mark.parametrize(("parts", "why"), [
    (SERIAL, "the kernel runs, but nothing comes out of the serial port"),
    (INITRD, "the kernel did not use the initramfs"),
    (SERIAL + INITRD, "nothing comes out of the serial port (CONFIG_SERIAL_AMBA_PL011_CONSOLE?); and "
     "the kernel did not use the initramfs"),
])
def test_what_a_kernel_lacks_is_one_line(
    stock: Path, tmp_path: Path, parts: tuple[tuple[bytes, bytes], ...], why: str
) -> None:
    code, said = judge("--kernel", without(stock, tmp_path / "Image", *parts), "--name", "lacking")
    assert code == 5
    assert any(line.startswith("ERROR lacking/max: ") and why in line for line in said)


def test_pages_that_the_cpu_lacks(stock: Path, tmp_path: Path) -> None:
    program = qemu.binary()
    assert 16384 in granules.of(program, "max") and 16384 not in granules.of(program, "cortex-a57")
    data = bytearray(stock.read_bytes())
    data[24] = data[24] & ~6 | 4
    (tmp_path / "Image").write_bytes(data)
    code, said = judge("--kernel", str(tmp_path / "Image"), "--name", "lacking", "--cpu", "cortex-a57")
    assert code == 4
    assert ("[1/1] lacking/cortex-a57: not run: the kernel has pages of 16 KiB, which CPU 'cortex-a57' "
            "lacks; try CPU=max") in said


def test_a_kernel_says_that_it_runs_no_programs_of_another_architecture(
    stock: Path, tmp_path: Path
) -> None:
    """With one of x86-64 for a 32-bit one: this kernel runs those."""
    initrd = vm.make_initrd(ROOT / "build/x86_64/uapi-conform", tmp_path / "initrd")
    guest = qemu.Guest(stock, initrd)
    outcome = vm.run(qemu.command(qemu.binary(), guest), tmp_path / "console")
    found = noboot.explain((tmp_path / "console").read_bytes(), outcome, qemu.binary(), guest)
    assert outcome.kind == "panic" and found.foreign, found


def test_an_image_that_is_cut_off_boots_nothing(stock: Path, tmp_path: Path) -> None:
    (tmp_path / "Image").write_bytes(stock.read_bytes()[: 20 << 20])
    code, said = judge("--kernel", str(tmp_path / "Image"))
    assert code == 64 and len(said) == 1 and "is cut off: 20971520 of " in said[0]


def test_kvm_serves_no_other_architecture(stock: Path) -> None:
    code, said = judge("--kernel", str(stock), "--name", "by-path", "--accel", "kvm", "--args",
                       "--case kvm_arm_caps.caps.new_vm_agrees")
    (header,) = [line for line in said if line.startswith("running 1 cell")]
    assert code == 0 and (" with TCG (" in header or " with KVM" in header)
    assert f"with {result('by-path/max', 'narrowed')['meta']['accel'].upper()}" in header


def test_a_misspelt_cpu_has_the_nearest_name() -> None:
    code, said = judge("--cpu", "neovers-n1")
    assert code == 64 and said == [
        "ci/run: --cpu neovers-n1: QEMU has no such CPU; did you mean 'neoverse-n1'?"]
