# SPDX-License-Identifier: GPL-2.0-only
"""A console log or a TAP file: which rows ran, and what came out.

python3-tap knows the grammar of a line. On top of it stands what makes the answer safe to
believe: a pass counts only if its line stands there whole, spelt exactly as the binary
spells it, for the row that was announced as running, with nothing near it that looks like
the other half of a failure. Damage costs passes; it never makes one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import tap.line
import tap.parser

from report import console
from report.log import ERROR, FAIL, NOT_RUN, PASS, ROW_ID, SKIP, TORN, WORST_FIRST, Log, Row

_ROW_ID = re.compile(ROW_ID)
_PLAN = re.compile(r"1\.\.[0-9]{1,9}(?: # SKIP .*)?")
_NUMBER = re.compile("[0-9]{1,9}")
_RUN = re.compile(rf"# run ({ROW_ID})")
_ANNOUNCED = re.compile(rf"# (FAIL|ERROR) ({ROW_ID})")
_INFO = re.compile(r"# INFO ([A-Za-z0-9_.-]+): (.*)")
_DETAIL = re.compile(r"#(?:   |\s{2,})(.*)")
# More digits than a number can have are damage.
_TOTALS = re.compile(r"# Totals:((?: [a-z]+:[0-9]{1,9})+)")
_EXIT = re.compile(r"# exit: ([0-9]{1,3})")
_STRICT = re.compile(r"# STRICT (\S+) was not judged.*")
_REVISION = re.compile(r"# uapi-conform (\S+)")
_HEADER = re.compile(r"# ([A-Za-z][A-Za-z0-9_. -]*): (.*)")
_SKIP = re.compile(r"#?\s*(\S{4})(?:\s|$)")  # where that word would stand, if it is damaged
_REST = re.compile(r"\s|.*# SKIP |[A-Za-z0-9_.-]+$")  # of a result that was broken in two
# Nor is the next row, which says itself that it was not run, anybody's rest.
_NEXT = re.compile(rf"ok ([0-9]{{1,9}}) ({ROW_ID}) # SKIP \S.*")
_HALF_NOT = re.compile(r"not|no?\b|.*[^A-Za-z](?:n|no|not)\s*$")


class _Reader:
    """The log so far, and what of it bears on the next line."""

    def __init__(self) -> None:
        self.log = Log()
        self.grammar = tap.parser.Parser()
        self.running: str | None = None  # announced, and no result yet
        self.announced: str | None = None  # FAIL or ERROR, by the running row's comments
        self.section: list[str] | None = None  # where indented comments go
        self.stray = ""  # the line before, if it was no TAP
        self.fresh: tuple[str, int] | None = None  # the last line, if a pass: row, place in tap
        self.tally: Counter[str] = Counter()  # of result lines
        self.last = 0  # the last result's number

    def row(self, name: str) -> Row:
        found = self.log.rows.get(name)
        if found is None:
            found = self.log.rows[name] = Row(name)
        return found

    def settle(self, name: str, verdict: str, reason: str = "") -> None:
        """Give a row a result; of several, the worst one stays."""
        row = self.row(name)
        verdict = self.announced or verdict
        if row.results == 0 or WORST_FIRST.index(verdict) < WORST_FIRST.index(row.verdict):
            row.verdict, row.reason = verdict, reason
        row.results += 1
        self.tally[verdict] += 1
        self.log.outcomes.append((name, verdict))
        repeat = self.log.header.get("repeat", "1")
        if row.results > (int(repeat) if _NUMBER.fullmatch(repeat) else 1):
            self.log.problems.append(f"{name} has {row.results} results")
        self.running = self.announced = self.section = None

    def lose(self) -> None:
        """The running row has had its result line, and nobody can read it."""
        if self.running:
            self.settle(self.running, NOT_RUN, TORN)

    def result(self, line: console.Line, parsed: tap.line.Result) -> None:
        """A line that begins like a result. A failure is believed more easily than a pass."""
        name, number = parsed.description, parsed.number or 0
        exact = str(parsed) == line.text and bool(_ROW_ID.fullmatch(name))
        skipped = parsed.ok and parsed.directive.text.startswith("SKIP ")
        # What is skipped was never running, so nothing announced it.
        if name != self.running and (self.running or (parsed.ok and not skipped)):
            exact = False
        if parsed.ok and (line.torn or self.announced or self.doubtful()):
            exact = False
        if parsed.directive.text and not parsed.directive.text.startswith("SKIP "):
            exact = False
        if not exact and (parsed.ok or name != self.running):
            self.log.noise += 1
            self.lose()
            return
        if number <= self.last:
            self.log.problems.append(f"result {number} comes after result {self.last}")
        self.last = number
        self.log.results += 1
        self.log.tap.append(f"{'ok' if parsed.ok else 'not ok'} {number} {name}")
        if not parsed.ok:
            self.settle(name, FAIL)
        elif parsed.directive.text:
            self.log.tap[-1] = line.text
            self.settle(name, SKIP, parsed.directive.reason)
        else:
            self.settle(name, PASS)
            self.fresh = (name, len(self.log.tap) - 1)

    def doubtful(self) -> bool:
        """Whether the line before could be the "not" of this line's "ok"."""
        text = self.stray
        return bool(text) and (len(text.strip()) <= 4 or bool(_HALF_NOT.match(text)))

    def check_leftover(self, text: str) -> None:
        """Take back the pass on the line before if the rest of it comes only now."""
        if not self.fresh:
            return
        name, place = self.fresh
        following = _NEXT.fullmatch(text)
        if following and int(following[1]) == self.last + 1 and following[2] != name:
            return
        word = _SKIP.match(text)
        if _REST.match(text) or (word and sum(a == b for a, b in zip(word[1], "SKIP")) >= 2):
            row = self.row(name)
            row.verdict, row.reason = NOT_RUN, TORN
            self.tally[PASS] -= 1
            self.log.outcomes[-1] = (name, NOT_RUN)
            self.log.results -= 1
            del self.log.tap[place]
            self.fresh = None

    def comment(self, text: str) -> None:
        log = self.log
        log.tap.append(text)
        if match := _RUN.fullmatch(text):
            self.lose()
            self.running = self.row(match[1]).id
        elif match := _ANNOUNCED.fullmatch(text):
            if self.announced != FAIL:
                self.announced = match[1]
            self.section = self.row(self.running or match[2]).detail
        elif match := _INFO.fullmatch(text):
            known = match[1] in log.rows
            self.section = log.rows[match[1]].info if known else log.info
            self.section.append(match[2] if known else f"{match[1]}: {match[2]}")
        elif match := _DETAIL.fullmatch(text):
            (log.info if self.section is None else self.section).append(match[1])
        elif match := _TOTALS.fullmatch(text):
            log.totals = {k: int(v) for k, v in (p.split(":") for p in match[1].split())}
        elif match := _EXIT.fullmatch(text):
            log.exit = int(match[1])
        elif match := _STRICT.fullmatch(text):
            log.strict.append(match[1])
        elif match := _REVISION.fullmatch(text):
            log.header["revision"] = match[1]
        elif not log.rows and (match := _HEADER.fullmatch(text)):
            old = log.header.get(match[1])
            log.header[match[1]] = f"{old}; {match[2]}" if old else match[2]

    def other(self, line: console.Line, parsed: tap.line.Line) -> bool:
        """Plan, version, giving up; False for what is no TAP."""
        log = self.log
        if parsed.category == "plan" and _PLAN.fullmatch(line.text):
            if line.torn or log.plan is not None:
                log.problems.append("the plan was torn" if line.torn else "there are two plans")
            else:
                log.plan = parsed.expected_tests
                log.tap.append(line.text)
        elif parsed.category == "version":
            if log.rows:
                log.problems.append("the program started again in the middle")
            else:
                log.tap.append(line.text)
        elif parsed.category == "bail":
            log.problems.append(f"the program gave up: {parsed.reason or 'no reason given'}")
        else:
            return False
        return True

    def feed(self, line: console.Line) -> None:
        """Take in one line."""
        if line.kernel:
            self.log.kernel.append(line.text)
            if self.running:
                self.row(self.running).kernel.append(line.text)
            return
        if not line.text.strip():
            return
        # Looked for until the next line of TAP; what is noise may stand in between.
        self.check_leftover(line.text)
        if line.foreign:
            self.log.noise += 1
            self.stray = line.text
            return
        try:
            parsed = self.grammar.parse_line(line.text)
        except ValueError:  # a version of TAP before there were versions
            parsed = tap.line.Unknown()
        if not line.ended:
            self.log.cut = line.text
            # Only "not ok" can be trusted here: the rest of a pass may be "# SKIP".
            if parsed.category == "test" and not parsed.ok:
                self.result(line, parsed)
            return
        if parsed.category == "test" and console.RESULT.match(line.text):
            self.fresh = None
            self.result(line, parsed)
        elif parsed.category == "diagnostic":
            self.fresh = None
            self.comment(line.text)
        elif not self.other(line, parsed):
            self.log.noise += 1
            self.stray = line.text
            return
        self.stray = ""

    def finish(self, vm: bool) -> Log:
        """Say what is missing; a VM's log ends with the exit line, others with the totals."""
        log = self.log
        say = log.problems.append
        if not log.found:
            say("no TAP in the log" + (f"; {log.panic}" if log.panic else ""))
            return log
        ended = True
        if log.exit is None and (vm or not log.totals):
            where = f"inside the line '{log.cut}'" if log.cut else "after its last row"
            if self.running:
                log.guilty = self.running
                where = f"while {self.running} was running"
                self.settle(self.running, NOT_RUN, "it was running when the log ended")
            elif not log.rows:
                where = "before the first row"
            say(f"the log ends {where}" + (f": {log.panic}" if log.panic else ""))
            ended = False
        else:
            self.lose()
        if log.plan is None:
            say("the plan is missing")
        elif log.results > log.plan or (ended and log.results < log.plan):
            say(f"{log.results} readable results where {log.plan} were planned")
        seen = {verdict.lower(): self.tally[verdict] for verdict in (PASS, FAIL, SKIP, ERROR)}
        if wrong := [k for k, n in seen.items() if n > log.totals.get(k, n)]:
            say(f"more rows say {wrong[0].upper()} than the totals line counts")
        if log.exit == 0 and seen["fail"] + seen["error"]:
            say("the program exited with 0 although rows failed")
        failed = seen["fail"] + seen["error"] or log.strict
        if log.exit == 1 and log.results == log.plan and not failed:
            say("the program exited with 1 although no row failed")
        if log.exit is not None and log.exit not in (0, 1, 4, 5):
            say(f"the program exited with {log.exit}")
        return log


def parse_lines(lines: Iterable[console.Line], vm: bool) -> Log:
    """As parse(), of lines that were told apart already."""
    reader = _Reader()
    for line in lines:
        reader.feed(line)
    return reader.finish(vm)


def parse(data: bytes, vm: bool = True) -> Log:
    """Read the console of a VM, or (vm=False) what the binary printed as an ordinary program.

    Never fails, whatever the bytes are: what is wrong stands in .problems.
    """
    return parse_lines(console.read(data), vm)
