# SPDX-License-Identifier: GPL-2.0-only
"""What gcov counted, of several runs together, by function."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Line:
    """How often a line was reached, and each branch that leaves it."""

    count: int = 0
    branches: list[int] = field(default_factory=list)


@dataclass
class Function:
    """A function's lines, by number. file: its path in the kernel's tree."""

    file: str
    name: str
    lines: dict[int, Line] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For results.json."""
        return {"file": self.file, "name": self.name,
                "lines": {number: [line.count, *line.branches] for number, line in self.lines.items()}}


class Totals:
    """Sums over runs. The kernel of all runs is the same, so the lines and branches are."""

    def __init__(self) -> None:
        self._functions: dict[tuple[str, str], Function] = {}

    def add(self, answer: dict[str, Any]) -> None:
        """One answer of `gcov --json-format`."""
        for file in answer["files"]:
            path = _in_tree(file["file"], answer.get("current_working_directory", ""))
            for line in file["lines"]:
                if name := line.get("function_name"):
                    self._count(path, name, line["line_number"], line["count"],
                                [branch["count"] for branch in line["branches"]])

    def merge(self, other: Totals) -> None:
        """Add another run's sums."""
        for function in other._functions.values():
            for number, line in function.lines.items():
                self._count(function.file, function.name, number, line.count, line.branches)

    def chosen(self, wanted: dict[str, list[str]]) -> list[Function]:
        """The functions of these files, with these names, "*" for all; in their order."""
        found = [function for function in self._functions.values()
                 if function.name in wanted.get(function.file, []) or wanted.get(function.file) == ["*"]]
        return sorted(found, key=lambda f: (f.file, min(f.lines)))

    def _count(self, file: str, name: str, number: int, count: int, branches: list[int]) -> None:
        function = self._functions.setdefault((file, name), Function(file, name))
        line = function.lines.setdefault(number, Line(0, [0] * len(branches)))
        line.count += count
        # A function that was inlined here and not there has other branches here and there.
        length = max(len(line.branches), len(branches))
        padded = [*line.branches, *[0] * (length - len(line.branches))]
        line.branches = [a + b for a, b in zip(padded, [*branches, *[0] * (length - len(branches))])]


def _in_tree(file: str, directory: str) -> str:
    """A path in the tree. The kernel is built with paths that begin there, or at its objects."""
    for mark in ("/drivers/", "/arch/", "/virt/"):
        if mark in f"/{file}":
            return mark[1:] + f"/{file}".split(mark, 1)[1]
    return file.removeprefix(directory).lstrip("/")
