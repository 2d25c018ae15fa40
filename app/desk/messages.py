"""A message is something that was said in a ticket: by the customer, to the customer, or among colleagues."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Invalid
from app.crm import editing
from app.desk import attachments, conversation, drafts, mentions, tickets, wording
from app.desk.tables import Message, Status, Ticket, message_of
from app.journal import events


class Empty(Invalid):
    code = "empty_message"
    message = "There is nothing in it yet."


async def add_note(ticket: Ticket, *, by: Actor, html: str) -> Message:
    """Something that only colleagues see, on a ticket that was got with `lock`, with the files of the draft.

    Raises `Empty`. Colleagues who are mentioned hear of it. What is sent twice within seconds is written once.
    """
    by.must("ticket.note", ticket)
    safe, text = wording.checked(html)
    if same := await just_said(ticket, "note", safe, by=by):
        return same
    draft = await drafts.of(ticket, "note", by=by) if by.kind == "member" else None
    files = await drafts.files_of(draft)
    if not text.strip() and not files:
        raise Empty
    message = await insert(ticket, direction="note", by=by, text=text, reply=text, html=safe)
    if draft:
        await attachments.move_to_message(draft, message.id)
        await drafts.discard(ticket, "note", by=by)
    called = await mentions.find(text)
    await take(ticket, message, has_files=bool(files))
    await events.record(
        "message.noted",
        kind="ticket",
        id=ticket.id,
        by=by,
        data=about(ticket, message) | {"mentions": [str(member) for member in called]},
    )
    return message


def about(ticket: Ticket, message: Message) -> dict[str, Any]:
    """What the events of a message tell their readers."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "message_id": str(message.id),
        "snippet": wording.snippet(message.reply or message.text),
        "author": message.author_name,
    }


SAME = timedelta(seconds=10)


async def just_said(ticket: Ticket, direction: Literal["outbound", "note"], html: str, *, by: Actor) -> Message | None:
    """The same words by the same member a few seconds ago: a form that was sent twice. Programs mean what they repeat."""
    if by.kind != "member":
        return None
    row = await sql.fetchrow(
        "SELECT * FROM messages WHERE ticket_id = $1 AND member_id = $2 AND direction = $3 AND html = $4 AND html <> ''"
        " AND created_at > $5 ORDER BY created_at DESC, id DESC LIMIT 1",
        ticket.id,
        by.member_id,
        direction,
        html,
        clock.now() - SAME,
    )
    return message_of(row) if row else None


async def insert(
    ticket: Ticket,
    *,
    direction: Literal["inbound", "outbound", "note"],
    by: Actor,
    **columns: Any,
) -> Message:
    """A row in the open transaction. Text loses what cannot be stored."""
    values: dict[str, Any] = {
        "id": ids.new(),
        "ticket_id": ticket.id,
        "direction": direction,
        "member_id": by.member_id,
        "author_name": by.name if by.member_id else "",
        "author_address": by.email,
        "created_at": clock.now(),
    }
    values |= {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in columns.items()}
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    row = await sql.fetchrow(
        f"INSERT INTO messages ({', '.join(values)}) VALUES ({places}) RETURNING *", *values.values()
    )
    return message_of(row)


async def take(
    ticket: Ticket, message: Message, *, has_files: bool = False, status: Status | None = None
) -> dict[str, list[Any]]:
    """What a new message does to its ticket, which is locked; answers the changes for the event."""
    columns: dict[str, Any] = {"message_count": ticket.message_count + 1}
    if has_files:
        columns["has_files"] = True
    if message.direction == "outbound":
        columns["answered_at"] = message.created_at
    if message.direction != "note":
        columns["snippet"] = wording.snippet(message.reply or message.text)
    if message.direction == "inbound" and message.class_ == "message":
        columns["customer_wrote_at"] = message.created_at
    changes: dict[str, list[Any]] = {}
    if status is not None and status != ticket.status:
        columns |= {"status": status, **tickets.moments_of(status)}
        changes = {"status": [ticket.status, status]}
    await editing.write("tickets", ticket.id, columns)
    return changes


async def refresh_after_removal(ticket: Ticket) -> dict[str, Any]:
    """The ticket's columns as they are without a message that was just removed."""
    newest_id = await conversation.newest_for_customer(ticket.id)
    newest = await sql.fetchrow("SELECT reply, text FROM messages WHERE id = $1", newest_id) if newest_id else None
    row = await sql.fetchrow(
        "SELECT count(*) AS message_count, max(created_at) FILTER (WHERE direction = 'outbound') AS answered_at,"
        " EXISTS (SELECT FROM attachments a JOIN messages f ON f.id = a.message_id WHERE f.ticket_id = $1"
        " AND NOT a.inline) AS has_files FROM messages WHERE ticket_id = $1",
        ticket.id,
    )
    return {**row, "snippet": wording.snippet(newest["reply"] or newest["text"]) if newest else ""}
