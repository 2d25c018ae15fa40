"""Signing in, by the verbs: what is wrong is not told, and who tries too often waits."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.core import clock
from app.core.db import TENANT, spawn, sql
from app.identity import attempts, links, resets, roles, sessions, sign_in, tokens
from app.identity.tables import Member
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.identity.world import PASSWORD, actor, ann, kim


async def enter(member: Member) -> str:
    async with TENANT.transaction():
        return await sign_in.enter(member, address="127.0.0.1", device="")


async def test_the_right_password_opens_and_everything_else_says_the_same(in_acme: Tenant) -> None:
    member = await ann()
    assert (await sign_in.check(" ANN@acme.test ", PASSWORD, address="::1")).id == member.id
    for email, password in (
        ("ann@acme.test", "wrong"),
        ("nobody@acme.test", PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
    ):
        with pytest.raises(sign_in.SignInFailed) as caught:
            await sign_in.check(email, password, address="::1")
        assert (caught.value.message, caught.value.detail) == (sign_in.SignInFailed.message, {})


async def test_after_five_tries_even_the_right_password_waits_and_the_wait_grows(
    in_acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ann()
    for _try in range(5):
        with pytest.raises(sign_in.SignInFailed):
            await sign_in.check("ann@acme.test", "wrong", address="10.0.0.1")
    with pytest.raises(attempts.TriedTooOften) as caught:
        await sign_in.check("ann@acme.test", PASSWORD, address="10.0.0.1")
    assert 50 < caught.value.retry_after <= 61
    assert await sign_in.check("ann@acme.test", PASSWORD, address="10.0.0.2")

    later = clock.now() + timedelta(seconds=90)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(sign_in.SignInFailed):
        await sign_in.check("ann@acme.test", "wrong", address="10.0.0.1")
    with pytest.raises(attempts.TriedTooOften) as caught:
        await sign_in.check("ann@acme.test", PASSWORD, address="10.0.0.1")
    assert 110 < caught.value.retry_after <= 121

    much_later = later + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    assert await sign_in.check("ann@acme.test", PASSWORD, address="10.0.0.1")
    assert await sql.fetchval("SELECT max(failures) FROM sign_in_attempts") <= 1


async def test_trying_in_parallel_gives_no_more_tries(in_acme: Tenant) -> None:
    await ann()
    tries = [spawn(sign_in.check("ann@acme.test", f"wrong {n}", address="10.0.0.1")) for n in range(30)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, sign_in.SignInFailed) for one in done) == 5
    assert sum(isinstance(one, attempts.TriedTooOften) for one in done) == 25


async def test_one_address_that_tries_many_names_waits_too(in_acme: Tenant) -> None:
    for number in range(attempts.SIGN_IN_ADDRESS.free):
        await attempts.count(attempts.SIGN_IN_ADDRESS, "10.0.0.1")
        assert number < attempts.SIGN_IN_ADDRESS.free
    with pytest.raises(attempts.TriedTooOften):
        await sign_in.check("somebody@acme.test", "wrong", address="10.0.0.1")


async def test_tries_are_counted_although_the_request_is_rolled_back(in_acme: Tenant) -> None:
    await ann()
    with pytest.raises(sign_in.SignInFailed):
        async with TENANT.transaction():
            await sign_in.check("ann@acme.test", "wrong", address="10.0.0.1")
    assert await sql.fetchval("SELECT count(*) FROM sign_in_attempts WHERE failures = 1") == 2


async def test_whoever_left_between_the_check_and_the_door_stays_outside(in_acme: Tenant) -> None:
    boss, member = await kim(), await ann()
    checked = await sign_in.check("ann@acme.test", PASSWORD, address="::1")
    async with TENANT.transaction():
        await roles.deactivate(member, by=actor(boss))
    with pytest.raises(sign_in.SignInFailed):
        await enter(checked)


async def test_a_hash_of_old_parameters_is_made_anew_at_the_door(in_acme: Tenant) -> None:
    member = await ann()
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    await sql.execute("UPDATE members SET password_hash = $1", old)
    checked = await sign_in.check("ann@acme.test", PASSWORD, address="::1")
    async with TENANT.transaction():
        await sign_in.enter(checked, address="::1", device="", password=PASSWORD)
    assert await sql.fetchval("SELECT password_hash FROM members WHERE id = $1", member.id) != old
    assert await sign_in.check("ann@acme.test", PASSWORD, address="::1")


async def test_a_session_lasts_while_it_is_used(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await enter(await ann())
    assert await sessions.recognise(token)
    start = clock.now()
    for days in (10, 20, 30):
        monkeypatch.setattr(clock, "now", lambda days=days: start + timedelta(days=days))
        sessions.known._drop()
        assert await sessions.recognise(token)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(days=45))
    assert await sessions.recognise(token) is None
    sessions.known._drop()
    assert await sessions.recognise(token) is None


async def test_visits_are_noted_once_a_minute(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await enter(await ann())
    seen = await sql.fetchval("SELECT seen_at FROM sessions")
    start = clock.now()
    for seconds, noted in ((30, False), (70, True), (100, False)):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: start + timedelta(seconds=seconds))
        sessions.known._drop()
        await sessions.recognise(token)
        now_seen = await sql.fetchval("SELECT seen_at FROM sessions")
        assert (now_seen != seen) is noted
        seen = now_seen


async def test_a_new_password_ends_all_other_sessions_and_all_links(in_acme: Tenant) -> None:
    member = await ann()
    here, there = await enter(member), await enter(member)
    passport = await sessions.recognise(here)
    assert passport is not None
    assert await sessions.recognise(there)
    async with TENANT.transaction():
        link = await links.make(member, "reset")
        await resets.change(member, "a new sentence about paper", session=passport.key_id, by=actor(member))
    assert await sessions.recognise(here)
    assert await sessions.recognise(there) is None
    with pytest.raises(links.LinkUsed):
        await links.find(link.rpartition("/")[2], "reset")


async def test_session_and_token_of_acme_are_unknown_in_globex(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(acme):
        member = await ann()
        session = await enter(member)
        async with TENANT.transaction():
            _token, text = await tokens.create(member, name="Export", days=None, by=actor(member))
        assert await sessions.recognise(session)
        assert await tokens.recognise(text)
    with tenants.enter(globex):
        assert await sessions.recognise(session) is None
        assert await tokens.recognise(text) is None


async def test_a_session_is_no_token_and_a_token_no_session(in_acme: Tenant) -> None:
    member = await ann()
    session = await enter(member)
    async with TENANT.transaction():
        _token, text = await tokens.create(member, name="Export", days=None, by=actor(member))
    assert await sessions.recognise(session)
    assert await tokens.recognise(text)
    assert await tokens.recognise(session) is None
    assert await sessions.recognise(text) is None


async def test_of_two_who_use_a_link_at_once_one_gets_in(in_acme: Tenant) -> None:
    member = await ann()
    async with TENANT.transaction():
        token = (await links.make(member, "reset")).rpartition("/")[2]

    async def use() -> None:
        async with TENANT.transaction():
            await links.use(token, "reset")

    done = await asyncio.gather(*(spawn(use()) for _try in range(4)), return_exceptions=True)
    assert sum(one is None for one in done) == 1
    with pytest.raises(links.LinkUsed):
        await links.find(token, "invitation")
