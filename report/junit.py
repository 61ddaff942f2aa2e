# SPDX-License-Identifier: GPL-2.0-only
"""JUnit's XML, for CI systems that show it: a suite for each cell, a test case for each row.

There is no schema that everybody keeps; this is what Jenkins and GitLab read. What stands
for which verdict:

FAIL          <failure>
ERROR         <error>, as JUnit tells a wrong answer from a test that broke
NOT RUN       <error> if the row was to run and left no result, else <skipped>
SKIP          <skipped> with the reason
FAIL (known)  <skipped> with the entry's id and what it says; the failure itself in
              <system-out>. JUnit knows no expected failure: as a <failure> it would turn
              every pipeline red for what is understood, and as a pass it would be a lie.

What is wrong with a cell as a whole (a crash, say) is a test case of its own, "the cell"; and so
is a result that cannot be read.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from xml.etree.ElementTree import Element, SubElement

from fixtures.problem import Problem
from report import across_cells, trouble
from report.catalogue import Catalogue
from report.ending import in_short
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, SKIP
from report.results import names
from report.shapes import Result, Row
from report.text import plain

CELL = "the cell"
LAST_WORDS = 50


def _case(suite: Element, name: str, classname: str) -> Element:
    return SubElement(suite, "testcase", name=name, classname=classname)


def _classname(result: Result) -> str:
    """The cell with the kernel as its package; a dot in the kernel's name would start another."""
    meta = result["meta"]
    return ".".join(str(meta[key]).replace(".", "_") for key in ("kernel", "cell"))


def _row(suite: Element, row: Row, classname: str, behaviours: dict[str, str],
         texts: Catalogue) -> None:
    case = _case(suite, row["id"], classname)
    verdict = trouble.shown(row)
    documents = texts.documents(row["requirements"]) if verdict in (FAIL, ERROR, KNOWN) else []
    links = [f"see: {document.title}: {document.link}" for document in documents]
    text = "\n".join(row["detail"] + links + row["kernel"])
    about = ", ".join(row["requirements"]) or "row"
    if verdict == FAIL:
        message = "; ".join([in_short(row), *trouble.resemblance(row["looks_like"])])
        SubElement(case, "failure", type=about, message=message).text = text
    elif verdict == ERROR or (verdict == NOT_RUN and row["selected"]):
        SubElement(case, "error", type=verdict, message=row["reason"] or verdict).text = text
    elif verdict in (SKIP, NOT_RUN):
        SubElement(case, "skipped", message=row["reason"] or verdict)
    elif verdict == KNOWN:
        behaviour = behaviours.get(row["known"] or "", "")
        SubElement(case, "skipped", message=f"known issue {row['known']}: {behaviour}")
        SubElement(case, "system-out").text = "\n".join(row["detail"] + links)
    if row["info"]:
        out = case.find("system-out")
        out = SubElement(case, "system-out") if out is None else out
        out.text = "\n".join(filter(None, [out.text, *row["info"]]))


def _suite(root: Element, result: Result) -> None:
    suite = SubElement(root, "testsuite", name=names(result))
    seconds = result["meta"].get("seconds")
    if seconds is not None:
        suite.set("time", f"{seconds:.3f}")
    facts = {**result["provenance"], **{f"meta.{k}": v for k, v in result["meta"].items()}}
    properties = SubElement(suite, "properties")
    for name, value in facts.items():
        if isinstance(value, str | int | float) and value != "":
            SubElement(properties, "property", name=name, value=str(value))
    behaviours = {entry["id"]: entry["behaviour"] for entry in result["known_issues"]}
    classname = _classname(result)
    texts = across_cells.known_texts()
    for row in result["rows"]:
        _row(suite, row, classname, behaviours, texts)
    if result["verdict"] == NOT_RUN:
        reason = result["meta"].get("reason", "")
        SubElement(_case(suite, CELL, classname), "skipped", message=reason)
    elif wrong := trouble.complaints(result):
        error = SubElement(_case(suite, CELL, classname), "error", type=ERROR, message=wrong[0])
        error.text = "\n".join(wrong)
        if result["kernel_log"]:
            SubElement(suite, "system-err").text = "\n".join(result["kernel_log"][-LAST_WORDS:])


def _count(element: Element) -> None:
    """The totals that a suite, and the whole, say of themselves."""
    tally = Counter(child.tag for case in element.iter("testcase") for child in case)
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(attribute, str(tally[tag]))


def render(results: list[Result], wrong: list[Problem]) -> str:
    """The XML document."""
    root = Element("testsuites", name="uapi-conform")
    for result in plain(results):
        _suite(root, result)
    if wrong:
        suite = SubElement(root, "testsuite", name="results that cannot be read")
        for error in wrong:
            for line in error.lines:
                case = _case(suite, plain(line), "report")
                SubElement(case, "error", type=f"exit {error.code}", message=plain(line))
    for suite in root:
        _count(suite)
    _count(root)
    ElementTree.indent(root, " ")
    # It declares no encoding but the default one, so that a text may be written as UTF-8.
    return f'<?xml version="1.0"?>\n{ElementTree.tostring(root, "unicode")}\n'
