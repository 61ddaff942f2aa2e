# SPDX-License-Identifier: GPL-2.0-only
"""One cell's directory: console.log in, results.tap and results.json out, and back in."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import jsonschema

from fixtures import cache
from fixtures.problem import Problem
from report import catalogue as catalogue_module
from report import evidence, files, known, results_shards
from report.evidence import console as console  # which others know by this name
from report.problem import CORRUPT, FOREIGN, NOTHING, TRUNCATED, TWICE
from report.shapes import Judgement, Meta, Result

FORMAT = "uapi-conform results"
VERSION = 3
JSON, TAP, CONSOLE = "results.json", evidence.TAP, evidence.CONSOLE


@functools.cache
def _validator() -> jsonschema.Draft7Validator:
    text = Path(__file__).with_name("results.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(result: Mapping[str, Any]) -> str:
    """A checksum over everything else, so that a changed verdict is noticed."""
    rest = {key: value for key, value in result.items() if key != "digest"}
    return _sha256(json.dumps(rest, sort_keys=True, allow_nan=False).encode())


def _consoles(directory: Path) -> dict[str, bytes]:
    """What the boots of a cell said, in their order."""
    found: dict[str, bytes] = {}
    while (path := directory / console(len(found) + 1)).exists():
        found[path.name] = path.read_bytes()
    return found


def clear(directory: Path) -> None:
    """Leave nothing of an earlier run."""
    for path in (directory / JSON, directory / TAP, *directory.glob("console*.log"),
                 *directory.glob("record.*")):
        path.unlink(missing_ok=True)


def _text(result: Result) -> str:
    """JSON of a line for each key, and for each entry of a list: to be read, searched and compared
    line by line. Indented as deeply as it goes it would take longer than the judging."""
    one = json.JSONEncoder(ensure_ascii=False).encode

    def entry(value: Any) -> str:
        lines = isinstance(value, list) and value
        return "[\n  " + ",\n  ".join(map(one, value)) + "\n ]" if lines else one(value)

    return "{\n " + ",\n ".join(f"{one(key)}: {entry(value)}" for key, value in result.items()) + "\n}\n"


def _finish(directory: Path, judged: Judgement, there: dict[str, bytes]) -> Result:
    result = cast(Result, {"format": FORMAT, "version": VERSION, **judged})
    result["files"] = {name: _sha256(data) for name, data in there.items()}
    result["digest"] = _digest(result)
    # What others gave us. The rows are our own, and would take longer than all the judging: load()
    # looks at them, and the tests have it look at whatever they write.
    _validator().validate({**result, "rows": [], "requirements": []})
    # What is there of an earlier run must not survive a failure half-way.
    (directory / JSON).unlink(missing_ok=True)
    if TAP in there:
        cache.replace(directory / TAP, there[TAP])
    cache.replace(directory / JSON, _text(result).encode())
    return result


def write_cell(
    directory: Path,
    meta: Meta,
    *,
    catalogue: catalogue_module.Catalogue | None = None,
    issues: list[known.Issue] | None = None,
) -> Result:
    """Judge a cell by its console.log, and console-2.log and so on where it was booted several
    times, and write results.tap and results.json beside it.

    meta must have "kernel" and "cell". Understood besides: "args" (the binary's command
    line), "problem" (what went wrong with the VM: a timeout, no QEMU; makes the cell an
    ERROR), "started" (when, in UTC), "seconds" (how long it took), "boot_seconds" (the part
    before the first row), "boots" (a list, each with its "end"), "run" (what it belongs to), "imported" (the logs are
    other people's; see report.importer), "kernel_file" (build_id, config_sha256,
    and what else identifies it), "reproduce" (a command). Anything else that JSON can hold is kept. Raises Problem
    for a missing catalogue, a bad known-issues.toml, or no console.log without a problem.
    """
    catalogue = catalogue or catalogue_module.load()
    issues = known.load(catalogue) if issues is None else issues
    found = _consoles(directory)
    if not found and not meta.get("problem"):
        raise Problem(f"{directory / CONSOLE} is not there; run the cell again", NOTHING)
    result, text = evidence.judged(found, meta, catalogue, issues)
    return _finish(directory, result, {TAP: text, **found})


def write_not_run(directory: Path, meta: Meta, reason: str) -> Result:
    """Record a cell that was not run on purpose, and why ("needs a newer QEMU").

    It judges nothing and fails nothing; the summary lists it.
    """
    result = evidence.left_out({**meta, "reason": reason})
    clear(directory)
    return _finish(directory, result, {})


def load(path: Path) -> Result:
    """Read a cell's results.json (or the directory it is in), and check all of it.

    Raises Problem with TRUNCATED, NOTHING, FOREIGN or CORRUPT.
    """
    path = path / JSON if path.is_dir() else path
    result = read_whole(path, files.read(path))
    there = {}
    for name in result["files"]:
        try:
            there[name] = files.read(path.with_name(name))
        except Problem as error:
            code = error.code if error.code == FOREIGN else TRUNCATED
            raise Problem(f"{error.lines[0]}; run the cell again", code) from None
    check(path, result, there)
    return result


def read_whole(path: Path, text: bytes) -> Result:
    """The text of a results.json that is as the format says, but for the files that it names.
    Raises Problem."""
    result: Result = files.parse_json(text, path, "run the cell again")
    if not isinstance(result, dict) or result.get("format") != FORMAT:
        raise Problem(f"{path}: is no result of uapi-conform; leave it out", FOREIGN)
    if result.get("version") != VERSION:
        said = str(result.get("version"))[:20]
        raise Problem(f"{path}: has version {said} of the format, this report reads {VERSION}; run "
                          "the cell again", FOREIGN)
    try:
        digest = _digest(result)
    except (ValueError, RecursionError):
        digest = ""
    if result.get("digest") != digest:
        raise Problem(f"{path}: was changed after it was written; run the cell again", CORRUPT)
    if error := next(_validator().iter_errors(result), None):
        where = "/".join(map(str, error.absolute_path)) or "the file"
        raise Problem(f"{path}: {where} is not as the format says; run the cell again", CORRUPT)
    return result


def check(path: Path, result: Result, there: dict[str, bytes]) -> None:
    """Raise Problem unless a result follows from the files that it names."""
    for name, checksum in result["files"].items():
        if _sha256(there[name]) != checksum:
            raise Problem(f"{path.with_name(name)}: was changed after it was judged; run the cell "
                              "again", CORRUPT)
    if wrong := evidence.contradiction(result, there):
        raise Problem(f"{path}: {wrong}; run the cell again", CORRUPT)


def _natural(path: Path) -> list[tuple[str, int]]:
    """A sort key under which stock-6.6 comes before stock-6.12."""
    return [(text, int(n or 0)) for text, n in re.findall(r"([^0-9]*)([0-9]*)", str(path))]


def locate(
    places: list[Path],
) -> tuple[list[tuple[Path, Result]], list[Problem]]:
    """Every result below some directories, at any depth, with the directory that it is in,
    and what is wrong with the rest."""
    results: list[tuple[Path, Result]] = []
    wrong: list[Problem] = []
    seen: dict[tuple[str, str], Path] = {}
    for place in places:
        if not place.exists():
            wrong.append(Problem(f"{place}: there is no such directory", NOTHING))
            continue
        found = {place}
        if place.is_dir():
            found = {p.parent for name in (JSON, CONSOLE, TAP) for p in place.rglob(name)}
        if not found:
            wrong.append(Problem(f"{place}: no result in it; run 'make run' first", NOTHING))
        for where in sorted(found, key=_natural):
            if where.is_dir() and not (where / JSON).exists():
                wrong.append(Problem(
                    f"{where}: no {JSON}, the run was broken off; run the cell again", TRUNCATED))
                continue
            try:
                result = load(where)
            except Problem as error:
                wrong.append(error)
                continue
            key = (result["meta"]["kernel"], result["meta"]["cell"])
            if key in seen and seen[key] != where.resolve():
                wrong.append(Problem(
                    f"{where}: the same cell as {seen[key]}, {key[0]}/{key[1]}; give one of them",
                    TWICE))
            elif key not in seen:
                seen[key] = where.resolve()
                results.append((where if where.is_dir() else where.parent, result))
    # What is damaged would also be missing.
    return results, wrong or results_shards.lacking([result for _, result in results])


def find(places: list[Path]) -> tuple[list[Result], list[Problem]]:
    """Every result below some directories, at any depth, and what is wrong with the rest."""
    located, wrong = locate(places)
    return [result for _, result in located], wrong


def names(result: Result) -> str:
    """How people call a cell: "stock-6.1/max"."""
    return f"{result['meta']['kernel']}/{result['meta']['cell']}"
