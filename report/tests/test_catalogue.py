# SPDX-License-Identifier: GPL-2.0-only
"""What the binary lists, and what is wrong with a binary."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.problem import Problem
from report import catalogue
from report.catalogue import Document
from report.problem import CATALOGUE

LISTING = """#!/bin/sh
echo "$1" >>{log}
case $1 in
--list) printf 'demo.caps.both\\tCAPS,SYSTEM_FD\\tkvm\\tsuites/demo/caps.c\\n' ;;
*) printf 'demo:CAPS\\tmandatory\\t1 row\\tapi.rst 4.4\\tIt is 0 or 1.\\tA book <https://a.org/1>Two, of two <https://a.org/2>\\n'
   printf 'demo:SYSTEM_FD\\toptional\\t1 row\\tapi.rst 4.4\\tBoth agree.\\n' ;;
esac
"""


def program(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "uapi-conform"
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_load_once(tmp_path: Path) -> None:
    path = program(tmp_path, LISTING.format(log=tmp_path / "calls"))
    found = catalogue.load(path)
    assert found.rows["demo.caps.both"].requirements == ("demo:CAPS", "demo:SYSTEM_FD")
    assert found.rows["demo.caps.both"].suite == "demo"
    assert [r.mandatory for r in found.requirements.values()] == [True, False]
    assert found.requirements["demo:CAPS"].documents == (
        Document("A book", "https://a.org/1"), Document("Two, of two", "https://a.org/2"))
    assert found.requirements["demo:SYSTEM_FD"].documents == ()
    assert catalogue.load(str(path)) is found
    assert (tmp_path / "calls").read_text() == "--list\n--requirements\n"


@pytest.mark.parametrize(
    "text,says",
    [
        (None, "is not there; build it with 'make'"),
        ("#!/bin/sh\nexit 1\n", "fails: status 1; rebuild it"),
        ("#!/bin/sh\necho oh dear >&2\nexit 64\n", "fails: oh dear; rebuild it"),
        ("\x7fELF", "does not work"),
        ("#!/bin/sh\necho nonsense\n", "in a form this report does not know"),
        ("#!/bin/sh\n", "lists no rows"),
    ],
)
def test_bad_binary(text: str | None, says: str, tmp_path: Path) -> None:
    path = program(tmp_path, text) if text else tmp_path / "none"
    with pytest.raises(Problem) as caught:
        catalogue.load(path)
    assert says in caught.value.lines[0] and caught.value.code == CATALOGUE


def test_named_by_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UAPI_CONFORM_BINARY", str(tmp_path / "mine"))
    assert catalogue.default_binary() == tmp_path / "mine"
    monkeypatch.delenv("UAPI_CONFORM_BINARY")
    for machine, name in (("x86_64", "x86_64"), ("aarch64", "arm64")):
        monkeypatch.setattr(catalogue.platform, "machine", lambda m=machine: m)
        assert catalogue.default_binary().parts[-3:] == ("build", name, "uapi-conform")
