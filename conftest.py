# SPDX-License-Identifier: GPL-2.0-only
"""What every test may count on, whoever started them."""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    """Ctrl-C ends what it should: a script's `&` has it ignored, and that is inherited."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
