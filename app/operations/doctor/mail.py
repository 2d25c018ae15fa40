"""Mail: does it leave the house, and does any wait for somebody?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from app.core import clock
from app.core.db import sql
from app.core.settings import settings
from app.operations.doctor.findings import Finding, fail, ok, warn
from app.tenancy import tenants

LATE = timedelta(minutes=10)


async def outgoing() -> Sequence[Finding]:
    current = settings()
    found: list[Finding] = []
    if not current.relay_host:
        if current.production:
            found.append(
                fail(
                    "mail",
                    "No server takes outgoing mail.",
                    "Set FONDACO_RELAY_HOST (and FONDACO_RELAY_USER, FONDACO_RELAY_PASSWORD_FILE).",
                )
            )
        else:
            found.append(ok("mail", "Outgoing mail stays in the development outbox."))
    elif reason := await _unreachable(current.relay_host, current.relay_port):
        found.append(
            fail(
                "mail",
                f"{current.relay_host}:{current.relay_port} does not answer: {reason}.",
                "Check FONDACO_RELAY_HOST and FONDACO_RELAY_PORT, and the firewall between.",
            )
        )
    else:
        found.append(ok("mail", f"{current.relay_host}:{current.relay_port} takes connections."))
    if reason := await _unreachable(current.smtp_host, current.smtp_port):
        found.append(
            warn(
                "mail",
                f"The mail listener at {current.smtp_host}:{current.smtp_port} does not answer: {reason}.",
                "Start it (fondaco mail); this warning is expected on a machine where it is not meant to run.",
            )
        )
    else:
        found.append(ok("mail", f"The mail listener at {current.smtp_host}:{current.smtp_port} takes connections."))
    return found


async def _unreachable(host: str, port: int) -> str:
    try:
        async with asyncio.timeout(5):
            _reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        return str(error) or "it took too long"
    writer.close()
    return ""


async def waiting() -> Sequence[Finding]:
    slug = tenants.current().slug
    row = await sql.fetchrow(
        "SELECT (SELECT count(*) FROM inbound_mails WHERE state = 'quarantined') AS held,"
        " (SELECT min(received_at) FROM inbound_mails WHERE state = 'received') AS oldest_in,"
        " (SELECT min(send_at) FROM outbound_mails WHERE state IN ('queued', 'sending')) AS oldest_out,"
        " (SELECT count(*) FROM mail_channels WHERE imap_error <> '') AS silent"
    )
    found: list[Finding] = []
    if row["held"]:
        found.append(
            warn(
                "mail",
                f"{row['held']} messages are in quarantine.",
                "Look at them in the operator console.",
                tenant=slug,
            )
        )
    for column, words in (("oldest_in", "A message that came in"), ("oldest_out", "A message that should go out")):
        if row[column] and clock.now() - row[column] > LATE:
            found.append(
                fail(
                    "mail",
                    f"{words} has waited since {row[column]:%Y-%m-%d %H:%M} UTC.",
                    "Is a worker running?",
                    tenant=slug,
                )
            )
    if row["silent"]:
        found.append(
            warn(
                "mail",
                f"{row['silent']} mailboxes cannot be read.",
                "The tenant's admin sees the reason under Settings, Mail.",
                tenant=slug,
            )
        )
    return found or [ok("mail", "No message waits.", tenant=slug)]
