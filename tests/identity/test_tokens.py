"""A token works in a member's name until it is revoked or runs out, and its text is shown once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.core import clock, ids
from app.core.db import TENANT, sql
from app.core.errors import Forbidden, Invalid, NotFound
from app.identity import known, notifications, tokens
from app.identity.tables import Member
from app.journal.events import Event
from app.tenancy import signals
from app.tenancy.tenants import Tenant
from tests.identity.world import actor, ann, events_named, kim, vera


async def made(member: Member, days: int | None = None) -> tuple[UUID, str]:
    async with TENANT.transaction():
        token, text = await tokens.create(member, name="Export", days=days, by=actor(member))
    return token.id, text


async def test_a_token_works_with_its_members_rights_and_name(in_acme: Tenant) -> None:
    member = await vera()
    token_id, text = await made(member)
    passport = await tokens.recognise(text)
    assert passport is not None
    who = passport.actor
    assert (who.kind, who.id, who.member_id, who.name, who.role) == (
        "token",
        token_id,
        member.id,
        "Vera Lund",
        "viewer",
    )
    assert await sql.fetchval("SELECT token_hash::text LIKE '%' || $1 || '%' FROM api_tokens", text) is False
    (event,) = await events_named("token.created")
    assert text not in str(event)


async def test_who_was_recognised_a_moment_ago_costs_no_query(in_acme: Tenant) -> None:
    _id, text = await made(await ann())
    await tokens.recognise(text)
    pool = TENANT.ready()
    before = (pool.hits, pool.connects)
    for _request in range(50):
        assert await tokens.recognise(text)
    assert (pool.hits, pool.connects) == before


async def test_a_revoked_token_stops_at_once(in_acme: Tenant) -> None:
    member = await ann()
    token_id, text = await made(member)
    assert await tokens.recognise(text)
    async with TENANT.transaction():
        await tokens.revoke(token_id, by=actor(member))
    assert await tokens.recognise(text) is None
    assert await tokens.list_for(actor(member)) == []


async def test_a_token_runs_out_to_the_second_although_it_is_remembered(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    _id, text = await made(await ann(), days=1)
    assert await tokens.recognise(text)
    late = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert await tokens.recognise(text) is None


async def test_what_was_read_before_a_change_is_not_remembered_after_it(in_acme: Tenant) -> None:
    member = await ann()
    token_id, text = await made(member)
    passport = await tokens.recognise(text)
    assert passport is not None
    asked_in = known.generation()
    async with TENANT.transaction():
        await tokens.revoke(token_id, by=actor(member))
    known.keep(b"late", passport, seconds=60, ends_at=None, asked_in=asked_in)
    assert known.find("token", b"late") is None


async def test_a_change_in_another_process_is_heard(in_acme: Tenant) -> None:
    token_id, text = await made(await ann())
    async with signals.listening():
        assert await tokens.recognise(text)
        # Another process revokes it: nothing of this one is called.
        await sql.execute("UPDATE api_tokens SET revoked_at = now() WHERE id = $1", token_id)
        assert await tokens.recognise(text)
        await signals.notify(known.CHANNEL, str(in_acme.id))
        async with asyncio.timeout(5):
            while await tokens.recognise(text):
                await asyncio.sleep(0.01)


async def test_others_tokens_are_the_admins_business_only(in_acme: Tenant) -> None:
    boss, member, reader = await kim(), await ann(), await vera()
    token_id, text = await made(member)
    with pytest.raises(NotFound):
        async with TENANT.transaction():
            await tokens.revoke(token_id, by=actor(reader))
    with pytest.raises(Forbidden):
        async with TENANT.transaction():
            await tokens.create(member, name="Mine now", days=None, by=actor(reader))
    assert await tokens.list_for(actor(reader)) == []
    assert [row["id"] for row in await tokens.list_for(actor(boss))] == [token_id]
    async with TENANT.transaction():
        await tokens.revoke(token_id, by=actor(boss))
    assert await tokens.recognise(text) is None


@pytest.mark.parametrize("text", ["", "fon_", "fon_x", "Bearer", "\0", "fon_\ud800"])
async def test_what_is_no_token_is_nobody(in_acme: Tenant, text: str) -> None:
    await made(await ann())
    assert await tokens.recognise(text) is None


async def test_a_token_says_what_it_is_for_and_ends_within_ten_years(in_acme: Tenant) -> None:
    member = await ann()
    for name, days in (("", 30), ("Export", 0), ("Export", 99_999)):
        with pytest.raises(Invalid):
            async with TENANT.transaction():
                await tokens.create(member, name=name, days=days, by=actor(member))


def event_by(member: Member, record_id: UUID) -> Event:
    return Event(
        seq=1, txid=1, id=ids.new(), at=clock.now(), name="ticket.assigned", kind="ticket", record_id=record_id,
        actor_kind="member", actor_id=member.id, actor_name=member.name, changes={}, data={},
    )  # fmt: skip


async def test_the_bell_tells_each_event_once_and_nobody_of_their_own_doing(in_acme: Tenant) -> None:
    boss, member = await kim(), await ann()
    event = event_by(boss, ids.new())
    async with TENANT.transaction():
        told = [
            await notifications.create(who.id, event, reason="assigned", title="Broken printer")
            for who in (member, member, boss)
        ]
    assert told == [True, False, False]
    (one,) = await notifications.list_for(actor(member))
    assert (one.title, one.actor_name, await notifications.unread_count(actor(member))) == (
        "Broken printer",
        "Kim Brandt",
        1,
    )
    with pytest.raises(NotFound):
        await notifications.mark_read(one.id, by=actor(boss))
    await notifications.mark_read(one.id, by=actor(member))
    assert await notifications.unread_count(actor(member)) == 0


async def test_the_bell_goes_on_page_by_page(in_acme: Tenant) -> None:
    boss, member = await kim(), await ann()
    async with TENANT.transaction():
        for number in range(7):
            await notifications.create(
                member.id, event_by(boss, ids.new()), reason="assigned", title=f"Ticket {number}"
            )
    seen: list[str] = []
    before = None
    while page := await notifications.list_for(actor(member), limit=3, before=before):
        seen.extend(one.title for one in page)
        before = page[-1].created_at, page[-1].id
    assert seen == [f"Ticket {number}" for number in range(6, -1, -1)]
    assert await notifications.mark_all_read(by=actor(member)) == 7
