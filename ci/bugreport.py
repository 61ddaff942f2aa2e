# SPDX-License-Identifier: GPL-2.0-only
"""A row that fails, as a mail to whoever maintains the kernel.

    ci/bugreport ROW --cell CELL

The row is run in that cell, where it must fail, and on the other kernels at hand. Then its calls are
written as a C program (where they are ordinary calls; else random sequences are played until one
breaks the same requirement), which is compiled and booted in the cell, and must show the failure by
itself. build/bugreport/ROW/ has the mail, report.md, the program and the consoles.
Exit: 0 the mail is written; 1 it is, but no program shows the failure; 64 a wrong command line; 65
the row does not fail there; 69 something is missing.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

from ci import bugreport_text, choose, exploration_log, explore, machine, supply
from ci import cells as cells_module
from ci.bugreport_text import Report
from ci.kernel import Kernel
from fixtures import ROOT, cache, image, kernels, problem, vm
from fixtures.kernel import build
from fixtures.problem import USAGE, Parser, Problem
from report import answers, catalogue, console, judge, known, tap
from report.catalogue import CatalogueRow
from report.log import FAIL, Log, Row
from report.problem import nearest

NOTHING_WRONG = 65
RESULTS = Path("build/bugreport")
# Sequences that are played, with one seed after the other, before it is given up.
COUNT, SEEDS = 1000, range(1, 6)
_REPLAY = re.compile(r"replay: uapi-conform --suite \S+ --replay '([^']*)'")


def parse() -> argparse.Namespace:
    """Command line."""
    parser = Parser(prog="ci/bugreport", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", help="its id, as `uapi-conform --list` prints it")
    parser.add_argument("--cell", dest="cells", action="append", default=[], metavar="CELL",
                        help="the one in which it fails")
    parser.add_argument("--kernel", metavar="PATH", help="an arm64 Image instead of Debian's")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="more of the kernel's command line")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR",
                        help="for the mail and the program (default build/bugreport/ROW)")
    arguments = parser.parse_args()
    if not arguments.kernel and not arguments.cells:
        raise Problem("--cell CELL or --kernel PATH says where the row fails", USAGE)
    if arguments.kernel:
        arguments.kernel = os.path.abspath(arguments.kernel)
        image.check(Path(arguments.kernel))
    if arguments.output:
        arguments.output = arguments.output.absolute()
    arguments.matrix, arguments.cpu = False, ""
    return arguments


def find_row(name: str) -> CatalogueRow:
    """The row of that id."""
    rows = catalogue.load().rows
    if name not in rows:
        raise Problem(f"no row is called '{name}'{nearest(name, rows)}", USAGE)
    return rows[name]


def find_place(arguments: argparse.Namespace) -> explore.Place:
    """The one cell that is meant, with its kernel."""
    cells = choose.choose(arguments)
    if arguments.kernel:
        cells = cells[:1]
    found, failed = supply.find_kernels(cells, arguments.kernel)
    if len(cells) != 1:
        raise Problem(f"{len(cells)} cells are meant, and only one can be: "
                      f"{', '.join(cell.name for cell in cells[:3])}", USAGE)
    cell = cells[0]
    if cell.kernel not in found:
        raise failed.get(cell.kernel) or Problem(f"{cell.name}: no kernel")
    return explore.Place(machine.find(cell, found[cell.kernel]),
                         arguments.output or RESULTS / arguments.row,
                         vm.Limits(total=1800.0, silence=explore.SILENCE))


def must_fail(place: explore.Place, row: str) -> Log:
    """The row's log there; a Problem unless it fails."""
    _, said = place.boot("row", ("--case", row))
    log = tap.parse(said)
    found, name = log.rows.get(row), place.machine.cell.name
    if found is None:
        raise Problem(f"{row} has no result in {name}: see {place.directory}/row.log")
    if found.verdict != FAIL:
        why = f", {found.reason}" if found.reason else ""
        raise Problem(f"{row} does not fail in {name} ({found.verdict}{why}): there is nothing to "
                      "report", NOTHING_WRONG)
    return log


def at_hand(name: str) -> Kernel | None:
    """A kernel of the matrix, if it is on this machine."""
    if name.startswith("stock-"):
        stock = kernels.cached(name)
        return Kernel(stock.image, stock.as_meta()) if stock else None
    source = cache.read_json(cache.root() / "reference" / "source" / "from.json") or {}
    have = build.cached(build.Request(), source.get("deb", "")) if name == "reference" else None
    return Kernel(have.image, have.as_meta(), have.module) if have else None


def elsewhere(place: explore.Place, row: str) -> dict[str, str]:
    """The row's verdict on the other kernels that are on this machine, in the same configuration, by
    what each kernel says of itself."""
    mine = place.machine.cell
    found: dict[str, str] = {}
    for cell in cells_module.load():
        if cell.kernel == mine.kernel or cell.configuration.name != mine.configuration.name:
            continue
        if (other := at_hand(cell.kernel)) is None:
            continue
        try:
            booted = machine.find(cell, other)
        except Problem:
            continue
        _, said = explore.Place(booted, place.directory, place.limits).boot(
            f"row-{cell.kernel}", ("--case", row))
        log = tap.parse(said)
        name = log.header.get("kernel", cell.kernel).removeprefix("Linux ")
        if other.module:
            name = f"{name.partition(' ')[0]} with the mends of fixtures/kernel/edits.toml"
        found[name] = _verdict(log.rows.get(row))
    return found


def _verdict(row: Row | None) -> str:
    if row is None:
        return "no result"
    if row.verdict != FAIL:
        return f"{row.verdict}: {row.reason}" if row.reason else row.verdict
    wrong = answers.read(row.detail).answers
    return f"FAIL: {wrong[0].what}: expected {wrong[0].expected}, got {wrong[0].got}" if wrong else FAIL


def program(place: explore.Place, row: CatalogueRow, failure: Row) -> str:
    """A C program that shows the failure by itself, or nothing."""
    steps = next((m[1] for line in failure.detail if (m := _REPLAY.match(line))), "")
    tries: list[tuple[str, tuple[str, ...]]] = [("replay", ("--replay", steps))] if steps else []
    tries += [(f"seed-{seed}", ("--explore", str(COUNT), "--seed", str(seed))) for seed in SEEDS]
    for name, words in tries:
        _, said = place.boot(name, (*words, "--suite", row.suite))
        for number, finding in enumerate(exploration_log.read(console.read(said)).findings, 1):
            if finding.program and (finding.requirement in row.requirements or name == "replay"):
                if not explore.prove(place, finding, number):
                    for kind, to in ((".c", "reproducer.c"), ("-run.log", "reproducer.log")):
                        (place.directory / f"finding-{number}{kind}").rename(place.directory / to)
                    return finding.program
    return ""


def main() -> int:
    """Write the report."""
    arguments = parse()
    os.chdir(ROOT)
    row = find_row(arguments.row)
    place = find_place(arguments)
    log = must_fail(place, row.id)
    failure = log.rows[row.id]
    text = program(place, row, failure)
    cell = place.machine.cell
    listed = catalogue.load()
    as_judged = judge.as_row(row, failure)
    issue = next((issue for issue in known.load(listed) if issue.describes(as_judged)), None)
    report = Report(row, failure, log, cell.name, listed, elsewhere(place, row.id), text, issue,
                    place.machine.guest(Path("initramfs.cpio"), ("--case", row.id)))
    path = place.directory / "report.md"
    path.write_text(bugreport_text.render(report), encoding="utf-8")
    print(path)
    if not text:
        print(f"ci/bugreport: no C program shows why {row.id} fails; the report says how to run the row",
              file=sys.stderr)
    return 0 if text else 1


if __name__ == "__main__":
    sys.exit(problem.run("ci/bugreport", main))
