# SPDX-License-Identifier: GPL-2.0-only
"""A bundle judged again, from nothing but itself: its profile held against its results, on its day.

What a bundle says must follow from the evidence in it. The rules are this report's; a bundle that
another version made may be right by its own, so whoever is refused is told which revision it is of.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from fixtures.problem import Problem
from report import catalogue, results
from report.catalogue import Catalogue
from report.problem import CORRUPT, FOREIGN
from report.qualification import bundle, contents, profile_toml, verdict
from report.qualification.signing import SIGNATURES
from report.shapes import Result



def _results(path: Path, said: dict[str, Any], files: bundle.Files) -> list[tuple[Path, Result]]:
    """The results in it, in the order of the verdict, each judged again, and where it stands."""
    found = []
    for cell in said["cells"]:
        where = Path("results") / cell["kernel"] / cell["cell"]
        shown = path / where / results.JSON
        result = results.read_whole(shown, files[f"{where}/{results.JSON}"])
        results.check(shown, result, {name: files[f"{where}/{name}"] for name in result["files"]})
        if results.names(result) != f"{cell['kernel']}/{cell['cell']}":
            raise Problem(f"{shown}: is of another cell; get the bundle again", CORRUPT)
        found.append((where, result))
    return found


def _catalogue(files: bundle.Files) -> Catalogue:
    return catalogue.parse(*(
        [line.split("\t") for line in files[name].decode().splitlines()]
        for name in (contents.ROWS, contents.CLAUSES)))


def _made_again(path: Path, files: bundle.Files) -> bundle.Files:
    said = json.loads(files[contents.VERDICT])
    known = _catalogue(files)
    located = _results(path, said, files)
    profile = profile_toml.parse(files[contents.PROFILE], Path(contents.PROFILE), known)
    day = datetime.date.fromisoformat(said["day"])
    done = verdict.qualify(profile, [result for _, result in located], known, day,
                                 said["left_out"])
    binaries = {cell["suite_revision"]: cell["binary_sha256"] for cell in said["cells"]}
    configs = {cell["kernel"]: files[name] for cell in said["cells"]
               if (name := f"kernels/{cell['kernel']}/config") in files}
    cells = {}
    for where, result in located:
        for name in (results.JSON, *result["files"]):
            cells[f"{where}/{name}"] = files[f"{where}/{name}"]
    return contents.compose(done, known, cells, binaries, configs)


def check(path: Path, files: bundle.Files) -> None:
    """Raise Problem unless everything in a bundle follows from the evidence in it. files: as
    its manifest lists them."""
    try:
        again = _made_again(path, files)
    except Problem as error:
        code = FOREIGN if error.code == FOREIGN else CORRUPT
        raise Problem(f"{path}: cannot be judged again: {error.lines[0]}", code) from None
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        raise Problem(f"{path}: is not as the format says; get the bundle again", CORRUPT) from None
    names = (set(again) | set(files)) - {bundle.MANIFEST, *SIGNATURES}
    for name in sorted(names):
        if again.get(name) != files.get(name):
            revision = _revision(files)
            raise Problem(f"{path}: {name} does not follow from the results in it, by the rules of "
                              f"this report; the bundle is of revision {revision}", CORRUPT)


def _revision(files: bundle.Files) -> str:
    cells = json.loads(files[contents.VERDICT])["cells"]
    return next((str(cell["suite_revision"]) for cell in cells if cell.get("suite_revision")), "unknown")
