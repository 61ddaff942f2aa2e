# SPDX-License-Identifier: GPL-2.0-only
"""To emit and then to parse is the identity."""

from __future__ import annotations

import random
import re
import subprocess
from collections import Counter

import pytest

from report import boots, catalogue, tap
from report.log import ERROR, FAIL, PASS, SKIP
from report.tests import emitted


@pytest.mark.parametrize("seed", range(60))
def test_what_was_meant_is_what_is_read(seed: int) -> None:
    chance = random.Random(seed)
    rows = emitted.invent(chance, chance.randrange(1, 40))
    text = emitted.with_kernel(chance, emitted.log(rows))
    log = tap.parse(text.encode())
    assert not log.problems and not log.noise and log.results == log.plan == len(rows)
    for meant, read in zip(rows, log.rows.values(), strict=True):
        assert (meant.id, meant.verdict, meant.reason, meant.detail, meant.info) == (
            read.id, read.verdict, read.reason, read.detail, read.info)
    # What is written for other readers says the same.
    again = tap.parse("".join(f"{line}\n" for line in log.tap).encode())
    assert again.rows.keys() == log.rows.keys()
    assert all(again.rows[n].verdict == log.rows[n].verdict for n in log.rows)


@pytest.mark.parametrize("seed", range(40))
def test_boots_add_up(seed: int) -> None:
    """Rows of one run, cut into boots at rows that take the kernel with them."""
    chance = random.Random(seed)
    rows = emitted.invent(chance, chance.randrange(3, 30))
    names = [row.id for row in rows]
    downs = sorted(chance.sample(range(len(rows)), chance.randrange(0, min(4, len(rows)))))
    logs, begin = [], 0
    for down in downs:
        text = emitted.log(rows[begin:down], False, len(rows) - down)
        text += f"# run {names[down]}\r\n[    9.000000] Kernel panic - not syncing: oh\r\n"
        logs.append(tap.parse(text.encode()))
        begin = down + 1
    if begin < len(rows):
        logs.append(tap.parse(emitted.log(rows[begin:]).encode()))
    whole = boots.whole(logs, [], names)
    assert list(whole.rows) == names and whole.results == whole.plan == len(rows)
    for place, row in enumerate(rows):
        assert whole.rows[row.id].verdict == (FAIL if place in downs else row.verdict)
    results = [line for line in whole.tap if re.match(r"(not )?ok \d", line)]
    assert [line.removeprefix("not ").split()[1:3] for line in results] == [
        [str(n), name] for n, name in enumerate(names, 1)]
    assert bool(whole.problems) == bool(downs)


def test_the_program_itself_is_read_as_it_counts() -> None:
    binary = catalogue.default_binary()
    if not binary.exists():
        pytest.skip("the binary is not built")
    options = [binary.absolute(), "--shuffle", "7", "--case", "*.errors.*", "--case", "*.abi.*"]
    order = subprocess.run([*options, "--list"], capture_output=True, text=True, check=True).stdout
    done = subprocess.run(options, capture_output=True, check=False)
    log = tap.parse(done.stdout, vm=False)
    assert not log.problems and not log.noise
    assert list(log.rows) == [line.split("\t")[0] for line in order.splitlines()]
    count = Counter(row.verdict for row in log.rows.values())
    assert {"pass": count[PASS], "fail": count[FAIL], "xfail": 0, "xpass": 0, "skip": count[SKIP],
            "error": count[ERROR]} == log.totals
