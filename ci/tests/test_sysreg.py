# SPDX-License-Identifier: GPL-2.0-only
"""The registers and fields that kvm_arm_caps names are those of the architecture's tables.

registers.inc and numbers.h are held against arch/arm64/tools/sysreg of the kernel source that kselftest's headers come
out of, and against asm/sysreg.h for the registers that those tables leave out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures import kselftest_install

SUITE = Path(__file__).resolve().parents[2] / "suites/kvm_arm_caps"
_OURS = re.compile(r"^SYSTEM\((\w+), (0x[0-9a-f]+)\)", re.MULTILINE)
_FIELD = re.compile(r"^(?:FIELD|LOWERED)\((\w+), (\w+), (\d+)(?:, (\d+))?", re.MULTILINE)
_PAUTH = re.compile(r"#define ISAR(\d)_(\w+)\(value\)\s+\(\(unsigned int\)\(\(value\) >> (\d+)\) & 0xf\)")


def encoding(op0: int, op1: int, crn: int, crm: int, op2: int) -> int:
    """The last 16 bits of the id of KVM_GET_ONE_REG."""
    return op0 << 14 | op1 << 11 | crn << 7 | crm << 3 | op2


def registers(table: str, header: str) -> dict[str, int]:
    """Every system register's encoding."""
    found = {name: encoding(*map(int, numbers.split())) for name, numbers in
             re.findall(r"^Sysreg\s+(\w+)\s+((?:\d+\s+){4}\d+)\s*$", table, re.MULTILINE)}
    for name, numbers in re.findall(r"#define SYS_(\w+)\s+sys_reg\(([\d, ]+)\)", header):
        found.setdefault(name, encoding(*map(int, numbers.split(","))))
    return found


def fields(table: str, register: str) -> dict[str, tuple[int, int]]:
    """The fields of a register: highest and lowest bit."""
    block = re.search(rf"^Sysreg\s+{register}\s(.*?)^EndSysreg", table, re.MULTILINE | re.DOTALL)
    assert block
    return {name: (int(high), int(low)) for high, low, name in
            re.findall(r"^\w+[ \t]+(\d+):(\d+)[ \t]+(\w+)", block[1], re.MULTILINE)}


@pytest.fixture(scope="module", name="tables")
def tables_fixture() -> list[str]:
    found = kselftest_install.tables()
    if found is None:
        pytest.skip("the architecture's tables are not in the cache: they came with an older package")
    return [path.read_text(encoding="utf-8") for path in found]


def test_every_register_is_the_architectures(tables: list[str]) -> None:
    known = {name.upper(): value for name, value in registers(*tables).items()}
    ours = {name: int(value, 16) for name, value in _OURS.findall((SUITE / "registers.inc").read_text())}
    assert len(ours) >= 40
    for name, value in ours.items():
        full = next((n for n in (name.upper(), f"{name.upper()}_EL0") if n in known), name)
        assert known.get(full) == value, f"{name} is not {value:#x}"


def test_every_field_is_where_it_should_be(tables: list[str]) -> None:
    found = _FIELD.findall((SUITE / "registers.inc").read_text())
    assert len(found) >= 20
    for register, name, low, bits in found:
        if register == "PMCR_EL0":  # the tables leave it out
            continue
        assert fields(tables[0], register).get(name) == (int(low) + int(bits or 4) - 1, int(low))
    pauth = _PAUTH.findall((SUITE / "numbers.h").read_text())
    assert len(pauth) == 6
    for number, name, low in pauth:
        assert fields(tables[0], f"ID_AA64ISAR{number}_EL1").get(name) == (int(low) + 3, int(low))
