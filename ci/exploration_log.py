# SPDX-License-Identifier: GPL-2.0-only
"""What an exploration printed: how much it played, what it found, and the C programs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from report import answers, console, known, tap, versions
from report.answers import Answer
from report.log import NOT_RUN, SKIP
from report.tomlfile import fits

_PLAYED = re.compile(r"# explore: (\d+) sequences, (\d+) calls, ([\d.]+) s, (\d+) calls a second")
_ENDED = re.compile(r"# explore: (ended after .*)")
_FINDING = re.compile(r"finding \d+ of \d+: (.*)")
_REQUIREMENT = re.compile(r"requirement: ([^:\s]+:[^:\s]+): ")
_STEP = re.compile(r"explore: (\d+\. .*)")
_PROGRAM = re.compile(r"\| ?(.*)")
_IOCTL = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")


@dataclass
class Finding:
    """One thing that a kernel did wrong. requirement is "suite:REQ", or empty where the
    kernel died, hung or complained; program is empty where it could not be repeated."""

    heading: str
    requirement: str = ""
    trace: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    program: str = ""

    def answers(self) -> list[Answer]:
        """The answer that is wrong, if that is what it is about: of the last call that was made."""
        calls = [step.rpartition(" = ")[0] or step for step in self.trace[-1:]]
        return answers.read([*(f"call: {call}" for call in calls), *self.said]).answers

    def explained(self, issues: list[known.Issue], release: str, cell: str) -> str:
        """The id of the entry that explains it, or nothing. The calls of a sequence are any that
        there can be: it is the same failure if the same ioctl has the same wrong answer, or the
        kernel complains of the same."""
        failure = answers.read(self.said)

        def same(issue: known.Issue) -> bool:
            if not self.requirement:
                return bool(failure.warnings) and not failure.other and all(
                    fits(line, issue.warns) for line in failure.warnings)
            return not failure.warnings and issue.requirement == self.requirement and any(
                _same(one, answer) for one in issue.fails for answer in self.answers())

        return next((issue.id for issue in issues if issue.applies(release, cell) and same(issue)), "")


@dataclass
class Exploration:
    """One exploration, of one suite in one machine. verdict: PASS, FAIL, ERROR, SKIP, or
    empty where there is no result."""

    sequences: int = 0
    calls: int = 0
    seconds: float = 0.0
    verdict: str = ""
    reason: str = ""
    findings: list[Finding] = field(default_factory=list)
    release: str = ""  # the kernel's own
    ended: str = ""  # why before all were played


def _ioctl(call: str) -> str:
    match = _IOCTL.search(call)
    return match[0] if match else call


def _same(entry: dict[str, str], answer: Answer) -> bool:
    return (_ioctl(entry["call"]) == _ioctl(answer.what) and fnmatchcase(answer.expected, entry["expected"])
            and fnmatchcase(answer.got, entry["got"]))


def read(lines: Iterable[console.Line], vm: bool = True) -> Exploration:
    """The exploration in a console's lines."""
    log = tap.parse_lines(lines, vm)
    result = Exploration(release=versions.of_kernel(log.header.get("kernel", "")))
    for line in log.tap:
        if match := _ENDED.match(line):
            result.ended = match[1]
        elif match := _PLAYED.match(line):
            result.sequences += int(match[1])
            result.calls += int(match[2])
            result.seconds += float(match[3])
    for row in log.rows.values():
        if ".explore." in row.id:
            result.verdict = "" if row.verdict == NOT_RUN else row.verdict
            result.reason = row.reason if row.verdict == SKIP else ""
            _read(row.detail, result)
    return result


def _read(detail: list[str], result: Exploration) -> None:
    """What an exploration's failure says."""
    finding: Finding | None = None
    for line in detail:
        if match := _FINDING.match(line):
            finding = Finding(match[1])
            result.findings.append(finding)
        elif finding is None:
            result.reason = result.reason or line
        elif match := _REQUIREMENT.match(line):
            finding.requirement = match[1]
        elif match := _STEP.match(line):
            finding.trace.append(match[1])
        elif match := _PROGRAM.match(line):
            finding.program += match[1] + "\n"
        elif not line.startswith(("rerun:", "a C program")):
            finding.said.append(line)
