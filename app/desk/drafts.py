"""A draft is an answer or a note that somebody has begun; it survives a reload, and others see that it is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Forbidden
from app.desk import wording
from app.desk.tables import ATTACHMENT_COLUMNS, DRAFT_COLUMNS, Attachment, Draft, Ticket

Kind = Literal["outbound", "note"]
LONGEST_CC = 2_000
PRESENT = timedelta(minutes=2)


async def of(ticket: Ticket, kind: Kind, *, by: Actor) -> Draft | None:
    """What `by` has begun to write here."""
    row = await sql.fetchrow(
        f"SELECT {DRAFT_COLUMNS} FROM drafts WHERE ticket_id = $1 AND member_id = $2 AND direction = $3",
        ticket.id,
        by.member_id,
        kind,
    )
    return Draft(**row) if row else None


async def save(ticket: Ticket, kind: Kind, *, by: Actor, html: str | None = None, cc: str | None = None) -> Draft:
    """Keeps what stands in the composer; None leaves that part as it was. Raises `Invalid` when it is far too long."""
    by.must("ticket.answer" if kind == "outbound" else "ticket.note", ticket)
    if by.member_id is None:
        raise Forbidden
    row = await sql.fetchrow(
        "INSERT INTO drafts (id, ticket_id, member_id, direction, html, cc, saved_at)"
        " VALUES ($1, $2, $3, $4, coalesce($5, ''), coalesce($6, ''), $7)"
        " ON CONFLICT (ticket_id, member_id, direction) DO UPDATE SET"
        " html = coalesce($5, drafts.html), cc = coalesce($6, drafts.cc), saved_at = excluded.saved_at"
        f" RETURNING {DRAFT_COLUMNS}",
        ids.new(),
        ticket.id,
        by.member_id,
        kind,
        None if html is None else wording.checked(html)[0],
        None if cc is None else cc[:LONGEST_CC].replace("\0", ""),
        clock.now(),
    )
    return Draft(**row)


async def discard(ticket: Ticket, kind: Kind, *, by: Actor) -> None:
    """Forgets what was begun, with its files."""
    await sql.execute(
        "WITH gone AS (SELECT id FROM drafts WHERE ticket_id = $1 AND member_id = $2 AND direction = $3),"
        " files AS (DELETE FROM attachments WHERE draft_id IN (SELECT id FROM gone) AND message_id IS NULL)"
        " DELETE FROM drafts WHERE id IN (SELECT id FROM gone)",
        ticket.id,
        by.member_id,
        kind,
    )


async def files_of(draft: Draft | None) -> list[Attachment]:
    """The files that wait in a draft, in the order in which they came."""
    if draft is None:
        return []
    rows = await sql.fetch(
        f"SELECT {ATTACHMENT_COLUMNS} FROM attachments WHERE draft_id = $1 AND message_id IS NULL ORDER BY position, id",
        draft.id,
    )
    return [Attachment(**row) for row in rows]


class Writer(msgspec.Struct, frozen=True):
    """Somebody else who writes an answer in the same ticket just now."""

    member_id: UUID
    name: str
    since: datetime
    html: str


async def others(ticket_id: UUID, *, by: Actor) -> list[Writer]:
    """Who else has written on an answer in the last two minutes, the latest first."""
    rows = await sql.fetch(
        "SELECT d.member_id, m.name, d.saved_at, d.html FROM drafts d JOIN members m ON m.id = d.member_id"
        " WHERE d.ticket_id = $1 AND d.direction = 'outbound' AND d.html <> '' AND d.saved_at > $2"
        " AND d.member_id IS DISTINCT FROM $3 ORDER BY d.saved_at DESC LIMIT 5",
        ticket_id,
        clock.now() - PRESENT,
        by.member_id,
    )
    return [Writer(row["member_id"], row["name"], row["saved_at"], row["html"]) for row in rows]
