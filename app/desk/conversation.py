"""A conversation is everything that was said in a ticket, in the order in which it was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from app.access import Actor, predicate
from app.core.db import sql
from app.core.errors import NotFound
from app.desk.tables import ATTACHMENT_COLUMNS, MESSAGE_COLUMNS, Attachment, Message, Ticket, message_of

MOST = 500


class Delivery(msgspec.Struct, frozen=True):
    """What became of an answer on its way: queued, sending, sent, failed, bounced, canceled. `reason` when it failed."""

    state: Literal["queued", "sending", "sent", "failed", "bounced", "canceled"]
    reason: str
    send_at: datetime
    sent_at: datetime | None


class Said(msgspec.Struct, frozen=True):
    """A message with its files, and with its way out when it is an answer. `tone` is the member's colour."""

    message: Message
    files: list[Attachment]
    delivery: Delivery | None
    tone: int


async def of_ticket(ticket: Ticket, *, limit: int = MOST, before: UUID | None = None) -> list[Said]:
    """The newest messages of a ticket that was got for the reader, oldest first. `before` is a message to go back from."""
    rows = await sql.fetch(
        f"SELECT {_of('m')}, o.state, o.reason, o.send_at, o.sent_at, coalesce(p.tone, 0) AS tone FROM messages m"
        " LEFT JOIN outbound_mails o ON o.id = m.outbound_id LEFT JOIN members p ON p.id = m.member_id"
        " WHERE m.ticket_id = $1 AND ($2::uuid IS NULL OR (m.created_at, m.id) <"
        " (SELECT b.created_at, b.id FROM messages b WHERE b.id = $2))"
        " ORDER BY m.created_at DESC, m.id DESC LIMIT $3",
        ticket.id,
        before,
        limit,
    )
    files = await files_of([row["id"] for row in rows])
    return [_said(row, files.get(row["id"], [])) for row in reversed(rows)]


def _of(alias: str) -> str:
    return ", ".join(f"{alias}.{column.strip()}" for column in MESSAGE_COLUMNS.split(","))


def _said(row: Any, files: list[Attachment]) -> Said:
    values = dict(row)
    state, reason, send_at = values.pop("state"), values.pop("reason"), values.pop("send_at")
    sent_at, tone = values.pop("sent_at"), values.pop("tone")
    delivery = Delivery(state, reason, send_at, sent_at) if state else None
    return Said(message_of(values), files, delivery, tone)


async def files_of(message_ids: list[UUID]) -> dict[UUID, list[Attachment]]:
    """The files of these messages, by message, in their order."""
    if not message_ids:
        return {}
    rows = await sql.fetch(
        f"SELECT {ATTACHMENT_COLUMNS} FROM attachments WHERE message_id = ANY($1) ORDER BY message_id, position, id",
        message_ids,
    )
    found: dict[UUID, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row["message_id"], []).append(Attachment(**row))
    return found


async def message_for(actor: Actor, message_id: UUID, *, lock: bool = False) -> Message:
    """A message, if `actor` can see its ticket. Raises `NotFound`."""
    row = await sql.fetchrow(
        f"SELECT {_of('m')} FROM messages m JOIN tickets t ON t.id = m.ticket_id WHERE m.id = $1 AND"
        f" {predicate(actor, 'ticket')}" + (" FOR UPDATE OF m" if lock else ""),
        message_id,
    )
    if row is None:
        raise NotFound
    return message_of(row)


async def file_for(actor: Actor, attachment_id: UUID) -> Attachment:
    """A file: of a message whose ticket `actor` can see, or of a draft of their own. Raises `NotFound`."""
    row = await sql.fetchrow(
        f"SELECT {', '.join(f'a.{column.strip()}' for column in ATTACHMENT_COLUMNS.split(','))} FROM attachments a"
        " LEFT JOIN messages m ON m.id = a.message_id LEFT JOIN tickets t ON t.id = m.ticket_id"
        " LEFT JOIN drafts d ON d.id = a.draft_id"
        f" WHERE a.id = $1 AND ((m.id IS NOT NULL AND {predicate(actor, 'ticket')})"
        " OR (m.id IS NULL AND d.member_id = $2))",
        attachment_id,
        actor.member_id,
    )
    if row is None:
        raise NotFound
    return Attachment(**row)


async def newest_for_customer(ticket_id: UUID) -> UUID | None:
    """The newest message that is no note: what an answer answers."""
    found: UUID | None = await sql.fetchval(
        "SELECT id FROM messages WHERE ticket_id = $1 AND direction <> 'note' ORDER BY created_at DESC, id DESC LIMIT 1",
        ticket_id,
    )
    return found
