# SPDX-License-Identifier: GPL-2.0-only
"""The kernels that cells boot: fetched, built, or the user's own."""

from __future__ import annotations

import sys
from pathlib import Path

from ci import identity
from ci.cells import Cell
from ci.kernel import Kernel, need
from fixtures import image, kernels, noboot, qemu
from fixtures.kernel import build
from fixtures.problem import USAGE, Problem


def find_kernels(
    chosen: list[Cell], path: str | None
) -> tuple[dict[str, Kernel], dict[str, Problem]]:
    """Each kernel by its name, fetched or built; and what failed. path: the user's own Image, which
    is then the kernel of all these cells."""
    need({cell.configuration.program for cell in chosen})
    names = list(dict.fromkeys(cell.kernel for cell in chosen))
    if path:
        mine = _own(Path(path))
        return {name: mine for name in names}, {}
    found: dict[str, Kernel] = {}
    failed: dict[str, Problem] = {}
    stock = [name for name in names if name.startswith("stock-")]
    fetched = kernels.fetch(stock) if stock else {}
    for name, kernel in fetched.items():
        if isinstance(kernel, Problem):
            failed[name] = kernel
        else:
            config = kernel.image.with_name("config")
            identified = identity.of(kernel.image, config if config.is_file() else None)
            found[name] = Kernel(kernel.image, {**kernel.as_meta(), **identified},
                                            config=_text(config))
    for name in names:
        if name in stock:
            continue
        try:
            found[name] = _built(name)
        except Problem as problem:
            failed[name] = problem
    return found, failed


def _built(name: str) -> Kernel:
    """A kernel that the project builds, with the device fixture where it has one; the user's own
    tree is called as the user wants."""
    request = build.from_environment()
    if not request.tree:
        arch = "x86_64" if name.endswith("-x86_64") else "arm64"
        request = build.from_environment(arch, name.endswith("-debug"), name.endswith("-notsm"),
                                         name.endswith("-races"), name.endswith("-peers"))
    # Nothing to build for nothing to run it.
    qemu.binary(request.arch)
    kernel = build.build(request)
    facts = {"release": kernel.version, **kernel.as_meta(), **identity.of(kernel.image, kernel.config)}
    return Kernel(kernel.image, facts, kernel.module, config=_text(kernel.config))


def _own(path: Path) -> Kernel:
    """The user's Image. What its own configuration says is certain, so that nothing need be booted
    to learn that it cannot run the suite; a file that lies nearby may be of another build, and only
    helps to explain."""
    facts = {"image_sha256": image.sha256(path), **identity.of(path)}
    embedded = identity.embedded_config(image.plain(path))
    if embedded is None:
        return Kernel(path, facts, config=_nearby(path, facts.get("release", "")))
    config = embedded.decode("utf-8", "replace")
    if names := noboot.lacking(config):
        raise Problem(f"kernel {path} cannot run the suite: it was {noboot.missing(names)}", USAGE)
    if "\nCONFIG_KVM=y\n" not in config:
        print(f"{path.name} was built without CONFIG_KVM: nothing of kvm_arm_caps can be judged",
              file=sys.stderr)
    return Kernel(path, facts, config=config)


def _nearby(path: Path, release: str) -> str:
    """The configuration beside an Image, or at the top of the tree in which it was built."""
    places = [path.with_name("config"), path.with_name(f"config-{release}"), path.with_name(".config")]
    if path.parent.parts[-3:] == ("arch", "arm64", "boot"):
        places.insert(0, path.parents[3] / ".config")
    return next(filter(None, map(_text, places)), "")


def _text(config: Path) -> str:
    """A file's text, or nothing."""
    try:
        return config.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
