"""Who hears of what in the bell."""

from __future__ import annotations

import pytest

from app.access import Actor
from app.core.db import sql
from app.desk import messages, notifying, tickets
from app.desk.tables import Ticket
from app.identity import notifications
from app.journal import consumers
from app.tenancy.tenants import Tenant
from tests.desk import world
from tests.desk.test_incoming import Acme, arrives, every_ticket
from tests.desk.test_reports import bounce_of

assert notifying.notify


async def told() -> list[tuple[str, str]]:
    """After the journal was read: who was told, and why."""
    await consumers.drain()
    rows = await sql.fetch(
        "SELECT m.email, n.reason FROM notifications n JOIN members m ON m.id = n.member_id ORDER BY n.created_at, n.id"
    )
    return [(row["email"].partition("@")[0], row["reason"]) for row in rows]


@pytest.fixture
async def acme_desk(in_acme: Tenant) -> Acme:
    return Acme(await world.channel(), await world.kim())


async def changed(ticket: Ticket, by: Actor, **change: object) -> Ticket:
    async with world.unit():
        return await tickets.change(await tickets.get_for(by, ticket.id, lock=True), by=by, **change)  # type: ignore[arg-type]


async def test_a_ticket_that_is_given_and_the_answer_to_it(acme_desk: Acme) -> None:
    ann = await world.ann()
    await acme_desk.gets()
    [ticket] = await every_ticket()
    assert await told() == []
    await changed(ticket, acme_desk.kim, assignee_id=ann.member_id)
    await changed(ticket, acme_desk.kim, priority="high")
    assert await told() == [("ann", "assigned")]
    await acme_desk.gets("Still broken", message_id="<2@nordwind.example>", In_Reply_To="<one@nordwind.example>")
    await acme_desk.gets(
        "I am away.",
        Auto_Submitted="auto-replied",
        message_id="<v@nordwind.example>",
        In_Reply_To="<one@nordwind.example>",
    )
    assert await told() == [("ann", "assigned"), ("ann", "reply")]
    await changed(ticket, ann, assignee_id=None)
    await changed(ticket, ann, assignee_id=ann.member_id)
    assert len(await told()) == 2


async def test_who_is_called_by_name_hears_of_the_note_and_the_assignee_too(acme_desk: Acme) -> None:
    ann = await world.ann()
    await acme_desk.gets()
    [ticket] = await every_ticket()
    await changed(ticket, acme_desk.kim, assignee_id=acme_desk.kim.member_id)
    async with world.unit():
        locked = await tickets.get_for(ann, ticket.id, lock=True)
        await messages.add_note(locked, by=ann, html="<p>@Ann and @Kim: soft rollers?</p>")
    assert await told() == [("kim", "mentioned")]


async def test_a_team_hears_of_what_nobody_has_taken(acme_desk: Acme) -> None:
    ann = await world.ann()
    support = await world.team("Support", ann, acme_desk.kim)
    await sql.execute("UPDATE mail_channels SET team_id = $1", support)
    await acme_desk.gets()
    assert sorted(await told()) == [("ann", "arrived"), ("kim", "arrived")]
    other = await world.team("Billing", ann)
    [ticket] = await every_ticket()
    await changed(ticket, acme_desk.kim, team_id=other)
    assert (await told())[-1] == ("ann", "team")


async def test_whoever_wrote_the_answer_that_came_back_is_told(acme_desk: Acme) -> None:
    ann = await world.ann()
    await acme_desk.gets()
    [ticket] = await every_ticket()
    await changed(ticket, ann, assignee_id=ann.member_id)
    answer = await acme_desk.answers(ticket)
    await arrives(bounce_of(answer.message_id), acme_desk.channel)
    assert await told() == [("kim", "bounced")]
    [one] = await notifications.list_for(acme_desk.kim)
    assert notifications.sentence_of(one) == "An answer of yours came back"
    assert notifications.href_of(one) == f"/tickets/by-id/{ticket.id}"


async def test_reading_an_event_twice_tells_nobody_twice(acme_desk: Acme) -> None:
    ann = await world.ann()
    await acme_desk.gets()
    [ticket] = await every_ticket()
    await changed(ticket, acme_desk.kim, assignee_id=ann.member_id)
    assert len(await told()) == 1
    await sql.execute("UPDATE event_cursors SET low = '0', high = '0', after_seq = 0")
    assert len(await told()) == 1
