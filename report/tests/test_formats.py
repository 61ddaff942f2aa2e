# SPDX-License-Identifier: GPL-2.0-only
"""JUnit, KCIDB, Markdown and the requirements' list: read back, and compared with the results."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import jsonschema
import pytest

from fixtures.problem import USAGE, Problem
from report import across_cells, html, junit, kcidb, markdown, requirements, results
from report.catalogue import Catalogue, CatalogueRow
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.problem import TRUNCATED
from report.tests import sample
from report.tests.conftest import golden

HOSTILE = "</pre><script>alert(1)</script> & \"q\" ]]> ``` @name #12 | <!-- {{ 7*7 }} \u202e"


@pytest.fixture
def found(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    return results.find([sample.run(tmp_path, catalogue)])[0]


@pytest.fixture
def hostile(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A failure whose details try to be markup in all of the formats."""
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    log = golden("mixed").replace(b"got:      0", b"got:  \x00\x08 \xff" + HOSTILE.encode())
    return [sample.cell(tmp_path, catalogue, log, "stock-7.2", "max")]


def suites(found: list[Any], wrong: list[Problem] | None = None) -> dict[str, Element]:
    root = ElementTree.fromstring(junit.render(found, wrong or []))
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for tag, total in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert element.get(total) == str(sum(case.find(tag) is not None for case in cases))
        names = [(case.get("classname"), case.get("name")) for case in cases]
        assert len(set(names)) == len(names)
        assert all(len([c for c in case if c.tag != "system-out"]) <= 1 for case in cases)
    return {str(suite.get("name")): suite for suite in root}


def test_junit_tells_verdicts_apart(found: list[Any]) -> None:
    by_name = suites(found)
    assert list(by_name) == [results.names(result) for result in found]
    for result in found:
        suite, counts = by_name[results.names(result)], result["counts"]
        assert suite.get("failures") == str(counts[FAIL])
        broken = bool(result["problems"] or result["stale"])
        assert suite.get("errors") == str(counts[ERROR] + counts[NOT_RUN] + broken)
        left_out = result["verdict"] == NOT_RUN
        assert suite.get("skipped") == str(counts[SKIP] + counts[KNOWN] + left_out)
    failure = by_name["stock-6.12/max"].find("testcase/failure")
    assert failure is not None and "expected: EINVAL" in str(failure.text)
    assert failure.get("type") == "demo:PAIRING"
    known = by_name["stock-6.1/max"].find("testcase/skipped/..")
    assert known is not None and known.get("name") == "demo.pairing.one_sided"
    assert "known issue one-sided" in str(known[0].get("message"))
    assert "got:      0" in str(known.findtext("system-out"))
    crash = by_name["stock-7.2/pauth-off"].find(f"testcase[@name='{junit.CELL}']/error")
    assert crash is not None and "NULL pointer" in str(crash.get("message"))


def test_junit_shows_what_cannot_be_read(found: list[Any]) -> None:
    suite = suites(found, [Problem("x: is cut off", TRUNCATED)])["results that cannot be read"]
    assert suite.get("errors") == "1"


def test_hostile_text(hostile: list[Any]) -> None:
    failure = suites(hostile)["stock-7.2/max"].find("testcase/failure")
    assert failure is not None and "<script>alert(1)</script>" in str(failure.text)
    assert "\\x00\\x08" in str(failure.text) and "\\u202e" in str(failure.text)
    document, _ = kcidb.document(hostile)
    assert any("<script>" in test.get("log_excerpt", "") for test in document["tests"])
    text = markdown.render(hostile, [])
    inside = [m[2] for m in re.finditer(r"^(````+)text\n(.*?)^\1$", text, re.M | re.S)]
    assert "<script>" in "".join(inside) and "<script>" not in text.replace("".join(inside), "")
    assert "@name" not in text.replace("".join(inside), "")


@pytest.mark.parametrize("text", ["a`b", "`", "``x", "a|b", "", "line\nline", "x" * 999])
def test_code_spans_cannot_be_left(text: str) -> None:
    span = markdown.code(text)
    fence = re.match("`+", span)
    assert fence and span.endswith(fence[0]) and "\n" not in span
    inner = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    assert not re.search(r"(?<!\\)\|", inner)


def test_kcidb_statuses(found: list[Any]) -> None:
    document, _ = kcidb.document(found)
    jsonschema.Draft202012Validator(kcidb.schema()).validate(document)
    by_cell: dict[str, Counter[str]] = {}
    for test in document["tests"]:
        cell = test["environment"]["comment"]
        if test["path"] != kcidb.ROOT:
            by_cell.setdefault(cell, Counter())[test["status"]] += 1
    for result in found:
        counts = result["counts"]
        want = {"PASS": counts[PASS], "FAIL": counts[FAIL] + counts[KNOWN], "SKIP": counts[SKIP],
                "ERROR": counts[ERROR],
                "MISS": counts[NOT_RUN]}
        assert by_cell.get(results.names(result), {}) == {k: v for k, v in want.items() if v}
    cells = {t["environment"]["comment"]: t["status"] for t in document["tests"]
             if t["path"] == kcidb.ROOT}
    assert cells == {"stock-6.1/max": "FAIL", "stock-6.12/max": "FAIL", "stock-7.2/max": "PASS",
                     "stock-7.2/pauth-off": "FAIL", "stock-7.2/none": "SKIP",
                     "stock-7.2/qarma3": "MISS"}


def test_kcidb_objects_belong_together(found: list[Any]) -> None:
    document, _ = kcidb.document(found, "my_ci")
    kinds = [kind for kind in document if kind != "version"]
    ids = {kind: [entry["id"] for entry in document[kind]] for kind in kinds}
    for list_ in ids.values():
        assert len(set(list_)) == len(list_) and all(i.startswith("my_ci:") for i in list_)
    assert {build["checkout_id"] for build in document["builds"]} == set(ids["checkouts"])
    assert {test["build_id"] for test in document["tests"]} == set(ids["builds"])
    assert [i["issue_id"] for i in document["incidents"]] == ids["issues"]
    assert document["issues"][0]["report_url"] == "https://example.org/thread?a=1&b=2"
    failing = {test["id"] for test in document["tests"] if test["status"] == "FAIL"}
    assert {incident["test_id"] for incident in document["incidents"]} <= failing
    assert kcidb.document(found, "my_ci")[0] == document


def test_kcidb_claims_no_build_that_did_not_happen(
    tmp_path: Path, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kernel that could not be fetched; one that is known by its file alone; one by a neighbour."""
    none = sample.cell(tmp_path, catalogue, b"", "gone", "max", problem="no kernel: no network")
    file = {"image_sha256": "0" * 64}
    died = sample.cell(tmp_path, catalogue, b"", "dead", "max", problem="x", kernel_file=file)
    ran = sample.cell(tmp_path, catalogue, golden("pass"), "good", "max")
    where = tmp_path / "good" / "other"
    where.mkdir()
    left = results.write_not_run(where, {"kernel": "good", "cell": "other"}, "needs QEMU 10.0")
    document, left_out = kcidb.document([none, died, ran, left])
    assert left_out == ["gone/max"] and "gone" not in json.dumps(document)
    assert {build["misc"]["kernel"] for build in document["builds"]} == {"dead", "good"}
    assert {test["build_id"] for test in document["tests"]} == {
        build["id"] for build in document["builds"]}
    nothing = kcidb.render([none])
    assert set(json.loads(nothing)) == {"version"}
    assert capsys.readouterr().err.splitlines() == [
        "report: gone/max had no kernel: no build and no test of it is submitted"]


def test_kcidb_schema_refuses(found: list[Any]) -> None:
    """The schema is no rubber stamp: each rule of KCIDB's that matters here, broken once."""
    good, _ = kcidb.document(found)
    check = jsonschema.Draft202012Validator(kcidb.schema())
    for field, value in (
        ("status", "NOT RUN"), ("status", "FAIL (known)"), ("path", "a..b"), ("path", "a.b c"),
        ("path", ".a"), ("id", "no-colon"), ("id", "Upper:x"), ("origin", "my-ci"),
        ("build_id", None), ("id", None), ("origin", None), ("log_excerpt", "x" * 16385), ("comment", "a\0b"),
        ("duration", "3 s"), ("verdict", "PASS"),
    ):
        bad = copy.deepcopy(good)
        if value is None:
            del bad["tests"][0][field]
        else:
            bad["tests"][0][field] = value
        assert not check.is_valid(bad), (field, value)
    for version in ({"minor": 3}, {"major": 4, "minor": 3}, {"major": 5, "minor": 4}):
        assert not check.is_valid({**good, "version": version})
    assert check.is_valid({**good, "version": {"major": 5, "minor": 3}})


def test_kcidb_origin(found: list[Any]) -> None:
    with pytest.raises(Problem) as caught:
        kcidb.document(found, "My-CI")
    assert caught.value.code == USAGE


def test_markdown(found: list[Any]) -> None:
    text = markdown.render(found, [])
    lines = text.splitlines()
    assert lines[0] == (
        "### uapi-conform: ❌ FAIL: 1 of 6 requirements is not kept, in 2 of 5 configurations"
    )
    places = [text.index(w) for w in ("demo.pairing.one_sided", "| kernel |", "one-sided`")]
    assert places == sorted(places)
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 5 and len({line.count("|") for line in table}) == 1
    assert text.count("<details>") == text.count("</details>")
    assert "needs QEMU 10.0" in text and "NULL pointer" in text


@pytest.mark.long
def test_markdown_stays_short(tmp_path: Path, catalogue: Catalogue) -> None:
    found = []
    for n in range(60):
        long = b"got: %d\n" % n + b"#   %s\n" % (b"x" * 180) * 500
        log = golden("mixed").replace(b"got:      0", long)
        found.append(sample.cell(tmp_path, catalogue, log, f"k{n}", "max", problem="p" * 9999))
    assert len(markdown.render(found, [])) < 60000


def test_nothing_but_passes(tmp_path: Path, catalogue: Catalogue) -> None:
    found = [sample.cell(tmp_path, catalogue, golden("pass"), "k", "max")]
    text = markdown.render(found, [])
    assert "✅ pass: every requirement that was judged is kept: 5 of 6, in 1 configuration" in text
    assert "####" not in text and suites(found)["k/max"].get("errors") == "0"


def test_what_a_failure_looks_like_is_told_everywhere(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The known failure on a kernel that is too new for the entry; and an entry out of date."""
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    new = sample.KNOWN.replace(b"Linux 6.1.0", b"Linux 6.5.0-vendor")
    old = golden("pass").replace(b"Linux 7.2.13", b"Linux 6.1.0")
    found = [sample.cell(tmp_path, catalogue, new, "vendor", "max"),
             sample.cell(tmp_path, catalogue, old, "old", "max")]
    assert [result["verdict"] for result in found] == [FAIL, PASS]
    looks = "looks like one-sided, which speaks of other versions or configurations"
    failure = suites(found)["vendor/max"].find("testcase/failure")
    assert failure is not None and looks in str(failure.get("message"))
    assert any(test.get("misc", {}).get("looks_like") == "one-sided"
               for test in kcidb.document(found)[0]["tests"])
    assert not kcidb.document(found)[0].get("issues")
    assert looks in markdown.render(found, [])
    page = html.render(found, [])
    assert looks in page and "known issue one-sided no longer fails on old/max" in page


def test_requirements(found: list[Any], catalogue: Catalogue) -> None:
    text = requirements.render(catalogue, found)
    clauses = text.split("\n\n")
    assert len(clauses) == len(catalogue.requirements) + 1
    pairing = next(clause for clause in clauses if clause.startswith("demo:PAIRING"))
    assert pairing.startswith("demo:PAIRING (mandatory): FAIL\n  A text.\n  source: a source\n")
    for line in (
        "FAIL in 2 configurations: stock-6.12/max; stock-7.2/pauth-off",
        "FAIL (known) in 1 configuration: stock-6.1/max",
        "2 rows: demo.pairing.one_sided, demo.pairing.plain",
    ):
        assert line in pairing
    assert "no row checks it" in clauses[5]
    assert clauses[-1] == "6 requirements, 6 rows, 1 without a row\n"
    assert "(mandatory)\n" in requirements.render(catalogue, [])


def test_json_is_what_it_was(found: list[Any]) -> None:
    """No format changes the results it is given."""
    before = json.dumps(found, sort_keys=True)
    junit.render(found, [])
    kcidb.document(found)
    markdown.render(found, [])
    assert json.dumps(found, sort_keys=True) == before


def test_where_to_look_a_clause_up(found: list[Any], catalogue: Catalogue) -> None:
    """On the page, in JUnit and KCIDB beside what failed, and for programs."""
    link = "https://example.org/book"
    assert f'<a href="{link}">A book</a>' in html.render(found, [])
    assert f"see: A book: {link}" in junit.render(found, [])
    tests = json.loads(kcidb.render(found))["tests"]
    assert {test["status"] for test in tests if test.get("misc", {}).get("links") == [link]} == {"FAIL", "ERROR"}
    clauses = json.loads(requirements.as_json(catalogue))
    assert [clause["id"] for clause in clauses] == list(catalogue.requirements)
    assert clauses[0]["documents"] == [{"title": "A book", "link": link}] and clauses[0]["rows"]
    blocks = requirements.as_spdx(catalogue).strip().split("\n\n")
    assert len({block.split("\n")[0] for block in blocks}) == len(clauses)
    assert all(f"SPDX-Req-Note: A book: {link}\nSPDX-Req-End" in block for block in blocks)


# What serde makes of the kernel's tools/kapi (src/formatter/json.rs, src/extractor/mod.rs).
KAPI_DETAILS = {"name", "description", "long_description", "context_flags", "examples", "notes",
                "parameters", "return_spec", "errors", "constraints"}
KAPI_CONSTRAINT = {"name", "description", "expression"}


def test_kapi(catalogue: Catalogue) -> None:
    """Each clause once, with the fields that an interface has there, and no others."""
    first = next(iter(catalogue.requirements.values()))
    other = dataclasses.replace(first, id="other:REQ")
    catalogue = Catalogue({**catalogue.rows, "other.row": CatalogueRow("other.row", (other.id,), (), "")},
                          {**catalogue.requirements, other.id: other})
    listed = json.loads(requirements.as_kapi(catalogue))["apis"]
    assert {entry["name"] for entry in listed} == catalogue.suites
    names = []
    for entry in listed:
        details = json.loads(requirements.as_kapi(catalogue, entry["name"]))["api_details"]
        assert details.keys() <= KAPI_DETAILS and details["name"] == entry["name"]
        assert "https://" in details["notes"]
        for constraint in details["constraints"]:
            assert constraint.keys() == KAPI_CONSTRAINT and constraint["expression"] is None
            clause = catalogue.requirements[constraint["name"]]
            assert clause.text in constraint["description"] and clause.source in constraint["description"]
            names.append(constraint["name"])
    assert names and sorted(names) == sorted(catalogue.requirements)
    with pytest.raises(Problem, match=f"did you mean '{listed[0]['name']}'") as told:
        requirements.as_kapi(catalogue, listed[0]["name"] + "s")
    assert told.value.code == USAGE


def test_a_kernel_that_was_left_out_is_not_run(found: list[Any]) -> None:
    """The comment says so, and of no other kernel; the page counts it among the configurations alone."""
    lines = {line.split("|")[1].strip(): line for line in markdown.render(found, []).split("\n") if line.startswith("| `")}
    assert markdown.MARK[FAIL] in lines["`stock-7.2`"] and not any(
        markdown.MARK[NOT_RUN] in line for line in lines.values())
    alone = [result for result in found if result["verdict"] == NOT_RUN]
    assert f"| `stock-7.2` | {markdown.MARK[NOT_RUN]} | 0 |" in markdown.render(alone, [])
    kernels = {kernel.name: kernel for kernel in across_cells.kernels(found, across_cells.matrix(found, Catalogue({}, {})))}
    assert kernels["stock-7.2"].counts[FAIL] and kernels["stock-7.2"].cells[NOT_RUN] == 1
    # The page's link leads to the first of a kernel's cells.
    assert [results.names(found[kernel.first]) for kernel in kernels.values()] == [
        next(results.names(r) for r in found if r["meta"]["kernel"] == name) for name in kernels]
