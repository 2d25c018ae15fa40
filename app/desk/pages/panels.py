"""The side of a ticket: who asks, its fields, and what else they asked."""

from __future__ import annotations

from app.access import Actor
from app.core.db import sql
from app.core.errors import NotFound
from app.crm import accounts, contacts
from app.desk import listing, people, tags, wanted
from app.desk.listing import Filter
from app.desk.pages.queues import Around
from app.desk.tables import PRIORITIES, STATUSES, Ticket
from app.desk.views import CustomerCard, Fields, NeighbourTicket, PanelView, TicketHead
from app.web.components import Choice, Person, Tag

NEIGHBOURS = 5


async def panel(ticket: Ticket, *, by: Actor) -> PanelView:
    wanted_others = Filter(account=ticket.account_id) if ticket.account_id else Filter(contact=ticket.contact_id)
    others, total, href = [], 0, ""
    if ticket.account_id or ticket.contact_id:
        found, _next = await listing.lines(by, wanted_others, limit=NEIGHBOURS + 1)
        others = [one for one in found if one.id != ticket.id][:NEIGHBOURS]
        total = sum((await listing.count_statuses(by, wanted_others)).values()) - 1
        key, value = ("account", ticket.account_id) if ticket.account_id else ("contact", ticket.contact_id)
        href = f"/inbox/all?status=all&{key}={value}"
    return PanelView(
        customer=await _customer(ticket, by=by),
        fields=await fields(ticket, by=by),
        others=[
            NeighbourTicket(number=one.number, subject=one.subject, status=one.status, updated_at=one.updated_at)
            for one in others
        ],
        others_count=max(total, 0),
        others_href=href,
    )


async def _customer(ticket: Ticket, *, by: Actor) -> CustomerCard | None:
    if ticket.contact_id is None:
        return None
    try:
        contact = await contacts.get_for(by, ticket.contact_id)
        account = await accounts.get_for(by, ticket.account_id) if ticket.account_id else None
    except NotFound:
        return None
    owner = None
    if account and account.owner_id:
        row = await sql.fetchrow("SELECT id, name, email, tone FROM members WHERE id = $1", account.owner_id)
        owner = Person(name=row["name"] or row["email"], id=row["id"], email=row["email"], tone=row["tone"])
    return CustomerCard(
        person=Person(name=contact.shown_name, id=contact.id, email=contact.email or ""),
        contact_href=f"/contacts/{contact.id}",
        title=contact.title,
        phone=contact.phone,
        account=account.name if account else "",
        account_href=f"/accounts/{account.id}" if account else "",
        account_owner=owner,
        mail_reason=contact.mail_reason if contact.mail_state == "bounced" else "",
        note=contact.note,
    )


async def fields(ticket: Ticket, *, by: Actor, errors: dict[str, str] | None = None) -> Fields:
    everybody, every = await people.colleagues(), await people.groups()
    assignee = next((one.person for one in everybody if one.id == ticket.assignee_id), None)
    if ticket.assignee_id and assignee is None:
        row = await sql.fetchrow("SELECT name, email, tone FROM members WHERE id = $1", ticket.assignee_id)
        assignee = Person(name=row["name"] or row["email"], id=ticket.assignee_id, email=row["email"], tone=row["tone"])
    assignees = people.assignee_choices(everybody, ticket.assignee_id, me=by.member_id)
    if assignee and not any(choice.selected for choice in assignees):
        assignees.append(Choice(value=str(ticket.assignee_id), label=assignee.name, selected=True))
    address = await sql.fetchval("SELECT address FROM mail_channels WHERE id = $1", ticket.channel_id)
    return Fields(
        id=ticket.id,
        number=ticket.number,
        src=f"/tickets/{ticket.number}?part=fields",
        status=ticket.status,
        priority=ticket.priority,
        statuses=[
            Choice(value=status, label=wanted.status_name(status), selected=status == ticket.status)
            for status in STATUSES
            if status != "new" or ticket.status == "new"
        ],
        priorities=[
            Choice(value=priority, label=wanted.priority_name(priority), selected=priority == ticket.priority)
            for priority in reversed(PRIORITIES)
        ],
        assignees=assignees,
        teams=people.team_choices(every, ticket.team_id),
        assignee=assignee,
        tags=[Tag(name=tag.name, tone=tag.tone) for tag in await tags.of_ticket(ticket.id)],
        known_tags=await wanted.tag_names(),
        channel=address or "",
        created_at=ticket.created_at,
        may_change=by.can("ticket.update", ticket),
        errors=errors or {},
    )


def head(ticket: Ticket, *, by: Actor, around: Around) -> TicketHead:
    near = around.neighbours
    return TicketHead(
        id=ticket.id,
        number=ticket.number,
        subject=ticket.subject,
        status=ticket.status,
        src=f"/tickets/{ticket.number}?part=head",
        back_href=around.href,
        back_label=around.title,
        previous_href=f"/tickets/{near.before}" if near and near.before else "",
        next_href=f"/tickets/{near.behind}" if near and near.behind else "",
        position=near.place if near else 0,
        total=near.total if near else 0,
        may_change=by.can("ticket.update", ticket),
    )
