# SPDX-License-Identifier: GPL-2.0-only
"""Versions of kernels, and ranges of them. "6.4" as the end of a range includes 6.4.9."""

from __future__ import annotations

import re

from report.shapes import Meta, Result

VERSION = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)*$"}


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of "7.2.13+deb14-cloud-arm64"; empty if there are none."""
    match = re.match(r"[0-9]+(?:\.[0-9]+)*", text)
    return tuple(map(int, match[0].split("."))) if match else ()


def release(result: Result) -> str:
    """What the kernel of a result calls itself; else what its file does; else nothing."""
    return of_run(result["meta"], result["provenance"])


def of_run(meta: Meta, header: dict[str, str]) -> str:
    """The same, of what is known of a run and of its log's head."""
    if said := of_kernel(header.get("kernel", "")):
        return said
    file = meta.get("kernel_file")
    return str(file.get("release") or "") if isinstance(file, dict) else ""


def of_kernel(kernel: str) -> str:
    """The version in a header's line about the kernel, or nothing. Debian calls all of 6.1 "6.1.0",
    and says behind that which it is: "Debian 6.1.176-1"."""
    said = re.match(r"Linux (\S+)", kernel)
    exact = re.search(r" Debian ([0-9]\S*)", kernel)
    if said and exact and numbers(exact[1])[:2] == numbers(said[1])[:2]:
        return exact[1]
    return said[1] if said else ""


def within(kernel: str, first: str, last: str) -> bool:
    """Whether a kernel is in a range, both ends included, either may be empty. One whose version
    is not known is in no range that has an end."""
    known = numbers(kernel)
    for bound, beyond in ((numbers(first), -1), (numbers(last), 1)):
        part = known[: len(bound)]
        if bound and (not known or (part > bound) - (part < bound) == beyond):
            return False
    return True


def mistakes(first: str, last: str) -> list[str]:
    """What is wrong with a range."""
    if first and last and numbers(first)[: len(numbers(last))] > numbers(last):
        return [f"'first' ({first}) comes after 'last' ({last})"]
    return []


def spoken(first: str, last: str) -> str:
    """A range in words: "5.2 to 6.4", "6.5 and later", "up to 6.4"."""
    if first and last:
        return f"{first} to {last}"
    return f"{first} and later" if first else f"up to {last}" if last else "every version"
