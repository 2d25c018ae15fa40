"""The people of the tests: Kim and Ann answer for acme, Vera only reads, Gil works at globex; Marta's printer is broken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from app.access import Actor, grant
from app.core import clock, ids
from app.core.db import TENANT, sql
from app.crm import contacts
from app.crm.slice import SLICE as CRM
from app.desk import tickets
from app.desk.slice import SLICE as DESK
from app.desk.tables import Ticket
from app.tenancy import tenants
from app.tenancy.tenants import Tenant

for manifest in (CRM, DESK):
    grant({role: list(verbs) for role, verbs in manifest.grants.items()})


async def member(email: str, name: str, role: str = "agent") -> Actor:
    """Somebody who works in the current tenant."""
    member_id = ids.new()
    await sql.execute(
        "INSERT INTO members (id, email, name, role, joined_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5, $5)",
        member_id, email, name, role, clock.now(),
    )  # fmt: skip
    return Actor(kind="member", id=member_id, member_id=member_id, name=name, role=role, email=email)


async def kim() -> Actor:
    return await member("kim@acme.test", "Kim Brandt", "admin")


async def ann() -> Actor:
    return await member("ann@acme.test", "Ann Okafor")


async def vera() -> Actor:
    return await member("vera@acme.test", "Vera Lund", "viewer")


async def team(name: str, *actors: Actor) -> UUID:
    team_id = ids.new()
    await sql.execute("INSERT INTO teams (id, name, created_at) VALUES ($1, $2, $3)", team_id, name, clock.now())
    for actor in actors:
        await sql.execute("INSERT INTO team_members VALUES ($1, $2)", team_id, actor.member_id)
    return team_id


async def channel(address: str = "support@acme.localhost", signature: str = "Your friends at Acme") -> UUID:
    channel_id = ids.new()
    await sql.execute(
        "INSERT INTO mail_channels (id, address, name, signature, is_default, created_at, updated_at)"
        " VALUES ($1, $2, 'Acme Support', $3, NOT EXISTS (SELECT FROM mail_channels WHERE is_default), $4, $4)",
        channel_id, address, signature, clock.now(),
    )  # fmt: skip
    return channel_id


async def broken_printer(
    by: Actor, subject: str = "Broken printer on floor 3", sender: str = "marta@nordwind.example"
) -> Ticket:
    async with TENANT.transaction():
        marta = await contacts.find_or_create(sender, name="Marta Keller", by=by)
        return await tickets.create(subject=subject, by=by, contact_id=marta.id)


@asynccontextmanager
async def unit() -> AsyncIterator[None]:
    """One request's worth of work."""
    async with TENANT.transaction():
        yield


@asynccontextmanager
async def inside(tenant: Tenant) -> AsyncIterator[Tenant]:
    with tenants.enter(tenant):
        yield tenant


async def events_named(name: str) -> list[dict[str, object]]:
    import msgspec

    rows = await sql.fetch("SELECT * FROM events WHERE name = $1 ORDER BY seq", name)
    return [
        dict(row) | {"changes": msgspec.json.decode(row["changes"]), "data": msgspec.json.decode(row["data"])}
        for row in rows
    ]
