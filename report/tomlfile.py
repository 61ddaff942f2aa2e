# SPDX-License-Identifier: GPL-2.0-only
"""TOML files that people write: read, held against a schema, mistakes told in their words."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import jsonschema

from fixtures import ROOT
from fixtures.problem import Problem
from report.catalogue import Catalogue
from report.problem import nearest

# What schemas are made of.
TEXT = {"type": "string", "pattern": r"\S"}
SAYING = {"type": "string", "pattern": r"[^*?\s]"}  # a glob that does not fit everything
GLOBS = {"type": "array", "items": TEXT, "minItems": 1}

# (name of the table, place in it from 0, the entry) -> how a message calls the entry
Title = Callable[[str, int, Any], str]


def shown(path: Path) -> Path:
    """A path as messages have it: short, if it is one of the repository's own."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def parse(data: bytes, name: Path, code: int) -> dict[str, Any]:
    """The document, or a Problem with this code."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem(f"{name}: cannot be read: {error}", code) from None
    except RecursionError:
        raise Problem(f"{name}: cannot be read: it is nested too deeply", code) from None


def read(path: Path, code: int, missing: str) -> bytes:
    """A file's bytes. missing says what to do if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Problem(f"{shown(path)} is not there; {missing}", code) from None
    except OSError as error:
        raise Problem(f"{shown(path)}: cannot be read: {error}", code) from None


def _complaint(error: Any, document: dict[str, Any], title: Title) -> list[
    str
]:
    """One schema violation in a person's words."""
    path = list(error.absolute_path)
    where = ""
    if len(path) > 1 and isinstance(path[1], int):
        where = f"{title(str(path[0]), path[1], document[path[0]][path[1]])}: "
    if len(path) > 3 and isinstance(path[3], int) and (len(path) > 4 or isinstance(error.instance, dict)):
        # A table in one of the entry's lists.
        where += f"{path[2]} {path[3] + 1}: "
        path = path[2:]
    if error.validator == "additionalProperties":
        allowed = error.schema["properties"]
        return [
            f"{where}unknown key '{key}'{nearest(key, allowed)}"
            for key in error.instance
            if key not in allowed
        ]
    if error.validator == "required":
        # Said once for each key that is missing, so all of them together would be too often.
        return [f"{where}'{key}' is missing" for key in error.validator_value
                if key not in error.instance and error.message.startswith(f"'{key}'")]
    key = path[2] if len(path) > 2 else path[0] if path else "the file"
    if error.validator == "pattern":
        form = str(error.validator_value)
        what = {TEXT["pattern"]: "is empty", SAYING["pattern"]: "says nothing"}.get(
            form, f"is not of the form {form.strip('^$')}")
    else:
        names = {"string": "a text", "array": "a list of texts", "object": "a table"}
        what = "is empty" if error.validator == "minItems" else (
            f"must be {names.get(str(error.validator_value), error.validator_value)}")
    return [f"{where}'{key}' {what}"]


def mistakes(document: dict[str, Any], schema: dict[str, Any], title: Title) -> list[str]:
    """Every violation of the schema, a line each."""
    return [
        line
        for error in jsonschema.Draft7Validator(schema).iter_errors(document)
        for line in _complaint(error, document, title)
    ]


def fits(name: str, globs: list[str]) -> bool:
    """Whether a name matches one of the globs."""
    return any(fnmatchcase(name, glob) for glob in globs)


def unknown_rows(
    requirement: str, globs: list[str], catalogue: Catalogue, any_row: bool = False
) -> list[str]:
    """What is wrong with an entry about rows of a requirement, by the catalogue. any_row: whatever
    a row of the suite checks, this one may be blamed for what came of it."""
    if requirement not in catalogue.requirements:
        hint = nearest(requirement, catalogue.requirements)
        return [f"no requirement is called '{requirement}'{hint}"]
    found = []
    for glob in globs:
        matching = [row for row in catalogue.rows.values() if fnmatchcase(row.id, glob)]
        if not matching:
            found.append(f"no row is called '{glob}'{nearest(glob, catalogue.rows)}")
        elif not any(requirement in row.requirements or
                     any_row and row.suite == requirement.partition(":")[0] for row in matching):
            found.append(f"no row '{glob}' checks {requirement}")
    return found
