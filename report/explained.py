# SPDX-License-Identifier: GPL-2.0-only
"""ci/explained-changes.toml: changes of behaviour that were looked into, each with its reason.

An entry explains observations, not kernels: keys (globs), and where that is not enough what was
observed before and afterwards; and between which versions. Only where the older kernel is up to
`last_before` and the newer from `first_after` on does it explain anything; read backwards, too.
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

DEFAULT = ROOT / "ci/explained-changes.toml"
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
                "required": ["id", "what", "keys", "last_before", "first_after", "reason"],
                "properties": {
                    "id": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
                    "what": TEXT,
                    "keys": {"type": "array", "items": SAYING, "minItems": 1},
                    "old": GLOBS,
                    "new": GLOBS,
                    "last_before": VERSION,
                    "first_after": VERSION,
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
        return any(versions.numbers(one) != () and versions.within(one, "", self.last_before)
                   and versions.within(other, self.first_after, "")
                   for one, other in ((old, new), (new, old)))


def load(path: Path = DEFAULT) -> list[Explanation]:
    """All entries, in the file's order: the first that fits is taken."""
    data = tomlfile.read(path, KNOWN_ISSUES, "--explained names another file")
    document = tomlfile.parse(data, tomlfile.shown(path), KNOWN_ISSUES)
    wrong = tomlfile.mistakes(
        document, SCHEMA, lambda _, place, entry: f"change '{entry.get('id', place + 1)}'"
        if isinstance(entry, dict) else f"change {place + 1}")
    entries = document.get("change", []) if not wrong else []
    names = [entry["id"] for entry in entries]
    wrong += [f"change '{name}' is there twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    wrong += [f"change '{e['id']}': 'last_before' ({e['last_before']}) is not before 'first_after' "
              f"({e['first_after']})" for e in entries
              if versions.numbers(e["last_before"]) >= versions.numbers(e["first_after"])]
    if wrong:
        raise Problem([f"{tomlfile.shown(path)}: {line}" for line in wrong], KNOWN_ISSUES)
    return [Explanation(e["id"], e["what"], e["reason"], e.get("see", ""), e["last_before"],
                        e["first_after"], re.compile("|".join(map(translate, e["keys"]))),
                        _pattern(e.get("old", [])), _pattern(e.get("new", []))) for e in entries]
