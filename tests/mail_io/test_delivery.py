"""Mail goes out once to every recipient, however the relay behaves, and somebody hears when it does not."""

from __future__ import annotations

import base64
import email
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.policy import default
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.access import Actor
from app.core import clock, ids, sealing, settings
from app.core.db import TENANT, sql
from app.core.errors import Invalid
from app.files import blobs
from app.mail import channels, delivery, notices, outgoing, relays
from app.mail.channels import Channel
from app.mail.parsing.addresses import Address
from app.tenancy import alarms, tenants, workers
from app.tenancy.tenants import Tenant
from tests.mail_io.relays import Relay

ANN, BOB = Address("Ann", "ann@customer.example"), Address("", "bob@customer.example")


@pytest.fixture
async def relay(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Relay]:
    made = Relay()
    await made.open()
    monkeypatch.setenv("FONDACO_RELAY_HOST", "127.0.0.1")
    monkeypatch.setenv("FONDACO_RELAY_PORT", str(made.port))
    monkeypatch.setenv("FONDACO_RELAY_STARTTLS", "false")
    settings.forget()
    yield made
    await made.close()
    settings.forget()


@pytest.fixture
def heard() -> Iterator[list[tuple[UUID, str, str]]]:
    """What listeners are told about deliveries."""
    told: list[tuple[UUID, str, str]] = []

    async def listen(id: UUID, state: delivery.Final, reason: str) -> None:
        told.append((id, state, reason))

    delivery.on_delivery(listen)
    yield told
    delivery._listeners.remove(listen)


@pytest.fixture
async def here(acme: Tenant, support: Channel) -> AsyncIterator[Channel]:
    """The test runs inside acme."""
    with tenants.enter(acme):
        yield support


async def answer(channel: Channel, **more: Any) -> outgoing.Queued:
    given: dict[str, Any] = {
        "purpose": "ticket.answer", "channel": channel, "to": [ANN], "subject": "The printer", "text": "Try again.\n"
    }  # fmt: skip
    async with TENANT.transaction():
        return await outgoing.queue(**given | more)


async def due(id: UUID) -> None:
    await sql.execute("UPDATE outbound_mails SET send_at = $2 WHERE id = $1", id, clock.now())


async def row_of(id: UUID) -> Any:
    return await sql.fetchrow("SELECT * FROM outbound_mails WHERE id = $1", id)


async def test_an_answer_leaves_through_the_relay_with_everything_that_leads_back(
    here: Channel, relay: Relay, heard: list[Any]
) -> None:
    thread = ids.new()
    async with TENANT.transaction():
        blob = await blobs.put(b"%PDF")
    file = outgoing.File(name="page.pdf", type="application/pdf", blob_key=blob.key)
    sent = await answer(here, sender_name="Kim", thread=thread, cc=[BOB], html="<p>Try again.</p>", files=[file])
    await workers.drain()
    [(sender, recipients, raw)] = relay.mails
    assert recipients == [ANN.address, BOB.address]
    made: Any = email.message_from_bytes(raw, policy=default)
    assert str(made["From"]) == "Kim at Acme support <support@acme.localhost>"
    assert made["Message-ID"] == sent.message_id == f"<{sent.id}@acme.localhost>"
    reply = made["Reply-To"].addresses[0].addr_spec
    assert reply == sender == outgoing.reply_address(here, thread)
    assert reply.startswith("support+")
    assert len(reply.partition("@")[0]) <= 64
    assert [part.get_filename() for part in made.iter_attachments()] == ["page.pdf"]
    row = await row_of(sent.id)
    assert (row["state"], row["attempts"], row["reason"]) == ("sent", 1, "")
    assert heard == [(sent.id, "sent", "")]


async def test_without_a_commit_nothing_leaves(here: Channel, relay: Relay) -> None:
    with pytest.raises(RuntimeError):
        async with TENANT.transaction():
            await outgoing.queue(purpose="x", channel=here, to=[ANN], subject="x", text="x")
            raise RuntimeError
    await workers.drain(ahead=timedelta(days=1))
    assert relay.mails == []


async def test_a_relay_that_is_busy_is_asked_again_and_only_for_those_who_have_not_got_it(
    here: Channel, relay: Relay, heard: list[Any]
) -> None:
    relay.answers = {f"RCPT {BOB.address}": ["450 4.2.0 busy", "451 4.3.0 still busy"]}
    sent = await answer(here, to=[ANN, BOB])
    await workers.drain()
    row = await row_of(sent.id)
    assert (row["state"], row["status_code"]) == ("queued", "4.2.0")
    assert timedelta(seconds=50) < row["send_at"] - clock.now() < timedelta(seconds=70)
    assert [mail[1] for mail in relay.mails] == [[ANN.address]]
    assert heard == []
    for _turn in range(2):
        await due(sent.id)
        await delivery.deliver(str(sent.id))
    assert [mail[1] for mail in relay.mails] == [[ANN.address], [BOB.address]]
    assert relay.mails[0][2] == relay.mails[1][2]
    assert heard == [(sent.id, "sent", "")]


async def test_a_relay_that_hangs_up_after_the_mail_is_asked_again_with_the_same_message_id(
    here: Channel, relay: Relay, heard: list[Any]
) -> None:
    relay.answers = {"content": ["drop"]}
    sent = await answer(here)
    await workers.drain()
    assert (await row_of(sent.id))["state"] == "queued"
    await due(sent.id)
    await delivery.deliver(str(sent.id))
    assert len(relay.mails) == 2
    assert {email.message_from_bytes(raw)["Message-ID"] for _s, _r, raw in relay.mails} == {sent.message_id}
    assert heard == [(sent.id, "sent", "")]


@pytest.mark.parametrize(
    ("answers", "state", "code"),
    [
        ({"connect": ["554 5.7.1 go away"]}, "queued", "5.7.1"),
        ({"connect": ["drop"]}, "queued", ""),
        ({"MAIL": ["451 4.7.0 greylisted"]}, "queued", "4.7.0"),
        ({"MAIL": ["553 5.1.8 not from here"]}, "failed", "5.1.8"),
        ({"RCPT": ["550 5.1.1 nobody"]}, "failed", "5.1.1"),
        ({"RCPT": ["421 4.3.2 closing"]}, "queued", "4.3.2"),
        ({"DATA": ["drop"]}, "queued", ""),
        ({"content": ["452 4.3.1 full"]}, "queued", "4.3.1"),
        ({"content": ["552 5.3.4 too large"]}, "failed", "5.3.4"),
        ({"content": ["550 spam"]}, "failed", "550"),
        ({"QUIT": ["drop"]}, "sent", ""),
    ],
)
async def test_what_lasts_is_told_and_what_passes_is_tried_again(
    here: Channel, relay: Relay, heard: list[Any], answers: dict[str, list[str]], state: str, code: str
) -> None:
    relay.answers = answers
    sent = await answer(here)
    await workers.drain()
    row = await row_of(sent.id)
    assert (row["state"], row["status_code"]) == (state, code)
    assert [told[1] for told in heard] == ([state] if state != "queued" else [])
    if state == "failed":
        assert ANN.address in heard[0][2]


async def test_nobody_waits_for_ever(here: Channel, relay: Relay, heard: list[Any]) -> None:
    sent = await answer(here)
    await sql.execute(
        "UPDATE outbound_mails SET created_at = $2 WHERE id = $1", sent.id, clock.now() - timedelta(days=6)
    )
    relay.answers = {"RCPT": ["450 busy"]}
    await workers.drain()
    assert (await row_of(sent.id))["state"] == "failed"
    assert "5 days" in heard[0][2]
    assert await outgoing.retry(sent.id)
    await workers.drain()
    assert (await row_of(sent.id))["state"] == "sent"


async def test_a_worker_that_died_while_sending_is_made_up_for(here: Channel, relay: Relay) -> None:
    sent = await answer(here)
    await sql.execute(
        "UPDATE outbound_mails SET state = 'sending', attempts = 1, leased_until = $2 WHERE id = $1",
        sent.id,
        clock.now() + timedelta(minutes=1),
    )
    await delivery.deliver(str(sent.id))
    assert relay.mails == []
    await sql.execute("UPDATE outbound_mails SET leased_until = $1", clock.now() - timedelta(seconds=1))
    await delivery.wake_lost()
    await workers.drain()
    assert len(relay.mails) == 1
    await delivery.deliver(str(sent.id))
    assert len(relay.mails) == 1


async def test_an_answer_can_be_taken_back_or_hurried_while_it_waits(here: Channel, relay: Relay) -> None:
    first = await answer(here, send_at=clock.now() + timedelta(seconds=30))
    second = await answer(here, send_at=clock.now() + timedelta(seconds=30))
    async with TENANT.transaction():
        assert await outgoing.cancel(first.id)
        assert await outgoing.hurry(second.id)
    await workers.drain()
    assert [email.message_from_bytes(raw)["Message-ID"] for _s, _r, raw in relay.mails] == [second.message_id]
    assert not await outgoing.cancel(second.id)
    assert (await row_of(first.id))["state"] == "canceled"
    await workers.drain(ahead=timedelta(minutes=1))
    assert len(relay.mails) == 1


async def test_a_relay_that_refuses_us_raises_an_alarm_and_loses_nothing(
    here: Channel, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONDACO_RELAY_STARTTLS", "true")
    settings.forget()
    sent = await answer(here)
    await workers.drain()
    assert (await row_of(sent.id))["state"] == "queued"
    assert [alarm.kind for alarm in await alarms.open_alarms()] == ["mail.relay"]


async def test_addresses_beyond_ascii_need_a_relay_that_can(here: Channel, relay: Relay, heard: list[Any]) -> None:
    wide = Address("", "søren@example.dk")
    sent = await answer(here, to=[wide])
    await workers.drain()
    assert (await row_of(sent.id))["reason"] == ""
    assert relay.mails[0][1] == ["søren@example.dk"]
    relay.smtputf8 = False
    sent = await answer(here, to=[wide, ANN])
    await workers.drain()
    assert relay.mails[1][1] == [ANN.address]
    assert heard[1][:2] == (sent.id, "sent")
    assert "søren" in heard[1][2]


async def test_in_development_without_a_relay_mail_lies_in_the_outbox(here: Channel, heard: list[Any]) -> None:
    sent = await answer(here)
    await workers.drain()
    row = await row_of(sent.id)
    assert (row["state"], row["reason"]) == ("sent", "outbox")
    assert heard == [(sent.id, "sent", "")]


async def test_in_production_without_a_relay_mail_waits_and_the_operator_hears(
    here: Channel, monkeypatch: pytest.MonkeyPatch, heard: list[Any]
) -> None:
    monkeypatch.setenv("FONDACO_ENVIRONMENT", "production")
    settings.forget()
    sent = await answer(here)
    await workers.drain()
    row = await row_of(sent.id)
    assert (row["state"], row["attempts"]) == ("queued", 0)
    assert [alarm.kind for alarm in await alarms.open_alarms()] == ["mail.no_relay"]
    assert heard == []


async def test_a_channel_with_a_key_signs(here: Channel, relay: Relay) -> None:
    async with TENANT.transaction():
        record = await channels.set_dkim(here, selector="fondaco", key=None, by=Actor.system())
    assert record.startswith("v=DKIM1; k=rsa; p=")
    await answer(here)
    await workers.drain()
    assert relay.mails[0][2].startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
    assert b"d=acme.localhost" in relay.mails[0][2].replace(b"\r\n", b"")


async def test_automatic_mail_comes_from_nobody_and_says_what_it_is(here: Channel, relay: Relay) -> None:
    await answer(here, automatic="auto-replied", in_reply_to="<1@customer.example>")
    await workers.drain()
    sender, _recipients, raw = relay.mails[0]
    assert sender == ""
    made = email.message_from_bytes(raw)
    assert made["Auto-Submitted"] == "auto-replied"
    assert made["X-Fondaco-Loop"] == outgoing.own_mark()


async def test_a_notice_of_the_house_is_sent_once_however_often_its_job_runs(here: Channel, relay: Relay) -> None:
    words = notices.Words(to="kim@acme.test", subject="Your invitation", text="Come in: http://acme.localhost/x")
    sealed = base64.b64encode(sealing.seal(msgspec.json.encode(words), notices.SEAL)).decode()
    for _turn in range(2):
        await notices.send(sealed)
    await workers.drain()
    assert [mail[1] for mail in relay.mails] == [["kim@acme.test"]]


async def test_a_bounce_is_noted_at_the_mail_that_failed(here: Channel, relay: Relay, heard: list[Any]) -> None:
    sent = await answer(here, to=[ANN, BOB])
    await workers.drain()
    async with TENANT.transaction():
        await delivery.bounce(sent.id, recipients=["ANN@customer.example"], reason="no such user", code="5.1.1")
    row = await row_of(sent.id)
    assert (row["state"], row["status_code"]) == ("bounced", "5.1.1")
    assert msgspec.json.decode(row["results"])[ANN.address]["state"] == "failed"
    assert heard[-1] == (sent.id, "bounced", "no such user")


async def test_what_cannot_be_addressed_is_said_before_it_is_queued(here: Channel) -> None:
    for people in ([], [Address("", "nobody")], [Address("", f"a{number}@b.example") for number in range(101)]):
        with pytest.raises(Invalid):
            await answer(here, to=people)
    with pytest.raises(Invalid):
        await answer(here, to=[Address("", "a@b.example\r\nBcc: c@d.example")])
    assert await sql.fetchval("SELECT count(*) FROM outbound_mails") == 0


def test_what_relays_say_is_read() -> None:
    assert relays._of_reply(552, "5.5.3 too many recipients").state == "later"
    assert relays._of_reply(550, "5.1.1 nobody").state == "failed"
