# SPDX-License-Identifier: GPL-2.0-only
"""The registers and fields that kvm_arm_caps names are those of the architecture's tables.

numbers.h is held against arch/arm64/tools/sysreg of the kernel source that kselftest's headers come
out of, and against asm/sysreg.h for the registers that those tables leave out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fixtures import kselftest

NUMBERS = Path(__file__).resolve().parents[2] / "suites/kvm_arm_caps/numbers.h"
_OURS = re.compile(r"#define KVM_REG_(\w+)\s+KVM_REG_SYS\((0x[0-9a-f]+)\)")
_FIELD = re.compile(r"#define (ISAR\d)_(\w+)\(value\)\s+\(\(unsigned int\)\(\(value\) >> (\d+)\) & 0xf\)")
_MASK = re.compile(r"#define (ISAR\d)_PAUTH_MASK\s+(0x[0-9a-f]+)ULL")
_INDEX = re.compile(r"#define (ISAR\d)_MASK_INDEX\s+(\d+)")


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
            re.findall(r"^\w+\s+(\d+):(\d+)\s+(\w+)", block[1], re.MULTILINE)}


@pytest.fixture(scope="module", name="tables")
def tables_fixture() -> list[str]:
    found = kselftest.tables()
    if found is None:
        pytest.skip("the architecture's tables are not in the cache: they came with an older package")
    return [path.read_text(encoding="utf-8") for path in found]


def test_every_register_is_the_architectures(tables: list[str]) -> None:
    known = registers(*tables)
    ours = {name: int(value, 16) for name, value in _OURS.findall(NUMBERS.read_text())}
    assert len(ours) >= 20
    for name, value in ours.items():
        full = next((n for n in (name, f"{name}_EL1", f"{name}_EL0") if n in known), name)
        assert known.get(full) == value, f"{name} is not {value:#x}"


def test_every_field_is_where_it_should_be(tables: list[str]) -> None:
    text = NUMBERS.read_text()
    masks = dict.fromkeys(("ISAR1", "ISAR2"), 0)
    for register, name, low in _FIELD.findall(text):
        assert fields(tables[0], f"ID_AA64{register}_EL1").get(name) == (int(low) + 3, int(low))
        masks[register] |= 0xF << int(low)
    assert masks == {register: int(mask, 16) for register, mask in _MASK.findall(text)}
    known = registers(*tables)
    for register, index in _INDEX.findall(text):
        # KVM_ARM_FEATURE_ID_RANGE: op1, CRm, op2 of op0 3 and CRn 0.
        assert known[f"ID_AA64{register}_EL1"] & 0x3F == int(index)
