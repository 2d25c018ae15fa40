"""Members come by invitation, have one role each, and one admin always stays."""

from __future__ import annotations

import asyncio

import pytest

from app.core.db import TENANT, spawn, sql
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new
from app.identity import links, members, profiles, roles, sessions, teams, tokens
from app.identity.tables import Member
from app.tenancy.tenants import Tenant
from tests.identity.world import actor, ann, events_named, kim, vera


async def test_an_admin_invites_and_the_journal_says_whom(in_acme: Tenant) -> None:
    by = actor(await kim())
    async with TENANT.transaction():
        await members.invite(" Jo.Smith@ACME.test ", role="agent", name="Jo", by=by)
    found = await members.by_email("JO.smith@acme.test")
    assert found is not None
    assert (found.email, found.role, found.state) == ("jo.smith@acme.test", "agent", "invited")
    (event,) = await events_named("member.invited")
    assert event["record_id"] == found.id
    assert event["actor_name"] == "Kim Brandt"
    assert event["changes"]["role"] == [None, "agent"]


async def test_an_agent_invites_nobody(in_acme: Tenant) -> None:
    by = actor(await ann())
    with pytest.raises(Forbidden):
        async with TENANT.transaction():
            await members.invite("jo@acme.test", role="agent", by=by)


@pytest.mark.parametrize(
    "email", ["", "jo", "jo@", "@acme.test", "jo@acme.test, ann@acme.test", "a b@acme.test", "j\0o@x.de"]
)
async def test_what_is_no_address_is_not_invited(in_acme: Tenant, email: str) -> None:
    by = actor(await kim())
    with pytest.raises(Invalid) as caught:
        async with TENANT.transaction():
            await members.invite(email, role="agent", by=by)
    assert "email" in caught.value.errors


async def test_one_address_is_one_member_also_when_two_invite_at_once(in_acme: Tenant) -> None:
    by = actor(await kim())

    async def invite() -> None:
        async with TENANT.transaction():
            await members.invite("Jo@acme.test", role="agent", by=by)

    done = await asyncio.gather(*(spawn(invite()) for _try in range(5)), return_exceptions=True)
    assert sum(isinstance(one, members.AlreadyMember) for one in done) == 4
    assert await sql.fetchval("SELECT count(*) FROM members WHERE email = 'jo@acme.test'") == 1


async def test_an_invited_member_joins_with_a_name_and_a_password(in_acme: Tenant) -> None:
    by = actor(await kim())
    async with TENANT.transaction():
        jo = await members.invite("jo@acme.test", role="agent", by=by)
    with pytest.raises(Invalid):
        async with TENANT.transaction():
            await members.join(jo, name="", password="a good long sentence")
    async with TENANT.transaction():
        await members.join(jo, name="Jo", password="a good long sentence")
    assert jo.state == "active"
    with pytest.raises(members.AlreadyJoined):
        async with TENANT.transaction():
            await members.join(jo, name="Jo", password="a good long sentence")


async def test_the_last_admin_is_neither_demoted_nor_sent_away(in_acme: Tenant) -> None:
    boss, other = await kim(), await ann()
    for change in (roles.change(boss, "agent", by=actor(boss)), roles.deactivate(boss, by=actor(boss))):
        with pytest.raises(roles.LastAdmin):
            async with TENANT.transaction():
                await change
    async with TENANT.transaction():
        await roles.change(other, "admin", by=actor(boss))
    async with TENANT.transaction():
        await roles.change(boss, "agent", by=actor(other))
    assert (await Member.objects().get(Member.id == boss.id)).role == "agent"  # type: ignore[union-attr]  # Kim is there


async def test_an_invited_admin_does_not_count_for_the_last_one_who_is_in(in_acme: Tenant) -> None:
    boss = await kim()
    async with TENANT.transaction():
        await members.invite("late@acme.test", role="admin", by=actor(boss))
    with pytest.raises(roles.LastAdmin):
        async with TENANT.transaction():
            await roles.deactivate(boss, by=actor(boss))


async def test_two_admins_who_demote_each_other_leave_one(in_acme: Tenant) -> None:
    boss, other = await kim(), await ann()
    async with TENANT.transaction():
        await roles.change(other, "admin", by=actor(boss))

    async def demote(whom: Member, by: Member) -> None:
        async with TENANT.transaction():
            await roles.change(await members.get_for(actor(by), whom.id), "agent", by=actor(by))

    done = await asyncio.gather(spawn(demote(boss, other)), spawn(demote(other, boss)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["LastAdmin", "NoneType"]
    assert await sql.fetchval("SELECT count(*) FROM members WHERE role = 'admin'") == 1


async def test_leaving_ends_sessions_links_and_tokens_and_coming_back_brings_no_session(in_acme: Tenant) -> None:
    boss, other = await kim(), await ann()
    async with TENANT.transaction():
        cookie = await sessions.start(other, address="127.0.0.1", device="")
        link = await links.make(other, "reset")
        _token, text = await tokens.create(other, name="Export", days=None, by=actor(other))
    assert await sessions.recognise(cookie)
    assert await tokens.recognise(text)
    async with TENANT.transaction():
        await roles.deactivate(other, by=actor(boss))
    assert await sessions.recognise(cookie) is None
    assert await tokens.recognise(text) is None
    with pytest.raises(links.LinkUsed):
        await links.find(link.rpartition("/")[2], "reset")
    async with TENANT.transaction():
        await roles.reactivate(other, by=actor(boss))
    assert other.state == "active"
    assert await sessions.recognise(cookie) is None
    assert await tokens.recognise(text)
    names = [row["name"] for row in await sql.fetch("SELECT name FROM events WHERE kind = 'member' ORDER BY seq")]
    assert names[-2:] == ["member.deactivated", "member.reactivated"]


async def test_a_new_role_counts_from_the_next_request_on(in_acme: Tenant) -> None:
    boss, other = await kim(), await ann()
    async with TENANT.transaction():
        cookie = await sessions.start(other, address="", device="")
    before = await sessions.recognise(cookie)
    assert before is not None
    assert before.actor.role == "agent"
    async with TENANT.transaction():
        await roles.change(other, "viewer", by=actor(boss))
    after = await sessions.recognise(cookie)
    assert after is not None
    assert after.actor.role == "viewer"


async def test_a_profile_takes_what_there_is_and_says_what_there_is_not(in_acme: Tenant) -> None:
    member = await ann()
    by = actor(member)
    taste = profiles.Taste(
        name="Ann O.", language="en", zone="Europe/Berlin", theme="dark", density="airy", single_keys=False
    )
    async with TENANT.transaction():
        await profiles.change(member, taste, by=by)
    (event,) = await events_named("member.changed")
    assert event["changes"]["zone"] == ["UTC", "Europe/Berlin"]
    wrong = profiles.Taste(name="", language="tlh", zone="Moon/Tycho", theme="red", density="x", single_keys=True)
    with pytest.raises(Invalid) as caught:
        async with TENANT.transaction():
            await profiles.change(member, wrong, by=by)
    assert set(caught.value.errors) == {"name", "language", "zone", "theme", "density"}


async def test_nobody_changes_the_profile_of_another_without_being_admin(in_acme: Tenant) -> None:
    member, reader = await ann(), await vera()
    with pytest.raises(Forbidden):
        async with TENANT.transaction():
            await profiles.rename(member, "Hacked", by=actor(reader))


async def test_teams_have_names_of_their_own_and_members_who_are_there(in_acme: Tenant) -> None:
    by, other = actor(await kim()), await ann()
    async with TENANT.transaction():
        team = await teams.create("Printers", by=by)
        await teams.set_members(team, [other.id, new()], by=by)
    assert [one.id for one in (await teams.members_of([team]))[team.id]] == [other.id]
    with pytest.raises(Invalid):
        async with TENANT.transaction():
            await teams.create("PRINTERS", by=by)
    async with TENANT.transaction():
        await teams.rename(team, "Paper", by=by)
        await teams.remove_member(team, other, by=by)
    assert (await teams.members_of([team]))[team.id] == []
    async with TENANT.transaction():
        await teams.delete(team, by=by)
    with pytest.raises(NotFound):
        await teams.get_for(by, team.id)
    with pytest.raises(Forbidden):
        async with TENANT.transaction():
            await teams.create("Mine", by=actor(other))
    assert [row["name"] for row in await sql.fetch("SELECT name FROM events WHERE kind = 'team' ORDER BY seq")] == [
        "team.created", "team.members_changed", "team.renamed", "team.members_changed", "team.deleted",
    ]  # fmt: skip
