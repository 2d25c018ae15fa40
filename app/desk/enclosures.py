"""The files of a mail are kept, and its pictures find their place in its HTML."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.core import clock, ids
from app.core.db import sql
from app.files import blobs
from app.files.blobs import Blob
from app.mail import html as letters
from app.mail.messages import Attachment, Message

MOST = 500


class Kept(msgspec.Struct, frozen=True):
    """A file of a mail in the store, with the identifier that it will have."""

    id: UUID
    blob: Blob
    file: Attachment

    @property
    def href(self) -> str:
        return f"/attachments/{self.id}"

    def is_shown_in(self, html: str) -> bool:
        return bool(self.file.content_id) and f'"{self.href}"' in html


async def keep(message: Message) -> list[Kept]:
    """Stores the files. Raises `StorageFull`, and then nothing of the mail is stored."""
    return [Kept(ids.new(), await blobs.put(file.content), file) for file in message.attachments[:MOST]]


def safe_html(message: Message, files: Sequence[Kept]) -> str:
    """The mail's HTML, safe, with its own pictures at their addresses."""
    pictures = {one.file.content_id: one.href for one in files if one.file.content_id}
    return letters.sanitise(message.html, inline=pictures) if message.html else ""


async def attach(message_id: UUID, files: Sequence[Kept], *, html: str) -> None:
    """Notes the files of a message; those that its HTML shows are marked as inline."""
    now = clock.now()
    await sql.executemany(
        "INSERT INTO attachments (id, message_id, blob_key, name, type, size, sha256, inline, content_id, position,"
        " created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            (
                one.id,
                message_id,
                one.blob.key,
                one.file.name,
                one.file.type[:200],
                one.blob.size,
                one.blob.sha256,
                one.is_shown_in(html),
                (one.file.content_id or "")[:500],
                position,
                now,
            )
            for position, one in enumerate(files)
        ],
    )
