"""A message is something that was said in a ticket: by the customer, to the customer, or among colleagues."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Invalid
from app.core.words import _
from app.crm import editing
from app.desk import attachments, conversation, drafts, mentions, tickets
from app.desk.tables import Message, Status, Ticket, message_of
from app.journal import events
from app.mail import html as letters
from app.mail import plaintext

SNIPPET = 160
LONGEST = drafts.LONGEST


class Empty(Invalid):
    code = "empty_message"
    message = "There is nothing in it yet."


def checked_html(html: str) -> tuple[str, str]:
    """What somebody wrote, safe, and the same as plain text. Raises `Invalid` when it is far too long."""
    if len(html) > LONGEST:
        raise Invalid(errors={"html": _("This is too long for a message. Attach it as a file.")})
    safe = letters.sanitise(html)
    return safe, plaintext.from_html(safe)


def html_of(text: str) -> str:
    """Plain text as paragraphs of HTML, for programs that send text only."""
    from html import escape

    blocks = [escape(block).replace("\n", "<br>") for block in text.replace("\r\n", "\n").split("\n\n")]
    return "".join(f"<p>{block}</p>" for block in blocks if block.strip())


def snippet(text: str) -> str:
    """The beginning of a message as one line."""
    return " ".join(text[: SNIPPET * 6].split())[:SNIPPET]


async def add_note(ticket: Ticket, *, by: Actor, html: str) -> Message:
    """Something that only colleagues see, on a ticket that was got with `lock`, with the files of the draft.

    Raises `Empty`. Colleagues who are mentioned hear of it.
    """
    by.must("ticket.note", ticket)
    safe, text = checked_html(html)
    draft = await drafts.of(ticket, "note", by=by)
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
        "snippet": snippet(message.reply or message.text),
        "author": message.author_name,
    }


async def insert(
    ticket: Ticket,
    *,
    direction: Literal["inbound", "outbound", "note"],
    by: Actor,
    message_id: UUID | None = None,
    **columns: Any,
) -> Message:
    """A row in the open transaction. Text loses what cannot be stored."""
    values: dict[str, Any] = {
        "id": message_id or ids.new(),
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
        columns["snippet"] = snippet(message.reply or message.text)
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
    return {**row, "snippet": snippet(newest["reply"] or newest["text"]) if newest else ""}
