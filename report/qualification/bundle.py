# SPDX-License-Identifier: GPL-2.0-only
"""A set of files that proves to be whole: a directory or a tar file with a manifest in it.

The manifest, SHA256SUMS, is what sha256sum writes and checks; a signature is one over the
manifest. There is exactly one way to write the same files down, and only that one is taken
for a bundle: a tar file in which anything else was changed, a date say, is noticed too.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
from pathlib import Path

from fixtures.problem import Problem
from report.files import MOST
from report.files import read as read_file
from report.problem import CORRUPT, DISK, FOREIGN, NOTHING, TRUNCATED
from report.qualification.signing import SIGNATURES
from report.text import some

MANIFEST = "SHA256SUMS"
# What no shell, no tar and no manifest can misread.
_NAME = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_.+~-]*")

Files = dict[str, bytes]  # path inside the bundle -> contents


def check_name(name: str, what: str) -> str:
    """A name that may become a directory's. Raises Problem."""
    if not _NAME.fullmatch(name) or len(name) > 80:
        raise Problem(f"{what} is called '{name}': such a name cannot be in a bundle; "
                          "use letters, digits, '_', '.', '+', '-'", FOREIGN)
    return name


def manifest(files: Files) -> bytes:
    """The manifest of all files but itself and its signature."""
    listed = sorted(set(files) - {MANIFEST, *SIGNATURES})
    return "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in listed
    ).encode()


def tar(files: Files, name: str) -> bytes:
    """The tar file with these files in a directory of this name."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(files):
            member = tarfile.TarInfo(f"{name}/{path}")
            member.size = len(files[path])
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(files[path]))
    return out.getvalue()


def is_tar(path: Path) -> bool:
    """Whether a bundle of this name must be a tar file."""
    return path.name.endswith(".tar")


def _ours(path: Path) -> bool:
    """Whether it is a bundle, so that a new one may take its place."""
    try:
        if path.is_dir() and not path.is_symlink():
            return not any(path.iterdir()) or (path / MANIFEST).is_file()
        return path.is_file() and is_tar(path) and MANIFEST in read(path)
    except (OSError, Problem):
        return False


def check_place(path: Path) -> None:
    """Raise Problem unless a bundle may be written there."""
    if path.is_symlink() or path.exists():
        if not _ours(path):
            raise Problem(f"{path}: is there already and is no bundle; choose another name "
                              "with --out", DISK)
    elif path.name.endswith((".gz", ".xz", ".zst", ".tgz", ".zip")):
        raise Problem(f"{path}: a bundle is a directory or a .tar file, compressed by nobody "
                          "but its owner", DISK)


def write(path: Path, files: Files, name: str) -> None:
    """Put a bundle there, whole or not at all. Raises Problem."""
    check_place(path)
    fresh: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        where = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        fresh = where
        where.chmod(0o755)
        new = where / "new"
        if is_tar(path):
            new.write_bytes(tar(files, name))
        else:
            for inside, data in files.items():
                file = new / inside
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        if path.is_dir():
            path.rename(where / "old")
        new.replace(path)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}; choose another place with --out",
                          DISK) from None
    finally:
        if fresh:
            # A new bundle that cannot take its place must not cost the old one, however it ends.
            if (fresh / "old").exists() and not path.exists():
                (fresh / "old").rename(path)
            shutil.rmtree(fresh, ignore_errors=True)


def _read_tar(path: Path) -> Files:
    """A tar file's members, the top directory taken off their names."""
    data = read_file(path)
    files: Files = {}
    tops = set()
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for member in archive:
                top, _, inside = member.name.partition("/")
                tops.add(top)
                # A link, or a hole of terabytes, must not even be opened.
                plain = member.isreg() and not member.issparse() and member.size <= len(data)
                file = archive.extractfile(member) if plain else None
                if file is None or not inside or inside in files:
                    raise Problem(f"{path}: has '{member.name[:100]}' in it, which no bundle has; "
                                      "it was changed", CORRUPT)
                files[inside] = file.read()
    except (tarfile.TarError, EOFError, ValueError, OSError, OverflowError) as error:
        if not data:
            raise Problem(f"{path}: is empty; get it again", TRUNCATED) from None
        # Not to be told apart for certain; the length is a multiple in a whole one.
        code = TRUNCATED if len(data) % tarfile.RECORDSIZE else CORRUPT
        what = "is cut off" if code == TRUNCATED else "is no tar file, or was changed"
        raise Problem(f"{path}: {what} ({str(error)[:100]}); get it again", code) from None
    if not files:
        raise Problem(f"{path}: is no bundle, nothing is in it; get it again", FOREIGN)
    if len(tops) > 1 or tar(files, tops.pop()) != data:
        cut = len(data) % tarfile.RECORDSIZE
        raise Problem(f"{path}: {'is cut off' if cut else 'the archive itself was changed'}; "
                          "get it again", TRUNCATED if cut else CORRUPT)
    return files


def _read_directory(path: Path) -> Files:
    files: Files = {}
    size = 0

    def unreadable(error: OSError) -> None:
        raise error

    for where, directories, names in os.walk(path, onerror=unreadable):
        here = Path(where)
        if not directories and not names and here != path:
            raise Problem(f"{here}: an empty directory was added; get the bundle again",
                              CORRUPT)
        for name in sorted(directories + names):
            file = here / name
            if file.is_symlink() or not (file.is_dir() or file.is_file()):
                raise Problem(f"{file}: is no plain file; it was added, or put in place of "
                                  "one; get the bundle again", CORRUPT)
        for name in names:
            files[str((here / name).relative_to(path))] = data = read_file(here / name)
            size += len(data)
            if size > MOST:
                raise Problem(f"{path}: is too large: {MOST >> 20} MiB at the most", FOREIGN)
    return files


def read(path: Path) -> Files:
    """Everything in a bundle, nothing of it checked but its outer form. Raises Problem."""
    try:
        return _read_directory(path) if path.is_dir() else _read_tar(path)
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}", NOTHING) from None


def _listed(path: Path, text: bytes) -> dict[str, str]:
    found = {}
    for line in text.decode("utf-8", "replace").splitlines():
        match = re.fullmatch(r"([0-9a-f]{64})  (\S+)", line)
        if not match:
            raise Problem(f"{path}: {MANIFEST} was changed; get the bundle again", CORRUPT)
        found[match[2]] = match[1]
    return found


def check(path: Path, files: Files) -> None:
    """Raise Problem unless the files are exactly those of the manifest."""
    if MANIFEST not in files:
        raise Problem(f"{path}: is no bundle, it has no {MANIFEST}", FOREIGN)
    listed = _listed(path, files[MANIFEST])
    there = set(files) - {MANIFEST, *SIGNATURES}
    wrong = []
    if missing := sorted(set(listed) - there):
        wrong.append(f"{some(missing, 3)} missing")
    if added := sorted(there - set(listed)):
        wrong.append(f"{some(added, 3)} added")
    if changed := sorted(name for name in there & set(listed)
                         if hashlib.sha256(files[name]).hexdigest() != listed[name]):
        wrong.append(f"{some(changed, 3)} changed")
    if wrong:
        raise Problem(f"{path}: {', '.join(wrong)}; get the bundle again", CORRUPT)
    if manifest(files) != files[MANIFEST]:
        raise Problem(f"{path}: {MANIFEST} was changed; get the bundle again", CORRUPT)
