# SPDX-License-Identifier: GPL-2.0-only
"""A kernel's build id and configuration, out of files made to look like Images."""

from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import pytest

from ci import identity
from fixtures.problem import Problem

OWN, VDSO = bytes(range(20)), bytes(range(20, 40))


def note(content: bytes) -> bytes:
    return struct.pack("<III", 4, 20, 3) + b"GNU\0" + content


def elf(content: bytes) -> bytes:
    """A 64-bit ELF file of which only the header and the size matter."""
    head = bytearray(b"\x7fELF\x02\x01\x01".ljust(64, b"\0"))
    struct.pack_into("<Q", head, 40, 64 + len(content))
    struct.pack_into("<HH", head, 58, 64, 1)
    return bytes(head) + content + bytes(64)


def test_the_build_id_is_not_that_of_the_vdso() -> None:
    assert identity.build_id(elf(note(VDSO)) + note(OWN) + b"\x7fELF, a word") == OWN.hex()
    assert identity.build_id(note(OWN) + elf(note(VDSO))) == OWN.hex()


def test_the_release_is_that_of_the_banner() -> None:
    banner = b"\0%s version %s (x)\0Linux version 7.2.13+deb14-cloud-arm64 (debian@x) (gcc) #1 SMP\n"
    assert identity.release(banner) == "7.2.13+deb14-cloud-arm64"
    assert identity.release(b"Linux version %s (") is None


def test_no_guess_where_there_is_none_or_more_than_one() -> None:
    assert identity.build_id(b"\x7fELF" + bytes(100)) is None
    assert identity.build_id(elf(note(VDSO))) is None
    assert identity.build_id(note(OWN) + note(VDSO)) is None


def test_what_is_known_of_an_image(tmp_path: Path) -> None:
    text, image, config = b"CONFIG_KVM=y\n", tmp_path / "Image", tmp_path / "config"
    inside = b"IKCFG_ST" + gzip.compress(text) + b"IKCFG_ED"
    checksum = hashlib.sha256(text).hexdigest()
    image.write_bytes(b"MZ" + note(OWN) + inside)
    assert identity.of(image) == {"build_id": OWN.hex(), "config_sha256": checksum}
    packed = tmp_path / "Image.gz"
    packed.write_bytes(gzip.compress(note(OWN)))
    assert identity.of(packed) == {"build_id": OWN.hex()}
    config.write_bytes(text)
    assert identity.of(packed, config)["config_sha256"] == checksum
    bare = tmp_path / "bare"
    bare.write_bytes(b"MZ" + b"IKCFG_ST\x1f\x8bbroken IKCFG_ED")
    assert identity.of(bare) == {}


def test_a_damaged_image_is_one_line(tmp_path: Path) -> None:
    image = tmp_path / "Image"
    image.write_bytes(gzip.compress(b"x" * 1000)[:20])
    with pytest.raises(Problem, match="cannot be read"):
        identity.of(image)
