"""A mail comes in: it goes on with the ticket that it answers, or begins a new one."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import UUID

from app.access import Actor
from app.core.db import sql
from app.crm import contacts
from app.crm.tables import Contact
from app.desk import enclosures, messages, reports, threading, tickets
from app.desk.tables import Class, Message, Status, Ticket
from app.journal import events
from app.mail import replies
from app.mail.messages import Address
from app.mail.receiving import Incoming, Outcome, register_receiver

MOST_PEOPLE = 100
_TOKEN = re.compile(r"\[\s*#?\s*\d*-?[a-z2-7]{34}\s*\]", re.IGNORECASE)
_ANSWER = re.compile(
    r"^(?:(?:re|aw|antw|sv|vs|res|rif|odp|ynt|回复|答复|回覆|ответ|отв)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)


@register_receiver
async def receive(incoming: Incoming) -> Outcome:
    """Stores a mail in the open transaction, and says in one sentence what became of it."""
    await _one_at_a_time(incoming)
    if known := await _known(incoming):
        return Outcome("dropped", f"It came before and stands in ticket #{known}.")
    if incoming.class_ in ("bounce", "complaint"):
        return await reports.receive(incoming)
    sender = _sender(incoming)
    # By From: a Reply-To costs nothing, and a stranger would write into the ticket of whomever it names.
    writer = incoming.message.sender.address if incoming.message.sender else incoming.envelope_from
    place = await threading.find(sender=writer, answered=_answered(incoming), thread=incoming.thread)
    if incoming.class_ == "auto_reply" and place.ticket is None and _is_echo(incoming):
        return Outcome("dropped", "A program answered, and no ticket asked it.")
    actor = Actor.mail(contacts.shown_name(sender.name, sender.address) or "?")
    contact = await _contact(sender, by=actor)
    ticket, follows = place.ticket, None
    if ticket is not None and ticket.status == "closed" and incoming.class_ == "message":
        follows, ticket = ticket, None
    if ticket is None:
        ticket = await _begin(incoming, contact, follows=follows, quoted=place.quoted, by=actor)
        await _add(incoming, ticket, contact, by=actor, status=None)
        return Outcome("done", f"It began ticket #{ticket.number}.")
    reopens = incoming.class_ == "message" and ticket.status in ("waiting", "solved")
    await _add(incoming, ticket, contact, by=actor, status="open" if reopens else None)
    return Outcome("done", f"It goes on with ticket #{ticket.number}.")


async def _one_at_a_time(incoming: Incoming) -> None:
    """Two copies of one mail at the same moment wait for each other."""
    if incoming.message.message_id:
        await sql.fetchval("SELECT pg_advisory_xact_lock(hashtextextended($1, 7351))", incoming.message.message_id)


async def _known(incoming: Incoming) -> int | None:
    """The number of the ticket in which this very mail stands: the same stored mail, or the same Message-ID from the
    same sender with the same subject, for some programs give all their mails one Message-ID.
    """
    found: int | None = await sql.fetchval(
        "SELECT t.number FROM messages m JOIN tickets t ON t.id = m.ticket_id"
        " WHERE m.inbound_id = $1 OR (m.message_id = $2 AND m.message_id <> '' AND m.direction = 'inbound'"
        " AND lower(m.author_address) = lower($3) AND m.subject = $4) LIMIT 1",
        incoming.inbound_id,
        incoming.message.message_id or "",
        _sender(incoming).address,
        incoming.message.subject,
    )
    return found


def _sender(incoming: Incoming) -> Address:
    """Who asks: From; Reply-To where a form or a robot wrote for somebody else."""
    message = incoming.message
    sender = message.sender or Address("", incoming.envelope_from)
    if len(message.reply_to) == 1 and message.reply_to[0].address:
        local = sender.address.partition("@")[0].lower()
        other = message.reply_to[0]
        if re.fullmatch(
            r"(no|do-?not|ne-?pas|nicht)[-_.]?(reply|antworten|repondre).*|www-data|wordpress|forms?", local
        ):
            return Address(other.name or sender.name, other.address)
    return Address(sender.name, sender.address.lower())


def _answered(incoming: Incoming) -> list[str]:
    message = incoming.message
    return [*([message.in_reply_to] if message.in_reply_to else []), *reversed(message.references)]


def _is_echo(incoming: Incoming) -> bool:
    """An automatic answer to something, rather than a report that a program sends by itself."""
    submitted = incoming.message.header("Auto-Submitted").strip().lower()
    return not submitted.startswith("auto-generated") or bool(_answered(incoming))


async def _contact(sender: Address, *, by: Actor) -> Contact | None:
    if "@" not in sender.address:
        return None
    contact = await contacts.find_or_create(sender.address, name=sender.name, by=by)
    return await contacts.note_mail(contact, by=by)


async def _begin(
    incoming: Incoming, contact: Contact | None, *, follows: Ticket | None, quoted: Ticket | None, by: Actor
) -> Ticket:
    channel = incoming.channel
    data: dict[str, Any] = {"channel": channel.address} if channel else {}
    if follows:
        data["follows"] = follows.number
    elif quoted:
        data["quotes"] = quoted.number
    return await tickets.create(
        subject=subject_of(incoming.message.subject),
        by=by,
        contact_id=contact.id if contact else None,
        assignee_id=await _still_here(follows.assignee_id) if follows else None,
        team_id=(follows.team_id if follows else None) or (channel.team_id if channel else None),
        channel_id=channel.id if channel else None,
        follows_id=follows.id if follows else None,
        data=data,
    )


async def _still_here(member_id: UUID | None) -> UUID | None:
    found: UUID | None = await sql.fetchval(
        "SELECT id FROM members WHERE id = $1 AND deactivated_at IS NULL AND role <> 'viewer'", member_id
    )
    return found


def subject_of(subject: str) -> str:
    """The subject of a ticket: without our token and without the marks of an answer."""
    return _ANSWER.sub("", _TOKEN.sub("", subject).strip()).strip()


async def _add(
    incoming: Incoming, ticket: Ticket, contact: Contact | None, *, by: Actor, status: Status | None
) -> Message:
    message, sender = incoming.message, _sender(incoming)
    files = await enclosures.keep(message)
    kind: Class = "auto_reply" if incoming.class_ == "auto_reply" else "message"
    # Long letters take their time, in which other tenants' jobs go on.
    parted = await asyncio.to_thread(replies.split_message, message)
    html = await asyncio.to_thread(enclosures.safe_html, message, files)
    said = await messages.insert(
        ticket,
        direction="inbound",
        by=by,
        contact_id=contact.id if contact else None,
        author_name=contact.shown_name if contact else sender.name,
        author_address=sender.address,
        to_addresses=[one.address for one in message.to[:MOST_PEOPLE] if one.address],
        cc_addresses=[one.address for one in message.cc[:MOST_PEOPLE] if one.address],
        subject=message.subject,
        message_id=message.message_id or "",
        in_reply_to=message.in_reply_to or "",
        reference_ids=list(message.references[-MOST_PEOPLE:]),
        text=message.text,
        reply=parted.reply,
        quoted=parted.quoted,
        signature=parted.signature,
        html=html,
        inbound_id=incoming.inbound_id,
        **{"class": kind},
    )
    await enclosures.attach(said.id, files, html=said.html)
    changes = await messages.take(
        ticket, said, has_files=any(not file.is_shown_in(said.html) for file in files), status=status
    )
    await events.record(
        "message.received",
        kind="ticket",
        id=ticket.id,
        by=by,
        changes=changes,
        data=messages.about(ticket, said) | {"class": kind, "first": ticket.message_count == 0},
    )
    return said
