"""Mail is fetched from a real IMAP server: each mail once, whatever is killed or renumbered on the way."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.access import Actor
from app.core import clock, settings
from app.core.db import TENANT, control, sql
from app.files import blobs
from app.mail import channels, guards, imap, messages, pollers, quarantine, receiving, routes, server
from app.mail.channels import Channel, Imap
from app.mail.mailboxes import MailboxError
from app.mail.receiving import Incoming, Outcome
from app.tenancy import alarms, tenants, workers
from app.tenancy.tenants import Tenant
from tests.mail_io.test_smtp import make_certificate
from tests.real.dovecot import PASSWORD, USER, Dovecot


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def post(certificate: tuple[Path, Path]) -> Iterator[Dovecot]:
    made = Dovecot(certificate)
    try:
        made.start()
        yield made
    finally:
        made.remove()


@pytest.fixture(autouse=True)
def own_blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pg: str) -> Iterator[None]:
    monkeypatch.setenv("FONDACO_BLOBS_PATH", str(tmp_path / "blobs"))
    settings.forget()
    routes.forget()
    yield
    monkeypatch.undo()
    settings.forget()


def mailbox_of(post: Dovecot, **more: Any) -> Imap:
    given: dict[str, Any] = {
        "host": "localhost",
        "port": post.port,
        "security": "none",
        "user": USER,
        "password": PASSWORD,
    }
    return Imap(**given | more)


@pytest.fixture
async def here(acme: Tenant, post: Dovecot) -> AsyncIterator[Channel]:
    """The test runs inside acme, whose channel reads the mailbox."""
    with tenants.enter(acme):
        async with TENANT.transaction():
            channel = await channels.create(USER, name="Acme", by=Actor.system(), imap=mailbox_of(post))
        yield channel


def letter(number: int, body: str = "hello") -> bytes:
    return f"From: ann@customer.example\r\nSubject: mail {number}\r\nMessage-ID: <{number}@customer.example>\r\n\r\n{body}\r\n".encode()


async def stored() -> list[str]:
    """The subjects of what is stored, in order."""
    rows = await sql.fetch("SELECT blob_key FROM inbound_mails ORDER BY received_at, id")
    return [messages.parse(await blobs.read(row["blob_key"])).subject for row in rows]


async def test_new_mail_is_fetched_in_order_and_marked_as_read_after_it_was_stored(
    here: Channel, post: Dovecot
) -> None:
    post.put(letter(1), seen=True)
    post.put(letter(2))
    await imap.poll(here.id)
    assert await stored() == ["mail 2"]
    for number in (3, 4):
        post.put(letter(number), seen=number == 4)
    await imap.poll(here.id)
    await imap.poll(here.id)
    assert await stored() == ["mail 2", "mail 3", "mail 4"]
    assert post.flags() == [True] * 4
    channel = await channels.get(here.id)
    assert (channel.imap_error, channel.imap_checked_at is not None) == ("", True)


async def test_what_is_fetched_is_received_with_its_channel(here: Channel, post: Dovecot) -> None:
    seen: list[Incoming] = []

    async def receive(incoming: Incoming) -> Outcome:
        seen.append(incoming)
        return Outcome()

    before = list(receiving._receivers)
    receiving.register_receiver(receive)
    post.put(letter(1))
    await imap.poll(here.id)
    await workers.drain()
    receiving._receivers[:] = before
    assert [(one.message.subject, one.channel and one.channel.id, one.recipient) for one in seen] == [
        ("mail 1", here.id, USER)
    ]


HANGS = """
import asyncio, sys, time
from uuid import UUID
from app.mail import imap, mailboxes
from app.tenancy import cells, tenants

def hang(*arguments):
    print("stored", flush=True)
    time.sleep(60)

mailboxes.Mailbox.mark_read = hang

async def main():
    async with cells.open_pools():
        with tenants.enter(await tenants.by_slug("acme")):
            await imap.poll(UUID(sys.argv[1]))

asyncio.run(main())
"""


@pytest.mark.parametrize("first_time", [True, False])
async def test_killed_between_storing_and_marking_nothing_is_doubled_and_nothing_lost(
    here: Channel, post: Dovecot, first_time: bool
) -> None:
    if not first_time:
        await imap.poll(here.id)
    for number in (1, 2, 3):
        post.put(letter(number))
    killed = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HANGS), str(here.id)], stdout=subprocess.PIPE, env=os.environ
    )
    assert killed.stdout is not None
    assert await asyncio.to_thread(killed.stdout.readline) == b"stored\n"
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert await stored() == ["mail 1"]
    assert post.flags() == [False] * 3
    await imap.poll(here.id)
    assert await stored() == ["mail 1", "mail 2", "mail 3"]
    assert post.flags() == [True] * 3
    await imap.poll(here.id)
    assert len(await stored()) == 3


async def test_when_the_server_renumbers_everything_old_mail_is_known_and_new_mail_is_found(
    here: Channel, post: Dovecot
) -> None:
    nameless = b"Subject: nameless\r\n\r\nhello\r\n"
    year_ago = time.time() - 365 * 86400
    post.put(letter(0), seen=True, at=year_ago)
    await imap.poll(here.id)
    for raw in (letter(1), nameless, letter(2)):
        post.put(raw)
    await imap.poll(here.id)
    assert await stored() == ["mail 1", "nameless", "mail 2"]
    post.put(letter(3), seen=True)
    post.put(letter(4), at=year_ago)
    post.put(nameless.replace(b"hello", b"adieu"))
    post.renumber()
    await imap.poll(here.id)
    assert sorted((await stored())[3:]) == ["mail 3", "mail 4", "nameless"]
    post.put(letter(5))
    await imap.poll(here.id)
    assert (await stored())[6:] == ["mail 5"]
    assert all(post.flags())


async def test_two_processes_at_one_mailbox_store_each_mail_once(here: Channel, post: Dovecot) -> None:
    await imap.poll(here.id)
    for number in range(10):
        post.put(letter(number))
    await asyncio.gather(*(imap.poll(here.id) for _turn in range(3)))
    assert sorted(await stored()) == [f"mail {number}" for number in range(10)]


async def test_a_long_mailbox_is_read_in_portions(
    here: Channel, post: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "BATCH", 3)
    for number in range(7):
        post.put(letter(number))
    assert [await imap.poll(here.id) for _turn in range(4)] == [True, True, False, False]
    assert len(await stored()) == 7


async def test_a_mail_that_is_too_large_is_held_and_the_next_is_fetched(
    here: Channel, post: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONDACO_SMTP_MAX_SIZE", "65536")
    settings.forget()
    post.put(letter(1, "x" * 900 + "\r\n" + ("y" * 70 + "\r\n") * 2000))
    post.put(letter(2))
    await imap.poll(here.id)
    assert await stored() == ["mail 1", "mail 2"]
    [held] = await quarantine.held()
    assert held.size == 65536
    assert [alarm.kind for alarm in await alarms.open_alarms()] == ["mail.quarantined"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": "wrong"}, "refuses"),
        ({"port": 1}, "cannot be reached"),
        ({"host": "no-such-host.invalid"}, "not known"),
        ({"folder": "Nowhere"}, "no folder Nowhere"),
        ({"security": "tls"}, "encrypted"),
        ({"security": "starttls"}, "certificate"),
    ],
)
async def test_what_is_wrong_with_a_mailbox_is_said_in_words(post: Dovecot, change: dict[str, Any], said: str) -> None:
    with pytest.raises(MailboxError, match=said):
        await imap.verify(mailbox_of(post, **change))


async def test_encrypted_ways_work_when_the_certificate_is_trusted(
    post: Dovecot, certificate: tuple[Path, Path]
) -> None:
    context = ssl.create_default_context(cafile=str(certificate[0]))
    await imap.verify(mailbox_of(post, security="starttls"), context=context)
    await imap.verify(mailbox_of(post, security="tls", port=post.tls_port), context=context)


async def test_a_mailbox_that_stays_shut_is_told_at_the_channel_and_to_the_operator(
    here: Channel, post: Dovecot
) -> None:
    post.stop()
    for _turn in range(imap.PATIENCE):
        assert await imap.poll(here.id) is False
    assert "cannot be reached" in (await channels.get(here.id)).imap_error
    assert [alarm.kind for alarm in await alarms.open_alarms()] == ["mail.imap"]
    post.start()
    await imap.poll(here.id)
    assert (await channels.get(here.id)).imap_error == ""


async def test_a_password_that_cannot_be_opened_any_more_is_told(here: Channel) -> None:
    await sql.execute("UPDATE mail_channels SET imap_password = 'broken'::bytea")
    await imap.poll(here.id)
    assert "Enter it again" in (await channels.get(here.id)).imap_error


async def test_in_production_no_mail_is_fetched_from_inside_our_own_walls(
    post: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONDACO_ENVIRONMENT", "production")
    settings.forget()
    with pytest.raises(MailboxError, match="private network"):
        await imap.verify(mailbox_of(post))
    monkeypatch.setenv("FONDACO_PRIVATE_MAIL_HOSTS", "true")
    settings.forget()
    await imap.verify(mailbox_of(post))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("169.254.169.254", False),
        ("::1", False), ("fe80::1%eth0", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("2002:0a00:0001::", False),
        ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("nonsense", False),
    ],
)  # fmt: skip
def test_an_address_inside_is_seen_however_it_is_written(address: str, public: bool) -> None:
    assert guards.is_public(address) is public


async def test_a_turn_is_one_processs_alone_until_it_is_given_back(here: Channel) -> None:
    [turn] = await pollers.take(5)
    assert turn.channel_id == here.id
    assert await pollers.take(5) == []
    await pollers.give_back(turn, again_in=timedelta(0))
    assert len(await pollers.take(5)) == 1
    await control.execute("UPDATE mail_pollers SET leased_until = $1", clock.now() - timedelta(seconds=1))
    assert len(await pollers.take(5)) == 1


async def test_the_list_of_mailboxes_is_mended(here: Channel) -> None:
    await control.execute("DELETE FROM mail_pollers")
    await pollers.repair()
    assert len(await pollers.take(5)) == 1
    await sql.execute("UPDATE mail_channels SET imap_host = ''")
    await pollers.repair()
    assert await control.fetchval("SELECT count(*) FROM mail_pollers") == 0


async def test_the_mail_process_fetches_by_itself_and_ends_when_it_is_told(
    here: Channel, post: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "EVERY", timedelta(seconds=0.2))
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.2)
    rounds = server.Rounds()
    walking = asyncio.create_task(rounds.walk())
    post.put(letter(1))
    for number in (1, 2):
        for _turn in range(200):
            if len(await stored()) == number:
                break
            await asyncio.sleep(0.05)
        assert len(await stored()) == number
        if number == 1:
            post.put(letter(2))
    await asyncio.wait_for(rounds.end(), 10)
    await asyncio.wait_for(walking, 5)
