# SPDX-License-Identifier: GPL-2.0-only
"""A vCPU feature that nobody has, added to kvm_arm_caps: two lines in two files are all it takes.

Its rows, requirement and needs come from its entry, and the suite's own unit tests hold them against
the rules.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fixtures import ROOT

SUITE = Path("suites/kvm_arm_caps")
BUILT = ROOT / "build" / {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
FLAGS = ["-std=gnu11", "-O0", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror"]
ENTRY = """\
FEATURE(MADE_UP, made_up, ARM_MADE_UP, "PMU_V3|", "0", "; GET_REG x0 == 0", "what nobody has",
	WHERE_APPLICABLE, "nowhere", ", and does nothing")
DEPENDS(MADE_UP, made_up, PMU_V3, pmu_v3, MADE_UP_NEEDS_PMU, "nowhere")
"""


def add_feature(tree: Path) -> None:
    """The whole change: an entry, and the number of its capability."""
    features = tree / SUITE / "features.inc"
    text = features.read_text()
    head, tail = text.split("\nDEPENDS(", 1)
    entry, relation = ENTRY.split("DEPENDS(")
    features.write_text(f"{head}\n{entry}\nDEPENDS({relation}DEPENDS({tail}")
    numbers = tree / SUITE / "numbers.h"
    known = "#define KVM_CAP_ARM_PMU_V3_STRICT\t\t251\n"
    text = numbers.read_text()
    assert known in text
    numbers.write_text(text.replace(known, f"{known}#define KVM_CAP_ARM_MADE_UP\t\t\t299\n"))


def compiled(tree: Path, source: Path) -> Path:
    """The object of one file of the changed suite."""
    target = tree / f"{source.stem}.o"
    subprocess.run(["gcc", *FLAGS, f"-I{tree}/harness", f"-I{tree}", "-c", "-o", target, source],
                   check=True, cwd=tree)
    return target


@pytest.fixture(scope="module", name="programs")
def programs_fixture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The binary with that feature, and the suite's unit tests with it."""
    tree = tmp_path_factory.mktemp("feature")
    if not (BUILT / "obj/harness/main.o").exists():
        pytest.skip("the harness is not built for this machine")
    for name in ("harness", str(SUITE)):
        shutil.copytree(ROOT / name, tree / name)
    (tree / "fixtures/device").mkdir(parents=True)
    add_feature(tree)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        suite = list(pool.map(lambda f: compiled(tree, f), sorted((tree / SUITE).glob("*.c"))))
        tests = list(pool.map(lambda f: compiled(tree, f), sorted((tree / SUITE / "tests").glob("*.c"))))
    # Not what lies there: it may be of a source that is gone.
    harness = [BUILT / f"obj/harness/{source.stem}.o" for source in sorted((ROOT / "harness").glob("*.c"))
               if source.name != "main.c"]
    other = [ROOT / "build/revision.c", *sorted((ROOT / "build/text").glob("**/*.c"))]
    binary, checks = tree / "uapi-conform", tree / "checks"
    subprocess.run(["gcc", *FLAGS, f"-I{tree}/harness", f"-I{tree}", "-o", binary, *suite, *harness,
                    BUILT / "obj/harness/main.o", *other, "-pthread"], check=True)
    checked = [f for f in tests if f.name != "main.o"]
    main = compiled(tree, tree / SUITE / "tests/main.c")
    subprocess.run(["gcc", *FLAGS, f"-I{tree}/harness", f"-I{tree}", "-o", checks, *suite, *checked,
                    main, *harness, *other, "-lcheck", "-lsubunit", "-lrt", "-lm", "-pthread"],
                   check=True)
    return binary, checks


def said(binary: Path, *words: str) -> str:
    done = subprocess.run([binary, "--suite", "kvm_arm_caps", *words], capture_output=True,
                          text=True, check=True)
    return done.stdout


@pytest.mark.long
def test_its_rows_requirements_and_needs_are_there(programs: tuple[Path, Path]) -> None:
    rows = {line.split("\t")[0]: line for line in said(programs[0], "--list").splitlines()}
    new = {"pairing.with_made_up", "pairing.unsupported_with_made_up", "features.made_up",
           "features.made_up_unsupported", "features.made_up_without_pmu_v3"}
    assert {f"kvm_arm_caps.{row}" for row in new} <= set(rows)
    assert "FEATURE_MADE_UP" in rows["kvm_arm_caps.features.made_up"]
    assert "no-made_up" in rows["kvm_arm_caps.features.made_up_unsupported"]
    requirements = said(programs[0], "--requirements")
    assert "PMU_V3|MADE_UP is accepted exactly where KVM_CAP_ARM_MADE_UP is reported, and does nothing" \
        in requirements
    assert "MADE_UP without PMU_V3 is refused" in requirements


@pytest.mark.long
def test_the_rules_agree_with_its_rows(programs: tuple[Path, Path]) -> None:
    done = subprocess.run([programs[1]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
