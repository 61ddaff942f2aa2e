# SPDX-License-Identifier: GPL-2.0-only
"""What every test may count on, whoever started it."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

# What a user sets, for make or for a program of ours.
_ASKED = ("KERNEL_SRC", "DEBUG", "REFRESH", "OFFLINE", "NO_INSTALL", "SETUP", "KSELFTEST_DIR",
          "UAPI_CONFORM_BINARY", "PURPOSES", "CC_arm64", "CC_x86_64", "CC_armhf")
# And what tests that boot kernels keep, for they use the user's.
_KEPT = ("QEMU", "QEMU_X86_64")


# For several that run the same tests between them: an empty directory.
_shared = os.environ.pop("UAPI_CONFORM_TESTS_SHARED", "")


def _ours(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The tests of each file that nobody else has come to yet; what is yielded is claimed."""
    for path, tests in itertools.groupby(items, lambda item: item.path):
        claim = Path(_shared, str(path.relative_to(items[0].config.rootpath)).replace("/", "+"))
        try:
            claim.touch(exist_ok=False)
        except FileExistsError:
            continue
        yield from tests


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """As pytest does it, with some of the tests."""
    if not _shared:
        return None
    ours = _ours(session.items)
    item = next(ours, None)
    while item is not None and not session.shouldstop:
        following = next(ours, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        item = following
    return True


def pytest_configure() -> None:
    """A signal ends what it should: a script's `&` has Ctrl-C ignored, nohup the terminal's end, and
    that is inherited. And what one program writes, dpkg-deb above all, another may read."""
    os.umask(0o022)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def nobodys_variables(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what the caller's environment asks for."""
    for name in _ASKED + (() if "vm" in request.keywords else _KEPT):
        monkeypatch.delenv(name, raising=False)
