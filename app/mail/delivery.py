"""Mail leaves the house: tried until every recipient has it or never will, and nobody gets it twice if we can help it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog

from app.core import clock
from app.core.db import TENANT, sql
from app.core.settings import settings
from app.files import blobs
from app.mail import channels, outgoing, relays, signing
from app.mail.relays import NotOurs, Result
from app.tenancy import alarms, jobs
from app.tenancy.jobs import job

log = structlog.get_logger(__name__)
Final = Literal["sent", "failed", "bounced"]
Listener = Callable[[UUID, Final, str], Awaitable[None]]
LEASE = timedelta(minutes=15)
PATIENCE = timedelta(days=5)
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 40, 60, 120, 240)]
"""Until the next attempt; the last one again and again."""
NO_RELAY = timedelta(minutes=15)
_listeners: list[Listener] = []


def on_delivery(listener: Listener) -> Listener:
    """Registers `async fn(outbound_id, state, reason)`, called in the transaction in which a mail becomes sent, failed
    or bounced. `reason` is "" when every recipient has it; for `sent` it names those that have not.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


async def tell(id: UUID, state: Final, reason: str) -> None:
    """Lets the listeners know, in the open transaction."""
    for listener in _listeners:
        await listener(id, state, reason)


@job("mail.deliver", attempts=8, seconds=900, pause=timedelta(seconds=5))
async def deliver(outbound_id: str) -> None:
    """Tries a mail that is due. One that another worker has, or that was taken back, is left alone."""
    id = UUID(outbound_id)
    row = await _claim(id)
    if row is None:
        await _come_back(id)
        return
    if not relays.is_set():
        await _without_relay(row)
        return
    results = {name: msgspec.convert(one, Result) for name, one in msgspec.json.decode(row["results"]).items()}
    open_recipients = [one for one in row["recipients"] if one not in results or results[one].state == "later"]
    try:
        found = await relays.hand_over(await _signed(row), sender=row["sender"], recipients=open_recipients)
    except NotOurs as error:
        await alarms.raise_alarm("mail.relay", "The relay for outgoing mail refuses us.", str(error))
        found = {one: Result("later", "", str(error)) for one in open_recipients}
    await _note(row, results | found)


async def _claim(id: UUID) -> Any:
    """The row, ours for a quarter of an hour. One whose worker died in the middle is claimed again after that."""
    now = clock.now()
    return await sql.fetchrow(
        "UPDATE outbound_mails SET state = 'sending', attempts = attempts + 1, leased_until = $3"
        " WHERE id = $1 AND (state = 'queued' AND send_at <= $2 OR state = 'sending' AND leased_until < $2)"
        " RETURNING id, channel_id, sender, recipients, blob_key, results::text AS results, attempts, created_at",
        id,
        now,
        now + LEASE,
    )


async def _come_back(id: UUID) -> None:
    """A job that came early, by another clock or after a change of mind, is put in again for when the mail is due."""
    row = await sql.fetchrow("SELECT state, send_at FROM outbound_mails WHERE id = $1", id)
    if row is not None and row["state"] == "queued":
        await outgoing.wake(id, at=row["send_at"])


async def _signed(row: Any) -> bytes:
    raw = await blobs.read(row["blob_key"])
    if found := await channels.dkim_of(row["channel_id"]):
        selector, key = found
        domain = await sql.fetchval(
            "SELECT split_part(address, '@', 2) FROM mail_channels WHERE id = $1", row["channel_id"]
        )
        raw = await asyncio.to_thread(signing.sign, raw, selector=selector, domain=domain, pem=key)
    return raw


async def _without_relay(row: Any) -> None:
    """In development the mail lies in the outbox; anywhere else it waits for a relay, and the operator is told."""
    if not settings().production:
        async with TENANT.transaction():
            await _finish(row["id"], "sent", "outbox", "", clock.now())
        return
    again = clock.now() + NO_RELAY
    async with TENANT.transaction():
        await sql.execute(
            "UPDATE outbound_mails SET state = 'queued', attempts = attempts - 1, leased_until = NULL, send_at = $2,"
            " reason = 'no relay is set' WHERE id = $1",
            row["id"],
            again,
        )
        await outgoing.wake(row["id"], at=again)
    await alarms.raise_alarm(
        "mail.no_relay", "Mail waits because no relay is set.", "Set FONDACO_RELAY_HOST to the server that takes it."
    )


async def _note(row: Any, results: dict[str, Result]) -> None:
    """Writes down what became of each recipient, and what comes next."""
    now = clock.now()
    states = {one.state for one in results.values()}
    over = now - row["created_at"] > PATIENCE
    async with TENANT.transaction():
        await sql.execute(
            "UPDATE outbound_mails SET results = $2::jsonb WHERE id = $1",
            row["id"],
            msgspec.json.encode(results).decode().replace("\\u0000", ""),
        )
        if "later" in states and not over:
            again = now + PAUSES[min(row["attempts"], len(PAUSES)) - 1]
            await sql.execute(
                "UPDATE outbound_mails SET state = 'queued', leased_until = NULL, send_at = $2, reason = $3, status_code = $4"
                " WHERE id = $1",
                row["id"], again, _reason(results, "later"), _status(results, "later"),
            )  # fmt: skip
            await outgoing.wake(row["id"], at=again)
            log.info("mail.put_off", outbound=str(row["id"]), attempts=row["attempts"])
            return
        bad = _reason(results, "failed", "later")
        if over and "later" in states:
            bad = f"given up after {PATIENCE.days} days: {bad}"
        final: Final = "sent" if "sent" in states else "failed"
        await _finish(row["id"], final, bad, _status(results, "failed", "later"), now)


async def _finish(id: UUID, state: Final, reason: str, code: str, now: datetime) -> None:
    await sql.execute(
        "UPDATE outbound_mails SET state = $2, reason = $3, status_code = $4, leased_until = NULL,"
        " sent_at = CASE WHEN $2 = 'sent' THEN $5::timestamptz END WHERE id = $1",
        id,
        state,
        reason,
        code,
        now,
    )
    await tell(id, state, "" if reason == "outbox" else reason)
    log.info("mail.finished", outbound=str(id), state=state)


def _reason(results: dict[str, Result], *states: str) -> str:
    """Who has not got it, and why, for people."""
    return "; ".join(f"{name}: {one.reason}" for name, one in results.items() if one.state in states).replace("\0", "")[
        :2000
    ]


def _status(results: dict[str, Result], *states: str) -> str:
    return next((one.code for one in results.values() if one.state in states), "")


async def bounce(id: UUID, *, recipients: list[str], reason: str, code: str) -> None:
    """A report has come that recipients of a sent mail will never get it; noted in the open transaction."""
    row = await sql.fetchrow(
        "SELECT recipients, results::text AS results FROM outbound_mails WHERE id = $1 FOR UPDATE", id
    )
    if row is None:
        return
    results = msgspec.json.decode(row["results"])
    mine = {one.lower(): one for one in row["recipients"]}
    for address in recipients:
        name = mine.get(address.lower(), address)
        results[name] = {"state": "failed", "code": code, "reason": reason[:500]}
    await sql.execute(
        "UPDATE outbound_mails SET state = 'bounced', reason = $2, status_code = $3, results = $4::jsonb"
        " WHERE id = $1 AND state IN ('sent', 'bounced', 'queued')",
        id, reason[:2000], code, msgspec.json.encode(results).decode().replace("\\u0000", ""),
    )  # fmt: skip
    await tell(id, "bounced", reason)


async def wake_lost() -> None:
    """Puts in jobs again for mails of the current tenant whose wake-up was lost, or whose worker died."""
    now = clock.now()
    rows = await sql.fetch(
        "SELECT id FROM outbound_mails WHERE state = 'queued' AND send_at < $1"
        " OR state = 'sending' AND leased_until < $2 ORDER BY send_at LIMIT 500",
        now - timedelta(minutes=1),
        now,
    )
    for row in rows:
        await jobs.enqueue("mail.deliver", {"outbound_id": str(row["id"])}, key=str(row["id"]))
