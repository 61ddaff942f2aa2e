# SPDX-License-Identifier: GPL-2.0-only
"""Bundles from the command line: whole, repeatable, signed; and no byte can be changed."""

from __future__ import annotations

import datetime
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from report import bundle, bundle_sign, qualify_profile
from report import catalogue as catalogue_module
from report.__main__ import main
from report.tests.qualify_sample import DAY, GOOD, PROFILE, WAIVER, catalogue, cell, log

SIG, SUMS = bundle_sign.SSH, bundle.MANIFEST
needs_ssh = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is missing")
needs_minisign = pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is missing")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The small catalogue, a day that stays, a terminal of one width, nothing of the caller's."""
    known = catalogue()
    monkeypatch.setattr(catalogue_module, "load", lambda binary=None: known)
    monkeypatch.setattr(qualify_profile, "today", lambda: DAY)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two key pairs, and files that allow the one and the other."""
    where = tmp_path_factory.mktemp("keys")
    for name in ("lab", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f",
                        str(where / name)], check=True)
        public = (where / f"{name}.pub").read_text()
        (where / f"{name}.allowed").write_text(f"{name}@example.org {public}")
    return where


def run(capsys: Any, *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    try:
        code = main([str(word) for word in words])
    except SystemExit as error:
        code = int(str(error.code))
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return code, printed.out, printed.err


def make(capsys: Any, where: Path, *words: object, text: str = PROFILE, code: int = 0) -> Path:
    """Qualify what is in where/run; the bundle."""
    if not (where / "run").exists():
        cell(where / "run")
    (where / "p.toml").write_text(text)
    out = where / "bundle"
    got, _, err = run(capsys, "qualify", "--profile", where / "p.toml", where / "run",
                      "--out", out, *words)
    assert got == code, err
    return out


def contents(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


@pytest.mark.parametrize("outcomes,code,word", [
    ({}, 0, "QUALIFIED"), ({"q.base.one": "FAIL"}, 1, "NOT QUALIFIED"),
    ({"q.base.one": "ERROR"}, 4, "INCOMPLETE"),
])
def test_exit_codes(
    outcomes: dict[str, str], code: int, word: str, tmp_path: Path, capsys: Any
) -> None:
    cell(tmp_path / "run", outcomes)
    (tmp_path / "p.toml").write_text(PROFILE)
    got, out, err = run(capsys, "qualify", "--profile", "p.toml", "run")
    assert (got, err) == (code, "")
    assert out.splitlines()[-2:] == [
        f"{word}: demo, 6 requirements on 1 cell, on 2026-11-20",
        "build/qualify/demo, not signed: --key signs it",
    ]
    there = contents(Path("build/qualify/demo"))
    assert set(there) == {
        "SHA256SUMS", "catalogue/requirements.tsv", "catalogue/rows.tsv", "profile.toml",
        "qualification.json", "qualification.txt", "waivers.json", "results/k/c/results.json",
        "results/k/c/results.tap", "results/k/c/console.log"}
    assert there["profile.toml"].decode() == PROFILE
    assert there["qualification.txt"].decode().splitlines()[-1] == out.splitlines()[-2]
    for name in ("results.json", "results.tap", "console.log"):
        assert there[f"results/k/c/{name}"] == (tmp_path / "run/k/c" / name).read_bytes()
    assert run(capsys, "verify", "--unsigned", "build/qualify/demo")[0] == 0
    check = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd="build/qualify/demo",
                           check=False)
    assert check.returncode == 0


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


def test_what_is_known_of_kernel_and_binary(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run", kernel_file={"version": "7.2.13-1", "build_id": "ab12"})
    Path("config").write_text("CONFIG_KVM=y\n")
    Path("binary").write_bytes(b"\x7fELF...1a2b3c\0...")
    out = make(capsys, tmp_path, "--kernel-config", "k=config", "--binary", "binary")
    said = (out / "qualification.json").read_text()
    for text in ('"kernel_build_id": "ab12"', '"version": "7.2.13-1"',
                 bundle.hashlib.sha256(b"CONFIG_KVM=y\n").hexdigest(),
                 bundle.hashlib.sha256(Path("binary").read_bytes()).hexdigest()):
        assert text in said
    assert (out / "kernels/k/config").read_text() == "CONFIG_KVM=y\n"


@needs_ssh
def test_signed(tmp_path: Path, keys: Path, capsys: Any) -> None:
    out = make(capsys, tmp_path, "--key", keys / "lab")
    code, printed, err = run(capsys, "verify", out, "--allowed-signers", keys / "lab.allowed")
    assert (code, err) == (0, "")
    assert "11 files as listed, signed by lab@example.org with ED25519 key SHA256:" in printed
    assert printed.splitlines()[-1] == "QUALIFIED: demo, on 2026-11-20"
    code, printed, _ = run(capsys, "verify", out)
    assert code == 0 and "nobody has said whose key that is" in printed
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
    (out / bundle_sign.MINISIGN).write_text("untrusted comment: x\n")


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
    assert run(capsys, "verify", "demo")[0] == 0


@needs_minisign
def test_minisign(tmp_path: Path, capsys: Any) -> None:
    for name in ("lab", "other"):
        subprocess.run(["minisign", "-G", "-W", "-p", f"{name}.pub", "-s", name],
                       capture_output=True, check=True)
    out = make(capsys, tmp_path, "--key", "lab")
    assert (out / bundle_sign.MINISIGN).exists() and not (out / SIG).exists()
    code, printed, _ = run(capsys, "verify", out, "--allowed-signers", "lab.pub")
    assert code == 0 and "signed by lab.pub with minisign key" in printed
    assert run(capsys, "verify", out, "--allowed-signers", "other.pub")[0] == 77
    code, _, err = run(capsys, "verify", out, "--allowed-signers", "p.toml")
    assert code == 77 and "p.toml: is no public key of minisign" in err
    code, _, err = run(capsys, "verify", out)
    assert code == 77 and "needs the public key" in err
    data = (out / bundle_sign.MINISIGN).read_bytes()
    chance = random.Random(9)
    for place in range(0, len(data), 4):
        (out / bundle_sign.MINISIGN).write_bytes(_changed(data, place, chance))
        assert run(capsys, "verify", out, "--allowed-signers", "lab.pub")[0] in (68, 77), place


@needs_ssh
def test_keys_that_cannot_sign(tmp_path: Path, keys: Path, capsys: Any) -> None:
    cell(tmp_path / "run")
    Path("p.toml").write_text(PROFILE)
    Path("empty").write_text("")
    Path("odd").write_text("no key\n")
    for key, code, text in (("none", 66, "none: No such file or directory; name a private key"),
                            ("empty", 77, "empty: is empty"), (".", 66, "Is a directory"),
                            ("odd", 77, "odd: cannot be signed with: ")):
        got, out, err = run(capsys, "qualify", "--profile", "p.toml", "run", "--key", key)
        assert (got, out) == (code, "") and text in err and err.count("\n") == 1
    assert not Path("build").exists()


def test_no_ssh_keygen(
    tmp_path: Path, keys: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = make(capsys, tmp_path, "--key", keys / "lab")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    shutil.rmtree("bundle.old", ignore_errors=True)
    for words in (("verify", out), ("qualify", "--profile", "p.toml", "run", "--out", "b2",
                                    "--key", keys / "lab")):
        code, printed, err = run(capsys, *words)
        assert (code, printed) == (69, "")
        assert err == "report: ssh-keygen: No such file or directory; install openssh-client\n"
    assert not Path("b2").exists()
    Path("mini").write_text("untrusted comment: minisign encrypted secret key\nRWQ\n")
    code, _, err = run(capsys, "qualify", "--profile", "p.toml", "run", "--key", "mini")
    assert code == 69 and "install minisign" in err


def test_where_it_may_be_written(tmp_path: Path, capsys: Any) -> None:
    make(capsys, tmp_path)
    Path("mine").mkdir()
    Path("mine/file").write_text("precious")
    Path("mine.tar").write_text("precious")
    Path("link").symlink_to("bundle")
    Path("empty").mkdir()
    words = ("qualify", "--profile", "p.toml", "run", "--out")
    for place in ("mine", "mine.tar", "p.toml", "x.tar.gz", "p.toml/x", "link", "/proc/x"):
        code, out, err = run(capsys, *words, place)
        assert code == 74 and err.count("\n") == 1, place
        assert out == "" or place in ("p.toml/x", "/proc/x"), place  # found out only by writing
    assert Path("mine/file").read_text() == Path("mine.tar").read_text() == "precious"
    for place in ("bundle", "empty", "new/deep", "b.tar", "b.tar"):
        assert run(capsys, *words, place)[0] == 0
    assert not [path for path in tmp_path.rglob(".*")]


def test_bad_results(tmp_path: Path, capsys: Any) -> None:
    """What is wrong with a result is said once, and nothing is qualified."""
    make(capsys, tmp_path)
    words = ("qualify", "--profile", "p.toml", "--out", "b2")
    cell(tmp_path / "copy", {"q.base.one": "FAIL"})
    cases: list[tuple[tuple[object, ...], int]] = [(("none",), 66), (("run", "copy"), 67)]
    Path("bad/c").mkdir(parents=True)
    Path("bad/c/results.json").write_text('{"format": "uapi-conform res')
    Path("odd/c").mkdir(parents=True)
    Path("odd/c/results.json").write_text("{}")
    log_ = Path("copy2/k/c/console.log")
    cell(tmp_path / "copy2")
    log_.write_bytes(log_.read_bytes() + b"\n")
    cases += [(("bad",), 65), (("odd",), 67), (("copy2",), 68), (("run", "bad"), 65)]
    for places, code in cases:
        got, out, err = run(capsys, *words, *places)
        assert (got, out) == (code, "") and err.count("\n") == 1, (places, err)
    assert not Path("b2").exists()


@pytest.mark.parametrize("words,code", [
    (("qualify", "run"), 64), (("qualify", "--profile", "p.toml"), 64),
    (("qualify", "--profile", "none", "run"), 66),
    (("qualify", "--profile", "p.toml", "run", "--kernel-config", "k"), 64),
    (("qualify", "--profile", "p.toml", "run", "--kernel-config", "x=p.toml"), 66),
    (("qualify", "--profile", "p.toml", "run", "--kernel-config", "k=none"), 66),
    (("qualify", "--profile", "p.toml", "run", "--binary", "p.toml"), 67),
    (("qualify", "--profile", "p.toml", "run", "--binary", "none"), 66),
    (("verify",), 64), (("verify", "none"), 66), (("verify", "run"), 67), (("verify", "p.toml"), 65),
    (("verify", "zeros"), 67), (("verify", "other"), 67), (("verify", "other", "--unsigned"), 67),
])
def test_bad_command_lines(
    words: tuple[str, ...], code: int, tmp_path: Path, capsys: Any
) -> None:
    make(capsys, tmp_path)
    Path("zeros").write_bytes(bytes(10240))
    Path("other").mkdir()
    Path("other/file").write_text("x")
    if "--unsigned" in words:
        Path("other/SHA256SUMS").write_bytes(bundle.manifest({"file": b"x"}))
    got, out, err = run(capsys, *words)
    assert (got, out) == (code, "") and err.count("\n") == 1 and err.startswith("report"), err


def test_bad_names(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run", kernel="k", name="c d")
    Path("p.toml").write_text(PROFILE)
    code, _, err = run(capsys, "qualify", "--profile", "p.toml", "run")
    assert code == 67 and "a cell is called 'c d'" in err


def test_a_waiver_that_expired_since(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell(tmp_path / "run", {"q.feat.plain": "FAIL"})
    out = make(capsys, tmp_path, text=PROFILE + WAIVER)
    assert "expired" not in run(capsys, "verify", "--unsigned", out)[1]
    monkeypatch.setattr(qualify_profile, "today", lambda: datetime.date(2027, 1, 1))
    code, printed, _ = run(capsys, "verify", "--unsigned", out)
    assert code == 0 and "its waiver of q:FEAT has expired since, on 2026-12-31" in printed


def test_text_of_a_kernel(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kernel prints is shown as what it is, brackets and all, and never obeyed."""
    text = log({**GOOD, "q.base.one": "FAIL"}).replace(
        b"expected: EINVAL", "got: [bold]\u202e\udcff".encode("utf-8", "surrogateescape"))
    cell(tmp_path / "run", text=text)
    Path("p.toml").write_text(PROFILE)
    for width in ("80", "200"):
        monkeypatch.setenv("COLUMNS", width)
        code, out, _ = run(capsys, "qualify", "--profile", "p.toml", "run")
        assert code == 1 and "got: [bold]\\u202e" in out and "\u202e" not in out


@pytest.mark.parametrize("width", [60, 80, 200])
def test_table(
    width: int, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    cell(tmp_path / "run", {"q.feat.plain": "FAIL"})
    (tmp_path / "p.toml").write_text(PROFILE + WAIVER)
    code, out, _ = run(capsys, "qualify", "--profile", "p.toml", "run")
    assert code == 0 and max(map(len, out.splitlines())) <= width
    if width >= 80:
        line = next(line for line in out.splitlines() if line.startswith("  FEAT"))
        assert line.split()[:7] == ["FEAT", "WAIVED", "1", "-", "-", "1", "1"]
        assert ("We can live with it." in line) == (width == 200)
