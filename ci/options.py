# SPDX-License-Identifier: GPL-2.0-only
"""The command line of ci/run.

With the standard library alone: it is read before it is known whether anything else is there.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from ci import shards
from fixtures import accel, image, vm
from fixtures.problem import USAGE, Parser, Problem

EPILOG = """\
Exit status: 0 nothing failed but what ci/known-issues.toml explains; 1 a row failed; else 5
something could not be judged (ERROR); 4 nothing could be judged at all; 64 the command line or the
kernel's file is wrong; 69 something is missing (a package, the network), or another run is writing
there; 70 ci/run itself has a fault; 74 a disk is full, or cannot be written; 78 the file of known
issues has a mistake; 130 interrupted.

Of the environment: KERNEL_SRC=TREE judges a kernel tree, DEBUG=1 the reference kernel with KASAN,
lockdep and UBSAN; QEMU=PATH is another QEMU, UAPI_CONFORM_CACHE=DIR another cache, REFRESH=1 looks
for newer kernels.
"""
# Options whose value may begin with a dash, as that of --args does.
_RAW = ("--args", "--append")


def joined(words: Iterable[str]) -> list[str]:
    """A command line in which `--args --strict` is `--args=--strict`: what follows such an option
    is its value, whatever it begins with."""
    done: list[str] = []
    for word in words:
        if done and done[-1] in _RAW:
            word = f"{done.pop()}={word}"
        done.append(word)
    return done


def parse(words: list[str], description: str = "") -> argparse.Namespace:
    """The command line; the kernel's path is made absolute, and looked at. Raises Problem."""
    parser = Parser(prog="ci/run", description=description, epilog=EPILOG,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matrix", action="store_true", help="every cell of ci/matrix.toml")
    parser.add_argument("--cells", action="append", default=[], metavar="GLOB",
                        help="only these, as 'stock-6.1/*'; several: repeat, or spaces")
    parser.add_argument("--shard", metavar="I/N", type=shards.parse,
                        help="only this machine's share of them, the I-th of N")
    parser.add_argument("--kernel", metavar="PATH", help="an arm64 Image instead of Debian's")
    parser.add_argument("--name", default="", help="what that kernel, or that of KERNEL_SRC=, is "
                        "called; default: its release")
    parser.add_argument("--cpu", default="", help="QEMU's -cpu, instead of the cells' own")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="more of the kernel's command line")
    parser.add_argument("--args", default="", metavar="WORDS",
                        help="arguments of uapi-conform, as '--case kvm_arm_caps.pairing.*'")
    parser.add_argument("--accel", choices=(accel.TCG, accel.KVM), default=accel.TCG,
                        help="kvm: the host's virtualisation, for cells that it can serve "
                        "(default %(default)s: QEMU computes all of it)")
    parser.add_argument("--known", type=Path, metavar="FILE",
                        help="known issues of your own, besides ci/known-issues.toml")
    parser.add_argument("--record", action="store_true",
                        help="also record what each kernel does, in a boot of its own: record.tsv beside "
                        "results.tap, for report/uapi-report behaviour")
    parser.add_argument("--jobs", type=int, default=0, metavar="N",
                        help="VMs side by side; default: cores")
    parser.add_argument("--timeout", type=float, default=vm.Limits.total, metavar="SECONDS",
                        help="how long one cell may take (default %(default).0f)")
    parser.add_argument("--list", action="store_true", help="the cells, and what they show")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="fold nothing; why rows do not apply (SKIP)")
    arguments = parser.parse_args(joined(words))
    if arguments.jobs < 0 or not arguments.timeout > 0:
        raise Problem("--jobs and --timeout are positive numbers", USAGE)
    if arguments.kernel:
        arguments.kernel = os.path.abspath(arguments.kernel)
        image.check(Path(arguments.kernel))
    if arguments.known:
        arguments.known = arguments.known.absolute()
    return arguments
