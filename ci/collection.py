# SPDX-License-Identifier: GPL-2.0-only
"""Add the suite to an installed collection of kselftests, as kselftest-install leaves it.

    ci/collection DIRECTORY [--arch arm64]

After that its own runner knows it: DIRECTORY/run_kselftest.sh -c uapi-conform. Arguments for the
suite go into KSELFTEST_UAPI_CONFORM_ARGS. Adding it again replaces it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from ci.kernel import suite_binary
from fixtures import ROOT, cache, problem
from fixtures.problem import USAGE, Parser, Problem, from_os_error

NAME = "uapi-conform"
LIST = "kselftest-list.txt"
# Seconds. The runner's own 45 are too few for a debug kernel on a slow machine.
TIMEOUT = 600


def add(where: Path, binary: Path) -> None:
    """Put the binary into a collection, and onto its list."""
    if not (where / "run_kselftest.sh").is_file():
        raise Problem(f"{where} is no installed kselftest: it has no run_kselftest.sh; make one "
                      "with `make -C tools/testing/selftests install` in a kernel tree", USAGE)
    try:
        (where / NAME).mkdir(exist_ok=True)
        shutil.copy(binary, where / NAME / NAME)
        cache.write_text(where / NAME / "settings", f"timeout={TIMEOUT}\n")
        path = where / LIST
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        entry = f"{NAME}:{NAME}"
        cache.write_text(path, "".join(f"{line}\n" for line in
                                       [*(line for line in lines if line != entry), entry]))
    except FileNotFoundError as error:
        raise Problem(f"{error.filename} is missing; build it first (make)") from None
    except OSError as error:
        raise from_os_error(error, f"adding to {where}") from None


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/collection", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path, help="with run_kselftest.sh in it")
    parser.add_argument("--arch", default="arm64", help="of the binary (default %(default)s)")
    arguments = parser.parse_args()
    add(arguments.directory, ROOT / suite_binary(arguments.arch))
    print(f"{arguments.directory / 'run_kselftest.sh'} -c {NAME}")
    return 0


if __name__ == "__main__":
    sys.exit(problem.run("ci/collection", main))
