# SPDX-License-Identifier: GPL-2.0-only
"""--mutant on a kernel that carries none, and with names that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.tests.test_binary import BINARY, run

pytestmark = pytest.mark.skipif(not BINARY.exists(), reason="the binary is not built")


@pytest.mark.skipif(Path("/sys/module/uapi_conform").exists(), reason="this kernel carries mutants")
@pytest.mark.parametrize("names", ["one", "none", "one,two"])
def test_a_kernel_without_mutants_is_told_from_a_wrong_name(names: str) -> None:
    done = run("--mutant", names)
    assert done.returncode == 69 and not done.stdout
    assert "this kernel carries no mutants" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("names", ["", ",", "one,", ",one", "one,,two"])
def test_names_that_are_none(names: str) -> None:
    done = run("--mutant", names)
    assert done.returncode == 64
    assert done.stderr.startswith("uapi-conform: --mutant takes a name, or several with commas "
                                  f"between, not '{names}'\n")
