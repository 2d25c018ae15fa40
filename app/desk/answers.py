"""An answer goes to the customer by mail, and for some seconds it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Any
from uuid import UUID

from app.access import Actor
from app.core import clock
from app.core.db import sql
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.words import _
from app.crm import contacts, editing
from app.crm.tables import Contact
from app.desk import attachments, conversation, drafts, messages, tickets, wording
from app.desk.tables import STATUSES, Draft, Message, Status, Ticket
from app.journal import events
from app.mail import channels, outgoing
from app.mail.messages import Address
from app.mail.parsing import addresses

UNDO = timedelta(seconds=8)
MOST_CC = 50
MOST_REFERENCES = 20
QUOTED_LINES = 200


class NewMessage(Conflict):
    """`detail["message_id"]` is what came, `detail["author"]` who wrote it."""

    code = "new_message"
    message = "Something new was said here while you were writing. Read it first, or send your answer all the same."


class AnotherWrites(Conflict):
    """`detail["author"]` is the colleague who writes."""

    code = "another_writes"
    message = "A colleague is writing an answer here just now."


class NobodyToAnswer(Conflict):
    code = "nobody_to_answer"
    message = "This ticket has no customer with a mail address. Set one first."


class NoChannel(Conflict):
    code = "no_channel"
    message = "There is no mail channel to answer from. An admin can make one in the settings."


class TooLate(Conflict):
    code = "too_late"
    message = "This answer has already left the house."


async def send(
    ticket: Ticket,
    *,
    by: Actor,
    html: str,
    cc: str | Sequence[str] = (),
    status: Status = "waiting",
    seen: UUID | None = None,
    undo: bool = False,
    quote: bool = True,
) -> Message:
    """Answers the customer of a ticket that was got with `lock`; the ticket gets `status`.

    What a member writes takes the files of their draft along and ends it; sent twice within seconds it goes out once.
    `seen` is the newest message that was on the page: one that came later raises `NewMessage`, a colleague who is
    writing `AnotherWrites`; None asks for no such check. `undo` keeps the answer in the house for 8 seconds.
    Raises `Empty`, `NobodyToAnswer`, `NoChannel`.
    """
    by.must("ticket.answer", ticket)
    if status not in STATUSES:
        raise Invalid(errors={"status": _("There is no such status.")})
    safe, text = wording.checked(html)
    if same := await messages.just_said(ticket, "outbound", safe, by=by):
        return same
    if seen is not None:
        await _refuse_if_crossing(ticket, seen, by=by)
    draft = await drafts.of(ticket, "outbound", by=by) if by.kind == "member" else None
    files = await drafts.files_of(draft)
    if not text.strip() and not files:
        raise messages.Empty
    customer = await _customer(ticket)
    copies = checked_copies(cc, without=customer.email or "")
    channel = await _channel(ticket)
    before = await sql.fetchrow(
        "SELECT message_id, reference_ids, author_name, author_address, reply, text, created_at FROM messages"
        " WHERE ticket_id = $1 AND direction <> 'note' AND message_id <> '' ORDER BY created_at DESC, id DESC LIMIT 1",
        ticket.id,
    )
    chain = [*before["reference_ids"], before["message_id"]][-MOST_REFERENCES:] if before else []
    quoted = _quoted(before) if before and quote else ""
    sent = await outgoing.queue(
        purpose="ticket.answer",
        channel=channel,
        thread=ticket.id,
        sender_name=by.name if by.kind == "member" else "",
        to=[Address(customer.shown_name, customer.email or "")],
        cc=copies,
        subject=ticket.subject if before is None else _answered_subject(ticket.subject),
        text=_letter_text(text, channel.signature, quoted),
        html=_letter_html(safe, channel.signature, quoted),
        in_reply_to=before["message_id"] if before else "",
        references=chain,
        files=[outgoing.File(name=file.name, type=file.type, blob_key=file.blob_key) for file in files],
        send_at=clock.now() + UNDO if undo else None,
    )
    message = await messages.insert(
        ticket,
        direction="outbound",
        by=by,
        message_id=sent.message_id,
        contact_id=customer.id,
        subject=ticket.subject,
        text=_letter_text(text, channel.signature, quoted),
        reply=text,
        quoted=quoted,
        signature=channel.signature,
        html=safe,
        to_addresses=[customer.email],
        cc_addresses=[copy.address for copy in copies],
        in_reply_to=before["message_id"] if before else "",
        reference_ids=chain,
        outbound_id=sent.id,
        status_before=ticket.status,
        status_after=status,
    )
    if draft:
        await attachments.move_to_message(draft, message.id)
        await drafts.discard(ticket, "outbound", by=by)
    changes = await messages.take(ticket, message, has_files=bool(files), status=status)
    await events.record(
        "message.sent",
        kind="ticket",
        id=ticket.id,
        by=by,
        changes=changes,
        data=messages.about(ticket, message) | {"to": customer.shown_name},
    )
    return message


async def _refuse_if_crossing(ticket: Ticket, seen: UUID, *, by: Actor) -> None:
    row = await sql.fetchrow(
        "SELECT id, author_name FROM messages WHERE ticket_id = $1 AND direction <> 'note'"
        " AND member_id IS DISTINCT FROM $3 AND (created_at, id) > (SELECT created_at, id FROM messages WHERE id = $2)"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        ticket.id,
        seen,
        by.member_id,
    )
    if row:
        raise NewMessage(message_id=str(row["id"]), author=row["author_name"])
    if others := await drafts.others(ticket.id, by=by):
        said = _("{name} is writing an answer here just now. Wait, or send yours all the same.")
        raise AnotherWrites(said.format(name=others[0].name), author=others[0].name)


async def _customer(ticket: Ticket) -> Contact:
    customer = await contacts.get_for(Actor.system(), ticket.contact_id) if ticket.contact_id else None
    if customer is None or not customer.email:
        raise NobodyToAnswer
    return customer


async def _channel(ticket: Ticket) -> channels.Channel:
    channel = await channels.get(ticket.channel_id) if ticket.channel_id else None
    if channel is None or not channel.active:
        channel = await channels.default()
    if channel is None:
        raise NoChannel
    return channel


def checked_copies(cc: str | Sequence[str], *, without: str) -> list[Address]:
    """The addresses of a Cc field as somebody typed it, each once. Raises `Invalid`."""
    given = addresses.read(cc) if isinstance(cc, str) else [Address("", address) for address in cc]
    found: dict[str, Address] = {}
    for one in given:
        if not one.address:
            raise Invalid(errors={"cc": _("{text} is no mail address.").format(text=one.name[:80])})
        address = contacts.checked_address(one.address, field="cc")
        if address != without.lower():
            found[address] = Address(one.name, address)
    if isinstance(cc, str) and cc.strip(" ,;\t\n") and not given:
        raise Invalid(errors={"cc": _("{text} is no mail address.").format(text=cc.strip()[:80])})
    if len(found) > MOST_CC:
        raise Invalid(errors={"cc": _("An answer can have {number} copies.").format(number=MOST_CC)})
    return list(found.values())


def _answered_subject(subject: str) -> str:
    return subject if subject[:3].lower() == "re:" else f"Re: {subject}"


def _quoted(before: Any) -> str:
    """What is answered, as quoted lines; not what that quoted in turn, for it has been sent before."""
    lines = (before["reply"] or before["text"]).strip().split("\n")
    cut = [*lines[:QUOTED_LINES], "…"] if len(lines) > QUOTED_LINES else lines
    who = before["author_name"] or before["author_address"]
    head = f"{before['created_at']:%Y-%m-%d %H:%M} UTC, {who}:"
    return "\n".join([head, *(f"> {line}".rstrip() for line in cut)])


def _letter_text(text: str, signature: str, quoted: str) -> str:
    parts = [text.rstrip()]
    if signature.strip():
        parts.append(f"-- \n{signature.strip()}")
    if quoted:
        parts.append(quoted)
    return "\n\n".join(parts) + "\n"


def _letter_html(safe: str, signature: str, quoted: str) -> str:
    parts = [f"<div>{safe}</div>"]
    if signature.strip():
        lines = "<br>".join(escape(line) for line in signature.strip().split("\n"))
        parts.append(f'<p style="color: #6b675f">-- <br>{lines}</p>')
    if quoted:
        head, _newline, rest = quoted.partition("\n")
        lines = "<br>".join(escape(line.removeprefix(">").removeprefix(" ")) for line in rest.split("\n"))
        parts.append(f'<p>{escape(head)}</p><blockquote type="cite">{lines}</blockquote>')
    return "".join(parts)


async def take_back(message: Message, *, by: Actor) -> Draft:
    """An answer of one's own that has not left yet becomes a draft again, and the ticket what it was before.

    The message and its ticket are locked here. Raises `TooLate`.
    """
    if message.direction != "outbound" or message.member_id is None or message.member_id != by.member_id:
        raise Forbidden
    ticket = await tickets.get_for(by, message.ticket_id, lock=True)
    if message.outbound_id is None or not await outgoing.cancel(message.outbound_id):
        raise TooLate
    begun = await drafts.of(ticket, "outbound", by=by)
    rest = begun.html if begun else ""
    draft = await drafts.save(ticket, "outbound", by=by, html=message.html + rest, cc=", ".join(message.cc_addresses))
    await attachments.move_to_draft(message.id, draft)
    await sql.execute("DELETE FROM messages WHERE id = $1", message.id)
    columns = await messages.refresh_after_removal(ticket)
    changes = {}
    if ticket.status == message.status_after != message.status_before:
        status: Any = message.status_before
        columns |= {"status": status, **tickets.moments_of(status)}
        changes = {"status": [ticket.status, status]}
    await editing.write("tickets", ticket.id, columns)
    await events.record(
        "message.taken_back",
        kind="ticket",
        id=ticket.id,
        by=by,
        changes=changes,
        data=messages.about(ticket, message),
    )
    return draft


async def send_now(message: Message, *, by: Actor) -> None:
    """Lets an answer of one's own go at once instead of waiting for a change of mind."""
    if message.member_id is None or message.member_id != by.member_id or message.outbound_id is None:
        raise Forbidden
    await outgoing.hurry(message.outbound_id)


async def send_again(message: Message, *, by: Actor) -> None:
    """Tries an answer once more that could not be sent. Raises `TooLate` when it is not one of those."""
    ticket = await tickets.get_for(by, message.ticket_id, lock=True)
    by.must("ticket.answer", ticket)
    if message.outbound_id is None or not await outgoing.retry(message.outbound_id):
        raise TooLate


async def newest_seen(ticket: Ticket) -> UUID | None:
    """What a page must hand back as `seen`."""
    return await conversation.newest_for_customer(ticket.id)
