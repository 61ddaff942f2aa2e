# SPDX-License-Identifier: GPL-2.0-only
"""ci/bisect --behaviour, with kernels that record what their commit says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ci import bisect, recorder
from ci.tests import test_bisect
from ci.tests.test_bisect import World, git
from report import recording

world = test_bisect.world

HEAD = b"# uapi-conform record 1\n# kernel: Linux 7.2.0\n# list: s 1\n# part: s.one\tone\t\n"
KEY = "s.one.key"


def file(answer: str, cut: bool = False) -> bytes:
    """A recording in which the key is this."""
    whole = HEAD + f"s.one.same\t0\n{KEY}\t{answer}\ns.one.ended\tyes\ns.one.kernel\tquiet\n# end 4\n".encode()
    return whole[: whole.index(b"s.one.ended")] if cut else whole


@pytest.fixture
def kernels(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A commit's name is what its kernel answers; "cut" goes down, "none" records nothing."""

    def record(machine: Any, directory: Path, **_: Any) -> str:
        answer = machine.kernel.image.name.removeprefix("is-")
        if answer != "none":
            (directory / recording.NAME).write_bytes(file(answer, answer == "cut"))
        return "" if answer not in ("none", "cut") else "panic: boom"

    monkeypatch.setattr(recorder, "record", record)
    return world


def ask(kernels: World, *words: str) -> int:
    kernels.monkeypatch.chdir(kernels.tree)
    kernels.monkeypatch.setattr(bisect.sys, "argv", ["bisect", *words])
    return bisect.guarded()


@pytest.mark.long
@pytest.mark.parametrize(("answer", "code", "said"), [
    ("EINVAL", 0, "good: 1 observations are as they were"), ("0", 1, f"bad: {KEY}: EINVAL -> 0"),
    ("cut", 125, "s.one was not recorded to its end"), ("none", 125, "does not record: panic: boom"),
    ("broken", 125, "does not build"),
])
def test_an_observation_decides(kernels: World, capsys: pytest.CaptureFixture[str], answer: str, code: int,
                                said: str) -> None:
    good = kernels.commit("EINVAL")
    kernels.commit(answer)
    assert ask(kernels, "--behaviour", KEY, "--record-of", good) == code
    assert said in capsys.readouterr().out
    # The tree is as it was, and the good kernel is built once.
    assert git(kernels.tree, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    built = len(kernels.asked)
    ask(kernels, "--behaviour", KEY, "--record-of", good)
    assert len(kernels.asked) == built + 1


def test_a_recording_will_do(kernels: World, tmp_path: Path) -> None:
    kernels.commit("0")
    for answer, code in (("0", 0), ("EINVAL", 1)):
        (tmp_path / "good.tsv").write_bytes(file(answer))
        assert ask(kernels, "--behaviour", "s.one.k*", "--record-of", str(tmp_path / "good.tsv")) == code


def test_git_knows_the_good_one(kernels: World, capsys: pytest.CaptureFixture[str]) -> None:
    ids = [kernels.commit(answer) for answer in ("EINVAL", "EINVAL", "0", "0")]
    git(kernels.tree, "bisect", "start", ids[-1], ids[0])
    assert ask(kernels, "--behaviour", KEY) in (0, 1)
    assert git(kernels.tree, "bisect", "good" if "good: 1" in capsys.readouterr().out else "bad")


@pytest.mark.parametrize(("words", "code", "said"), [
    (["--behaviour", "s.one.kye", "--record-of", "HEAD"], 192, "did you mean 's.one.key'"),
    (["--behaviour", KEY], 192, "--record-of GOOD is missing"), ([], 192, "--case"),
    (["--case", "s.t.a", "--record-of", "HEAD"], 192, "--record-of for --behaviour"),
    (["--behaviour", KEY, "--case", "s.t.a"], 192, "--case"),
    (["--behaviour", KEY, "--record-of", "nowhere"], 192, "git rev-parse"),
])
def test_mistakes_stop_it(kernels: World, capsys: pytest.CaptureFixture[str], words: list[str], code: int,
                          said: str) -> None:
    kernels.commit("EINVAL")
    assert ask(kernels, *words) == code
    assert said in capsys.readouterr().err
