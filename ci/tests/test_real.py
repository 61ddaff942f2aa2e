# SPDX-License-Identifier: GPL-2.0-only
"""Real kernels in real machines: what `make test` adds to `make check`."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from fixtures import ROOT

RESULTS = ROOT / "build" / "run"
CELLS = [f"stock-{series}/{cpu}" for series in ("6.1", "7.2") for cpu in ("max", "neoverse-n1")]
REFERENCE = ["reference/max", "reference/armhf"]

pytestmark = pytest.mark.vm


def judge(*words: str) -> tuple[int, str]:
    """`ci.run` with these words: its exit code and all it printed."""
    done = subprocess.run(["ci/run", *words], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    print(done.stdout)
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


def result(cell: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RESULTS / cell / "results.json").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def default_run() -> tuple[int, str]:
    """Two kernels on two CPUs, once for several tests."""
    return judge("--cells", " ".join(CELLS))


def test_released_kernels_do_what_the_documents_say(default_run: tuple[int, str]) -> None:
    assert default_run[0] == 0, default_run[1]


@pytest.mark.parametrize("cell", CELLS)
def test_the_known_issues_are_as_the_kernels_are(default_run: tuple[int, str], cell: str) -> None:
    """An entry that explains nothing any more is no fault of a kernel. It is one of ours."""
    assert result(cell)["known_issues"] and result(cell)["stale"] == []


@pytest.mark.parametrize("cell", CELLS)
def test_every_row_has_a_verdict(default_run: tuple[int, str], cell: str) -> None:
    found = result(cell)
    assert not found["problems"] and found["meta"]["end"] == "powered off"
    assert found["counts"].get("PASS", 0) > 50
    assert not found["counts"].get("ERROR") and not found["counts"].get("NOT RUN")


@pytest.mark.parametrize("cell", CELLS)
def test_the_capabilities_are_those_the_matrix_expects(
    default_run: tuple[int, str], cell: str
) -> None:
    found = result(cell)
    rows = {row["id"]: row["verdict"] for row in found["rows"]}
    pauth = found["meta"]["expected_caps"] == "1,1"
    assert rows["kvm_arm_caps.caps.address_reported"] == ("PASS" if pauth else "SKIP")
    assert rows["kvm_arm_caps.caps.address_not_reported"] == ("SKIP" if pauth else "PASS")


def test_both_suites_pass_on_the_reference_kernel() -> None:
    code, said = judge("--cells", " ".join(REFERENCE))
    assert code == 0, said
    for cell in REFERENCE:
        found = result(cell)
        assert not found["problems"] and found["meta"]["end"] == "powered off"
        assert {row["verdict"] for row in found["rows"]} == {"PASS", "SKIP"}
    judged = {row["id"].split(".")[0] for row in result("reference/max")["rows"]
              if row["verdict"] == "PASS"}
    assert judged == {"kvm_arm_caps", "tsm_req"}


@pytest.mark.skipif(not shutil.which("prove"), reason="prove is not installed")
def test_prove_reads_what_was_written(default_run: tuple[int, str]) -> None:
    # The exit code is prove's business: known failures are failures to it.
    paths = [str(RESULTS / cell / "results.tap") for cell in CELLS]
    done = subprocess.run(["prove", "-e", "cat", *paths], capture_output=True, text=True, check=False)
    assert "Parse errors" not in done.stdout and "Files=4" in done.stdout


def test_a_kernel_without_kvm_is_skipped() -> None:
    code, said = judge("--cells", "stock-6.1/none")
    assert code == 4, said
    assert set(result("stock-6.1/none")["counts"]) - {"SKIP"} == set() or (
        not sum(v for k, v in result("stock-6.1/none")["counts"].items() if k != "SKIP")
    )


def test_a_guest_that_panics_fails_its_cell() -> None:
    code, said = judge("--cells", "stock-6.1/max", "--append", "rdinit=/nowhere root=/dev/nowhere")
    assert code == 5 and "did not use the initramfs (rdinit=/nowhere): it panicked" in said


def test_rows_can_be_chosen() -> None:
    code, said = judge("--cells", "stock-6.1/max", "--args", "--case kvm_arm_caps.caps.*_reported")
    assert code == 0, said
    narrowed = json.loads((ROOT / "build/narrowed/stock-6.1/max/results.json").read_text("utf-8"))
    assert 0 < sum(narrowed["counts"].values()) < len(narrowed["rows"])


def test_words_that_no_kernel_knows_do_not_reach_the_suite() -> None:
    code, said = judge("--cells", "stock-6.1/max", "--append", "nonsense",
                       "--args", "--case kvm_arm_caps.caps.new_vm_agrees")
    assert code == 0, said


def test_unknown_rows_are_refused_before_anything_boots() -> None:
    code, said = judge("--args", "--case kvm_arm_caps.caps.adress_reported")
    assert code == 64 and "kvm_arm_caps.caps.address_reported" in said
