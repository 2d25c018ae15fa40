"""What a customer said somewhere else, on the phone or in another system, written down in a ticket."""

from __future__ import annotations

from app.access import Actor
from app.crm.tables import Contact
from app.desk import messages, wording
from app.desk.tables import Message, Ticket
from app.journal import events


async def add(ticket: Ticket, *, text: str, contact: Contact | None, by: Actor) -> Message:
    """The contact's own words as an inbound message, on a ticket that was got with `lock` or just created."""
    by.must("ticket.update", ticket)
    message = await messages.insert(
        ticket,
        direction="inbound",
        by=by,
        member_id=None,
        contact_id=contact.id if contact else None,
        author_name=contact.shown_name if contact else by.name,
        author_address=(contact.email or "") if contact else "",
        subject=ticket.subject,
        text=text,
        reply=text,
        html=wording.html_of(text),
    )
    await messages.take(ticket, message)
    await events.record("message.received", kind="ticket", id=ticket.id, by=by, data=messages.about(ticket, message))
    return message
