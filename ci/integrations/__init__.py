# SPDX-License-Identifier: GPL-2.0-only
"""Other people's pipelines: what they read, what reads us, and proof that both do."""
