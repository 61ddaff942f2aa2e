# SPDX-License-Identifier: GPL-2.0-only
"""The report's command line: report/uapi-report SUBCOMMAND DIRECTORY..."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fixtures import problem
from fixtures.problem import Parser
from report import behaviour_command, importer, results, summary
from report.commands import register
from report.qualification import command as qualify

EPILOG = """\
Exit status of summary: 0 all judged rows passed, or failed as known; 1 a row failed; else 5
something could not be judged, or has no result; 4 nothing was judged anywhere; 64 the command
line is wrong; 65 a result is cut off; 66 there is no result; 67 a result is somebody else's, or of another
version; 68 a result was changed; 71 a cell is there twice; 72 a shard is missing.
"""


def _summary(options: argparse.Namespace) -> int:
    found, wrong = results.find(options.directories)
    if found:
        summary.print_table(found, verbose=options.verbose)
    sys.stdout.flush()
    for error in wrong:
        error.tell("report")
    return wrong[0].code if wrong else summary.exit_code(found)


def parse(words: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = Parser(
        prog="uapi-report", description="Read result directories, and say what is in them.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="SUBCOMMAND")
    command = commands.add_parser("summary", help="verdicts by requirement and cell")
    command.add_argument("directories", nargs="+", type=Path, metavar="DIRECTORY",
                         help="searched for results.json at any depth")
    command.add_argument("-v", "--verbose", action="store_true",
                         help="fold nothing; known failures in full; why rows do not apply (SKIP)")
    command.set_defaults(run=_summary)
    register(commands)
    behaviour_command.register(commands)
    importer.register(commands)
    qualify.register(commands)
    return parser.parse_args(words)


def main(words: list[str] | None = None) -> int:
    """Run one subcommand; returns the exit code."""

    def run() -> int:
        options = parse(words)
        return int(options.run(options))

    return problem.run("report", run)


if __name__ == "__main__":
    sys.exit(main())
