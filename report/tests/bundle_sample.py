# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the subcommands qualify and verify share."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from report.__main__ import main
from report.qualification import bundle, signing
from report.tests.qualify_sample import PROFILE, cell

SIG, SUMS = signing.SSH, bundle.MANIFEST
needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is missing")
needs_minisign = pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is missing")


def run(capsys: Any, *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    try:
        code = main([str(word) for word in words])
    except SystemExit as error:
        code = int(str(error.code))
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out, printed.err


def make(capsys: Any, where: Path, *words: object, text: str = PROFILE, code: int = 0) -> Path:
    """Qualify what is in where/run; the bundle."""
    if not (where / "run").exists():
        cell(where / "run")
    (where / "p.toml").write_text(text)
    out = where / "bundle"
    got, _, err = run(capsys, "qualify", "--profile", where / "p.toml", where / "run",
                      "--out", out, *words)
    assert got == code, err
    return out


def contents(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
