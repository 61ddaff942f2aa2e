# SPDX-License-Identifier: GPL-2.0-only
"""Other people's programs that read our results, out of Debian and into the cache.

Nothing is installed: a package is unpacked where nobody but us looks for it.
"""

from __future__ import annotations

import lzma
import re
import subprocess
import sys
import tarfile
from dataclasses import asdict
from pathlib import Path
from typing import IO

from fixtures import cache, deb, kernels, kselftest_install
from fixtures.apt import Package, newest
from fixtures.problem import Problem

SUITE = "bookworm"
# Of the kernel's source, which is 165 MB: the runner of installed kselftests, and kunit.py.
_KERNEL_TOOLS = re.compile(
    r"tools/testing/(?:selftests/run_kselftest\.sh|selftests/kselftest/[^/]+|kunit/[^/]+\.py)")
_LAST = "tools/testing/selftests/run_kselftest.sh"


def _place(name: str) -> Path:
    return cache.root() / "consumers" / name


def _have(name: str) -> Path | None:
    tree = _place(name) / "tree"
    return tree if tree.is_dir() and not kernels.refreshing() else None


def packages(*names: str) -> list[Path]:
    """The unpacked trees of some Debian packages, in an arm64 system's version where there is
    one for each architecture; fetched as needed. Raises Problem."""
    missing = [name for name in names if not _have(name)]
    if missing:
        with cache.lock() as where:
            catalogue = kernels.Catalogue(where)
            for name in missing:
                found = newest(catalogue.look(SUITE, re.compile(re.escape(name))))
                if found is None:
                    raise Problem(f"Debian {SUITE} has no package {name}")
                _unpack(catalogue, found)
            kernels.report(catalogue)
    return [_place(name) / "tree" for name in names]


def _unpack(catalogue: kernels.Catalogue, package: Package) -> None:
    with cache.new_directory(_place(package.name)) as new:
        downloaded = catalogue.download(package, new)
        done = subprocess.run(["dpkg-deb", "-x", downloaded, new / "tree"], stdin=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            raise Problem(f"{downloaded.name} is damaged ({done.stderr.strip()}); try again")
        downloaded.unlink()
        cache.write_json(new / "from.json", asdict(package))


def kernel_tools() -> Path:
    """A directory with the part of the kernel's tools/ that reads TAP. Raises Problem."""
    package = kernels.source_package(kselftest_install.SERIES)
    final = _place("kernel-tools")
    if (cache.read_json(final / "from.json") or {}).get("deb") != package.name:
        print(f"taking kselftest's runner and kunit.py out of {package.name}", file=sys.stderr)
        with cache.lock(), cache.new_directory(final) as new:
            _extract(package, new)
            cache.write_json(new / "from.json", {"deb": package.name})
    return final / "tools"


def _extract(package: Path, into: Path) -> None:
    """Stream them out of the archive in the package, up to the one that stands last."""
    with deb.opened(package) as outer:
        inner = next((m for m in outer if m.name.endswith(".tar.xz")), None)
        packed = outer.extractfile(inner) if inner else None
        if packed is None or not _extract_inner(packed, into):
            raise Problem(f"{package.name} has no {_LAST}")


def _extract_inner(packed: IO[bytes], into: Path) -> bool:
    with lzma.open(packed) as plain, tarfile.open(fileobj=plain, mode="r|") as tree:
        for member in tree:
            name = member.name.partition("/")[2]
            if not member.isfile() or not _KERNEL_TOOLS.fullmatch(name):
                continue
            source = tree.extractfile(member)
            assert source is not None
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source.read())
            path.chmod(0o755 if member.mode & 0o100 else 0o644)
            if name == _LAST:
                return True
    return False
