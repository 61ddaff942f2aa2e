# SPDX-License-Identifier: GPL-2.0-only
"""Every test gets a cache and a working directory of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache_dir(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, and nothing of what the caller's environment asks for. Tests that boot
    kernels keep the user's cache and QEMU."""
    for name in ("KERNEL_SRC", "DEBUG"):
        monkeypatch.delenv(name, raising=False)
    if "vm" in request.keywords:
        return
    for name in ("QEMU", "REFRESH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UAPI_CONFORM_CACHE", str(tmp_path / "cache"))
