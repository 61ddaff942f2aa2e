# SPDX-License-Identifier: GPL-2.0-only
"""Put real faults back, one at a time: which of those that were fixed in this code are noticed?

fixtures/kernel/history has them, each with the commit or mail that fixed it and with what a program
sees. The reference kernel carries them behind the mutants' knob, and they are run as the mutants
are: by the rows first, then by random sequences alone. A fault is killed when a row of a requirement
that it breaks fails; one whose breaks is empty waits for such a requirement, and survives.
build/history/results.json has all that came of it.
Exit: 0 every fault was killed by a row of a fitting requirement; 1 not; 64 a wrong command line; 65 an
entry of fixtures/kernel/history is wrong, or its place is gone; 69 something is missing; 130 interrupted.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from ci import history_peers, history_recorded, mutants, mutants_explore
from ci import mutants_judge as judging
from ci.mutants_judge import Judgement
from fixtures import ROOT, cache, problem
from fixtures.kernel import history
from fixtures.kernel.history import Fault
from fixtures.problem import INTERRUPTED, USAGE, Parser, Problem

RESULTS = Path("build/history")


@dataclass
class Outcome:
    """What became of one fault. rows: how the rows judged it; seconds: what they took; explored: a
    verdict of mutants_explore, "" where none was asked for, and note: what it found."""

    fault: Fault
    rows: Judgement
    seconds: float
    explored: str = ""
    note: str = ""
    recorded: str = ""  # the first observation of --record that it changes, and how many more
    peer: str = ""  # the program of the kernel's own that failed first

    @property
    def by_rows(self) -> bool:
        """Whether a row of a fitting requirement failed."""
        return self.rows.verdict == judging.KILLED

    @property
    def by_exploration(self) -> bool:
        """Whether random sequences alone found it."""
        return self.explored == mutants_explore.FOUND

    @property
    def first(self) -> str:
        """What noticed it first, rows before exploration; "" where nothing did."""
        if self.rows.first:
            return self.rows.first
        return f"exploration: {self.note}" if self.by_exploration else ""


def run(faults: list[Fault], results: Path, explore: bool) -> tuple[list[Outcome], list[str], float]:
    """Try all of them; what came of each, complaints, and the seconds."""
    chosen = [fault.mutant for fault in faults]
    listed = mutants.rows_and_requirements(
        [mutant for mutant in chosen if mutant.breaks != history.WAITING])
    for old in (*results.glob("*.log"), results / "results.json"):
        old.unlink(missing_ok=True)
    done, seconds = mutants.measure(chosen, listed, results)
    outcomes = [Outcome(fault, done.judgements[fault.mutant.name],
                        done.seconds.get(fault.mutant.name, 0.0)) for fault in faults]
    complaints = list(done.complaints)
    save(outcomes, complaints, seconds, results)
    if explore:
        tally, more = mutants_explore.measure(chosen, results / "explored")
        seconds += more
        complaints += tally.complaints
        outcomes = [replace(outcome, explored=tally.verdicts[outcome.fault.mutant.name],
                            note=tally.notes[outcome.fault.mutant.name]) for outcome in outcomes]
    return outcomes, complaints, seconds


def counts(outcomes: list[Outcome]) -> dict[str, int]:
    """How many, and killed by what."""
    rows = [o for o in outcomes if o.by_rows]
    explored = [o for o in outcomes if o.by_exploration]
    peers = [o for o in outcomes if o.peer]
    return {
        "faults": len(outcomes), "rows": len(rows), "exploration": len(explored),
        "either": sum(o.by_rows or o.by_exploration for o in outcomes),
        "elsewhere": sum(o.rows.verdict == judging.ELSEWHERE for o in outcomes),
        "not_run": sum(o.rows.verdict == judging.NOT_RUN for o in outcomes),
        "recorded": sum(bool(o.recorded) for o in outcomes),
        "peers": len(peers), "peers_alone": sum(not o.by_rows for o in peers),
    }


def show(outcomes: list[Outcome], complaints: list[str], everything: bool) -> None:
    """Print the catalogue with what killed each first, then the survivors."""
    width = max(len(o.fault.mutant.name) for o in outcomes)
    for suite in dict.fromkeys(o.fault.mutant.suite for o in outcomes):
        print(f"\n{suite}")
        for o in (o for o in outcomes if o.fault.mutant.suite == suite):
            explored = f"  [explored: {o.explored}]" if o.explored and not o.by_exploration else ""
            peer = f"  [peer: {o.peer}]" if o.peer else ""
            print(f"  {o.fault.year}  {o.fault.mutant.name:<{width}}  {o.first or '-'}{explored}{peer}")
    print()
    for o in outcomes:
        if o.by_rows:
            continue
        where = "" if o.fault.mutant.cell == "max" else f" in {o.fault.mutant.cell}"
        note = f"; {o.rows.note}" if o.rows.note else ""
        breaks = ("no requirement says so yet" if o.fault.mutant.breaks == history.WAITING
                  else f"breaks {', '.join(o.fault.mutant.breaks)}")
        print(f"{o.rows.verdict.upper()}{where}: {o.fault.mutant.name} ({breaks}{note}): {o.fault.seen}")
    if everything:
        for left in history.left_out():
            print(f"NOT COUNTED: {left.title} ({left.fixed}, {left.year}): {left.why}")
    for complaint in complaints:
        print(f"COMPLAINT: {complaint}")


def save(outcomes: list[Outcome], complaints: list[str], seconds: float, results: Path,
         peers: dict[str, object] | None = None) -> None:
    """For the report. peers: what history_peers measured."""
    cache.write_json(results / "results.json", {
        "format": "uapi-conform history",
        "version": 1,
        "seconds": round(seconds, 1),
        "counts": counts(outcomes),
        "faults": [{
            "name": o.fault.mutant.name, "suite": o.fault.mutant.suite, "fixed": o.fault.fixed,
            "title": o.fault.title, "year": o.fault.year, "seen": o.fault.seen,
            "kind": o.fault.mutant.kind, "cell": o.fault.mutant.cell,
            "breaks": [] if o.fault.mutant.breaks == history.WAITING else list(o.fault.mutant.breaks),
            "verdict": o.rows.verdict, "first": o.rows.first, "rows": o.rows.rows,
            "requirements": o.rows.requirements, "note": o.rows.note,
            "recorded": o.recorded, "explored": o.explored, "explored_note": o.note, "seconds": round(o.seconds, 2),
            "peer": o.peer,
        } for o in outcomes],
        "peers": peers,
        "left_out": [{"fixed": left.fixed, "title": left.title, "year": left.year, "why": left.why}
                     for left in history.left_out()],
        "complaints": complaints,
    })


def summary(outcomes: list[Outcome], seconds: float, explored: bool) -> str:
    """The last line."""
    n = counts(outcomes)

    def share(name: str) -> str:
        return f"{n[name]} ({100 * n[name] // max(n['faults'], 1)} %)"

    parts = [f"{share('rows')} killed by rows"]
    if explored:
        parts += [f"{share('exploration')} by exploration", f"{share('either')} by either"]
    parts.append(f"{n['faults'] - n['rows']} survived the rows")
    parts += [f"{n[name]} {text}" for name, text in (("elsewhere", "noticed by other requirements"),
                                                     ("not_run", "not run")) if n[name]]
    return f"history: {n['faults']} faults, {', '.join(parts)}, {seconds:.0f} s"


def beside(outcomes: list[Outcome], tally: history_peers.Peers) -> list[str]:
    """The peers' share and time beside ours, a line for each suite, and those that were left out."""
    lines = []
    for suite, tests in history_peers.TESTS.items():
        own = [o for o in outcomes if o.fault.mutant.suite == suite]
        if not own:
            continue
        rows, theirs = sum(o.by_rows for o in own), sum(bool(o.peer) for o in own)
        both = sum(o.by_rows and bool(o.peer) for o in own)
        ours = sorted(o.seconds for o in own)[len(own) // 2]
        usable = tally.usable(suite, "max")
        lines.append(f"peers: of {len(own)} faults of {suite} the kernel's own selftests ({tests}) kill {theirs}, "
                     f"our rows {rows}, both {both}; {len(usable)} programs take "
                     f"{sum(usable.values()):.1f} s a kernel, our rows {ours:.1f} s")
        lines += [f"  left out: {name}: {why}" for name, why in sorted(tally.left_out(suite, "max").items())]
    return lines


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/history", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", action="append", default=[], metavar="GLOB", help="only these")
    parser.add_argument("--rows", action="store_true", help="only the rows, no random sequences")
    parser.add_argument("--behaviour", action="store_true",
                        help="also record what each kernel does: the share that changes an observation")
    parser.add_argument("--peers", action="store_true",
                        help="also the kernel's own selftests for KVM/arm64 and iommufd (ten minutes more)")
    parser.add_argument("--output", type=Path, default=RESULTS, metavar="DIR",
                        help="for results.json and the consoles (default %(default)s)")
    parser.add_argument("--list", action="store_true", help="say which there are, and run none")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    faults = history.load()
    globs = [glob for text in arguments.fault for glob in text.split()]
    for glob in globs:
        if not fnmatch.filter((f.mutant.name for f in faults), glob):
            raise Problem(f"no fault is called '{glob}'; --list shows all", USAGE)
    chosen = [f for f in faults
              if not globs or any(fnmatch.fnmatchcase(f.mutant.name, glob) for glob in globs)]
    if arguments.list:
        for f in chosen:
            print(f.mutant.name, f.mutant.suite, f.year, f.fixed, f.title, f.mutant.cell, f.seen, sep="\t")
        return 0
    results: Path = arguments.output
    results.mkdir(parents=True, exist_ok=True)
    try:
        with cache.locked(results / ".lock", f"writing to {results}",
                          f"another run writes to {results}; wait for it to end, or give --output",
                          wait=False):
            outcomes, complaints, seconds = run(chosen, results, not arguments.rows)
            peers = None
            if arguments.peers:
                save(outcomes, complaints, seconds, results)
                tally = history_peers.measure([f.mutant for f in chosen], results)
                outcomes = [replace(o, peer=tally.killed.get(o.fault.mutant.name, "")) for o in outcomes]
                complaints += tally.complaints
                peers = history_peers.as_result(tally)
            if arguments.behaviour:
                changed, took = history_recorded.measure([f.mutant for f in chosen], results / "recorded")
                outcomes = [replace(o, recorded=changed.first(o.fault.mutant.name)) for o in outcomes]
                complaints += changed.complaints
                seconds += took
            show(outcomes, complaints, not globs)
            save(outcomes, complaints, seconds, results, peers)
            if arguments.behaviour:
                n = counts(outcomes)
                print(f"recorded: {n['recorded']} of {n['faults']} faults "
                      f"({100 * n['recorded'] // max(n['faults'], 1)} %) change an observation of --record")
            if arguments.peers:
                print(*beside(outcomes, tally), sep="\n")
    except KeyboardInterrupt:
        print("ci/history: interrupted", file=sys.stderr)
        return INTERRUPTED
    print(summary(outcomes, seconds, not arguments.rows))
    return 0 if all(o.by_rows for o in outcomes) and not complaints else 1


if __name__ == "__main__":
    sys.exit(problem.run("ci/history", main))
