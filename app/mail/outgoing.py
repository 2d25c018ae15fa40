"""Mail that goes out waits in the tenant's database first: written with what it belongs to, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from app.core import clock, ids, sealing
from app.core.db import sql
from app.core.errors import Conflict, Invalid
from app.core.settings import settings
from app.core.words import _
from app.files import blobs
from app.mail import composing, headings, tokens
from app.mail.channels import Channel
from app.mail.composing import Enclosure, Letter
from app.mail.parsing.addresses import Address
from app.tenancy import jobs, tenants

Automatic = Literal["", "auto-replied", "auto-generated"]
MOST_RECIPIENTS = 100
LARGEST = 35 * 2**20
"""Of all files together before they are packed; most systems refuse more long before."""


class TooLarge(Conflict):
    code = "mail_too_large"
    message = "The files are too large to be sent by mail: 35 MB together at most."


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the tenant that goes with a mail. With `content_id` it is shown in the HTML as `cid:<content_id>`."""

    name: str
    type: str
    blob_key: str
    content_id: str = ""


class Queued(msgspec.Struct, frozen=True):
    """`message_id` stands in angle brackets and stays the same however often the mail is tried."""

    id: UUID
    message_id: str


def thread_key() -> bytes:
    """The key of the current tenant's thread tokens: what one tenant signed opens nothing in another."""
    return sealing.key(f"mail.thread {tenants.current().id}")


def own_mark() -> str:
    """What the current tenant's automatic mail is known by when it comes back."""
    return sealing.sign("mail.loop", str(tenants.current().id))


def reply_address(channel: Channel, thread: UUID) -> str:
    """Where answers to a thread should go: with its token where we take the mail ourselves, for other mail systems may
    not know what a plus means.
    """
    if channel.imap_host or len(channel.address.partition("@")[0]) > 29:
        return channel.address
    return tokens.reply_address(channel.address, thread, thread_key())


async def queue(
    *,
    purpose: str,
    channel: Channel | None,
    to: Sequence[Address],
    subject: str,
    text: str,
    html: str = "",
    cc: Sequence[Address] = (),
    sender_name: str = "",
    thread: UUID | None = None,
    in_reply_to: str = "",
    references: Sequence[str] = (),
    files: Sequence[File] = (),
    automatic: Automatic = "",
    send_at: datetime | None = None,
    id: UUID | None = None,
) -> Queued:
    """Writes a mail into the open transaction; after the commit it is delivered, or at `send_at`.

    `purpose` names what it is for (ticket.answer). Without a channel it comes from the house's own address. `html` is a
    clean fragment. `id` makes the call repeatable: the same one is queued once. Raises `Invalid`, `TooLarge`.
    """
    id = id or ids.new()
    sender, reply_to, envelope_from = _senders(channel, sender_name, thread, automatic)
    message_id = f"<{id}@{sender.address.rpartition('@')[2]}>"
    recipients = _recipients([*to, *cc])
    now = clock.now()
    raw = await _composed(
        Letter(
            message_id=message_id, at=now, sender=sender, to=to, cc=cc, reply_to=reply_to, subject=subject, text=text,
            html=html, in_reply_to=in_reply_to, references=references, files=await _enclosed(files),
            automatic=automatic, mark=own_mark() if automatic else "",
        )
    )  # fmt: skip
    if await sql.fetchval("SELECT true FROM outbound_mails WHERE id = $1", id):
        return Queued(id, message_id)
    blob = await blobs.put(raw)
    await sql.execute(
        "INSERT INTO outbound_mails (id, purpose, channel_id, message_id, thread_id, sender, recipients, subject, blob_key,"
        " send_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id, purpose, channel.id if channel else None, message_id, thread, envelope_from, recipients,
        headings.one_line(subject)[:1000], blob.key, send_at or now, now,
    )  # fmt: skip
    await wake(id, at=send_at)
    return Queued(id, message_id)


def _senders(
    channel: Channel | None, name: str, thread: UUID | None, automatic: Automatic
) -> tuple[Address, Address | None, str]:
    """From, Reply-To, and the envelope's sender: empty for automatic mail, so that nobody's machine answers it."""
    tenant = tenants.current()
    if channel is None:
        address = f"no-reply@{tenant.slug}.{settings().base_domain}"
        return Address(tenant.name, address), None, ""
    shown = _("{person} at {house}").format(person=name, house=channel.name) if name else channel.name
    reply = reply_address(channel, thread) if thread else channel.address
    reply_to = Address(channel.name, reply) if reply != channel.address else None
    return Address(shown, channel.address), reply_to, "" if automatic else reply


def _recipients(people: Sequence[Address]) -> list[str]:
    try:
        found = list(dict.fromkeys(headings.ascii_address(one.address) for one in people))
    except headings.Unwritable as error:
        raise Invalid(errors={"to": str(error)}) from error
    if not found or len(found) > MOST_RECIPIENTS:
        raise Invalid(errors={"to": _("A mail has 1 to 100 recipients.")})
    return found


async def _enclosed(files: Sequence[File]) -> list[Enclosure]:
    """The files with their bytes. Raises `TooLarge` before anything is read."""
    sizes = await sql.fetchval(
        "SELECT coalesce(sum(size), 0) FROM blobs WHERE key = ANY($1::text[])", [file.blob_key for file in files]
    )
    if sizes > LARGEST:
        raise TooLarge
    return [
        Enclosure(name=file.name, type=file.type, content=await blobs.read(file.blob_key), content_id=file.content_id)
        for file in files
    ]


async def _composed(letter: Letter) -> bytes:
    try:
        return await asyncio.to_thread(composing.compose, letter)
    except headings.Unwritable as error:
        raise Invalid(errors={"subject": str(error)}) from error


async def wake(id: UUID, *, at: datetime | None = None) -> None:
    """After the commit, a worker delivers the mail, at `at` when that is later."""
    delay = at - clock.now() if at and at > clock.now() else None
    await jobs.enqueue("mail.deliver", {"outbound_id": str(id)}, delay=delay, key=f"{id} {at}" if delay else str(id))


async def cancel(id: UUID) -> bool:
    """Takes a mail back that nobody has begun to send; False when it is too late."""
    return bool(
        await sql.execute(
            "UPDATE outbound_mails SET state = 'canceled', reason = 'taken back' WHERE id = $1 AND state = 'queued'"
            " AND attempts = 0",
            id,
        )
    )


async def hurry(id: UUID) -> bool:
    """Lets a mail go now that was to wait; False when it is not waiting."""
    waiting = await sql.execute(
        "UPDATE outbound_mails SET send_at = $2 WHERE id = $1 AND state = 'queued' AND send_at > $2", id, clock.now()
    )
    if waiting:
        await wake(id)
    return bool(waiting)


async def retry(id: UUID) -> bool:
    """Tries a failed mail again, for those of its recipients that have not got it."""
    again = await sql.execute(
        "UPDATE outbound_mails SET state = 'queued', send_at = $2, created_at = $2, reason = '', attempts = 1,"
        " results = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(results)"
        "            WHERE value ->> 'state' = 'sent')"
        " WHERE id = $1 AND state = 'failed'",
        id,
        clock.now(),
    )
    if again:
        await wake(id)
    return bool(again)


async def state_of(id: UUID) -> Any:
    """`state`, `reason`, `status_code`, `send_at`, `sent_at`, `attempts` of a mail, or None."""
    return await sql.fetchrow(
        "SELECT state, reason, status_code, send_at, sent_at, attempts FROM outbound_mails WHERE id = $1", id
    )
