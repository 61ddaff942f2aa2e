# SPDX-License-Identifier: GPL-2.0-only
"""No macro of ours evaluates an argument twice, and no judge reads errno beside its call.

An expectation that evaluates its argument twice calls the kernel twice, and judges the second
answer. The order in which a call's arguments are evaluated is not fixed: f(ioctl(...), errno) may
read errno first.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures import ROOT

SOURCES = sorted([*ROOT.glob("harness/**/*.[ch]"), *ROOT.glob("suites/**/*.[ch]")])
MACRO = re.compile(r"^#define[ \t]+(\w+)\(([^)]*)\)((?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)
TWO_IN_ONE = re.compile(r"\w+\([^;{}]*\bioctl\([^;{}]*\)\s*,\s*errno\b")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|/\*.*?\*/', re.DOTALL)


def judging_macros(text: str) -> dict[str, list[str]]:
    """Macros with a call in them, each with the parameters that it evaluates more than once."""
    found: dict[str, list[str]] = {}
    for name, parameters, body in MACRO.findall(text):
        plain = _TEXT.sub("", body)
        # What is pasted or made a string is not evaluated, and neither is a type's size.
        plain = re.sub(r"#+\s*\w+|\w+\s*##|sizeof\([^)]*\)", "", plain)
        words = [p.strip() for p in parameters.split(",") if p.strip() and p.strip() != "..."]
        twice = [w for w in words if len(re.findall(rf"(?<![.\w]){w}\b", plain)) > 1]
        if re.search(r"\b(?!__attribute__)\w+\(", plain) and re.search(r"expect|check|judge", name):
            found[name] = twice
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_argument_once_and_errno_at_the_call(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert {name: twice for name, twice in judging_macros(text).items() if twice} == {}
    assert TWO_IN_ONE.search(_TEXT.sub("", text)) is None


def test_what_is_looked_for_is_seen() -> None:
    macro = "#define my_expect(got, ...) \\\n\tuc_expect((got) < 0 ? -1 : (got), __VA_ARGS__)\n"
    assert judging_macros(macro) == {"my_expect": ["got"]}
    assert judging_macros("#define my_expect(got) uc_expect(got, \"got\")\n") == {"my_expect": []}
    assert TWO_IN_ONE.search("uc_expect(ioctl(fd, X, &y), errno, 0);")
    assert not TWO_IN_ONE.search("uc_expect(got, errno, 0);")
