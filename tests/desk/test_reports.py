"""An answer that comes back is seen where it was written."""

from __future__ import annotations

import pytest

from app.core.db import sql
from app.crm import contacts
from app.desk import conversation, reports
from app.mail import delivery
from app.tenancy.tenants import Tenant
from tests.desk import world
from tests.desk.test_incoming import Acme, arrives, every_ticket, letter


@pytest.fixture
async def acme_desk(in_acme: Tenant) -> Acme:
    return Acme(await world.channel(), await world.kim())


def bounce_of(
    message_id: str, *, status: str = "5.1.1", code: str = "550 5.1.1 no such user here", action: str = "failed"
) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.nordwind.example>\r\nTo: support@acme.localhost\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b@mx.nordwind.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.nordwind.example\r\n\r\n"
        f"Final-Recipient: rfc822; marta@nordwind.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {code}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: Re: x\r\n\r\n--b--\r\n"
    ).encode()


async def test_a_bounce_stands_with_the_answer_that_failed_and_it_is_our_turn_again(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await sql.execute("UPDATE outbound_mails SET state = 'sent'")
    row = await arrives(bounce_of(answer.message_id), acme_desk.channel)
    assert (row["class"], row["state"]) == ("bounce", "done")
    [ticket] = await every_ticket()
    assert ticket.status == "open"
    _asked, answered, report = await conversation.of_ticket(ticket)
    assert answered.delivery is not None
    assert (answered.delivery.state, "no such user" in answered.delivery.reason) == ("bounced", True)
    assert (report.message.class_, report.message.failed_message_id) == ("bounce", answer.id)
    marta = await contacts.by_email("marta@nordwind.example")
    assert marta is not None
    assert marta.mail_state == "bounced"
    [event] = await world.events_named("message.bounced")
    assert event["data"]["author_id"] == str(acme_desk.kim.member_id)  # type: ignore[index]


async def test_a_full_mailbox_says_nothing_about_the_address(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await sql.execute("UPDATE outbound_mails SET state = 'sent'")
    await arrives(bounce_of(answer.message_id, status="5.2.2", code="552 5.2.2 mailbox full"), acme_desk.channel)
    marta = await contacts.by_email("marta@nordwind.example")
    assert marta is not None
    assert marta.mail_state == "ok"
    answered = (await conversation.of_ticket(ticket))[1]
    assert answered.delivery is not None
    assert answered.delivery.state == "bounced"


async def test_a_delay_and_a_report_on_a_mail_that_is_not_ours_change_nothing(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    delay = bounce_of(answer.message_id, status="4.4.1", code="421 try later", action="delayed")
    assert (await arrives(delay, acme_desk.channel))["state"] == "dropped"
    other = bounce_of("<never@acme.localhost>").replace(b"<b@", b"<b2@")
    assert (await arrives(other, acme_desk.channel))["state"] == "dropped"
    assert [(one.status, one.message_count) for one in await every_ticket()] == [("waiting", 2)]


async def test_a_mail_from_the_address_makes_it_good_again(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await arrives(bounce_of(answer.message_id), acme_desk.channel)
    await arrives(letter("I am back", message_id="<again@nordwind.example>"), acme_desk.channel)
    marta = await contacts.by_email("marta@nordwind.example")
    assert marta is not None
    assert marta.mail_state == "ok"


async def test_an_answer_that_no_server_takes_opens_the_ticket_again(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    async with world.unit():
        await delivery.tell(answer.outbound_id, "failed", "554 rejected")
    [ticket] = await every_ticket()
    assert ticket.status == "open"
    [event] = await world.events_named("message.failed")
    assert event["data"]["reason"] == "554 rejected"  # type: ignore[index]
    assert reports.delivered in delivery._listeners
