"""Many tickets are changed together, and together they can be changed back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from app.access import Actor
from app.core import ids
from app.core.db import sql
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.desk import tickets
from app.desk.tables import Status
from app.journal import events

MOST = 500


class Done(msgspec.Struct, frozen=True):
    """`id` names what was done, `after` is the place in the journal behind which it stands, `count` what it changed."""

    id: UUID
    after: int
    count: int


async def change(
    ticket_ids: list[UUID],
    *,
    by: Actor,
    status: Status | UnsetType = UNSET,
    assignee_id: UUID | UnsetType | None = UNSET,
) -> Done:
    """Changes those of the tickets that `by` can see, in the open transaction. Raises `Invalid` for too many."""
    by.must("ticket.update")
    if len(ticket_ids) > MOST:
        raise Invalid(_("Select at most {number} tickets.").format(number=MOST))
    after = await sql.fetchval("SELECT coalesce(max(seq), 0) FROM events")
    done, count = ids.new(), 0
    for ticket_id in sorted(ticket_ids):  # always in the same order, so that two who do this wait for each other
        try:
            ticket = await tickets.get_for(by, ticket_id, lock=True)
        except NotFound:
            continue
        changed = await tickets.change(
            ticket, by=by, status=status, assignee_id=assignee_id, data={"together": str(done)}
        )
        count += changed.version != ticket.version
    return Done(done, after, count)


async def undo(done: UUID, *, after: int, by: Actor) -> int:
    """Takes back what `by` did under this id where nobody has changed it since; answers how many."""
    by.must("ticket.update")
    rows = await sql.fetch(
        f"SELECT {events.COLUMNS} FROM events WHERE seq > $1 AND kind = 'ticket' AND name = 'ticket.changed'"
        " AND actor_id = $2 AND data->>'together' = $3 ORDER BY record_id LIMIT $4",
        after,
        by.member_id,
        str(done),
        MOST,
    )
    count = 0
    for event in map(events.of_row, rows):
        if event.record_id is None:
            continue
        ticket = await tickets.get_for(by, event.record_id, lock=True)
        now = msgspec.to_builtins(ticket)
        if any(now[column] != values[1] for column, values in event.changes.items()):
            continue
        before: dict[str, Any] = {column: values[0] for column, values in event.changes.items()}
        if before.get("assignee_id"):
            before["assignee_id"] = UUID(before["assignee_id"])
        await tickets.change(ticket, by=by, **before)
        count += 1
    return count
