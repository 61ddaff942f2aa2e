# SPDX-License-Identifier: GPL-2.0-only
"""What the documents say is so."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ci.explore import COMPILER, FLAGS
from fixtures import ROOT
from report import catalogue
from report.catalogue import default_binary

BUILT = default_binary().parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
FINDINGS = ROOT / "docs/findings"
MAILS = sorted(path for path in FINDINGS.glob("*.md") if path.name != "README.md")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_pointed_at_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (path.parent / link).exists(), link
    named = re.findall(r"`((?:ci|docs|fixtures|harness|report|suites|packaging)/[\w./-]+)`", text)
    # A suite of the reader's own, and what only a lab or a run has.
    for name in set(named) - {"suites/pipe2/suite.c"}:
        assert (ROOT / name).exists() or name.startswith("build/"), name


def test_the_suite_in_the_document_is_one(tmp_path: Path) -> None:
    """Compiled as make would, with this harness and no other suite."""
    if not (BUILT / "obj/harness/main.o").exists():
        pytest.skip("the harness is not built for this machine")
    text = (ROOT / "docs/adding-a-suite.md").read_text(encoding="utf-8")
    source = tmp_path / "suite.c"
    source.write_text(text.partition("```c\n")[2].partition("```\n")[0])
    objects = [BUILT / f"obj/harness/{path.stem}.o" for path in (ROOT / "harness").glob("*.c")]
    binary = tmp_path / "pipe2"
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wshadow",
                    "-Wstrict-prototypes", "-Werror", f"-I{ROOT}/harness", "-o", binary, source,
                    *objects, ROOT / "build/revision.c", *(ROOT / "build/text").glob("harness/**/*.c"), "-pthread"],
                   check=True)
    done = subprocess.run([binary], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.findall(r"^ok \d \S+$", done.stdout, re.MULTILINE) == [
        "ok 1 pipe2.call.plain", "ok 2 pipe2.call.unknown_flag", "ok 3 pipe2.call.null"]
    said = subprocess.run([binary, "--requirements"], capture_output=True, text=True, check=True).stdout
    assert said.count("man7.org") == 3 and "no row" not in said


@pytest.mark.long
def test_the_codes_of_the_programs_are_in_the_table() -> None:
    text = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE))
    for words in (["ci/run"], ["ci/explore"], ["ci/soak"], *(["report/uapi-report", name] for name in (
            "diff", "html", "import", "qualify", "verify")), ["report/uapi-report"]):
        said = subprocess.run([*words, "--help"], cwd=ROOT, capture_output=True, text=True, check=True,
                              env={**os.environ, "COLUMNS": "200"}).stdout
        codes = re.findall(r"(?:^|[;,] |else |: )(\d+) [a-zQNI]", " ".join(said.partition("Exit")[2].split()))
        assert len(codes) > 2 and set(codes) <= table, words


def test_each_finding_has_its_mail() -> None:
    text = (FINDINGS / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\]\(([^)]+\.md)\)", text)) == [path.name for path in MAILS]


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_has_what_a_maintainer_takes(path: Path) -> None:
    """Its parts in their order, a link for each clause, the row or the program that shows it."""
    text = path.read_text(encoding="utf-8")
    parts = re.findall(r"^(.+)\n-{5,}$", text, re.MULTILINE)
    assert [part for part in parts if part not in ("What is known of it", "The same fault elsewhere")] == [
        "What is documented", "What happens", "How to reproduce", "The machine", "The mend"]
    assert text.split("\n")[3].startswith("Subject: ")
    promises = text.partition("What is documented")[2].partition("What happens")[0]
    assert promises.count("https://") >= promises.count("[")
    assert "qemu-system-aarch64 " in text and "Linux " in text.partition("The machine")[2]
    rows = set(re.findall(r"--case ([\w.]+)", text))
    assert rows <= catalogue.load().rows.keys() and (rows or "```c\n" in text)


@pytest.mark.parametrize("path", [path for path in MAILS if "```c\n" in path.read_text(encoding="utf-8")],
                         ids=lambda path: path.stem)
def test_the_program_in_a_mail_compiles(path: Path, tmp_path: Path) -> None:
    if shutil.which(COMPILER) is None:
        pytest.skip(f"{COMPILER} is not installed")
    source = tmp_path / "reproducer.c"
    source.write_text(path.read_text(encoding="utf-8").partition("```c\n")[2].partition("```\n")[0])
    done = subprocess.run([COMPILER, *FLAGS, "-c", "-o", tmp_path / "reproducer.o", source],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
