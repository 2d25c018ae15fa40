"""Who hears of what: whoever works on a ticket, is given one, is called by name, or wrote an answer that came back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.core import ids
from app.core.db import sql
from app.identity import notifications
from app.identity.notifications import Reason
from app.journal.consumers import consumer
from app.journal.events import Event

notifications.explain(
    "ticket",
    href=lambda ticket_id: f"/tickets/by-id/{ticket_id}",
    reasons={
        "reply": Reason(sentence="{name} answered", glyph="mail"),
        "assigned": Reason(sentence="{name} gave it to you", glyph="user"),
        "mentioned": Reason(sentence="{name} called you", glyph="at"),
        "noted": Reason(sentence="{name} wrote a note", glyph="lock"),
        "team": Reason(sentence="{name} gave it to your team", glyph="users-group"),
        "arrived": Reason(sentence="{name} wrote to your team", glyph="mail"),
        "bounced": Reason(sentence="An answer of yours came back", glyph="mail-exclamation", tone="bad"),
        "failed": Reason(sentence="An answer of yours could not be sent", glyph="mail-exclamation", tone="bad"),
        "complained": Reason(sentence="{name} marked a mail of ours as unwanted", glyph="mail-exclamation", tone="bad"),
    },
)


@consumer("desk.notifications")
async def notify(event: Event) -> None:
    """Each member hears of an event once, for the reason that concerns them most."""
    if event.kind != "ticket" or event.record_id is None:
        return
    told: dict[UUID, str] = {}
    for member_id, reason in await _concerned(event):
        told.setdefault(member_id, reason)
    title = str(event.data.get("subject") or f"#{event.data.get('number', '')}")
    for member_id, reason in told.items():
        await notifications.create(member_id, event, reason=reason, title=title)


async def _concerned(event: Event) -> list[tuple[UUID, str]]:
    """The members whom an event concerns, the strongest reason first."""
    if event.name == "message.noted":
        called = [(member, "mentioned") for member in _ids(event.data.get("mentions", []))]
        return called + await _assignee(event, "noted")
    if event.name == "message.received":
        # The first mail of a ticket is told with the ticket itself.
        quiet = event.data.get("class", "message") != "message" or event.data.get("first")
        return [] if quiet else await _assignee(event, "reply")
    if event.name in ("message.bounced", "message.failed", "message.complained"):
        reason = event.name.removeprefix("message.")
        return [(member, reason) for member in _ids([event.data.get("author_id")])] or await _assignee(event, reason)
    if event.name == "ticket.created":
        reason = "reply" if event.actor_kind == "mail" else "assigned"
        given = [(member, reason) for member in _ids([event.data.get("assignee_id")])]
        return given or [(member, "arrived") for member in await _team_of(event, event.data.get("team_id"))]
    if event.name == "ticket.changed":
        given = [(member, "assigned") for member in _ids(event.changes.get("assignee_id", [None])[1:])]
        team = event.changes.get("team_id", [None])[1:]
        for one in team:
            given += [(member, "team") for member in await _team_of(event, one)]
        return given
    return []


def _ids(values: list[Any]) -> list[UUID]:
    return [found for value in values if (found := ids.read(value))]


async def _assignee(event: Event, reason: str) -> list[tuple[UUID, str]]:
    member_id = await sql.fetchval("SELECT assignee_id FROM tickets WHERE id = $1", event.record_id)
    return [(member_id, reason)] if member_id else []


async def _team_of(event: Event, team_id: str | None) -> list[UUID]:
    """The members of a team, as long as nobody has taken the ticket."""
    if team_id is None:
        return []
    rows = await sql.fetch(
        "SELECT m.member_id FROM team_members m JOIN tickets t ON t.id = $2"
        " WHERE m.team_id = $1 AND t.assignee_id IS NULL ORDER BY m.member_id",
        UUID(team_id),
        event.record_id,
    )
    return [row["member_id"] for row in rows]
