"""Files come with messages; those of an answer wait in its draft until it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.desk import drafts
from app.desk.tables import ATTACHMENT_COLUMNS, Attachment, Draft, Ticket
from app.files import blobs
from app.mail.parsing.attachments import safe_name

LARGEST = 25 * 1024 * 1024
MOST = 50


class TooLarge(Invalid):
    status = 413
    code = "too_large"
    message = "A file can have 25 MB at most. Put it where the customer can fetch it, and send the link."


async def add_to_draft(
    ticket: Ticket, kind: drafts.Kind, *, by: Actor, name: str, type: str, content: AsyncIterator[bytes]
) -> Attachment:
    """Stores a file for what `by` is writing. Raises `TooLarge`, and then nothing is kept."""
    draft = await drafts.save(ticket, kind, by=by)
    position = await sql.fetchval(
        "SELECT count(*) FROM attachments WHERE draft_id = $1 AND message_id IS NULL", draft.id
    )
    if position >= MOST:
        raise Invalid(errors={"file": _("A message can have {number} files.").format(number=MOST)})
    blob = await blobs.put(_limited(content))
    row = await sql.fetchrow(
        "INSERT INTO attachments (id, draft_id, blob_key, name, type, size, sha256, position, created_by, created_at)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING {ATTACHMENT_COLUMNS}",
        ids.new(),
        draft.id,
        blob.key,
        safe_name(name.encode("utf-8", "replace").decode()) or _("file"),
        type.partition(";")[0].strip().lower()[:120] or "application/octet-stream",
        blob.size,
        blob.sha256,
        position,
        by.member_id,
        clock.now(),
    )
    return Attachment(**row)


async def _limited(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in content:
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge
        yield chunk


async def remove_from_draft(attachment: Attachment, *, by: Actor) -> None:
    """Takes a file out of one's own draft. Raises `NotFound` when it has been sent."""
    key = await sql.fetchval(
        "DELETE FROM attachments a USING drafts d WHERE a.id = $1 AND a.message_id IS NULL AND d.id = a.draft_id"
        " AND d.member_id = $2 RETURNING a.blob_key",
        attachment.id,
        by.member_id,
    )
    if key is None:
        raise NotFound
    await blobs.remove(key)


async def move_to_message(draft: Draft, message_id: UUID) -> None:
    """What waited in the draft goes with the message."""
    await sql.execute(
        "UPDATE attachments SET message_id = $2, draft_id = NULL WHERE draft_id = $1 AND message_id IS NULL",
        draft.id,
        message_id,
    )


async def move_to_draft(message_id: UUID, draft: Draft) -> None:
    """The files of a message that was taken back wait again."""
    await sql.execute(
        "UPDATE attachments SET message_id = NULL, draft_id = $2 WHERE message_id = $1", message_id, draft.id
    )
