# SPDX-License-Identifier: GPL-2.0-only
"""Whether an implementation keeps what a profile claims, and a signed bundle that proves it."""
