# SPDX-License-Identifier: GPL-2.0-only
"""What a log says, for whole logs and for torn ones."""

from __future__ import annotations

import pytest

from report import tap
from report.log import ERROR, FAIL, NOT_RUN, PASS, SKIP, TORN
from report.tests.conftest import ROWS, golden

VERDICTS = {
    "pass": [PASS] * 6,
    "skip": [SKIP] * 6,
    "mixed": [PASS, PASS, FAIL, FAIL, ERROR, SKIP],
    "console": [PASS] * 5 + [SKIP],
    "torn": [PASS, NOT_RUN, NOT_RUN, FAIL, PASS, PASS],
    "panic": [PASS] * 3 + [NOT_RUN],
    "nothing": [],
}


def one(text: str, row: str = "demo.caps.both") -> str:
    """The verdict of a row in a log of this one row."""
    return tap.parse(f"TAP version 13\n1..1\n# run {row}\n{text}".encode()).rows[row].verdict


@pytest.mark.parametrize("name", VERDICTS)
def test_golden(name: str) -> None:
    log = tap.parse(golden(name))
    assert [row.verdict for row in log.rows.values()] == VERDICTS[name]
    assert list(log.rows) == list(ROWS)[: len(VERDICTS[name])]
    assert bool(log.problems) == (name in ("torn", "panic", "nothing"))


def test_details() -> None:
    log = tap.parse(golden("mixed"))
    failed = log.rows["demo.pairing.one_sided"]
    assert failed.detail[0] == "requirement: demo:PAIRING: A text. [a source]"
    assert failed.detail[4] == "kernel: [    1.500000] something odd"
    assert log.rows["demo.caps.both_vm"].info == ["the VM says the same"]
    assert log.rows["demo.state.again"].detail[2] == "  EINVAL"
    assert log.rows["demo.guest.key"].reason == "the CPU has no keys"
    assert (log.plan, log.exit, log.totals["error"]) == (6, 1, 1)
    assert log.header["revision"] == "1a2b3c"
    assert log.header["kernel"] == "Linux 7.2.13 #1 SMP aarch64"
    assert log.kernel == []


def test_console_noise() -> None:
    log = tap.parse(golden("console"))
    assert log.kernel[0] == "[    0.000000] Booting Linux" and len(log.kernel) == 4
    assert log.rows["demo.pairing.one_sided"].kernel == [
        "[    2.100000] kvm [1]: a message between two lines"
    ]
    assert log.noise == 2 and not log.problems


def test_panic_names_the_guilty() -> None:
    log = tap.parse(golden("panic"))
    assert log.guilty == "demo.pairing.plain"
    assert "demo.pairing.plain was running: Unable to handle kernel NULL" in log.problems[0]


def test_no_tap() -> None:
    assert tap.parse(golden("nothing")).problems == [
        "no TAP in the log; Kernel panic - not syncing: No working init found."
    ]
    assert tap.parse(b"").problems == ["no TAP in the log"]


@pytest.mark.parametrize(
    "text",
    [
        "ok 1 demo.caps.both",  # no line end: "# SKIP" may be to come
        "ok 1 demo.caps.bot\n",
        "ok 1 demo.caps.both \n",
        "ok demo.caps.both\n",
        "ok 1 - demo.caps.both\n",
        "okay 1 demo.caps.both\n",
        "not\nok 1 demo.caps.both\n",
        "nqt\nok 1 demo.caps.both\n",
        "noise, not \nok 1 demo.caps.both\n",
        "not [    1c000000] m\nok 1 demo.caps.both\n",
        "noise[    1.000000] m\nok 1 demo.caps.both\n",
        "ok 1 demo.caps.both\n# SKIQ no keys\n",
        "ok 1 demo.caps.both\n#SKIP\n",
        "ok 1 demo.caps.both\n_vm\n",
        "not \x1b[0m\nok 1 demo.caps.both\n",
        "not\rok 1 demo.caps.both\n",
        "no[    1.000000] m\nt\nok 1 demo.caps.both\n",
        "not [    1.000000] m\nok 1 demo.caps.both\n",
        "not [    1.000000] m\n[    1.100000] m\nok 1 demo.caps.both\n",
        "[    1.000000] m\nnot \n[    1.100000] m\nok 1 demo.caps.both\n",
        "ok 1 demo.caps.both[    1.000000] m\n\n",
        "ok 1 demo.caps.both\n # SKIP no keys\n",
        "ok 1 demo.caps.both\n# SKIP no keys\n",
        "ok 1 demo.caps.both\n[    1.000000] m\n\n # SKIP no keys\n",
        "# FAIL demo.caps.both\nok 1 demo.caps.both\n",
        "# ERROR demo.caps.both\n#   why\nok 1 demo.caps.both # SKIP x\n",
        "ok 1 demo.caps.both_vm\n",
        "\u0661ok 1 demo.caps.both\n",
        "ok \u0661 demo.caps.both\n",
        "# run demo.caps.both_vm\nok 1 demo.caps.both\n",
    ],
)
def test_no_pass(text: str) -> None:
    assert one(text) != PASS
    written = tap.parse(f"TAP version 13\n1..1\n# run demo.caps.both\n{text}".encode()).tap
    assert "ok 1 demo.caps.both" not in written


def test_no_pass_unannounced() -> None:
    log = tap.parse(b"TAP version 13\n1..1\nok 1 demo.caps.both\n# exit: 0\n")
    assert not log.rows and log.problems


@pytest.mark.parametrize("line", [b"ok 1 demo.caps.both # SKIP", b"ok 1 demo.caps.both # SKIQ x"])
def test_no_skip_unannounced_that_is_damaged(line: bytes) -> None:
    log = tap.parse(b"TAP version 13\n1..1\n" + line + b"\n# exit: 0\n")
    assert not log.rows and log.problems


def test_what_is_skipped_needs_no_announcement() -> None:
    log = tap.parse(b"TAP version 13\n1..1\nok 1 demo.caps.both # SKIP no keys\n# exit: 0\n")
    assert log.rows["demo.caps.both"].verdict == SKIP and not log.problems


def test_what_is_skipped_does_not_pass_for_what_runs() -> None:
    log = tap.parse(b"TAP version 13\n1..1\n# run demo.caps.both\nok 1 demo.caps.one # SKIP x\n")
    assert log.rows["demo.caps.both"].verdict == NOT_RUN and len(log.rows) == 1


@pytest.mark.parametrize(
    "text",
    [
        "ok 1 demo.caps.both\n",
        "ok 1 demo.caps.both\r\n",
        "ok 1 demo.caps.both\r\r\n",
        "[    1.000000] m\nok 1 demo.caps.both\n[    1.000000] m\n",
        "<4>[   12.345678][  T123] m\nok 1 demo.caps.both\n# run demo.caps.both_vm\n",
        "#   a det[    1.000000] m\nail\nok 1 demo.caps.both\n",
        "#   a detail[    1.000000] m\n\nok 1 demo.caps.both\n",
        "something else printed this\nok 1 demo.caps.both\n# taint: 0\n",
        "#   it said: [    1.000000] m\nok 1 demo.caps.both\n",
        "\x1b[0mok 1 demo.caps.both\n",
    ],
)
def test_still_a_pass(text: str) -> None:
    assert one(text) == PASS


@pytest.mark.parametrize(
    "text,verdict",
    [
        ("not ok 1 demo.caps.both\n", FAIL),
        ("not ok 1 demo.caps.both", FAIL),
        ("not ok 1 demo.ca[    1.000000] m\nps.both\n", FAIL),
        ("not ok 1 demo.caps.both # SKIP x\n", FAIL),
        ("not ok 1 demo.caps.both # TODO x\n", FAIL),
        ("not ok  1 demo.caps.both\n", FAIL),
        ("# FAIL demo.caps.both\n# ERROR demo.caps.both\nnot ok 1 demo.caps.both\n", FAIL),
        ("ok 1 demo.caps.both # TODO x\n", NOT_RUN),
        ("ok 1 demo.caps.both # SKIQ x\n", NOT_RUN),
        ("# ERROR demo.caps.both\nnot ok 1 demo.caps.both\n", ERROR),
        ("# FAIL demo.caps.both\nnot ok 1 demo.ca\n", FAIL),
        ("# ERROR demo.caps.both\n#   because", ERROR),
        ("ok 1 demo.caps.both # SKIP x\n", SKIP),
    ],
)
def test_failures_survive_damage(text: str, verdict: str) -> None:
    assert one(text) == verdict


@pytest.mark.parametrize("after", ["# run demo.caps.both_vm\n", "# exit: 0\n"])
def test_lost_result_says_so(after: str) -> None:
    log = tap.parse(f"TAP version 13\n1..2\n# run demo.caps.both\n{after}".encode())
    assert log.rows["demo.caps.both"].reason == TORN


def test_a_failure_of_nobody_is_no_row() -> None:
    assert not tap.parse(b"1..1\nnot ok 1 - what is this\n").rows


def test_what_is_taken_back_is_counted_back() -> None:
    log = tap.parse(b"1..1\n# run a.b\nok 1 a.b\n # SKIP x\n# Totals: pass:0 skip:1\n# exit: 4\n")
    assert log.problems == ["0 readable results where 1 were planned"]


def test_strict() -> None:
    text = golden("pass").replace(b"# exit: 0", b"# exit: 1")
    assert tap.parse(text).problems == ["the program exited with 1 although no row failed"]
    text = text.replace(b"# Totals", b"# STRICT demo:GUEST was not judged: A text.\n# Totals")
    assert tap.parse(text).problems == [] and tap.parse(text).strict == ["demo:GUEST"]


def test_totals_notice_a_lost_word() -> None:
    damaged = golden("mixed").replace(b"not ok 4", b"ok 4")
    assert "more rows say PASS than the totals line counts" in tap.parse(damaged).problems


@pytest.mark.parametrize(
    "old,new,problem",
    [
        (b"1..6\n", b"", "the plan is missing"),
        (b"1..6", b"1.[    1.000000] m\n.6", "the plan was torn"),
        (b"1..6", b"1..6\n1..6", "there are two plans"),
        (b"1..6", b"1..7", "6 readable results where 7 were planned"),
        (b"1..6", b"1..5", "6 readable results where 5 were planned"),
        (b"# exit: 1\n", b"", "the log ends after its last row"),
        (b"# exit: 1", b"# exit: 0", "the program exited with 0 although rows failed"),
        (b"# exit: 1", b"# exit: 139", "the program exited with 139"),
        (b"ok 2 ", b"ok 1 ", "result 1 comes after result 1"),
        (b"# exit: 1", b"Bail out! ended by signal", "the program gave up: ended by signal"),
        (b"# run demo.state.again", b"TAP version 13\n# run demo.state.again",
         "the program started again in the middle"),
    ],
)
def test_problems(old: bytes, new: bytes, problem: str) -> None:
    assert problem in tap.parse(golden("mixed").replace(old, new)).problems


def test_repeat() -> None:
    rows = "# run demo.caps.both\nok {} demo.caps.both\n"
    text = "TAP version 13\n1..2\n{}" + rows.format(1) + rows.format(2) + "# exit: 0\n"
    assert tap.parse(text.format("# repeat: 2\n").encode()).problems == []
    assert tap.parse(text.format("").encode()).problems == ["demo.caps.both has 2 results"]
    worse = text.format("# repeat: 2\n").replace("ok 1", "not ok 1").replace("exit: 0", "exit: 1")
    assert tap.parse(worse.encode()).rows["demo.caps.both"].verdict == FAIL


def test_ordinary_program_has_no_exit_line() -> None:
    plain = golden("mixed").replace(b"# exit: 1\n", b"")
    assert tap.parse(plain, vm=False).problems == []
    cut = plain[: plain.index(b"# Totals")]
    assert tap.parse(cut, vm=False).problems == ["the log ends after its last row"]


def test_a_pass_before_a_row_that_is_skipped_unannounced_stays() -> None:
    begin = "TAP version 13\n1..2\n# run demo.a.b\nok 1 demo.a.b\n"
    log = tap.parse(f"{begin}ok 2 demo.a.c # SKIP no keys\n# exit: 0\n".encode())
    assert [log.rows[n].verdict for n in ("demo.a.b", "demo.a.c")] == [PASS, SKIP]
    assert not log.problems
    for rest in ("ok 1 demo.a.b # SKIP no keys", "ok 3 demo.a.c # SKIP no keys", "ok 2 x # SKIP y"):
        assert tap.parse(f"{begin}{rest}\n".encode()).rows["demo.a.b"].verdict == NOT_RUN
