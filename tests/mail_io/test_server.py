"""The mail process as it really runs: started, killed, told to end, and nothing that was promised is lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.core import settings
from app.mail import server, smtp
from app.mail.channels import Channel
from app.tenancy.tenants import Tenant
from tests.mail_io.conftest import Open
from tests.mail_io.test_smtp import KIM, Line, letter, send, stored

PROGRAM = """
import asyncio
from app.core import log
from app.mail import server
log.start("mail", level="warning")
asyncio.run(server.serve(ready=lambda port: print(port, flush=True)))
"""


class Process:
    """`fondaco mail` on a port of its own."""

    def __init__(self) -> None:
        environment = os.environ | {"FONDACO_SMTP_PORT": str(free_port())}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )

    async def ready(self) -> int:
        assert self.process.stdout is not None
        line = await asyncio.to_thread(self.process.stdout.readline)
        assert line, self.process.communicate()[1].decode()
        return int(line)

    async def ended(self) -> int:
        await asyncio.to_thread(self.process.communicate)
        return self.process.returncode


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
async def process(support: Channel, globex_support: Channel) -> AsyncIterator[Process]:
    made = Process()
    yield made
    with contextlib.suppress(ProcessLookupError):
        made.process.kill()
    await made.ended()


async def test_told_to_end_it_finishes_the_mail_under_way(process: Process, acme: Tenant) -> None:
    port = await process.ready()
    line = await Line.open(port)
    await line.begin("support@acme.localhost")
    line.writer.write(b"Subject: half\r\n\r\n")
    await line.writer.drain()
    process.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    assert (await line.say("the other half\r\n.")).startswith("250")
    line.close()
    assert await asyncio.wait_for(process.ended(), 15) == 0
    assert len(await stored(acme)) == 1


async def test_killed_at_any_moment_what_was_confirmed_is_stored_once(process: Process, acme: Tenant) -> None:
    port = await process.ready()
    confirmed = 0

    def pour() -> int:
        sent = 0
        with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
            for number in range(2000):
                message = letter()
                message.replace_header("Message-ID", f"<{number}@customer.example>")
                client.sendmail(KIM, ["support@acme.localhost"], message.as_bytes())
                sent += 1
        return sent

    pouring = asyncio.create_task(asyncio.to_thread(pour))
    await asyncio.sleep(1.5)
    process.process.kill()
    confirmed = await pouring
    ids = [row["message_id"] for row in await stored(acme)]
    assert confirmed > 0
    assert len(ids) == len(set(ids))
    assert len(ids) in (confirmed, confirmed + 1)


async def test_with_the_port_taken_it_says_so(office: Open, monkeypatch: pytest.MonkeyPatch, pg: str) -> None:
    monkeypatch.setenv("FONDACO_SMTP_PORT", str(office.port))
    settings.forget()
    process = Process.__new__(Process)
    process.process = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _out, said = await asyncio.to_thread(process.process.communicate)
    assert f"port {office.port} of 127.0.0.1" in said.decode()
    assert process.process.returncode != 0


def test_a_certificate_that_is_none_is_said(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CERT", "KEY"):
        (tmp_path / name).write_text("nothing")
        monkeypatch.setenv(f"FONDACO_SMTP_TLS_{name}", str(tmp_path / name))
    settings.forget()
    with pytest.raises(server.TlsBroken, match="FONDACO_SMTP_TLS_CERT"):
        server._tls(settings.settings())
    settings.forget()


async def test_a_mail_of_many_megabytes_arrives_whole(office: Open, acme: Tenant) -> None:
    content = b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * (25 * 2**20 // 78)
    assert await send(office.port, content, ["support@acme.localhost"]) == {}
    [row] = await stored(acme)
    assert row["size"] > 25 * 2**20 - 100
    assert isinstance(office.office, smtp.PostOffice)
