# SPDX-License-Identifier: GPL-2.0-only
"""Which kernels are judged in which configuration, and the programs that do it."""
