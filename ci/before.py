# SPDX-License-Identifier: GPL-2.0-only
"""What make asks before it installs, fetches or compiles anything for a run of ci/run.

Called with the options of ci/run. The names in them are looked at, as far as that takes nothing that
is missing yet; what a first run costs is said; and the architectures are printed whose binaries the
chosen cells need. With the standard library alone: the rest may be what is missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ci import choose, options, shards, suite_words
from ci.cells import Cell
from fixtures import cost, problem, qemu
from fixtures.kernel import build
from fixtures.problem import Problem
from report import catalogue


def look(arguments: argparse.Namespace) -> list[Cell]:
    """The cells that are meant; a Problem for a name that means nothing."""
    chosen = choose.choose(arguments)
    if arguments.shard and chosen:
        chosen, _ = shards.take(chosen, arguments.shard)
    # Else the compiler has the first word, and ci/run looks again.
    words = suite_words.check_arguments(arguments.args) if catalogue.default_binary().exists() else ()
    suite_words.check_command_lines(chosen, words)
    if all(_have_qemu(arch) for arch in {cell.configuration.arch for cell in chosen}):
        choose.check_cpu(chosen, arguments.cpu)
    if not arguments.kernel and any(not cell.kernel.startswith("stock-") for cell in chosen):
        build.check_paths(build.from_environment().tree)
    return chosen


def _have_qemu(arch: str) -> bool:
    try:
        qemu.binary(arch)
    except Problem:
        return False
    return True


def main() -> int:
    """Command line."""
    arguments = options.parse(sys.argv[1:], __doc__ or "")
    chosen = look(arguments)
    kernels = {cell.kernel for cell in chosen} if not arguments.kernel else set()
    if said := cost.of_first_run(kernels, Path("build/kselftest")):
        print(said, file=sys.stderr)
    print(*sorted({cell.configuration.program for cell in chosen}))
    return 0


if __name__ == "__main__":
    sys.exit(problem.run("make", main))
