"""What each member has looked at, so that what is new stands out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.access import Actor
from app.core import clock
from app.core.db import sql


async def last_read(ticket_id: UUID, *, by: Actor) -> datetime | None:
    """When this member looked at the ticket last."""
    found: datetime | None = await sql.fetchval(
        "SELECT read_at FROM ticket_reads WHERE ticket_id = $1 AND member_id = $2", ticket_id, by.member_id
    )
    return found


async def mark_read(ticket_id: UUID, *, by: Actor, at: datetime | None = None) -> None:
    """Everything up to now (or `at`) has been seen. Never moves back."""
    if by.member_id is None:
        return
    await sql.execute(
        "INSERT INTO ticket_reads (ticket_id, member_id, read_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (ticket_id, member_id) DO UPDATE SET read_at = greatest(ticket_reads.read_at, excluded.read_at)",
        ticket_id,
        by.member_id,
        at or clock.now(),
    )


async def mark_unread(ticket_id: UUID, *, by: Actor) -> None:
    """As if nobody had looked."""
    await sql.execute("DELETE FROM ticket_reads WHERE ticket_id = $1 AND member_id = $2", ticket_id, by.member_id)
