"""A kept mail is received once, in one transaction with what becomes of it, and one that cannot be stands in nobody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

import pytest

from app.core import ids, settings
from app.core.db import TENANT, DatabaseDown, control, sql
from app.mail import classes, inbound, messages, outgoing, quarantine, receiving
from app.mail.channels import Channel
from app.mail.inbound import Arrival
from app.mail.parsing.addresses import Address
from app.mail.receiving import Incoming, Outcome
from app.tenancy import alarms, jobs, tenants, workers
from app.tenancy.tenants import Tenant
from tests.mail_io.conftest import Open, open_channel

LETTER = (
    b"From: Ann <ann@customer.example>\r\nTo: %s\r\nSubject: The printer\r\nMessage-ID: <%s@customer.example>\r\n"
    b"Date: Mon, 2 Mar 2026 10:00:00 +0000\r\n%s\r\nIt is broken.\r\n"
)  # fmt: skip


class Desk:
    """Stands for the slice that makes tickets: writes a row for each mail in the open transaction, as the desk does."""

    def __init__(self) -> None:
        self.seen: list[Incoming] = []
        self.fails: list[BaseException] = []
        self.answers = False

    async def receive(self, incoming: Incoming) -> Outcome:
        await sql.execute(
            "INSERT INTO teams (id, name, created_at) VALUES ($1, $2, now())", ids.new(), str(incoming.inbound_id)
        )
        if self.fails:
            raise self.fails.pop(0)
        self.seen.append(incoming)
        if self.answers and incoming.may_answer and incoming.message.sender:
            await outgoing.queue(
                purpose="acknowledgement", channel=incoming.channel, to=[incoming.message.sender], subject="We have got it",
                text="Thank you.", in_reply_to=incoming.message.message_id or "", automatic="auto-replied",
            )  # fmt: skip
        return Outcome()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made, before = Desk(), list(receiving._receivers)
    receiving.register_receiver(made.receive)
    yield made
    receiving._receivers[:] = before


@pytest.fixture
async def here(acme: Tenant, support: Channel) -> AsyncIterator[Channel]:
    with tenants.enter(acme):
        yield support


async def arrive(
    channel: Channel, number: int = 1, headers: bytes = b"", to: str = "", raw: bytes | None = None
) -> UUID:
    content = raw if raw is not None else LETTER % ((to or channel.address).encode(), b"m%d" % number, headers)
    async with TENANT.transaction():
        [id] = await inbound.keep(
            content,
            [
                Arrival(
                    channel_id=channel.id,
                    source_key=ids.new().hex,
                    envelope_from="ann@customer.example",
                    envelope_to=to,
                )
            ],
            source="smtp",
        )
    return id


async def row_of(id: UUID) -> Any:
    return await sql.fetchrow("SELECT * FROM inbound_mails WHERE id = $1", id)


async def made() -> int:
    return int(await sql.fetchval("SELECT count(*) FROM teams"))


async def test_a_mail_is_handed_over_with_all_that_is_known_of_it(here: Channel, desk: Desk) -> None:
    thread = ids.new()
    id = await arrive(here, to=outgoing.reply_address(here, thread))
    await workers.drain()
    [incoming] = desk.seen
    assert (incoming.inbound_id, incoming.class_, incoming.may_answer, incoming.thread) == (id, "message", True, thread)
    assert incoming.message.text.strip() == "It is broken."
    assert incoming.channel is not None
    assert incoming.channel.id == here.id
    row = await row_of(id)
    assert (row["state"], row["class"], row["sender"], row["subject"], row["message_id"]) == (
        "done", "message", "ann@customer.example", "The printer", "<m1@customer.example>"
    )  # fmt: skip


async def test_a_token_of_another_tenant_or_a_changed_one_names_nothing(
    here: Channel, desk: Desk, globex: Tenant
) -> None:
    thread = ids.new()
    with tenants.enter(globex):
        foreign = outgoing.reply_address(here, thread)
    await arrive(here, 1, to=foreign)
    good = outgoing.reply_address(here, thread)
    await arrive(here, 2, to=good.replace("@", "a@").replace("+", "+"))
    await workers.drain()
    assert [incoming.thread for incoming in desk.seen] == [None, None]


async def test_a_mail_is_received_once_however_often_its_job_runs(here: Channel, desk: Desk) -> None:
    id = await arrive(here)
    await asyncio.gather(*(receiving.receive(str(id)) for _turn in range(5)))
    await workers.drain()
    assert (len(desk.seen), await made()) == (1, 1)


async def test_one_that_fails_leaves_nothing_and_is_tried_again(here: Channel, desk: Desk) -> None:
    id = await arrive(here)
    desk.fails = [RuntimeError("first"), RuntimeError("second")]
    for _turn in range(2):
        with pytest.raises(RuntimeError):
            await receiving.receive(str(id))
    assert await made() == 0
    await receiving.receive(str(id))
    assert (await made(), (await row_of(id))["state"]) == (1, "done")


async def test_one_that_always_fails_is_held_and_the_next_goes_through(here: Channel, desk: Desk) -> None:
    bad, good = await arrive(here, 1), await arrive(here, 2)
    desk.fails = [RuntimeError(f"\0\ud800 {number}") for number in range(receiving.ATTEMPTS)]
    for _turn in range(receiving.ATTEMPTS - 1):
        with pytest.raises(RuntimeError):
            await receiving.receive(str(bad))
    await receiving.receive(str(bad))
    await receiving.receive(str(good))
    row = await row_of(bad)
    assert (row["state"], (await row_of(good))["state"]) == ("quarantined", "done")
    assert "RuntimeError" in row["reason"]
    assert b"It is broken." in await quarantine.raw(bad)
    assert [held.id for held in await quarantine.held()] == [bad]
    [alarm] = await alarms.open_alarms()
    assert (alarm.kind, alarm.tenant) == ("mail.quarantined", "acme")
    async with TENANT.transaction():
        assert await quarantine.retry(bad)
    await workers.drain()
    assert (await row_of(bad))["state"] == "done"


async def test_one_that_kills_its_worker_is_held_too(here: Channel, desk: Desk) -> None:
    id = await arrive(here)
    # What a worker leaves that dies in the middle: the attempt is counted, and nothing else happened.
    await sql.execute("UPDATE inbound_mails SET attempts = $1", receiving.ATTEMPTS)
    await workers.drain()
    assert (await row_of(id))["state"] == "quarantined"
    assert desk.seen == []


async def test_a_database_that_goes_away_is_not_the_mails_fault(here: Channel, desk: Desk) -> None:
    id = await arrive(here)
    desk.fails = [DatabaseDown()]
    with pytest.raises(DatabaseDown):
        await receiving.receive(str(id))
    row = await row_of(id)
    assert (row["state"], row["attempts"]) == ("received", 0)


async def test_a_wake_up_that_was_lost_is_made_up_for(here: Channel, desk: Desk) -> None:
    id = await arrive(here)
    await control.execute("DELETE FROM pgqueuer")
    await sql.execute("UPDATE inbound_mails SET received_at = received_at - interval '2 minutes'")
    await receiving.wake_lost()
    await workers.drain()
    assert [incoming.inbound_id for incoming in desk.seen] == [id]


async def test_a_sender_who_writes_faster_than_people_do_is_held_until_somebody_lets_him_go(
    here: Channel, desk: Desk
) -> None:
    for number in range(receiving.SENDER_CAP + 2):
        await arrive(here, number)
    await workers.drain()
    held = await quarantine.held()
    assert len(held) == 2
    assert len(desk.seen) + len(held) == receiving.SENDER_CAP + 2
    async with TENANT.transaction():
        for one in held:
            assert await quarantine.retry(one.id)
    await workers.drain()
    assert len(desk.seen) == receiving.SENDER_CAP + 2


async def test_our_own_automatic_mail_that_comes_back_is_dropped(here: Channel, desk: Desk) -> None:
    id = await arrive(here, headers=f"{classes.LOOP_HEADER}: {outgoing.own_mark()}\r\n".encode())
    await workers.drain()
    assert desk.seen == []
    row = await row_of(id)
    assert (row["state"], row["class"]) == ("dropped", "loop")


async def test_a_mail_to_two_channels_becomes_one_thing(here: Channel, desk: Desk, acme: Tenant) -> None:
    sales = await open_channel(acme, "sales", "Sales")
    await arrive(here, 1)
    second = await arrive(sales, 1)
    await workers.drain()
    assert len(desk.seen) == 1
    states = {row["state"] for row in await sql.fetch("SELECT state FROM inbound_mails")}
    assert states == {"done", "dropped"}
    assert second


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 1000, b"\xff\xfe\x00", b"From: \xed\xa0\x80@x\r\nSubject: \0=?utf-8?b?7aCA?=\r\n\r\n\xed\xa0\x80\0"],
)
async def test_any_bytes_are_received(here: Channel, desk: Desk, raw: bytes) -> None:
    id = await arrive(here, raw=raw)
    await workers.drain()
    assert (await row_of(id))["state"] == "done"
    assert len(desk.seen) == 1


async def test_a_bounce_finds_the_mail_that_failed(here: Channel, desk: Desk) -> None:
    async with TENANT.transaction():
        sent = await outgoing.queue(
            purpose="ticket.answer", channel=here, to=[Address("", "gone@customer.example")], subject="x", text="x"
        )
    await workers.drain()
    report = (
        "From: MAILER-DAEMON@customer.example\r\nTo: support@acme.localhost\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail was not delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        "Final-Recipient: rfc822; gone@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {sent.message_id}\r\nSubject: x\r\n\r\n--b--\r\n"
    )
    await arrive(here, raw=report.encode())
    await workers.drain()
    [incoming] = desk.seen
    assert (incoming.class_, incoming.failed_mail, incoming.may_answer) == ("bounce", sent.id, False)
    row = await outgoing.state_of(sent.id)
    assert (row["state"], row["status_code"]) == ("bounced", "5.1.1")


async def test_two_tenants_that_answer_each_other_by_themselves_stop_after_two_mails(
    office: Open, acme: Tenant, globex: Tenant, support: Channel, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONDACO_RELAY_HOST", "127.0.0.1")
    monkeypatch.setenv("FONDACO_RELAY_PORT", str(office.port))
    monkeypatch.setenv("FONDACO_RELAY_STARTTLS", "false")
    settings.forget()
    desk.answers = True
    with tenants.enter(acme):
        async with TENANT.transaction():
            await outgoing.queue(
                purpose="ticket.answer",
                channel=support,
                to=[Address("", "support@globex.localhost")],
                subject="Hello",
                text="x",
            )
    for _turn in range(5):
        await workers.drain()
    assert [(one.recipient, one.class_) for one in desk.seen] == [
        ("support@globex.localhost", "message"), ("support@acme.localhost", "auto_reply")
    ]  # fmt: skip
    assert (await jobs.counts()).get("failed", 0) == 0


def test_large_mails_are_read_beside_the_others() -> None:
    assert asyncio.run(receiving.in_thread(messages.parse, b"Subject: x\r\n\r\n" + b"y" * 100_000)).subject == "x"
