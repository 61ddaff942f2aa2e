# SPDX-License-Identifier: GPL-2.0-only
"""Known issues: what they cover, when they are stale, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import answers, known, summary
from report import catalogue as catalogue_module
from report.catalogue import Catalogue
from report.log import ERROR, FAIL, KNOWN, PASS
from report.problem import KNOWN_ISSUES
from report.tests.conftest import golden
from report.tests.test_results import verdicts, write

ENTRY = """
[[issue]]
id = "one-sided"
requirement = "demo:PAIRING"
rows = ["demo.pairing.one_sided", "demo.pairing.plain"]
fails = [{ call = "KVM_ARM_VCPU_INIT(features = *)", expected = "EINVAL", got = "0" }]
first = "7.0"
behaviour = "It says yes."
explanation = "Nobody asked."
reference = "A thread."
"""
MIXED = golden("mixed")
ODD = b"#   kernel: [    1.500000] something odd\n"
ANSWER = b"#   call:     KVM_ARM_VCPU_INIT(features = none)\n#   expected: EINVAL\n#   got:      0\n"
# Without the row that is an ERROR; both rows of PAIRING fail, and nothing else is wrong.
FAILING = MIXED.replace(b"# ERROR", b"# INFO demo.state.again:").replace(
    b"not ok 5", b"ok 5").replace(b"pass:2", b"pass:3").replace(b"error:1", b"error:0").replace(
    ODD, b"").replace(b"not ok 4", b"# FAIL demo.pairing.plain\n" + ANSWER + b"not ok 4")
HALF = FAILING.replace(b"# FAIL demo.pairing.plain\n" + ANSWER + b"not ok 4", b"ok 4").replace(
    b"pass:3 fail:2", b"pass:4 fail:1")


def load(text: str, tmp_path: Path, catalogue: Catalogue) -> list[known.Issue]:
    file = tmp_path / "known.toml"
    file.write_text(text)
    return known.load(catalogue, file)


def judged(
    tmp_path: Path, catalogue: Catalogue, log: bytes, text: str = ENTRY, **meta: Any
) -> dict[str, Any]:
    return write(tmp_path / "cell", catalogue, log, load(text, tmp_path, catalogue), **meta)


def test_covered(tmp_path: Path, catalogue: Catalogue) -> None:
    result = judged(tmp_path, catalogue, FAILING)
    assert result["verdict"] == KNOWN and verdicts(result)["PAIRING"] == KNOWN
    assert result["counts"][FAIL] == 0 and result["counts"][KNOWN] == 2
    assert [row["known"] for row in result["rows"] if row["verdict"] == FAIL] == ["one-sided"] * 2
    assert summary.exit_code([result]) == 0


def test_one_row_not_covered(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY.replace(', "demo.pairing.plain"', "")
    result = judged(tmp_path, catalogue, FAILING, text)
    assert result["verdict"] == FAIL and verdicts(result)["PAIRING"] == FAIL
    assert (result["counts"][FAIL], result["counts"][KNOWN]) == (1, 1)
    assert summary.exit_code([result]) == 1


# What makes another failure of one of the two rows, and is no excuse for the other.
OTHERWISE = {
    "another errno": (b"got:      0\n#   rerun", b"got:      ENOENT\n#   rerun"),
    "no errno": (b"#   got:      0\n#   rerun", b"#   rerun"),
    "another call": (b"INIT(features = PTR", b"RUN(features = PTR"),
    "something else was expected": (b"expected: EINVAL\n#   got:      0\n#   rerun",
                                    b"expected: ENOENT\n#   got:      0\n#   rerun"),
    "a second answer": (b"#   rerun", b"#   call:     X\n#   expected: 0\n#   got:      1\n#   rerun"),
    "the binary quotes a warning": (b"#   rerun", b"#   kernel: WARNING: CPU: 0 PID: 1\n#   rerun"),
    "the console has a warning": (
        b"# FAIL demo.pairing.one", b"[    2.000000] WARNING: CPU: 0 PID: 1\n# FAIL demo.pairing.one"),
    "another word on it": (b"#   rerun", b"#   it did not survive\n#   rerun"),
    "nothing is said": (FAILING[FAILING.index(b"# FAIL"):FAILING.index(b"not ok 3")], b""),
}


@pytest.mark.parametrize("how", OTHERWISE)
def test_the_same_row_failing_otherwise(how: str, tmp_path: Path, catalogue: Catalogue) -> None:
    old, new = OTHERWISE[how]
    assert old in FAILING
    result = judged(tmp_path, catalogue, FAILING.replace(old, new, 1))
    rows = {row["id"]: (row["verdict"], row["known"], row["looks_like"]) for row in result["rows"]}
    assert rows["demo.pairing.one_sided"] == (FAIL, None, None)
    assert rows["demo.pairing.plain"] == (FAIL, "one-sided", None)
    assert result["verdict"] == FAIL and summary.exit_code([result]) == 1


def test_a_panic_is_not_excused(tmp_path: Path, catalogue: Catalogue) -> None:
    log = FAILING[:FAILING.index(b"not ok 3")] + b"[    2.100000] Kernel panic - not syncing: Oops\n"
    result = judged(tmp_path, catalogue, log)
    rows = {row["id"]: (row["verdict"], row["known"]) for row in result["rows"]}
    assert rows["demo.pairing.one_sided"] == (FAIL, None) and result["verdict"] == FAIL


def test_a_warning_that_belongs_to_it(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY + 'warns = ["WARNING: CPU: *"]\n'
    for how in ("the binary quotes a warning", "the console has a warning"):
        old, new = OTHERWISE[how]
        log = FAILING.replace(old, new)
        assert judged(tmp_path, catalogue, log, text)["verdict"] == KNOWN
        other = log.replace(b"WARNING: CPU", b"BUG: CPU")
        assert judged(tmp_path, catalogue, other, text)["verdict"] == FAIL
    # Without one it is the failure all the same.
    assert judged(tmp_path, catalogue, FAILING, text)["verdict"] == KNOWN


WARNED = (b"# FAIL demo.pairing.plain\n#   requirement: demo:AGAIN: A text. [x]\n"
          b"#   the kernel complained meanwhile:\n#   kernel: ------------[ cut here ]------------\n"
          b"#   kernel: WARNING: CPU: 0 PID: 96 at a/timer.c:410 f+0xb0/0xc0\n#   kernel: x0 : 0\n"
          b"#   taint went from 0 to 512\nnot ok 4")
WARNS = """
[[issue]]
id = "warns"
requirement = "demo:AGAIN"
rows = ["demo.pairing.plain"]
warns = ["WARNING: CPU: * at a/timer.c:*"]
first = "7.0"
behaviour = "It warns."
explanation = "Of nothing."
reference = "A thread."
"""


def test_a_failure_that_is_the_kernels_warning_alone(tmp_path: Path, catalogue: Catalogue) -> None:
    """It is blamed on a requirement that the row itself does not check."""
    log = golden("pass").replace(b"ok 4", WARNED).replace(b"pass:6 fail:0", b"pass:5 fail:1").replace(
        b"exit: 0", b"exit: 1")
    result = judged(tmp_path, catalogue, log, WARNS)
    assert result["verdict"] == KNOWN and verdicts(result)["AGAIN"] == KNOWN
    for old, new in ((b"WARNING: CPU", b"BUG: CPU"), (b"timer.c", b"other.c"),
                     (b"#   taint", b"#   call:     X\n#   expected: 0\n#   got:      1\n#   taint"),
                     (b"demo:AGAIN: A", b"demo:CAPS: A"),
                     (b"#   kernel: WARNING: CPU: 0 PID: 96 at a/timer.c:410 f+0xb0/0xc0\n", b"")):
        assert old in log
        assert judged(tmp_path, catalogue, log.replace(old, new), WARNS)["verdict"] == FAIL, old
    assert "no longer fails" in judged(tmp_path, catalogue, golden("pass"), WARNS)["stale"][0]


def test_debians_kernels_say_which_version_they_are(tmp_path: Path, catalogue: Catalogue) -> None:
    """All of 6.1 are called 6.1.0."""
    text = ENTRY.replace('first = "7.0"', 'first = "6.1"\nlast = "6.1.176"')
    for said, verdict in ((b"6.1.0-50-cloud-arm64 #1 SMP Debian 6.1.176-1 (2026-07-02)", KNOWN),
                          (b"6.1.0-57-cloud-arm64 #1 SMP Debian 6.1.192-3 (2026-11-26)", FAIL),
                          (b"6.1.192 #1 SMP", FAIL), (b"6.1.0-mine #1 SMP Debian 12", KNOWN)):
        log = FAILING.replace(b"7.2.13 #1 SMP", said)
        assert judged(tmp_path, catalogue, log, text)["verdict"] == verdict, said


def test_what_every_failure_has_is_context(tmp_path: Path, catalogue: Catalogue) -> None:
    more = b"#   before:   INIT = 0\n#   replay: uapi-conform --suite demo --replay 'X'\n#   rerun"
    assert judged(tmp_path, catalogue, FAILING.replace(b"#   rerun", more))["verdict"] == KNOWN


def test_a_failure_on_one_line(tmp_path: Path, catalogue: Catalogue) -> None:
    log = FAILING.replace(ANSWER, b"#   KVM_ARM_VCPU_INIT(features = x): expected EINVAL, got 0\n")
    assert log != FAILING and judged(tmp_path, catalogue, log)["verdict"] == KNOWN
    assert judged(tmp_path, catalogue, log.replace(b", got 0", b", got 1"))["verdict"] == FAIL


@pytest.mark.parametrize("kernel", ["stock-7.2", "yours", "7.2.13-mine", "vendor-5.14"])
def test_whatever_the_kernel_is_called(kernel: str, tmp_path: Path, catalogue: Catalogue) -> None:
    assert judged(tmp_path, catalogue, FAILING, kernel=kernel)["verdict"] == KNOWN


@pytest.mark.parametrize("bounds,known_there", [
    ('first = "7.0"', True), ('first = "7.2"', True), ('first = "7.2.13"', True),
    ('first = "7.2.14"', False), ('last = "7.2"', True), ('last = "7.2.12"', False),
    ('last = "6.4"', False), ('first = "6.5"\nlast = "7"', True),
])
def test_the_range_of_versions(
    bounds: str, known_there: bool, tmp_path: Path, catalogue: Catalogue
) -> None:
    result = judged(tmp_path, catalogue, FAILING, ENTRY.replace('first = "7.0"', bounds))
    assert result["verdict"] == (KNOWN if known_there else FAIL)
    assert result["stale"] == [] and bool(result["known_issues"]) == known_there
    looks = {row["looks_like"] for row in result["rows"] if row["verdict"] == FAIL}
    assert looks == ({None} if known_there else {"one-sided"})


def test_a_kernel_whose_version_nobody_knows(tmp_path: Path, catalogue: Catalogue) -> None:
    log = FAILING.replace(b"# kernel: Linux 7.2.13 #1 SMP aarch64\n", b"")
    assert judged(tmp_path, catalogue, log)["verdict"] == FAIL
    file = {"release": "7.2.13-mine"}
    assert judged(tmp_path, catalogue, log, kernel_file=file)["verdict"] == KNOWN


def test_only_in_these_cells(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY + 'cells = ["nv*"]\n'
    result = judged(tmp_path, catalogue, FAILING, text)
    assert result["verdict"] == FAIL and result["stale"] == []
    assert {row["looks_like"] for row in result["rows"] if row["verdict"] == FAIL} == {"one-sided"}
    assert judged(tmp_path, catalogue, FAILING, text, cell="nvhe")["verdict"] == KNOWN


def test_only_rows_that_check_the_requirement(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY.replace('"demo.pairing.one_sided", "demo.pairing.plain"', '"demo.*"')
    log = FAILING.replace(b"ok 1 demo", b"# FAIL demo.caps.both\n" + ANSWER + b"not ok 1 demo")
    rows = judged(tmp_path, catalogue, log, text)["rows"]
    assert {row["id"] for row in rows if row["known"]} == {
        "demo.pairing.one_sided", "demo.pairing.plain"
    }


def test_an_error_stays_an_error(tmp_path: Path, catalogue: Catalogue) -> None:
    log = FAILING.replace(b"# FAIL demo.pairing.plain", b"# ERROR demo.pairing.plain")
    result = judged(tmp_path, catalogue, log)
    assert result["verdict"] == ERROR and summary.exit_code([result]) == 5


def test_out_of_date(tmp_path: Path, catalogue: Catalogue) -> None:
    """A kernel that was mended is no error; that the entry is out of date is told."""
    result = judged(tmp_path, catalogue, golden("pass"))
    assert result["stale"] == [
        "known issue one-sided no longer fails on stock-7.2/max: remove the entry from known.toml, "
        "or narrow its 'first', 'last' or 'cells'"
    ]
    assert result["verdict"] == PASS and summary.exit_code([result]) == 0


def test_the_reference_kernel_says_nothing_about_others(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    file = {"name": "reference-notsm", "release": "7.2.13-uapi-conform"}
    assert judged(tmp_path, catalogue, golden("pass"), kernel_file=file)["stale"] == []


def test_half_mended(tmp_path: Path, catalogue: Catalogue) -> None:
    result = judged(tmp_path, catalogue, HALF)
    assert result["stale"] == [
        "known issue one-sided is half mended on stock-7.2/max: demo.pairing.plain no longer "
        "fails; narrow the entry in known.toml"
    ]
    assert result["verdict"] == KNOWN
    globs = ENTRY.replace('"demo.pairing.one_sided", "demo.pairing.plain"', '"demo.pairing.*"')
    assert judged(tmp_path, catalogue, HALF, globs)["stale"] == []


def test_kernels_that_may_keep_it(tmp_path: Path, catalogue: Catalogue) -> None:
    text = ENTRY + 'unless = "CONFIG_X is set."\n'
    for log in (golden("pass"), HALF):
        assert judged(tmp_path, catalogue, log, text)["stale"] == []


@pytest.mark.parametrize("log", ["skip", "panic", "torn", "nothing"])
def test_not_out_of_date_where_not_all_was_judged(
    log: str, tmp_path: Path, catalogue: Catalogue
) -> None:
    assert judged(tmp_path, catalogue, golden(log))["stale"] == []


def test_a_file_of_ones_own(tmp_path: Path, catalogue: Catalogue) -> None:
    """It comes on top of the project's, and what it says of the same id counts."""
    ours, own = tmp_path / "ours.toml", tmp_path / "own.toml"
    ours.write_text(ENTRY.replace("7.0", "7.9"))
    own.write_text(ENTRY.replace('"one-sided"', '"mine"'))
    both = known.load(catalogue, ours, own)
    assert [(issue.id, issue.file) for issue in both] == [
        ("mine", "own.toml"), ("one-sided", "ours.toml")]
    result = write(tmp_path / "cell", catalogue, FAILING, both)
    assert result["verdict"] == KNOWN and result["known_issues"][0]["file"] == "own.toml"
    own.write_text(ENTRY)
    both = known.load(catalogue, ours, own)
    assert [issue.first for issue in both] == ["7.0"]
    with pytest.raises(Problem, match="none.toml is not there") as caught:
        known.load(catalogue, ours, tmp_path / "none.toml")
    assert caught.value.code == KNOWN_ISSUES


def test_entries_that_explain_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    issues = load(ENTRY + ENTRY.replace('"one-sided"', '"old"').replace("first", "last")
                  + ENTRY.replace('"one-sided"', '"other"').replace('got = "0"', 'got = "1"'),
                  tmp_path, catalogue)
    result = write(tmp_path / "cell", catalogue, FAILING, issues)
    assert known.unused(issues, [result]) == [
        "known issue old of known.toml explains nothing here: no kernel and configuration is in its "
        "range, up to 7.0",
        "known issue other of known.toml explains nothing here: none of its rows fails as it says"]


@pytest.mark.parametrize(
    "old,new,line",
    [
        ("behaviour", "behavior",
         "entry one-sided: unknown key 'behavior'; did you mean 'behaviour'?"),
        ('explanation = "Nobody asked."', "", "entry one-sided: 'explanation' is missing"),
        ('"Nobody asked."', '" "', "entry one-sided: 'explanation' is empty"),
        ("demo:PAIRING", "demo:PARING",
         "entry one-sided: no requirement is called 'demo:PARING'; did you mean 'demo:PAIRING'?"),
        ("demo.pairing.plain", "demo.paring.plain", "entry one-sided: no row is called "
         "'demo.paring.plain'; did you mean 'demo.pairing.plain'?"),
        ("demo.pairing.plain", "demo.caps.*",
         "entry one-sided: no row 'demo.caps.*' checks demo:PAIRING"),
        ("[{", '"{', "cannot be read: "),
        ('rows = ["demo.pairing.one_sided", "demo.pairing.plain"]', 'rows = "demo.*"',
         "entry one-sided: 'rows' must be a list of texts"),
        ('["demo.pairing.one_sided", "demo.pairing.plain"]', "[]",
         "entry one-sided: 'rows' is empty"),
        (ENTRY[ENTRY.index("[{"):ENTRY.index("first")], "[]\n", "entry one-sided: 'fails' is empty"),
        (', got = "0"', "", "entry one-sided: fails 1: 'got' is missing"),
        ('got = "0"', "got = 0", "entry one-sided: fails 1: 'got' must be a text"),
        ('got = "0"', 'got = "*"', "entry one-sided: fails 1: 'got' says nothing"),
        ('got = "0"', 'git = "0", got = "0"',
         "entry one-sided: fails 1: unknown key 'git'; did you mean 'got'?"),
        (ENTRY[ENTRY.index("fails"):ENTRY.index("first")], "",
         "entry one-sided: 'fails' or 'warns' is missing: what does it excuse?"),
        (ENTRY[ENTRY.index("fails"):ENTRY.index("first")], 'warns = ["*"]\n',
         "entry one-sided: 'warns' says nothing"),
        ('first = "7.0"', "", "entry one-sided: it would excuse every kernel there will ever be"),
        ('first = "7.0"', 'first = "7.0"\nlast = "6.4"',
         "entry one-sided: 'first' (7.0) comes after 'last' (6.4)"),
        ('first = "7.0"', 'first = "new"', "entry one-sided: 'first' is not of the form"),
        ('first = "7.0"', 'kernels = ["stock-7.2"]', "entry one-sided: unknown key 'kernels'"),
        ('"one-sided"', '"one sided"', "entry one sided: 'id' is not of the form [A-Za-z0-9_.-]+"),
        ('"one-sided"', "7", "entry 1: 'id' must be a text"),
        ("[[issue]]", "[[issues]]", "unknown key 'issues'; did you mean 'issue'?"),
        ("[[issue]]", "[issue]", "'issue' must be a list of texts"),
        ("[[issue]]", "[[issue", "cannot be read: "),
    ],
)
def test_mistakes(old: str, new: str, line: str, tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(Problem) as caught:
        load(ENTRY.replace(old, new), tmp_path, catalogue)
    assert caught.value.code == KNOWN_ISSUES
    begin = f"{tmp_path / 'known.toml'}: {line}"
    assert any(found.startswith(begin) for found in caught.value.lines)
    assert len(caught.value.lines) <= 2


def test_twice(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(Problem, match="entry one-sided: the id is used twice"):
        load(ENTRY + ENTRY, tmp_path, catalogue)


def test_no_file(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(Problem, match="is not there"):
        known.load(catalogue, tmp_path / "none.toml")


def test_the_explained_example_is_one(tmp_path: Path, catalogue: Catalogue) -> None:
    """What the file's comment shows has to be what this code accepts."""
    comment = known.DEFAULT.read_text().partition("# [[issue]]")[2].split("\n\n")[0]
    text = "[[issue]]" + comment.replace("\n# ", "\n")
    text = text.replace("suite:REQUIREMENT", "demo:CAPS")
    text = text.replace("suite.topic.case", "demo.caps.both")
    entry, = load(text, tmp_path, catalogue)
    assert (entry.last, entry.fails[0]["got"]) == ("6.4", "0")


def test_the_projects_own_file_is_right() -> None:
    """By the catalogue of the host's own build; each of its entries is a pattern that can match."""
    known.load(catalogue_module.load())


@pytest.mark.parametrize("lines, count, other", [
    (["call: INIT", "expected: EINVAL", "got: 0"], 1, []),
    # Half an answer is none, whichever half it is.
    (["call: INIT", "got: 0"], 0, ["got: 0", "INIT"]),
    (["call: INIT", "expected: EINVAL"], 0, ["INIT", "EINVAL"]),
    (["expected: EINVAL", "got: 0", "got: 1"], 1, ["got: 1"]),
])
def test_half_an_answer_is_none(lines: list[str], count: int, other: list[str]) -> None:
    failure = answers.read(lines)
    assert len(failure.answers) == count and failure.other == other
