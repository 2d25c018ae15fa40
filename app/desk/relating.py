"""What the pages about a customer tell of their tickets."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.access import Actor, predicate
from app.core.db import sql
from app.core.words import _
from app.crm import timeline, work
from app.crm.pages.histories import say
from app.crm.timeline import About, Entry, Relation
from app.crm.views import TicketLine, TimelineEntry
from app.crm.work import Kind, Summary, Teller
from app.desk import listing
from app.desk.listing import Filter
from app.desk.tables import UNSOLVED
from app.identity import teams
from app.web.components import Person

COLUMN: dict[Kind, str] = {"contact": "contact_id", "account": "account_id"}


async def describe(ticket_ids: Sequence[UUID]) -> dict[UUID, About]:
    """Tickets as links."""
    rows = await sql.fetch("SELECT id, number, subject FROM tickets WHERE id = ANY($1)", list(ticket_ids))
    return {row["id"]: About(row["subject"] or _("(no subject)"), f"/tickets/{row['number']}") for row in rows}


def tell(entry: Entry) -> TimelineEntry | None:
    """A sentence for what concerns the customer; nothing for what colleagues only sort."""
    event = entry.event
    snippet = str(event.data.get("snippet", ""))
    if event.name == "message.received":
        if event.data.get("class", "message") == "auto_reply":
            return say(entry, glyph="robot", sentence=_("An automatic answer came to {record}"), detail=snippet)
        asked = _("{who} asked: {record}") if event.data.get("first") else _("{who} answered in {record}")
        return say(entry, glyph="mail", sentence=asked, detail=snippet)
    if event.name == "message.sent":
        return say(entry, glyph="arrow-back-up", sentence=_("{who} answered {record}"), detail=snippet)
    if event.name == "message.noted":
        return say(entry, glyph="lock", sentence=_("{who} wrote a note in {record}"), detail=snippet)
    if event.name in ("message.bounced", "message.failed"):
        sentence = (
            _("An answer in {record} came back")
            if event.name == "message.bounced"
            else _("An answer in {record} was not sent")
        )
        return say(
            entry, glyph="mail-exclamation", sentence=sentence, detail=str(event.data.get("reason", "")), tone="bad"
        )
    if event.name == "message.complained":
        return say(
            entry, glyph="mail-exclamation", sentence=_("A mail of ours in {record} was marked as unwanted"), tone="bad"
        )
    if event.name == "ticket.created" and event.actor_kind != "mail":
        return say(entry, glyph="plus", sentence=_("{who} opened {record}"))
    if event.name == "ticket.deleted":
        return say(
            entry,
            glyph="trash",
            sentence=_("{who} deleted the ticket {subject}"),
            subject=str(event.data.get("subject", "")),
        )
    status = event.changes.get("status", [None, None])[1] if event.name == "ticket.changed" else None
    if status == "solved":
        return say(entry, glyph="circle-check", sentence=_("{who} solved {record}"))
    if status == "closed":
        return say(entry, glyph="circle-minus", sentence=_("{who} closed {record}"))
    return None


async def counts(actor: Actor, kind: Kind, customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many tickets of each customer are not solved."""
    rows = await sql.fetch(
        f"SELECT {COLUMN[kind]} AS id, count(*) AS count FROM tickets t WHERE {COLUMN[kind]} = ANY($1)"
        f" AND status = ANY($2) AND {predicate(actor, 'ticket')} GROUP BY 1",
        list(customer_ids),
        list(UNSOLVED),
    )
    return {row["id"]: row["count"] for row in rows}


async def summary(actor: Actor, kind: Kind, customer_id: UUID) -> Summary:
    row = await sql.fetchrow(
        "SELECT count(*) AS total, count(*) FILTER (WHERE status = ANY($2)) AS open, max(customer_wrote_at) AS heard"
        f" FROM tickets t WHERE {COLUMN[kind]} = $1 AND {predicate(actor, 'ticket')}",
        customer_id,
        list(UNSOLVED),
    )
    return Summary(row["total"], row["open"], row["heard"], f"/inbox/all?status=all&{kind}={customer_id}")


async def lines(actor: Actor, kind: Kind, customer_id: UUID, limit: int) -> list[TicketLine]:
    """The tickets of a customer, the last touched first."""
    wanted = Filter(contact=customer_id) if kind == "contact" else Filter(account=customer_id)
    found, _next = await listing.lines(actor, wanted, limit=limit)
    return [
        TicketLine(
            number=one.number,
            subject=one.subject,
            status=one.status,
            updated_at=one.updated_at,
            who=one.contact.name if one.contact and kind == "account" else "",
            assignee=Person(name=one.assignee.name, id=one.assignee.id, tone=one.assignee_tone)
            if one.assignee
            else None,
        )
        for one in found
    ]


async def count_for_teams(team_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many tickets of each team are not solved, for the settings of teams."""
    rows = await sql.fetch(
        "SELECT team_id, count(*) AS count FROM tickets WHERE team_id = ANY($1) AND status = ANY($2) GROUP BY 1",
        list(team_ids),
        list(UNSOLVED),
    )
    return {row["team_id"]: row["count"] for row in rows}


teams.count_open_work(count_for_teams)
timeline.relate(
    Relation(
        kind="ticket",
        of_contact="SELECT t.* FROM tickets t WHERE t.contact_id = $1",
        of_account="SELECT t.* FROM tickets t WHERE t.account_id = $1",
        describe=describe,
        tell=tell,
    )
)
work.tell(Teller(counts=counts, summary=summary, lines=lines))
