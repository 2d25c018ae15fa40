"""The people of these tests: Kim looks after acme, Ann answers there, Vera only reads; Gil looks after globex."""

from __future__ import annotations

from typing import Any

import msgspec

from app.access import Actor, grant
from app.core.db import TENANT, sql
from app.identity import members
from app.identity.slice import SLICE
from app.identity.tables import Member, Role

PASSWORD = "the printer sings at dawn"
grant(dict(SLICE.grants))


async def person(email: str, name: str, role: Role) -> Member:
    async with TENANT.transaction():
        return await members.seed(email, name, role, PASSWORD)


async def kim() -> Member:
    return await person("kim@acme.test", "Kim Brandt", "admin")


async def ann() -> Member:
    return await person("ann@acme.test", "Ann Okafor", "agent")


async def vera() -> Member:
    return await person("vera@acme.test", "Vera Lund", "viewer")


async def gil() -> Member:
    return await person("gil@globex.test", "Gil Moreau", "admin")


def actor(member: Member) -> Actor:
    return members.actor_of(member)


async def events_named(name: str) -> list[dict[str, Any]]:
    rows = await sql.fetch("SELECT * FROM events WHERE name = $1 ORDER BY seq", name)
    return [dict(row) | {"changes": msgspec.json.decode(row["changes"])} for row in rows]
