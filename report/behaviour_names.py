# SPDX-License-Identifier: GPL-2.0-only
"""Keys of observations in words, and those that are alike together.

A word of a key in braces is a set of features, one like S3_0_C0_C4_0 or of 16 hexadecimal digits is
a register, a number is a number; the rest is said as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from report.text import number, some

_SET = re.compile(r"\{[^}]*\}")
_REGISTER = re.compile(r"S[0-3]_[0-7]_C\d+_C\d+_[0-7]|[0-9a-f]{16}")
_NUMBER = re.compile(r"-?\d+|0x[0-9a-f]+")
_WORDS = re.compile(r"[./]")
# As the Arm ARM calls what an encoding alone says to nobody.
_ID = {0: {0: "MIDR", 5: "MPIDR", 6: "REVIDR"},
       1: dict(enumerate("ID_PFR0 ID_PFR1 ID_DFR0 ID_AFR0 ID_MMFR0 ID_MMFR1 ID_MMFR2 ID_MMFR3".split())),
       2: dict(enumerate("ID_ISAR0 ID_ISAR1 ID_ISAR2 ID_ISAR3 ID_ISAR4 ID_ISAR5 ID_MMFR4 ID_ISAR6".split())),
       3: {0: "MVFR0", 1: "MVFR1", 2: "MVFR2", 4: "ID_PFR2", 5: "ID_DFR1", 6: "ID_MMFR5"},
       4: {0: "ID_AA64PFR0", 1: "ID_AA64PFR1", 2: "ID_AA64PFR2", 4: "ID_AA64ZFR0", 5: "ID_AA64SMFR0",
           7: "ID_AA64FPFR0"},
       5: {0: "ID_AA64DFR0", 1: "ID_AA64DFR1", 2: "ID_AA64DFR2", 4: "ID_AA64AFR0", 5: "ID_AA64AFR1"},
       6: {0: "ID_AA64ISAR0", 1: "ID_AA64ISAR1", 2: "ID_AA64ISAR2", 3: "ID_AA64ISAR3"},
       7: {0: "ID_AA64MMFR0", 1: "ID_AA64MMFR1", 2: "ID_AA64MMFR2", 3: "ID_AA64MMFR3", 4: "ID_AA64MMFR4"}}
_NAMES = {f"S3_0_C0_C{crm}_{op2}": name for crm, names in _ID.items() for op2, name in names.items()} | {
    "S3_1_C0_C0_0": "CCSIDR", "S3_1_C0_C0_1": "CLIDR", "S3_2_C0_C0_0": "CSSELR", "S3_3_C0_C0_1": "CTR",
    "S3_1_C0_C0_7": "AIDR", "S3_3_C0_C0_7": "DCZID",
    "S3_0_C1_C0_0": "SCTLR", "S3_0_C1_C0_1": "ACTLR", "S3_0_C1_C0_2": "CPACR", "S3_0_C1_C0_3": "SCTLR2",
    "S3_0_C1_C2_0": "ZCR", "S3_0_C2_C0_0": "TTBR0", "S3_0_C2_C0_1": "TTBR1", "S3_0_C2_C0_2": "TCR",
    "S3_0_C2_C0_3": "TCR2", "S3_0_C10_C2_2": "PIRE0", "S3_0_C10_C2_3": "PIR", "S3_0_C10_C2_4": "POR",
    "S3_0_C5_C2_0": "ESR", "S3_0_C6_C0_0": "FAR", "S3_0_C7_C4_0": "PAR", "S3_0_C10_C2_0": "MAIR",
    "S3_0_C12_C0_0": "VBAR", "S3_0_C12_C1_1": "DISR", "S3_0_C13_C0_1": "CONTEXTIDR",
    "S3_0_C13_C0_4": "TPIDR", "S3_0_C14_C1_0": "CNTKCTL", "S3_0_C9_C14_1": "PMINTENSET",
    "S3_0_C9_C14_2": "PMINTENCLR", "S3_3_C9_C12_0": "PMCR", "S3_3_C9_C12_1": "PMCNTENSET",
    "S3_3_C9_C12_2": "PMCNTENCLR", "S3_3_C9_C12_3": "PMOVSCLR", "S3_3_C9_C12_5": "PMSELR",
    "S3_3_C9_C13_0": "PMCCNTR", "S3_3_C9_C14_0": "PMUSERENR", "S3_3_C9_C14_3": "PMOVSSET",
    "S3_3_C14_C15_7": "PMCCFILTR", "S3_3_C13_C0_2": "TPIDR_EL0", "S3_3_C13_C0_3": "TPIDRRO_EL0",
    "S3_3_C4_C4_2": "FPMR", "S3_0_C1_C0_6": "GCR", "S3_0_C1_C0_5": "RGSR", "S3_0_C5_C6_0": "TFSR",
    "S3_0_C5_C6_1": "TFSRE0", "S2_0_C0_C2_0": "MDCCINT", "S2_0_C0_C2_2": "MDSCR", "S2_4_C0_C7_0": "DBGVCR32",
}
Member = TypeVar("Member")


def register(word: str) -> str:
    """A register as people call it, with its encoding."""
    return f"{_NAMES[word]} ({word})" if word in _NAMES else word


def words(key: str) -> list[str]:
    """The words of a key behind "suite.part."."""
    return _WORDS.split(key)[2:]


def sequence(key: str) -> str:
    """What is before the '/' of a key of a step: the steps of one sequence have it in common."""
    return key.rpartition("/")[0]


def kind(word: str) -> str:
    """What a word stands for in a family: "{}", "@", "#", or itself, with "#" for numbers in it."""
    return ("{}" if _SET.fullmatch(word) else "@" if _REGISTER.fullmatch(word) else
            "_".join("#" if _NUMBER.fullmatch(one) else one for one in word.split("_")))


def family(key: str) -> str:
    """What keys that differ in sets, registers and numbers alone have in common."""
    return ".".join(map(kind, words(key)))


def is_short(old: str | None, new: str | None) -> bool:
    """Whether the values themselves tell a reader what happened."""
    return all(value is not None and len(value) <= 60 and "0x" not in value for value in (old, new))


def members(text: str) -> frozenset[str]:
    """The features of "{SVE|PMU_V3}"; a word that is no set has none."""
    if not text.startswith("{"):
        return frozenset()
    return frozenset(word for word in text.strip("{}").split("|") if word)


def _braces(features: Iterable[str]) -> str:
    return "{" + "|".join(sorted(features)) + "}"


def sets(chosen: Sequence[str], universe: Sequence[str]) -> str:
    """Some sets of features as a rule, where there is one: "every set with SVE, without PMU_V3"."""
    some_of, all_of = {members(s) for s in chosen}, {members(s) for s in universe}
    if len(some_of) == 1:
        return _braces(next(iter(some_of)))
    if some_of == all_of:
        return "every set"
    must = frozenset.intersection(*some_of)
    never = frozenset.union(*all_of) - frozenset.union(*some_of)
    if some_of == {one for one in all_of if must <= one and not never & one}:
        rule = [f"with {' and '.join(sorted(must))}"] if must else []
        rule += [f"without {' or '.join(sorted(never))}"] if never else []
        return f"every set {', '.join(rule)}"
    return f"{len(some_of)} sets: {some((_braces(one) for one in sorted(some_of, key=sorted)), 3)}"


def numbers(chosen: Iterable[str]) -> str:
    """Numbers with ranges: "1 to 3, 7"."""
    chosen = list(chosen)
    if any(text.startswith("0x") for text in chosen):
        return some(sorted(chosen, key=lambda text: int(text, 0)), 4)
    values = sorted({int(text) for text in chosen})
    runs = [list(run) for _, run in groupby(enumerate(values), lambda pair: pair[1] - pair[0])]
    return some([str(r[0][1]) if len(r) == 1 else f"{r[0][1]} to {r[-1][1]}" for r in runs], 8)


def split(name: str, alike: list[Member], key: Callable[[Member], str],
          universe: Callable[[str, int], Sequence[str]]) -> Iterable[tuple[str, list[Member]]]:
    """A family's members in as few groups as can be said in a line each: those of the same registers
    and numbers have the same sets. universe: all sets in a place of a family."""
    kinds = name.split(".")
    places = {mark: [i for i, one in enumerate(kinds) if one == mark] for mark in ("{}", "@", "#")}
    if len(places["{}"]) != 1 or not (places["@"] or places["#"]):
        yield _subject(kinds, [words(key(one)) for one in alike], universe, name), alike
        return
    by_thing: dict[tuple[str, ...], list[Member]] = {}
    for one in alike:
        thing = tuple(words(key(one))[i] for i in (*places["@"], *places["#"]))
        by_thing.setdefault(thing, []).append(one)
    by_sets: dict[frozenset[str], list[Member]] = {}
    for same in by_thing.values():
        which = frozenset(words(key(one))[places["{}"][0]] for one in same)
        by_sets.setdefault(which, []).extend(same)
    for same in by_sets.values():
        yield _subject(kinds, [words(key(one)) for one in same], universe, name), same


def _subject(kinds: list[str], keys: list[list[str]], universe: Callable[[str, int], Sequence[str]],
             name: str) -> str:
    said = []
    for place, mark in enumerate(kinds):
        here = list(dict.fromkeys(key[place] for key in keys))
        if mark == "{}":
            said.append(sets(here, universe(name, place)))
        elif mark == "@":
            said.append((f"{number(len(here), 'register')}: " if len(here) > 1 else "")
                        + some(map(register, here), 6))
        elif mark == "#":
            said.append(numbers(here))
        elif "#" in mark:
            said.append(some([word.replace("_", " ") for word in here], 3))
        else:
            said.append(mark.replace("_", " "))
    return "; ".join(said)
