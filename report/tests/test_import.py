# SPDX-License-Identifier: GPL-2.0-only
"""uapi-report import as people type it, and every other subcommand on what comes out."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from report import catalogue as catalogue_module
from report import across_cells, commands, results
from report import known as known_issues
from report.__main__ import main
from report.catalogue import Catalogue
from report.log import FAIL, NOT_RUN, PASS
from report.qualification import profile_toml
from report.tests import qualify_sample
from report.tests.conftest import golden
from report.tests.wrapped import WRAPPERS


@pytest.fixture(autouse=True)
def known(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    monkeypatch.setattr(catalogue_module, "load", lambda binary=None: catalogue)
    monkeypatch.setattr(commands.catalogue, "load", lambda: catalogue)
    monkeypatch.setattr(known_issues, "load", lambda *_, **__: [])


Typed = tuple[int, str, list[str]]
Type = Callable[..., Typed]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Callable[..., Typed]:
    """The report's command line, with some words."""
    def run(*words: object) -> Typed:
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        output = capsys.readouterr()
        return code, output.out, output.err.splitlines()
    return run


def kept(where: Path, name: str, data: bytes) -> Path:
    path = where / name
    path.write_bytes(data)
    return path


def put(typed: Type, log: Path, into: Path, *more: object, kernel: str = "mine", cell: str = "board") -> Typed:
    return typed("import", log, "--kernel", kernel, "--cell", cell, "-o", into, *more)


@pytest.mark.parametrize("how", WRAPPERS)
def test_a_result_comes_out(how: str, typed: Type, tmp_path: Path) -> None:
    data = WRAPPERS[how](golden("mixed").replace(b"# exit: 1\r\n", b"").replace(b"# exit: 1\n", b""))
    log = kept(tmp_path, "board.log", data)
    code, out, err = put(typed, log, tmp_path / "out")
    assert (code, err) == (0, [])
    assert out == f"{tmp_path / 'out'}: FAIL (2 PASS, 2 FAIL, 1 ERROR, 1 SKIP)\n"
    result = results.load(tmp_path / "out")
    assert (tmp_path / "out" / "console.log").read_bytes() == data
    assert result["meta"]["imported"]["logs"] == ["board.log"]
    assert results.names(result) == "mine/board" and not result["problems"]
    assert len((tmp_path / "out" / "results.tap").read_text().split("\nnot ok ")) == 4


def test_every_other_subcommand_takes_it(typed: Type, tmp_path: Path) -> None:
    base, patch = tmp_path / "all" / "base", tmp_path / "all" / "patch"
    put(typed, kept(tmp_path, "a", WRAPPERS["lava"](golden("pass"))), base, kernel="base")
    put(typed, kept(tmp_path, "b", WRAPPERS["serial"](golden("mixed"))), patch, kernel="patch")
    code, out, _ = typed("summary", tmp_path / "all")
    assert code == 1 and "base/board" in out and "patch/board" in out
    code, out, _ = typed("junit", tmp_path / "all")
    suites = ElementTree.fromstring(out)
    assert (code, suites.get("failures"), suites.get("errors")) == (0, "2", "1")
    code, out, _ = typed("kcidb", tmp_path / "all")
    tests = json.loads(out)["tests"]
    assert code == 0 and sum(t["status"] == "PASS" for t in tests) == 6 + 2 + 1
    code, out, _ = typed("diff", base, patch)
    assert code == 1 and "demo.pairing.one_sided: PASS -> FAIL" in out
    code, _, _ = typed("html", "-o", tmp_path / "page.html", tmp_path / "all")
    assert code == 0 and "demo.pairing.one_sided" in (tmp_path / "page.html").read_text()
    code, out, _ = typed("markdown", tmp_path / "all")
    assert code == 0 and "patch" in out


@pytest.mark.parametrize("outcome,code", [("PASS", 0), ("FAIL", 1)])
def test_qualify_takes_it(
    outcome: str, code: int, typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_module, "load", lambda binary=None: qualify_sample.catalogue())
    monkeypatch.setattr(profile_toml, "today", lambda: qualify_sample.DAY)
    said = qualify_sample.log({**qualify_sample.GOOD, "q.base.one": outcome})
    put(typed, kept(tmp_path, "a", WRAPPERS["kselftest"](said)), tmp_path / "r", "--args", "--suite q",
        kernel="k")
    profile = kept(tmp_path, "p.toml", qualify_sample.PROFILE.encode())
    bundle = tmp_path / "bundle"
    got, out, err = typed("qualify", "--profile", profile, "--out", bundle, tmp_path / "r")
    assert (got, err) == (code, []), out
    assert (bundle / "results/k/board/console.log").exists()
    assert typed("verify", "--unsigned", bundle)[0] == 0


def test_what_was_not_asked_for_is_not_missing(typed: Type, tmp_path: Path) -> None:
    """Without the binary's words the plan tells: it was kept, so these rows are all."""
    some = b"TAP version 13\n1..1\n# uapi-conform x\n# run demo.caps.both\nok 1 demo.caps.both\n"
    whole = some + b"# Totals: pass:1 fail:0 xfail:0 xpass:0 skip:0 error:0\n"
    assert put(typed, kept(tmp_path, "a", whole), tmp_path / "1")[1].endswith(": PASS (1 PASS)\n")
    code, out, err = put(typed, kept(tmp_path, "b", some), tmp_path / "2")
    assert (code, len(err)) == (0, 1) and "the log ends after its last row" in err[0]
    assert out.endswith(": ERROR (1 PASS, 5 NOT RUN)\n")
    said = whole.replace(b"# uapi-conform x\n", b"# uapi-conform x\n# arguments: --case 'demo.caps.*'\n")
    code, out, err = put(typed, kept(tmp_path, "c", said), tmp_path / "3")
    assert out.endswith(": ERROR (1 PASS, 1 NOT RUN)\n")
    assert results.load(tmp_path / "3")["meta"]["args"] == "--case 'demo.caps.*'"
    assert put(typed, kept(tmp_path, "d", some), tmp_path / "4", "--args", "--case demo.caps.both")[1] \
        .endswith(": ERROR (1 PASS)\n")


def test_boots_in_files_of_their_own(typed: Type, tmp_path: Path) -> None:
    down = golden("panic")
    rest = (b"TAP version 13\n1..2\n# uapi-conform x\n# after: demo.pairing.plain\n"
            b"# run demo.state.again\nok 1 demo.state.again\n# run demo.guest.key\nok 2 demo.guest.key\n"
            b"# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0\n")
    first, second = kept(tmp_path, "1.log", down), kept(tmp_path, "2.log", rest)
    code, out, _ = typed("import", first, second, "--kernel", "k", "--cell", "c", "-o", tmp_path / "o")
    assert code == 0 and out.endswith(": FAIL (5 PASS, 1 FAIL)\n")
    assert [r["verdict"] for r in results.load(tmp_path / "o")["rows"]].count(PASS) == 5
    assert put(typed, second, tmp_path / "alone")[1].endswith(": ERROR (2 PASS, 4 NOT RUN)\n")
    # What was asked for is what the first was asked for: the others were told where to go on.
    asked = kept(tmp_path, "3.log", down.replace(b"# kernel:", b"# arguments: --suite demo\n# kernel:"))
    typed("import", asked, second, "--kernel", "k", "--cell", "c", "-o", tmp_path / "asked")
    assert results.load(tmp_path / "asked")["meta"]["args"] == "--suite demo"


def test_again_in_the_same_place(typed: Type, tmp_path: Path) -> None:
    into = tmp_path / "out"
    assert put(typed, kept(tmp_path, "a", golden("panic")), into)[0] == 0
    assert put(typed, kept(tmp_path, "b", golden("pass")), into)[0] == 0
    assert results.load(into)["verdict"] == PASS
    assert sorted(p.name for p in into.iterdir()) == ["console.log", "results.json", "results.tap"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "out"]


def test_not_in_the_place_of_something_else(typed: Type, tmp_path: Path, catalogue: Catalogue) -> None:
    log = kept(tmp_path, "a", golden("pass"))
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / results.CONSOLE).write_bytes(golden("mixed"))
    results.write_cell(tmp_path / "run", {"kernel": "k", "cell": "c"}, catalogue=catalogue, issues=[])
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").write_text("mine")
    for name in ("run", "full"):
        code, out, err = put(typed, log, tmp_path / name)
        assert (code, out, len(err)) == (71, "", 1) and "choose another directory" in err[0]
    assert results.load(tmp_path / "run")["verdict"] == FAIL


@pytest.mark.parametrize("data,code,said", [
    (b"", 66, "nothing in it that uapi-conform printed"),
    (b"\x1f\x8b\x08\0", 67, "compressed"),
    ("TAP version 13\n".encode("utf-16"), 67, "UTF-16"),
    (golden("pass") + golden("pass"), 71, "2 runs"),
    (WRAPPERS["kselftest"](golden("pass")) + golden("pass"), 67, "two forms"),
])
def test_bad_logs(data: bytes, code: int, said: str, typed: Type, tmp_path: Path) -> None:
    got, out, err = put(typed, kept(tmp_path, "log", data), tmp_path / "out")
    assert (got, out, len(err)) == (code, "", 1) and said in err[0]
    assert not (tmp_path / "out").exists()


def test_bad_words(typed: Type, tmp_path: Path) -> None:
    log = kept(tmp_path, "log", golden("pass"))
    assert put(typed, tmp_path / "none", tmp_path / "o")[0] == 66
    assert put(typed, tmp_path, tmp_path / "o")[0] == 66
    assert put(typed, log, tmp_path / "o", "--run", "9")[0] == 66
    assert put(typed, log, tmp_path / "o", "--args", "'")[0] == 64
    assert put(typed, log, tmp_path / "o", kernel="a/b")[0] == 64
    assert typed("import", log, "--kernel", "k")[0] == 64
    assert put(typed, log, log / "o")[0] == 74
    assert put(typed, log, Path("/proc/nowhere"))[0] == 74


def test_from_a_pipe(typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(kept(tmp_path, "log", golden("pass")), "rb") as file:
        monkeypatch.setattr("report.importer._standard_input", lambda: io.BytesIO(file.read()))
        assert put(typed, Path("-"), tmp_path / "o")[0] == 0
    assert results.load(tmp_path / "o")["verdict"] == PASS


def test_a_row_that_was_cut_off_is_not_run(typed: Type, tmp_path: Path) -> None:
    whole = golden("pass")
    cut = whole[: whole.index(b"ok 5") + 4]
    put(typed, kept(tmp_path, "log", WRAPPERS["iso stamps"](cut)), tmp_path / "o")
    rows = {row["id"]: row["verdict"] for row in results.load(tmp_path / "o")["rows"]}
    assert list(rows.values()).count(PASS) == 4 and rows["demo.guest.key"] == NOT_RUN
