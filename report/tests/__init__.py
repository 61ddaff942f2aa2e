# SPDX-License-Identifier: GPL-2.0-only
"""Tests of the report; run from the repository root with pytest."""
