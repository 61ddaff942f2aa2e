# SPDX-License-Identifier: GPL-2.0-only
"""Files as the report reads and writes them: of a size that fits, whole or not at all."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, NoReturn

from fixtures.problem import Problem
from report.problem import CORRUPT, FOREIGN, NOTHING, TRUNCATED

MOST = 512 << 20  # bytes: a console ends at 64 MiB, and a bundle has some hundred of them


def read(path: Path, advice: str = "", most: int = MOST) -> bytes:
    """A plain file's contents. advice: what to do where there is none. Raises Problem."""
    said = f"; {advice}" if advice else ""
    try:
        # A pipe would have us wait for somebody to write into it.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise Problem(f"{path}: is no plain file{said}", NOTHING)
            data = file.read(most + 1) if status.st_size <= most else b""
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}{said}", NOTHING) from None
    if max(status.st_size, len(data)) > most:
        raise Problem(f"{path}: is too large: {most >> 20} MiB at the most", FOREIGN)
    return data


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def parse_json(data: bytes, what: object, advice: str) -> Any:
    """What some JSON says. what: how the message calls it; advice: what to do. Raises
    Problem."""
    try:
        return json.loads(data, parse_constant=_constant)
    except UnicodeDecodeError:
        wrong = "is no text"
    except json.JSONDecodeError as error:
        rest = data.decode("utf-8", "replace").rstrip()[error.pos:]
        if "Unterminated" in error.msg or any(
                word.startswith(rest) for word in ("null", "true", "false")):
            raise Problem(f"{what}: is cut off; {advice}", TRUNCATED) from None
        wrong = f"is no JSON (line {error.lineno}: {error.msg})"
    except RecursionError:
        wrong = "is nested too deeply"
    except ValueError as error:
        wrong = f"has what no result has in it ({str(error).partition(';')[0]})"
    raise Problem(f"{what}: {wrong}; {advice}", CORRUPT)
