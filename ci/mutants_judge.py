# SPDX-License-Identifier: GPL-2.0-only
"""What the consoles say of the mutants: which row killed which, and what nobody noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from fixtures.kernel.mutate import Mutant
from report import console, known, tap, versions
from report.catalogue import Catalogue
from report.judge import as_row
from report.log import ERROR, FAIL, Log, Row

NONE = "none"
_BEGIN = re.compile(r"# mutant (\d+) of \d+: ([a-z0-9_@]+)")
_END = re.compile(r"# mutant ([a-z0-9_@]+): exit (\d+)")
_REQUIREMENT = re.compile(r"requirement: \w+:(\w+):")

KILLED = "killed"
ELSEWHERE = "killed elsewhere"
SURVIVED = "survived"
EQUIVALENT = "equivalent"
NOT_EQUIVALENT = "not equivalent"
NOT_RUN = "not run"
# What a run of mutants may consist of and still be a success.
GOOD = (KILLED, EQUIVALENT)


@dataclass
class Section:
    """One run of the suite within a boot: which rows failed or broke, in their order; planned and
    judged, how many; died: the row that the machine ended in, "" if it did not; blamed: what a row's
    failure names, which may be more than the row is there for (the suite's own set-up)."""

    name: str
    failed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    planned: int = -1
    judged: int = 0
    ended: bool = False
    died: str = ""
    blamed: dict[str, list[str]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether every row was judged and none failed."""
        return (self.ended and self.judged == self.planned > 0
                and not self.failed and not self.broken)

    @property
    def why(self) -> str:
        """Why it is not good."""
        if self.died:
            return f"the machine ended in {self.died}"
        if bad := self.failed + self.broken:
            return f"{bad[0]} and {len(bad) - 1} more rows" if len(bad) > 1 else bad[0]
        return f"{self.judged} of {self.planned} rows were judged"


def parts(said: bytes) -> dict[int, tuple[str, list[console.Line], bool]]:
    """What the console says of each run, by its place in the boot's list, from 0 on: the mutant, the
    lines, and whether it came to its end."""
    found: dict[int, tuple[str, list[console.Line], bool]] = {}
    now = -1
    for line in console.read(said):
        if not line.kernel and (match := _BEGIN.fullmatch(line.text)):
            now = int(match[1]) - 1
            found[now] = match[2], [], False
        elif now >= 0:
            name, lines, ended = found[now]
            match = None if line.kernel else _END.fullmatch(line.text)
            found[now] = name, lines, ended or bool(match and match[1] == name)
            if not match:
                lines.append(line)
    return found


# Whether a failed row of a kernel of this version is a known issue.
Excused = Callable[[Row, str], bool]


def never(_row: Row, _release: str) -> bool:
    """Where there are no known issues."""
    return False


def excuses(listed: Catalogue, issues: list[known.Issue], cell: str) -> Excused:
    """Whether one of these issues explains a failure in a cell: it says nothing of a mutant then."""
    def excused(row: Row, release: str) -> bool:
        return row.id in listed.rows and any(
            issue.applies(release, cell) and issue.describes(as_row(listed.rows[row.id], row))
            for issue in issues)
    return excused


def sections(said: bytes, excused: Excused = never) -> dict[int, Section]:
    """The runs of the suite that a boot's console has, by their place in the boot's list. A failure
    that is excused is none, where the kernel has it without a mutant, too: what a mutant adds is the
    mutant's, also where released kernels do the same."""
    found = parts(said)
    logs = {place: tap.parse_lines(lines, vm=False) for place, (_, lines, _) in found.items()}
    known_rows = {place: _excused(log, excused) for place, log in logs.items()}
    standing = {row for place, rows in known_rows.items() if found[place][0] == NONE for row in rows}
    return {place: _section(name, logs[place], ended, known_rows[place] & standing)
            for place, (name, _, ended) in found.items()}


def _excused(log: Log, excused: Excused) -> set[str]:
    release = versions.of_kernel(log.header.get("kernel", ""))
    return {row.id for row in log.rows.values() if row.verdict == FAIL and excused(row, release)}


def _section(name: str, log: Log, ended: bool, known_rows: set[str]) -> Section:
    names = {verdict: [row.id for row in log.rows.values()
                       if row.verdict == verdict and not (verdict == FAIL and row.id in known_rows)]
             for verdict in (FAIL, ERROR)}
    blamed = {row.id: [m[1] for line in row.detail if (m := _REQUIREMENT.match(line))]
              for row in log.rows.values()}
    died = "" if ended else log.guilty or "the suite's set-up"
    return Section(name, names[FAIL], names[ERROR], -1 if log.plan is None else log.plan,
                   len(log.outcomes), ended, died, {row: said for row, said in blamed.items() if said})


@dataclass
class Judgement:
    """What became of one mutant. first: the row that killed it; requirements: without the suite's
    name, all whose rows failed; note: what is to be said besides."""

    mutant: Mutant
    verdict: str
    first: str = ""
    rows: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    note: str = ""


def judge(mutant: Mutant, section: Section | None, checks: dict[str, tuple[str, ...]]) -> Judgement:
    """A mutant's run. checks: the requirements of each row."""
    if section is None:
        return Judgement(mutant, NOT_RUN, note="the boot ended before it")
    rows = list(section.failed)
    note = ""
    # A row that takes the machine with it has noticed, too.
    if section.died:
        note = f"the machine ended in {section.died}"
        rows.append(section.died)
    broken = {row: (*checks.get(row, ()), *section.blamed.get(row, ())) for row in rows}
    killers = [row for row in rows if set(broken[row]) & set(mutant.breaks)]
    requirements = list(dict.fromkeys(r for row in rows for r in broken[row]))
    if mutant.equivalent:
        return Judgement(mutant, NOT_EQUIVALENT if rows else EQUIVALENT, rows[0] if rows else "",
                         rows, requirements, note or mutant.equivalent)
    if killers:
        return Judgement(mutant, KILLED, killers[0], rows, requirements, note)
    if rows:
        return Judgement(mutant, ELSEWHERE, rows[0], rows, requirements, note)
    if section.broken:
        note = f"{section.broken[0]} could not be judged"
    return Judgement(mutant, SURVIVED, note=note)


def without(judgements: list[Judgement], requirements: list[str]) -> list[str]:
    """The requirements, of those, that no mutant was killed by."""
    shown = {r for j in judgements if j.verdict == KILLED for r in j.mutant.breaks
             if r in j.requirements}
    return [r for r in requirements if r not in shown]


def matrix(judgements: list[Judgement], requirements: list[str]) -> list[str]:
    """Mutants by requirements, a character each, for mutants of one suite."""
    width = max((len(j.mutant.name) for j in judgements), default=0)
    numbers = [f"{i % 10}" for i in range(1, len(requirements) + 1)]
    tens = [f"{i // 10 % 10}" if i % 10 == 0 else " " for i in range(1, len(requirements) + 1)]
    lines = [" " * width + "  " + "".join(tens).rstrip(), " " * width + "  " + "".join(numbers)]
    for j in judgements:
        marks = "".join(_mark(j, requirement) for requirement in requirements)
        lines.append(f"{j.mutant.name:<{width}}  {marks}")
    return lines


def _mark(judgement: Judgement, requirement: str) -> str:
    failed = requirement in judgement.requirements
    if requirement in judgement.mutant.breaks:
        return "K" if failed else "-"
    return "x" if failed else "."
