# SPDX-License-Identifier: GPL-2.0-only
"""qualify and verify from the command line: what they print, refuse, and exit with."""

from __future__ import annotations

import datetime
import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from report.qualification import bundle, profile_toml
from report.tests.bundle_sample import contents, make, needs_ssh, run
from report.tests.qualify_sample import GOOD, PROFILE, WAIVER, cell, log

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.mark.parametrize("outcomes,code,word", [
    ({}, 0, "QUALIFIED"), ({"q.base.one": "FAIL"}, 1, "NOT QUALIFIED"),
    ({"q.base.one": "ERROR"}, 5, "INCOMPLETE"),
    ({"q.base.one": "x", "q.base.two": "x"}, 4, "INCOMPLETE"),
])
def test_exit_codes(
    outcomes: dict[str, str], code: int, word: str, tmp_path: Path, capsys: Any
) -> None:
    cell(tmp_path / "run", outcomes)
    (tmp_path / "p.toml").write_text(PROFILE)
    got, out, err = run(capsys, "qualify", "--profile", "p.toml", "run")
    assert (got, err) == (code, "")
    assert out.splitlines()[-2:] == [
        f"{word}: demo, 6 requirements on 1 cell, {1 if code == 5 else 0} "
        f"error{'' if code == 5 else 's'}, on 2026-11-20",
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


def test_what_is_known_of_kernel_and_binary(tmp_path: Path, capsys: Any) -> None:
    cell(tmp_path / "run", kernel_file={"version": "7.2.13-1", "build_id": "ab12"})
    Path("config").write_text("CONFIG_KVM=y\n")
    Path("binary").write_bytes(b"\x7fELF...1a2b3c\0...")
    out = make(capsys, tmp_path, "--kernel-config", "k=config", "--binary", "binary")
    said = (out / "qualification.json").read_text()
    for text in ('"kernel_build_id": "ab12"', '"version": "7.2.13-1"',
                 hashlib.sha256(b"CONFIG_KVM=y\n").hexdigest(),
                 hashlib.sha256(Path("binary").read_bytes()).hexdigest()):
        assert text in said
    assert (out / "kernels/k/config").read_text() == "CONFIG_KVM=y\n"


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
    cases: list[tuple[tuple[object, ...], int]] = [(("none",), 66), (("run", "copy"), 71)]
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
    (("verify",), 64), (("verify", "none"), 66), (("verify", "run"), 67),
    (("verify", "p.toml"), 65),
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
    monkeypatch.setattr(profile_toml, "today", lambda: datetime.date(2027, 1, 1))
    code, printed, _ = run(capsys, "verify", "--unsigned", out)
    assert code == 0 and "its waiver of q:FEAT has expired since, on 2026-12-31" in printed


def test_text_of_a_kernel(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a kernel prints is shown as what it is, brackets and all, and never obeyed."""
    text = log({**GOOD, "q.base.one": "FAIL"}).replace(
        b"got:      0", "got: [bold]\u202e\udcff".encode("utf-8", "surrogateescape"))
    cell(tmp_path / "run", text=text)
    Path("p.toml").write_text(PROFILE)
    for width in ("80", "200"):
        monkeypatch.setenv("COLUMNS", width)
        code, out, _ = run(capsys, "qualify", "--profile", "p.toml", "run")
        assert code == 1 and "[bold]\\u202e" in out and "\u202e" not in out


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
        assert line.split()[:8] == ["FEAT", "WAIVED", "1", "-", "-", "1", "-", "1"]
        assert ("We can live with it." in line) == (width == 200)
