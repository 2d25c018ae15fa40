"""Mail is fetched from the mailboxes that tenants have elsewhere: each mail once, whatever dies on the way.

A mail is known by UIDVALIDITY and UID (RFC 3501, section 2.3.1.1). It is stored, and the last UID moved on, in one
transaction; only then it is marked as read. A mailbox that is read for the first time gives its unread mail. When
UIDVALIDITY changes, all numbers are new: what was stored before is known again by Message-ID and size, else by its bytes.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog

from app.core import clock
from app.core.db import TENANT, sql
from app.core.sealing import BrokenSeal
from app.core.settings import settings
from app.mail import channels, guards, inbound, quarantine
from app.mail.channels import Channel, Imap
from app.mail.inbound import Arrival
from app.mail.mailboxes import Facts, Mailbox, MailboxError, MailboxGone
from app.tenancy import alarms

log = structlog.get_logger(__name__)
BATCH = 200
SECONDS = 300.0
VERIFY_SECONDS = 20.0
PATIENCE = 3
STRANGE = timedelta(days=1)
T = TypeVar("T")
_threads = ThreadPoolExecutor(16, thread_name_prefix="imap")


async def _run(work: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *arguments)


async def verify(imap: Imap, *, context: ssl.SSLContext | None = None) -> None:
    """Opens a mailbox and closes it again, changing nothing. Raises `MailboxError` that says what is wrong."""
    try:
        async with asyncio.timeout(VERIFY_SECONDS):
            mailbox = await _open(imap, context=context, readonly=True)
    except TimeoutError as error:
        raise MailboxError("The server does not answer in time.") from error
    await _run(mailbox.close)


async def _open(imap: Imap, *, context: ssl.SSLContext | None = None, readonly: bool = False) -> Mailbox:
    try:
        mailbox = Mailbox(imap, await guards.addresses_of(imap.host, imap.port), context)
    except guards.Unreachable as error:
        raise MailboxError(str(error)) from error
    try:
        await _run(lambda: mailbox.open(readonly=readonly))
    except BaseException:
        await _run(mailbox.close)
        raise
    return mailbox


async def poll(channel_id: UUID, *, context: ssl.SSLContext | None = None) -> bool:
    """Fetches new mail for a channel of the current tenant; True when there is more. A failure is written down at the
    channel, and becomes an alarm when it stays.
    """
    channel = await channels.get(channel_id)
    try:
        imap = await channels.imap_of(channel)
    except BrokenSeal:
        await _failed(channel, "The stored password cannot be opened any more. Enter it again.")
        return False
    if imap is None or not channel.active:
        return False
    try:
        mailbox = await _open(imap, context=context)
        try:
            more = await Fetch(channel, mailbox).run()
        finally:
            await _run(mailbox.close)
    except MailboxError as error:
        await _failed(channel, str(error))
        return False
    await sql.execute(
        "UPDATE mail_channels SET imap_checked_at = $2, imap_error = '', imap_failures = 0 WHERE id = $1",
        channel_id,
        clock.now(),
    )
    return more


async def visit(channel_id: UUID) -> tuple[bool, int]:
    """`poll`, and how often it has failed in a row. A channel that is gone is nothing to do."""
    try:
        more = await poll(channel_id)
    except channels.NoSuchChannel:
        return False, 0
    failures: int = await sql.fetchval("SELECT imap_failures FROM mail_channels WHERE id = $1", channel_id) or 0
    return more, failures


async def _failed(channel: Channel, reason: str) -> None:
    plain = reason.replace("\0", "").encode("utf-8", "replace").decode()[:1000]
    failures = await sql.fetchval(
        "UPDATE mail_channels SET imap_error = $2, imap_failures = imap_failures + 1 WHERE id = $1 RETURNING imap_failures",
        channel.id,
        plain,
    )
    log.warning("imap.failed", channel=channel.address, reason=plain, failures=failures)
    if failures == PATIENCE:
        await alarms.raise_alarm("mail.imap", f"The mailbox of {channel.address} cannot be read.", plain)


class Fetch:
    """One visit to one mailbox: at most 200 mails or five minutes, so that others get their turn."""

    def __init__(self, channel: Channel, mailbox: Mailbox) -> None:
        self.channel, self.mailbox = channel, mailbox
        self.until = time.monotonic() + SECONDS
        self.stored = 0

    async def run(self) -> bool:
        """True when there is more to fetch."""
        row = await sql.fetchrow(
            "SELECT imap_uidvalidity, imap_last_uid, imap_seen_uid, imap_checked_at FROM mail_channels WHERE id = $1",
            self.channel.id,
        )
        if row["imap_uidvalidity"] == self.mailbox.uidvalidity:
            # What was stored before a crash may not have been marked.
            await self._mark(row["imap_seen_uid"] + 1, row["imap_last_uid"])
            uids = await _run(self.mailbox.newer_than, row["imap_last_uid"])
            return await self._take(uids, moving=True)
        every = await _run(self.mailbox.every)
        if row["imap_uidvalidity"] is None:
            wanted = await _run(self.mailbox.unread)
        else:
            log.warning("imap.renumbered", channel=self.channel.address, mails=len(every))
            wanted = await self._strange(every, row["imap_checked_at"])
        if await self._take(wanted, moving=False):
            return True
        await self._begin(max(every, default=0))
        return False

    async def _begin(self, last: int) -> None:
        """From here on, new mails are those with higher numbers."""
        await sql.execute(
            "UPDATE mail_channels SET imap_uidvalidity = $2, imap_last_uid = $3, imap_seen_uid = $3 WHERE id = $1",
            self.channel.id,
            self.mailbox.uidvalidity,
            last,
        )

    async def _take(self, uids: Sequence[int], *, moving: bool) -> bool:
        """Stores these mails, oldest first; True when it stopped before the last."""
        for number, uid in enumerate(uids):
            if self.stored >= BATCH or time.monotonic() > self.until:
                return True
            await self._store(uid, moving=moving)
            await self._mark(uid, uid, note=moving)
            log.debug("imap.taken", uid=uid, left=len(uids) - number - 1)
        return False

    async def _store(self, uid: int, *, moving: bool) -> None:
        key = f"imap {self.channel.id} {self.mailbox.uidvalidity} {uid}"
        if await sql.fetchval("SELECT true FROM inbound_mails WHERE source_key = $1", key):
            content, held = None, ""
        else:
            content, held = await self._content(uid)
        arrival = Arrival(channel_id=self.channel.id, source_key=key, envelope_to=self.channel.address)
        async with TENANT.transaction():
            if content is not None:
                kept = await inbound.keep(
                    content, [arrival], source="imap", message_id=inbound.message_id_of(content), held_because=held
                )
                self.stored += len(kept)
                for id in kept if held else ():
                    await quarantine.tell(id, held)
            if moving:
                await sql.execute(
                    "UPDATE mail_channels SET imap_last_uid = greatest(imap_last_uid, $2) WHERE id = $1 AND imap_uidvalidity = $3",
                    self.channel.id,
                    uid,
                    self.mailbox.uidvalidity,
                )

    async def _content(self, uid: int) -> tuple[bytes | None, str]:
        """The mail, and why it must be held. One that the server cannot give must not keep back those behind it."""
        try:
            facts = await _run(self.mailbox.facts, [uid])
            if not facts:
                return None, ""
            if facts[0].size > settings().smtp_max_size:
                reason = f"It has {facts[0].size} bytes, which is too much; only its beginning was fetched. It stays in the mailbox."
                return await _run(lambda: self.mailbox.fetch(uid, head_only=True)), reason
            return await _run(self.mailbox.fetch, uid), ""
        except MailboxGone:
            raise
        except MailboxError as error:
            return f"Subject: Mail {uid} could not be fetched\r\n\r\n{error}\r\n".encode("utf-8", "replace"), str(error)

    async def _mark(self, first: int, last: int, *, note: bool = True) -> None:
        if first > last:
            return
        try:
            await _run(self.mailbox.mark_read, first, last)
        except MailboxGone:
            raise
        except MailboxError as error:  # a mailbox that may only be read
            log.info("imap.not_marked", reason=str(error))
        if note:
            await sql.execute(
                "UPDATE mail_channels SET imap_seen_uid = greatest(imap_seen_uid, $2) WHERE id = $1",
                self.channel.id,
                last,
            )

    async def _strange(self, uids: Sequence[int], checked_at: datetime | None) -> list[int]:
        """After a change of UIDVALIDITY: those of all mails that were never stored, and are not from long before."""
        strange: list[int] = []
        since = (checked_at or clock.now()) - STRANGE
        for start in range(0, len(uids), BATCH):
            some = await _run(self.mailbox.facts, uids[start : start + BATCH])
            known = await self._known(some)
            for one in some:
                old = one.seen and one.arrived is not None and one.arrived < since
                if one.uid in known or old or await self._has_bytes(one):
                    continue
                strange.append(one.uid)
        return strange

    async def _known(self, some: Sequence[Facts]) -> set[int]:
        rows = await sql.fetch(
            "SELECT message_id, size FROM inbound_mails WHERE channel_id = $1 AND source = 'imap'"
            " AND message_id = ANY($2::text[]) AND message_id <> ''",
            self.channel.id,
            [one.message_id for one in some],
        )
        there = {(row["message_id"], row["size"]) for row in rows}
        return {one.uid for one in some if (one.message_id, one.size) in there}

    async def _has_bytes(self, one: Facts) -> bool:
        """Whether the very same mail is stored; asked only when its size is."""
        rows = await sql.fetch(
            "SELECT encode(b.sha256, 'hex') AS sha256 FROM inbound_mails i JOIN blobs b ON b.key = i.blob_key"
            " WHERE i.channel_id = $1 AND i.source = 'imap' AND i.size = $2",
            self.channel.id,
            one.size,
        )
        if not rows:
            return False
        content = await _run(self.mailbox.fetch, one.uid)
        return content is not None and hashlib.sha256(content).hexdigest() in {row["sha256"] for row in rows}
