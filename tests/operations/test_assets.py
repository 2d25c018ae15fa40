"""What the browser gets: built by us, complete, compressed, and from nowhere else."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

APP = Path(__file__).parents[2] / "app"
BUILD = APP / "web" / "static" / "build"


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    if not (BUILD / "manifest.json").exists():
        pytest.skip("the assets are not built: scripts/setup dev")
    found: dict[str, str] = json.loads((BUILD / "manifest.json").read_text())
    return found


def test_every_asset_that_a_template_names_is_built(manifest: dict[str, str]) -> None:
    named = set()
    for template in APP.glob("*/templates/**/*.html"):
        named |= set(re.findall(r"asset\(\s*['\"]([^'\"]+)['\"]\s*\)", template.read_text("utf-8")))
    assert {"fondaco.css", "app.js", "theme.js", "icons.svg"} <= named
    assert named - set(manifest) == set()


def test_names_carry_the_hash_of_the_content_and_text_is_compressed(manifest: dict[str, str]) -> None:
    for name, built in manifest.items():
        content = (BUILD / built).read_bytes()
        assert hashlib.sha256(content).hexdigest()[:10] in built, name
        if built.endswith((".css", ".js", ".svg")):
            assert (BUILD / f"{built}.br").stat().st_size < len(content), name
            assert (BUILD / f"{built}.gz").stat().st_size < len(content), name


def test_nothing_is_fetched_from_elsewhere(manifest: dict[str, str]) -> None:
    style = (BUILD / manifest["fondaco.css"]).read_text("utf-8")
    places = [place for place in re.findall(r"url\(([^)]+)\)", style) if not place.strip("\"'").startswith("data:")]
    assert places
    assert set(places) <= set(manifest.values())
    assert "@import" not in style


def test_what_every_page_loads_is_small(manifest: dict[str, str]) -> None:
    first = ("fondaco.css", "app.js", "theme.js", "icons.svg")
    assert sum((BUILD / f"{manifest[name]}.br").stat().st_size for name in first) < 90_000
