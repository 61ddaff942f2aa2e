# SPDX-License-Identifier: GPL-2.0-only
"""A C program that shows why a row fails, to attach to a bug report.

`ci/reproduce ROW --cells CELL` runs the row; where it fails, random sequences are played
until one breaks a requirement of that row, and the program of the shortest such sequence is
compiled and booted, and must show the failure by itself.
Exit: 0 here it is; 1 the row fails, but no sequence shows why; 64 a wrong command line; 65 the row
does not fail there; 69 something is missing.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from pathlib import Path

from ci import choose, explore, findings, machine, supply
from fixtures import ROOT, image, problem, vm
from fixtures.problem import USAGE, Parser, Problem
from report import catalogue, console, tap
from report.catalogue import CatalogueRow

NOTHING_WRONG = 65
# Sequences that are played, with one seed after the other, before it is given up.
COUNT, SEEDS = 1000, range(1, 6)


def parse() -> argparse.Namespace:
    """Command line."""
    parser = Parser(prog="ci/reproduce", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", help="its id, as `uapi-conform --list` prints it")
    parser.add_argument("--cells", action="append", default=[], metavar="CELL",
                        help="the one in which it fails")
    parser.add_argument("--kernel", metavar="PATH", help="an arm64 Image instead of Debian's")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="more of the kernel's command line")
    arguments = parser.parse_args()
    if not arguments.kernel and not arguments.cells:
        raise Problem("--cells CELL or --kernel PATH says where the row fails", USAGE)
    if arguments.kernel:
        arguments.kernel = os.path.abspath(arguments.kernel)
        image.check(Path(arguments.kernel))
    arguments.matrix, arguments.cpu = False, ""
    return arguments


def find_row(name: str) -> CatalogueRow:
    """The row of that id."""
    rows = catalogue.load().rows
    if name in rows:
        return rows[name]
    near = difflib.get_close_matches(name, rows, 2, 0.6)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise Problem(f"no row is called '{name}'{hint}", USAGE)


def find_place(arguments: argparse.Namespace) -> explore.Place:
    """The one cell that is meant, with its kernel."""
    cells = choose.choose(arguments)
    if arguments.kernel:
        cells = cells[:1]
    kernels, failed = supply.find_kernels(cells, arguments.kernel)
    if len(cells) != 1:
        raise Problem(f"{len(cells)} cells are meant, and only one can be: "
                      f"{', '.join(cell.name for cell in cells[:3])}", USAGE)
    cell = cells[0]
    if cell.kernel not in kernels:
        raise failed.get(cell.kernel) or Problem(f"{cell.name}: no kernel")
    return explore.Place(machine.find(cell, kernels[cell.kernel]),
                         explore.RESULTS / cell.name / "reproduce",
                         vm.Limits(total=1800.0, silence=explore.SILENCE))


def must_fail(place: explore.Place, row: str) -> None:
    """A Problem unless the row fails there."""
    _, said = place.boot("row", ("--case", row))
    verdict = tap.parse(said).rows.get(row)
    name = place.machine.cell.name
    if verdict is None:
        raise Problem(f"{row} has no result in {name}: see {place.directory}/row.log")
    if verdict.verdict != "FAIL":
        why = f", {verdict.reason}" if verdict.reason else ""
        raise Problem(f"{row} does not fail in {name} ({verdict.verdict}{why}): there "
                      "is nothing to reproduce", NOTHING_WRONG)


def main() -> int:
    """Find the program."""
    arguments = parse()
    os.chdir(ROOT)
    row = find_row(arguments.row)
    place = find_place(arguments)
    must_fail(place, row.id)
    for seed in SEEDS:
        words = ("--explore", str(COUNT), "--seed", str(seed), "--suite", row.suite)
        _, said = place.boot(f"seed-{seed}", words)
        for number, finding in enumerate(findings.read(console.read(said)).findings, 1):
            if finding.requirement not in row.requirements or not finding.program:
                continue
            if not explore.prove(place, finding, number):
                print("".join(f"{line}\n" for line in finding.trace + finding.said), end="")
                print(f"{place.directory}/finding-{number}.c shows it")
                return 0
    print(f"ci/reproduce: {row.id} fails in {place.machine.cell.name}, but none of "
          f"{COUNT * len(SEEDS)} sequences breaks {' or '.join(row.requirements)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(problem.run("ci/reproduce", main))
