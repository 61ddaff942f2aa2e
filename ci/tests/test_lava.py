# SPDX-License-Identifier: GPL-2.0-only
"""What LAVA would read: off a console, and from the filter that reports to it on a board."""

from __future__ import annotations

import os
import random
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ci import cells, lava
from ci.integrations import __main__ as integrations
from ci.integrations import guest, lab, readers
from fixtures.problem import Problem
from report import catalogue, tap
from report.log import ERROR, FAIL, NOT_RUN, PASS, SKIP
from report.tests import emitted

MATRIX = cells.load()
HERE = Path(integrations.__file__).parent
TAP = """TAP version 13
1..4
# uapi-conform 1234567
# run s.t.good
ok 1 s.t.good
# run s.t.bad
# FAIL s.t.bad
#   expected: EINVAL
not ok 2 s.t.bad
ok 3 s.t.absent # SKIP the kernel has no KVM
# run s.t.broken
# ERROR s.t.broken
#   the control failed
not ok 4 s.t.broken
# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:1 error:1
# exit: 1
"""
WANT = [("s.t.good", "pass"), ("s.t.bad", "fail"), ("s.t.absent", "skip"), ("s.t.broken", "unknown")]


@pytest.mark.parametrize("cell", MATRIX, ids=lambda cell: cell.name)
def test_a_job_for_each_cell(cell: cells.Cell) -> None:
    job = yaml.safe_load(lava.text(cell, "https://example.org/x/"))
    assert job["job_name"] == f"uapi-conform {cell.name}"
    assert job["context"]["cpu"] == cell.configuration.cpus[0]
    images = job["actions"][0]["deploy"]["images"]
    assert images["kernel"]["url"] == f"https://example.org/x/{cell.kernel}/Image"
    assert cell.configuration.append in images["kernel"]["image_arg"]
    device = any("virtio-rng-pci" in word for word in job["context"]["extra_options"])
    assert device == (cell.kernel.startswith("reference") and cell.kernel != "reference-notsm")
    assert job["context"]["arch"] == ("x86_64" if cell.kernel.endswith("x86_64") else "arm64")
    assert cell.configuration.iommu in job["context"]["machine"]
    assert cell.configuration.machine in job["context"]["machine"]
    assert ("-smp" in job["context"]["extra_options"]) == (cell.configuration.processors > 1)


@pytest.mark.long
def test_jobs_go_into_files_of_their_own(tmp_path: Path) -> None:
    done = subprocess.run(["ci/lava", "-o", tmp_path], cwd=lava.ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0 and len(list(tmp_path.iterdir())) == len(MATRIX), done.stderr
    for words, code in ((["--cells", "stok-6.1/max"], 64), (["-o", "/dev/null/x"], 74)):
        done = subprocess.run(["ci/lava", *words], cwd=lava.ROOT, capture_output=True, text=True,
                              check=False)
        assert done.returncode == code and len(done.stderr.splitlines()) == 1, done.stderr


def test_a_command_line_that_lava_cannot_carry() -> None:
    odd = cells.Cell("stock-6.1", cells.Configuration("c", ("max",), append='x="a b"'))
    with pytest.raises(Problem, match="quotes"):
        lava.job(odd, "https://example.org")


def console(text: str) -> str:
    return "[    0.0] Booting\r\n" + text.replace("\n", "\r\n")


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 50, 2000])
def test_the_monitor_tells_results_apart(chunk: int) -> None:
    """However the console comes: in LAVA's own pieces, or a character at a time."""
    assert lab.monitored(MATRIX[0], console(TAP), chunk) == WANT
    assert lab.monitored(MATRIX[0], TAP, chunk) == WANT


@pytest.mark.parametrize("directive", ["# TODO later", "# XFAIL", "# SKIP", "# skip x", "# nonsense"])
def test_a_directive_that_the_monitor_does_not_know(directive: str) -> None:
    found = lab.monitored(MATRIX[0], console(TAP.replace("ok 1 s.t.good", f"ok 1 s.t.good {directive}")))
    assert found == [("s.t.good", "unknown"), *WANT[1:]]
    found = lab.monitored(MATRIX[0], console(TAP.replace("ok 2 s.t.bad", f"ok 2 s.t.bad {directive}")))
    assert found == WANT


def test_what_the_kernel_says_inside_an_error() -> None:
    text = TAP.replace("#   the control", "[    1.000000] kvm: x\n#   the control")
    assert lab.monitored(MATRIX[0], console(text)) == WANT
    # The result of another row is not this one's.
    text = TAP.replace("not ok 4 s.t.broken", "not ok 4 s.t.bro[    1.000000] x")
    assert lab.monitored(MATRIX[0], console(text)) == WANT[:3]


@pytest.mark.parametrize("torn", ["ok 1 s.t.go[    1.0] kvm: x", "[    1.0] ok 1 s.t.good",
                                  "ok 1 s.t.good[    1.0]", "ok 1 good", "ok s.t.good"])
def test_the_monitor_takes_no_torn_line(torn: str) -> None:
    text = console(TAP.replace("ok 1 s.t.good", torn, 1))
    assert lab.monitored(MATRIX[0], text) == WANT[1:]


def test_the_monitor_waits_for_the_whole_line() -> None:
    assert not re.search(lava.PATTERN, "ok 1 s.t.goo")


@pytest.mark.parametrize("text", [TAP[: TAP.index("# exit")], "nothing", "# exit: 0\r\n"])
def test_the_monitor_needs_a_beginning_and_an_end(text: str) -> None:
    with pytest.raises(readers.Wrong, match="is not on the console"):
        lab.monitored(MATRIX[0], text)


def test_a_verdict_that_lava_has_differently() -> None:
    result = {"rows": [{"id": "s.t.a", "verdict": PASS, "selected": True},
                       {"id": "s.t.B", "verdict": SKIP, "selected": True}]}
    good = lab.once([("s.t.a", "pass"), ("s.t.B", "skip")])
    assert good == {"s_t_a": "pass", "s_t_b": "skip"}
    assert lab.same(good, result) == "1 pass, 1 skip"
    for found in ({"s_t_a": "pass"}, {"s_t_a": "fail", "s_t_b": "skip"},
                  {"s_t_a": "pass", "s_t_b": "skip", "s_t_c": "pass"}):
        with pytest.raises(readers.Wrong):
            lab.same(found, result)
    with pytest.raises(readers.Wrong, match="twice"):
        lab.once([("s.t.a", "pass"), ("s.t.a", "fail")])


def test_names_differ_in_lava_too() -> None:
    names = [re.sub(r"\W+", "_", row.lower()) for row in catalogue.load().rows]
    assert len(set(names)) == len(names)


def filtered(text: str, path: str = "") -> str:
    environment = {**os.environ, "PATH": f"{path}:/usr/bin:/bin" if path else "/usr/bin:/bin"}
    return subprocess.run([HERE / "tap-to-lava"], input=text, capture_output=True, text=True,
                          env=environment, check=True).stdout


def signals(text: str) -> dict[str, str]:
    """What LAVA is told; each test case once."""
    lines = filtered(text).splitlines()
    found = lab.signals(lines)
    assert len(found) == len(lines)
    return found


def test_signals() -> None:
    want = {**dict(WANT), lab.WHOLE: "pass"}
    assert signals(TAP) == signals(TAP.replace("\n", "\r\n")) == want


@pytest.mark.parametrize("text", [
    "", TAP[: TAP.index("# ERROR")], TAP.replace("1..4\n", ""), TAP.replace("1..4", "1..5"),
    TAP[: TAP.index("# Totals")], TAP[: TAP.index("# exit")], TAP.replace("exit: 1", "exit: 0"),
    TAP.replace("exit: 1", "exit: 139"), TAP.replace("pass:1", "pass:0"),
    TAP.replace("# Totals", "Bail out! the kernel oopsed\n# Totals"),
    TAP.replace("ok 3", "ok 2"), TAP.replace("# run s.t.bad", "noise\n# run s.t.bad"),
])
def test_a_log_that_is_not_whole_is_a_test_case_that_failed(text: str) -> None:
    assert signals(text)[lab.WHOLE] == "fail"


@pytest.mark.parametrize("old,new,row,word", [
    # Of several results the worst, once.
    ("ok 3 s.t.absent # SKIP the kernel has no KVM", "not ok 3 s.t.good", "s.t.good", "fail"),
    ("ok 1 s.t.good\n", "not ok 1 s.t.good\nok 2 s.t.good\n", "s.t.good", "fail"),
    # What is none of our directives, or no pass that the reader would believe.
    ("ok 1 s.t.good", "ok 1 s.t.good # TODO later", "s.t.good", "unknown"),
    ("ok 1 s.t.good", "ok 1 s.t.good # SKIP", "s.t.good", "unknown"),
    ("not ok 2 s.t.bad", "ok 2 s.t.bad", "s.t.bad", "fail"),
    ("# run s.t.good\n", "", "s.t.good", "unknown"),
    ("ok 1 s.t.good", "not\nok 1 s.t.good", "s.t.good", "unknown"),
    ("ok 1 s.t.good", "ok 1 s.t.good\n# TODO x".replace("\n#", "\n #"), "s.t.good", "unknown"),
    ("ok 1 s.t.good\n", "", "s.t.good", "unknown"),
    ("not ok 4 s.t.broken\n", "", "s.t.broken", "unknown"),
])
def test_what_is_believed_of_a_row(old: str, new: str, row: str, word: str) -> None:
    assert old in TAP
    found = signals(TAP.replace(old, new, 1))
    assert found[row] == word and found[lab.WHOLE] == "fail"


def test_what_strict_misses_is_a_test_case() -> None:
    found = signals(TAP.replace("# Totals", "# STRICT s:R was not judged: text\n# Totals"))
    assert found["uapi-conform.strict"] == "fail" and found[lab.WHOLE] == "pass"


# The better a word, the higher; what the report's reader makes of a row, and what LAVA may be told.
_RANK = {"fail": 0, "unknown": 1, "skip": 2, "pass": 3}
_WORDS = {FAIL: "fail", ERROR: "unknown", NOT_RUN: "unknown", SKIP: "skip", PASS: "pass"}


def _damaged(chance: random.Random, text: str) -> str:
    """The log with lines lost, doubled, moved, cut or changed, or as it was."""
    lines = text.replace("\r\n", "\n").splitlines()
    for _ in range(chance.choice([0, 1, 1, 1, 2, 4])):
        place = chance.randrange(len(lines))
        other = chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                del lines[place]
            case 1:
                lines.insert(other, lines[place])
            case 2:
                lines[place], lines[other] = lines[other], lines[place]
            case 3:
                lines[place] = lines[place][: chance.randrange(len(lines[place]) + 1)]
            case 4:
                lines[place] += chance.choice([" # TODO x", " # SKIP", " # SKIP y", " x", "  "])
            case 5:
                lines[place] = chance.choice(["not", "Bail out! x", "noise", "", "1..3", "# exit: 0"])
            case _:
                del lines[place:]
        lines = lines or [""]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(24))
def test_it_is_never_told_better_than_our_own_reader_has_it(seed: int) -> None:
    """Whatever becomes of a log: a row that the report would not take for passed, LAVA is not told
    has passed; and what the report finds fault with as a whole is no whole log to LAVA."""
    chance = random.Random(seed)
    for _ in range(25):
        rows = emitted.invent(chance, chance.randrange(1, 8))
        text = _damaged(chance, emitted.log(rows))
        log = tap.parse(text.encode())
        found = signals(text)
        for name, row in log.rows.items():
            assert _RANK[found.get(name, "unknown")] <= _RANK[_WORDS[row.verdict]], (name, text)
        for name, word in found.items():
            if not name.startswith("uapi-conform.") and name not in log.rows:
                assert word != "pass", (name, text)
        assert not log.problems or found[lab.WHOLE] == "fail", (log.problems, text)
        if text == emitted.log(rows).replace("\r\n", "\n"):
            want = {row.id: _WORDS[row.verdict] for row in rows}
            assert found == {**want, lab.WHOLE: "pass"}


def test_inside_lava_its_own_program_reports(tmp_path: Path) -> None:
    stub = tmp_path / "lava-test-case"
    stub.write_text('#!/bin/sh\necho "called $*"\n')
    stub.chmod(0o755)
    assert filtered(TAP, str(tmp_path)).splitlines()[1] == "called s.t.bad --result fail"


def test_the_steps_show_the_output_while_it_comes(tmp_path: Path) -> None:
    """The definition's steps, as LAVA's shell runs them: each row is on the console before the next
    one begins, and the exit code is in what the filter reads."""
    binary = tmp_path / "suite"
    binary.write_text(f"#!/bin/sh\ncat <<'E'\n{TAP[: TAP.index('# exit')]}E\nexit 1\n")
    binary.chmod(0o755)
    (tmp_path / "ci").symlink_to(lava.ROOT / "ci")
    steps = yaml.safe_load(guest.DEFINITION.read_text())["run"]["steps"]
    done = subprocess.run(["sh", "-e", "-c", "\n".join(steps)], cwd=tmp_path, capture_output=True,
                          text=True, check=True, env={**os.environ, "BINARY": str(binary), "ARGS": ""})
    assert TAP in done.stdout and lab.signals(done.stdout.splitlines()) == {
        **dict(WANT), lab.WHOLE: "pass"}
    assert "tee" in steps[0]
