# SPDX-License-Identifier: GPL-2.0-only
"""The page as a browser shows it, if there is one (apt-get install chromium)."""

from __future__ import annotations

import html as markup
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from report import across_cells, html, results
from report.catalogue import Catalogue
from report.tests import sample

NAMES = ("chromium", "chromium-browser", "google-chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(not BROWSER, reason="chromium is not installed")
# A browser that is asked about one file has no business on a network.
QUIET = (
    "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()
DARK = ("--blink-settings=preferredColorScheme=0", "--force-dark-mode")


def browse(page: Path, *options: str, place: str = "") -> str:
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    profile = page.with_name("profile")
    done = subprocess.run(
        [str(BROWSER), *QUIET, *root, f"--user-data-dir={profile}", *options,
         page.as_uri() + place],
        capture_output=True, text=True, timeout=60, check=True,
    )
    return done.stdout


@pytest.fixture
def page(tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(across_cells, "known_texts", lambda: catalogue)
    found, wrong = results.find([sample.run(tmp_path / "run", catalogue)])
    path = tmp_path / "index.html"
    path.write_text(html.render(found, wrong), encoding="utf-8")
    return path


def probe(page: Path, *options: str) -> dict[str, Any]:
    """What probe.js measures in a copy of the page that lets it run."""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text())
    script = Path(__file__).with_name("probe.js").read_text()
    copy = page.with_name("copy.html")
    copy.write_text(text.replace("</body>", f"<script>{script}</script></body>"))
    said = browse(copy, *options, "--dump-dom", place="#req-demo.3a.AGAIN")
    found = re.search(r'<pre id="probe">(.*?)</pre>', said, re.S)
    assert found, said[-500:]
    return dict(json.loads(markup.unescape(found[1])))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readable(scheme: str, page: Path) -> None:
    """Every text stands out against what is behind it; nothing is wider than a small window."""
    found = probe(page, "--window-size=500,900", *(DARK if scheme == "dark" else ()))
    red = int(re.findall(r"\d+", found["background"])[0])
    assert (red < 64) == (scheme == "dark"), found["background"]
    assert found["faint"] == []
    assert found["closed"] <= 0 and found["open"] <= 0
    assert found["dead"] == []
    assert found["revealed"] is True, "what a link leads to stays folded"
    assert all(found["scrolled"]) and max(map(abs, found["stuck"])) < 4, found


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
def test_printed(page: Path) -> None:
    """On paper, where nothing can be opened, the failure is there in full."""
    pdf = page.with_name("page.pdf")
    browse(page, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True,
                          check=True).stdout
    assert "expected: EINVAL" in text and "the positive control 'init' failed" in text
    assert "The check came later." in text and "1 of 6 requirements is not kept" in text
