# SPDX-License-Identifier: GPL-2.0-only
"""The page, as text. What a browser makes of it is test_browser.py's."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import across_cells, html, results, trouble
from report.catalogue import Catalogue
from report.log import SKIP
from report.problem import TRUNCATED
from report.tests import sample
from report.tests.conftest import golden
from report.tests.test_formats import HOSTILE

VOID = {"meta", "br", "link", "hr", "img", "input"}


class Page(HTMLParser):
    """The page's elements, if they are nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]

    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def known(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    return catalogue


@pytest.fixture
def found(tmp_path: Path, known: Catalogue) -> list[Any]:
    return results.find([sample.run(tmp_path, known)])[0]


def test_everything_is_there(found: list[Any]) -> None:
    page = Page(html.render(found, [Problem("x/results.json: is cut off", TRUNCATED)]))
    said = page.said()
    for text in (
        "1 of 6 requirements is not kept, in 2 of 5 configurations",
        "expected: EINVAL", "the positive control 'init' failed", "x/results.json: is cut off",
        "the log ends while demo.pairing.plain was running", "Unable to handle kernel NULL pointer",
        "INIT accepts one of the two features.", "The check came later.", "5.2 to 6.4",
        "needs QEMU 10.0", "the CPU has no keys", "not reached: the log ends", "no row checks it",
        "ci/run --cells stock-7.2/pauth-off",
        "ci/run --cells stock-6.12/max --args '--case demo.pairing.one_sided'", "1a2b3c",
    ):
        assert text in said, text
    assert said.index("Failures") < said.index("Requirements by kernel and configuration")


def test_a_row_that_left_no_result_is_no_pass_on_the_page(
    tmp_path: Path, known: Catalogue
) -> None:
    """Whatever the others say, here and elsewhere: the console lost the last row's line."""
    torn = golden("pass").replace(b"ok 5 demo.state.again\n", b"")
    found = [sample.cell(tmp_path, known, golden("pass"), "k", "whole"),
             sample.cell(tmp_path, known, torn, "k", "torn")]
    page = html.render(found, [])
    assert 'title="AGAIN, k/torn: ERROR"' in page
    lines = {line.short: line.verdict for line in across_cells.matrix(found, known)}
    assert (lines["AGAIN"], lines["CAPS"]) == ("ERROR", "PASS")
    assert Page(page).said().startswith("ERROR: uapi-conform")


def test_links_and_names(found: list[Any]) -> None:
    page = Page(html.render(found, []))
    ids = page.values("id")
    assert len(set(ids)) == len(ids)
    links = page.values("href")
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    outside = [link for link in links if not link.startswith("#")]
    assert set(outside) == {"https://example.org/thread?a=1&b=2", "https://example.org/book"}
    for result in found:
        place = found.index(result)
        assert f"#cell-{place}" in links and f"cell-{place}" in ids


def test_a_red_field_leads_to_its_failure(found: list[Any]) -> None:
    text = html.render(found, [])
    link = re.search(r'title="PAIRING, stock-6.12/max: FAIL"><a href="#([^"]+)">', text)
    assert link
    body = text[text.index(f'id="{link[1]}"') :]
    assert "demo.pairing.one_sided" in body[: body.index("</details>")]
    for title, place in (
        ("AGAIN, stock-6.12/max: ERROR", "error-1"),
        ("PAIRING, stock-6.1/max: known", "known-one-sided"),
        ("PAIRING, stock-7.2/pauth-off: FAIL", "fail-1"),
    ):
        assert f'title="{title}"><a href="#{place}">' in text


def test_it_needs_nothing_and_runs_nothing(found: list[Any]) -> None:
    page = Page(html.render(found, []))
    assert not {"script", "img", "link", "iframe", "object", "form", "base"} & set(page.tags)
    assert not page.values("src") and not [n for _, n, _ in page.attributes if n.startswith("on")]
    assert not re.search(r"@import|url\(", page.text)
    assert "default-src 'none'" in "".join(page.values("content"))


def test_not_by_colour_alone(found: list[Any]) -> None:
    """Each field of the matrix has its verdict as a word, whatever is seen of it."""
    text = html.render(found, [])
    found_matrix = re.search(r'<table class="matrix.*?</table>', text, re.S)
    assert found_matrix
    matrix = found_matrix[0]
    fields = re.findall(r'<td class="([fekpsn])( edge)?"[^>]*>(.*?)</td>', matrix)
    assert len(fields) == 6 * 6
    looks = [look for look in html.LOOK.values() if look[2] != "not run"]
    words = {look[0]: f"{look[1]}<i>{look[2]}</i>" for look in looks}
    for letter, _, inside in fields:
        assert words[letter] in inside
    assert matrix.count("<th scope=") == 6 + 6 + 1 + 3 + 1


def test_a_suite_that_applies_nowhere_is_one_line(tmp_path: Path, known: Catalogue) -> None:
    one = sample.cell(tmp_path, known, golden("skip"), "k", "c")
    text = html.render([one], [])
    assert ">all 6 requirements</a>" in text and text.count("<i>not tested</i>") == 1
    other = sample.cell(tmp_path, known, golden("pass"), "k", "d")
    assert ">all 6 requirements</a>" not in html.render([one, other], [])


def test_hostile_text_stays_text(tmp_path: Path, known: Catalogue) -> None:
    plain = Page(html.render([sample.cell(tmp_path, known, golden("mixed"), "k", "c")], []))
    log = golden("mixed").replace(b"got:      0", b"got:\x00" + HOSTILE.encode())
    log = log.replace(b"the CPU has no keys", HOSTILE.encode())
    log = log.replace(b"# demo: both", b"# demo: " + HOSTILE.encode())
    bad = 'c"><script>x</script>'
    result = sample.cell(tmp_path, known, log, "k", "d", problem=HOSTILE, reproduce=HOSTILE)
    result["meta"]["cell"] = bad
    page = Page(html.render([result], [Problem(HOSTILE, 65)]))
    assert set(page.tags) - set(plain.tags) <= {"ul", "li"}
    assert "<script>alert(1)</script>" in page.said() and "{{ 7*7 }}" in page.said()
    assert "\u202e" not in page.text and "\\u202e" in page.text and "\0" not in page.text
    page.text.encode("utf-8")


def test_without_the_suite_built(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UAPI_CONFORM_BINARY", str(tmp_path / "none"))
    result = sample.cell(tmp_path, catalogue, golden("mixed"), "k", "c")
    said = Page(html.render([result], [])).said()
    assert "texts and sources are missing: run make" in said and "expected: EINVAL" in said


@pytest.mark.parametrize(
    "logs,want",
    [
        ("pass", "✓ pass every requirement that was judged is kept: 5 of 6, in 1 configuration"),
        ("skip", "– skip nothing was judged: no requirement applies here"),
        ("panic", "✗ FAIL 1 of 6 requirements is not kept, in 1 of 1 configuration"),
        ("hang", "! ERROR no verdict in 1 of 1 configuration: the test or its set-up broke"),
    ],
)
def test_headlines(logs: str, want: str, tmp_path: Path, known: Catalogue) -> None:
    said = Page(html.render([sample.cell(tmp_path, known, golden(logs), "k", "c")], [])).said()
    assert want in said
    assert ("Failures" in said) == ("FAIL" in want)


def test_only_cells_that_were_left_out(tmp_path: Path, known: Catalogue) -> None:
    result = results.write_not_run(tmp_path, {"kernel": "k", "cell": "c"}, "no network")
    said = Page(html.render([result], [])).said()
    assert "nothing was tested" in said and "no network" in said


def test_same_results_same_page(found: list[Any]) -> None:
    assert html.render(found, []) == html.render(found, [])


def test_many_cells(tmp_path: Path, known: Catalogue) -> None:
    log = golden("mixed")
    found = [sample.cell(tmp_path, known, log, f"k{n // 20}", f"c{n}") for n in range(60)]
    page = Page(html.render(found, []))
    assert "matrix dense" in page.text and page.tags["td"] > 6 * 60
    assert "60 of 60 configurations: k0 (all 20); k1 (all 20); k2 (all 20)" in page.said()
    result = found[0]
    assert across_cells.where([results.names(r) for r in found if r is not result], found).startswith(
        'k0 (all 20 except "c0"); k1 (all 20)')


def test_what_is_asked_for_comes_first(tmp_path: Path, known: Catalogue) -> None:
    """The newest kernel that was judged; then the others; the reference kernel last."""
    for kernel, release, log in (
        ("reference", b"8.0.0", "pass"), ("stock-6.12", b"6.12.1", "pass"), ("stock-7.10", b"7.10.2", "mixed"),
        ("mine", b"7.9.0", "pass"), ("stock-9", b"9.1.0", "skip"),
    ):
        sample.cell(tmp_path, known, golden(log).replace(b"Linux 7.2.13", b"Linux " + release), kernel, "max")
    found = results.find([tmp_path])[0]
    ordered = [result["meta"]["kernel"] for result in across_cells.by_kernel(found)]
    assert ordered == ["stock-7.10", "mine", "stock-6.12", "stock-9", "reference"]
    page = html.render(found, [], logs={"stock-7.10/max": "../run/stock-7.10/max/console.log"})
    first = page[page.index('<details class="find f" open>') :]
    headline = first[: first.index("</summary>")]
    assert '<span class="answer">expected EINVAL, got 0</span>' in headline
    assert 'href="../run/stock-7.10/max/console.log"' in first[: first.index("</details>")]
    assert page.count(' class="find f" open') == 1 and page.index('id="failures"') < page.index('id="kernels"')


def test_lines_that_say_the_same_are_one(tmp_path: Path) -> None:
    """Where there are many; never one that says something bad."""
    def line(number: int, *verdicts: str) -> across_cells.Line:
        return across_cells.Line(f"s:R{number}", None, list(verdicts), across_cells.worst(verdicts), True)

    many = [line(n, "PASS", "SKIP" if n % 2 else "PASS") for n in range(30)] + [line(30, "FAIL", "PASS")]
    (suite, folded), = across_cells.fold(many)
    assert suite == "s" and [len(one.folded) for one in folded] == [0, 15, 15]
    assert folded[0].id == "s:R30" and folded[2].folded[:2] == ["s:R1", "s:R3"]
    assert len(across_cells.fold(many[:20])[0][1]) == 20
    whole, = across_cells.fold([line(n, "SKIP", "NOT TESTED") for n in range(3)])[0][1]
    assert whole.whole and whole.verdicts == ["SKIP", "NOT TESTED"]


def test_facts_are_what_is_recorded_and_stands_nowhere_else(tmp_path: Path, catalogue: Catalogue) -> None:
    result = sample.cell(tmp_path, catalogue, golden("mixed"), "k", "c", qemu="7.2", empty="", none=None,
                         kernel_file={"name": "Image"}, page_size="asked")
    facts = html._facts(result)
    assert facts["qemu"] == "7.2" and facts["kernel_file: name"] == "Image"
    assert facts["page_size"] == "4096" and facts["page_size (asked)"] == "asked"
    assert not {"empty", "none", "cell", "reproduce", "reason"} & set(facts)


def test_why_a_requirement_was_not_judged(tmp_path: Path, catalogue: Catalogue) -> None:
    """Its reason; where none was printed, that is said."""
    result = sample.cell(tmp_path, catalogue, golden("mixed"), "k", "c")
    assert [f.lines for f in trouble.unjudged([result], SKIP)] == [["the CPU has no keys"]]
    next(entry for entry in result["requirements"] if entry["verdict"] == SKIP)["reason"] = ""
    assert [f.lines for f in trouble.unjudged([result], SKIP)] == [["no reason was printed"]]


def test_what_looks_like_a_known_failure_is_told_apart(tmp_path: Path, catalogue: Catalogue) -> None:
    """The same failure twice is one finding, unless one of them resembles what is known elsewhere."""
    pair = [sample.cell(tmp_path, catalogue, golden("mixed"), "k", name) for name in ("a", "b")]
    alike = len(trouble.failures(pair))
    failed = next(row for row in pair[0]["rows"] if row["verdict"] == "FAIL" and row["detail"])
    failed["looks_like"] = "one-sided"
    assert len(trouble.failures(pair)) == alike + 1
