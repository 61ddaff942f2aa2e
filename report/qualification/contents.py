# SPDX-License-Identifier: GPL-2.0-only
"""What a qualification's bundle holds, and what is said of one that somebody hands in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fixtures.problem import Problem
from report import results
from report import files as files_module
from report.catalogue import Catalogue
from report.problem import CORRUPT, FOREIGN, NOTHING
from report.qualification import bundle, table
from report.qualification.cases import Cell
from report.qualification.verdict import INCOMPLETE, NOT_QUALIFIED, QUALIFIED, Qualification
from report.shapes import Result

FORMAT, VERSION = "uapi-conform qualification", 2
VERDICT, TABLE, PROFILE, WAIVERS = (
    "qualification.json", "qualification.txt", "profile.toml", "waivers.json")
ROWS, CLAUSES = "catalogue/rows.tsv", "catalogue/requirements.tsv"


def _json(value: Any) -> bytes:
    # ASCII, so that half a surrogate pair in a kernel's log can be written as well.
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(path: Path, what: str) -> bytes:
    """A file that the command line names."""
    return files_module.read(path, what)


def _cell_files(cell: Cell, where: Path) -> dict[str, bytes]:
    """A cell's own files, as they were when it was judged."""
    meta = cell.result["meta"]
    inside = "/".join(["results", bundle.check_name(meta["kernel"], "a kernel"),
                       bundle.check_name(meta["cell"], "a cell")])
    files = {f"{inside}/{results.JSON}": read(where / results.JSON, "run the cell again")}
    if json.loads(files[f"{inside}/{results.JSON}"]) != cell.result:
        raise Problem(f"{where}: was written to meanwhile; wait for the run to end", CORRUPT)
    for name, checksum in cell.result["files"].items():
        data = read(where / name, "run the cell again")
        if _sha256(data) != checksum:
            raise Problem(f"{where / name}: was written to meanwhile; wait for the run to end",
                              CORRUPT)
        files[f"{inside}/{bundle.check_name(name, 'a file')}"] = data
    return files


def _catalogue(catalogue: Catalogue) -> dict[str, bytes]:
    """What could have been tested, in the form in which the binary lists it."""
    rows = ["\t".join([row.id, ",".join(row.requirements), ",".join(row.needs), row.file])
            for row in catalogue.rows.values()]
    clauses = []
    for clause in catalogue.requirements.values():
        checks = sum(clause.id in row.requirements for row in catalogue.rows.values())
        clauses.append("\t".join([clause.id, "mandatory" if clause.mandatory else "optional",
                                  str(checks), clause.source, clause.text]))
    return {ROWS: "".join(f"{line}\n" for line in rows).encode(),
            CLAUSES: "".join(f"{line}\n" for line in clauses).encode()}


def _cell(cell: Cell, binaries: dict[str, str], configs: dict[str, bytes]) -> dict[str, Any]:
    """What is known of the machine and of the binary that ran on it."""
    meta, provenance = cell.result["meta"], cell.result["provenance"]
    file = meta.get("kernel_file")
    facts: dict[str, Any] = file if isinstance(file, dict) else {}
    revision = provenance.get("revision")
    config = configs.get(meta["kernel"])
    return {
        "kernel": meta["kernel"], "cell": meta["cell"], "verdict": cell.result["verdict"],
        "kernel_says": provenance.get("kernel"), "kernel_file": facts,
        "kernel_build_id": provenance.get("build_id") or facts.get("build_id"),
        "kernel_configuration_sha256": _sha256(config) if config is not None
        else facts.get("config_sha256"),
        "started": meta.get("started"), "seconds": meta.get("seconds"),
        "suite_revision": revision,
        "binary_sha256": meta.get("binary_sha256") or binaries.get(revision or ""),
        "claims": sorted(claim.number for claims in cell.claims.values() for claim in claims),
    }


def _verdict(done: Qualification, binaries: dict[str, str], configs: dict[str, bytes]) -> Any:
    lines = [{
        "id": line.requirement.id, "mandatory": line.requirement.mandatory,
        "verdict": line.verdict, "tested": line.tested, "passed": line.passed,
        "failed": line.failed, "waived": line.waived, "errors": line.errors,
        "not_tested": line.not_tested,
        "why": line.why,
    } for line in done.lines]
    return {
        "format": FORMAT, "version": VERSION, "profile": done.profile.name,
        "description": done.profile.description, "day": done.day.isoformat(),
        "verdict": done.verdict, "against": done.against, "not_tested": done.lacking,
        "notes": done.notes, "left_out": done.left_out, "claims": [asdict(claim) for claim in done.profile.claims],
        "cells": [_cell(cell, binaries, configs) for cell in done.cells], "requirements": lines,
    }


def gather(
    done: Qualification, located: list[tuple[Path, Result]], catalogue: Catalogue,
    binaries: list[Path], configs: dict[str, Path],
) -> bundle.Files:
    """All of a bundle's files but the signature. Raises Problem."""
    places = {results.names(result): where for where, result in located}
    kernels = {cell.result["meta"]["kernel"] for cell in done.cells}
    read_configs = {}
    for kernel, path in configs.items():
        if kernel not in kernels:
            raise Problem(f"no kernel of the profile's results is called '{kernel}'; there is "
                              f"{', '.join(sorted(kernels)) or 'none'}", NOTHING)
        read_configs[kernel] = read(path, "name a kernel's configuration")
    by_revision = {}
    revisions = {cell.result["provenance"].get("revision", "") for cell in done.cells} - {""}
    for path in binaries:
        data = read(path, "name the binary that ran")
        mine = [revision for revision in revisions if revision.encode() + b"\0" in data]
        if not mine:
            raise Problem(f"{path}: is not the binary that ran, which says of itself "
                              f"'{', '.join(sorted(revisions))}'; name that one", FOREIGN)
        by_revision.update(dict.fromkeys(mine, _sha256(data)))
    files: bundle.Files = {}
    for cell in done.cells:
        files |= _cell_files(cell, places[cell.name])
    return compose(done, catalogue, files, by_revision, read_configs)


def compose(
    done: Qualification, catalogue: Catalogue, cells: bundle.Files, binaries: dict[str, str],
    configs: dict[str, bytes],
) -> bundle.Files:
    """The same of what has been read. cells: the files of the results; binaries: checksum by
    revision; configs: of kernels, by name."""
    files: bundle.Files = {
        PROFILE: done.profile.text,
        TABLE: table.text(done).encode("utf-8", "replace"),
        VERDICT: _json(_verdict(done, binaries, configs)),
        WAIVERS: _json([{
            **asdict(excuse.waiver), "covers": excuse.covers, "problem": excuse.problem,
        } for excuse in done.excuses]),
        **_catalogue(catalogue), **cells,
        **{f"kernels/{kernel}/config": data for kernel, data in configs.items()},
    }
    files[bundle.MANIFEST] = bundle.manifest(files)
    return files


def summary(path: Path, files: bundle.Files) -> dict[str, Any]:
    """What a bundle says, if it is one of a qualification. Raises Problem."""
    try:
        said = files_module.parse_json(files[VERDICT], path / VERDICT, "get the bundle again")
        ours = said["format"] == FORMAT
    except (KeyError, TypeError):
        ours = False
    if not ours:
        raise Problem(f"{path}: is no qualification's bundle, it has no {VERDICT} of ours",
                          FOREIGN)
    if said.get("version") != VERSION:
        raise Problem(f"{path}: has version {str(said.get('version'))[:20]} of the format, this report "
                          f"reads {VERSION}", FOREIGN)
    missing = {PROFILE, WAIVERS, TABLE} - set(files)
    if said.get("verdict") not in (QUALIFIED, NOT_QUALIFIED, INCOMPLETE) or missing:
        raise Problem(f"{path}: is not as the format says; get the bundle again", CORRUPT)
    return dict(said)
