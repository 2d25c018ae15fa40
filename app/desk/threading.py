"""To which ticket a mail belongs: by what it answers, else by the token that it carries, and only for those who take
part.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.core.db import sql
from app.crm import domains
from app.desk.tables import TICKET_COLUMNS, Ticket

MOST_IDS = 60


class Place(msgspec.Struct, frozen=True):
    """The ticket that a mail goes on with, or None; `quoted` is one that it names although its sender takes no part."""

    ticket: Ticket | None
    quoted: Ticket | None = None


async def find(*, sender: str, answered: Sequence[str], thread: UUID | None) -> Place:
    """The place of a mail from `sender`. `answered` are Message-IDs in angle brackets, the nearest first.

    The ticket is locked. A stranger who quotes a Message-ID or a token gets no place.
    """
    quoted: Ticket | None = None
    for ticket_id in [*await _answered(answered), *([thread] if thread else [])]:
        ticket = await _locked(ticket_id)
        if ticket is None:
            continue
        if await takes_part(ticket, sender):
            return Place(ticket)
        quoted = quoted or ticket
    return Place(None, quoted)


async def _answered(message_ids: Sequence[str]) -> list[UUID]:
    """The tickets that hold these messages of ours or of customers, the nearest first."""
    wanted = list(dict.fromkeys(one for one in message_ids if one))[:MOST_IDS]
    if not wanted:
        return []
    rows = await sql.fetch(
        "SELECT ticket_id, message_id FROM messages WHERE message_id = ANY($1) AND message_id <> ''", wanted
    )
    found = {row["message_id"]: row["ticket_id"] for row in rows}
    return list(dict.fromkeys(found[one] for one in wanted if one in found))


async def _locked(ticket_id: UUID) -> Ticket | None:
    row = await sql.fetchrow(f"SELECT {TICKET_COLUMNS} FROM tickets WHERE id = $1 FOR UPDATE", ticket_id)
    return Ticket(**row) if row else None


async def takes_part(ticket: Ticket, address: str) -> bool:
    """Whether a mail from `address` may go on with a ticket: its customer, anybody who wrote in it or got a copy, or
    somebody of the same company.
    """
    address = address.strip().lower()
    if not address:
        return False
    known = await sql.fetchval(
        "SELECT EXISTS (SELECT FROM contacts WHERE id = $1 AND lower(email) = $3) OR EXISTS (SELECT FROM messages"
        " WHERE ticket_id = $2 AND direction <> 'note' AND (lower(author_address) = $3"
        " OR $3 = ANY (SELECT lower(one) FROM unnest(to_addresses || cc_addresses) one)))",
        ticket.contact_id,
        ticket.id,
        address,
    )
    if known:
        return True
    company = await domains.company_of(address)
    if company is None:
        return False
    return bool(
        await sql.fetchval(
            "SELECT EXISTS (SELECT FROM accounts a WHERE lower(a.domain) = $2 AND (a.id = $1 OR a.id = ("
            " SELECT c.account_id FROM contacts c WHERE c.id = $3)))",
            ticket.account_id,
            company,
            ticket.contact_id,
        )
    )
