"""A mail system reports on an answer of ours: it came back, or somebody marked it as unwanted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from app.access import Actor
from app.core.db import sql
from app.crm import contacts
from app.desk import messages, tickets
from app.desk.tables import TICKET_COLUMNS, Class, Message, Status, Ticket, message_of
from app.journal import events
from app.mail import delivery
from app.mail.bounces import Bounce, Recipient
from app.mail.delivery import Final, on_delivery
from app.mail.receiving import Incoming, Outcome

MOST = 20


async def receive(incoming: Incoming) -> Outcome:
    """Stores a report with the answer that it speaks of. A report on what we never sent makes no ticket."""
    bounce = incoming.bounce
    if bounce is None or bounce.kind in ("delay", "success"):
        return Outcome("dropped", f"A report that nobody needs to read: {incoming.why}")
    failed = await _answer(incoming, bounce)
    if failed is None:
        return Outcome("dropped", "It reports on a mail that is not in any ticket.")
    ticket = await _locked(failed.ticket_id)
    kind: Class = "complaint" if incoming.class_ == "complaint" else "bounce"
    actor = Actor.mail(_reporter(incoming))
    reason = reason_of(bounce)
    said = await _add(incoming, bounce, ticket, failed, kind=kind, by=actor)
    # The customer did not get the answer: it is our turn again.
    status: Status | None = "open" if kind == "bounce" and ticket.status == "waiting" else None
    changes = await messages.take(ticket, said, status=status)
    for address, recipient in _lost(bounce, failed) if kind == "bounce" else []:
        await contacts.note_bounce(address, reason=recipient.diagnostic or recipient.reason, by=actor)
    if kind == "bounce" and failed.outbound_id:
        codes = [one.status or one.reply_code or "" for one in bounce.recipients]
        await delivery.bounce(
            failed.outbound_id,
            recipients=[one.address for one in bounce.recipients[:MOST]],
            reason=reason,
            code=next(iter(codes), ""),
        )
    await events.record(
        "message.complained" if kind == "complaint" else "message.bounced",
        kind="ticket",
        id=ticket.id,
        by=actor,
        changes=changes,
        data=_about(ticket, said, failed) | {"reason": reason},
    )
    return Outcome("done", f"It reports on an answer in ticket #{ticket.number}.")


async def _answer(incoming: Incoming, bounce: Bounce) -> Message | None:
    """The answer that the report speaks of: by the mail, else by the thread in whose name it was sent, to that
    recipient.
    """
    row = None
    if incoming.failed_mail:
        row = await sql.fetchrow("SELECT * FROM messages WHERE outbound_id = $1", incoming.failed_mail)
    if row is None and incoming.thread:
        addresses = [one.address.lower() for one in bounce.recipients] + [
            one.lower() for one in bounce.original_recipients
        ]
        row = await sql.fetchrow(
            "SELECT * FROM messages WHERE ticket_id = $1 AND direction = 'outbound' ORDER BY EXISTS (SELECT FROM"
            " unnest(to_addresses || cc_addresses) one WHERE lower(one) = ANY($2)) DESC, created_at DESC, id DESC LIMIT 1",
            incoming.thread,
            addresses,
        )
    return message_of(row) if row else None


def _lost(bounce: Bounce, failed: Message) -> list[tuple[str, Recipient]]:
    """Whom the answer was written to and will never reach. A report may name anybody, and anybody who has a mail of ours
    can write one: only those whom this answer was for count. A single one may have let it be forwarded to the address that failed.
    """
    written_to = {one.lower() for one in (*failed.to_addresses, *failed.cc_addresses)}
    lasting = [one for one in bounce.recipients[:MOST] if one.permanent]
    lost = [(one.address, one) for one in lasting if one.address.lower() in written_to]
    if not lost and len(lasting) == len(written_to) == 1:
        lost = [(next(iter(written_to)), lasting[0])]
    return lost


async def _locked(ticket_id: UUID) -> Ticket:
    return Ticket(**await sql.fetchrow(f"SELECT {TICKET_COLUMNS} FROM tickets WHERE id = $1 FOR UPDATE", ticket_id))


def _reporter(incoming: Incoming) -> str:
    sender = incoming.message.sender
    return (sender.name or sender.address) if sender else "Mail delivery"


def reason_of(bounce: Bounce) -> str:
    """Why it came back, in the words of the system that refused it."""
    told = [one.diagnostic or one.reason for one in bounce.recipients if one.diagnostic or one.reason]
    return " ".join((told[0] if told else bounce.why).replace("\0", "").split())[:500]


async def _add(
    incoming: Incoming, bounce: Bounce, ticket: Ticket, failed: Message, *, kind: Class, by: Actor
) -> Message:
    message = incoming.message
    return await messages.insert(
        ticket,
        direction="inbound",
        by=by,
        author_name=_reporter(incoming),
        author_address=message.sender.address if message.sender else "",
        to_addresses=[one.address for one in message.to[:MOST] if one.address],
        subject=message.subject,
        message_id=message.message_id or "",
        text=message.text,
        reply=message.text,
        inbound_id=incoming.inbound_id,
        failed_message_id=failed.id,
        bounce=msgspec.json.encode(bounce).decode().replace("\\u0000", ""),
        **{"class": kind},
    )


def _about(ticket: Ticket, said: Message, failed: Message) -> dict[str, Any]:
    author = {"author_id": str(failed.member_id)} if failed.member_id else {}
    return messages.about(ticket, said) | {"failed": str(failed.id), **author}


@on_delivery
async def delivered(outbound_id: UUID, state: Final, reason: str) -> None:
    """An answer has left the house, or cannot: its page shows it, and whoever wrote it hears of what went wrong."""
    if state == "bounced":
        return
    row = await sql.fetchrow("SELECT * FROM messages WHERE outbound_id = $1", outbound_id)
    if row is None:
        return
    failed = message_of(row)
    ticket = await _locked(failed.ticket_id)
    house, data = Actor.system(), _about(ticket, failed, failed) | {"reason": reason}
    if state == "sent" and not reason:
        await events.record("message.delivered", kind="ticket", id=ticket.id, by=house, data=data)
        return
    changes: dict[str, list[Any]] = {}
    if ticket.status == "waiting":
        changes = {"status": [ticket.status, "open"]}
        await tickets.reopen(ticket)
    await events.record("message.failed", kind="ticket", id=ticket.id, by=house, changes=changes, data=data)
