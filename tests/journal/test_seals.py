"""The chain of seals proves the journal: what was changed, added or taken away is found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from app.access import Actor
from app.core import ids
from app.core.db import TENANT, sql
from app.journal import events, seals
from app.tenancy import cells, tenants

KIM = Actor(kind="member", name="Kim", role="admin", id=ids.new())


@pytest.fixture
async def sealed(acme: tenants.Tenant) -> AsyncIterator[tenants.Tenant]:
    """acme with three events in two seals."""
    with tenants.enter(acme):
        for names in (("a", "b"), ("c",)):
            async with TENANT.transaction():
                for name in names:
                    await events.record(
                        name, kind="ticket", id=ids.new(), by=KIM, changes={"status": ["open", "closed"]}
                    )
            while await seals.seal_next():
                pass
        yield acme


async def tamper(statement: str, tenant: tenants.Tenant) -> None:
    """As somebody with the keys to the server would do it."""
    async with cells.connection(tenant.db.database) as admin:
        await admin.execute(statement)


async def test_an_untouched_journal_is_intact(sealed: tenants.Tenant) -> None:
    assert await seals.verify() == []
    assert not await seals.behind()
    assert await sql.fetchval("SELECT sum(count) FROM event_seals") == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor_name = 'Ann' WHERE name = 'b'",
        "UPDATE events SET changes = '{}' WHERE name = 'c'",
        "DELETE FROM events WHERE name = 'a'",
        "DELETE FROM events WHERE name = 'c'; DELETE FROM event_seals WHERE number = 1",
        (
            "INSERT INTO events (txid, id, at, name, kind, actor_kind, actor_name)"
            " SELECT min(txid), gen_random_uuid(), now(), 'x', 'ticket', 'system', 'x' FROM events"
        ),
    ],
)
async def test_tampering_is_found(sealed: tenants.Tenant, statement: str) -> None:
    await tamper(statement, sealed)
    assert await seals.verify() != []


@pytest.mark.parametrize("statement", ["UPDATE events SET name = 'x'", "DELETE FROM events", "DELETE FROM event_seals"])
async def test_the_application_itself_may_not_rewrite_history(sealed: tenants.Tenant, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute(statement)


async def test_what_is_written_after_the_last_seal_is_no_fault(sealed: tenants.Tenant) -> None:
    async with TENANT.transaction():
        await events.record("d", kind="ticket", id=ids.new(), by=KIM)
    assert await seals.verify() == []
    assert await seals.behind()
