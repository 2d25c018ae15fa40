"""The colleagues a ticket can be given to: those who may answer, and the teams they work in."""

from __future__ import annotations

from uuid import UUID

import msgspec

from app.access import Actor
from app.core.db import sql
from app.core.words import _
from app.web.components import Choice, Person

MOST = 1_000


class Colleague(msgspec.Struct, frozen=True):
    """An active member who may answer tickets."""

    id: UUID
    name: str
    email: str
    tone: int

    @property
    def person(self) -> Person:
        return Person(name=self.name or self.email, id=self.id, email=self.email, tone=self.tone)


class Group(msgspec.Struct, frozen=True):
    """A team by name."""

    id: UUID
    name: str


async def colleagues() -> list[Colleague]:
    """All who may answer, by name."""
    rows = await sql.fetch(
        "SELECT id, name, email, tone FROM members WHERE deactivated_at IS NULL AND role <> 'viewer'"
        " ORDER BY lower(name), id LIMIT $1",
        MOST,
    )
    return [Colleague(**row) for row in rows]


async def groups() -> list[Group]:
    """All teams, by name."""
    rows = await sql.fetch("SELECT id, name FROM teams ORDER BY lower(name), id LIMIT $1", MOST)
    return [Group(**row) for row in rows]


async def groups_of(actor: Actor) -> list[Group]:
    """The teams in which `actor` works, by name."""
    rows = await sql.fetch(
        "SELECT t.id, t.name FROM teams t JOIN team_members m ON m.team_id = t.id WHERE m.member_id = $1"
        " ORDER BY lower(t.name), t.id LIMIT 20",
        actor.member_id,
    )
    return [Group(**row) for row in rows]


def assignee_choices(everybody: list[Colleague], chosen: UUID | None, *, me: UUID | None) -> list[Choice]:
    """Nobody, oneself, then the others."""
    own = [one for one in everybody if one.id == me]
    others = [one for one in everybody if one.id != me]
    return [
        Choice(value="", label=_("Nobody"), selected=chosen is None),
        *(Choice(value=str(one.id), label=one.name or one.email, selected=one.id == chosen) for one in own + others),
    ]


def team_choices(every: list[Group], chosen: UUID | None) -> list[Choice]:
    return [
        Choice(value="", label=_("No team"), selected=chosen is None),
        *(Choice(value=str(one.id), label=one.name, selected=one.id == chosen) for one in every),
    ]
