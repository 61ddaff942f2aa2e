# SPDX-License-Identifier: GPL-2.0-only
"""Bundles: repeatable, signed, and no byte of one can be changed."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report.qualification import bundle, signing
from report.tests.bundle_sample import SIG, SUMS, contents, make, needs_minisign, needs_ssh, run
from report.tests.qualify_sample import PROFILE

pytestmark = pytest.mark.usefixtures("quiet")


def test_the_same_input_makes_the_same_bytes(tmp_path: Path, capsys: Any) -> None:
    first = contents(make(capsys, tmp_path))
    shutil.copytree("run", "again")
    make(capsys, tmp_path)
    assert contents(tmp_path / "bundle") == first
    for name in ("a.tar", "b.tar"):
        place = "run" if name == "a.tar" else "again"
        assert run(capsys, "qualify", "--profile", "p.toml", place, "--out", name)[0] == 0
    assert Path("a.tar").read_bytes() == Path("b.tar").read_bytes()
    assert run(capsys, "verify", "--unsigned", "a.tar")[0] == 0
    subprocess.run(["tar", "xf", "a.tar"], check=True)
    assert contents(Path("demo")) == first


@needs_ssh
def test_signed(tmp_path: Path, keys: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, "--key", keys / "lab")
    code, printed, err = run(capsys, "verify", out, "--allowed-signers", keys / "lab.allowed")
    assert (code, err) == (0, "")
    assert "11 files as listed, signed by lab@example.org with ED25519 key SHA256:" in printed
    assert printed.splitlines()[-1] == "QUALIFIED: demo, on 2026-11-20"
    code, printed, err = run(capsys, "verify", out)
    assert (code, printed) == (77, "") and "nobody has said whose key that is" in err
    code, printed, _ = run(capsys, "verify", "--any-signer", out)
    assert code == 0 and "by whomever that is" in printed
    # That somebody may be anybody does not mean that it may be nobody.
    (out / SIG).unlink()
    assert run(capsys, "verify", "--any-signer", out)[0] == 77
    make(capsys, tmp_path, "--key", keys / "lab")
    # The signature apart, the bundle is the unsigned one.
    signed = contents(out)
    assert {n: d for n, d in signed.items() if n != SIG} == contents(make(capsys, tmp_path))


@needs_ssh
def test_wrong_signers(tmp_path: Path, keys: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, "--key", keys / "other")
    code, printed, err = run(capsys, "verify", out, "--allowed-signers", keys / "lab.allowed")
    assert (code, printed) == (77, "") and err.count("\n") == 1
    assert "lab.allowed does not allow that key for uapi-conform; do not trust it" in err
    # The right key, but for other things, and no longer.
    public = (keys / "other.pub").read_text()
    for options, code in (('namespaces="file"', 77), ('valid-before="20200101"', 77),
                          ('namespaces="uapi-conform"', 0)):
        Path("allowed").write_text(f"a@b {options} {public}")
        assert run(capsys, "verify", out, "--allowed-signers", "allowed")[0] == code
    Path("empty").write_text("")
    assert run(capsys, "verify", out, "--allowed-signers", "empty")[0] == 77
    code, _, err = run(capsys, "verify", out, "--allowed-signers", "none")
    assert code == 66 and "none: No such file" in err
    # A signature over the same file for another purpose.
    done = subprocess.run(["ssh-keygen", "-Y", "sign", "-f", str(keys / "lab"), "-n", "file"],
                          input=(out / SUMS).read_bytes(), capture_output=True, check=True)
    (out / SIG).write_bytes(done.stdout)
    assert run(capsys, "verify", out, "--allowed-signers", keys / "lab.allowed")[0] == 68


def test_nobody_signed(tmp_path: Path, keys: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path)
    code, printed, err = run(capsys, "verify", out)
    assert (code, printed) == (77, "") and "nobody signed it" in err
    # Who asks for a signer is not content with the checksums.
    assert run(capsys, "verify", out, "--unsigned", "--allowed-signers", keys / "lab.allowed")[
        0] == 77


@needs_ssh
def test_a_signature_taken_off_is_noticed(tmp_path: Path, keys: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, "--key", keys / "lab")
    (out / SIG).unlink()
    assert run(capsys, "verify", out, "--allowed-signers", keys / "lab.allowed")[0] == 77


def _changed(data: bytes, place: int, random_: random.Random) -> bytes:
    return data[:place] + bytes([data[place] ^ random_.randrange(1, 256)]) + data[place + 1 :]


@pytest.mark.long
@needs_ssh
def test_every_file_and_byte(tmp_path: Path, keys: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, "--key", keys / "lab")
    allowed = keys / "lab.allowed"
    chance = random.Random(5)
    for name, data in contents(out).items():
        middle = chance.sample(range(len(data)), min(10, len(data)))
        for place in {0, len(data) - 1, *middle}:
            (out / name).write_bytes(_changed(data, place, chance))
            code, printed, err = run(capsys, "verify", out, "--allowed-signers", allowed)
            assert code in (68, 77) and not printed and err.count("\n") == 1, (name, place, code)
            if name not in (SIG, SUMS):
                assert f"{name} changed; get the bundle again" in err
        for wrong in (data + b"\n", data[:-1], b""):
            (out / name).write_bytes(wrong)
            assert run(capsys, "verify", out, "--allowed-signers", allowed)[0] != 0, name
        (out / name).unlink()
        code, _, err = run(capsys, "verify", out, "--allowed-signers", allowed)
        assert code == {SIG: 77, SUMS: 67}.get(name, 68), name
        assert name in (SIG, SUMS) or f"bundle: {name} missing; get" in err
        (out / name).write_bytes(data)
    assert run(capsys, "verify", out, "--allowed-signers", allowed)[0] == 0


@needs_ssh
def test_the_signature_in_other_words(tmp_path: Path, keys: Path, capsys: Any) -> None:
    """ssh-keygen takes them, so they would go unnoticed if they were left to it."""
    out = make(capsys, tmp_path, "--key", keys / "lab")
    good = (out / SIG).read_bytes()
    lines = good.split(b"\n")
    for wrong in (good.replace(b"\n", b"\r\n"), good + b"\n", good + b"more", good.replace(
            lines[1], lines[1][:35] + b"\n" + lines[1][35:]), b"\n".join(lines[:-1])):
        (out / SIG).write_bytes(wrong)
        assert run(capsys, "verify", out)[0] == 68, wrong


def _added_file(out: Path) -> None:
    (out / "results/k/c/note.txt").write_text("")


def _added_directory(out: Path) -> None:
    (out / "results/empty").mkdir()


def _added_link(out: Path) -> None:
    (out / "link").symlink_to("profile.toml")


def _link_instead(out: Path) -> None:
    (out / "profile.toml").rename(out.parent / "elsewhere")
    (out / "profile.toml").symlink_to(out.parent / "elsewhere")


def _moved(out: Path) -> None:
    (out / "profile.toml").rename(out / "Profile.toml")


def _swapped(out: Path) -> None:
    a, b = out / "waivers.json", out / "profile.toml"
    data = a.read_bytes()
    a.write_bytes(b.read_bytes())
    b.write_bytes(data)


def _second_signature(out: Path) -> None:
    (out / signing.MINISIGN).write_text("untrusted comment: x\n")


def _manifest_order(out: Path) -> None:
    lines = (out / SUMS).read_text().splitlines(keepends=True)
    (out / SUMS).write_text("".join(reversed(lines)))


def _manifest_twice(out: Path) -> None:
    (out / SUMS).write_text((out / SUMS).read_text() * 2)


@needs_ssh
@pytest.mark.parametrize("harm", [
    _added_file, _added_directory, _added_link, _link_instead, _moved, _swapped,
    _second_signature, _manifest_order, _manifest_twice,
])
def test_added_and_moved(
    harm: Callable[[Path], None], tmp_path: Path, keys: Path, capsys: Any
) -> None:
    out = make(capsys, tmp_path, "--key", keys / "lab")
    harm(out)
    code, printed, err = run(capsys, "verify", out, "--allowed-signers", keys / "lab.allowed")
    assert (code, printed) == (68, "") and err.count("\n") == 1
    assert harm != _added_file or "results/k/c/note.txt added; get" in err


@pytest.mark.parametrize("harm", [_manifest_order, _manifest_twice])
def test_one_way_to_write_a_manifest(
    harm: Callable[[Path], None], tmp_path: Path, capsys: Any
) -> None:
    out = make(capsys, tmp_path)
    harm(out)
    assert run(capsys, "verify", "--unsigned", out)[0] == 68
    assert bundle.tar({"b": b"1", "a": b"2"}, "x") == bundle.tar({"a": b"2", "b": b"1"}, "x")


@needs_ssh
def test_a_rewritten_manifest(tmp_path: Path, keys: Path, capsys: Any) -> None:
    """Checksums that fit again are worth nothing without the key."""
    out = make(capsys, tmp_path, "--key", keys / "lab")
    (out / "profile.toml").write_text(PROFILE + "\n")
    (out / SUMS).write_bytes(bundle.manifest(contents(out)))
    code, _, err = run(capsys, "verify", out)
    assert code == 68 and "the signature does not fit" in err


@pytest.mark.long
@needs_ssh
def test_every_part_of_a_tar(tmp_path: Path, keys: Path, capsys: Any) -> None:
    make(capsys, tmp_path)
    words = ("qualify", "--profile", "p.toml", "run", "--out", "x.tar", "--key", keys / "lab")
    assert run(capsys, *words)[0] == 0
    data = Path("x.tar").read_bytes()
    assert run(capsys, "verify", "x.tar", "--allowed-signers", keys / "lab.allowed")[0] == 0
    chance = random.Random(7)
    # All of the first header, whatever its fields are for, and some of everything else.
    places = [*range(0, 512, 7), *range(512, len(data), 331), len(data) - 1]
    for place in places:
        Path("y.tar").write_bytes(_changed(data, place, chance))
        code, printed, err = run(capsys, "verify", "y.tar")
        assert code in (65, 67, 68) and not printed and err.count("\n") == 1, (place, code)
    for size in (0, 1, 511, 512, 700, len(data) // 2, len(data) - 1, len(data) - 512):
        Path("y.tar").write_bytes(data[:size])
        assert run(capsys, "verify", "y.tar")[0] in (65, 68), size
    Path("y.tar").write_bytes(data + bytes(512))
    assert run(capsys, "verify", "y.tar")[0] in (65, 68)
    # The same files, packed by somebody else.
    subprocess.run(["tar", "xf", "x.tar"], check=True)
    subprocess.run(["tar", "cf", "y.tar", "demo"], check=True)
    assert run(capsys, "verify", "y.tar")[0] == 68
    assert run(capsys, "verify", "--any-signer", "demo")[0] == 0


@pytest.mark.long
@needs_minisign
def test_minisign(tmp_path: Path, capsys: Any) -> None:
    for name in ("lab", "other"):
        subprocess.run(["minisign", "-G", "-W", "-p", f"{name}.pub", "-s", name],
                       capture_output=True, check=True)
    out = make(capsys, tmp_path, "--key", "lab")
    assert (out / signing.MINISIGN).exists() and not (out / SIG).exists()
    code, printed, _ = run(capsys, "verify", out, "--allowed-signers", "lab.pub")
    assert code == 0 and "signed by lab.pub with minisign key" in printed
    assert run(capsys, "verify", out, "--allowed-signers", "other.pub")[0] == 77
    code, _, err = run(capsys, "verify", out, "--allowed-signers", "p.toml")
    assert code == 77 and "p.toml: is no public key of minisign" in err
    code, _, err = run(capsys, "verify", out)
    assert code == 77 and "needs the public key" in err
    data = (out / signing.MINISIGN).read_bytes()
    chance = random.Random(9)
    for place in range(0, len(data), 4):
        (out / signing.MINISIGN).write_bytes(_changed(data, place, chance))
        assert run(capsys, "verify", out, "--allowed-signers", "lab.pub")[0] in (68, 77), place
