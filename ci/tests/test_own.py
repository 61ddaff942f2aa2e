# SPDX-License-Identifier: GPL-2.0-only
"""Kernels of one's own, with a program in place of QEMU: what they are called, what they lack."""

from __future__ import annotations

import argparse
import gzip
import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ci import cells, choose, options, run, suite_words, supply
from ci.kernel import Kernel, Toolbox, suite_binary
from ci.tests.test_choose import image
from ci.tests.test_run import ROWS, NoProgress, go, make, tools
from fixtures import accel, granules, noboot
from fixtures.problem import USAGE, Problem
from report import catalogue, ending

__all__ = ["tools"]
WHOLE = "".join(f"CONFIG_{name}=y\n" for name in (*noboot.NEEDED, "ARM64", "KVM"))


def embedded(config: str) -> bytes:
    return b"IKCFG_ST" + gzip.compress(config.encode()) + b"IKCFG_ED"


def found(path: Path) -> Kernel:
    return supply.find_kernels([cells.Cell("mine", cells.Configuration("max", ("max",)))],
                               str(path))[0]["mine"]


def test_what_is_known_of_an_image(tmp_path: Path) -> None:
    facts = found(image(tmp_path / "Image", flags=0xC)).facts
    assert facts["release"] == "7.2.13+deb14-cloud-arm64" and facts["page_size"] == "16384"
    assert len(facts["image_sha256"]) == 64


@pytest.mark.parametrize("name", noboot.NEEDED)
def test_a_configuration_in_the_image_says_what_it_lacks_before_anything_boots(
    tmp_path: Path, name: str
) -> None:
    config = "\n" + WHOLE.replace(f"CONFIG_{name}=y", f"# CONFIG_{name} is not set")
    with pytest.raises(Problem, match=f"built without CONFIG_{name} ") as caught:
        found(image(tmp_path / "Image", embedded(config)))
    assert caught.value.code == USAGE


def test_a_kernel_without_kvm_is_run_and_said_to_be_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found(image(tmp_path / "a", embedded(WHOLE)))
    assert capsys.readouterr().err == ""
    found(image(tmp_path / "b", embedded(WHOLE.replace("CONFIG_KVM=y", "# CONFIG_KVM is not set"))))
    assert "built without CONFIG_KVM: nothing of kvm_arm_caps can be judged" in capsys.readouterr().err


def test_a_configuration_nearby_only_explains(tmp_path: Path) -> None:
    boot = tmp_path / "arch/arm64/boot"
    boot.mkdir(parents=True)
    (tmp_path / ".config").write_text("# CONFIG_BLK_DEV_INITRD is not set\n")
    assert "BLK_DEV_INITRD" in found(image(boot / "Image")).config
    (tmp_path / "config-7.2.13+deb14-cloud-arm64").write_text("beside\n")
    assert found(image(tmp_path / "vmlinuz")).config == "beside\n"
    assert found(image(boot / "Image-2")).config != "beside\n"


def test_what_is_known_of_a_built_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = SimpleNamespace(
        image=image(tmp_path / "Image"), module=None, version="7.2.13", config=tmp_path / "config",
        as_meta=lambda: {"without_device": "why"})
    (tmp_path / "config").write_text("CONFIG_X=y\n")
    monkeypatch.setattr(supply.build, "build", lambda request: kernel)
    monkeypatch.setattr(supply.qemu, "binary", lambda arch: "qemu")
    kernels, failed = supply.find_kernels([cells.Cell("mine", cells.Configuration("a", ("max",)))], None)
    assert not failed and kernels["mine"].facts["without_device"] == "why"
    assert kernels["mine"].facts["release"] == "7.2.13+deb14-cloud-arm64"
    assert kernels["mine"].config == "CONFIG_X=y\n"


def test_pages_that_the_cpu_lacks_are_told_without_a_boot(
    tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(granules, "of", lambda program, cpu: (4096, 65536))
    one = make("stock-good", "cortex-a57")
    assert one.kernel
    one.kernel.facts["page_size"] = "16384"
    go(tools, one)
    assert one.result and one.result["verdict"] == "NOT RUN"
    assert one.result["meta"]["reason"] == (
        "the kernel has pages of 16 KiB, which CPU 'cortex-a57' lacks; try CPU=max")
    assert not Path("build/run/stock-good/c/console.log").exists()
    one.kernel.facts["page_size"] = "65536"
    go(tools, one)
    assert one.result and one.result["verdict"] == "PASS"


@pytest.mark.parametrize(("program", "verdict"), [("armhf", "NOT RUN"), ("arm64", "ERROR")])
def test_a_kernel_that_runs_no_32_bit_programs_fails_nothing(
    tools: Toolbox, program: str, verdict: str
) -> None:
    fake = Path(tools.qemu)
    fake.write_text(fake.read_text().replace(
        "*stock-good*)", "*foreign*) echo '[ 1.0] Failed to execute /init (error -8)';"
        "echo '[ 1.1] Kernel panic - not syncing: No working init found.'; exit;;\n*stock-good*)"))
    suite_binary("armhf").parent.mkdir()
    suite_binary("armhf").touch()
    one = make("foreign")
    one.cell = cells.Cell("foreign", cells.Configuration("c", ("max",), program=program))
    show = go(tools, one)
    assert one.result and one.result["verdict"] == verdict
    assert ending.exit_code([one.result]) == (4 if program == "armhf" else 5)
    said = "runs no 32-bit programs" if program == "armhf" else "CONFIG_BINFMT_ELF"
    assert said in show.ended["foreign/c"]


def test_the_reason_for_silence_is_the_cells_problem(
    tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Path(tools.qemu)
    fake.write_text(fake.read_text().replace("*stock-good*)", "*mute*) exit;;\n*stock-good*)"))
    told = noboot.Cause(f"it has no initrd, in {Path.cwd()}")
    monkeypatch.setattr(noboot, "explain", lambda *_: told)
    one = make("mute")
    show = go(tools, one)
    assert one.result and one.result["meta"]["problem"] == "it has no initrd, in ."
    assert show.ended["mute/c"].startswith("it has no initrd, in .")
    assert "ERROR mute/c: 2 rows left no result: it has no initrd, in ." in ending.lines([one.result])


def test_a_kvm_in_which_no_kernel_comes_up_is_done_without(
    tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Path(tools.qemu)
    fake.write_text(fake.read_text().replace(
        "*stock-good*)", '*"-accel kvm"*) echo "$*" >> with-kvm; exit;;\n*stock-good*)'))
    tools.accel = "kvm"
    monkeypatch.setattr(accel, "choose", lambda asked, program, arch, cpu, iommu, page: accel.Accel("kvm", "host"))
    one, other = make("stock-good"), make("stock-good-too")
    assert run.run_all([one, other], tools, 1, show := NoProgress())  # type: ignore[arg-type]
    for job in (one, other):
        assert job.result and job.result["verdict"] == "PASS"
        meta = job.result["meta"]
        assert (meta["accel"], meta["cpu"]) == ("tcg", "max") and "-accel tcg" in meta["qemu_command"]
        assert meta["accel_why"] == "with KVM: the guest reset itself"
        assert show.ended[job.cell.name].endswith(" s, with TCG (with KVM: the guest reset itself)")
    assert len(Path("with-kvm").read_text().splitlines()) == 1


def test_what_computes_the_machine_is_recorded_and_told(
    tools: Toolbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = make("stock-good"), make("stock-panic", "neoverse-n1")
    assert run.header([one, other], tools) == "in QEMU 0.1 with TCG"
    tools.accel = "kvm"
    monkeypatch.setattr(accel, "choose", lambda asked, program, arch, cpu, iommu, page: accel.Accel(
        "kvm", cpu) if cpu == "max" else accel.Accel("tcg", cpu, "no such thing"))
    assert run.header([one], tools) == "in QEMU 0.1 with KVM"
    assert run.header([one, other], tools) == (
        "in QEMU 0.1 with KVM: stock-good/c; TCG (no such thing): stock-panic/c")
    go(tools, one, other)
    assert one.result and other.result
    assert one.result["meta"]["accel"] == "kvm" and "accel_why" not in one.result["meta"]
    assert "-accel kvm" in one.result["meta"]["qemu_command"]
    assert other.result["meta"]["accel"] == "tcg" and other.result["meta"]["accel_why"] == "no such thing"


def given_options(**given: Any) -> argparse.Namespace:
    parsed = vars(options.parse([]))
    return argparse.Namespace(**{**parsed, **given})


def test_some_rows_never_take_the_place_of_all(
    tools: Toolbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QEMU", tools.qemu)
    monkeypatch.setattr(catalogue, "load", lambda: ROWS)
    monkeypatch.setattr(run.known, "load", lambda *_, **__: [])
    monkeypatch.setattr(suite_words, "run_order", lambda words: tuple(ROWS.rows)[:1 if words[:1] == ("--case",) else 2])
    assert run.toolbox(given_options(), (), {}).results == Path("build/run")
    assert run.toolbox(given_options(), ("--strict",), {}).results == Path("build/run")
    assert capsys.readouterr().err == ""
    narrowed = run.toolbox(given_options(), ("--case", "s.t.a"), {})
    assert narrowed.results == Path("build/narrowed")
    assert "the results go to build/narrowed, and those in build/run stay" in capsys.readouterr().err
    monkeypatch.setattr(suite_words, "run_order", lambda words: ())
    assert run.toolbox(given_options(), ("--repeat", "2"), {}).results == Path("build/narrowed")


def test_another_kernel_of_the_same_release_is_told(tools: Toolbox) -> None:
    one = make("stock-good")
    assert one.kernel
    one.kernel.facts["image_sha256"] = "1"
    assert run.replaced([one], tools) == ""
    go(tools, one)
    assert run.replaced([one], tools) == ""
    one.kernel.facts["image_sha256"] = "2"
    assert "--name keeps both" in run.replaced([one], tools)


@pytest.mark.long
def test_a_build_does_not_keep_others_from_running(
    tools: Toolbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lock is free while kernels are built; then it is waited for. A second run is refused
    before anything is built."""
    seen: list[str] = []
    cell = cells.Cell("stock-good", cells.Configuration("c", ("max",)))

    def another(begun: threading.Event) -> None:
        with run.results_lock(tools.results):
            begun.set()
            time.sleep(0.4)
            seen.append("another ran")

    def build(chosen: list[cells.Cell], path: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
        seen.append("built")
        threading.Thread(target=another, args=(begun := threading.Event(),)).start()
        assert begun.wait(5)
        return {name: make(name).kernel for name in ("stock-good", "stock-died")}, {}

    monkeypatch.setattr(run, "ROOT", Path.cwd())
    monkeypatch.setattr(run.sys, "argv", ["ci/run"])
    monkeypatch.setattr(choose, "choose", lambda arguments: [cell])
    monkeypatch.setattr(run, "toolbox", lambda *_: tools)
    monkeypatch.setattr(supply, "find_kernels", build)
    judge = run.judge
    monkeypatch.setattr(run, "judge", lambda *given: seen.append("judged") or judge(*given))
    assert run.main() == 0 and seen == ["built", "another ran", "judged"]
    assert "another run is writing to build/run; waiting for its end" in capsys.readouterr().err
    meta = json.loads(Path("build/run/stock-good/c/results.json").read_text())["meta"]
    assert meta["kernel"] == "stock-good"
    with run.results_lock(tools.results):
        with pytest.raises(Problem, match="another run is writing to build/run; wait until"):
            run.main()
    assert len(seen) == 3
    monkeypatch.setattr(choose, "choose", lambda arguments: [replace(cell, kernel="stock-died")])
    assert run.main() == 5


def test_nothing_is_fetched_for_a_suite_that_was_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(supply.kernels, "fetch", None)
    with pytest.raises(Problem, match="build/arm64/uapi-conform is not there; build it with 'make'"):
        supply.find_kernels(cells.load()[:1], None)
