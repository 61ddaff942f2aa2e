# SPDX-License-Identifier: GPL-2.0-only
"""KernelCI's common format, KCIDB v5.3: what its database takes as a submission.

A kernel is a checkout and a build of it, known by what uname says, for the rest is not ours to
know. Each row of each cell is a test under "uapi_conform.", each cell one at "uapi_conform"
with the whole cell's status and time. A known failure is a FAIL like any other, and an
incident ties it to the issue that explains it. A row that was not asked for is left out: for
KCIDB that means "no data"; one that was and has no result is a MISS. A cell of a kernel that nobody could
fetch or build is left out too: a test wants a build, and there was none.

The ids of tests are made of the result's own checksum, so that what is submitted twice is
there once.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema

from fixtures.problem import USAGE, Problem
from report import across_cells, trouble
from report.log import ERROR, FAIL, KNOWN, NOT_RUN, PASS, SKIP
from report.results import names
from report.shapes import KnownIssue, Result
from report.text import plain

VERSION = {"major": 5, "minor": 3}
ROOT = "uapi_conform"
MOST_EXCERPT = 16384
STATUS = {PASS: "PASS", FAIL: "FAIL", KNOWN: "FAIL", ERROR: "ERROR", SKIP: "SKIP", NOT_RUN: "MISS"}
_ARCHITECTURE = {"aarch64": "arm64", "armv7l": "arm", "i686": "i386"}


def _path(name: str) -> str:
    """A dotted path, whatever the name is."""
    parts = [re.sub(r"[^A-Za-z0-9_-]", "_", part) for part in name.split(".")]
    return ".".join([ROOT, *filter(None, parts)])


def _excerpt(lines: list[str]) -> dict[str, str]:
    text = "\n".join(lines)
    # What broke stands at the end of a log.
    return {"log_excerpt": text[-MOST_EXCERPT:]} if text else {}


def _identity(result: Result) -> tuple[str, str, dict[str, Any]]:
    """What the kernel says of itself, its image's checksum, and where it came from."""
    meta = result["meta"]
    file = meta.get("kernel_file")
    file = file if isinstance(file, dict) else {}
    image = meta.get("image_sha256") or file.get("image_sha256") or ""
    return result["provenance"].get("kernel", ""), str(image), file


class _Submission:
    """The document while it grows."""

    def __init__(self, origin: str, results: list[Result]) -> None:
        self.origin = origin
        self.kernels: dict[str, tuple[str, str, dict[str, Any]]] = {}
        for result in results:
            if any((identity := _identity(result))[:2]):
                self.kernels.setdefault(result["meta"]["kernel"], identity)
        self.lists: dict[str, list[dict[str, Any]]] = {
            kind: [] for kind in ("checkouts", "builds", "tests", "issues", "incidents")
        }
        self.ids: set[str] = set()
        self.texts = across_cells.known_texts()
        self.without_kernel: list[str] = []

    def add(self, kind: str, name: str, **fields: Any) -> str:
        """Add an object unless it is there; returns its id."""
        full = f"{self.origin}:{name}"
        if full not in self.ids:
            self.ids.add(full)
            self.lists[kind].append({"id": full, "origin": self.origin, **fields})
        return full

    def build(self, result: Result) -> str | None:
        """The kernel that a cell ran, by what is known of it; None if there was no such kernel."""
        kernel = result["meta"]["kernel"]
        said, image, file = _identity(result)
        if not (said or image):  # it was not run, or died at once; its neighbours tell
            if kernel not in self.kernels:
                return None
            said, image, file = self.kernels[kernel]
        mark = hashlib.sha256(f"{said}\n{image}".encode()).hexdigest()[:16]
        machine = said.rsplit(" ", 1)[-1]
        extra = {"architecture": _ARCHITECTURE.get(machine, machine)} if said else {}
        checkout = self.add(
            "checkouts", f"{kernel}:{mark}:checkout", comment=said or kernel, valid=True)
        misc = {"kernel": kernel, **({"kernel_file": file} if file else {})}
        return self.add("builds", f"{kernel}:{mark}", checkout_id=checkout, comment=said or kernel,
                        status="PASS", misc=misc, **extra)

    def cell(self, result: Result) -> None:
        """One cell: itself, its rows, and what is known about them."""
        build = self.build(result)
        if build is None:
            self.without_kernel.append(names(result))
            return
        mark = result["digest"][:24]
        meta = result["meta"]
        kept = {k: v for k, v in meta.items() if k not in ("kernel", "cell", "kernel_file") and v}
        environment: dict[str, Any] = {"comment": names(result)}
        whole = {"duration": meta["seconds"]} if meta.get("seconds") is not None else {}
        if meta.get("started"):
            whole["start_time"] = meta["started"]
        lines = [*trouble.complaints(result), *([meta["reason"]] if meta.get("reason") else [])]
        if result["problems"]:
            lines += result["kernel_log"][-100:]
        self.add("tests", f"{mark}:", build_id=build, path=ROOT, status=STATUS[result["verdict"]],
                 environment={**environment, "misc": {"cell": meta["cell"], **kept}},
                 misc={"provenance": result["provenance"]}, **whole, **_excerpt(lines))
        issues = {entry["id"]: self.issue(entry) for entry in result["known_issues"]}
        for row in result["rows"]:
            if not row["selected"]:
                continue
            said = {"reason": row["reason"], "info": row["info"], "known": row["known"],
                    "looks_like": row["looks_like"]}
            misc: dict[str, Any] = {"requirements": row["requirements"]}
            if row["verdict"] in (FAIL, ERROR):
                misc["links"] = [document.link for document in self.texts.documents(row["requirements"])]
            misc |= {key: value for key, value in said.items() if value}
            # The one that was running when the kernel went down did not miss its turn.
            down = row["id"] == result["guilty"] and row["verdict"] == NOT_RUN
            status = "ERROR" if down else STATUS[row["verdict"]]
            test = self.add("tests", f"{mark}:{row['id']}", build_id=build, path=_path(row["id"]),
                            status=status, environment=environment, misc=misc,
                            **_excerpt(row["kernel"] + row["detail"]))
            if row["known"] in issues:
                self.add("incidents", f"{mark}:{row['id']}:{row['known']}", present=True,
                         issue_id=issues[row["known"]], issue_version=1, test_id=test)

    def issue(self, entry: KnownIssue) -> str:
        """An entry of known-issues.toml."""
        url = re.search(r"https?://[^\s<>\"']+", entry["reference"])
        return self.add("issues", f"issue:{entry['id']}", version=1, culprit={"code": True},
                        comment=entry["behaviour"], misc=entry,
                        **({"report_url": url[0]} if url else {}))


def schema() -> dict[str, Any]:
    """The part of KCIDB v5.3 that a submission of ours uses, as a JSON schema."""
    text = Path(__file__).with_name("kcidb.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def document(results: list[Result], origin: str = ROOT) -> tuple[dict[str, Any], list[str]]:
    """The submission, and the cells that are not in it. Raises Problem for an origin that KCIDB
    would not take."""
    if not re.fullmatch(r"[a-z0-9_]+", origin):
        raise Problem(f"origin '{origin}': only a-z, 0-9 and _ may be in it", USAGE)
    results = plain(results)
    submission = _Submission(origin, results)
    for result in results:
        submission.cell(result)
    whole: dict[str, Any] = {"version": VERSION, **{k: v for k, v in submission.lists.items() if v}}
    jsonschema.Draft202012Validator(schema()).validate(whole)
    return whole, submission.without_kernel


def render(results: list[Result], origin: str = ROOT) -> str:
    """The submission as text. What is not in it is said."""
    whole, left_out = document(results, origin)
    for cell in left_out:
        print(f"report: {cell} had no kernel: no build and no test of it is submitted",
              file=sys.stderr)
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
