# SPDX-License-Identifier: GPL-2.0-only
"""Every test gets a cache of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache_dir(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache; tests that boot kernels keep the user's."""
    if "vm" not in request.keywords:
        monkeypatch.setenv("UAPI_CONFORM_CACHE", str(tmp_path / "cache"))
