"""Two people may change one record: whoever comes second sees what the first one wrote, and nothing is lost."""

from __future__ import annotations

import unicodedata
from typing import Any
from uuid import UUID

import msgspec

from app.core import clock
from app.core.db import sql
from app.core.errors import Conflict, Invalid
from app.core.words import _


class ChangedMeanwhile(Conflict):
    """`detail["fields"]` maps each field that both changed to `{"theirs": what stands there now, "yours": …}`."""

    code = "changed_meanwhile"
    message = "Somebody else changed this while you were writing."


def line(value: str, *, field: str, longest: int = 200) -> str:
    """One line of text as people mean it: no control characters, no doubled blanks. Raises `Invalid` when too long."""
    text = " ".join(clean(value).split())
    if len(text) > longest:
        raise Invalid(errors={field: _("Use at most {number} characters.").format(number=longest)})
    return text


def clean(value: str) -> str:
    """Text without what cannot be stored or what turns the direction of the text after it."""
    return "".join(
        character
        for character in value.encode("utf-8", "replace").decode("utf-8")
        if character in "\n\t" or (unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTIONS)
    )


_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff"


async def check_version(kind: str, record: Any, wanted: dict[str, Any], *, seen: int | None) -> None:
    """Raises `ChangedMeanwhile` when a wanted field was changed to another value after version `seen` of the record.

    Two who change different fields do not meet. Which fields were changed since is read from the journal, where the
    events of a change carry the version that it made in `data["version"]`.
    """
    if seen is None or seen >= record.version:
        return
    rows = await sql.fetch(
        "SELECT DISTINCT jsonb_object_keys(changes) AS field FROM events WHERE kind = $1 AND record_id = $2"
        " AND (data->>'version')::integer > $3",
        kind,
        record.id,
        seen,
    )
    changed = {row["field"] for row in rows}
    fields = {
        name: {"theirs": msgspec.to_builtins(getattr(record, name)), "yours": msgspec.to_builtins(value)}
        for name, value in wanted.items()
        if name in changed and getattr(record, name) != value
    }
    if fields:
        raise ChangedMeanwhile(fields=fields, version=record.version)


async def write(table: str, record_id: UUID, wanted: dict[str, Any]) -> Any:
    """Writes the columns of one row, counts its version up, and answers the new row."""
    places = ", ".join(f"{column} = ${number}" for number, column in enumerate(wanted, 3))
    return await sql.fetchrow(
        f"UPDATE {table} SET {places}, version = version + 1, updated_at = $2 WHERE id = $1 RETURNING *",
        record_id,
        clock.now(),
        *wanted.values(),
    )
