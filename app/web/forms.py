"""What came in a form, as it may be stored: trimmed, without what cannot be seen, and never endless."""

from __future__ import annotations

import unicodedata
from typing import Any

from litestar import Request

from app.core import ids

HIDDEN = {"\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200b", "\ufeff"}
"""Marks that turn the direction of text around or take no room: harmless in prose, a disguise in a name."""


def line(text: str, *, limit: int = 200) -> str:
    """One line: blanks and line ends become one blank each; no control characters, no marks that disguise."""
    seen = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or (unicodedata.category(letter) not in ("Cc", "Cs") and letter not in HIDDEN)
    )
    return " ".join(seen.split())[:limit].rstrip()


def prose(text: str, *, limit: int = 100_000) -> str:
    """Several lines: line ends as `\\n`, without control characters that a database refuses."""
    even = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (letter for letter in even if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return "".join(kept)[:limit].strip()


class Form:
    """The fields of a request. A missing field reads as empty."""

    def __init__(self, fields: Any) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def line(self, name: str, *, limit: int = 200) -> str:
        return line(self.secret(name), limit=limit)

    def prose(self, name: str, *, limit: int = 100_000) -> str:
        return prose(self.secret(name), limit=limit)

    def secret(self, name: str) -> str:
        """Exactly as typed: for passwords."""
        value = self._fields.get(name, "")
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Whether a checkbox was checked."""
        return self.secret(name) not in ("", "0", "false", "off")

    def ids(self, name: str) -> list[Any]:
        """The identifiers of a field that may come several times; what is none is left out."""
        found = (ids.read(value) for value in self._fields.getall(name, []) if isinstance(value, str))
        return list(dict.fromkeys(value for value in found if value is not None))

    def files(self, name: str) -> list[Any]:
        """Uploaded files (`UploadFile`) that have a name: an empty file field sends one without."""
        return [value for value in self._fields.getall(name, []) if getattr(value, "filename", "")]


async def read(request: Request[Any, Any, Any]) -> Form:
    return Form(await request.form())
