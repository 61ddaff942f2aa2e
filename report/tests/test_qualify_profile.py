# SPDX-License-Identifier: GPL-2.0-only
"""Profiles: what is wrong with one is said in a line, with the name that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.problem import Problem
from report import catalogue as catalogue_module
from report.problem import NOTHING
from report.problem import PROFILE as PROFILE_CODE
from report.qualification import profile_toml
from report.tests import qualify_sample
from report.tests.qualify_sample import PROFILE, WAIVER, catalogue

EXAMPLES = sorted(Path(profile_toml.__file__).parents[1].joinpath("profiles").glob("*.toml"))
TEXT = PROFILE + WAIVER


def load(text: str | bytes, tmp_path: Path) -> profile_toml.Profile:
    file = tmp_path / "p.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return profile_toml.load(file, catalogue())


def test_good(tmp_path: Path) -> None:
    profile = load(TEXT, tmp_path)
    assert profile.name == "demo" and profile.claims[0].features == ["feat"]
    assert profile.waivers[0].expires == "2026-12-31" and profile.text == TEXT.encode()


@pytest.mark.parametrize(
    "old,new,line",
    [
        # Misspelt.
        ("features", "feature", "claim 1: unknown key 'feature'; did you mean 'features'?"),
        ("expires", "expiers", "waiver 1 (q:FEAT): unknown key 'expiers'; did you mean 'expires'?"),
        ("[[claim]]", "[[claims]]", "unknown key 'claims'; did you mean 'claim'?"),
        ("name =", "nam =", "unknown key 'nam'; did you mean 'name'?"),
        ('"q"', '"qq"', "claim 1: no suite is called 'qq'; did you mean 'q'?"),
        ('["feat"]', '["faet"]', "claim 1: no row of q needs 'faet'; did you mean 'feat'?"),
        ("q:FEAT", "q:FAET", "waiver 1 (q:FAET): no requirement is called 'q:FAET'; did you mean "
         "'q:FEAT'?"),
        ("owner", 'rows = ["q.faet.plain"]\nowner', "waiver 1 (q:FEAT): no row is called "
         "'q.faet.plain'; did you mean 'q.feat.plain'?"),
        ("owner", 'rows = ["q.base.*"]\nowner', "waiver 1 (q:FEAT): no row 'q.base.*' checks "
         "q:FEAT"),
        # Missing.
        ('suite = "q"', "", "claim 1: 'suite' is missing"),
        ('kernels = ["k"]', "", "claim 1: 'kernels' is missing"),
        ('name = "demo"', "", "'name' is missing"),
        ('requirement = "q:FEAT"', "", "waiver 1: 'requirement' is missing"),
        ('reason = "We can live with it."', "", "waiver 1 (q:FEAT): 'reason' is missing"),
        ('owner = "somebody"', "", "waiver 1 (q:FEAT): 'owner' is missing"),
        ('"We can live with it."', '" "', "waiver 1 (q:FEAT): 'reason' is empty"),
        ('"somebody"', '""', "waiver 1 (q:FEAT): 'owner' is empty"),
        ("expires = 2026-12-31", "", "waiver 1 (q:FEAT): it would hold for ever: give 'expires', "
         "'first' or 'last'"),
        # Of another kind.
        ('["feat"]', '"feat"', "claim 1: 'features' must be a list of texts"),
        ('["k"]', "[]", "claim 1: 'kernels' is empty"),
        ('"demo"', '"../demo"', "'name' is not of the form [A-Za-z0-9][A-Za-z0-9_.-]*"),
        ('"demo"', "7", "'name' must be a text"),
        ("2026-12-31", '"soon"', "waiver 1 (q:FEAT): 'expires' is not of the form"),
        ("2026-12-31", '"2026-02-30"', "waiver 1 (q:FEAT): 'expires' is no day: 2026-02-30"),
        ("2026-12-31", "2026-12-31T10:00:00", "waiver 1 (q:FEAT): 'expires' is not of the form"),
        ("expires = 2026-12-31", 'first = "new"', "waiver 1 (q:FEAT): 'first' is not of the form"),
        ("expires = 2026-12-31", 'first = "7.2"\nlast = "7.1"',
         "waiver 1 (q:FEAT): 'first' (7.2) comes after 'last' (7.1)"),
        # That do not go together.
        ('["feat"]', '["feat"]\nwithout = ["feat"]', "claim 1: 'feat' is claimed and ruled out"),
        ('["feat"]', '["feat"]\nrevision = "v1"', "claim 1: q has no revisions: leave 'revision'"),
        ('suite = "q"', 'suite = "rev"', "claim 1: 'revision' is missing; rev has v1"),
        ('suite = "q"', 'suite = "rev"\nrevision = "v2"', "claim 1: rev has no revision 'v2', it "
         "has v1"),
        ("q:FEAT", "rev:ONE", "waiver 1 (rev:ONE): nothing is claimed about rev"),
        ("[[claim]]", "[[claim", "cannot be read: "),
    ],
)
def test_mistakes(old: str, new: str, line: str, tmp_path: Path) -> None:
    assert old in TEXT
    with pytest.raises(Problem) as caught:
        load(TEXT.replace(old, new, 1), tmp_path)
    assert caught.value.code == PROFILE_CODE
    begin = f"{tmp_path / 'p.toml'}: {line}"
    assert any(found.startswith(begin) for found in caught.value.lines), caught.value.lines
    assert len(caught.value.lines) <= 3


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"x = " + b"[" * 5000, b'claim = [1]\nname="x"',
                                  b'claim = "x"', b'name = "x"\nclaim = []', b"waiver = [1]",
                                  b'name="x"\nclaim=[{suite={}, kernels=[7]}]\nwaiver={}'])
def test_no_profile(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        load(text, tmp_path)
    assert caught.value.code == PROFILE_CODE
    assert all("\n" not in line for line in caught.value.lines)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="none.toml is not there; name a profile") as caught:
        profile_toml.load(tmp_path / "none.toml", catalogue())
    assert caught.value.code == NOTHING
    with pytest.raises(Problem, match="cannot be read"):
        profile_toml.load(tmp_path, catalogue())


@pytest.mark.parametrize("kernel,first,last,inside", [
    ("7.2.13+deb14-cloud-arm64", "7.2", "7.2", True), ("6.4.9", "", "6.4", True),
    ("6.4.9", "", "6.4.8", False), ("6.12.1", "6.2", "", True), ("6.1.0-50", "6.2", "", False),
    ("7.3-rc2", "7.3", "", True), ("7", "", "6.99", False), ("10.0", "9.9", "", True),
    ("", "6.1", "", False), ("", "", "6.1", False), ("odd", "", "", True),
])
def test_range(kernel: str, first: str, last: str, inside: bool) -> None:
    waiver = profile_toml.Waiver(1, "q:FEAT", "r", "o", first=first, last=last)
    assert waiver.in_range(kernel) == inside


@pytest.mark.parametrize("expires, over", [("", False), ("2026-11-19", True), ("2026-11-20", False), ("2026-12-31", False)])
def test_a_waiver_holds_through_its_last_day(expires: str, over: bool) -> None:
    assert profile_toml.Waiver(1, "q:FEAT", "r", "o", expires=expires).expired(qualify_sample.DAY) == over


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path: Path) -> None:
    """They speak of real suites, so they can only be checked where those are built."""
    try:
        known = catalogue_module.load()
        suite = {"kvm-arm-pauth": "kvm_arm_caps", "tsm-req-v5": "tsm_req"}[path.stem]
        if not any(row.suite == suite for row in known.rows.values()):
            pytest.skip(f"the host's build has no {suite}")
    except Problem as error:
        pytest.skip(str(error))
    assert profile_toml.load(path, known).name == path.stem
