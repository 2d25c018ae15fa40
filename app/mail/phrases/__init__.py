"""What people and programs say in mails, in many languages: one text file for each kind of phrase."""

from __future__ import annotations

import functools
from importlib.resources import files


@functools.cache
def rows(name: str) -> tuple[str, ...]:
    """The lines of `<name>.txt` without comments ("#") and empty ones."""
    text = (files(__name__) / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.split("\n") if line and not line.startswith("#"))


def alternatives(name: str) -> str:
    """One regular expression that matches any line of `<name>.txt`."""
    return "(?:" + "|".join(rows(name)) + ")"
