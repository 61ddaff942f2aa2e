# SPDX-License-Identifier: GPL-2.0-only
from __future__ import annotations

import re
from pathlib import Path

import pytest

from ci import cells
from fixtures.problem import USAGE, Problem

MATRIX = cells.load()
CONFIGURATIONS = {cell.configuration for cell in MATRIX if cell.kernel == "stock-7.2"}


def names(chosen: list[cells.Cell]) -> list[str]:
    return [cell.name for cell in chosen]


def test_the_default_cells_are_what_the_readme_promises() -> None:
    assert names([c for c in MATRIX if c.default]) == [
        "stock-6.1/max", "stock-6.12/max", "stock-7.2/max", "stock-7.2/neoverse-n1",
        "reference/max",
    ]


def test_every_configuration_is_on_every_kernel() -> None:
    for kernel in ("stock-6.12", "stock-7.2", "stock-rc", "reference"):
        there = {c.configuration for c in MATRIX if c.kernel == kernel}
        assert {c for c in CONFIGURATIONS if c.is_for(kernel)} == {
            c for c in there if c.program == "arm64" and not c.iommu and "revision" not in c.append
        }
    assert len(CONFIGURATIONS) >= 20
    assert names(cells.select(MATRIX, ["armhf"])) == ["reference/armhf"]
    assert names(cells.select(MATRIX, ["smmuv3"])) == ["reference/smmuv3"]
    assert names(cells.select(MATRIX, ["*op-48*"])) == ["reference/op-48", "reference/op-48-rebased"]
    assert names(cells.select(MATRIX, ["epyc"])) == ["reference-x86_64/epyc"]
    assert names([c for c in MATRIX if c.kernel == "reference-notsm"]) == ["reference-notsm/max"]
    assert names(cells.select(MATRIX, ["stock-7.2-*"])) == [
        "stock-7.2-full/max", "stock-7.2-rt/max", "stock-7.2-rt/smp2", "stock-7.2-16k/max",
        "stock-7.2-16k/neoverse-n1"]


def test_what_is_apart_is_meant_where_it_is_named() -> None:
    """Each of them is a kernel more to build."""
    apart = [c for c in MATRIX if c.apart]
    assert names(apart) == ["reference-debug/error-paths", "reference-races/races"]
    for glob in ("*", "reference*", "*/*", "reference-*/*"):
        assert not {c.name for c in cells.select(MATRIX, [glob])} & set(names(apart))
    for glob in ("reference-debug", "error-paths", "reference-debug/*", "*/error-paths"):
        assert names(cells.select(MATRIX, [glob])) == ["reference-debug/error-paths"]


def test_every_configuration_says_what_it_is_for() -> None:
    for cell in MATRIX:
        assert cell.configuration.shows and cell.configuration.caps in ("1,1", "0,0", "none")


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("stock-6.1/max", ["stock-6.1/max"]),
        ("stock-6.1/neoverse-[vn]1", ["stock-6.1/neoverse-v1", "stock-6.1/neoverse-n1"]),
        ("stock-*/none", [f"stock-{k}/none" for k in ("6.1", "6.12", "7.2", "rc")]),
        ("none", [f"stock-{k}/none" for k in ("6.1", "6.12", "7.2", "rc")] + ["reference/none"]),
    ],
)
def test_globs(glob: str, expected: list[str]) -> None:
    assert names(cells.select(MATRIX, [glob])) == expected


def test_a_kernel_alone_means_all_its_cells_and_6_1_is_not_6_12() -> None:
    chosen = cells.select(MATRIX, ["stock-6.1"])
    fit = [c for c in CONFIGURATIONS if c.is_for("stock-6.1")]
    assert {c.kernel for c in chosen} == {"stock-6.1"} and len(chosen) == len(fit)
    assert {c.kernel for c in cells.select(MATRIX, ["stock-6.1/*"])} == {"stock-6.1"}


def test_several_globs_keep_the_matrix_order_and_count_once() -> None:
    chosen = cells.select(MATRIX, ["stock-7.2/max", "stock-6.1/max", "stock-*[0-9]/max"])
    assert names(chosen) == [cell.name for cell in MATRIX
                             if re.fullmatch(r"stock-[0-9.]+/max", cell.name)]


@pytest.mark.parametrize(
    ("glob", "hint"),
    [
        ("stok-6.1/max", "stock-6.1/max"),
        ("stock-6.1/maxx", "stock-6.1/max"),
        ("stock-6.1/neoverse", "stock-6.1/neoverse-n1"),
        ("neovers-n1", "neoverse-n1"),
        ("zzz", "kernels are stock-6.1"),
        ("stock-6.1/zzz", "cells are max"),
    ],
)
def test_unknown_cells_get_the_nearest_names(glob: str, hint: str) -> None:
    with pytest.raises(Problem) as caught:
        cells.select(MATRIX, ["stock-6.1/max", glob])
    assert caught.value.code == USAGE
    assert f"'{glob}'" in str(caught.value) and hint in str(caught.value)


def test_another_cpu_is_another_cell() -> None:
    default = [c for c in MATRIX if c.default and c.kernel.startswith("stock-")]
    chosen = cells.changed(default, "max,pauth=off,sve=off", "", MATRIX)
    assert names(chosen) == [f"stock-{k}/max_pauth_off_sve_off" for k in ("6.1", "6.12", "7.2")]
    assert chosen[0].configuration.cpus == ("max,pauth=off,sve=off",)


def test_a_cpu_the_matrix_has_keeps_its_name() -> None:
    chosen = cells.changed(cells.select(MATRIX, ["stock-6.1/max"]), "a64fx", "", MATRIX)
    assert names(chosen) == ["stock-6.1/a64fx"] and chosen[0].configuration.caps == "0,0"


def test_more_command_line_is_another_cell_too() -> None:
    one = cells.select(MATRIX, ["stock-6.1/max"])
    (chosen,) = cells.changed(one, "", "id_aa64pfr0.sve=0", MATRIX)
    assert chosen.name == "stock-6.1/max+id_aa64pfr0.sve_0"
    assert chosen.configuration.append == "id_aa64pfr0.sve=0" and not chosen.configuration.caps
    (same,) = cells.changed(one, "", "kvm-arm.mode=none", MATRIX)
    assert same.name == "stock-6.1/none"
    # Of the same program: with this command line the matrix has a cell for a 64-bit one.
    (armhf,) = cells.changed(cells.select(MATRIX, ["armhf"]), "", "uapi_conform.revision=op-48", MATRIX)
    assert armhf.configuration.program == "armhf"


def test_a_kernel_of_yours_has_all_configurations_and_max_by_default() -> None:
    mine = cells.of_kernel(MATRIX, "7.2.13-mine", "yours")
    assert {c.configuration.name for c in mine} >= {"max", "neoverse-n1", "protected", "armhf"}
    assert names([c for c in mine if c.default]) == ["7.2.13-mine/max"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[configuration]]\nname = 'a'\n", "needs a name and a cpu"),
        ("[[configuration]]\nname = 'a/b'\ncpu = 'x'\n", "needs a name and a cpu"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\ncup = 'y'\n", "unknown field cup"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\n" * 2, "names that differ"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\n[[kernel]]\nseries = 'six'\n", "series 'six'"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\n[[kernel]]\nseries = '6.1'\nflavour = 'rtt'\n",
         "flavour 'rtt' is none of full, rt, 16k"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\n[[kernel]]\nseries = '6.1'\ndefault = ['b']\n",
         "stock-6.1: 'b' is no configuration"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\n[[kernel]]\nbuild = 'mine'\n", "'mine'"),
        ("[[configuration]]\nname = 'a'\ncpu = 'x'\n[[kernel]]\nsreies = '6.1'\n",
         "unknown field sreies"),
        ("= nonsense", "line 1"),
    ],
)
def test_mistakes_in_the_matrix_are_named(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "matrix.toml"
    path.write_text(text)
    with pytest.raises(Problem, match=complaint) as caught:
        cells.load(path)
    assert caught.value.code == USAGE
