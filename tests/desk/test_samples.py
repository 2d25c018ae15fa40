"""The demo tenants are full of life, and nothing of it is ever sent."""

from __future__ import annotations

from app.core import clock
from app.core.db import TENANT, sql
from app.desk import conversation, listing, samples
from app.desk.listing import Filter
from app.desk.tables import Ticket
from app.identity import members
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.desk import world

PEOPLE = [
    ("kim@acme.test", "Kim Brandt", "admin"),
    ("ann@acme.test", "Ann Okafor", "agent"),
    ("jonas@acme.test", "Jonas Weber", "agent"),
]


async def people(everybody: list[tuple[str, str, str]]) -> None:
    async with TENANT.transaction():
        for email, name, role in everybody:
            await members.seed(email, name, role, "the printer sings at dawn")  # type: ignore[arg-type]  # one of the roles


async def test_acme_is_told_once_and_as_it_happened(in_acme: Tenant) -> None:
    await people(PEOPLE)
    assert await samples.fill() > 20
    assert await samples.fill() == 0
    kim = members.actor_of(await members.by_email("kim@acme.test"))  # type: ignore[arg-type]
    lines, _next = await listing.lines(kim, Filter(), limit=100)
    assert lines[0].subject == "Payments stuck on “processing” since this morning"
    assert {line.status for line in lines} == {"new", "open", "waiting", "solved", "closed"}
    assert all(line.account for line in lines if line.contact and not (line.contact.email or "").endswith("gmail.com"))
    printer = Ticket(**await sql.fetchrow("SELECT * FROM tickets WHERE subject = 'Broken printer on floor 3'"))
    said = await conversation.of_ticket(printer)
    assert [one.message.direction for one in said] == ["inbound", "note", "note", "outbound", "inbound"]
    assert [file.name for file in said[0].files] == ["floor-3-printer.png", "error-log.txt"]
    assert said[0].message.signature.startswith("Marta Keller") or "Marta Keller" in said[0].message.text
    assert "Press" not in said[4].message.reply
    assert said[4].message.quoted
    assert (clock.now() - said[0].message.created_at).total_seconds() > 6000
    happened = await sql.fetch(
        "SELECT at FROM events WHERE kind = 'ticket' AND record_id = $1 ORDER BY seq", printer.id
    )
    times = [row["at"] for row in happened]
    assert times == sorted(times)
    states = {row["state"] for row in await sql.fetch("SELECT DISTINCT state FROM outbound_mails")}
    assert states == {"sent"}
    unread = await sql.fetchval(
        "SELECT count(*) FROM notifications WHERE read_at IS NULL AND member_id = $1", kim.member_id
    )
    assert 0 < unread < 10


async def test_globex_is_another_world(globex: Tenant) -> None:
    with tenants.enter(globex):
        await people([("gil@globex.test", "Gil Moreau", "admin")])
        assert await samples.fill("few") == 5
        assert await sql.fetchval("SELECT count(*) FROM contacts WHERE email LIKE '%nordwind%'") == 0


async def test_another_tenant_stays_empty(in_acme: Tenant) -> None:
    await world.broken_printer(await world.kim())
    assert await samples.fill() == 0
