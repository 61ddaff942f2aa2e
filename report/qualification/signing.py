# SPDX-License-Identifier: GPL-2.0-only
"""Signatures over a bundle's manifest: OpenSSH's or minisign's, made and checked offline."""

from __future__ import annotations

import base64
import binascii
import re
import subprocess
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

from fixtures.problem import Problem
from report.problem import CATALOGUE, CORRUPT, NOTHING, SIGNATURE

NAMESPACE = "uapi-conform"
SSH, MINISIGN = "SHA256SUMS.sig", "SHA256SUMS.minisig"
SIGNATURES = (SSH, MINISIGN)
# Fixed, because minisign does not protect the first of them.
_COMMENT = "signature of a uapi-conform bundle"
_MINISIGN_KEY = b"untrusted comment: "
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_PACKAGES = {"ssh-keygen": "openssh-client", "minisign": "minisign"}
UNAVAILABLE = CATALOGUE


@dataclass(frozen=True)
class Signer:
    """Whose signature it is. who is empty where nobody was asked to vouch for the key."""

    who: str
    key: str


def _run(command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, input=data, capture_output=True, check=False)
    except OSError as error:
        tool = command[0]
        raise Problem(f"{tool}: {error.strerror}; install {_PACKAGES[tool]}",
                          UNAVAILABLE) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr + b"\n" + done.stdout).decode("utf-8", "replace").split("\n")
    lines = [line.strip() for line in lines if line.strip() and not line.startswith("Signing ")]
    return lines[-1] if lines else f"status {done.returncode}"


def _content(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}; {what}", NOTHING) from None


def check_key(key: Path) -> str:
    """The name of the signature that this key would make. Raises Problem."""
    text = _content(key, "name a private key with --key")
    if not text:
        raise Problem(f"{key}: is empty; name a private key with --key", SIGNATURE)
    return MINISIGN if text.startswith(_MINISIGN_KEY) else SSH


def sign(manifest: bytes, key: Path) -> tuple[str, bytes]:
    """Sign; the signature's file name and contents. May ask for a passphrase on the terminal."""
    name = check_key(key)
    if name == SSH:
        done = _run(["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", NAMESPACE], manifest)
        signature = done.stdout
    else:
        with tempfile.TemporaryDirectory() as directory:
            file, out = Path(directory, "manifest"), Path(directory, "signature")
            file.write_bytes(manifest)
            done = _run(["minisign", "-S", "-s", str(key), "-m", str(file), "-x", str(out),
                         "-c", _COMMENT, "-t", NAMESPACE])
            signature = out.read_bytes() if out.exists() else b""
    if done.returncode or not signature:
        raise Problem(f"{key}: cannot be signed with: {_said(done)}", SIGNATURE)
    return name, signature


def _strings(blob: bytes) -> list[bytes]:
    """The fields of SSH's wire format, each a length and that many bytes."""
    found = []
    while blob:
        size = int.from_bytes(blob[:4], "big")
        if len(blob) < 4 + size:
            raise ValueError
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found


def _canonical_ssh(signature: bytes) -> bool:
    """Whether it is in the one form in which ssh-keygen writes it.

    ssh-keygen reads others as well, with other line ends or with something in the field
    that is reserved; they would be changes that nobody notices.
    """
    text = signature.decode("ascii", "replace")
    body = "".join(text.splitlines()[1:-1])
    try:
        blob = base64.b64decode(body, validate=True)
        fields = _strings(blob[10:])
    except (binascii.Error, ValueError):
        return False
    again = "\n".join([_BEGIN, *textwrap.wrap(base64.b64encode(blob).decode(), 70), _END, ""])
    return (again == text and blob[:10] == b"SSHSIG\0\0\0\1" and len(fields) == 5
            and fields[2] == b"")


def _verify_ssh(path: Path, manifest: bytes, signature: bytes, allowed: Path | None) -> Signer:
    damaged = Problem(f"{path}: the signature does not fit: {SSH} or SHA256SUMS was changed; "
                          "get the bundle again", CORRUPT)
    if not _canonical_ssh(signature):
        raise damaged
    with tempfile.NamedTemporaryFile(suffix=".sig") as file:
        file.write(signature)
        file.flush()
        good = ["-n", NAMESPACE, "-s", file.name]
        done = _run(["ssh-keygen", "-Y", "check-novalidate", *good], manifest)
        fingerprint = re.search(rb"with (.+ key \S+)", done.stdout)
        if done.returncode or not fingerprint:
            raise damaged
        key = fingerprint[1].decode("ascii", "replace")
        if allowed is None:
            return Signer("", key)
        _content(allowed, "name a file of allowed signers, see ssh-keygen(1)")
        done = _run(["ssh-keygen", "-Y", "find-principals", "-s", file.name, "-f", str(allowed)])
        found = b"" if done.returncode else done.stdout
        for line in found.decode("utf-8", "replace").split("\n"):
            who = line.split(",")[0].strip()
            if not who:
                continue
            command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", who, *good]
            if not _run(command, manifest).returncode:
                return Signer(who, key)
    raise Problem(f"{path}: signed with {key}, and {allowed} does not allow that key for "
                      f"{NAMESPACE}; do not trust it", SIGNATURE)


def _canonical_minisign(signature: bytes) -> bool:
    lines = signature.decode("ascii", "replace").split("\n")
    try:
        sizes = [len(base64.b64decode(lines[n], validate=True)) for n in (1, 3)]
        again = [base64.b64encode(base64.b64decode(lines[n])).decode() for n in (1, 3)]
    except (binascii.Error, ValueError, IndexError):
        return False
    wanted = [f"untrusted comment: {_COMMENT}", again[0], f"trusted comment: {NAMESPACE}",
              again[1], ""]
    return lines == wanted and sizes == [74, 64]


def _verify_minisign(path: Path, manifest: bytes, signature: bytes, allowed: Path | None) -> Signer:
    damaged = Problem(f"{path}: the signature does not fit: {MINISIGN} or SHA256SUMS was "
                          "changed; get the bundle again", CORRUPT)
    if allowed is None:
        raise Problem(f"{path}: signed with minisign, which needs the public key: give it with "
                          "--allowed-signers", SIGNATURE)
    if not _canonical_minisign(signature):
        raise damaged
    text = _content(allowed, "name the file with minisign's public key").decode("ascii", "replace")
    key = text.strip().split("\n")[-1].strip()
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 42:
        raise Problem(f"{allowed}: is no public key of minisign; the bundle is signed with "
                          "minisign", SIGNATURE)
    shown = f"minisign key {raw[9:1:-1].hex().upper()}"
    if raw[2:10] != base64.b64decode(signature.split(b"\n")[1])[2:10]:
        raise Problem(f"{path}: not signed with the {shown} of {allowed}; do not trust it",
                          SIGNATURE)
    with tempfile.TemporaryDirectory() as directory:
        file, sig = Path(directory, "manifest"), Path(directory, "signature")
        file.write_bytes(manifest)
        sig.write_bytes(signature)
        done = _run(["minisign", "-V", "-q", "-P", key, "-m", str(file), "-x", str(sig)])
    if done.returncode:
        raise damaged
    return Signer(str(allowed), shown)


def verify(path: Path, files: dict[str, bytes], allowed: Path | None) -> Signer | None:
    """Who signed the manifest; None if nobody did. Raises Problem."""
    there = [name for name in SIGNATURES if name in files]
    if len(there) > 1:
        raise Problem(f"{path}: has two signatures, one was added; get the bundle again",
                          CORRUPT)
    manifest = files["SHA256SUMS"]
    if SSH in there:
        return _verify_ssh(path, manifest, files[SSH], allowed)
    if MINISIGN in there:
        return _verify_minisign(path, manifest, files[MINISIGN], allowed)
    return None
