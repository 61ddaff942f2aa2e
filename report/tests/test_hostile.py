# SPDX-License-Identifier: GPL-2.0-only
"""Bundles and results that somebody made to hurt: one line each, and soon."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fixtures.problem import Problem
from report import results
from report.qualification import bundle
from report.tests.bundle_sample import contents, make, run
from report.tests.conftest import golden

pytestmark = pytest.mark.usefixtures("quiet")
DEEP = "[" * 200_000 + "]" * 200_000
LONG = "1" * 5000


def _member(name: str, kind: bytes, link: str = "", **fields: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def _tar(*members: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(bytes(min(member.size, 512))) if member.isreg() else None)
    return out.getvalue()


def _sparse(size: int) -> bytes:
    """A member that says it has so many bytes, and brings none."""
    info = _member("x/SHA256SUMS", tarfile.REGTYPE)
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0",
                        "GNU.sparse.name": "x/SHA256SUMS", "GNU.sparse.realsize": str(size)}
    data = f"1\n{size}\n0\n".encode().ljust(512, b"\0")
    info.size = len(data)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _old_sparse() -> bytes:
    """The same in the older form: a header with an eight-gigabyte hole."""
    head = bytearray(_tar(_member("x/SHA256SUMS", tarfile.REGTYPE))[:512])
    head[156:157] = tarfile.GNUTYPE_SPARSE
    head[257:265] = b"ustar  \0"
    head[386:398] = b"%011o\0" % 0
    head[398:410] = b"%011o\0" % 0
    head[483:495] = b"%011o\0" % (0o77777777777)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + bytes(1024 * 10 - 512)


def _digits(key: str) -> bytes:
    info = _member("x/SHA256SUMS", tarfile.REGTYPE)
    info.pax_headers = {key: LONG}
    return _tar(info)


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "a link to itself": lambda: _tar(_member("x/a", tarfile.SYMTYPE, "a")),
    "a hard link to itself": lambda: _tar(_member("x/a", tarfile.LNKTYPE, "x/a")),
    "links in a ring": lambda: _tar(_member("x/a", tarfile.SYMTYPE, "b"), _member("x/b", tarfile.SYMTYPE, "a")),
    "a sparse terabyte": lambda: _sparse(1 << 40),
    "an old sparse member": _old_sparse,
    "a size of 5000 digits": lambda: _digits("size"),
    "a date of 5000 digits": lambda: _digits("mtime"),
    "an owner of 5000 digits": lambda: _digits("uid"),
    "a device": lambda: _tar(_member("x/a", tarfile.CHRTYPE, devmajor=1, devminor=5)),
    "a pipe": lambda: _tar(_member("x/a", tarfile.FIFOTYPE)),
    "a way out": lambda: _tar(_member("../../a", tarfile.REGTYPE)),
    "from the root": lambda: _tar(_member("/etc/passwd", tarfile.REGTYPE)),
    "a directory for a file": lambda: _tar(_member("x/SHA256SUMS", tarfile.DIRTYPE)),
    "a name without end": lambda: _tar(_member("x/" + "a" * 100_000, tarfile.REGTYPE)),
    "nothing but headers": lambda: _tar(_member("x/a", tarfile.REGTYPE))[:512] * 50_000,
    "zeros": lambda: bytes(10240),
}


@pytest.mark.parametrize("what", ARCHIVES)
def test_archives(what: str, tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(ARCHIVES[what]())
    code, printed, err = run(capsys, "verify", "--unsigned", path)
    assert (65 <= code <= 68, printed, err.count("\n")) == (True, "", 1), err[:300]
    assert len(err) < 400


def test_a_bundle_of_terabytes(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "x.tar"
    with open(path, "wb") as file:
        file.truncate(1 << 42)
    code, _, err = run(capsys, "verify", "--unsigned", path)
    assert code == 67 and err.count("\n") == 1 and "too large" in err
    out = make(capsys, tmp_path)
    with open(out / "more", "wb") as file:
        file.truncate(1 << 42)
    code, _, err = run(capsys, "verify", "--unsigned", out)
    assert code == 67 and err.count("\n") == 1 and "too large" in err


def test_what_is_no_file(tmp_path: Path, capsys: Any) -> None:
    os.mkfifo(tmp_path / "x.tar")
    (tmp_path / "y.tar").symlink_to("y.tar")
    for path in (tmp_path / "x.tar", tmp_path / "y.tar", tmp_path / ("z" * 300), Path("/dev/zero")):
        code, printed, err = run(capsys, "verify", "--unsigned", path)
        assert (code, printed, err.count("\n")) == (66, "", 1), path


@pytest.mark.long
@pytest.mark.parametrize("name", ["qualification.json", "waivers.json", "results/k/c/results.json"])
@pytest.mark.parametrize("text", [DEEP, f'{{"version": {LONG}}}', "{", "", "null", "NaN", "[1e999]", '"\\ud800"'])
def test_json_in_a_bundle(name: str, text: str, tmp_path: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path)
    (out / name).write_text(text)
    (out / bundle.MANIFEST).write_bytes(bundle.manifest(contents(out)))
    code, printed, err = run(capsys, "verify", "--unsigned", out)
    assert (65 <= code <= 68, printed, err.count("\n")) == (True, "", 1), err[:300]


@pytest.mark.parametrize("text", [
    DEEP, "{" + '"a":{' * 100_000, f'{{"version": {LONG}}}', f"{LONG}", "1e999", "NaN", '"\\ud800"',
    '{"format": "uapi-conform results", "version": {}, "x": %s}' % LONG,
])
def test_json_of_a_result(text: str, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / results.JSON).write_text(text)
    code, printed, err = run(capsys, "summary", tmp_path / "r")
    assert (65 <= code <= 68, printed, err.count("\n")) == (True, "", 1), err[:300]


def test_a_result_of_terabytes(tmp_path: Path, catalogue: Any) -> None:
    directory = tmp_path / "r"
    directory.mkdir()
    (directory / results.CONSOLE).write_bytes(golden("pass"))
    results.write_cell(directory, {"kernel": "k", "cell": "c"}, catalogue=catalogue, issues=[])
    for name in (results.CONSOLE, results.JSON):
        os.truncate(directory / name, 1 << 42)
        with pytest.raises(Problem, match="too large"):
            results.load(directory)


def test_a_result_that_is_no_file(tmp_path: Path, catalogue: Any) -> None:
    for number, name in enumerate((results.CONSOLE, results.JSON)):
        directory = tmp_path / str(number)
        directory.mkdir()
        (directory / results.CONSOLE).write_bytes(golden("pass"))
        results.write_cell(directory, {"kernel": "k", "cell": "c"}, catalogue=catalogue, issues=[])
        (directory / name).unlink()
        os.mkfifo(directory / name)
        with pytest.raises(Problem, match="no plain file"):
            results.load(directory)


def test_json_that_looks_right(tmp_path: Path, catalogue: Any) -> None:
    """Each of its values replaced by what does not belong there."""
    directory = tmp_path / "r"
    directory.mkdir()
    (directory / results.CONSOLE).write_bytes(golden("mixed"))
    good = results.write_cell(directory, {"kernel": "k", "cell": "c"}, catalogue=catalogue, issues=[])
    for key in good:
        for value in (None, [], {}, "x", -1, 1e308, [None], {"a": None}, [[]], [{}]):
            bad = {**good, key: value}
            if bad == good:
                continue
            bad["digest"] = results._digest(bad) if key != "digest" else value
            (directory / results.JSON).write_text(json.dumps(bad))
            with pytest.raises(Problem) as caught:
                results.load(directory)
            assert len(caught.value.lines) == 1, (key, value)
