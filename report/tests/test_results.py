# SPDX-License-Identifier: GPL-2.0-only
"""From a log to results.json and back; and that every reader of TAP agrees."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tap.parser

from fixtures.problem import Problem
from report import files, results, results_time, shapes
from report.catalogue import Catalogue
from report.known import Issue
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.problem import CORRUPT, FOREIGN, NOTHING, TRUNCATED
from report.tests.conftest import golden

CELLS = {"pass": PASS, "skip": SKIP, "mixed": FAIL, "console": PASS, "torn": FAIL,
         "panic": FAIL, "hang": ERROR, "nothing": ERROR}


def write(
    where: Path, catalogue: Catalogue, log: bytes, issues: list[Issue] | None = None, **meta: Any
) -> dict[str, Any]:
    where.mkdir(parents=True, exist_ok=True)
    (where / "console.log").write_bytes(log)
    meta = {"kernel": "stock-7.2", "cell": "max", **meta}
    return results.write_cell(where, meta, catalogue=catalogue, issues=issues or [])


def verdicts(result: dict[str, Any], what: str = "requirements") -> dict[str, str]:
    return {e["id"].partition(":")[2] or e["id"]: e["verdict"] for e in result[what]}


@pytest.mark.parametrize("name", CELLS)
def test_cell(name: str, tmp_path: Path, catalogue: Catalogue) -> None:
    result = write(tmp_path, catalogue, golden(name))
    assert result["verdict"] == CELLS[name]
    assert results.load(tmp_path) == result
    assert not list(tmp_path.glob(".*"))


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("prove"), reason="perl's prove is missing")
@pytest.mark.parametrize("name", CELLS)
def test_prove_agrees(name: str, tmp_path: Path, catalogue: Catalogue) -> None:
    result = write(tmp_path, catalogue, golden(name))
    done = subprocess.run(
        ["prove", "-e", "cat", str(tmp_path / "results.tap")],
        capture_output=True, text=True, check=False,
    )
    assert (done.returncode == 0) == (result["verdict"] in (PASS, SKIP)), done.stdout


@pytest.mark.parametrize("name", CELLS)
def test_tappy_agrees(name: str, tmp_path: Path, catalogue: Catalogue) -> None:
    counts = write(tmp_path, catalogue, golden(name))["counts"]
    lines = list(tap.parser.Parser().parse_file(str(tmp_path / "results.tap")))
    tests = [line for line in lines if line.category == "test"]
    assert not [line for line in lines if line.category == "unknown"]
    assert sum(t.ok and not t.skip for t in tests) == counts[PASS]
    assert sum(t.skip for t in tests) == counts[SKIP]


@pytest.mark.skipif(not shutil.which("prove"), reason="perl's prove is missing")
@pytest.mark.parametrize(
    "log,meta",
    [
        (golden("pass"), {"problem": "the VM did not switch itself off within 60 s"}),
        (golden("pass").replace(b"# exit: 0\n", b""), {}),
        (golden("pass").replace(b"pass:6", b"pass:5"), {}),
        (golden("pass").replace(b"# Totals", b"# STRICT demo:X was not judged: it\n# Totals"), {}),
    ],
)
def test_prove_fails_on_what_rows_do_not_show(
    log: bytes, meta: dict[str, Any], tmp_path: Path, catalogue: Catalogue
) -> None:
    assert write(tmp_path, catalogue, log, **meta)["verdict"] in (FAIL, ERROR)
    command = ["prove", "-e", "cat", str(tmp_path / "results.tap")]
    assert subprocess.run(command, capture_output=True, check=False).returncode


def test_requirement_verdicts(tmp_path: Path, catalogue: Catalogue) -> None:
    assert verdicts(write(tmp_path, catalogue, golden("mixed"))) == {
        "CAPS": PASS, "SYSTEM_FD": PASS, "PAIRING": FAIL, "AGAIN": ERROR, "GUEST": SKIP,
        "UNCHECKED": "NOT TESTED",
    }
    assert verdicts(write(tmp_path, catalogue, golden("panic"))) == {
        "CAPS": PASS, "SYSTEM_FD": PASS, "PAIRING": FAIL, "AGAIN": ERROR, "GUEST": ERROR,
        "UNCHECKED": "NOT TESTED",
    }
    assert verdicts(write(tmp_path, catalogue, golden("hang")))["PAIRING"] == ERROR


def test_panic(tmp_path: Path, catalogue: Catalogue) -> None:
    result = write(tmp_path, catalogue, golden("panic"))
    rows = {row["id"]: row for row in result["rows"]}
    assert result["guilty"] == "demo.pairing.plain"
    down = rows["demo.pairing.plain"]
    assert down["reason"] == "the kernel panicked while it ran: Oops: Fatal exception"
    assert down["verdict"] == FAIL and "Unable to handle kernel NULL" in down["detail"][1]
    assert rows["demo.guest.key"]["verdict"] == NOT_RUN
    assert rows["demo.guest.key"]["reason"].startswith("not reached: the log ends while")
    assert result["counts"] == {PASS: 3, FAIL: 1, KNOWN: 0, ERROR: 0, SKIP: 0, NOT_RUN: 2}
    result = write(tmp_path, catalogue, golden("hang"), problem="hang: no output for 60 s")
    down = {row["id"]: row for row in result["rows"]}["demo.pairing.plain"]
    assert down["verdict"] == ERROR and "hang: no output for 60 s" in down["reason"]
    assert down["detail"][-1] == "the kernel said nothing"
    cut = golden("panic")[: golden("panic").index(b"pairing.plain\n") + 4]
    assert write(tmp_path, catalogue, cut)["guilty"] == "demo.pairing.plain"


@pytest.mark.parametrize(
    "args",
    ["--case 'demo.caps.*'", ["--case=demo.caps.*"], ["--suite", "demo", "--case", "demo.caps.*"]],
)
def test_filter(args: Any, tmp_path: Path, catalogue: Catalogue) -> None:
    text = golden("pass").decode().replace("1..6", "1..2").replace("pass:6", "pass:2")
    text = text[: text.index("# run demo.pairing")] + text[text.index("# Totals") :]
    result = write(tmp_path, catalogue, text.encode(), args=args)
    assert result["verdict"] == PASS and result["counts"][NOT_RUN] == 0
    assert verdicts(result)["GUEST"] == "NOT TESTED"
    assert result["rows"][5]["reason"] == "not selected on the command line"
    # The same log without the filter is not a whole one.
    assert write(tmp_path, catalogue, text.encode())["verdict"] == ERROR


def test_unknown_row(tmp_path: Path, catalogue: Catalogue) -> None:
    text = golden("pass").replace(b"demo.guest.key", b"demo.guest.new")
    result = write(tmp_path, catalogue, text)
    assert result["verdict"] == ERROR and "demo.guest.new" in result["problems"][0]


def test_problem_and_no_log(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(Problem) as caught:
        results.write_cell(tmp_path, {"kernel": "k", "cell": "c"}, catalogue=catalogue, issues=[])
    assert caught.value.code == NOTHING
    meta = {"kernel": "k", "cell": "c", "problem": "QEMU is not installed"}
    result = results.write_cell(tmp_path, meta, catalogue=catalogue, issues=[])
    assert result["verdict"] == ERROR and result["problems"][0] == "QEMU is not installed"
    assert results.load(tmp_path)["counts"][NOT_RUN] == 6


def test_not_run(tmp_path: Path) -> None:
    results.write_not_run(tmp_path, {"kernel": "k", "cell": "c"}, "needs QEMU 10")
    assert results.load(tmp_path)["verdict"] == NOT_RUN


def test_an_earlier_result_does_not_outlive_a_failure(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, catalogue, golden("pass"))

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError):
        write(tmp_path, catalogue, golden("mixed"))
    assert not (tmp_path / "results.json").exists() and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("key", "wrong"), [
    ("started", "yesterday"), ("started", "2026-11-20T14:00:00"), ("seconds", -1),
    ("boot_seconds", "1"), ("run", {"cells": 1}), ("run", {"started": "2026-11-20T14:00:00Z"}),
    ("kernel_file", {"build_id": "XY"}), ("kernel_file", {"config_sha256": "ab"}),
])
def test_what_is_recorded_of_a_run_has_a_form(
    key: str, wrong: Any, tmp_path: Path, catalogue: Catalogue
) -> None:
    time = "2026-11-20T14:00:00Z"
    right = {"started": time, "seconds": 2.5, "boot_seconds": 1.0, "run": {"started": time, "cells": 1},
             "kernel_file": {"build_id": "ab12", "config_sha256": "0" * 64}}
    write(tmp_path, catalogue, golden("pass"), **right)
    with pytest.raises(jsonschema.ValidationError):
        write(tmp_path, catalogue, golden("pass"), **{**right, key: wrong})


def test_when_and_how_long() -> None:
    def one(**meta: Any) -> dict[str, Any]:
        return {"meta": meta}

    assert results_time.sentence([one(seconds=2.0), one(started="?")]) == ""
    early = one(started="2026-11-20T14:00:59Z", seconds=2.6, boot_seconds=1.2)
    late = one(started="2026-11-20T14:01:00Z", seconds=3.0)
    assert results_time.sentence([early]) == (
        "measured 2026-11-20 14:00 UTC; 3 s, of which 1 s boot, in 1 cell")
    assert results_time.sentence([late, early, one(started="2026-11-20T14:01:00Z")]) == (
        "measured 2026-11-20 14:00 to 2026-11-20 14:01 UTC; 6 s, of which 1 s boot, in 2 cells")


def code(path: Path) -> int:
    with pytest.raises(Problem) as caught:
        results.load(path)
    assert len(caught.value.lines) == 1 and "\n" not in caught.value.lines[0]
    return caught.value.code


def test_bad_results(tmp_path: Path, catalogue: Catalogue) -> None:
    file = tmp_path / "results.json"
    assert code(tmp_path) == NOTHING
    whole = write(tmp_path, catalogue, golden("mixed"))
    text = file.read_bytes()
    for length in range(0, len(text) - 2, 97):
        file.write_bytes(text[:length])
        assert code(tmp_path) == TRUNCATED, length
    for place in range(0, len(text) - 2, 31):
        file.write_bytes(text[:place] + bytes([text[place] ^ 1]) + text[place + 1 :])
        assert code(tmp_path) in (CORRUPT, FOREIGN, TRUNCATED), place
    file.write_bytes(text.replace(b'"verdict": "FAIL"', b'"verdict": "PASS"', 1))
    assert code(tmp_path) == CORRUPT
    file.write_bytes(b"\xff\xfe\x00")
    assert code(tmp_path) == CORRUPT
    for foreign in ("[]", "{}", '{"format": "other"}', json.dumps({**whole, "version": 99})):
        file.write_text(foreign)
        assert code(tmp_path) == FOREIGN
    file.write_bytes(text)
    with (tmp_path / "console.log").open("ab") as log:
        log.write(b"\n")
    assert code(tmp_path) == CORRUPT
    (tmp_path / "console.log").unlink()
    assert code(tmp_path) == TRUNCATED


def test_only_those_that_a_failure_names_are_blamed(tmp_path: Path, catalogue: Catalogue) -> None:
    """demo.caps.both_vm checks two requirements, and may also fail for a third."""
    for named, want in (
        ("demo:SYSTEM_FD", {"CAPS": PASS, "SYSTEM_FD": FAIL, "AGAIN": PASS}),
        ("demo:CAPS", {"CAPS": FAIL, "SYSTEM_FD": "NOT TESTED", "AGAIN": PASS}),
        ("demo:AGAIN", {"CAPS": PASS, "SYSTEM_FD": "NOT TESTED", "AGAIN": FAIL}),
        ("", {"CAPS": FAIL, "SYSTEM_FD": FAIL, "AGAIN": PASS}),
    ):
        line = f"#   requirement: {named}: A text. [a source]\n" if named else ""
        log = golden("pass").replace(b"ok 2 ", f"# FAIL demo.caps.both_vm\n{line}not ok 2 ".encode())
        log = log.replace(b"pass:6 fail:0", b"pass:5 fail:1").replace(b"exit: 0", b"exit: 1")
        result = write(tmp_path, catalogue, log)
        assert {k: v for k, v in verdicts(result).items() if k in want} == want
    reason = {entry["id"]: entry["reason"] for entry in write(tmp_path, catalogue, golden("pass").replace(
        b"ok 2 ", b"# FAIL demo.caps.both_vm\n#   requirement: demo:CAPS: x\nnot ok 2 "))["requirements"]}
    assert reason["demo:SYSTEM_FD"] == "demo.caps.both_vm failed for another requirement"
    assert reason["demo:UNCHECKED"] == "no row checks it"


def test_the_types_say_what_the_schema_says() -> None:
    """Each key of results.json, and none besides."""
    schema = json.loads((Path(results.__file__).with_name("results.schema.json")).read_text(encoding="utf-8"))
    places = {shapes.Result: schema, shapes.Row: schema["properties"]["rows"]["items"],
              shapes.Clause: schema["properties"]["requirements"]["items"],
              shapes.KnownIssue: schema["properties"]["known_issues"]["items"]}
    for shape, said in places.items():
        assert set(shape.__annotations__) == set(said["properties"]) == set(said["required"]), shape.__name__


@pytest.mark.parametrize("args", ["--replay 'STEP a; STEP b'", "--explore=20 --suite demo"])
@pytest.mark.parametrize("line, verdict", [("ok", PASS), ("not ok", FAIL)])
def test_where_steps_are_played_no_row_was_to_run(
    line: str, verdict: str, args: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    fails = "# FAIL demo.explore.sequences\n" if verdict == FAIL else ""
    log = f"TAP version 13\n1..1\n# run demo.explore.sequences\n{fails}{line} 1 demo.explore.sequences\n"
    result = write(tmp_path, catalogue, f"{log}# exit: {bool(fails):d}\n".encode(), args=args)
    assert (result["verdict"], result["problems"]) == (verdict, [])
    assert [row["id"] for row in result["rows"] if row["selected"]] == ["demo.explore.sequences"]
    assert not any(one["verdict"] == ERROR for one in result["requirements"])
