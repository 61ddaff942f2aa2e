# SPDX-License-Identifier: GPL-2.0-only
"""uapi-report import: a result of what the binary printed on a machine that is not ours.

The log is kept as it came, and read by the same reader as our own consoles; see docs/hardware.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from fixtures.problem import Problem
from report import catalogue as catalogue_module
from report import evidence, known, results, runs, wrapping
from report.problem import DISK, FOREIGN, NOTHING, TWICE
from report.shapes import Meta, Result

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.,+~=-]*")
_MOST = 256 << 20
EPILOG = """\
A log may be of a terminal, ssh, a serial console with the kernel's messages in between, LAVA (its
records or its text), kselftest's runner, or syslog; with a time stamp before each line or without.
Several logs are those of the boots of one run, in their order: of the binary, then of the binary
with --after, and so on. What a log has before and behind the binary's lines does not matter.

Exit status: 0 it was written, whatever the verdicts in it are (summary judges); 64 the command
line is wrong; 66 there is no such log, or nothing of ours in it; 67 it is compressed, no text, or in
two forms at once; 69 the binary, which knows what rows there are, is not built; 71 the log has
several runs, and --run does not say which, or DIRECTORY has another result; 74 it cannot be written;
78 a file of known issues has a mistake.
"""


def _standard_input() -> BinaryIO:
    return sys.stdin.buffer


def _read(path: str) -> bytes:
    """A log's contents."""
    try:
        if path == "-":
            data = _standard_input().read(_MOST + 1)
        else:
            with open(path, "rb") as file:
                data = file.read(_MOST + 1)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}", NOTHING) from None
    if len(data) > _MOST:
        raise Problem(f"{path}: more than {_MOST >> 20} MiB; cut out the part that uapi-conform "
                          "printed", FOREIGN)
    if data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd", b"PK")):
        raise Problem(f"{path}: is compressed; unpack it first", FOREIGN)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problem(f"{path}: is UTF-16; iconv -f UTF-16 -t UTF-8 makes it readable", FOREIGN)
    return data


def _free(directory: Path) -> None:
    """Refuse to put it in the place of what is no import."""
    try:
        here = set(os.listdir(directory)) if directory.exists() else set()
        imported = results.JSON in here and "imported" in results.load(directory)["meta"]
    except OSError as error:
        raise Problem(f"{directory}: {error.strerror}", DISK) from None
    except Problem:
        imported = False
    if here and not imported:
        raise Problem(f"{directory}: is not empty, and no import of before; choose another "
                          "directory", TWICE)


def _place(made: Path, directory: Path) -> None:
    """Move what was made to where it belongs."""
    directory.mkdir(parents=True, exist_ok=True)
    results.clear(directory)
    for path in sorted(made.iterdir(), key=lambda path: path.name == results.JSON):
        os.replace(path, directory / path.name)


def write(
    directory: Path, files: dict[str, bytes], meta: Meta, number: int | None = None,
    catalogue: catalogue_module.Catalogue | None = None, issues: list[known.Issue] | None = None,
) -> Result:
    """Judge the logs of a run, and write the result. files: name and contents of each, in their
    order; meta: as for results.write_cell(); number: the run that is meant, of several in a file.
    Raises Problem."""
    catalogue = catalogue or catalogue_module.load()
    logs = runs.read(files, catalogue.suites, number)
    words = meta.get("args") or _said(logs[0].header.get("arguments", ""))
    form = " and ".join(dict.fromkeys(str(wrapping.detect(data)) for data in files.values()))
    meta = {**meta, "args": words, "imported": {"logs": list(files), "form": form, "run": number},
            "reproduce": f"uapi-conform {words}".strip()}
    _free(directory)
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
        try:
            for boot, data in enumerate(files.values(), 1):
                (made / evidence.console(boot)).write_bytes(data)
            result = results.write_cell(made, meta, catalogue=catalogue, issues=issues)
            _place(made, directory)
        finally:
            shutil.rmtree(made, ignore_errors=True)
    except OSError as error:
        raise Problem(f"{directory}: {error.strerror}; choose another directory with -o",
                          DISK) from None
    return result


def _said(text: str) -> str:
    """The binary's words, as it printed them; none where that line is damaged."""
    try:
        return shlex.join(shlex.split(text))
    except ValueError:
        return ""


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"'{text}' has something else in it than letters, digits "
                                         "and ._,+~=-")
    return text


def _words(text: str) -> str:
    try:
        return shlex.join(shlex.split(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from None


def _import(options: argparse.Namespace) -> int:
    files = {}
    for path in options.logs:
        name = "-" if path == "-" else Path(path).name
        files[name if name not in files else path] = _read(path)
    meta = {"kernel": options.kernel, "cell": options.cell, "args": options.args}
    catalogue = catalogue_module.load()
    issues = known.load(catalogue, own=options.known)
    result = write(options.output, files, meta, options.number, catalogue, issues)
    counts = ", ".join(f"{n} {verdict}" for verdict, n in result["counts"].items() if n)
    print(f"{options.output}: {result['verdict']} ({counts or 'no row was judged'})")
    sys.stdout.flush()
    for text in result["problems"]:
        print(f"report: {results.names(result)}: {text}", file=sys.stderr)
    return 0


def register(commands: Any) -> None:
    """Add it to the report's command line."""
    parser = commands.add_parser(
        "import", help="a result of what the binary printed on another machine",
        description="Make a result of logs that hold what uapi-conform printed.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="+", metavar="LOG", help="a file, or - for the standard input")
    parser.add_argument("--kernel", type=_name, required=True, metavar="NAME",
                        help="the name of the kernel in reports")
    parser.add_argument("--cell", type=_name, required=True, metavar="NAME",
                        help="the name of the machine in reports")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIRECTORY",
                        help="where the result goes: results.json, results.tap, the logs")
    parser.add_argument("--args", type=_words, default="", metavar="WORDS",
                        help="what the binary was called with, where the log does not say")
    parser.add_argument("--known", type=Path, metavar="FILE",
                        help="known issues of your own, besides ci/known-issues.toml")
    parser.add_argument("--run", type=int, dest="number", metavar="N", help="which run, of a log that has several")
    parser.set_defaults(run=_import)
