# SPDX-License-Identifier: GPL-2.0-only
"""The mail that ci/bugreport writes."""

from __future__ import annotations

import shlex
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

from ci.explore import FLAGS
from fixtures import qemu
from report import answers
from report.catalogue import Catalogue, CatalogueRow
from report.known import Issue
from report.log import Log, Row

# Of the log's head.
_FACTS = ("kernel", "cpu", "page_size", "taint", "uapi-conform")
_WIDTH = 78


@dataclass(frozen=True)
class Report:
    """What there is to say. others: the row's verdict by kernel; program: in C, or nothing; issue: the
    entry of known-issues.toml that explains the failure; guest: what was booted."""

    row: CatalogueRow
    failure: Row
    log: Log
    cell: str
    catalogue: Catalogue
    others: dict[str, str]
    program: str
    issue: Issue | None
    guest: qemu.Guest


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)


def subject(report: Report) -> str:
    """One line: the call, and what is wrong with its answer."""
    failure = answers.read(report.failure.detail)
    if failure.answers:
        what, expected, got = failure.answers[0]
        said = "is documented" if any(_documented(report, name) for name in _blamed(report)) else \
            "is what released kernels answer"
        return f"{what or report.row.id}: {got} where {expected} {said}"
    return f"{report.row.id}: {next(iter([*failure.warnings, *failure.other]), 'fails')}"


def _blamed(report: Report) -> list[str]:
    """The requirements that the failure names, else all of the row's."""
    named = [name for name in report.row.requirements
             if any(line.startswith(f"requirement: {name}: ") for line in report.failure.detail)]
    return named or list(report.row.requirements)


def _documented(report: Report, name: str) -> bool:
    """Whether a document says it, or only the kernels that were released."""
    return not report.catalogue.requirements[name].source.startswith(("released", "inferred"))


def _promises(report: Report) -> str:
    """The clauses that are broken, each with where it can be looked up."""
    parts = []
    for name in _blamed(report):
        clause = report.catalogue.requirements[name]
        parts.append(_wrap(f"{clause.text} [{clause.source}]"))
        parts += [f"    {document.title}\n    {document.link}" for document in clause.documents]
    return "\n".join(parts)


def _calls(report: Report) -> str:
    lines = [line for line in report.failure.detail if not line.startswith(answers.COMMON)]
    lines += answers.complaints(report.failure.kernel)
    return textwrap.indent("\n".join(lines), "    ")


def _kernels(report: Report) -> str:
    own = {report.log.header.get("kernel", report.cell).removeprefix("Linux "): "FAIL, as above"}
    return "\n".join(f"    {_release(name)}: {verdict}" for name, verdict in {**own, **report.others}.items())


def _release(kernel: str) -> str:
    """ "7.2.13+deb14-cloud-arm64 (Debian 7.2.13-1)" of all that a kernel says of itself."""
    release, _, rest = kernel.partition(" ")
    if rest.startswith("with "):
        return kernel
    words = rest.split()
    made = " ".join(words[words.index("Debian") :][:2]) if "Debian" in words else ""
    return f"{release} ({made})" if made else release


def _known(report: Report) -> list[str]:
    issue = report.issue
    if issue is None:
        return []
    return ["What is known of it\n-------------------", _wrap(issue.behaviour), _wrap(issue.explanation),
            _wrap(f"See {issue.reference}")]


def _reproducer(report: Report) -> list[str]:
    flags = shlex.join([flag for flag in FLAGS if flag != "-Werror"])
    said = ["How to reproduce\n----------------"]
    device = "fixture" in report.row.needs
    needs = "the device that fixtures/device makes" if device else "nothing but a C library"
    if report.program:
        said += [_wrap(f"The attached program, reproducer.c, needs {needs}. It exits with 1 "
                       "where it shows this, with 0 where the kernel does as documented, with 2 where it "
                       "cannot try. It was compiled and run on the kernel above, and exited with 1."),
                 f"    aarch64-linux-gnu-gcc {flags} -static -pthread -o reproducer reproducer.c\n"
                 "    ./reproducer"]
    else:
        said.append(_wrap("This cannot be shown by a few system calls (a guest's code, threads, or a device "
                          "are in it), so the test suite's own row is the program."))
    guest = replace(report.guest, kernel=Path("Image"), initrd=Path("initramfs.cpio"))
    command = qemu.command(qemu.MACHINES[guest.arch].program, guest)
    said += [_wrap("The row of the test suite alone, on any machine, and in QEMU with nothing else:"),
             f"    uapi-conform --case {report.row.id}\n\n"
             "    cp build/arm64/uapi-conform init\n"
             f"    printf '%s\\n' init{' uapi-conform-device.ko' if device else ''} | cpio -o -H newc > "
             "initramfs.cpio\n"
             f"    {shlex.join(command)}"]
    return said


def render(report: Report) -> str:
    """The whole mail. Its program is a file of its own, to be attached."""
    facts = {name: report.log.header[name] for name in _FACTS if name in report.log.header}
    return "\n\n".join([
        f"Subject: {subject(report)}",
        "What is documented\n------------------",
        _promises(report),
        "What happens\n------------",
        _calls(report),
        _wrap(f"In the configuration '{report.cell.partition('/')[2]}' of the kernels at hand:"),
        _kernels(report),
        *_known(report),
        *_reproducer(report),
        "The machine\n-----------",
        "\n".join(f"    {name}: {value}" for name, value in facts.items()),
    ]) + "\n"
