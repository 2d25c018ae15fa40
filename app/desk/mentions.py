"""A colleague is called into a ticket by an @ before the name, in a note."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from app.core.db import sql

MOST = 20
_AT = re.compile(r"(?<![\w.@])@(?=\w)")


async def find(text: str) -> list[UUID]:
    """The active members that `text` mentions: by full name, by the first name where only one has it, or by the part
    of the address before its @.
    """
    places = [match.end() for match in _AT.finditer(text)]
    if not places:
        return []
    rows = await sql.fetch("SELECT id, name, email FROM members WHERE deactivated_at IS NULL ORDER BY id LIMIT 5000")
    called = names_of(rows)
    folded = text.casefold()
    found: dict[UUID, None] = {}
    for place in places:
        for name in sorted(called, key=len, reverse=True):
            end = place + len(name)
            if folded.startswith(name, place) and not folded[end : end + 1].isalnum():
                found[called[name]] = None
                break
    return list(found)[:MOST]


def names_of(members: list[Any]) -> dict[str, UUID]:
    """What each member can be called, case folded; a name that two have calls nobody."""
    called: dict[str, UUID | None] = {}
    for member in members:
        full = " ".join(member["name"].split()).casefold()
        for name in {full, full.partition(" ")[0], member["email"].partition("@")[0].casefold()} - {""}:
            called[name] = None if name in called else member["id"]
    return {name: member for name, member in called.items() if member is not None}
