"""Letters that strangers write to get into another's conversation, or to spoil it."""

from __future__ import annotations

import pytest

from app.core.db import sql
from app.crm import contacts
from app.tenancy.tenants import Tenant
from tests.desk import world
from tests.desk.test_incoming import Acme, arrives, every_ticket, letter
from tests.desk.test_reports import bounce_of


@pytest.fixture
async def acme_desk(in_acme: Tenant) -> Acme:
    return Acme(await world.channel(), await world.kim())


async def test_a_forged_report_marks_nobody_but_whom_the_answer_was_for(acme_desk: Acme) -> None:
    """Marta has a mail of ours and writes a report on it that names Hugo."""
    await arrives(letter(sender="hugo@other.example", message_id="<h@other.example>"), acme_desk.channel)
    await acme_desk.gets()
    ticket = (await every_ticket())[-1]
    answer = await acme_desk.answers(ticket)
    await sql.execute("UPDATE outbound_mails SET state = 'sent'")
    forged = bounce_of(answer.message_id).replace(
        b"\r\n\r\n--b\r\nContent-Type: text/rfc822-headers",
        b"\r\n\r\nFinal-Recipient: rfc822; hugo@other.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers",
    )
    await arrives(forged, acme_desk.channel)
    hugo, marta = [await contacts.by_email(one) for one in ("hugo@other.example", "marta@nordwind.example")]
    assert hugo is not None
    assert marta is not None
    assert (hugo.mail_state, marta.mail_state) == ("ok", "bounced")


async def test_a_forwarded_answer_that_failed_counts_for_whom_it_was_written_to(acme_desk: Acme) -> None:
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    await sql.execute("UPDATE outbound_mails SET state = 'sent'")
    report = bounce_of(answer.message_id).replace(b"marta@nordwind.example", b"m.keller@elsewhere.example")
    await arrives(report, acme_desk.channel)
    marta = await contacts.by_email("marta@nordwind.example")
    assert marta is not None
    assert marta.mail_state == "bounced"


async def test_a_stranger_gets_nowhere_with_a_customers_reply_to(acme_desk: Acme) -> None:
    """A no-reply sender may write for somebody else, but not into that somebody's ticket."""
    await acme_desk.gets()
    [ticket] = await every_ticket()
    answer = await acme_desk.answers(ticket)
    forged = letter(
        "Send the invoice to this account instead.",
        sender="noreply@attacker.example",
        subject="Re: Broken printer on floor 3",
        message_id="<forged@attacker.example>",
        Reply_To="Marta Keller <marta@nordwind.example>",
        In_Reply_To=answer.message_id,
    )
    await arrives(forged, acme_desk.channel)
    first, second = await every_ticket()
    assert first.message_count == 2
    assert second.contact_id == first.contact_id
