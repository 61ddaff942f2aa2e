# SPDX-License-Identifier: GPL-2.0-only
"""What people see, compared with what they should see, and the exit codes.

After a change that is meant: UPDATE_GOLDEN=1 pytest report/tests/test_summary.py, and read
the difference.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fixtures import ROOT
from report import results, summary
from report.__main__ import main
from report.catalogue import Catalogue, Requirement
from report.known import Issue
from report.log import NOT_RUN, PASS
from report.terminal_table import fold
from report.tests.conftest import GOLDEN, golden
from report.tests.test_known import FAILING
from report.tests.test_results import write

ISSUE = Issue(
    "one-sided", "demo:PAIRING", ["demo.pairing.*"],
    [{"call": "KVM_ARM_VCPU_INIT*", "expected": "EINVAL", "got": "0"}],
    "INIT accepts one of the two features.", "The check came later.", "A thread.", first="5.2",
    last="6.4",
)


def shown(found: list[dict[str, Any]], width: int, verbose: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, markup=False, highlight=False, emoji=False)
    summary.print_table(found, verbose=verbose, console=console)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


@pytest.fixture
def run(tmp_path: Path, catalogue: Catalogue) -> Path:
    """A run with something of everything."""
    for kernel, cell, log, seconds in (
        ("stock-6.1", "max", FAILING.replace(b"7.2.13", b"6.1.0"), 2.51),
        ("stock-6.12", "max", golden("mixed"), 3.0),
        ("stock-7.2", "max", golden("console"), 3.04),
        ("stock-7.2", "pauth-off", golden("panic"), 4.96),
        ("stock-7.2", "none", golden("skip"), 1.1),
    ):
        meta = {"kernel": kernel, "cell": cell, "seconds": seconds, "boot_seconds": 1.0}
        write(tmp_path / kernel / cell, catalogue, log, [ISSUE], **meta)
    where = tmp_path / "stock-7.2" / "max-qarma3"
    where.mkdir()
    results.write_not_run(where, {"kernel": "stock-7.2", "cell": where.name}, "needs QEMU 10.0")
    return tmp_path


@pytest.mark.parametrize("width", [80, 120])
def test_golden_output(width: int, run: Path) -> None:
    found, wrong = results.find([run])
    text = shown(found, width)
    file = GOLDEN / f"summary-{width}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text)
    assert text == file.read_text() and not wrong
    one_line = ("FAIL ", "ERROR ", "    again: ")
    assert all(len(line) <= width for line in text.splitlines() if not line.startswith(one_line))


@pytest.mark.parametrize("width", [20, 30, 40, 60])
def test_a_narrow_terminal_keeps_the_names(width: int, run: Path) -> None:
    """Of rows, of cells, and every column of the matrix."""
    text = shown(results.find([run])[0], width)
    tables = text.split("\n\n")
    assert all("CAPS" in part for part in tables if part.startswith("requir"))
    heads = [line for line in text.splitlines() if line.startswith("requir")]
    assert [int(n) for head in heads for n in head.split()[1:]] == [1, 2, 3, 4, 5]
    cells = next(part for part in tables if " cell" in part.split("\n")[0])
    lines = "".join(cells.split("\n")[2:]).replace(" ", "")
    for number in range(1, 6):
        assert f"{number}stock-" in lines
    assert all(len(line) <= width for part in (*tables[:len(heads)], cells) for line in part.split("\n"))


def test_a_terminal_of_ascii(run: Path) -> None:
    done = subprocess.run(["report/uapi-report", "summary", run], cwd=ROOT, capture_output=True, check=False,
                          env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C", "COLUMNS": "40"})
    assert done.stdout.isascii() and b"-----" in done.stdout


def test_many_cells_are_numbered(tmp_path: Path, catalogue: Catalogue) -> None:
    found = []
    for number in range(40):
        meta = {"kernel": "stock-7.2", "cell": f"cell-{number}"}
        found.append(write(tmp_path / str(number), catalogue, golden("pass"), **meta))
    for width in (80, 120):
        text = shown(found, width)
        assert all(len(line) <= width for line in text.splitlines())
        heads = [line for line in text.splitlines() if line.startswith("requirement")]
        assert [int(n) for head in heads for n in head.split()[1:]] == list(range(1, 41))
        assert "40  stock-7.2/cell-39" in text


def test_folding() -> None:
    lines = [("A", [PASS, PASS]), ("B", [PASS, PASS]), ("C", ["FAIL", PASS]), ("D", [PASS, "SKIP"])]
    assert fold(lines) == [
        ("C", ["FAIL", PASS]), ("(2 requirements)", [PASS, PASS]), ("D", [PASS, "SKIP"]),
    ]


def test_only_long_tables_are_folded(tmp_path: Path, catalogue: Catalogue) -> None:
    many = {f"demo:R{n}": Requirement(f"demo:R{n}", True, "s", "t") for n in range(30)}
    long = Catalogue(catalogue.rows, {**catalogue.requirements, **many})
    found = [write(tmp_path, long, golden("mixed"))]
    text = shown(found, 80)
    assert "PAIRING" in text and "(31 requirements)" in text and "summary -v" in text
    assert "(31 requirements)" not in shown(found, 80, verbose=True)
    assert "requirements)" not in shown([write(tmp_path, catalogue, golden("mixed"))], 80)


def test_no_colours_in_a_pipe(run: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "report", "summary", str(run)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color"},
    )
    assert "\x1b" not in done.stdout and not done.stderr
    # rows: 3 + 2 + 5 + 3 pass; 3 fail, 1 is an error, 2 are lost; 1 + 1 + 1 + 6 do not apply
    assert done.stdout.splitlines()[-1] == "13 passed, 3 failed, 3 errors, 9 skipped"
    assert "2 rows failed as known" in done.stdout.splitlines()[-2]
    assert done.returncode == 1


def cell(tmp_path: Path, catalogue: Catalogue, log: str) -> list[dict[str, Any]]:
    return [write(tmp_path, catalogue, golden(log))]


@pytest.mark.parametrize(
    "log,code,last",
    [
        ("pass", 0, "6 passed, 0 failed, 0 errors, 0 skipped"),
        ("console", 0, "5 passed, 0 failed, 0 errors, 1 skipped"),
        ("skip", 4, "0 passed, 0 failed, 0 errors, 6 skipped"),
        ("mixed", 1, "2 passed, 2 failed, 1 errors, 1 skipped"),
        ("torn", 1, "3 passed, 1 failed, 2 errors, 0 skipped"),
        ("panic", 1, "3 passed, 1 failed, 2 errors, 0 skipped"),
        ("nothing", 5, "0 passed, 0 failed, 6 errors, 0 skipped"),
    ],
)
def test_exit_code(log: str, code: int, last: str, tmp_path: Path, catalogue: Catalogue) -> None:
    found = cell(tmp_path, catalogue, log)
    assert summary.exit_code(found) == code
    assert shown(found, 80).splitlines()[-1] == last
    assert main(["summary", str(tmp_path)]) == code


def test_a_cell_that_fails_without_a_row_is_counted(tmp_path: Path, catalogue: Catalogue) -> None:
    found = [write(tmp_path, catalogue, golden("pass"), problem="the VM did not end in time")]
    text = shown(found, 80)
    assert text.splitlines()[-1] == "6 passed, 0 failed, 1 errors, 0 skipped"
    assert "the VM did not end in time" in text


def test_nothing_at_all(tmp_path: Path) -> None:
    assert summary.exit_code([]) == 4
    found = [results.write_not_run(tmp_path, {"kernel": "k", "cell": "c"}, "no network")]
    assert found[0]["verdict"] == NOT_RUN and summary.exit_code(found) == 4
    assert "k/c: no network" in shown(found, 80)


def test_markup_and_control_characters_are_text(tmp_path: Path, catalogue: Catalogue) -> None:
    log = golden("mixed").replace(b"got:      0", b"got: [red]\x07 [/x] :smile: \x1b[31m!")
    text = shown([write(tmp_path, catalogue, log)], 80)
    assert "got: [red]\\x07 [/x] :smile: !" in text


def test_order_of_kernels(tmp_path: Path, catalogue: Catalogue) -> None:
    for kernel in ("stock-6.12", "stock-6.6", "reference"):
        write(tmp_path / kernel / "max", catalogue, golden("pass"), kernel=kernel)
    found, _ = results.find([tmp_path])
    assert [r["meta"]["kernel"] for r in found] == ["reference", "stock-6.6", "stock-6.12"]


def test_deep_and_many_directories(run: Path, tmp_path: Path) -> None:
    above, _ = results.find([tmp_path])
    several, _ = results.find([run / "stock-6.1", run / "stock-6.12" / "max", run / "stock-6.1"])
    one, _ = results.find([run / "stock-6.1" / "max" / "results.json"])
    assert (len(above), len(several), len(one)) == (6, 2, 1)


def complaint(words: list[Path | str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(["summary", *map(str, words)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("report: ")
    return code, lines[0]


def test_bad_input(
    tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("empty", "good", "copy", "log_only", "foreign")
    empty, good, copy, log_only, foreign = (tmp_path / name for name in names)
    for where in (empty, log_only, foreign):
        where.mkdir()
    write(good, catalogue, golden("pass"))
    write(copy, catalogue, golden("pass"))
    says = f"report: {empty}: no result in it; run 'make run' first"
    assert complaint([empty], capsys) == (66, says)
    assert complaint([tmp_path / "none"], capsys)[0] == 66
    (log_only / "console.log").write_text("TAP version 13\n")
    assert complaint([log_only], capsys)[0] == 65
    (foreign / "results.json").write_text('{"tests": []}')
    assert complaint([foreign], capsys)[0] == 67
    assert complaint([good, copy], capsys)[0] == 71
    file = copy / "results.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "verdict": "FAIL"}))
    code, line = complaint([good, copy], capsys)
    assert code == 68 and "was changed" in line
    file.write_text(file.read_text()[:200])
    assert complaint([copy], capsys)[0] == 65


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["sumary", "x"], ["summary"]):
        assert main(words) == 64
        assert len(capsys.readouterr().err.splitlines()) == 1
