# SPDX-License-Identifier: GPL-2.0-only
"""report/uapi-report behaviour: its command line."""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path
from typing import Any

from fixtures.problem import USAGE, Problem
from report import behaviour, behaviour_show, explained, recording, versions
from report.commands import write

EPILOG = """\
Recordings are made by `make behaviour`, `ci/run --record`, or `uapi-conform --record FILE` anywhere.
Exit status: 0 nothing changed but what ci/explained-changes explains; 1 something unexplained
did; 4 nothing could be compared; 64 the command line is wrong; 65 a recording is empty, or cut off in
its head (one that is cut off later is compared as far as it goes); 66 there is none; 67 it is no
recording, or of another format; 68 it was changed since; 74 the output cannot be written; 78 the file
of explanations has a mistake.
"""


def _run(options: argparse.Namespace) -> int:
    if len(options.recordings) < 2:
        raise Problem("behaviour takes two recordings, an old and a new one; with --matrix more", USAGE)
    if len(options.recordings) > 2 and not options.matrix:
        raise Problem("behaviour compares two recordings; --matrix takes more", USAGE)
    found = [recording.load(path) for path in options.recordings]
    if options.matrix:
        found.sort(key=lambda one: versions.numbers(one.kernel))
    entries = explained.load(options.explained)
    all_of = [behaviour.compare(old, new, entries) for old, new in pairwise(found)]
    if options.format == "html":
        said = behaviour_show.page(all_of, options.verbose)
    elif options.matrix:
        said = behaviour_show.matrix(all_of)
    else:
        render = behaviour_show.markdown if options.format == "markdown" else behaviour_show.text
        said = render(all_of[0], options.verbose)
    write(options.output, said)
    return behaviour.exit_code(all_of)


def register(commands: Any) -> None:
    """Add it to the report's command line."""
    parser = commands.add_parser(
        "behaviour", help="what a program would notice between two kernels",
        description="Compare two recordings of what kernels do, and say what changed.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recordings", nargs="+", type=Path, metavar="RECORDING",
                        help="a record.tsv, or a directory with one below it: OLD NEW")
    parser.add_argument("--matrix", action="store_true",
                        help="of all that are given, by version: when each behaviour changed")
    parser.add_argument("--format", choices=("text", "markdown", "html"), default="text")
    parser.add_argument("--explained", type=Path, default=explained.DEFAULT, metavar="FILE",
                        help="explanations (default: ci/explained-changes)")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: the standard output")
    parser.add_argument("-v", "--verbose", action="store_true", help="every observation that changed")
    parser.set_defaults(run=_run)
