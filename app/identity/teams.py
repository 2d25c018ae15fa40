"""A team is members who work on the same things; a ticket can wait for a team."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.identity.tables import Member, Team
from app.journal import events

Counter = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, int]]]
_counters: list[Counter] = []


async def get_for(actor: Actor, team_id: UUID, *, lock: bool = False) -> Team:
    """Raises `NotFound` also for what `actor` may not see."""
    query = Team.objects().get(Team.id == team_id)
    team = await (query.lock_rows("NO KEY UPDATE") if lock else query) if actor.can("team.read") else None
    if team is None:
        raise NotFound
    return team


async def list_for(actor: Actor) -> list[Team]:
    actor.must("team.read")
    return await Team.objects().order_by(Team.name).order_by(Team.id).limit(500)


async def members_of(teams: Sequence[Team]) -> dict[UUID, list[Member]]:
    """The active members of each team, by name."""
    rows: list[Any] = await sql.fetch(
        "SELECT t.team_id, m.id FROM team_members t JOIN members m ON m.id = t.member_id"
        " WHERE t.team_id = ANY($1::uuid[]) AND m.deactivated_at IS NULL ORDER BY m.name, m.id",
        [team.id for team in teams],
    )
    found: dict[UUID, list[Member]] = {team.id: [] for team in teams}
    if not rows:
        return found
    people = await Member.objects().where(Member.id.is_in(list({row["id"] for row in rows})))
    by_id = {member.id: member for member in people}
    for row in rows:
        found[row["team_id"]].append(by_id[row["id"]])
    return found


async def of(member_id: UUID) -> list[Team]:
    """The teams of one member, by name."""
    rows = await sql.fetch("SELECT team_id FROM team_members WHERE member_id = $1", member_id)
    if not rows:
        return []
    return await Team.objects().where(Team.id.is_in([row["team_id"] for row in rows])).order_by(Team.name)


async def create(name: str, *, by: Actor) -> Team:
    """Raises `Invalid` without a name, or with that of another team."""
    by.must("team.manage")
    await _must_be_free(name)
    team = Team(id=ids.new(), name=name, created_at=clock.now())
    await team.save()
    await events.record("team.created", kind="team", id=team.id, by=by, changes={"name": [None, name]})
    return team


async def rename(team: Team, name: str, *, by: Actor) -> None:
    """Raises `Invalid` without a name, or with that of another team."""
    by.must("team.manage")
    if name == team.name:
        return
    await _must_be_free(name, but=team.id)
    before, team.name = team.name, name
    await team.save([Team.name])
    await events.record("team.renamed", kind="team", id=team.id, by=by, changes={"name": [before, name]})


async def delete(team: Team, *, by: Actor) -> None:
    """Dissolves a team. Its members stay."""
    by.must("team.manage")
    await Team.delete().where(Team.id == team.id)
    await events.record("team.deleted", kind="team", id=team.id, by=by, changes={"name": [team.name, None]})


async def set_members(team: Team, member_ids: Sequence[UUID], *, by: Actor) -> None:
    """Makes exactly these members the team. Those that there are not, or who left, are passed over."""
    by.must("team.manage")
    rows = await sql.fetch("SELECT member_id FROM team_members WHERE team_id = $1 ORDER BY member_id", team.id)
    before = {row["member_id"] for row in rows}
    known = await sql.fetch(
        "SELECT id FROM members WHERE id = ANY($1::uuid[]) AND (deactivated_at IS NULL OR id = ANY($2::uuid[]))",
        list(member_ids),
        list(before),
    )
    after = {row["id"] for row in known}
    if before == after:
        return
    await sql.execute(
        "DELETE FROM team_members WHERE team_id = $1 AND member_id <> ALL($2::uuid[])", team.id, list(after)
    )
    await sql.execute(
        "INSERT INTO team_members (team_id, member_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING",
        team.id,
        sorted(after - before),
    )
    await events.record(
        "team.members_changed",
        kind="team",
        id=team.id,
        by=by,
        changes={"members": [sorted(map(str, before)), sorted(map(str, after))]},
    )


async def add_member(team: Team, member: Member, *, by: Actor) -> None:
    by.must("team.manage")
    rows = await sql.fetch("SELECT member_id FROM team_members WHERE team_id = $1", team.id)
    await set_members(team, [*(row["member_id"] for row in rows), member.id], by=by)


async def remove_member(team: Team, member: Member, *, by: Actor) -> None:
    by.must("team.manage")
    rows = await sql.fetch("SELECT member_id FROM team_members WHERE team_id = $1", team.id)
    await set_members(team, [row["member_id"] for row in rows if row["member_id"] != member.id], by=by)


def count_open_work(counter: Counter) -> None:
    """Who gives teams work says how to count it; called with team ids, answers what is open for each."""
    if counter not in _counters:
        _counters.append(counter)


async def open_work(team_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How much waits for each team, over all kinds of work."""
    found: dict[UUID, int] = {}
    for counter in _counters:
        for team_id, number in (await counter(team_ids)).items():
            found[team_id] = found.get(team_id, 0) + number
    return found


async def _must_be_free(name: str, *, but: UUID | None = None) -> None:
    """Holds back others who name a team until this is committed."""
    if not name:
        raise Invalid(errors={"name": _("A team needs a name.")})
    await sql.execute("SELECT pg_advisory_xact_lock(hashtext('teams.name'))")
    taken = await sql.fetchval(
        "SELECT true FROM teams WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2", name, but
    )
    if taken:
        raise Invalid(errors={"name": _("There is a team of this name.")})
