# SPDX-License-Identifier: GPL-2.0-only
"""ci/explained-changes: changes of behaviour that were looked into, each with its reason.

An entry explains observations, not kernels: keys (globs), and where that is not enough what was
observed before and afterwards; and between which versions. Only where the older kernel is up to the
first of `between` and the newer from the second on does it explain anything; read backwards, too.
What came in steps, or was brought back to some kernels in between, is so for these, too (`within`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path
from typing import Any

from fixtures import ROOT
from fixtures.problem import Problem
from report import tomlfile, versions
from report.problem import KNOWN_ISSUES
from report.tomlfile import GLOBS, SAYING, TEXT
from report.versions import VERSION

DEFAULT = ROOT / "ci/explained-changes"
ABSENT = "nothing"
SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "change": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "what", "keys", "between", "reason"],
                "properties": {
                    "id": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
                    "what": TEXT,
                    "keys": {"type": "array", "items": SAYING, "minItems": 1},
                    "old": GLOBS,
                    "new": GLOBS,
                    "between": {"type": "array", "items": VERSION, "minItems": 2, "maxItems": 2},
                    "within": {"type": "boolean"},
                    "reason": TEXT,
                    "see": TEXT,
                },
            },
        },
    },
}


def _pattern(globs: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(translate, globs))) if globs else None


@dataclass(frozen=True)
class Explanation:
    """One entry."""

    id: str
    what: str
    reason: str
    see: str
    last_before: str
    first_after: str
    within: bool
    _keys: re.Pattern[str]
    _old: re.Pattern[str] | None
    _new: re.Pattern[str] | None

    def is_about(self, key: str, old: str | None, new: str | None) -> bool:
        """Whether such a change of this key is meant, in one direction or the other."""
        if not self._keys.match(key):
            return False
        before, after = (value if value is not None else ABSENT for value in (old, new))
        return any((self._old is None or bool(self._old.match(one))) and
                   (self._new is None or bool(self._new.match(other)))
                   for one, other in ((before, after), (after, before)))

    def between(self, old: str, new: str) -> bool:
        """Whether it came about between two kernels."""
        older, newer = sorted((old, new), key=versions.numbers)
        if versions.numbers(older) == ():
            return False
        if self.within:
            return (not versions.within(newer, "", self.last_before)
                    and not versions.within(older, self.first_after, ""))
        return versions.within(older, "", self.last_before) and versions.within(newer, self.first_after, "")


def load(path: Path = DEFAULT) -> list[Explanation]:
    """All entries of a file, or of a directory's, in their order: the first that fits is taken."""
    return [entry for one in (sorted(path.glob("*.toml")) if path.is_dir() else [path]) for entry in _load(one)]


def _load(path: Path) -> list[Explanation]:
    data = tomlfile.read(path, KNOWN_ISSUES, "--explained names another file")
    document = tomlfile.parse(data, tomlfile.shown(path), KNOWN_ISSUES)
    wrong = tomlfile.mistakes(
        document, SCHEMA, lambda _, place, entry: f"change '{entry.get('id', place + 1)}'"
        if isinstance(entry, dict) else f"change {place + 1}")
    entries = document.get("change", []) if not wrong else []
    names = [entry["id"] for entry in entries]
    wrong += [f"change '{name}' is there twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    wrong += [f"change '{e['id']}': 'between' {' and '.join(e['between'])}: the older version comes first"
              for e in entries if versions.numbers(e["between"][0]) >= versions.numbers(e["between"][1])]
    if wrong:
        raise Problem([f"{tomlfile.shown(path)}: {line}" for line in wrong], KNOWN_ISSUES)
    return [Explanation(e["id"], e["what"], e["reason"], e.get("see", ""), e["between"][0],
                        e["between"][1], e.get("within", False), re.compile("|".join(map(translate, e["keys"]))),
                        _pattern(e.get("old", [])), _pattern(e.get("new", []))) for e in entries]
