"""A kept mail is read, judged and handed to whoever makes something of it: exactly once, and never lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec
import structlog

from app.core import clock
from app.core.db import TENANT, DatabaseDown, sql
from app.files import blobs
from app.mail import channels, classes, delivery, explaining, inbound, messages, outgoing, quarantine, tokens
from app.mail.bounces import Bounce
from app.mail.channels import Channel
from app.mail.classes import Kind, Verdict
from app.mail.messages import Message
from app.tenancy.jobs import job

log = structlog.get_logger(__name__)
ATTEMPTS = 5
PARSE_SECONDS = 120.0
SENDER_CAP = 30
SENDER_WINDOW = timedelta(minutes=10)
LONGEST = 1000
T = TypeVar("T")


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as its receiver gets it.

    `class_` says what it is and `why`; `may_answer` whether a program may answer it, else `why_not`. `thread` is the
    thread that a valid token of this tenant names, in a recipient's address or in the subject: proof that we wrote it
    to somebody once, not that this sender is that somebody. `bounce` is what a delivery report says, and `failed_mail`
    the mail of ours it speaks of. `recipient` is the envelope's, "" when nobody knows.
    """

    inbound_id: UUID
    message: Message
    class_: Kind
    why: str
    may_answer: bool
    why_not: str
    bounce: Bounce | None
    failed_mail: UUID | None
    thread: UUID | None
    channel: Channel | None
    envelope_from: str
    recipient: str


class Outcome(msgspec.Struct, frozen=True):
    """What the receiver made of it. `dropped`: nothing, for `reason`; the raw mail stays."""

    state: Literal["done", "dropped"] = "done"
    reason: str = ""


Receiver = Callable[[Incoming], Awaitable[Outcome]]
_receivers: list[Receiver] = []


class NobodyReceives(RuntimeError):
    """No slice has registered a receiver in this process."""


def register_receiver(receiver: Receiver) -> Receiver:
    """Says who makes something of incoming mail: called once for each, in the transaction that marks it as done."""
    _receivers[:] = [receiver]
    return receiver


@job("mail.receive", attempts=ATTEMPTS + 3, seconds=600, pause=timedelta(seconds=2))
async def receive(inbound_id: str) -> None:
    """Receives one kept mail. One that fails again and again, or kills its worker, goes into quarantine."""
    id = UUID(inbound_id)
    # Counted before anything else and for itself, so that a mail that takes the process down with it is counted too.
    attempts = await sql.fetchval(
        "UPDATE inbound_mails SET attempts = attempts + 1 WHERE id = $1 AND state = 'received' RETURNING attempts", id
    )
    if attempts is None:
        return
    if attempts > ATTEMPTS:
        await quarantine.hold(id, "It could not be received after several attempts.")
        return
    try:
        async with TENANT.transaction():
            await _receive(id)
    except (DatabaseDown, NobodyReceives):
        await _uncount(id)
        raise
    except Exception as error:
        log.exception("mail.receive_failed", inbound=inbound_id, attempts=attempts)
        if attempts < ATTEMPTS:
            raise
        await quarantine.hold(id, f"{type(error).__name__}: {error}")


async def _uncount(id: UUID) -> None:
    """An attempt that failed for reasons that are not the mail's does not count against it."""
    try:
        await sql.execute("UPDATE inbound_mails SET attempts = attempts - 1 WHERE id = $1 AND attempts > 0", id)
    except DatabaseDown:
        log.warning("mail.attempt_counted", inbound=str(id))


async def _receive(id: UUID) -> None:
    row = await sql.fetchrow(
        "SELECT id, channel_id, envelope_from, envelope_to, blob_key, released, message_id, source FROM inbound_mails"
        " WHERE id = $1 AND state = 'received' FOR UPDATE SKIP LOCKED",
        id,
    )
    if row is None:
        return
    if not _receivers:
        raise NobodyReceives("Nobody receives mail in this process.")
    raw = await blobs.read(row["blob_key"])
    message, bounce = await in_thread(read, raw)
    verdict = classes.classify(
        message,
        report=bounce.kind if bounce else None,
        own_addresses=await channels.own_addresses(),
        own_mark=outgoing.own_mark(),
    )
    if message.sender:
        # One sender's mails are received one after the other, so that each sees what became of those before it.
        await sql.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 7305002))", message.sender.address.lower()[:LONGEST]
        )
    await _note(id, message, verdict)
    if not row["released"] and await _too_many(message, verdict):
        await quarantine.hold_here(id, "Too many mails from this sender in a short time.")
        return
    outcome = await _handed_over(row, message, bounce, verdict)
    await sql.execute(
        "UPDATE inbound_mails SET state = $2, reason = $3, finished_at = $4 WHERE id = $1",
        id,
        outcome.state,
        outcome.reason[:LONGEST],
        clock.now(),
    )
    log.info("mail.received", inbound=str(id), kind=verdict.kind, state=outcome.state)


def read(raw: bytes) -> tuple[Message, Bounce | None]:
    """The message in these bytes, and what it reports when it is a report."""
    message = messages.parse(raw)
    return message, explaining.read_bounce(raw, message)


async def in_thread(work: Callable[[bytes], T], raw: bytes) -> T:
    """Reads a mail without holding up others; at most two minutes. A small one is not worth the way."""
    if len(raw) < 16_384:
        return work(raw)
    async with asyncio.timeout(PARSE_SECONDS):
        return await asyncio.to_thread(work, raw)


async def _note(id: UUID, message: Message, verdict: Verdict) -> None:
    await sql.execute(
        "UPDATE inbound_mails SET class = $2, message_id = $3, sender = $4, subject = $5 WHERE id = $1",
        id,
        verdict.kind,
        (message.message_id or "")[:LONGEST],
        (message.sender.address.lower() if message.sender else "")[:LONGEST],
        message.subject[:LONGEST],
    )


async def _too_many(message: Message, verdict: Verdict) -> bool:
    """Whether a sender writes faster than people do: two machines that talk to each other, whatever they call it.
    Delivery reports come in floods and are never answered, so they are not counted.
    """
    if verdict.kind in ("bounce", "complaint") or message.sender is None:
        return False
    count = await sql.fetchval(
        "SELECT count(*) FROM inbound_mails WHERE sender = $1 AND received_at > $2 AND class NOT IN ('bounce', 'complaint')"
        " AND state IN ('received', 'done', 'dropped')",
        message.sender.address.lower()[:LONGEST],
        clock.now() - SENDER_WINDOW,
    )
    return bool(count > SENDER_CAP)


async def _handed_over(row: Any, message: Message, bounce: Bounce | None, verdict: Verdict) -> Outcome:
    if verdict.kind == "loop":
        return Outcome("dropped", verdict.why)
    if twin := await _twin(row, message):
        return Outcome("dropped", f"The same mail came before, as {twin}.")
    failed = await _failed_mail(row, message, bounce) if bounce else None
    incoming = Incoming(
        inbound_id=row["id"], message=message, class_=verdict.kind, why=verdict.why, may_answer=verdict.may_answer,
        why_not=verdict.why_not, bounce=bounce if verdict.kind in ("bounce", "complaint") else None, failed_mail=failed,
        thread=_thread(row, message), channel=await channels.get(row["channel_id"]) if row["channel_id"] else None,
        envelope_from=row["envelope_from"], recipient=row["envelope_to"],
    )  # fmt: skip
    outcome = await _receivers[0](incoming)
    if failed and bounce and verdict.kind == "bounce":
        await _note_bounce(failed, bounce)
    return outcome


async def _note_bounce(failed: UUID, bounce: Bounce) -> None:
    """Marks the mail that failed for good, unless its receiver has: a notice of the house belongs to nobody else."""
    lasting = [one for one in bounce.recipients if one.permanent]
    if not lasting or (await outgoing.state_of(failed))["state"] == "bounced":
        return
    await delivery.bounce(
        failed,
        recipients=[one.address for one in lasting],
        reason=lasting[0].diagnostic or lasting[0].reason,
        code=lasting[0].status or lasting[0].reply_code or "",
    )


async def _twin(row: Any, message: Message) -> UUID | None:
    """A mail that came before by another way: to two channels at once, or from a mailbox that was moved."""
    if not message.message_id or message.sender is None:
        return None
    found: UUID | None = await sql.fetchval(
        "SELECT id FROM inbound_mails WHERE message_id = $1 AND sender = $2 AND subject = $3 AND state = 'done' AND id <> $4"
        " ORDER BY received_at, id LIMIT 1",
        message.message_id[:LONGEST],
        message.sender.address.lower()[:LONGEST],
        message.subject[:LONGEST],
        row["id"],
    )
    return found


def _thread(row: Any, message: Message) -> UUID | None:
    """The thread of the first token with a valid signature."""
    key = outgoing.thread_key()
    named = [row["envelope_to"], *(one.address for one in (*message.to, *message.cc)), message.subject]
    named += message.all_headers("Delivered-To") + message.all_headers("X-Original-To")
    return next((thread for text in named[:200] if (thread := tokens.read_token(text, key))), None)


async def _failed_mail(row: Any, message: Message, bounce: Bounce) -> UUID | None:
    """The mail of ours that a report speaks of: by its Message-ID, wherever the report names it."""
    named = [bounce.original_message_id or "", message.in_reply_to or "", *message.references]
    wanted = [one if one.startswith("<") else f"<{one}>" for one in named if one]
    found: UUID | None = await sql.fetchval(
        "SELECT id FROM outbound_mails WHERE message_id = ANY($1::text[]) ORDER BY array_position($1::text[], message_id) LIMIT 1",
        wanted[:50],
    )
    return found


async def wake_lost() -> None:
    """Puts in jobs again for mails of the current tenant whose wake-up was lost."""
    rows = await sql.fetch(
        "SELECT id FROM inbound_mails WHERE state = 'received' AND received_at < $1 ORDER BY received_at LIMIT 500",
        clock.now() - timedelta(minutes=1),
    )
    for row in rows:
        await inbound.wake(row["id"])
