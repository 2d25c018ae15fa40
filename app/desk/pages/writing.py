"""What the composer does: answers, notes, drafts and their files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core import ids
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.desk import answers, attachments, conversation, drafts, messages, tickets
from app.desk.pages.ticket import NUMBER, draft_file
from app.desk.tables import STATUSES, Status
from app.web import forms
from app.web.pages import fragment

AnyRequest = Request[Any, Any, Any]
CHUNK = 256 * 1024


class Writing(Controller):
    include_in_schema = False

    @post(NUMBER + "/messages", status_code=200)
    async def send(self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int]) -> dict[str, Any]:
        """An answer, which can be taken back at the address in `undo` for `seconds`, or a note."""
        form = await forms.read(request)
        ticket = await tickets.numbered_for(actor, number, lock=True)
        html = form.secret("html")
        if _kind(form.line("direction")) == "note":
            note = await messages.add_note(ticket, by=actor, html=html)
            return {"id": str(note.id)}
        answer = await answers.send(
            ticket,
            by=actor,
            html=html,
            cc=form.line("cc", limit=drafts.LONGEST_CC),
            status=_status(form.line("status")),
            seen=None if form.flag("force") else ids.read(form.line("seen")),
            undo=True,
        )
        return {
            "id": str(answer.id),
            "undo": f"/tickets/{number}/messages/{answer.id}",
            "seconds": int(answers.UNDO.total_seconds()),
        }

    @delete(NUMBER + "/messages/{message_id:uuid}", status_code=200)
    async def take_back(
        self, actor: NamedDependency[Actor], number: FromPath[int], message_id: FromPath[UUID]
    ) -> dict[str, Any]:
        message = await conversation.message_for(actor, message_id)
        ticket = await tickets.numbered_for(actor, number)
        if message.ticket_id != ticket.id:
            raise NotFound
        await answers.take_back(message, by=actor)
        return {"ticket": number}

    @post("/messages/{message_id:uuid}/again", status_code=204)
    async def send_again(self, actor: NamedDependency[Actor], message_id: FromPath[UUID]) -> None:
        await answers.send_again(await conversation.message_for(actor, message_id), by=actor)

    @put(NUMBER + "/drafts/{kind:str}", status_code=204)
    async def save_draft(
        self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int], kind: FromPath[str]
    ) -> None:
        form = await forms.read(request)
        ticket = await tickets.numbered_for(actor, number)
        direction = _kind(kind)
        html = form.secret("html")
        cc = form.line("cc", limit=drafts.LONGEST_CC)
        if not html.strip() and not cc and not await drafts.files_of(await drafts.of(ticket, direction, by=actor)):
            await drafts.discard(ticket, direction, by=actor)
            return
        await drafts.save(ticket, direction, by=actor, html=html, cc=cc)

    @post(NUMBER + "/drafts/{kind:str}/files", status_code=200)
    async def add_file(
        self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int], kind: FromPath[str]
    ) -> Response[str]:
        form = await forms.read(request)
        ticket = await tickets.numbered_for(actor, number)
        files = form.files("file")
        if len(files) != 1:
            raise Invalid(errors={"file": _("Choose a file.")})
        added = await attachments.add_to_draft(
            ticket,
            _kind(kind),
            by=actor,
            name=files[0].filename,
            type=files[0].content_type or "application/octet-stream",
            content=pieces(files[0]),
        )
        return await fragment(request, "desk/_draft_file.html", file=draft_file(added))

    @delete("/attachments/{attachment_id:uuid}", status_code=204)
    async def remove_file(self, actor: NamedDependency[Actor], attachment_id: FromPath[UUID]) -> None:
        await attachments.remove_from_draft(await conversation.file_for(actor, attachment_id), by=actor)


async def pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """An upload in portions; Litestar keeps large ones on the disk."""
    while chunk := await file.read(CHUNK):
        yield chunk


def _kind(text: str) -> drafts.Kind:
    if text == "outbound":
        return "outbound"
    if text == "note":
        return "note"
    raise NotFound


def _status(text: str) -> Status:
    for status in STATUSES:
        if status == text:
            return status
    return "waiting"
