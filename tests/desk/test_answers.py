"""An answer goes out by mail, can be taken back for some seconds, and never crosses what came in between."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from app.access import Actor
from app.core import clock
from app.core.db import sql
from app.core.errors import Forbidden, Invalid, NotFound
from app.desk import answers, attachments, conversation, drafts, messages, tickets, wording
from app.desk.tables import Message, Ticket
from app.files import blobs
from app.tenancy.tenants import Tenant
from tests.desk import world


async def pieces(*parts: bytes) -> Any:
    for part in parts:
        yield part


async def sent_mail(message: Message) -> EmailMessage:
    key = await sql.fetchval("SELECT blob_key FROM outbound_mails WHERE id = $1", message.outbound_id)
    parsed = message_from_bytes(await blobs.read(key), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


async def locked(ticket: Ticket, by: Actor) -> Ticket:
    return await tickets.get_for(by, ticket.id, lock=True)


async def customer_writes(ticket: Ticket, text: str, message_id: str = "<a@nordwind.example>") -> Message:
    async with world.unit():
        return await messages.insert(
            ticket, direction="inbound", by=Actor.mail("Marta Keller"), author_name="Marta Keller",
            author_address="marta@nordwind.example", text=text, reply=text, message_id=message_id,
            reference_ids=["<root@nordwind.example>"],
        )  # fmt: skip


@pytest.fixture
async def kim(in_acme: Tenant) -> Actor:
    await world.channel()
    return await world.kim()


async def test_an_answer_is_a_mail_with_signature_history_and_threading(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    await customer_writes(printer, "It pulls the paper in crooked.\nE-13.")
    async with world.unit():
        answer = await answers.send(
            await locked(printer, kim), by=kim, html="<p>Hello <b>Marta</b>,</p><p>press the levers.</p><script>x</script>",
            cc="Jan <jan@nordwind.example>, MARTA@nordwind.example",
        )  # fmt: skip
    mail = await sent_mail(answer)
    assert mail["To"] == "Marta Keller <marta@nordwind.example>"
    assert mail["Cc"] == "Jan <jan@nordwind.example>"
    assert mail["Subject"] == "Re: Broken printer on floor 3"
    assert mail["In-Reply-To"] == "<a@nordwind.example>"
    assert mail["References"] == "<root@nordwind.example> <a@nordwind.example>"
    assert mail["Message-ID"] == answer.message_id
    assert "support+" in mail["Reply-To"]
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert text.startswith("Hello Marta,\n\npress the levers.\n\n-- \nYour friends at Acme\n\n")
    assert "> It pulls the paper in crooked.\n> E-13." in text
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<b>Marta</b>" in html
    assert "script" not in html
    ticket = await tickets.get_for(kim, printer.id)
    assert (ticket.status, ticket.snippet, ticket.message_count) == ("waiting", "Hello Marta, press the levers.", 1)
    assert ticket.answered_at is not None
    [event] = await world.events_named("message.sent")
    assert event["changes"] == {"status": ["new", "waiting"]}


async def test_files_wait_in_the_draft_and_go_with_the_answer(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    async with world.unit():
        file = await attachments.add_to_draft(
            printer, "outbound", by=kim, name="../Rollen\u202e für M480.pdf", type="application/pdf",
            content=pieces(b"%PDF", b"-1.7"),
        )  # fmt: skip
        await attachments.add_to_draft(printer, "outbound", by=kim, name="x", type="", content=pieces(b"gone"))
        waiting = await drafts.files_of(await drafts.of(printer, "outbound", by=kim))
        await attachments.remove_from_draft(waiting[1], by=kim)
        answer = await answers.send(await locked(printer, kim), by=kim, html="")
    [attached] = (await sent_mail(answer)).iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Rollen für M480.pdf", b"%PDF-1.7")
    [said] = await conversation.of_ticket(printer)
    assert [one.id for one in said.files] == [file.id]
    assert await drafts.of(printer, "outbound", by=kim) is None
    assert (await tickets.get_for(kim, printer.id)).has_files
    with pytest.raises(NotFound):
        await attachments.remove_from_draft(said.files[0], by=kim)


async def test_a_file_that_is_too_large_is_refused_and_nothing_of_it_stays(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    with pytest.raises(attachments.TooLarge):
        async with world.unit():
            await attachments.add_to_draft(
                printer, "outbound", by=kim, name="big", type="", content=pieces(*[b"x" * 2**20] * 26)
            )
    assert await sql.fetchval("SELECT count(*) FROM blobs") == 0


async def test_an_answer_can_be_taken_back_while_it_waits_and_everything_is_as_before(kim: Actor) -> None:
    ann = await world.ann()
    printer = await world.broken_printer(kim)
    await customer_writes(printer, "It is broken.")
    async with world.unit():
        await attachments.add_to_draft(
            printer, "outbound", by=kim, name="a.txt", type="text/plain", content=pieces(b"a")
        )
        answer = await answers.send(
            await locked(printer, kim),
            by=kim,
            html="<p>Wrong words</p>",
            cc="jan@nordwind.example",
            status="solved",
            undo=True,
        )
    due = await sql.fetchval("SELECT send_at FROM outbound_mails WHERE id = $1", answer.outbound_id)
    assert timedelta(seconds=6) < due - clock.now() <= timedelta(seconds=8)
    with pytest.raises(Forbidden):
        async with world.unit():
            await answers.take_back(answer, by=ann)
    async with world.unit():
        draft = await answers.take_back(answer, by=kim)
    assert (draft.html, draft.cc) == ("<p>Wrong words</p>", "jan@nordwind.example")
    assert [file.name for file in await drafts.files_of(draft)] == ["a.txt"]
    ticket = await tickets.get_for(kim, printer.id)
    assert (ticket.status, ticket.solved_at, ticket.message_count, ticket.snippet) == ("new", None, 1, "It is broken.")
    assert ticket.answered_at is None
    assert await sql.fetchval("SELECT state FROM outbound_mails WHERE id = $1", answer.outbound_id) == "canceled"
    assert [said.message.direction for said in await conversation.of_ticket(ticket)] == ["inbound"]


async def test_an_answer_that_has_left_cannot_be_taken_back(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    async with world.unit():
        answer = await answers.send(await locked(printer, kim), by=kim, html="<p>Hello</p>", undo=True)
    await sql.execute("UPDATE outbound_mails SET state = 'sending', attempts = 1")
    with pytest.raises(answers.TooLate):
        async with world.unit():
            await answers.take_back(answer, by=kim)
    assert len(await conversation.of_ticket(printer)) == 1


async def test_what_came_in_between_is_shown_before_the_answer_goes(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    first = await customer_writes(printer, "It is broken.")
    second = await customer_writes(printer, "It works again!", "<b@nordwind.example>")
    async with world.unit():
        with pytest.raises(answers.NewMessage) as refusal:
            await answers.send(await locked(printer, kim), by=kim, html="<p>We come.</p>", seen=first.id)
        assert refusal.value.detail == {"message_id": str(second.id), "author": "Marta Keller"}
        await answers.send(await locked(printer, kim), by=kim, html="<p>Fine.</p>", seen=second.id)
        await answers.send(await locked(printer, kim), by=kim, html="<p>One more thing.</p>", seen=second.id)


async def test_who_else_is_writing_is_seen_for_two_minutes(kim: Actor) -> None:
    ann = await world.ann()
    printer = await world.broken_printer(kim)
    await drafts.save(printer, "outbound", by=ann, html="<p>Levers</p>")
    assert [(one.name, one.html) for one in await drafts.others(printer.id, by=kim)] == [
        ("Ann Okafor", "<p>Levers</p>")
    ]
    assert await drafts.others(printer.id, by=ann) == []
    first = await customer_writes(printer, "It is broken.")
    with pytest.raises(answers.AnotherWrites) as refusal:
        async with world.unit():
            await answers.send(await locked(printer, kim), by=kim, html="<p>We come.</p>", seen=first.id)
    assert refusal.value.message.startswith("Ann Okafor is writing")
    await sql.execute("UPDATE drafts SET saved_at = saved_at - interval '3 minutes'")
    assert await drafts.others(printer.id, by=kim) == []


async def test_drafts_survive_and_belong_to_one_member_each(kim: Actor) -> None:
    ann = await world.ann()
    printer = await world.broken_printer(kim)
    await drafts.save(printer, "outbound", by=kim, html='<p onclick="x">Half</p>')
    await drafts.save(printer, "note", by=kim, html="<p>Note</p>")
    await drafts.save(printer, "outbound", by=kim, cc="jan@nordwind.example")
    kept = await drafts.of(printer, "outbound", by=kim)
    assert kept is not None
    assert (kept.html, kept.cc) == ("<p>Half</p>", "jan@nordwind.example")
    assert await drafts.of(printer, "outbound", by=ann) is None
    async with world.unit():
        file = await attachments.add_to_draft(printer, "note", by=kim, name="a", type="", content=pieces(b"a"))
    with pytest.raises(NotFound):
        await conversation.file_for(ann, file.id)
    await drafts.discard(printer, "note", by=kim)
    assert await drafts.of(printer, "note", by=kim) is None
    with pytest.raises(NotFound):
        await conversation.file_for(kim, file.id)


async def test_notes_stay_in_the_house_and_call_colleagues(kim: Actor) -> None:
    ann = await world.ann()
    await world.member("ann.two@acme.test", "Ann Weber")
    printer = await world.broken_printer(kim)
    text = "<p>@Ann Okafor please look, @ann cannot be told apart, @kim too, mail@ann.example is an address</p>"
    async with world.unit():
        await messages.add_note(await locked(printer, kim), by=kim, html=text)
        with pytest.raises(messages.Empty):
            await messages.add_note(await locked(printer, kim), by=kim, html="<p><br></p>")
    [event] = await world.events_named("message.noted")
    assert event["data"]["mentions"] == [str(ann.member_id), str(kim.member_id)]  # type: ignore[index]
    ticket = await tickets.get_for(kim, printer.id)
    assert (ticket.status, ticket.snippet) == ("new", "")
    assert await sql.fetchval("SELECT count(*) FROM outbound_mails") == 0


async def test_without_a_customer_or_a_channel_nothing_is_sent(in_acme: Tenant) -> None:
    kim, vera = await world.kim(), await world.vera()
    printer = await world.broken_printer(kim)
    async with world.unit():
        nobody = await tickets.create(subject="Call from somebody", by=kim)
        with pytest.raises(answers.NobodyToAnswer):
            await answers.send(nobody, by=kim, html="<p>Hello</p>")
        with pytest.raises(answers.NoChannel):
            await answers.send(printer, by=kim, html="<p>Hello</p>")
        with pytest.raises(Forbidden):
            await answers.send(printer, by=vera, html="<p>Hello</p>")
        with pytest.raises(messages.Empty):
            await answers.send(printer, by=kim, html="<p> </p>")
        with pytest.raises(Forbidden):
            await messages.add_note(printer, by=vera, html="<p>Hello</p>")


@pytest.mark.parametrize("cc", ["nobody", "a@b@c, d", "x@nordwind.example, not an address"])
async def test_a_copy_needs_an_address(kim: Actor, cc: str) -> None:
    with pytest.raises(Invalid) as wrong:
        answers.checked_copies(cc, without="")
    assert set(wrong.value.errors) == {"cc"}


def test_what_is_written_keeps_only_formatting_that_every_reader_has() -> None:
    safe, text = wording.checked(
        '<p style="color:red" onclick="x">Hi <b>you</b></p><img src=x onerror=y><a href="javascript:x">a</a>'
        '<a href="https://acme.test">b</a><style>p{}</style><p><br></p>'
    )
    assert "style" not in safe
    assert "onclick" not in safe
    assert "img" not in safe
    assert "javascript" not in safe
    assert '<a href="https://acme.test" rel="noopener noreferrer" target="_blank">b</a>' in safe.replace(
        'target="_blank" rel="noopener noreferrer"', 'rel="noopener noreferrer" target="_blank"'
    )
    assert text.startswith("Hi you")
    assert wording.html_of("a < b\nc\n\nd") == "<p>a &lt; b<br>c</p><p>d</p>"


async def test_the_same_file_of_another_ticket_is_not_seen_without_its_ticket(kim: Actor, in_acme: Tenant) -> None:
    with pytest.raises(NotFound):
        await conversation.message_for(kim, UUID(int=1))
    with pytest.raises(NotFound):
        await conversation.file_for(kim, UUID(int=1))


async def test_what_is_sent_twice_within_seconds_goes_out_once(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    first = await customer_writes(printer, "It is broken.")
    sent = set()
    for _click in range(2):
        async with world.unit():
            sent.add((await answers.send(await locked(printer, kim), by=kim, html="<p>We come.</p>", seen=first.id)).id)
            await messages.add_note(await locked(printer, kim), by=kim, html="<p>Soft rollers</p>")
    assert len(sent) == 1
    assert await sql.fetchval("SELECT count(*) FROM outbound_mails") == 1
    assert len(await conversation.of_ticket(printer)) == 3
    await sql.execute("UPDATE messages SET created_at = created_at - interval '1 minute' WHERE direction = 'outbound'")
    async with world.unit():
        sent.add((await answers.send(await locked(printer, kim), by=kim, html="<p>We come.</p>")).id)
    assert len(sent) == 2


async def test_a_program_that_answers_leaves_the_drafts_of_its_member_alone(kim: Actor) -> None:
    printer = await world.broken_printer(kim)
    program = Actor(kind="token", id=UUID(int=7), member_id=kim.member_id, name="Robot", role="agent", email=kim.email)
    async with world.unit():
        await attachments.add_to_draft(printer, "outbound", by=kim, name="a", type="", content=pieces(b"a"))
        await drafts.save(printer, "outbound", by=kim, html="<p>Half</p>")
        for _time in range(2):
            await answers.send(await locked(printer, kim), by=program, html="<p>We come.</p>")
    kept = await drafts.of(printer, "outbound", by=kim)
    assert kept is not None
    assert len(await drafts.files_of(kept)) == 1
    assert len(await conversation.of_ticket(printer)) == 2
