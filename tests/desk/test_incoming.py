"""A mail becomes a ticket, an answer finds back to it, and no stranger gets into another's conversation."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest

from app.access import Actor
from app.core.db import TENANT, spawn, sql
from app.crm import contacts
from app.desk import answers, conversation, incoming, tickets
from app.desk.tables import Ticket
from app.files import blobs
from app.mail import inbound, receiving
from app.mail.inbound import Arrival
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from tests.desk import world

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def letter(
    text: str = "It pulls the paper in crooked.",
    *,
    sender: str = "Marta Keller <marta@nordwind.example>",
    to: str = "support@acme.localhost",
    subject: str = "Broken printer on floor 3",
    message_id: str = "<one@nordwind.example>",
    **headers: str,
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    mail["Date"] = "Tue, 24 Nov 2026 09:12:00 +0100"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


async def kept(mail: EmailMessage | bytes, channel: UUID, *, to: str = "support@acme.localhost") -> UUID:
    """What the SMTP listener does: the raw mail is stored."""
    raw = mail if isinstance(mail, bytes) else bytes(mail)
    async with TENANT.transaction():
        count = await sql.fetchval("SELECT count(*) FROM inbound_mails")
        [inbound_id] = await inbound.keep(
            raw,
            [Arrival(channel_id=channel, source_key=f"test-{count}", envelope_from="x@example.test", envelope_to=to)],
            source="smtp",
        )
    return inbound_id


async def arrives(mail: EmailMessage | bytes, channel: UUID, *, to: str = "support@acme.localhost") -> Any:
    """What the worker does then; answers the row of the raw mail."""
    inbound_id = await kept(mail, channel, to=to)
    await receiving.receive(str(inbound_id))
    return await sql.fetchrow("SELECT state, reason, class FROM inbound_mails WHERE id = $1", inbound_id)


async def every_ticket() -> list[Ticket]:
    rows = await sql.fetch("SELECT * FROM tickets ORDER BY number")
    return [Ticket(**row) for row in rows]


class Acme:
    """Acme with a mail channel, and Kim, who answers."""

    def __init__(self, channel: UUID, kim: Actor) -> None:
        self.channel, self.kim = channel, kim

    async def gets(self, text: str = "It pulls the paper in crooked.", **about: str) -> Any:
        return await arrives(letter(text, **about), self.channel)

    async def answers(self, ticket: Ticket, **how: Any) -> Any:
        async with world.unit():
            locked = await tickets.get_for(self.kim, ticket.id, lock=True)
            return await answers.send(locked, by=self.kim, html="<p>Press the levers.</p>", **how)

    async def sets(self, ticket: Ticket, **change: Any) -> Ticket:
        async with world.unit():
            return await tickets.change(await tickets.get_for(self.kim, ticket.id, lock=True), by=self.kim, **change)


@pytest.fixture
async def acme_desk(in_acme: Tenant) -> Acme:
    return Acme(await world.channel(), await world.kim())


async def test_a_mail_becomes_a_ticket_of_its_sender_and_their_company(acme_desk: Acme) -> None:
    row = await acme_desk.gets("Good morning,\n\nit is broken.\n\n-- \nMarta Keller\nNordwind Logistik")
    assert (row["state"], row["class"], row["reason"]) == ("done", "message", "It began ticket #1001.")
    [ticket] = await every_ticket()
    assert (ticket.subject, ticket.status, ticket.snippet) == (
        "Broken printer on floor 3", "new", "Good morning, it is broken.",
    )  # fmt: skip
    assert ticket.customer_wrote_at is not None
    marta = await contacts.get_for(acme_desk.kim, ticket.contact_id)  # type: ignore[arg-type]
    assert (marta.name, marta.account_id) == ("Marta Keller", ticket.account_id)
    [said] = await conversation.of_ticket(ticket)
    assert said.message.reply == "Good morning,\n\nit is broken."
    assert "Nordwind Logistik" in said.message.signature
    [event] = await world.events_named("ticket.created")
    assert event["data"]["channel"] == "support@acme.localhost"  # type: ignore[index]
    assert (event["actor_kind"], event["actor_name"]) == ("mail", "Marta Keller")


async def test_files_and_pictures_are_kept_and_the_html_is_safe(acme_desk: Acme) -> None:
    mail = letter("See the photo.")
    mail.add_alternative(
        '<p onclick="x()">See <b>the</b> photo: <img src="cid:photo@x"><img src="https://tracker.example/p.gif">'
        "<script>alert(1)</script></p>",
        subtype="html",
    )
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<photo@x>", filename="photo.png")  # type: ignore[index,union-attr]
    mail.add_attachment(b"E-13", "text", "plain", filename="error-log.txt")
    await arrives(mail, acme_desk.channel)
    [ticket] = await every_ticket()
    [said] = await conversation.of_ticket(ticket)
    picture, log = sorted(said.files, key=lambda file: file.name, reverse=True)
    assert (picture.name, picture.inline, log.name, log.inline) == ("photo.png", True, "error-log.txt", False)
    assert f'src="/attachments/{picture.id}"' in said.message.html
    assert 'data-remote-src="https://tracker.example/p.gif"' in said.message.html
    assert "script" not in said.message.html
    assert "onclick" not in said.message.html
    assert await blobs.read(log.blob_key) == b"E-13"
    assert ticket.has_files


async def test_the_answer_of_the_customer_finds_back_and_opens_what_waited_or_was_solved(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    assert (await every_ticket())[0].status == "waiting"
    row = await acme_desk.gets(
        "Levers are down.\n\n> Press the levers.", message_id="<two@nordwind.example>", In_Reply_To=answer.message_id,
        subject="AW: Broken printer",
    )  # fmt: skip
    assert row["reason"] == "It goes on with ticket #1001."
    await acme_desk.sets(ticket, status="solved")
    await acme_desk.gets(
        "Broken again.", message_id="<three@nordwind.example>", References=f"<zero@x.example> {answer.message_id}"
    )
    [ticket] = await every_ticket()
    assert (ticket.status, ticket.message_count, ticket.snippet) == ("open", 4, "Broken again.")
    changes = [event["changes"] for event in await world.events_named("message.received")]
    assert changes == [{}, {"status": ["waiting", "open"]}, {"status": ["solved", "open"]}]


async def test_an_answer_to_the_address_with_the_token_finds_back_without_any_headers(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    raw = await blobs.read(await sql.fetchval("SELECT blob_key FROM outbound_mails WHERE id = $1", answer.outbound_id))
    reply_to = next(line for line in raw.decode().split("\r\n") if "support+" in line).strip(" <>").rpartition("<")[2]
    row = await acme_desk.gets("From my phone.", to=reply_to, message_id="<phone@nordwind.example>", subject="printer")
    assert row["reason"] == "It goes on with ticket #1001."


async def test_a_stranger_who_quotes_a_message_or_a_token_gets_a_ticket_of_their_own(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await acme_desk.gets(
        "Show me everything.",
        sender="mallory@evil.example",
        In_Reply_To=answer.message_id,
        message_id="<m@evil.example>",
    )
    first, second = await every_ticket()
    assert (first.message_count, second.message_count) == (2, 1)
    assert (await world.events_named("ticket.created"))[1]["data"]["quotes"] == 1001  # type: ignore[index]
    assert first.status == "waiting"


async def test_a_colleague_of_the_customer_and_whoever_got_a_copy_take_part(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket, cc="consultant@gmail.com")
    for sender in ("Jan <jan@hh.nordwind.example>", "consultant@gmail.com"):
        row = await acme_desk.gets(
            "Me too.", sender=sender, In_Reply_To=answer.message_id, message_id=f"<{sender[:3]}@x.example>"
        )
        assert row["reason"] == "It goes on with ticket #1001."
    said = (await conversation.of_ticket(ticket))[-1].message
    assert said.author_address == "consultant@gmail.com"


async def test_two_people_at_a_free_mail_house_are_strangers_to_each_other(acme_desk: Acme) -> None:
    await acme_desk.gets(sender="anna@gmail.com")
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await acme_desk.gets("Hello", sender="mallory@gmail.com", In_Reply_To=answer.message_id, message_id="<m@gmail.com>")
    assert len(await every_ticket()) == 2


async def test_an_answer_to_a_closed_ticket_begins_one_that_follows_it(acme_desk: Acme) -> None:
    support = await world.team("Support", acme_desk.kim)
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await acme_desk.sets(ticket, status="closed", assignee_id=acme_desk.kim.member_id, team_id=support)
    await acme_desk.gets("It is back.", In_Reply_To=answer.message_id, message_id="<two@nordwind.example>")
    before, after = await every_ticket()
    assert (before.status, after.follows_id, after.team_id) == ("closed", before.id, support)
    assert (after.assignee_id, after.status) == (acme_desk.kim.member_id, "open")


async def test_a_vacation_note_opens_nothing_and_begins_nothing(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket, status="solved")
    written = (await every_ticket())[0].customer_wrote_at
    await acme_desk.gets(
        "I am away.", In_Reply_To=answer.message_id, Auto_Submitted="auto-replied", message_id="<v@nordwind.example>"
    )
    row = await acme_desk.gets(
        "I am away.", Auto_Submitted="auto-replied", message_id="<v2@other.example>", subject="Away"
    )
    assert row["state"] == "dropped"
    [ticket] = await every_ticket()
    assert (ticket.status, ticket.customer_wrote_at) == ("solved", written)
    said = (await conversation.of_ticket(ticket))[-1].message
    assert said.class_ == "auto_reply"


async def test_a_report_that_a_program_sends_by_itself_begins_a_ticket(acme_desk: Acme) -> None:
    row = await acme_desk.gets("Disk full on srv3", sender="monitor@nordwind.example", Auto_Submitted="auto-generated")
    assert row["state"] == "done"
    assert len(await every_ticket()) == 1


async def test_the_same_mail_twice_is_one_ticket_also_at_the_same_moment(acme_desk: Acme) -> None:
    first, second, third = [await kept(letter(), acme_desk.channel) for _ in range(3)]
    await asyncio.gather(spawn(receiving.receive(str(first))), spawn(receiving.receive(str(second))))
    await receiving.receive(str(third))
    await receiving.receive(str(first))
    [ticket] = await every_ticket()
    assert ticket.message_count == 1
    states = [row["state"] for row in await sql.fetch("SELECT state FROM inbound_mails")]
    assert sorted(states) == ["done", "dropped", "dropped"]


async def test_one_message_id_for_all_mails_of_a_bad_program_loses_none(acme_desk: Acme) -> None:
    for subject in ("Scan 1", "Scan 2"):
        await acme_desk.gets(subject=subject, message_id="<scan@device>", sender="scanner@nordwind.example")
    assert [ticket.subject for ticket in await every_ticket()] == ["Scan 1", "Scan 2"]


@pytest.mark.parametrize(
    ("mail", "subject"),
    [
        (letter(subject=""), ""),
        (letter(subject="Re: AW: Fwd: hello"), "Fwd: hello"),
        (letter(subject="ответ: Не печатает"), "Не печатает"),
        (b"From: marta@nordwind.example\r\nSubject: nul \x00 and \xff\r\n\r\nbody \x00 \xed\xa0\x80", None),
        (b"\r\n\r\nnothing at all", ""),
        (b"From: <>\r\n\r\n", ""),
    ],
)
async def test_whatever_comes_becomes_a_ticket(
    acme_desk: Acme, mail: EmailMessage | bytes, subject: str | None
) -> None:
    row = await arrives(mail, acme_desk.channel)
    assert row["state"] == "done", row["reason"]
    [ticket] = await every_ticket()
    if subject is not None:
        assert ticket.subject == subject


async def test_the_customer_is_whom_a_form_writes_for(acme_desk: Acme) -> None:
    await acme_desk.gets(sender="Web <no-reply@acme-site.example>", Reply_To="Rui Tavares <rui@uminho.example>")
    [ticket] = await every_ticket()
    rui = await contacts.get_for(acme_desk.kim, ticket.contact_id)  # type: ignore[arg-type]
    assert (rui.name, rui.email) == ("Rui Tavares", "rui@uminho.example")


async def test_nothing_of_a_mail_to_acme_is_in_globex(acme: Tenant, globex: Tenant) -> None:
    with tenants.enter(acme):
        desk = Acme(await world.channel(), await world.kim())
        await desk.gets()
        [ticket] = await every_ticket()
        answer = await desk.answers(ticket)
        raw = await blobs.read(
            await sql.fetchval("SELECT blob_key FROM outbound_mails WHERE id = $1", answer.outbound_id)
        )
    token = next(line for line in raw.decode().split("\r\n") if "support+" in line).strip(" <>").rpartition("<")[2]
    with tenants.enter(globex):
        channel = await world.channel("support@globex.localhost")
        assert await every_ticket() == []
        mail = letter("Hello", message_id="<g@x.example>", In_Reply_To=answer.message_id, to=token)
        await arrives(mail, channel, to=token)
        [theirs] = await every_ticket()
        assert theirs.message_count == 1
    with tenants.enter(acme):
        assert (await every_ticket())[0].message_count == 2


def test_the_subject_of_a_ticket_has_no_marks_of_ours() -> None:
    token = "a" * 34
    assert incoming.subject_of(f"Re: Printer [#1056-{token}]") == "Printer"
    assert incoming.subject_of("Regarding: re-use") == "Regarding: re-use"
