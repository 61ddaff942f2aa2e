# SPDX-License-Identifier: GPL-2.0-only
"""What the documents say is so."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from fixtures import ROOT
from report.catalogue import default_binary

BUILT = default_binary().parent
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


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


def test_the_codes_of_the_programs_are_in_the_table() -> None:
    text = (ROOT / "docs/exit-codes.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| (\d+) \|", text, re.MULTILINE))
    for words in (["ci/run"], ["ci/explore"], ["ci/soak"], *(["report/uapi-report", name] for name in (
            "diff", "html", "import", "qualify", "verify")), ["report/uapi-report"]):
        said = subprocess.run([*words, "--help"], cwd=ROOT, capture_output=True, text=True, check=True,
                              env={**os.environ, "COLUMNS": "200"}).stdout
        codes = re.findall(r"(?:^|[;,] |else |: )(\d+) [a-zQNI]", " ".join(said.partition("Exit")[2].split()))
        assert len(codes) > 2 and set(codes) <= table, words
