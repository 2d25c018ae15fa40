"""A ticket is worked on by several people at once, and every change can be told afterwards."""

from __future__ import annotations

import pytest

from app.core import ids
from app.core.db import sql
from app.core.errors import Forbidden, Invalid, NotFound
from app.crm import contacts
from app.crm.editing import ChangedMeanwhile
from app.desk import listing, reads, tags, tickets, together
from app.desk.listing import Filter
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.desk import world


async def test_a_new_ticket_has_number_customer_and_account(in_acme: Tenant) -> None:
    kim = await world.kim()
    printer = await world.broken_printer(kim)
    second = await world.broken_printer(kim, "Toner", "jan@nordwind.example")
    assert (printer.number, second.number, printer.status) == (1001, 1002, "new")
    assert printer.account_id == second.account_id is not None
    assert printer.contact_id != second.contact_id
    assert (await tickets.numbered_for(kim, 1001)).subject == "Broken printer on floor 3"
    assert [event["data"]["number"] for event in await world.events_named("ticket.created")] == [1001, 1002]  # type: ignore[index]


async def test_who_takes_a_new_ticket_opens_it_and_the_journal_says_who_and_from_whom(in_acme: Tenant) -> None:
    kim, ann = await world.kim(), await world.ann()
    printer = await world.broken_printer(kim)
    async with world.unit():
        ticket = await tickets.get_for(kim, printer.id, lock=True)
        ticket = await tickets.change(ticket, by=kim, assignee_id=ann.member_id)
        ticket = await tickets.change(ticket, by=ann, assignee_id=kim.member_id, priority="high")
        same = await tickets.change(ticket, by=kim, priority="high")
    assert (ticket.status, ticket.assignee_id, ticket.version, same.version) == ("open", kim.member_id, 3, 3)
    first, second = await world.events_named("ticket.changed")
    assert first["changes"] == {"assignee_id": [None, str(ann.member_id)], "status": ["new", "open"]}
    assert second["data"]["names"] == {"assignee_id": ["Ann Okafor", "Kim Brandt"]}  # type: ignore[index]


async def test_solving_and_opening_again_keep_the_moments_true(in_acme: Tenant) -> None:
    kim = await world.kim()
    printer = await world.broken_printer(kim)
    async with world.unit():
        solved = await tickets.change(await tickets.get_for(kim, printer.id, lock=True), by=kim, status="solved")
        closed = await tickets.change(solved, by=kim, status="closed")
        opened = await tickets.change(closed, by=kim, status="open")
    assert solved.solved_at
    assert closed.closed_at
    assert (opened.solved_at, opened.closed_at) == (None, None)


async def test_two_change_the_same_field_and_the_second_is_told_but_different_fields_do_not_meet(
    in_acme: Tenant,
) -> None:
    kim, ann = await world.kim(), await world.ann()
    printer = await world.broken_printer(kim)
    async with world.unit():
        await tickets.change(await tickets.get_for(kim, printer.id, lock=True), by=kim, seen=1, priority="high")
    async with world.unit():
        ticket = await tickets.get_for(ann, printer.id, lock=True)
        ticket = await tickets.change(ticket, by=ann, seen=1, subject="Printer on floor 3")
        with pytest.raises(ChangedMeanwhile) as conflict:
            await tickets.change(ticket, by=ann, seen=1, priority="urgent")
    assert conflict.value.detail["fields"] == {"priority": {"theirs": "high", "yours": "urgent"}}


async def test_another_customer_brings_their_account_along(in_acme: Tenant) -> None:
    kim = await world.kim()
    printer = await world.broken_printer(kim)
    async with world.unit():
        priya = await contacts.create(name="Priya Raman", email="priya@brightside.example", by=kim)
        ticket = await tickets.get_for(kim, printer.id, lock=True)
        ticket = await tickets.change(ticket, by=kim, contact_id=priya.id)
    assert ticket.account_id == priya.account_id


async def test_what_cannot_be_is_refused(in_acme: Tenant) -> None:
    kim, vera = await world.kim(), await world.vera()
    printer = await world.broken_printer(kim)
    async with world.unit():
        ticket = await tickets.get_for(kim, printer.id, lock=True)
        for given in (
            {"status": "done"},
            {"priority": "vital"},
            {"subject": "  "},
            {"assignee_id": vera.member_id},
            {"team_id": ids.new()},
        ):
            with pytest.raises(Invalid) as wrong:
                await tickets.change(ticket, by=kim, **given)  # type: ignore[arg-type]
            assert set(wrong.value.errors) == set(given)
        with pytest.raises(NotFound):
            await tickets.change(ticket, by=kim, contact_id=ids.new())
        with pytest.raises(Forbidden):
            await tickets.change(ticket, by=vera, status="solved")
        with pytest.raises(Forbidden):
            await tags.add(ticket, "x", by=vera)
    with pytest.raises(NotFound):
        await tickets.numbered_for(kim, 10**30)


async def test_tags_are_one_word_in_any_case_and_each_change_is_told(in_acme: Tenant) -> None:
    kim = await world.kim()
    printer = await world.broken_printer(kim)
    async with world.unit():
        first = await tags.add(printer, "#Hardware", by=kim)
        again = await tags.add(printer, "hardware", by=kim)
        await tags.add(printer, "hamburg", by=kim)
        assert first == again
        assert [tag.name for tag in await tags.of_ticket(printer.id)] == ["hamburg", "Hardware"]
        await tags.replace(printer, ["HAMBURG", "toner"], by=kim)
        assert [tag.name for tag in await tags.of_ticket(printer.id)] == ["hamburg", "toner"]
        for word in ("", "x" * 41):
            with pytest.raises(Invalid):
                await tags.add(printer, word, by=kim)
    changes = [event["changes"] for event in await world.events_named("ticket.changed")]
    assert changes == [
        {"tags": [None, "Hardware"]},
        {"tags": [None, "hamburg"]},
        {"tags": ["Hardware", None]},
        {"tags": [None, "toner"]},
    ]


async def test_lists_are_filtered_counted_and_turned_over(in_acme: Tenant) -> None:
    kim, ann = await world.kim(), await world.ann()
    support = await world.team("Support", kim)
    made = [await world.broken_printer(kim, f"Printer {n}", f"p{n % 3}@firm{n % 3}.example") for n in range(7)]
    async with world.unit():
        for ticket in made[:3]:
            await tickets.change(ticket, by=kim, assignee_id=ann.member_id, team_id=support)
        await tags.add(made[0], "hardware", by=kim)
    seen, after = [], None
    while True:
        lines, after = await listing.lines(kim, Filter(), sort="newest", after=after, limit=3)
        seen += [line.number for line in lines]
        if after is None:
            break
    assert seen == [1007, 1006, 1005, 1004, 1003, 1002, 1001]

    async def numbers(**wanted: object) -> list[int]:
        lines, _next = await listing.lines(kim, Filter(**wanted), sort="newest")  # type: ignore[arg-type]
        return [line.number for line in lines]

    assert await numbers(assignee=ann.member_id) == [1003, 1002, 1001]
    assert await numbers(assignee="me") == []
    assert await numbers(assignee="none", statuses=("new",)) == [1007, 1006, 1005, 1004]
    assert await numbers(team="mine") == await numbers(team=support) == [1003, 1002, 1001]
    assert await numbers(team="none", text="printer 4") == [1005]
    assert await numbers(tags=("HARDWARE",)) == [1001]
    assert await numbers(account=made[0].account_id) == [1007, 1004, 1001]
    assert await numbers(contact=made[1].contact_id) == [1005, 1002]
    assert await numbers(text="#1006") == [1006]
    assert await numbers(text="firm2.example") == [1006, 1003]
    assert await numbers(text="100%") == await numbers(text="_") == []
    assert await listing.count_statuses(kim, Filter()) == {"new": 4, "open": 3}
    waiting = await listing.count_waiting(ann)
    assert (waiting.mine, waiting.unassigned, waiting.everybody) == (3, 4, 7)
    with pytest.raises(Invalid):
        await listing.lines(kim, Filter(), after="nonsense")


async def test_a_list_is_one_statement_however_long_it_is(in_acme: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = await world.kim()
    for n in range(5):
        await world.broken_printer(kim, f"Printer {n}")
    asked: list[str] = []
    fetch = sql.fetch

    async def counting(query: str, *arguments: object) -> list[object]:
        asked.append(query)
        return await fetch(query, *arguments)

    monkeypatch.setattr(sql, "fetch", counting)
    lines, _next = await listing.lines(kim, Filter(text="printer"))
    assert (len(lines), len(asked)) == (5, 1)


async def test_many_are_changed_at_once_and_changed_back_where_nobody_was_faster(in_acme: Tenant) -> None:
    kim, ann = await world.kim(), await world.ann()
    made = [await world.broken_printer(kim, f"Printer {n}") for n in range(3)]
    async with world.unit():
        done = await together.change([*(one.id for one in made), ids.new()], by=kim, assignee_id=kim.member_id)
    assert done.count == 3
    async with world.unit():
        await tickets.change(await tickets.get_for(ann, made[1].id, lock=True), by=ann, assignee_id=ann.member_id)
    async with world.unit():
        assert await together.undo(done.id, after=done.after, by=ann) == 0
        assert await together.undo(done.id, after=done.after, by=kim) == 2
    now = [await tickets.get_for(kim, one.id) for one in made]
    assert [(one.assignee_id, one.status) for one in now] == [(None, "new"), (ann.member_id, "open"), (None, "new")]


async def test_what_a_member_has_read_is_theirs_alone(in_acme: Tenant) -> None:
    kim, ann = await world.kim(), await world.ann()
    printer = await world.broken_printer(kim)
    await sql.execute("UPDATE tickets SET customer_wrote_at = now()")

    async def unread(who: object) -> bool:
        lines, _next = await listing.lines(who, Filter())  # type: ignore[arg-type]
        return lines[0].unread

    assert await unread(kim)
    await reads.mark_read(printer.id, by=kim)
    assert not await unread(kim)
    assert await unread(ann)
    await reads.mark_unread(printer.id, by=kim)
    assert await unread(kim)


async def test_what_globex_owns_is_not_there_in_acme(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(globex):
        gil = await world.member("gil@globex.test", "Gil", "admin")
        theirs = await world.broken_printer(gil)
    with tenants.enter(acme):
        kim = await world.kim()
        with pytest.raises(NotFound):
            await tickets.get_for(kim, theirs.id)
        with pytest.raises(NotFound):
            await tickets.numbered_for(kim, theirs.number)
        mine = await world.broken_printer(kim)
        async with world.unit():
            ticket = await tickets.get_for(kim, mine.id, lock=True)
            with pytest.raises(NotFound):
                await tickets.change(ticket, by=kim, contact_id=theirs.contact_id)
            with pytest.raises(Invalid):
                await tickets.change(ticket, by=kim, assignee_id=gil.member_id)
        assert (await listing.lines(kim, Filter(contact=theirs.contact_id)))[0] == []
