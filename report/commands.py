# SPDX-License-Identifier: GPL-2.0-only
"""The subcommands that turn results into other people's formats, or compare them."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fixtures import cache
from fixtures.problem import Problem
from report import (
    catalogue,
    diff,
    html,
    junit,
    kcidb,
    markdown,
    requirements,
    results,
    suite_evidence,
)

DISK = 74
WRITTEN = """\
Exit status: 0 it was written, whatever the verdicts in it are (summary judges); 64 the command
line is wrong; 65 a result is cut off; 66 there is no result; 67 a result is somebody else's, or of
another version; 68 a result was changed; 69 something is not installed, or not built; 71 a cell is
there twice; 72 a shard is missing; 74 the file cannot be written. With 65, 67, 68, 71 and 72 the
rest is written nevertheless.
"""
COMPARED = """\
Exit status: 0 nothing regressed; 1 something did; else 5 where the new side could not judge a
row; 4 no row has a verdict on both sides; 66 there is no result, or nothing in common; 64, 65, 67,
68, 71, 72 as for summary, and then nothing is compared.
"""
PAGE = Path("build/report/index.html")


def _complain(wrong: list[Problem]) -> int:
    sys.stdout.flush()
    for error in wrong:
        error.tell("report")
    return wrong[0].code if wrong else 0


def write(path: Path | None, text: str) -> None:
    """To a file whose directory may have to be made, or to the standard output."""
    # A lone half of a surrogate pair, in a path say, is no reason to give up.
    data = text.encode("utf-8", "replace")
    try:
        if path is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            # A terminal or a pipe that somebody names is written to, not replaced.
            ordinary = path.is_file() and not path.is_symlink() or not path.exists()
            cache.replace(path, data) if ordinary else path.write_bytes(data)
    except OSError as error:
        where = path or "the standard output"
        raise Problem(f"{where}: {error.strerror}; choose another file with -o", DISK) from None


def _written(render: Callable[[argparse.Namespace, list[Any], list[Problem]], str]) -> Any:
    """A subcommand that writes what it makes of all results that can be read."""

    def run(options: argparse.Namespace) -> int:
        found, wrong = results.find(options.directories)
        if found:
            write(options.output, render(options, found, wrong))
        return _complain(wrong)

    return run


def _logs(located: list[tuple[Path, Any]], page: Path) -> dict[str, str]:
    """The consoles that lie beside a page, as build/run does: what is elsewhere on this machine is
    nothing to link to."""
    here = Path(os.path.abspath(page)).parent
    places = {results.names(result): Path(os.path.abspath(where)) / results.CONSOLE
              for where, result in located if results.CONSOLE in result["files"]}
    return {name: os.path.relpath(path, here) for name, path in places.items()
            if path.is_relative_to(here.parent)}


def _html(options: argparse.Namespace) -> int:
    located, wrong = results.locate(options.directories)
    if located:
        found = [result for _, result in located]
        write(options.output, html.render(found, wrong, suite_evidence.load(), _logs(located, options.output)))
        print(options.output)
        if options.open and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            _open(options.output)
    return _complain(wrong)


def _open(path: Path) -> None:
    """Show it; where there is no browser, its path has been printed already."""
    try:
        subprocess.Popen(
            ["xdg-open", str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )
    except OSError:
        pass


def _diff(options: argparse.Namespace) -> int:
    sides = []
    for place in (options.old, options.new):
        found, wrong = results.find([place])
        if wrong:
            return _complain(wrong)
        sides.append(found)
    what, told = diff.compare(*sides)
    write(None, diff.render(what, told))
    return diff.exit_code(told, options.strict)


def _requirements(options: argparse.Namespace) -> int:
    known = catalogue.load()
    found, wrong = results.find(options.directories)
    if options.kapi is not None:
        write(options.output, requirements.as_kapi(known, options.kapi))
        return 0
    render = {"json": requirements.as_json, "spdx": requirements.as_spdx}.get(options.form)
    write(options.output, render(known) if render else requirements.render(known, found, suite_evidence.load()))
    return _complain(wrong)


def register(commands: Any) -> None:
    """Add them to the report's command line."""

    def add(name: str, what: str, run: Any, epilog: str = WRITTEN) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = commands.add_parser(
            name, help=what, description=f"{what[0].upper()}{what[1:]}.", epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.set_defaults(run=run)
        return parser

    def directories(parser: argparse.ArgumentParser, how_many: str = "+") -> None:
        parser.add_argument("directories", nargs=how_many, type=Path, metavar="DIRECTORY",
                            help="searched for results.json at any depth")

    def output(parser: argparse.ArgumentParser, default: Path | None = None) -> None:
        parser.add_argument("-o", "--output", type=Path, default=default, metavar="FILE",
                            help=f"default: {default or 'the standard output'}")

    page = add("html", "one page with everything, for people", _html)
    page.add_argument("--open", action="store_true", help="show it, if there is a display")
    output(page, PAGE)
    directories(page)
    for name, what, render in (
        ("junit", "JUnit's XML, for CI systems",
         lambda _, found, wrong: junit.render(found, wrong)),
        ("kcidb", "a submission to KernelCI's database, KCIDB v5.3",
         lambda options, found, _: kcidb.render(found, options.origin)),
        ("markdown", "a short comment for a pull request",
         lambda _, found, wrong: markdown.render(found, wrong)),
    ):
        parser = add(name, what, _written(render))
        if name == "kcidb":
            parser.add_argument("--origin", default=kcidb.ROOT, metavar="NAME",
                                help="the CI system that submits it (default: %(default)s)")
        output(parser)
        directories(parser)
    compare = add("diff", "what regressed, was fixed, is tested anew or no longer", _diff, COMPARED)
    compare.add_argument("--strict", action="store_true",
                         help="exit with 1 also for what fails anew or otherwise, or is no "
                              "longer tested")
    compare.add_argument("old", type=Path, metavar="OLD")
    compare.add_argument("new", type=Path, metavar="NEW")
    clauses = add("requirements", "each clause, its source, its rows, its verdicts", _requirements)
    clauses.add_argument("--json", dest="form", action="store_const", const="json",
                         help="the clauses alone, for programs")
    clauses.add_argument("--spdx-req", dest="form", action="store_const", const="spdx",
                         help="the clauses alone, as the SPDX-Req tags that ELISA proposes for the kernel")
    clauses.add_argument("--kapi", nargs="?", const="", metavar="SUITE",
                         help="a suite's clauses alone, as `kapi --format json` prints an interface; "
                              "without SUITE the list of suites")
    output(clauses)
    directories(clauses, "*")
