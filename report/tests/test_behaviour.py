# SPDX-License-Identifier: GPL-2.0-only
"""Recordings as they come, and as they must not; what is told of two."""

from __future__ import annotations

import re
import time
import zlib
from pathlib import Path

import pytest

from fixtures.problem import Problem
from report import behaviour, behaviour_show, explained, recording
from report.__main__ import main

HEAD = """# uapi-conform record 1
# kernel: Linux {kernel}.0-1-arm64 #1 SMP Debian {kernel}.9-1 (2026-01-01) aarch64
# page_size: 4096
# cpu: {cpu}
# hwcap: 0x1
# list: s {version}
# part: s.first\tINIT of a new vCPU\ts:FIRST
# part: s.register\tthe list\t
"""
PLAIN = {"s.first.set.{}": "0", "s.first.set.{SVE}": "EINVAL", "s.first.ended": "yes",
         "s.first.kernel": "quiet", "s.register.{}.S3_0_C0_C4_0": "0x11",
         "s.register.{PMU}.S3_0_C0_C4_0": "0x11", "s.register.{SVE}.S3_0_C0_C4_0": "0x11",
         "s.register.{PMU|SVE}.S3_0_C0_C4_0": "0x11", "s.register.ended": "yes",
         "s.register.kernel": "quiet"}


def made(changes: dict[str, str | None] | None = None, kernel: str = "6.1", cpu: str = "A",
         version: str = "1") -> bytes:
    """A file like PLAIN, but for what is changed; None takes one away."""
    kept = {key: value for key, value in (PLAIN | (changes or {})).items() if value is not None}
    body = "".join(f"{key}\t{value}\n" for key, value in kept.items())
    whole = (HEAD.format(kernel=kernel, cpu=cpu, version=version) + body).encode()
    return whole + f"# end {len(kept)} {zlib.adler32(whole):08x}\n".encode()


def unsummed() -> bytes:
    """Of a suite that wrote no sum."""
    return re.sub(rb"(# end \d+) \w+", rb"\1", made())


def compared(old: bytes, new: bytes, entries: list[explained.Explanation] | None = None) -> behaviour.Comparison:
    return behaviour.compare(recording.parse(old, "old"), recording.parse(new, "new"), entries or [])


def told(old: bytes, new: bytes) -> str:
    return behaviour_show.text(compared(old, new))


def test_the_same_is_the_same() -> None:
    result = compared(made(), made(kernel="6.12"))
    assert not result.groups and result.compared == len(PLAIN) and not result.notes
    assert behaviour.exit_code([result]) == 0


def test_a_change_is_told_as_a_person_would() -> None:
    text = told(made(), made({"s.first.set.{SVE}": "0"}, "6.12"))
    assert "INIT of a new vCPU: set; {SVE}: EINVAL -> 0 [1 observation]" in text
    assert "accepted now" in text and "near: s:FIRST" in text
    assert text.endswith("1 changed: 0 explained changes, 1 unexplained\n")


def test_registers_of_the_same_sets_are_one_change() -> None:
    joined = {f"s.register.{{{s}}}.S3_0_C0_C4_{n}": "0x0" for s in ("SVE", "PMU|SVE") for n in (4, 5)}
    groups = compared(made(), made(joined, "6.12")).groups
    assert [group.subject for group in groups] == [
        "every set with SVE; 2 registers: ID_AA64ZFR0 (S3_0_C0_C4_4), ID_AA64SMFR0 (S3_0_C0_C4_5)"]
    assert "meets more" in groups[0].meaning


@pytest.mark.parametrize(("old", "new", "word"), [
    (None, "0", "new here"), ("0", None, "gone"), ("0", "EINVAL", "refused now"),
    ("EINVAL", "0", "accepted now"), ("EINVAL", "ENOENT", "another errno"), ("0x1", "0x2", "another value"),
    ("yes", "no", "does not survive"), ("quiet", "complains", "does not survive"),
])
def test_what_it_means(old: str | None, new: str | None, word: str) -> None:
    assert word in behaviour.meaning(old, new)


def test_other_lists_are_compared_as_far_as_they_are_common() -> None:
    result = compared(made(), made({"s.first.set.{}": "EINVAL", "s.first.more": "1"}, "6.12", version="2"))
    assert [group.changes[0].key for group in result.groups] == ["s.first.set.{}"]
    assert any("versions 1 and 2" in note for note in result.notes)


def test_of_another_cpu_only_answers_are_compared() -> None:
    new = made({"s.register.{}.S3_0_C0_C4_0": "0x12", "s.first.set.{}": "EINVAL"}, "6.12", cpu="B")
    result = compared(made(), new)
    assert [group.changes[0].key for group in result.groups] == ["s.first.set.{}"]
    assert any("different CPUs" in note for note in result.notes)


def test_what_was_cut_off_is_not_gone() -> None:
    data = made(kernel="6.12")
    cut = data[: data.index(b"s.register.{PMU|SVE}") + 5]
    result = compared(made({"s.first.set.{SVE}": "0"}), cut)
    assert [group.changes[0].key for group in result.groups] == ["s.first.set.{SVE}"]
    assert any("cut off" in note for note in result.notes)
    # Memory that a VM left behind ends in zeroes.
    assert not recording.parse(cut + bytes(64), "cut").whole


@pytest.mark.parametrize(("data", "code", "word"), [
    (b"", 65, "empty"), (bytes(100), 65, "empty"), (b"TAP version 13\n", 67, "was not written by"),
    (b"# uapi-conform record 9\n", 67, "format 9"), (b"# uapi-conform record 1\n# kernel: x\n", 65, "head"),
    (made().replace(b"# end 10", b"# end 11"), 68, "its end says 11"),
    (made().replace(b"s.first.set.{}\t0\n", b"s.first.set.{}\t1\n"), 68, "its checksum does not match"),
    (unsummed().replace(b"s.first.set.{}\t0\n", b"s.first.set.{}\t0\ns.first.set.{}\t1\n"), 68, "twice"),
    (unsummed().replace(b"s.first.set.{}\t0", b"s.first.set.{} 0"), 68, "no observation"),
    (made() + b"s.first.x\t0\n", 68, "follows its end"),
])
def test_what_is_no_recording(data: bytes, code: int, word: str) -> None:
    with pytest.raises(Problem) as caught:
        recording.parse(data, "it")
    assert caught.value.code == code and word in str(caught.value) and len(caught.value.lines) == 1


STEPS = {"s.first.calls.{SVE}/INIT": "0", "s.first.calls.{SVE}/RUN": "0", "s.first.calls.{SVE}/RUN.2": "0",
         "s.first.calls.{PMU}/INIT": "0", "s.first.calls.{PMU}/RUN": "0", "s.first.calls.{PMU}/RUN.2": "0"}


def test_what_follows_a_change_in_a_sequence_is_its_consequence() -> None:
    changed = STEPS | {"s.first.calls.{SVE}/INIT": "EINVAL", "s.first.calls.{SVE}/RUN": "ENOEXEC",
                       "s.first.calls.{SVE}/RUN.2": "ENOEXEC", "s.first.calls.{PMU}/RUN.2": "EINVAL"}
    result = compared(made(STEPS), made(changed, "6.12"))
    assert [(group.subject, len(group.changes), group.follow) for group in result.groups] == [
        ("calls; {SVE}; INIT", 1, 2), ("calls; {PMU}; RUN; 2", 1, 0)]
    assert "[1 observation, and 2 that follow in the same sequences]" in told(made(STEPS), made(changed, "6.12"))


def test_a_part_that_one_side_has_nothing_of_is_one_change() -> None:
    lacking = {key: None for key in PLAIN if key.startswith("s.register.{")} | {"s.register.there": "no"}
    groups = compared(made(lacking), made({"s.register.there": "yes"}, "6.12")).groups
    assert [(group.changes[0].key, group.changes[0].arrow) for group in groups] == [("s.register.there", "no -> yes")]


def test_numbers_are_told_in_the_words_of_steps() -> None:
    old = {f"s.first.calls.{n}/GET_{n}_x0": "0" for n in ("0x10", "0x2")}
    groups = compared(made(old), made({key: "EINVAL" for key in old}, "6.12")).groups
    assert [group.subject for group in groups] == ["calls; 0x2, 0x10; GET 0x10 x0, GET 0x2 x0"]


ENTRY = """[[change]]
id = "sve-accepted"
what = "SVE alone is accepted"
keys = ["s.first.set.{SVE}"]
old = ["EINVAL"]
new = ["0"]
between = ["6.4", "6.5"]
reason = "it was implemented"
"""


def test_an_explanation_is_of_keys_values_and_versions(tmp_path: Path) -> None:
    path = tmp_path / "explained.toml"
    path.write_text(ENTRY)
    entries = explained.load(path)
    accepted = {"s.first.set.{SVE}": "0"}
    result = compared(made(), made(accepted, "6.12"), entries)
    assert result.groups[0].explained and not result.unexplained
    assert compared(made(accepted, "6.12"), made(), entries).unexplained == []
    late = compared(made(kernel="6.6"), made(accepted, "6.12"), entries)
    assert late.unexplained and late.unexplained[0].looks_like is entries[0]
    assert compared(made(), made({"s.first.set.{SVE}": "EPERM"}, "6.12"), entries).unexplained


def test_what_came_in_steps_explains_kernels_in_between(tmp_path: Path) -> None:
    path = tmp_path / "explained.toml"
    path.write_text(ENTRY.replace('"6.4", "6.5"]', '"6.4", "6.16"]\nwithin = true'))
    entries = explained.load(path)
    for old, new, explains in (("6.4", "6.12", True), ("6.12.9", "6.15", True), ("6.15", "6.16", True), ("6.1", "7.2", True),
                               ("6.1", "6.4.9", False), ("6.16", "7.2", False)):
        assert (entries[0].between(old, new), entries[0].between(new, old)) == (explains, explains), (old, new)
    assert not entries[0].between("", "6.12")


def test_explanations_of_several_files_keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "2.toml").write_text(ENTRY.replace("sve-accepted", "b"))
    (tmp_path / "1.toml").write_text(ENTRY.replace("sve-accepted", "c"))
    assert [entry.id for entry in explained.load(tmp_path)] == ["c", "b"]


@pytest.mark.parametrize(("old", "new", "word"), [
    ('reason = "it was implemented"\n', "", "'reason' is missing"), ("what", "waht", "unknown key 'waht'"),
    ('"6.5"', '"6.4"', "the older version comes first"), ("[[change]]", "[change]", "must be"), (ENTRY, 2 * ENTRY, "twice"),
    ('["s.first.set.{SVE}"]', '["*"]', "says nothing"),
])
def test_mistakes_of_explanations_are_told(tmp_path: Path, old: str, new: str, word: str) -> None:
    path = tmp_path / "explained.toml"
    path.write_text(ENTRY.replace(old, new, 1))
    with pytest.raises(Problem) as caught:
        explained.load(path)
    assert caught.value.code == 78 and word in str(caught.value)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, third = tmp_path / "a.tsv", tmp_path / "b.tsv", tmp_path / "c.tsv"
    old.write_bytes(made())
    new.write_bytes(made({"s.first.set.{SVE}": "0"}, "6.12"))
    third.write_bytes(made({"s.first.set.{SVE}": "0"}, "7.2"))
    assert main(["behaviour", str(old), str(new)]) == 1
    assert main(["behaviour", str(new), str(third)]) == 0
    assert main(["behaviour", str(old)]) == 64
    assert main(["behaviour", str(old), str(tmp_path / "none")]) == 66
    capsys.readouterr()
    assert main(["behaviour", "--matrix", str(third), str(old), str(new)]) == 1
    assert " C .  INIT of a new vCPU: set; {SVE}" in capsys.readouterr().out.replace("  C  .", " C .")
    assert main(["behaviour", "--format", "html", str(old), str(new), "-o", str(tmp_path / "p.html")]) == 1
    assert "EINVAL -&gt; 0" in (tmp_path / "p.html").read_text()
    assert main(["behaviour", "--format", "markdown", str(old), str(new)]) == 1
    assert "`EINVAL -> 0`" in capsys.readouterr().out


def test_our_own_explanations_are_sound() -> None:
    explained.load()


@pytest.mark.long
def test_eighty_cells_take_no_time() -> None:
    body = {f"s.register.{{SVE}}.{n:016x}": hex(n) for n in range(50000)}
    files = [made(body, kernel) for kernel in ("6.1", "6.12")]
    begin = time.process_time()
    for _ in range(4):
        old, new = (recording.parse(data, "x") for data in files)
        behaviour.compare(old, new, [])
    # 80 in 5 s, on a machine that is as slow as four of this sort.
    assert time.process_time() - begin < 8 * 5 / 80 * 4
