"""Mail in: messages per second that one worker stores as tickets, and how fast the listener takes them.

Run: python -m benchmarks.mail_in
"""

from __future__ import annotations

import asyncio
import smtplib
import time
from email.message import EmailMessage

from app.core.db import sql
from app.tenancy import tenants
from benchmarks import world

COUNT = 600


def letter(number: int) -> bytes:
    """A plain question with an HTML part and a small file; every sender is somebody else."""
    message = EmailMessage()
    message["From"] = f"Customer {number} <customer{number}@company{number % 50}.example>"
    message["To"] = "support@acme.localhost"
    message["Subject"] = f"Broken printer {number}"
    message["Message-ID"] = f"<{number}.{time.time_ns()}@company.example>"
    message.set_content("It pulls the paper in crooked.\n\nOn Monday Kim wrote:\n> Have you tried it again?\n" * 3)
    message.add_alternative("<p>It pulls the paper in <b>crooked</b>.</p>" * 3, subtype="html")
    message.add_attachment(b"E-13\n" * 200, maintype="text", subtype="plain", filename="error-log.txt")
    return message.as_bytes()


def send(first: int, last: int) -> None:
    with smtplib.SMTP("127.0.0.1", world.PORT + 1, timeout=60) as server:
        for number in range(first, last):
            server.sendmail(
                f"customer{number}@company{number % 50}.example", ["support@acme.localhost"], letter(number)
            )


async def main() -> None:
    await world.tenant("acme")
    acme = await tenants.by_slug("acme")
    assert acme is not None
    with world.process(*world.fondaco("mail")):
        await asyncio.sleep(3)
        began = time.perf_counter()
        await asyncio.gather(
            *(asyncio.to_thread(send, part * COUNT // 4, (part + 1) * COUNT // 4) for part in range(4))
        )
        taken = COUNT / (time.perf_counter() - began)
    with tenants.enter(acme), world.process(*world.fondaco("worker")):
        while not await sql.fetchval("SELECT count(*) FROM tickets"):  # noqa: ASYNC110  another process stores them
            await asyncio.sleep(0.05)
        began, first = time.perf_counter(), await sql.fetchval("SELECT count(*) FROM tickets")
        while (count := await sql.fetchval("SELECT count(*) FROM tickets")) < COUNT:
            if time.perf_counter() - began > 120:
                raise RuntimeError(f"{count} of {COUNT} became tickets")
            await asyncio.sleep(0.05)
        stored = (COUNT - first) / (time.perf_counter() - began)
    print(
        f"listener takes {taken:.0f} messages/s, one worker stores {stored:.0f} tickets/s; ratio {stored / taken:.2f}"
    )


if __name__ == "__main__":
    world.run(main)
