# SPDX-License-Identifier: GPL-2.0-only
"""From TAP on a console to verdicts that people read. Never talks to a kernel."""
