"""The development outbox: mail that would have left the house, for people and for scripts that look for a link in it.

Absent outside development, and for everybody but this machine (404). A tenant's host shows its own mails, the cell's
own host those of all tenants.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.enums import MediaType
from litestar.params import FromPath

from app.core import ids
from app.core.db import NoTenant, sql
from app.core.errors import NotFound
from app.core.settings import settings
from app.files import blobs, downloads
from app.mail import html, messages
from app.mail.messages import Message
from app.operations.views import Outbox, OutboxFile, OutboxMail, OutboxRow
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from app.web.nearness import only_from_here
from app.web.pages import fragment, page

AnyRequest = Request[Any, Any, Any]
SHOWN = ("From", "To", "Cc", "Reply-To", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted")
FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
PAGE = 50
MOST = 200


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in the outbox with the tenant it belongs to."""

    tenant: Tenant
    id: UUID
    subject: str
    recipients: list[str]
    state: str
    created_at: datetime
    raw: bytes
    message: Message


def provide_mails() -> Outgoing:
    """The mails of the tenant at work, or of all when none is. Raises `NotFound` outside development."""
    if settings().environment != "development":
        raise NotFound
    return Outgoing()


class Outgoing:
    """What lies in the outbox."""

    async def newest(self, *, limit: int, before: UUID | None = None) -> list[Sent]:
        """Newest first; identifiers sort by time, so the last one shown is where the next page begins."""
        found: list[Sent] = []
        async for tenant in _houses():
            with tenants.enter(tenant):
                rows = await sql.fetch(
                    "SELECT * FROM outbound_mails WHERE $2::uuid IS NULL OR (created_at, id) <"
                    " (SELECT created_at, id FROM outbound_mails WHERE id = $2) ORDER BY created_at DESC, id DESC LIMIT $1",
                    limit,
                    before,
                )
                found += [await _sent(tenant, row) for row in rows]
        found.sort(key=lambda one: (one.created_at, one.id), reverse=True)
        return found[:limit]

    async def one(self, id: UUID) -> Sent:
        """Raises `NotFound`."""
        async for tenant in _houses():
            with tenants.enter(tenant):
                row = await sql.fetchrow("SELECT * FROM outbound_mails WHERE id = $1", id)
                if row is not None:
                    return await _sent(tenant, row)
        raise NotFound


async def _houses() -> AsyncIterator[Tenant]:
    try:
        yield tenants.current()
    except NoTenant:
        for tenant in await tenants.all_active():
            yield tenant


async def _sent(tenant: Tenant, row: Any) -> Sent:
    try:
        raw = await blobs.read(row["blob_key"])
    except blobs.BlobMissing:
        raw = b""
    return Sent(
        tenant=tenant, id=row["id"], subject=row["subject"], recipients=row["recipients"], state=row["state"],
        created_at=row["created_at"], raw=raw, message=messages.parse(raw),
    )  # fmt: skip


class OutboxPages(Controller):
    path = "/dev/outbox"
    guards = [only_from_here]  # noqa: RUF012  Litestar's way to set it
    include_in_schema = False
    dependencies = {"mails": Provide(provide_mails, sync_to_thread=False)}  # noqa: RUF012 - Litestar's own way

    @get("/")
    async def show(self, request: AnyRequest, mails: NamedDependency[Outgoing]) -> Response[Any]:
        """The newest mails: a page, the rows alone (`part=rows`), or JSON (`format=json` or Accept)."""
        asked = request.query_params
        wanted = asked.get("limit", "")
        limit = min(max(int(wanted), 1), MOST) if wanted.isdecimal() and len(wanted) < 10 else PAGE
        before = asked.get("before", "")
        found = await mails.newest(limit=limit, before=ids.read(before))
        if _wants_json(request):
            return _json([_plain(one) for one in found])
        older = f"/dev/outbox?part=rows&before={found[-1].id}" if len(found) == limit else ""
        view = Outbox(rows=[_row(one) for one in found], older_href=older)
        if asked.get("part") == "rows":
            return await fragment(request, "operations/_outbox_rows.html", view=view)
        return await page(request, "operations/outbox.html", view=view)

    @get("/{mail_id:uuid}")
    async def show_one(
        self, request: AnyRequest, mails: NamedDependency[Outgoing], mail_id: FromPath[UUID]
    ) -> Response[Any]:
        one = await mails.one(mail_id)
        if _wants_json(request):
            return _json(_plain(one))
        base = f"/dev/outbox/{one.id}"
        view = OutboxMail(
            row=_row(one),
            headers=[(name, value) for name in SHOWN for value in one.message.all_headers(name)],
            text=one.message.text,
            frame=f"{base}/html" if one.message.html else "",
            raw_href=f"{base}/raw",
            files=[
                OutboxFile(name=file.name, size=file.size, href=f"{base}/files/{number}")
                for number, file in enumerate(one.message.attachments)
            ],
        )
        return await page(request, "operations/outbox_mail.html", view=view)

    @get("/{mail_id:uuid}/html")
    async def frame(self, mails: NamedDependency[Outgoing], mail_id: FromPath[UUID]) -> Response[str]:
        """The HTML part alone, for a frame: cleaned, and without a way to run anything."""
        one = await mails.one(mail_id)
        pictures = {
            file.content_id: f"/dev/outbox/{one.id}/files/{number}"
            for number, file in enumerate(one.message.attachments)
            if file.content_id
        }
        clean = html.sanitise(one.message.html, inline=pictures)
        return Response(
            f'<!doctype html><html><head><meta charset="utf-8"></head><body>{clean}</body></html>',
            media_type=MediaType.HTML,
            headers={"Content-Security-Policy": FRAME, "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-store"},
        )

    @get("/{mail_id:uuid}/raw")
    async def raw(self, mails: NamedDependency[Outgoing], mail_id: FromPath[UUID]) -> Response[bytes]:
        """The whole message as it leaves, but for the signature that is made on its way."""
        one = await mails.one(mail_id)
        return _file(one.raw, f"{one.subject[:80] or 'mail'}.eml", "message/rfc822")

    @get("/{mail_id:uuid}/files/{number:int}")
    async def file(
        self, mails: NamedDependency[Outgoing], mail_id: FromPath[UUID], number: FromPath[int]
    ) -> Response[bytes]:
        files = (await mails.one(mail_id)).message.attachments
        if not 0 <= number < len(files):
            raise NotFound
        return _file(files[number].content, files[number].name, files[number].type)


def _wants_json(request: AnyRequest) -> bool:
    accepts = request.headers.get("accept", "")
    return request.query_params.get("format") == "json" or ("json" in accepts and "html" not in accepts)


def _json(value: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(value), media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


def _plain(one: Sent) -> dict[str, Any]:
    message = one.message
    return {
        "id": one.id,
        "tenant": one.tenant.slug,
        "to": one.recipients,
        "from": message.header("From"),
        "reply_to": [person.address for person in message.reply_to],
        "subject": message.subject,
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "references": list(message.references),
        "text": message.text,
        "html": message.html,
        "attachments": [{"name": file.name, "type": file.type, "size": file.size} for file in message.attachments],
        "state": one.state,
        "created_at": one.created_at,
    }


def _row(one: Sent) -> OutboxRow:
    return OutboxRow(
        id=one.id, subject=one.message.subject, to=one.recipients, sender=one.message.header("From"), at=one.created_at,
        state=one.state, files=len(one.message.attachments),
    )  # fmt: skip


def _file(content: bytes, name: str, type: str) -> Response[bytes]:
    shown = downloads.may_show(type)
    return Response(
        content,
        media_type=type if shown else "application/octet-stream",
        headers={
            "Content-Disposition": downloads.disposition(name, inline=shown),
            "Content-Security-Policy": downloads.POLICY,
            "Cache-Control": "no-store",
        },
    )
