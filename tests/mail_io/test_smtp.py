"""Mail that reaches the listener is stored for the right tenant before the sender hears 250, or it is refused."""

from __future__ import annotations

import asyncio
import contextlib
import re
import smtplib
import ssl
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.access import Actor
from app.core.db import TENANT, DatabaseDown, control, sql
from app.files import blobs, folders
from app.mail import channels, routes, smtp
from app.mail.channels import Channel
from app.mail.limits import Limits
from app.mail.spools import Spool
from app.tenancy import runner, tenants
from app.tenancy.tenants import Tenant
from tests.mail_io.conftest import Open, open_channel

KIM = "ann@customer.example"


def letter(**more: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ann <ann@customer.example>"
    message["To"] = "support@acme.localhost"
    message["Subject"] = "The printer is broken"
    message["Message-ID"] = "<one@customer.example>"
    for name, value in more.items():
        message[name] = value
    message.set_content("It prints nothing but lines.\n.\n..two dots\n")
    message.add_attachment(b"%PDF-1.4 broken" * 1000, maintype="application", subtype="pdf", filename="page.pdf")
    return message


async def send(
    port: int, content: bytes, to: list[str], sender: str = KIM, **options: Any
) -> dict[str, tuple[int, bytes]]:
    def talk() -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
            return client.sendmail(sender, to, content, **options)

    return await asyncio.to_thread(talk)


async def stored(tenant: Tenant) -> list[Any]:
    with tenants.enter(tenant):
        return await sql.fetch("SELECT * FROM inbound_mails ORDER BY received_at, id")


async def raw_of(tenant: Tenant, row: Any) -> bytes:
    with tenants.enter(tenant):
        return await blobs.read(row["blob_key"])


class Line:
    """A client that says exactly what a test wants said."""

    opened: ClassVar[list[Line]] = []

    @classmethod
    async def open(cls, port: int) -> Line:
        line = cls()
        cls.opened.append(line)
        line.reader, line.writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await line.answer()).startswith("220")
        return line

    async def answer(self) -> str:
        lines = []
        while True:
            line = (await asyncio.wait_for(self.reader.readline(), 15)).decode()
            lines.append(line)
            if line[3:4] != "-":
                return "".join(lines)

    async def say(self, text: str | bytes) -> str:
        self.writer.write((text.encode() if isinstance(text, str) else text) + b"\r\n")
        await self.writer.drain()
        return await self.answer()

    async def begin(self, *recipients: str) -> None:
        await self.say("EHLO customer.example")
        await self.say(f"MAIL FROM:<{KIM}>")
        for one in recipients:
            assert (await self.say(f"RCPT TO:<{one}>")).startswith("250")
        assert (await self.say("DATA")).startswith("354")

    def close(self) -> None:
        self.writer.close()


@pytest.fixture(autouse=True)
async def hang_up() -> AsyncIterator[None]:
    yield
    while Line.opened:
        line = Line.opened.pop()
        line.close()
        with contextlib.suppress(OSError):
            await line.writer.wait_closed()


async def test_a_mail_with_attachments_is_stored_as_it_came_and_only_in_its_tenant(
    office: Open, acme: Tenant, globex: Tenant, support: Channel
) -> None:
    content = letter().as_bytes(policy=letter().policy.clone(linesep="\r\n"))
    assert await send(office.port, content, ["Support+tag@ACME.localhost."]) == {}
    [row] = await stored(acme)
    assert (row["channel_id"], row["state"], row["envelope_from"]) == (support.id, "received", KIM)
    assert row["message_id"] == "<one@customer.example>"
    raw = await raw_of(acme, row)
    assert raw.startswith(b"Return-Path: <ann@customer.example>\r\nReceived: from ")
    assert raw.endswith(content.rstrip(b"\r\n") + b"\r\n")
    assert await stored(globex) == []
    waiting = await control.fetch(
        "SELECT entrypoint, headers ->> 'tenant' AS tenant FROM pgqueuer WHERE entrypoint LIKE 'mail%'"
    )
    assert [(row["entrypoint"], row["tenant"]) for row in waiting] == [("mail.receive", str(acme.id))]


async def test_one_mail_for_two_tenants_and_two_channels_is_kept_in_each(
    office: Open, acme: Tenant, globex: Tenant
) -> None:
    await open_channel(acme, "sales", "Acme sales")
    to = ["support@acme.localhost", "sales@acme.localhost", "support+x@acme.localhost", "support@globex.localhost"]
    await send(office.port, letter().as_bytes(), to)
    mine = await stored(acme)
    assert [row["envelope_to"] for row in mine] == ["support@acme.localhost", "sales@acme.localhost"]
    assert len({row["blob_key"] for row in mine}) == 1
    assert len(await stored(globex)) == 1


async def test_who_repeats_a_mail_because_the_answer_was_lost_does_not_double_it(office: Open, acme: Tenant) -> None:
    named, nameless = letter(), letter()
    for _turn in range(2):
        await send(office.port, named.as_bytes(), ["support@acme.localhost"])
    assert len(await stored(acme)) == 1
    del nameless["Message-ID"]
    for _turn in range(2):
        await send(office.port, nameless.as_bytes(), ["support@acme.localhost"])
    assert len(await stored(acme)) == 3


@pytest.mark.parametrize(
    "address",
    [
        "nobody@acme.localhost",
        "support@initech.localhost",
        "ann@elsewhere.example",
        "support@localhost",
        "x" * 64 + "@acme.localhost",
    ],
)
async def test_an_address_that_nobody_has_is_refused_at_once(office: Open, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await send(office.port, letter().as_bytes(), [address])
    code, text = refused.value.recipients[address]
    assert code == 550
    assert b"5.1.1" in text


@pytest.mark.parametrize(
    "path", ["<a b@acme.localhost>", "support", "<support@acme.localhost", "<\udc80@acme.localhost>", "<@>"]
)
async def test_an_address_that_is_none_is_refused(office: Open, path: str) -> None:
    line = await Line.open(office.port)
    await line.say("EHLO x")
    await line.say("MAIL FROM:<>")
    assert (await line.say(f"RCPT TO:{path}".encode("utf-8", "surrogateescape")))[0] == "5"


async def test_a_closed_channel_refuses_and_a_suspended_tenant_puts_off(
    office: Open, acme: Tenant, support: Channel
) -> None:
    sales = await open_channel(acme, "sales", "Sales")
    await send(office.port, letter().as_bytes(), ["sales@acme.localhost"])
    with tenants.enter(acme):
        async with TENANT.transaction():
            await channels.deactivate(sales, by=Actor.system())
    routes.forget()
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await send(office.port, letter().as_bytes(), ["sales@acme.localhost"])
    assert refused.value.recipients["sales@acme.localhost"][0] == 550
    await runner.suspend("acme")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await send(office.port, letter().as_bytes(), ["support@acme.localhost"])
    assert refused.value.recipients["support@acme.localhost"][0] == 450


async def test_a_mail_that_is_too_large_is_refused_before_it_is_sent(office: Open) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        await send(office.port, letter().as_bytes(), ["support@acme.localhost"], mail_options=["SIZE=52428800"])
    assert refused.value.smtp_code == 552


async def test_fifty_megabytes_without_a_word_of_their_size_are_refused_and_never_held_in_memory(
    office: Open, acme: Tenant, own_blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 0
    feed = Spool.feed

    def watched(spool: Spool, data: bytes) -> bytes | None:
        nonlocal most
        most = max(most, len(data))
        return feed(spool, data)

    monkeypatch.setattr(Spool, "feed", watched)
    line = await Line.open(office.port)
    await line.begin("support@acme.localhost")
    chunk = (b"x" * 76 + b"\r\n") * 8192
    for _turn in range(50 * 2**20 // len(chunk) + 1):
        line.writer.write(chunk)
        await line.writer.drain()
    assert (await line.say(".")).startswith("552 5.3.4")
    assert most < 2 * 2**20
    assert await stored(acme) == []
    assert (await line.say("NOOP")).startswith("250")
    assert [path for path in own_blobs.rglob("*") if path.is_file()] == []


async def test_who_sends_without_end_is_cut_off(support: Channel, acme: Tenant) -> None:
    opened = smtp.PostOffice(limits=Limits(overrun=2**20), size=2**17)
    line = await Line.open(await opened.open("127.0.0.1", 0))
    await line.begin("support@acme.localhost")
    with pytest.raises(ConnectionError):
        for _turn in range(500):
            line.writer.write(b"x" * 2**16)
            await line.writer.drain()
    await opened.close(seconds=2)


async def test_ten_thousand_recipients_the_first_hundred_are_taken_and_the_rest_put_off(
    office: Open, acme: Tenant
) -> None:
    line = await Line.open(office.port)
    await line.say("EHLO x")
    await line.say(f"MAIL FROM:<{KIM}>")

    async def ask(names: list[str]) -> list[str]:
        line.writer.write(b"".join(b"RCPT TO:<%s>\r\n" % name.encode() for name in names))
        return [(await line.answer())[:3] for _name in names]

    codes = await ask([f"support+{number}@acme.localhost" for number in range(9_800)])
    assert codes == ["250"] * 100 + ["452"] * 9_700
    await line.say("RSET")
    await line.say(f"MAIL FROM:<{KIM}>")
    codes = await ask([f"nobody{number}@acme.localhost" for number in range(10_000)])
    assert codes == ["550"] * 200 + ["452"] * 9_800
    await line.say("QUIT")


async def test_only_the_real_end_ends_a_mail(office: Open, acme: Tenant) -> None:
    line = await Line.open(office.port)
    await line.begin("support@acme.localhost")
    smuggled = b"Subject: one\r\n\r\nhello\n.\nMAIL FROM:<a@b.example>\n\r.\r\n.\r..\r\n..dotted\r\n" + b"y" * 5000
    assert (await line.say(smuggled + b"\r\n.")).startswith("250")
    assert (await line.say("QUIT")).startswith("221")
    [row] = await stored(acme)
    raw = await raw_of(acme, row)
    assert raw.endswith(re.sub(rb"\r\n\.", b"\r\n", smuggled) + b"\r\n")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
def test_a_mail_in_pieces_of_any_size_is_the_same_mail(size: int, tmp_path: Path) -> None:
    sent = b"\r\n\r\n..a\r\n.\n\r\n...\r\n\r.\r\n.b\n.\r\n\r\n\r\n..\r\n.\r\nQUIT\r\n"
    spool, at, rest = Spool(tmp_path, 10_000), 0, None
    while rest is None:
        rest = spool.feed(sent[at : at + size])
        at += size
    assert rest + sent[at:] == b"QUIT\r\n"
    assert spool.head == b"\r\n\r\n.a\r\n\n\r\n..\r\n\r.\r\nb\n.\r\n\r\n\r\n.\r\n"
    spool.close()
    empty = Spool(tmp_path, 10)
    assert empty.feed(b".\r\nNOOP\r\n") == b"NOOP\r\n"
    assert empty.head == b""
    empty.close()


async def test_what_is_sent_ahead_is_heard(office: Open, acme: Tenant) -> None:
    line = await Line.open(office.port)
    line.writer.write(
        b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<support@acme.localhost>\r\nDATA\r\nSubject: a\r\n\r\nb\r\n.\r\n"
        b"MAIL FROM:<>\r\nRCPT TO:<support@acme.localhost>\r\nDATA\r\n.\r\nQUIT\r\n"
    )
    answers = [(await line.answer())[:3] for _turn in range(9)]
    assert answers == ["250", "250", "250", "354", "250", "250", "250", "354", "250"]
    assert (await line.answer()).startswith("221")
    rows = await stored(acme)
    assert [row["envelope_from"] for row in rows] == ["", ""]
    assert b"Return-Path: <>" in await raw_of(acme, rows[0])


async def test_lines_of_any_length_are_taken(office: Open, acme: Tenant) -> None:
    content = b"Subject: long\r\n\r\n" + b"z" * 300_000 + b"\r\n"
    assert await send(office.port, content, ["support@acme.localhost"]) == {}
    assert (await raw_of(acme, (await stored(acme))[0])).endswith(b"z\r\n")


async def test_a_full_disk_is_said_with_452_and_nothing_is_half_stored(
    office: Open, acme: Tenant, own_blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Any, _chunk: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_write_all", full)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await send(office.port, letter().as_bytes(), ["support@acme.localhost"])
    assert refused.value.smtp_code == 452
    assert await stored(acme) == []
    assert [path for path in own_blobs.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    assert await send(office.port, letter().as_bytes(), ["support@acme.localhost"]) == {}


async def test_without_a_database_the_sender_is_told_to_come_back(
    office: Open, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = await Line.open(office.port)
    await line.begin("support@acme.localhost")

    async def down(*_arguments: Any) -> Any:
        raise DatabaseDown

    assert TENANT.pool is not None
    monkeypatch.setattr(TENANT.pool, "get", down)
    assert (await line.say("Subject: x\r\n\r\ny\r\n.")).startswith("451")
    monkeypatch.undo()
    assert await stored(acme) == []


async def test_a_client_that_hangs_up_before_the_answer_has_its_mail_stored(office: Open, acme: Tenant) -> None:
    line = await Line.open(office.port)
    await line.begin("support@acme.localhost")
    line.writer.write(b"Subject: gone\r\n\r\nbye\r\n.\r\n")
    await line.writer.drain()
    await asyncio.sleep(0.01)
    line.writer.transport.abort()
    for _turn in range(100):
        if await stored(acme):
            break
        await asyncio.sleep(0.05)
    assert len(await stored(acme)) in (0, 1)
    assert not office.office.storing


async def test_too_many_connections_and_messages_of_one_peer_wait(support: Channel, globex_support: Channel) -> None:
    opened = smtp.PostOffice(limits=Limits(connections_per_peer=2, messages_per_minute=1, spare_private=False))
    port = await opened.open("127.0.0.1", 0)
    first, _second = await Line.open(port), await Line.open(port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert (await reader.readline()).startswith(b"421 4.7.0")
    writer.close()
    await first.begin("support@acme.localhost")
    assert (await first.say("Subject: a\r\n\r\nb\r\n.")).startswith("250")
    await first.say("MAIL FROM:<>")
    await first.say("RCPT TO:<support@acme.localhost>")
    assert (await first.say("DATA")).startswith("450 4.7.1")
    await opened.close(seconds=2)


async def test_a_silent_client_is_sent_away(support: Channel) -> None:
    opened = smtp.PostOffice(limits=Limits(idle_seconds=0.2))
    line = await Line.open(await opened.open("127.0.0.1", 0))
    assert await asyncio.wait_for(line.reader.read(), 5) == b""
    await opened.close(seconds=2)


async def test_at_closing_time_the_mail_under_way_is_taken_and_the_idle_are_sent_away(
    office: Open, acme: Tenant
) -> None:
    idle, busy = await Line.open(office.port), await Line.open(office.port)
    await busy.begin("support@acme.localhost")
    closing = asyncio.create_task(office.office.close(seconds=10))
    assert (await idle.answer()).startswith("421")
    assert (await busy.say("Subject: last\r\n\r\none\r\n.")).startswith("250")
    await asyncio.wait_for(closing, 5)
    assert len(await stored(acme)) == 1
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", office.port)


async def test_with_a_certificate_the_way_is_encrypted(support: Channel, acme: Tenant, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = make_certificate(tmp_path)
    context.load_cert_chain(*certificate)
    opened = smtp.PostOffice(tls=context)
    port = await opened.open("127.0.0.1", 0)

    def talk() -> tuple[bool, bool]:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.ehlo()
            offered = client.has_extn("starttls")
            client.starttls(context=ssl._create_unverified_context())
            client.sendmail(KIM, ["support@acme.localhost"], letter().as_bytes())
            return offered, client.has_extn("auth")

    assert await asyncio.to_thread(talk) == (True, False)
    assert b"with ESMTPS" in await raw_of(acme, (await stored(acme))[0])
    await opened.close(seconds=2)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


async def test_a_port_in_use_is_said_by_name(office: Open) -> None:
    with pytest.raises(smtp.PortTaken, match=f"port {office.port} of 127.0.0.1.*FONDACO_SMTP_PORT"):
        await smtp.PostOffice().open("127.0.0.1", office.port)
