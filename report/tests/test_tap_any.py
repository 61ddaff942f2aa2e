# SPDX-License-Identifier: GPL-2.0-only
"""Whatever the bytes are, reading them ends in a log, or in one line that says why not."""

from __future__ import annotations

import pytest

from fixtures.problem import Problem
from report import boots, runs, tap
from report.log import PASS, Log
from report.tests.conftest import golden
from report.tests.wrapped import WRAPPERS

hypothesis = pytest.importorskip("hypothesis")
st = hypothesis.strategies
# Nothing is kept between runs, and the same examples come every time.
given = hypothesis.settings(deadline=None, derandomize=True, database=None, max_examples=300)

_DIGITS = st.sampled_from([b"1", b"0", b"-1", b"9" * 5000, b"1" * 12, "\u0661".encode(), "\xb2".encode()])
_PIECES = st.sampled_from([
    b"TAP version 13", b"TAP version ", b"1..", b"ok ", b"not ok ", b"# run ", b"# FAIL ", b"# ERROR ",
    b"# INFO ", b"#   ", b"# Totals: pass:", b" fail:", b"# exit: ", b"# repeat: ", b"# after: ",
    b"# uapi-conform ", b"# arguments: '", b"Bail out! ", b" # SKIP ", b" # TODO ", b"demo.caps.both",
    b"# ", b" ", b"\n", b"\r\n", b"\r", b"[    1.000000] ", b"\x1b[0m", b"\0", b"\xff",
    b"---\n", b"  ...\n", b'- {"dt": "', b'", "lvl": "target", "msg": "', b'"}\n', b"[" * 3000,
    b"2026-11-20T14:02:11 ", b"Nov 20 14:02:11 board x[1]: ", b"pragma +", b"&a [*a, *a]",
])
_ANY = st.lists(st.one_of(_PIECES, _DIGITS, st.binary(max_size=6)), max_size=40).map(b"".join)
_CUT = st.tuples(st.sampled_from(["mixed", "panic", "torn", "console"]), st.sampled_from(list(WRAPPERS)),
                 st.lists(st.tuples(st.floats(0, 1), st.one_of(_PIECES, _DIGITS)), max_size=8))


def read(data: bytes) -> Log | None:
    try:
        return boots.whole(runs.read({"log": data}, {"demo"}), [], [])
    except Problem as error:
        assert len(error.lines) == 1 and "\n" not in error.lines[0]
        return None


@pytest.mark.long
@given
@hypothesis.given(_ANY)
@hypothesis.example(b"1..1\n# repeat: " + b"9" * 5000 + b"\n# run a.b\nok 1 a.b\n# Totals: pass:" + b"9" * 5000 + b"\n")
@hypothesis.example(b"1.." + b"9" * 5000 + b"\nok " + b"9" * 5000 + b" a.b\n# exit: " + b"9" * 5000 + b"\n")
@hypothesis.example(b"# run a.b\nok 1 a.b\nok " + b"9" * 5000 + b" a.c # SKIP x\n")
def test_anything(data: bytes) -> None:
    for vm in (True, False):
        log = tap.parse(data, vm)
        assert log.problems or log.plan is not None
    read(data)


@pytest.mark.long
@given
@hypothesis.given(_CUT)
def test_a_log_with_something_in_it(how: tuple[str, str, list[tuple[float, bytes]]]) -> None:
    name, wrapper, inserted = how
    data = WRAPPERS[wrapper](golden(name))
    meant = {n for n, row in tap.parse(golden(name)).rows.items() if row.verdict == PASS}
    for where, what in inserted:
        place = int(where * len(data))
        data = data[:place] + what + data[place:]
    log = read(data)
    if log is not None:
        assert {n for n, row in log.rows.items() if row.verdict == PASS} <= meant | {"demo.caps.both"}
