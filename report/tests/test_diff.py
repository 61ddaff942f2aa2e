# SPDX-License-Identifier: GPL-2.0-only
"""Two runs compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report import results
from report.__main__ import main
from report.catalogue import Catalogue
from report.diff import BROKEN, FIXED, GONE, NEW, NEWLY_FAILING, OTHER, REGRESSED, kind
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.tests import sample
from report.tests.conftest import golden

VERDICTS = (PASS, FAIL, KNOWN, ERROR, SKIP, NOT_RUN, "absent")


def test_kinds() -> None:
    """Every pair of verdicts: old downwards, new across."""
    n, r, f, g, b = NEWLY_FAILING, REGRESSED, FIXED, GONE, BROKEN
    table = {
        PASS: (None, r, r, b, g, b, g),
        FAIL: (f, None, None, b, g, b, g),
        KNOWN: (f, None, None, b, g, b, g),
        ERROR: (NEW, n, n, None, None, None, None),
        SKIP: (NEW, n, n, b, None, b, None),
        NOT_RUN: (NEW, n, n, None, None, None, None),
        "absent": (NEW, n, n, b, None, b, None),
    }
    for old, row in table.items():
        for new, want in zip(VERDICTS, row):
            assert kind(old, new) == want, (old, new)
    for old, new, want in ((FAIL, FAIL, OTHER), (FAIL, KNOWN, OTHER), (KNOWN, FAIL, r),
                           (KNOWN, KNOWN, OTHER), (PASS, FAIL, r), (PASS, PASS, None)):
        assert kind(old, new, same=False) == want, (old, new)


@pytest.fixture
def base(tmp_path: Path, catalogue: Catalogue) -> Path:
    where = tmp_path / "old"
    for name, log in (("max", "pass"), ("none", "skip"), ("nvhe", "pass")):
        sample.cell(where, catalogue, golden(log), "stock-7.2", name)
    return where


@pytest.fixture
def changed(base: Path) -> Path:
    return Path(shutil.copytree(base, base.with_name("new")))


def compared(
    words: list[Path | str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, list[str]]:
    code = main(["diff", *map(str, words)])
    output = capsys.readouterr()
    return code, output.out, output.err.splitlines()


def test_the_same(base: Path, changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = compared(["--strict", base, changed], capsys)
    assert code == 0 and not err and out.splitlines() == [
        "3 configurations on both sides", "",
        "0 regressed, 0 newly failing, 0 errors, 0 failing otherwise, 0 fixed, 0 newly tested, "
        "0 no longer tested",
    ]


def test_regression_and_fix(
    base: Path, changed: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.cell(changed, catalogue, golden("mixed"), "stock-7.2", "max")
    code, out, _ = compared([base, changed], capsys)
    assert code == 1
    assert "  demo.pairing.one_sided: PASS -> FAIL, in 1 configuration: stock-7.2/max" in out
    assert "      got:      0" in out and "demo.state.again: PASS -> ERROR" in out
    assert out.splitlines()[-1].startswith("2 regressed, 0 newly failing, 1 errors, ")
    assert "No longer tested\n  demo.guest.key: PASS -> SKIP" in out
    code, out, _ = compared([changed, base], capsys)
    assert code == 0 and "2 fixed, 2 newly tested" in out


def test_newly_failing_is_no_regression(
    base: Path, changed: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.cell(changed, catalogue, golden("mixed"), "stock-7.2", "none")
    assert compared([base, changed], capsys)[0] == 5
    code, out, _ = compared(["--strict", base, changed], capsys)
    assert code == 1 and "0 regressed, 2 newly failing, 1 errors, 0 failing otherwise, 0 fixed, 2 newly" in out


def test_crash_is_told_once(
    base: Path, changed: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.cell(changed, catalogue, golden("nothing"), "stock-7.2", "max")
    code, out, _ = compared([base, changed], capsys)
    assert code == 5 and "0 regressed, 0 newly failing, 6 errors" in out
    assert out.count("PASS -> NOT RUN") == 1
    code, out, _ = compared([changed, changed], capsys)
    assert code == 5 and "6 errors" in out and "->" not in out


def test_a_cell_that_broke_as_a_whole(
    base: Path, changed: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.cell(changed, catalogue, golden("pass"), "stock-7.2", "max", problem="it did not end")
    code, out, _ = compared([base, changed], capsys)
    assert code == 5 and "the configuration as a whole: PASS -> ERROR" in out
    assert "0 regressed, 0 newly failing, 1 errors" in out
    assert "      it did not end" in out


def test_cells_that_come_and_go(
    base: Path, changed: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(changed / "stock-7.2" / "nvhe")
    sample.cell(changed, catalogue, golden("mixed"), "stock-7.2", "new")
    gone = changed / "stock-7.2" / "none"
    results.write_not_run(gone, {"kernel": "stock-7.2", "cell": "none"}, "no QEMU")
    code, out, _ = compared([base, changed], capsys)
    assert code == 5 and "PASS -> absent, in 1 configuration: stock-7.2/nvhe" in out
    assert "SKIP -> absent, in 1 configuration: stock-7.2/none" in out
    assert "absent -> FAIL, in 1 configuration: stock-7.2/new" in out
    assert "demo.pairing.plain: absent -> FAIL" in out
    assert compared(["--strict", base, changed], capsys)[0] == 1


# A row that fails as known on 6.1, and what becomes of it.
@pytest.mark.parametrize("old,new,code,last", [
    # The same failure: excused or not, whatever the kernel is called.
    ("6.1", "6.1", 0, "0 regressed"), ("6.1", "6.5", 0, "0 regressed"), ("6.5", "6.1", 0, "0 regressed"),
    # Another answer.
    ("6.1", "6.1 ENOENT", 1, "1 regressed"), ("6.5", "6.5 ENOENT", 0, "1 failing otherwise"),
    ("6.1", "6.1 WARNING", 1, "1 regressed"),
    # It passed, and fails as known: the kernel is worse all the same.
    ("6.1 good", "6.1", 1, "1 regressed"), ("6.1", "6.1 good", 0, "1 fixed"),
])
def test_verdicts_on_the_kernel_not_labels(
    old: str, new: str, code: int, last: str, tmp_path: Path, catalogue: Catalogue,
    capsys: pytest.CaptureFixture[str]
) -> None:
    for side, (release, _, how) in (("old", old.partition(" ")), ("new", new.partition(" "))):
        log = sample.KNOWN.replace(b"Linux 6.1.0", f"Linux {release}.0".encode())
        if how == "good":
            log = golden("pass").replace(b"Linux 7.2.13", f"Linux {release}.0".encode())
        elif how == "WARNING":
            log = log.replace(b"not ok 3", b"#   kernel: WARNING: CPU: 0\nnot ok 3")
        elif how:
            log = log.replace(b"got:      0", f"got:      {how}".encode())
        sample.cell(tmp_path / side, catalogue, log, "k", "max")
    found, out, _ = compared([tmp_path / "old", tmp_path / "new"], capsys)
    assert found == code and last in out.splitlines()[-1], out


def test_values_that_vary_are_no_change(
    tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    for side, value in (("old", b"0x6b123456789b30"), ("new", b"0x64123456789b30")):
        log = sample.KNOWN.replace(b"Linux 6.1.0", b"Linux 6.5.0").replace(
            b"got:      0", b"got:      " + value)
        sample.cell(tmp_path / side, catalogue, log, "k", "max")
    code, out, _ = compared([tmp_path / "old", tmp_path / "new"], capsys)
    assert code == 0 and "0 failing otherwise" in out


def test_nothing_judged_on_both_sides(
    base: Path, changed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    none = [side / "stock-7.2" / "none" for side in (base, changed)]
    assert compared([*none], capsys)[0] == 4


def test_two_kernels(
    tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.cell(tmp_path, catalogue, golden("pass"), "stock-6.1", "max")
    sample.cell(tmp_path, catalogue, golden("mixed"), "stock-7.2", "max")
    code, out, _ = compared([tmp_path / "stock-6.1", tmp_path / "stock-7.2"], capsys)
    assert code == 1
    assert out.startswith("1 configuration on both sides: stock-6.1 before, stock-7.2 after")


def test_bad_input(base: Path, changed: Path, catalogue: Catalogue,
                   capsys: pytest.CaptureFixture[str]) -> None:
    other = sample.run(base.with_name("other"), catalogue) / "stock-6.1"
    sample.cell(other, catalogue, golden("pass"), "stock-6.2", "max")
    for words, want in (
        ([base, base.with_name("none")], 66), ([base, other], 66),
        ([changed / "stock-7.2" / "none", changed / "stock-7.2" / "max"], 66),
    ):
        code, out, err = compared(words, capsys)
        assert (code, out, len(err)) == (want, "", 1), words
    file = changed / "stock-7.2" / "max" / "results.json"
    file.write_text(file.read_text().replace("1a2b3c", "1a2b3d"))
    code, out, err = compared([base, changed], capsys)
    assert (code, out, len(err)) == (68, "", 1)
    file.write_text("{")
    assert compared([changed, base], capsys)[0] == 65
