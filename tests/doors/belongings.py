"""What acme owns in the tests of isolation, one of everything that has an address."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from app.access import Actor
from app.core.db import TENANT, sql
from app.identity import links, members, notifications, teams
from app.identity.sessions import hashed
from app.journal import events
from app.mail import channels
from app.tenancy import tenants, workers
from app.tenancy.tenants import Tenant
from tests.doors.browsers import Doors, Person
from tests.doors.test_messages_api import attach
from tests.doors.test_tickets_api import TICKETS, make

SECRET = "the secret printer of floor three"
NOWHERE = "0190a000-0000-7000-8000-00000000dead"
PARAMETER = re.compile(r"\{(\w+):?\w*\}")
# The same name means another thing at these addresses.
OTHERWISE = {"/dev/outbox/{mail_id:uuid}/files/{number:int}": {"number": "0"}}
WORDS = {"key": "mine", "kind": "note", "name": "vip"}
"""Parameters that identify nothing of a tenant."""


def routes(app: Any, *, operator: bool = False) -> list[tuple[str, str, Any]]:
    """Method, path template and handler of everything behind the gate."""
    gate = app.app.app.app
    litestar = gate.cell_app if operator else gate.tenant_app.app
    return [
        (method, route.path, handler)
        for route in litestar.routes
        for method, (handler, _model) in sorted(route.route_handler_map.items())
        if method != "OPTIONS"
    ]


def fill(path: str, ids: dict[str, str]) -> str:
    """The address at `path` of what `ids` names."""
    given = WORDS | ids | OTHERWISE.get(path, {})

    def value(found: re.Match[str]) -> str:
        assert found[1] in given, (
            f"{path}: say in tests/doors/belongings.py what {found[1]} is, so that it is tried on others"
        )
        return given[found[1]]

    return PARAMETER.sub(value, path)


NAMES = """ticket_id message_id attachment_id account_id contact_id team_id member_id session_id token_id notification_id
channel_id mail_id"""
NOTHING = dict.fromkeys(NAMES.split(), NOWHERE) | {"number": "987654", "token": "x" * 43}


async def of_acme(doors: Doors, acme: Tenant, kim: Person, ann: Person) -> dict[str, str]:
    """One of everything, by the name that addresses have for it. What can be read in it says SECRET."""
    with tenants.enter(acme):
        async with TENANT.transaction():
            channel = await channels.create("secret@acme.localhost", name=SECRET, by=Actor.system())
            team = await teams.create(SECRET, by=kim.actor)
    api = await doors.program(kim)
    await make(api, "Another one")
    ticket = await make(
        api, SECRET, text=SECRET, contact={"email": "marta@secret.example", "name": SECRET}, tags=["vip"], assignee="me"
    )
    answer = (await api.post(f"{TICKETS}/{ticket['id']}/messages", json={"text": SECRET})).json()
    await attach(doors, ann, ticket, "secret.txt", SECRET.encode(), "text/plain")
    await attach(doors, ann, ticket, "secret.txt", SECRET.encode(), "text/plain", direction="outbound")
    with tenants.enter(acme):
        await workers.drain()
        row = await sql.fetchrow("SELECT * FROM events WHERE name = 'message.noted'")
        async with TENANT.transaction():
            await notifications.create(kim.member.id, events.of_row(row), reason="ticket.noted", title=SECRET)
            invited = await members.invite("new@acme.test", role="agent", by=kim.actor)
            link = await links.make(invited, "invitation", made_by=SECRET)
        one: dict[str, UUID] = dict(
            await sql.fetchrow(
                "SELECT (SELECT id FROM attachments LIMIT 1) AS attachment_id, (SELECT id FROM notifications LIMIT 1)"
                " AS notification_id, (SELECT id FROM outbound_mails ORDER BY created_at DESC LIMIT 1) AS mail_id,"
                " (SELECT id FROM sessions WHERE token_hash = $1) AS session_id,"
                " (SELECT id FROM api_tokens WHERE token_hash = $2) AS token_id",
                hashed(kim.session),
                hashed(kim.token),
            )
        )
    return {name: str(id) for name, id in one.items()} | {
        "ticket_id": ticket["id"],
        "number": str(ticket["number"]),
        "message_id": answer["id"],
        "account_id": ticket["account"]["id"],
        "contact_id": ticket["contact"]["id"],
        "member_id": str(ann.member.id),
        "team_id": str(team.id),
        "channel_id": str(channel.id),
        "token": link.rpartition("/")[2],
    }


async def print_of(tenant: Tenant) -> dict[str, str]:
    """A print of each of a tenant's tables, but those that note a visit: any change in a row changes it."""
    with tenants.enter(tenant):
        names = [row[0] for row in await sql.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {
            name: str(
                await sql.fetchval(
                    f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{name}\" t"
                )
            )
            for name in names
            if name not in ("sessions", "api_tokens", "members", "schema_migrations", "attempts")
        }
