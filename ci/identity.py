# SPDX-License-Identifier: GPL-2.0-only
"""What identifies a kernel besides its name: its release, the linker's build id, its configuration.

Both are read out of the Image, without booting it. Where an Image does not have them there is
no answer, never a guess.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import struct
import zlib
from pathlib import Path

from fixtures import image as image_module
from fixtures.problem import Problem

# An ELF note: sizes of name and content, type 3 (NT_GNU_BUILD_ID), name. A SHA-1 is 20 bytes.
_BUILD_ID = re.compile(rb"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0(.{20})", re.DOTALL)
_ELF = b"\x7fELF"
_64_BIT, _LITTLE = 2, 1
_RELEASE = re.compile(rb"Linux version ([0-9][!-~]*) \(")
_CONFIG = re.compile(rb"IKCFG_ST(\x1f\x8b.*?)IKCFG_ED", re.DOTALL)


def _elf_size(data: bytes, start: int) -> int:
    """How long the ELF file is that begins here, by its section table; 0 if none does."""
    head = data[start : start + 64]
    if len(head) < 64 or head[5] != _LITTLE or head[6] != 1:
        return 0
    if head[4] == _64_BIT:
        (table,), (size, count) = struct.unpack_from("<Q", head, 40), struct.unpack_from(
            "<HH", head, 58)
        valid = size == 64
    else:
        (table,), (size, count) = struct.unpack_from("<I", head, 32), struct.unpack_from(
            "<HH", head, 46)
        valid = size == 40
    return int(table + size * count) if valid else 0


def build_id(data: bytes) -> str | None:
    """The kernel's own build id, in hex, out of a plain Image. Those of the vDSOs, which are
    whole ELF files inside it, are not it."""
    inside: list[range] = []
    start = data.find(_ELF)
    while start >= 0:
        inside.append(range(start, start + _elf_size(data, start)))
        start = data.find(_ELF, start + 1)
    own = {m[1].hex() for m in _BUILD_ID.finditer(data) if not any(m.start() in r for r in inside)}
    return own.pop() if len(own) == 1 else None


def release(data: bytes) -> str | None:
    """What `uname -r` says under this kernel, out of the banner in a plain Image."""
    match = _RELEASE.search(data)
    return match[1].decode("ascii") if match else None


def embedded_config(data: bytes) -> bytes | None:
    """The configuration that CONFIG_IKCONFIG puts into an Image."""
    if match := _CONFIG.search(data):
        try:
            return gzip.decompress(match[1])
        except (OSError, EOFError, zlib.error):
            pass
    return None


@functools.cache
def of(image: Path, config: Path | None = None) -> dict[str, str]:
    """release, build_id, config_sha256, and of arm64 the page_size, as far as they can be known.
    config: the file, where there is one beside the Image."""
    try:
        data = image_module.plain(image)
        text = config.read_bytes() if config else embedded_config(data)
    except (OSError, EOFError, zlib.error) as error:
        raise Problem(f"{image} cannot be read: {error}") from None
    found = {"release": release(data) or "", "build_id": build_id(data) or ""}
    if size := image_module.page_size(data):
        found["page_size"] = str(size)
    if text is not None:
        found["config_sha256"] = hashlib.sha256(text).hexdigest()
    return {name: value for name, value in found.items() if value}
