# SPDX-License-Identifier: GPL-2.0-only
"""What is said and kept of a run of mutants."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from ci import mutants_judge as judging
from ci.mutants_judge import Judgement
from fixtures import cache
from fixtures.kernel import history, mutate
from report.catalogue import Catalogue


class Ran(Protocol):
    """What there is to say of a run besides its judgements. cpu: seconds of all machines."""

    results: Path
    complaints: list[str]
    seconds: dict[str, float]
    boots: int
    cpu: float


def show(judgements: list[Judgement], listed: Catalogue, run: Ran, whole: bool,
         matrices: bool = True) -> list[str]:
    """Print what killed each and what is wrong; the requirements that have no mutant. matrices: also
    which requirements each breaks, where all rows were run."""
    lacking: list[str] = []
    for suite in dict.fromkeys(j.mutant.suite for j in judgements):
        prefix = f"{suite}:"
        names = [r.removeprefix(prefix) for r in listed.requirements if r.startswith(prefix)]
        own = [j for j in judgements if j.mutant.suite == suite]
        failed = {r for j in own for r in (*j.requirements, *j.mutant.breaks)}
        columns = names if whole else [n for n in names if n in failed]
        if matrices:
            print(f"\n{suite}: K a row of a requirement that the mutant breaks failed, - none did, "
                  "x a row of another one did")
            print("\n".join(judging.matrix(own, columns)))
            print("columns: " + "  ".join(f"{i} {name}" for i, name in enumerate(columns, 1)))
        print("\nkilled first by")
        width = max(len(j.mutant.name) for j in own)
        for j in own:
            if j.verdict == judging.KILLED:
                print(f"  {j.mutant.name:<{width}}  {j.first}" + (f" ({j.note})" if j.note else ""))
        if whole:
            # Others at the same switch points break the rest: make history and error-paths judge them.
            others = [*(f.mutant for f in history.load()), *filter(lambda m: m.apart, mutate.load())]
            real = {r for m in others if m.suite == suite for r in m.breaks}
            lacking += [prefix + name for name in judging.without(own, names) if name not in real]
    for j in judgements:
        if j.verdict != judging.KILLED:
            rows = f" by {j.first}" if j.first else ""
            note = f": {j.note}" if j.note else ""
            print(f"{j.verdict.upper()}{rows}: {j.mutant.name} (breaks "
                  f"{', '.join(j.mutant.breaks)}){note}")
    for name in lacking:
        print(f"NO MUTANT: {name}")
    for complaint in run.complaints:
        print(f"COMPLAINT: {complaint}")
    return lacking


def save(judgements: list[Judgement], lacking: list[str], run: Ran, seconds: float) -> None:
    """For the report."""
    cache.write_json(run.results / "results.json", {
        "format": "uapi-conform mutants",
        "version": 1,
        "seconds": round(seconds, 1),
        "boots": run.boots,
        "mutants": [{
            "name": j.mutant.name, "suite": j.mutant.suite, "breaks": list(j.mutant.breaks),
            "kind": j.mutant.kind, "cell": j.mutant.cell,
            "files": sorted({p.file for p in j.mutant.places}),
            "verdict": j.verdict, "first": j.first, "rows": j.rows,
            "requirements": j.requirements, "note": j.note,
            "seconds": round(run.seconds.get(j.mutant.name, 0.0), 2),
        } for j in judgements],
        "without_mutant": lacking,
        "complaints": run.complaints,
    })


def summary(judgements: list[Judgement], lacking: list[str], run: Ran, seconds: float) -> str:
    """The last line."""
    counts = {v: sum(j.verdict == v for j in judgements) for v in
              (judging.KILLED, judging.SURVIVED, judging.ELSEWHERE, judging.EQUIVALENT,
               judging.NOT_EQUIVALENT, judging.NOT_RUN)}
    parts = [f"{count} {verdict}" for verdict, count in counts.items()
             if count or verdict in (judging.KILLED, judging.SURVIVED)]
    if lacking:
        parts.append(f"{len(lacking)} requirements without a mutant")
    return (f"mutants: {len(judgements)} in {run.boots} boots, {', '.join(parts)}, "
            f"{seconds:.0f} s ({run.cpu:.0f} s of CPU)")
