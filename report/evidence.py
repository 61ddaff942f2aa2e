# SPDX-License-Identifier: GPL-2.0-only
"""What the logs of a cell prove. A result is judged by this when it is written, and again whenever
it is read: what it says must follow from what lies beside it."""

from __future__ import annotations

import re
from typing import Any, cast

from fixtures.problem import Problem
from report import boots, runs, tap
from report.catalogue import Catalogue, CatalogueRow, Requirement
from report.judge import arguments, judge, unjudged
from report.known import Issue
from report.log import NOT_RUN, Log
from report.shapes import Judgement, Meta, Result

TAP, CONSOLE = "results.tap", "console.log"
# What is told of entries that are out of date, or do not apply, takes all of known-issues.toml.
_TOLD = ("stale", "looks_like")


def console(boot: int) -> str:
    """The name of a boot's console log, the first of which is 1."""
    return CONSOLE if boot == 1 else f"console-{boot}.log"


def _boots(found: dict[str, bytes], meta: Meta, catalogue: Catalogue) -> list[Log]:
    """What each boot printed: the whole console of a VM, or what of an imported log is ours."""
    if imported := meta.get("imported"):
        return runs.read(found, catalogue.suites, imported.get("run"))
    return [tap.parse(data) for data in found.values()] or [tap.parse(b"")]


def _tap(log: Log, result: Judgement) -> bytes:
    """The log's TAP, which no consumer takes for a pass unless the run was a whole one.

    Where results are missing the plan, left as it is, says so. Where they are all there
    and something else is wrong, one result more than was planned does. Not "Bail out!",
    after which prove would not look at the other cells' files.
    """
    lines = list(log.tap)
    wrong = result["problems"] + [f"--strict: {name} was not judged" for name in log.strict]
    lines += [f"# uapi-conform report: {line}" for line in wrong]
    if wrong and log.plan is not None and log.results == log.plan:
        lines.append(f"not ok {log.plan + 1} report.log.incomplete")
    return "".join(f"{line}\n" for line in lines).encode()


def judged(
    found: dict[str, bytes], meta: Meta, catalogue: Catalogue, issues: list[Issue]
) -> tuple[Judgement, bytes]:
    """What a cell's consoles come to, and their TAP. found: name and contents, in order of the
    boots; meta: as for results.write_cell()."""
    ends = [boot.get("end", "") for boot in meta.get("boots", [{"end": meta.get("problem") or ""}])]
    log = boots.whole(_boots(found, meta, catalogue), ends, catalogue.rows)
    words = arguments(meta)
    if "imported" in meta and not words:
        log.all_asked = log.plan == len(log.rows) == log.results and not log.problems
    if (len(found) > 1 or "imported" in meta) and "--strict" in words:
        log.strict = unjudged(log, catalogue, words)
    result = judge(log, meta, catalogue, issues)
    return result, _tap(log, result)


def left_out(meta: Meta) -> Judgement:
    """What is said of a cell that was not run on purpose; meta says the reason."""
    result = judge(Log(), meta, Catalogue({}, {}), [])
    result["verdict"] = NOT_RUN
    return result


def _catalogue(result: Result) -> Catalogue:
    """The rows and requirements as the result itself has them. A row without a requirement is one
    that its catalogue did not have."""
    rows = {row["id"]: CatalogueRow(row["id"], tuple(row["checks"]), tuple(row["needs"]), "")
            for row in result["rows"] if row["checks"]}
    clauses = {entry["id"]: Requirement(entry["id"], entry["mandatory"], "", "")
               for entry in result["requirements"]}
    return Catalogue(rows, clauses)


def _proven(value: Any) -> Any:
    """A part of a result without what the logs do not decide."""
    if isinstance(value, list):
        return [_proven(entry) for entry in value]
    if isinstance(value, dict):
        return {key: entry for key, entry in value.items() if key not in _TOLD}
    return value


def _difference(key: str, said: Any, proven: Any) -> str:
    """What a part of a result says, against what follows from the logs."""
    if isinstance(proven, str) and isinstance(said, str):
        return f"says {said}, and the logs beside it say {proven}"
    if key in ("rows", "requirements"):
        for old, new in zip(said, proven):
            if old["id"] == new["id"] and old["verdict"] != new["verdict"]:
                return f"says {old['verdict']} of {new['id']}, and the logs beside it say {new['verdict']}"
    return f"'{key}' does not follow from the logs beside it"


def contradiction(result: Result, files: dict[str, bytes]) -> str:
    """Why a result does not follow from its logs, or nothing. files: those that it names, as they
    are now."""
    try:
        if not files and result["verdict"] == NOT_RUN and result["meta"].get("reason"):
            again, text = left_out(result["meta"]), None
        else:
            names = [console(boot) for boot in range(1, len(set(files) - {TAP}) + 1)]
            if set(files) - {TAP} != set(names):
                return "has other logs than a result has"
            consoles = {name: files[name] for name in names}
            issues = [Issue(**entry) for entry in result["known_issues"]]
            again, text = judged(consoles, result["meta"], _catalogue(result), issues)
    except Problem as error:
        return error.lines[0]
    except (TypeError, ValueError, KeyError, AttributeError, IndexError, RecursionError, re.error):
        return "is not as the format says"
    stated = cast(dict[str, Any], result)
    for key, proven in sorted(cast(dict[str, Any], again).items(), key=lambda item: item[0] != "rows"):
        said = stated.get(key)
        if key not in _TOLD and _proven(said) != _proven(proven):
            return _difference(key, said, proven)
    return "" if files.get(TAP) == text else f"{TAP} does not follow from the logs beside it"
