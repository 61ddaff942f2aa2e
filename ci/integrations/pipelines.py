# SPDX-License-Identifier: GPL-2.0-only
"""The GitLab CI and GitHub Actions files, as their runners would take them: each job's script is
run by a shell for each entry of its matrix, over programs that only write down how they are called.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import shlex
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ci import cells, shards
from fixtures import ROOT

GITLAB = Path(__file__).with_name("gitlab-ci.yml")
GITHUB = Path(__file__).with_name("github-actions.yml")
# For a kernel tree of one's own, base against patch.
GITLAB_KERNEL = Path(__file__).with_name("gitlab-kernel.yml")
GITHUB_KERNEL = Path(__file__).with_name("github-kernel.yml")
_GITLAB_WORDS = {"stages", "default", "variables", "cache", "include", "workflow"}
_EXPRESSION = re.compile(r"\$\{\{\s*([\w.]+)\s*\}\}")
_STUB = '#!/bin/sh\nprintf "%s" "$0" >> "$CALLS"\nprintf "\\t%s" "$@" >> "$CALLS"\necho >> "$CALLS"\n'
_FOREIGN = ("apt-get", "git", "curl")
_STUBS = ("make", *_FOREIGN, "report/uapi-report")
# What a pipeline of another repository calls: of a clone beside its own, or inside.
_COMPARES = "ci/integrations/base-and-patch"
_CLONES = ("../uapi-conform", "uapi-conform")


class Wrong(Exception):
    """What is wrong with a pipeline, in one line."""


@dataclass(frozen=True)
class Job:
    """One job for one entry of its matrix: a script, and the variables it has."""

    name: str
    script: list[str]
    variables: dict[str, str]


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Wrong(f"{path.name}: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise Wrong(f"{path.name}: is no mapping")
    return data


def _combinations(axes: dict[str, list[Any]]) -> list[dict[str, str]]:
    keys = list(axes)
    return [dict(zip(keys, map(str, values))) for values in itertools.product(*axes.values())]


def gitlab(path: Path = GITLAB) -> list[Job]:
    """GitLab's jobs. Raises Wrong."""
    data = _load(path)
    jobs = []
    for name, job in data.items():
        if name in _GITLAB_WORDS or name.startswith("."):
            continue
        if not isinstance(job, dict) or not isinstance(job.get("script"), list):
            raise Wrong(f"{path.name}: {name}: a job needs a script, a list of lines")
        if job.get("stage") not in data.get("stages", []):
            raise Wrong(f"{path.name}: {name}: stage '{job.get('stage')}' is not among the stages")
        for needed in job.get("needs", []):
            if needed not in data:
                raise Wrong(f"{path.name}: {name}: needs '{needed}', which is no job")
        before = job.get("before_script", data.get("default", {}).get("before_script", []))
        entries = job.get("parallel", {}).get("matrix", [{}])
        for entry in entries:
            for values in _combinations(entry):
                jobs.append(Job(name, [*before, *job["script"], *job.get("after_script", [])],
                                {key: str(value) for key, value in (
                                    data.get("variables", {}) | job.get("variables", {}) | values).items()}))
    return jobs


def github(path: Path = GITHUB) -> list[Job]:
    """GitHub's jobs, with what stands in ${{ }} put in. Raises Wrong."""
    data = _load(path)
    # "on" is a truth value in YAML 1.1.
    if not {"on", True} & set(data) or not isinstance(data.get("jobs"), dict):
        raise Wrong(f"{path.name}: a workflow needs 'on' and 'jobs'")
    jobs = []
    for name, job in data["jobs"].items():
        if not isinstance(job, dict) or "runs-on" not in job or not job.get("steps"):
            raise Wrong(f"{path.name}: {name}: a job needs 'runs-on' and 'steps'")
        needs = job.get("needs", [])
        for needed in [needs] if isinstance(needs, str) else needs:
            if needed not in data["jobs"]:
                raise Wrong(f"{path.name}: {name}: needs '{needed}', which is no job")
        for step in job["steps"]:
            if ("run" in step) == ("uses" in step):
                raise Wrong(f"{path.name}: {name}: a step has either 'run' or 'uses'")
            if "uses" in step and not re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step["uses"]):
                raise Wrong(f"{path.name}: {name}: '{step['uses']}' names no version of an action")
        for values in _combinations(job.get("strategy", {}).get("matrix", {})):
            known = {f"matrix.{key}": value for key, value in values.items()}
            known |= {"github.workspace": "/workspace", "github.run_id": "1"}
            where = f"{path.name}: {name}"
            script = [_filled(step["run"], known, where) for step in job["steps"] if "run" in step]
            variables = {key: _filled(str(value), known, where)
                         for key, value in job.get("env", {}).items()}
            jobs.append(Job(name, script, variables))
    return jobs


def _filled(text: str, known: dict[str, str], where: str) -> str:
    """A text with GitHub's expressions replaced by what they stand for."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise Wrong(f"{where}: {match[0]} stands for nothing")
        return known[match[1]]

    return _EXPRESSION.sub(value, text)


def calls(job: Job) -> list[list[str]]:
    """What a job calls, as words, in order. Raises Wrong where its script fails."""
    with tempfile.TemporaryDirectory() as directory:
        scratch = Path(directory).resolve()
        work = scratch / "work"
        stubs = [work / stub if "/" in stub else scratch / "bin" / stub for stub in _STUBS]
        for clone in (work / name for name in _CLONES):
            stubs.append(clone / _COMPARES)
            for side in ("base", "patch"):
                (clone / "build/run" / side).mkdir(parents=True)
        for path in stubs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_STUB, encoding="ascii")
            path.chmod(0o755)
        record = scratch / "calls"
        record.touch()
        environment = {
            "PATH": f"{scratch}/bin:{os.environ['PATH']}", "CALLS": str(record),
            "GITHUB_STEP_SUMMARY": str(scratch / "summary"), "CI_PROJECT_DIR": str(work),
            "CI_COMMIT_SHA": "1", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "0", "UAPI_CONFORM": "where",
            **job.variables,
        }
        done = subprocess.run(["sh", "-eu", "-c", "\n".join(job.script)], cwd=work, text=True,
                              env=environment, capture_output=True, check=False)
        if done.returncode:
            raise Wrong(f"job {job.name}: {done.stderr.strip() or 'its script fails'}")
        lines = record.read_text(encoding="utf-8").splitlines()
    return [[word.removeprefix(f"{scratch}/bin/").removeprefix("./") for word in line.split("\t")]
            for line in lines]


def _unknown(program: str, *words: str) -> str:
    """Why a command does not exist, asked of the real programs: make whether it knows the target,
    the report the subcommand."""
    if program.endswith(_COMPARES):
        there = os.access(ROOT / _COMPARES, os.X_OK) and len(words) == 3
        return "" if there else "takes a base, a patch and a file"
    if words[:1] == ("-C",):
        if words[1] not in _CLONES:
            return f"no clone of ours is in {words[1]}"
        words = words[2:]
    if program != "make":
        return _refused(program, words[0], "--help")
    return _refused("make", "-n", *(word for word in words if "=" not in word))


@functools.cache
def _refused(*command: str) -> str:
    """What a program says to a command that it does not take, or nothing; it is asked once."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def check(jobs: list[Job]) -> str:
    """Whether what the jobs call exists. Returns a line that says what was found; raises Wrong."""
    mine = [call for call in _commands(jobs) if call[0] not in _FOREIGN]
    for program, *words in mine:
        if why := _unknown(program, *words):
            raise Wrong(f"`{shlex.join([program, *words])}`: {why}")
    return f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}, {len(mine)} commands that exist"


def _commands(jobs: list[Job]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(tuple(call) for job in jobs for call in calls(job)))


def check_matrix(jobs: list[Job]) -> str:
    """The same, of jobs whose shards are the whole matrix."""
    said = check(jobs)
    shares = [word.removeprefix("SHARD=") for call in _commands(jobs) for word in call
              if word.startswith("SHARD=")]
    matrix = cells.load()
    found = [cell.name for share in shares for cell in shards.take(matrix, shards.parse(share))[0]]
    if sorted(found) != sorted(cell.name for cell in matrix):
        raise Wrong(f"shards {', '.join(shares) or '(none)'} have {len(set(found))} of the matrix' "
                    f"{len(matrix)} cells, {len(found) - len(set(found))} more than once")
    return f"{said}, {len(shares)} shards with all {len(matrix)} cells"


def check_kernels(jobs: list[Job]) -> str:
    """The same, of jobs that judge a base and a patch."""
    said = check(jobs)
    if not any(call[0].endswith(_COMPARES) for call in _commands(jobs)):
        raise Wrong("no job compares a base and a patch")
    return said
