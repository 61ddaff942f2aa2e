# SPDX-License-Identifier: GPL-2.0-only
"""The binary's output as it comes back from machines that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable

import yaml

_DAY = "2026-11-20T14:02"


def _each(data: bytes, before: Callable[[int], str], after: str = "") -> bytes:
    lines = data.decode().replace("\r\n", "\n").split("\n")
    ends = lines.pop() == ""
    text = "\n".join(f"{before(n)}{line}{after}" for n, line in enumerate(lines))
    return (text + "\n" * ends).encode()


def lava(data: bytes) -> bytes:
    """LAVA's records, its own messages between them; some in YAML that is no JSON."""
    out = []
    for number, line in enumerate(data.decode().replace("\r\n", "\n").splitlines()):
        record = {"dt": f"{_DAY}:11.{number:06}", "lvl": "target", "msg": line}
        if number % 7 == 0:
            out.append("- " + json.dumps({**record, "lvl": "debug", "msg": "ok 1 nothing.of.ours"}))
        if number % 3:
            out.append("- " + json.dumps(record))
        else:
            out.append("- " + yaml.safe_dump(record, default_flow_style=True, default_style='"',
                                             width=10**6).strip())
    return "".join(f"{line}\n" for line in out).encode()


def lavacli(data: bytes) -> bytes:
    """LAVA's log as its command line shows it, in colours."""
    return _each(data, lambda n: f"\x1b[1;30m{_DAY}:{n % 60:02}\x1b[0m \x1b[32m", "\x1b[0m")


def kselftest(data: bytes) -> bytes:
    """kselftest's runner, with another test before and behind."""
    before = b"TAP version 13\n1..3\n# selftests: kvm: other\n# TAP version 13\n# 1..1\n# ok 1 it works\n"
    before += b"ok 1 selftests: kvm: other\n# selftests: uapi-conform: uapi-conform\n"
    after = b"ok 2 selftests: uapi-conform: uapi-conform # SKIP\n# selftests: x: y\n# not ok 1 boo\n"
    return before + _each(data, lambda n: "# ") + after


def syslog(data: bytes) -> bytes:
    """The journal, other programs' lines in between."""
    text = _each(data, lambda n: f"Nov  2 14:02:{n % 60:02} board uapi-conform[71]: ")
    lines = text.splitlines(keepends=True)
    lines.insert(5, b"Nov  2 14:02:11 board kernel: kvm [1]: a message\n")
    lines.insert(9, b"Nov  2 14:02:12 board sshd[9]: ok 1 demo.caps.both\n")
    return b"".join(lines)


def serial(data: bytes) -> bytes:
    """A serial console from power-on to the prompt, with the receiver's clock."""
    before = b"NOTICE: BL1\r\n\x1b[2J\x1b[1;1HUEFI\r\n[    0.000000] Booting Linux\r\nboard login: root\r\n"
    after = b"root@board:~# poweroff\r\n[   30.000000] reboot: Power down\r\n"
    return _each(before + data + after, lambda n: f"[14:02:{n % 60:02}.{n:03}] ", "\r")


WRAPPERS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "lava": lava,
    "lavacli": lavacli,
    "kselftest": kselftest,
    "kselftest in lava": lambda data: lava(kselftest(data)),
    "syslog": syslog,
    "serial": serial,
    "kselftest on a serial console": lambda data: serial(kselftest(data)),
    "iso stamps": lambda data: _each(data, lambda n: f"{_DAY}:{n % 60:02}.123456Z "),
    "moreutils ts": lambda data: _each(data, lambda n: f"Nov 20 14:02:{n % 60:02} "),
    "grabserial": lambda data: _each(data, lambda n: f"[{n}.{n:06} 0.000123] "),
    "conserver": lambda data: _each(data, lambda n: f"[Fri Nov 20 14:02:{n % 60:02} 2026]"),
}
