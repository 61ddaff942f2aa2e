# SPDX-License-Identifier: GPL-2.0-only
"""The binary as somebody with a TSM-capable device runs it, who has other plans with the machine:
what cannot be used is refused in one line, and however a run ends, all is as it was before."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ci.kernel import suite_binary
from fixtures import ROOT, cache, qemu, vm
from fixtures.kernel import build, make, source

HERE = Path(__file__).resolve().parent / "hardware"
MODULE = "uapi-conform-device.ko"
BDF = "0000:01:00.0"
DEVICE = f"--suite tsm_req --device {BDF}"
ROWS = f"{DEVICE} --case tsm_req.hardware.*"
ALLOWED = f"{ROWS} --allow bind,state"
# From the end of its first row on, which INFO tells of, the device stays connected and bound.
LONG = f"{DEVICE} --case tsm_req.hardware.state_change --allow bind,state --repeat"
LOOK = f"look {BDF}"
PCI = "/sys/bus/pci"
MUTANT = "/sys/module/uapi_conform/parameters/mutant"

# What they say of the device, and of what happened to it since "forget".
FREE = "@ driver= override=(null) tsm="
OTHER = "@ driver=other-driver override=(null) tsm="
CONNECTED = "@ driver=other-driver override=(null) tsm=tsm0"
GIVEN = "@ driver=vfio-pci override=vfio-pci tsm="
AT_WORK = "@ driver=vfio-pci override=vfio-pci tsm=tsm0"
UNTOUCHED = "@ requests=0 connects=0 binds=0"

REFUSED = {
    "no TSM": (f"run {DEVICE}", 68, "no TSM is registered with this kernel"),
    "no such device": ("run --suite tsm_req --device 0000:09:00.0", 66,
                       "there is no PCI device '0000:09:00.0'"),
    "no device at all": ("run --suite tsm_req --device ..", 66, "lspci -D lists them"),
    "no such permission": (f"run {DEVICE} --allow all", 64, "state, debug and bind"),
    "no TSM capability": ("run --suite tsm_req --device 0000:02:00.0", 68,
                          "0000:02:00.0 has no TSM capability"),
    "no driver": (f"run {DEVICE}", 77, f"{BDF} has no driver: .* --allow bind"),
    "no device files": (f"run {DEVICE} --allow bind", 72, "CONFIG_VFIO_DEVICE_CDEV"),
    "another driver": (f"run {DEVICE}", 75, "in use by the driver other-driver: .* --allow bind"),
    "another process": (f"run {DEVICE} --allow bind", 75,
                        r"in use: process \d+ \(init\) has it open"),
}
PRESENT = {"no TSM": [], "no driver": [LOOK, "calls"], "no device files": [LOOK, "calls"],
           "another driver": [LOOK, "calls"], "another process": [LOOK, "calls"]}
KILLED = {"main 2": "@ exit 130", "main 15": "@ exit 143", "main 1": "@ exit 129",
          "main 9": "@ signal 9", "main 11": "@ signal 11", "group 2": "@ exit 130",
          "group 9": "@ signal 9"}


def refusal(name: str) -> list[str]:
    """A run that is refused, and what the device looks like afterwards."""
    return [f"# {name}", REFUSED[name][0], *PRESENT.get(name, [])]


def unbound_and_given() -> list[str]:
    """By hand, what --allow bind does."""
    return [f"write {PCI}/drivers/other-driver/unbind {BDF}",
            f"write {PCI}/devices/{BDF}/driver_override vfio-pci",
            f"write {PCI}/drivers_probe {BDF}"]


SCRIPT = [
    *refusal("no TSM"),
    f"load /{MODULE}",
    *(line for name in ("no such device", "no device at all", "no such permission",
                        "no TSM capability", "no driver") for line in refusal(name)),
    "cover /proc/devices /devices", *refusal("no device files"), "show /proc/devices",
    "# without a driver before", f"run {ALLOWED}", LOOK,
    "# a list that is masked", "cover /proc/devices /dev/null", f"run {ALLOWED}",
    "show /proc/devices", LOOK,
    "load /other.ko",
    "forget", *refusal("another driver"),
    "# everything allowed", f"print {ROWS} --allow state,debug,bind", LOOK, "calls",
    "# a row fails", f"write {MUTANT} unconnected_einval", f"print {ALLOWED}",
    f"write {MUTANT} none", LOOK,
    *(line for who in KILLED for line in (
        f"# {who}", f"kill {who} INFO {LONG} 1000000", LOOK)),
    "# owner 9", f"kill owner 9 INFO {LONG} 20", LOOK,
    "# connected before", f"write {PCI}/devices/{BDF}/tsm/connect tsm0", f"run {ALLOWED}", LOOK,
    f"kill main 9 INFO {LONG} 1000000", LOOK,
    f"write {PCI}/devices/{BDF}/tsm/disconnect tsm0",
    "# half way", f"hide {PCI}/drivers/other-driver/unbind", f"print {ALLOWED}",
    f"show {PCI}/drivers/other-driver/unbind", LOOK,
    "# the way back is barred", f"hide {PCI}/drivers_probe", f"run {ALLOWED}",
    f"show {PCI}/drivers_probe", f"write {PCI}/drivers_probe {BDF}", LOOK,
    *unbound_and_given(), "forget",
    "hold /dev/vfio/devices/vfio1", *refusal("another process"), "release",
    "# nothing allowed", f"print {ROWS}", LOOK, "calls",
    "# state alone", f"print {ROWS} --allow state", LOOK, "calls",
    "# debug alone", f"print {ROWS} --allow debug", LOOK, "calls",
    f"write {PCI}/devices/{BDF}/tsm/connect tsm0", "forget",
    "# connected, nothing allowed", f"print {ROWS}", LOOK, "calls",
    "# no device named", "print --suite tsm_req --case tsm_req.hardware.*",
]


@pytest.fixture(scope="module")
def kernel() -> build.Reference:
    """The reference kernel, built if need be."""
    return build.build(build.Request())


@pytest.fixture(scope="module")
def files(kernel: build.Reference, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the machine's programs: init, and a module that is another driver."""
    where = tmp_path_factory.mktemp("hardware")
    subprocess.run([f"{make.cross_compiler('arm64')}gcc", "-std=gnu11", "-O2", "-D_GNU_SOURCE",
                    "-Wall", "-Wextra", "-Werror", "-static", f"-I{ROOT}", "-o", where / "init",
                    HERE / "init.c"], check=True)
    (where / "devices").write_text("Character devices:\n  1 mem\n\nBlock devices:\n")
    for name in ("Kbuild", "other_driver.c"):
        (where / name).write_bytes((HERE / name).read_bytes())
    lock = cache.root() / "reference" / "lock"
    with cache.locked(lock, "opening the cache", "waiting for a build of the reference kernel"):
        maker = make.Make(source.unpacked().tree, build.Request().directory / "objects", "arm64",
                          where / "log")
        maker.run("building another driver", f"M={where}", "modules")
    return where


def boot(guest: qemu.Guest, console: Path, devices: list[str], machine: str = "") -> str:
    """All that is printed by a machine with these devices, but for the kernel's lines. machine: more
    of QEMU's -M."""
    command = qemu.command(qemu.binary(), guest)
    command[command.index("-M") + 1] += machine
    outcome = vm.run([*command, *(word for one in devices for word in ("-device", one))], console,
                     vm.Limits(120, 60))
    said = console.read_text("utf-8", "replace").replace("\r", "")
    assert outcome.clean, f"{outcome.reason}\n{said}"
    return re.sub(r"^\[ *\d+\.\d+\].*\n", "", said, flags=re.MULTILINE)


def play(kernel: build.Reference, files: Path, script: list[str], devices: list[str],
         machine: str = "") -> dict[str, list[str]]:
    """What was printed below each line of the script that is a headline."""
    (files / "script").write_text("\n".join(script) + "\n", encoding="utf-8")
    assert kernel.module
    initrd = vm.make_initrd(
        files / "init", files / "initrd",
        {"script": files / "script", MODULE: kernel.module, "other.ko": files / "other_driver.ko",
         "devices": files / "devices"},
        {"uapi-conform": ROOT / suite_binary()})
    said = boot(qemu.Guest(kernel.image, initrd), files / "console", devices, machine)
    print(said)
    parts = re.split(r"^> # (.*)\n", said, flags=re.MULTILINE)
    return {name: text.splitlines() for name, text in zip(parts[1::2], parts[2::2])}


@pytest.fixture(scope="module")
def said(kernel: build.Reference, files: Path) -> dict[str, list[str]]:
    """One machine for most of it: two endpoints, each behind a port of its own."""
    return play(kernel, files, SCRIPT, [
        "pcie-root-port,id=one,chassis=1", "virtio-rng-pci,bus=one",
        "pcie-root-port,id=two,chassis=2", "virtio-rng-pci,bus=two"])


def answers(lines: list[str]) -> list[str]:
    """What came of the commands."""
    return [line for line in lines if line.startswith("@")]


def expect_refusal(lines: list[str], code: int, pattern: str) -> None:
    """One line for the user, and the exit code."""
    assert re.match(f"uapi-conform: .*{pattern}", lines[1]), lines
    assert lines[2] == f"@ exit {code}", lines


pytestmark = pytest.mark.vm


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_refused(said: dict[str, list[str]], name: str) -> None:
    _, code, pattern = REFUSED[name]
    expect_refusal(said[name], code, pattern)
    before = {"another driver": OTHER, "another process": GIVEN}.get(name, FREE)
    expected = [before, UNTOUCHED] if PRESENT.get(name) else []
    assert answers(said[name])[1:3] == expected, said[name]


def test_with_everything_allowed_every_row_passes(said: dict[str, list[str]]) -> None:
    lines = said["everything allowed"]
    # But those of another revision than this kernel's.
    rows = [line for line in lines if re.match(r"(not )?ok ", line) and "not applicable" not in line]
    assert len(rows) == 6 and all(re.fullmatch(r"ok \d+ \S+", row) for row in rows), rows
    exit_line, present, calls = answers(lines)
    assert (exit_line, present) == ("@ exit 0", OTHER)
    # What is called a success below would be one as well if nothing were ever sent.
    assert not re.search(r"=0\b", calls), calls


def test_with_nothing_allowed_only_what_must_be_refused_is_sent(
    said: dict[str, list[str]]
) -> None:
    lines = said["nothing allowed"]
    passed = {line.split()[2] for line in lines if re.fullmatch(r"ok \d+ \S+", line)}
    assert passed == {"tsm_req.hardware.unconnected", "tsm_req.hardware.debug_read"}
    assert answers(lines)[:3] == ["@ exit 0", GIVEN, UNTOUCHED]
    # What the device is to begin with decides which of the two can be judged.
    passed = {line.split()[2] for line in said["connected, nothing allowed"]
              if re.fullmatch(r"ok \d+ \S+", line)}
    assert passed == {"tsm_req.hardware.unbound", "tsm_req.hardware.debug_read"}
    assert answers(said["connected, nothing allowed"]) == ["@ exit 0", AT_WORK, UNTOUCHED]


@pytest.mark.parametrize("word", ["state", "debug"])
def test_what_is_allowed_is_no_permission_to_bind(said: dict[str, list[str]], word: str) -> None:
    assert answers(said[f"{word} alone"])[:3] == ["@ exit 0", GIVEN, UNTOUCHED]


def test_without_a_name_hardware_is_left_alone(said: dict[str, list[str]]) -> None:
    lines = said["no device named"]
    rows = [line for line in lines if re.match(r"(not )?ok ", line)]
    assert rows and all("# SKIP no hardware was named with --device" in row or
                        "# SKIP not applicable: only in revision op-48" in row for row in rows)
    assert answers(lines)[0] == "@ exit 4"


def test_a_device_without_a_driver_has_none_afterwards(said: dict[str, list[str]]) -> None:
    assert answers(said["without a driver before"]) == ["@ exit 0", FREE]


def test_a_list_that_is_masked_says_nothing(said: dict[str, list[str]]) -> None:
    """A container may have an empty /proc/devices: whether VFIO has files shows when one is opened."""
    assert answers(said["a list that is masked"]) == ["@ exit 0", FREE]


def test_a_row_that_fails_leaves_nothing_behind(said: dict[str, list[str]]) -> None:
    lines = said["a row fails"]
    assert "not ok 1 tsm_req.hardware.unconnected" in lines
    assert ("#   rerun: uapi-conform --case tsm_req.hardware.unconnected --device "
            f"{BDF} --allow bind,state") in lines
    assert answers(lines) == ["@ exit 1", OTHER]


@pytest.mark.parametrize("who", KILLED)
def test_a_run_that_is_ended_leaves_nothing_behind(said: dict[str, list[str]], who: str) -> None:
    assert answers(said[who]) == [AT_WORK, KILLED[who], OTHER]


def test_the_owner_can_be_killed_too(said: dict[str, list[str]]) -> None:
    assert answers(said["owner 9"]) == [AT_WORK, "@ exit 5", OTHER]


def test_a_connection_is_kept(said: dict[str, list[str]]) -> None:
    assert answers(said["connected before"]) == ["@ exit 0", CONNECTED, AT_WORK, "@ signal 9",
                                                 CONNECTED]


def test_a_driver_that_cannot_be_had_leaves_the_other_one(said: dict[str, list[str]]) -> None:
    lines = said["half way"]
    assert f"#   no vdevice: giving {BDF} to vfio-pci: ENOSPC" in lines
    assert answers(lines) == ["@ exit 5", OTHER]


def test_what_cannot_be_put_back_is_said(said: dict[str, list[str]]) -> None:
    lines = said["the way back is barred"]
    assert (f"uapi-conform: {BDF} could not be put back as it was (other-driver: ENOSPC): see "
            f"{PCI}/devices/{BDF}") in lines
    assert answers(lines) == ["@ exit 5", OTHER]


def test_a_kernel_without_vfio_pci_is_refused_and_nothing_is_judged_wrongly(
    kernel: build.Reference, files: Path
) -> None:
    # Shares the objects of the one that has it, which must be there.
    assert kernel.image.is_file()
    said = play(build.build(build.Request(no_vfio_pci=True)), files, [
        "# nothing to take", "print --suite tsm_req",
        f"load /{MODULE}",
        "# allowed", f"run {DEVICE} --allow bind", LOOK, "calls",
        "# not allowed", f"run {DEVICE}", LOOK, "calls",
        "# no device named", "print --suite tsm_req", LOOK, "calls",
    ], ["pcie-root-port,id=one,chassis=1", "virtio-rng-pci,bus=one"])
    missing = "this kernel has no vfio-pci driver: modprobe vfio-pci, or build it with CONFIG_VFIO_PCI"
    for name in ("allowed", "not allowed"):
        expect_refusal(said[name], 72, f"{missing}$")
        assert answers(said[name])[1:] == [FREE, UNTOUCHED]
    # What needs no device is judged as ever; with one that cannot be had, nothing is.
    assert answers(said["nothing to take"]) == ["@ exit 0"]
    assert not [line for line in said["nothing to take"] if line.startswith("not ok ")]
    lines = said["no device named"]
    rows = [line for line in lines if re.match(r"(not )?ok ", line)]
    errors = [line for line in lines if line.startswith("# ERROR ")]
    assert rows and len(errors) == len(rows) == sum(
        line == f"#   the suite's set-up is broken: {missing}" for line in lines)
    assert answers(lines) == ["@ exit 5", FREE, UNTOUCHED]


def test_an_iommu_group_of_several_is_refused(kernel: build.Reference, files: Path) -> None:
    lines = play(kernel, files, [f"load /{MODULE}", "load /other.ko", "# shared",
                                 f"run {DEVICE} --allow bind", LOOK, "calls"], [
        "pcie-root-port,id=one,chassis=1", "virtio-rng-pci,bus=one,addr=0.0,multifunction=on",
        "virtio-rng-pci,bus=one,addr=0.1"], ",iommu=smmuv3")["shared"]
    expect_refusal(lines, 78, r"shares its IOMMU group with 0000:01:00.1 \(other-driver\): ")
    assert answers(lines)[1:] == [OTHER, UNTOUCHED]


def test_a_kernel_without_tsm_support_has_no_device(files: Path, kernel: build.Reference) -> None:
    assert kernel.image.is_file()
    without = build.build(build.Request(no_tsm=True))
    initrd = vm.make_initrd(ROOT / suite_binary(), files / "initrd", {})
    guest = qemu.Guest(without.image, initrd, args=tuple(DEVICE.split()), endpoint=True)
    said = boot(guest, files / "console", [])
    assert f"Bail out! this kernel is built without TSM support, so {BDF} cannot be " in said
    assert "# exit: 68\n" in said and "\nok " not in said


def test_a_module_of_another_kernel_is_refused(kernel: build.Reference, files: Path) -> None:
    assert kernel.module
    module = kernel.module.read_bytes()
    (files / "foreign.ko").write_bytes(module.replace(b"vermagic=7.", b"vermagic=6."))
    assert module.count(b"vermagic=7.") == 1
    initrd = vm.make_initrd(ROOT / suite_binary(), files / "initrd", {MODULE: files / "foreign.ko"})
    said = boot(qemu.Guest(kernel.image, initrd, args=("--suite", "tsm_req"), endpoint=True),
                files / "console", [])
    assert (f"Bail out! the device fixture /{MODULE} was built for another kernel: build it "
            "against this one\n") in said
    assert "# exit: 71\n" in said and "\nok " not in said
