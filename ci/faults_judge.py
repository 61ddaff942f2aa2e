# SPDX-License-Identifier: GPL-2.0-only
"""Whether a cell's result is honest about a fault that is known to have happened."""

from __future__ import annotations

import re
from typing import Protocol

from report.shapes import Result


_TORN = re.compile(r"^[^\[\n]+\[ *[0-9.]+\] uapi_conform: in the middle", re.M)


class Expected(Protocol):
    """What may come of the row, and around it."""

    @property
    def verdicts(self) -> tuple[str, ...]: ...

    @property
    def says(self) -> str: ...

    @property
    def rows(self) -> int: ...


def complaints(result: Result, usual: Result, kind: Expected, guilty: str,
               logs: list[str], last: bool) -> list[str]:
    """What is wrong with it. usual: the result without the fault; logs: the consoles; last: no row
    comes after the guilty one."""
    wrong: list[str] = []
    before = {row["id"]: row["verdict"] for row in usual["rows"]}
    rows = {row["id"]: row for row in result["rows"]}
    down = rows[guilty]
    lost = [name for name, row in rows.items()
            if row["verdict"] != before[name] and name != guilty]
    for name in lost[kind.rows:] if all(rows[n]["verdict"] == "NOT RUN" for n in lost) else lost:
        wrong.append(f"{name} is {rows[name]['verdict']}, and {before[name]} without the fault: "
                     f"{rows[name]['reason']}")
    if down["verdict"] not in kind.verdicts:
        wrong.append(f"{guilty} is {down['verdict']}, not {' or '.join(kind.verdicts)}")
    if not re.search(kind.says, "\n".join([down["reason"], *down["detail"]])):
        wrong.append(f"{guilty}: the reason is '{down['reason']}', without '{kind.says}'")
    more = result["counts"]["PASS"] - usual["counts"]["PASS"]
    failed = down["verdict"] in ("FAIL", "ERROR")
    if more > (-1 if failed else 0):
        wrong.append(f"{more:+} passes")
    if failed or lost:
        if result["verdict"] in ("PASS", "SKIP"):
            wrong.append(f"the cell's verdict is {result['verdict']}")
        if not result["problems"]:
            wrong.append("the cell has no problem")
    if failed and not any("kernel" in line or "process" in line for line in down["detail"]):
        wrong.append("nothing of the kernel's in the row's details")
    boots = len(result["meta"].get("boots", [1]))
    if failed and boots != (1 if last else 2):
        wrong.append(f"{boots} boots")
    begun = sum(log.count(f"# run {guilty}\n") for log in logs)
    if failed and begun != 1:
        wrong.append(f"{guilty} was begun {begun} times")
    if kind.rows and not any(_TORN.search(log) for log in logs):
        wrong.append("no line was torn")
    if len(logs) != boots:
        wrong.append(f"{len(logs)} consoles were kept of {boots} boots")
    return wrong
