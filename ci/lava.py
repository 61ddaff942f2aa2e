# SPDX-License-Identifier: GPL-2.0-only
"""LAVA job definitions, one for each cell of ci/matrix.toml.

    ci/lava --url https://example.org/uapi-conform -o DIRECTORY
    ci/lava --artifacts DIRECTORY      what that address has to serve

A job boots the kernel in LAVA's own QEMU with nothing but the suite in the initramfs, and LAVA
reads the rows off the console, SKIP and ERROR told apart; no root file system is needed. For boards,
which have one, there is ci/integrations/uapi-conform.yaml, which reports by lava-test-case. LAVA
calls a row what is left of its name when all but letters, digits and "_" is "_".

On the console LAVA's reader is a regular expression: it knows no plan, and notices no row that is
not there. The log of a job, of either kind, has the TAP in it: `uapi-report import` on the host reads
that with the reader, and the doubts, that our own consoles get.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from ci import cells as cells_module
from ci.cells import Cell
from ci.kernel import Kernel, suite_binary
from ci.supply import find_kernels
from fixtures import ROOT, problem, qemu, vm
from fixtures.problem import USAGE, Parser, Problem, from_os_error
from report.log import ROW_ID

JOB_MINUTES, ACTION_MINUTES = 20, 15
# The name is read ahead, so that what is left to match is the result: of a row that was skipped the
# word that says so, and "#" of one with a directive that means nothing here. What is an ERROR is told
# from a FAIL by its announcement, so its match begins there, and takes the result line with it: each
# row has one. A torn line is no result, and one of which LAVA has half is none yet. LAVA hands this
# to pexpect, which has "^" mean the beginning of a line only where it is told so.
PATTERN = (
    rf"(?m)^(?=(?:# ERROR |(?:not )?ok \d+ )(?P<test_case_id>{ROW_ID})(?: # [^\r\n]*)?\r?\n)"
    r"(?:(?P<broken># (?=ERROR ))|ok \d+ \S+ (?:# (?=SKIP \S)|(?=#)))?"
    r"(?P<result>ERROR|SKIP|(?<= )#|not ok|ok)"
    r"(?(broken) \S+\r?\n(?:(?!(?:not )?ok \d|# run )[^\n]*\n)*not ok \d+ (?P=test_case_id)|[^\r\n]*)"
    r"\r?\n")
FIXUP = {"ok": "pass", "not ok": "fail", "SKIP": "skip", "ERROR": "unknown", "#": "unknown"}
START, END = r"TAP version 13", r"# exit: \d+"


def has_device(cell: Cell) -> bool:
    """Whether the kernel comes with the device fixture's module."""
    return cell.kernel in cells_module.BUILT and not cell.kernel.endswith("-notsm")


def initramfs(cell: Cell) -> str:
    """The name under which a cell's initramfs is served."""
    device = f"{cell.kernel}-" if has_device(cell) else ""
    return f"{device}{cell.configuration.program}.cpio"


def _machine(cell: Cell) -> tuple[dict[str, Any], list[str], str]:
    """What our own launcher would tell QEMU: as LAVA's variables, as other options, and the
    kernel's command line."""
    c = cell.configuration
    guest = qemu.Guest(Path("Image"), Path("initrd"), c.cpus[0], c.append,
                       endpoint=has_device(cell), iommu=c.iommu, arch=c.arch,
                       processors=c.processors, machine=c.machine)
    words = qemu.command("qemu", guest)[1:]
    variables: dict[str, Any] = {"arch": c.arch}
    others: list[str] = []
    line = ""
    while words:
        name = words.pop(0)
        value = words.pop(0) if words and not words[0].startswith("-") else ""
        if name in ("-M", "-cpu", "-m"):
            key = {"-M": "machine", "-cpu": "cpu", "-m": "memory"}[name]
            variables[key] = int(value) if key == "memory" else value
        elif name == "-append":
            line = value
        elif name in ("-device", "-global", "-no-reboot", "-smp"):
            others += [name, value] if value else [name]
    return variables, others, line


def job(cell: Cell, url: str) -> dict[str, Any]:
    """A cell's job definition."""
    variables, others, line = _machine(cell)
    if '"' in line or "'" in line:
        raise Problem(f"{cell.name}: LAVA takes no quotes in a kernel command line", USAGE)
    url = url.rstrip("/")
    return {
        "job_name": f"uapi-conform {cell.name}",
        "device_type": "qemu",
        "visibility": "public",
        "priority": "medium",
        "timeouts": {
            "job": {"minutes": JOB_MINUTES},
            "action": {"minutes": ACTION_MINUTES},
            "connection": {"minutes": 2},
        },
        "context": {**variables, "extra_options": others},
        "metadata": {"kernel": cell.kernel, "configuration": cell.configuration.name,
                     "shows": cell.configuration.shows},
        "actions": [
            {"deploy": {
                "to": "tmpfs",
                "timeout": {"minutes": 5},
                "images": {
                    "kernel": {"image_arg": f'-kernel {{kernel}} -append "{line}"',
                               "url": f"{url}/{cell.kernel}/Image"},
                    "ramdisk": {"image_arg": "-initrd {ramdisk}",
                                "url": f"{url}/{initramfs(cell)}"},
                },
            }},
            {"boot": {"method": "qemu", "media": "tmpfs", "timeout": {"minutes": 5}}},
            {"test": {
                "timeout": {"minutes": ACTION_MINUTES},
                "monitors": [{"name": "uapi-conform", "start": START, "end": END,
                              "pattern": PATTERN, "fixupdict": FIXUP}],
            }},
        ],
    }


def text(cell: Cell, url: str) -> str:
    """The job definition as a file."""
    head = f"# SPDX-License-Identifier: GPL-2.0-only\n# {cell.name}: made by ci.lava; do not edit\n"
    body: str = yaml.safe_dump(job(cell, url), sort_keys=False, width=1000)
    return head + body


def file_name(cell: Cell) -> str:
    """Where a cell's job definition goes."""
    return f"{cell.kernel}-{cell.configuration.name}.yaml"


def serve(chosen: list[Cell], kernels: dict[str, Kernel], where: Path) -> None:
    """Lay out the files that the jobs fetch."""
    for cell in chosen:
        kernel = kernels[cell.kernel]
        target = where / cell.kernel / "Image"
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kernel.image, target)
        extra = {"uapi-conform-device.ko": kernel.module} if kernel.module else {}
        vm.make_initrd(suite_binary(cell.configuration.program), where / initramfs(cell), extra)


def write(arguments: argparse.Namespace, chosen: list[Cell]) -> int:
    """Everything that was asked for."""
    if arguments.artifacts:
        found, failed = find_kernels(chosen, None)
        if failed:
            raise next(iter(failed.values()))
        serve(chosen, found, arguments.artifacts)
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        for cell in chosen:
            (arguments.output / file_name(cell)).write_text(text(cell, arguments.url), "utf-8")
        print(f"{len(chosen)} jobs in {arguments.output}")
    elif not arguments.artifacts:
        print("---\n".join(text(cell, arguments.url) for cell in chosen), end="")
    return 0


def main() -> int:
    """Command line."""
    parser = Parser(prog="ci/lava", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", action="append", default=[], metavar="GLOB",
                        help="only these, as 'stock-6.1/*'; several: repeat, or spaces")
    parser.add_argument("--url", default="https://example.org/uapi-conform", metavar="URL",
                        help="where kernels and initramfs are served (default %(default)s)")
    parser.add_argument("-o", "--output", type=Path, metavar="DIRECTORY",
                        help="one file a job there, instead of all on the standard output")
    parser.add_argument("--artifacts", type=Path, metavar="DIRECTORY",
                        help="put there what --url has to serve")
    arguments = parser.parse_args()
    for name in ("output", "artifacts"):
        if place := getattr(arguments, name):
            setattr(arguments, name, place.absolute())
    os.chdir(ROOT)
    matrix = cells_module.load()
    globs = [glob for words in arguments.cells for glob in words.split()]
    chosen = cells_module.select(matrix, globs) if globs else matrix
    try:
        return write(arguments, chosen)
    except OSError as error:
        raise from_os_error(error, "writing jobs") from None


if __name__ == "__main__":
    sys.exit(problem.run("ci/lava", main))
