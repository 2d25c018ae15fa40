"""The lock files hold everything that the project names, with hashes and without the address of any package host."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~\[; ]", one, maxsplit=1)[0].lower().replace("_", "-") for one in requirements}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", names(PROJECT["dependencies"] + EXTRAS["evaluation"])),
        ("requirements-dev.lock", names(PROJECT["dependencies"] + EXTRAS["dev"])),
    ],
)
def test_python_packages_are_locked_with_hashes(lock: str, wanted: set[str]) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.findall(r"^([a-z0-9._-]+)==\S+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", text, re.MULTILINE)
    locked = {name for name, _hashes in entries}
    assert wanted - locked == set(), "run: scripts/lock"
    assert len(entries) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)), "an entry has no hash"
    assert "://" not in text


def test_packages_for_the_pages_are_locked_with_hashes_and_without_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    lock, package = json.loads(text), json.loads((ROOT / "package.json").read_text("utf-8"))
    for group in ("dependencies", "devDependencies"):
        assert lock["packages"][""][group] == package[group], "run: scripts/lock"
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)


def test_the_two_python_locks_agree() -> None:
    run, dev = (
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert {name: dev.get(name) for name in run} == run
