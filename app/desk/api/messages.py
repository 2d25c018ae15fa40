"""`/api/v1/tickets/{id}/messages`: what was said in a ticket, and answers and notes by program."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from app.access import Actor
from app.core.errors import Invalid
from app.core.words import _
from app.desk import answers, conversation, messages, tickets, wording
from app.desk.api import reading
from app.desk.api.shapes import MessageList, MessageRecord, NewMessage
from app.desk.api.tickets import MISSING, REFUSALS, REUSED, TOO_LARGE, After, Key, Limit
from app.files import downloads
from app.identity.authentication import must_be_known
from app.identity.idempotency import once
from app.web.rest import DEFAULT_LIMIT, checked_limit

BYTES = {
    200: ResponseSpec(bytes, description="The file", generate_examples=False, media_type="application/octet-stream"),
    304: ResponseSpec(None, description="`If-None-Match` has its ETag", generate_examples=False),
}


class Messages(Controller):
    """The conversation of a ticket."""

    path = "/api/v1/tickets/{ticket_id:uuid}/messages"
    guards = [must_be_known]  # noqa: RUF012 - Litestar's way to set it
    tags = ["messages"]  # noqa: RUF012 - Litestar's way to set it
    include_in_schema = True

    @get(operation_id="listMessages", responses=REFUSALS | MISSING)
    async def list(
        self,
        actor: NamedDependency[Actor],
        ticket_id: FromPath[UUID],
        limit: Limit = DEFAULT_LIMIT,
        after: After = None,
    ) -> MessageList:
        """List the messages of a ticket, oldest first."""
        ticket = await tickets.get_for(actor, ticket_id)
        return await reading.messages(ticket.id, limit=checked_limit(limit), after=after)

    @post(operation_id="createMessage", responses=REFUSALS | MISSING | REUSED | TOO_LARGE)
    async def create(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        ticket_id: FromPath[UUID],
        data: JSONBody[NewMessage],
        idempotency_key: Key = None,
    ) -> Response[MessageRecord]:
        """Answer the contact by mail, or add a note that only members see."""
        html = data.html or wording.html_of(data.text)
        if not html.strip():
            raise Invalid(errors={"text": _("Write something: text or html.")})

        async def work() -> Response[Any]:
            ticket = await tickets.get_for(actor, ticket_id, lock=True)
            if data.direction == "note":
                made = await messages.add_note(ticket, by=actor, html=html)
            else:
                made = await answers.send(ticket, by=actor, html=html, cc=data.cc, status=data.status)
            return Response(await reading.message(made.id), status_code=201)

        return await once(request, actor, work)


class Attachments(Controller):
    """Files of messages."""

    path = "/api/v1/attachments"
    guards = [must_be_known]  # noqa: RUF012 - Litestar's way to set it
    tags = ["messages"]  # noqa: RUF012 - Litestar's way to set it
    include_in_schema = True

    @get("/{attachment_id:uuid}", operation_id="getAttachment", responses=BYTES | REFUSALS | MISSING)
    async def download(
        self, request: Request[Any, Any, Any], actor: NamedDependency[Actor], attachment_id: FromPath[UUID]
    ) -> Response[Any]:
        """Read a file's bytes."""
        file = await conversation.file_for(actor, attachment_id)
        return await downloads.send(
            request, key=file.blob_key, name=file.name, type=file.type, sha256=file.sha256, size=file.size
        )
