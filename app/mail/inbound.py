"""Every mail that came in is kept as it came, before anybody looks into it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Sequence
from uuid import UUID

import msgspec

from app.core import clock, ids
from app.core.db import sql
from app.files import blobs
from app.tenancy import jobs

MESSAGE_ID = re.compile(rb"(?im)^message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\r\n]{1,990}>|[^\s<>]{3,990})")
HEAD = 64 * 1024


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One copy of a mail for one channel. `source_key` names it for ever: what comes again under it is not kept twice."""

    channel_id: UUID
    source_key: str
    envelope_from: str = ""
    envelope_to: str = ""


def message_id_of(head: bytes) -> str:
    """The Message-ID in the beginning of a raw mail; "" when there is none that can be stored."""
    found = MESSAGE_ID.search(head[:HEAD].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0])
    return found[1].decode("utf-8", "replace").replace("\0", "") if found else ""


async def keep(
    content: bytes | AsyncIterable[bytes],
    arrivals: Sequence[Arrival],
    *,
    source: str,
    message_id: str = "",
    held_because: str = "",
) -> list[UUID]:
    """Stores a raw mail once and a row for each arrival that is new, in the open transaction; says which those are.

    After the commit each is received by a job. `held_because` keeps it in quarantine instead. Raises `StorageFull`.
    """
    known = await sql.fetch(
        "SELECT source_key FROM inbound_mails WHERE source_key = ANY($1::text[])", [one.source_key for one in arrivals]
    )
    there = {row["source_key"] for row in known}
    fresh = [one for one in arrivals if one.source_key not in there]
    if not fresh:
        return []
    blob = await blobs.put(content)
    kept: list[UUID] = []
    for one in fresh:
        id = await sql.fetchval(
            "INSERT INTO inbound_mails (id, channel_id, source, source_key, envelope_from, envelope_to, blob_key, size,"
            " state, reason, message_id, received_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
            " ON CONFLICT (source_key) DO NOTHING RETURNING id",
            ids.new(), one.channel_id, source, one.source_key, _plain(one.envelope_from), _plain(one.envelope_to), blob.key,
            blob.size, "quarantined" if held_because else "received", held_because, message_id, clock.now(),
        )  # fmt: skip
        if id is not None:
            kept.append(id)
    if not kept:
        await blobs.remove(blob.key)
    if not held_because:
        for id in kept:
            await wake(id)
    return kept


def _plain(text: str) -> str:
    """Text that the database takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:1000]


async def wake(id: UUID) -> None:
    """After the commit, a worker receives the mail."""
    await jobs.enqueue("mail.receive", {"inbound_id": str(id)}, key=str(id))
