# SPDX-License-Identifier: GPL-2.0-only
"""What a program would notice between two kernels: two recordings, key by key, grouped.

Changes are not verdicts: whether a kernel should have changed is nobody's to say here but whoever
writes ci/explained-changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from report import behaviour_names as naming
from report.explained import Explanation
from report.recording import Part, Recording, part_of
from report.text import number

# An answer alone: it depends on no CPU's values.
_ANSWER = re.compile(r"(?:0|E[A-Z0-9]+|yes|no|quiet|complains)")


@dataclass(frozen=True)
class Change:
    """One observation; None where that side has none of this key."""

    key: str
    old: str | None
    new: str | None

    @property
    def arrow(self) -> str:
        """ "EINVAL -> 0"."""
        return f"{self.old or 'nothing'} -> {self.new or 'nothing'}"


@dataclass
class Group:
    """Changes that are one thing for a reader. subject: what they are about, in words."""

    part: str
    subject: str
    changes: list[Change]
    meaning: str
    follow: int = 0  # changes of later steps in the same sequences
    explained: Explanation | None = None
    looks_like: Explanation | None = None  # but for the kernels' versions


@dataclass
class Comparison:
    """All groups, what was compared, and what was not."""

    old: Recording
    new: Recording
    groups: list[Group] = field(default_factory=list)
    compared: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def unexplained(self) -> list[Group]:
        """Those that nobody looked into yet."""
        return [group for group in self.groups if group.explained is None]

    def part(self, name: str) -> Part:
        """What a part is, by whichever side says so."""
        return self.new.parts.get(name) or self.old.parts[name]


def meaning(old: str | None, new: str | None) -> str:
    """What such a change is for a program that was written for the old kernel."""
    if old is None:
        return "new here: a program that goes through all of them meets more"
    if new is None:
        return "gone: a program that counts on it fails"
    if new in ("no", "complains"):
        return "the kernel does not survive what it survived before, or warns of it"
    before, after = (bool(re.fullmatch(r"E[A-Z0-9]+", value)) for value in (old, new))
    if before and after:
        return "refused with another errno: noticed by who tells errors apart"
    if before:
        return "accepted now: who took the error for a 'no' sees a 'yes'"
    if after:
        return "refused now: a program that does this fails"
    return "another value: noticed by who compares it, saves and restores it, or migrates"


def _notes(old: Recording, new: Recording) -> Iterable[str]:
    """What is not compared, and why."""
    for suite in dict.fromkeys([*old.lists, *new.lists]):
        if suite not in old.lists or suite not in new.lists:
            side = old if suite in old.lists else new
            yield f"{suite} is recorded in {side.name} alone: not compared"
    for side, other in ((old, new), (new, old)):
        if not side.whole:
            yield f"{side.name} is cut off: what is missing at its end is not compared"
        left = [part for part in side.parts if part in other.parts and not side.finished(part)]
        if left:
            yield f"{side.name} lacks the rest of {', '.join(left)}"
    for suite in new.lists:
        if suite in old.lists and old.lists[suite] != new.lists[suite]:
            yield (f"{suite}'s lists are of versions {old.lists[suite]} and {new.lists[suite]}: "
                   "only keys that both have are compared")


def _comparable(old: Recording, new: Recording) -> tuple[int, list[str]]:
    """How many keys both sides had to have, and those that are not the same, in the newer side's order."""
    absent = {part for side in (old, new) for part in side.parts if side.observations.get(f"{part}.there") == "no"}
    listed = {suite for suite in new.lists if suite in old.lists}
    same_list = {suite for suite in listed if old.lists[suite] == new.lists[suite]}
    # A part's keys: all of them; those of both sides; none, but whether it is there.
    alone = {part for part in {*old.parts, *new.parts} if part.partition(".")[0] in same_list
             and old.finished(part) and new.finished(part) and part not in absent}
    left_out = {part for part in {*old.parts, *new.parts} if part.partition(".")[0] not in listed} | absent
    both = old.observations.keys() & new.observations.keys()
    differing = {key for key, _ in old.observations.items() ^ new.observations.items()}
    changed = [key for key in dict.fromkeys([*new.observations, *old.observations]) if key in differing and (
        part_of(key) in alone or (key in both and part_of(key) not in left_out)
        or (part_of(key) in absent and key.endswith(".there")))] if differing else []
    count = len(both) - sum(part_of(key) in left_out for key in both) if left_out else len(both)
    return count + sum(key not in both for key in changed), changed


def _features(side: Recording) -> dict[str, set[str]]:
    """By part, the features of the sets that its keys are about."""
    found: dict[str, set[str]] = {}
    for key in side.observations:
        if "{" in key:
            for word in naming.words(key):
                found.setdefault(part_of(key), set()).update(naming.members(word))
    return found


def _groups(told: Comparison, changes: list[Change]) -> Iterable[tuple[str, list[Change]]]:
    """Changes with the same arrow, and about the same things otherwise, together."""
    sets: dict[tuple[str, str, int], dict[str, None]] = {}
    for key in {*told.old.observations, *told.new.observations} if changes else ():
        for place, word in enumerate(naming.words(key)):
            if word.startswith("{"):
                sets.setdefault((part_of(key), naming.family(key), place), {})[word] = None
    sides = [_features(side) for side in (told.old, told.new)]
    first: dict[tuple[str, str, str], list[Change]] = {}
    only: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        # What follows from a feature that one side has no accepted set with is one change.
        part = part_of(change.key)
        mine = {word for name in naming.words(change.key) for word in naming.members(name)}
        if alone := mine & (sides[0].get(part, set()) ^ sides[1].get(part, set())):
            only.setdefault((part, " or ".join(sorted(alone))), []).append(change)
            continue
        arrow = change.arrow if naming.is_short(change.old, change.new) else meaning(change.old, change.new)
        first.setdefault((part_of(change.key), naming.family(change.key), arrow), []).append(change)
    for (part, features), members in only.items():
        yield f"all with {features}, which only one side has", members
    for (part, family, _), members in first.items():
        yield from naming.split(family, members, lambda change: change.key,
                                lambda name, place, part=part: list(sets[part, name, place]))  # type: ignore[misc]


def compare(old: Recording, new: Recording, explanations: list[Explanation]) -> Comparison:
    """Everything that is different."""
    told = Comparison(old, new)
    other_cpu = not old.same_cpu(new)
    if other_cpu:
        told.notes.append("the two are of different CPUs: only answers (errno) are compared, no values")
    if not old.kernel or old.head.get("kernel") == new.head.get("kernel"):
        told.notes.append("both are of the same kernel")
    changes = []
    left_out = 0
    told.notes += _notes(old, new)
    told.compared, changed = _comparable(old, new)
    for key in changed:
        before, after = old.observations.get(key), new.observations.get(key)
        if other_cpu and not (before and after and _ANSWER.fullmatch(before) and _ANSWER.fullmatch(after)):
            left_out += 1
        else:
            changes.append(Change(key, before, after))
    told.compared -= left_out
    if left_out:
        told.notes.append(f"{number(left_out, 'value')} that may be the CPU's left out")
    _explain(told, changes, explanations)
    return told


def _explain(told: Comparison, changes: list[Change], explanations: list[Explanation]) -> None:
    """Give each change to the first explanation that fits it; group what each has, and the rest. What
    changes later in a sequence of steps is taken for a consequence, unless it has an explanation."""
    def fits(change: Change, among: list[Explanation]) -> Explanation | None:
        return next((e for e in among if e.is_about(change.key, change.old, change.new)), None)

    here = [e for e in explanations if e.between(told.old.kernel, told.new.kernel)]

    by: dict[str, list[Change]] = {}
    entries: dict[str, Explanation | None] = {}
    causes: dict[str, Change] = {}
    consequences: dict[str, int] = {}
    for change in changes:
        entry = fits(change, here)
        if sequence := naming.sequence(change.key):
            cause = causes.setdefault(sequence, change)
            if cause is not change and not entry:
                consequences[cause.key] = consequences.get(cause.key, 0) + 1
                continue
        name = entry.id if entry else ""
        by.setdefault(name, []).append(change)
        entries[name] = entry
    for name, members in by.items():
        entry = entries[name]
        alike = [(entry.what, members)] if entry else _groups(told, members)
        for subject, those in alike:
            told.groups.append(Group(
                part_of(those[0].key), subject, those, _meanings(those),
                sum(consequences.get(change.key, 0) for change in those), entry,
                None if entry else fits(those[0], explanations)))


def _meanings(changes: list[Change]) -> str:
    kinds = list(dict.fromkeys(meaning(change.old, change.new) for change in changes))
    return kinds[0] if len(kinds) == 1 else "; ".join(
        f"{sum(meaning(c.old, c.new) == kind for c in changes)}: {kind}" for kind in kinds)


def exit_code(told: Iterable[Comparison]) -> int:
    """1 where something changed that nobody has explained; 4 where nothing was compared."""
    all_of = list(told)
    if any(one.unexplained for one in all_of):
        return 1
    return 0 if any(one.compared for one in all_of) else 4


