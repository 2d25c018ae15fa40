"""Tags are words that sort tickets; whoever may work on tickets may invent them."""

from __future__ import annotations

from uuid import UUID

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Invalid
from app.core.words import _
from app.crm import editing
from app.desk.tables import TAG_COLUMNS, Tag, Ticket
from app.journal import events

LONGEST = 40
MOST = 30


async def all_tags(actor: Actor) -> list[Tag]:
    """Every tag by name; nobody who cannot read tickets sees one."""
    if not actor.can("ticket.read"):
        return []
    return [
        Tag(**row) for row in await sql.fetch(f"SELECT {TAG_COLUMNS} FROM tags ORDER BY lower(name), id LIMIT 1000")
    ]


async def of_ticket(ticket_id: UUID) -> list[Tag]:
    rows = await sql.fetch(
        "SELECT t.id, t.name, t.tone FROM ticket_tags tt JOIN tags t ON t.id = tt.tag_id WHERE tt.ticket_id = $1"
        " ORDER BY lower(t.name), t.id",
        ticket_id,
    )
    return [Tag(**row) for row in rows]


async def named(name: str) -> Tag:
    """The tag of this name in any case, made when it is new. Raises `Invalid`."""
    text = editing.line(name.strip().lstrip("#"), field="tag", longest=LONGEST)
    if not text:
        raise Invalid(errors={"tag": _("Write a word.")})
    while True:
        row = await sql.fetchrow(f"SELECT {TAG_COLUMNS} FROM tags WHERE lower(name) = lower($1)", text)
        row = row or await sql.fetchrow(
            "INSERT INTO tags (id, name, tone, created_at) VALUES ($1, $2, (SELECT count(*) % 6 + 1 FROM tags), $3)"
            f" ON CONFLICT DO NOTHING RETURNING {TAG_COLUMNS}",
            ids.new(),
            text,
            clock.now(),
        )
        if row:
            return Tag(**row)


async def add(ticket: Ticket, name: str, *, by: Actor) -> Tag:
    """Puts a tag on a ticket that was got with `lock`; one that is there already stays as it is."""
    by.must("ticket.update", ticket)
    if await sql.fetchval("SELECT count(*) FROM ticket_tags WHERE ticket_id = $1", ticket.id) >= MOST:
        raise Invalid(errors={"tag": _("A ticket can have {number} tags.").format(number=MOST)})
    tag = await named(name)
    if await sql.execute("INSERT INTO ticket_tags VALUES ($1, $2) ON CONFLICT DO NOTHING", ticket.id, tag.id):
        await _note(ticket, [None, tag.name], by=by)
    return tag


async def remove(ticket: Ticket, tag_id: UUID, *, by: Actor) -> None:
    """Takes a tag off a ticket that was got with `lock`; one that is not there is no error."""
    by.must("ticket.update", ticket)
    name = await sql.fetchval(
        "WITH gone AS (DELETE FROM ticket_tags WHERE ticket_id = $1 AND tag_id = $2 RETURNING tag_id)"
        " SELECT name FROM tags JOIN gone ON gone.tag_id = tags.id",
        ticket.id,
        tag_id,
    )
    if name:
        await _note(ticket, [name, None], by=by)


async def replace(ticket: Ticket, names: list[str], *, by: Actor) -> list[Tag]:
    """Exactly these tags."""
    wanted = {(await named(name)).id: name for name in names}
    for tag in await of_ticket(ticket.id):
        if tag.id not in wanted:
            await remove(ticket, tag.id, by=by)
    for name in wanted.values():
        await add(ticket, name, by=by)
    return await of_ticket(ticket.id)


async def _note(ticket: Ticket, change: list[str | None], *, by: Actor) -> None:
    await sql.execute("UPDATE tickets SET updated_at = $2, version = version + 1 WHERE id = $1", ticket.id, clock.now())
    await events.record(
        "ticket.changed",
        kind="ticket",
        id=ticket.id,
        by=by,
        changes={"tags": [*change]},
        data={"number": ticket.number, "subject": ticket.subject},
    )
