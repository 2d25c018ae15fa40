"""A ticket can be deleted for good, with its messages; the journal keeps that it was there."""

from __future__ import annotations

from app.access import Actor
from app.core.db import sql
from app.desk.tables import Ticket
from app.journal import events


async def delete(ticket: Ticket, *, by: Actor) -> None:
    """Deletes a ticket that was got with `lock`. Its files go with the next sweep of files that nothing names."""
    by.must("ticket.delete", ticket)
    await sql.execute("DELETE FROM tickets WHERE id = $1", ticket.id)
    await events.record(
        "ticket.deleted",
        kind="ticket",
        id=ticket.id,
        by=by,
        data={"number": ticket.number, "subject": ticket.subject},
    )
