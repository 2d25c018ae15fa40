"""What the timeline of a customer tells of their tickets."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.core.db import sql
from app.core.words import _
from app.crm import timeline
from app.crm.timeline import About, Relation


async def describe(ticket_ids: Sequence[UUID]) -> dict[UUID, About]:
    """Tickets as links."""
    rows = await sql.fetch("SELECT id, number, subject FROM tickets WHERE id = ANY($1)", list(ticket_ids))
    return {row["id"]: About(row["subject"] or _("(no subject)"), f"/tickets/{row['number']}") for row in rows}


timeline.relate(
    Relation(
        kind="ticket",
        of_contact="SELECT t.* FROM tickets t WHERE t.contact_id = $1",
        of_account="SELECT t.* FROM tickets t WHERE t.account_id = $1",
        describe=describe,
    )
)
