"""A ticket's page: the conversation, its fields, and the composer."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup
from msgspec import UNSET

from app.access import Actor
from app.core import ids
from app.core.errors import Invalid
from app.core.words import _
from app.crm import contacts
from app.desk import drafts, reads, tags, tickets
from app.desk.pages import panels, queues, threads
from app.desk.tables import Attachment, Draft, Ticket
from app.desk.views import Composer, DraftFile, DraftText, TicketHead, TicketPage
from app.identity import notifications
from app.web import forms
from app.web.components import Notice
from app.web.pages import fragment, page, redirect

AnyRequest = Request[Any, Any, Any]
NUMBER = "/tickets/{number:int}"


class TicketPages(Controller):
    include_in_schema = False

    @get("/tickets/by-id/{ticket_id:uuid}")
    async def find(
        self, request: AnyRequest, actor: NamedDependency[Actor], ticket_id: FromPath[UUID]
    ) -> Response[str]:
        """The way from an identifier, as events know it, to the number, as people do."""
        return redirect(request, f"/tickets/{(await tickets.get_for(actor, ticket_id)).number}")

    @get(NUMBER)
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int]) -> Response[str]:
        ticket = await tickets.numbered_for(actor, number)
        part = request.query_params.get("part", "")
        if part == "head":
            return await fragment(request, "desk/_ticket_head.html", head=await _head(request, ticket, actor))
        if part == "fields":
            return await fragment(request, "desk/_fields.html", fields=await panels.fields(ticket, by=actor))
        whole = request.query_params.get("whole") == "1"
        if part == "thread":
            since = _moment(request.query_params.get("since", ""))
            thread = await threads.thread(ticket, by=actor, since=since, whole=whole)
            return await fragment(request, "desk/_thread.html", thread=thread)
        since = await reads.last_read(ticket.id, by=actor)
        shown = TicketPage(
            head=await _head(request, ticket, actor),
            thread=await threads.thread(ticket, by=actor, since=since, whole=whole),
            panel=await panels.panel(ticket, by=actor),
            composer=await _composer(ticket, by=actor),
            notices=await _notices(ticket, by=actor),
        )
        return await page(request, "desk/ticket.html", ticket=shown)

    @patch(NUMBER)
    async def change(self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int]) -> Response[str]:
        form = await forms.read(request)
        ticket = await tickets.numbered_for(actor, number, lock=True)
        assignee = form.line("assignee")
        status: Any = form.line("status") if "status" in form else UNSET
        priority: Any = form.line("priority") if "priority" in form else UNSET
        ticket = await tickets.change(
            ticket,
            by=actor,
            subject=form.line("subject", limit=tickets.LONGEST_SUBJECT) if "subject" in form else UNSET,
            status=status,
            priority=priority,
            assignee_id=(actor.member_id if assignee == "me" else _id(assignee)) if "assignee" in form else UNSET,
            team_id=_id(form.line("team")) if "team" in form else UNSET,
        )
        if form.line("part") == "head":
            return await fragment(request, "desk/_ticket_head.html", head=await _head(request, ticket, actor))
        return await fragment(request, "desk/_fields.html", fields=await panels.fields(ticket, by=actor))

    @post(NUMBER + "/tags", status_code=200)
    async def add_tag(self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int]) -> Response[str]:
        name = (await forms.read(request)).line("tag")
        ticket = await tickets.numbered_for(actor, number, lock=True)
        errors = {}
        try:
            await tags.add(ticket, name, by=actor)
        except Invalid as refusal:
            errors = refusal.errors
        return await fragment(request, "desk/_fields.html", fields=await panels.fields(ticket, by=actor, errors=errors))

    @delete(NUMBER + "/tags/{name:path}", status_code=200)
    async def remove_tag(
        self, request: AnyRequest, actor: NamedDependency[Actor], number: FromPath[int], name: FromPath[str]
    ) -> Response[str]:
        ticket = await tickets.numbered_for(actor, number, lock=True)
        wanted = unquote(name).removeprefix("/").casefold()
        for tag in await tags.of_ticket(ticket.id):
            if tag.name.casefold() == wanted:
                await tags.remove(ticket, tag.id, by=actor)
        return await fragment(request, "desk/_fields.html", fields=await panels.fields(ticket, by=actor))

    @post(NUMBER + "/reading", status_code=204)
    async def mark_read(self, actor: NamedDependency[Actor], number: FromPath[int]) -> None:
        ticket = await tickets.numbered_for(actor, number)
        await reads.mark_read(ticket.id, by=actor)
        await notifications.mark_record_read("ticket", ticket.id, by=actor)


async def _head(request: AnyRequest, ticket: Ticket, actor: Actor) -> TicketHead:
    return panels.head(ticket, by=actor, around=await queues.around(request, ticket, by=actor))


def _id(text: str) -> Any:
    """The identifier in a select's value; empty means none. Raises `Invalid` for what is no identifier."""
    if not text:
        return None
    found = ids.read(text)
    if found is None:
        raise Invalid
    return found


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


async def _composer(ticket: Ticket, *, by: Actor) -> Composer | None:
    if not by.can("ticket.note", ticket):
        return None
    answer, note = await drafts.of(ticket, "outbound", by=by), await drafts.of(ticket, "note", by=by)
    others = await drafts.others(ticket.id, by=by)
    contact = await contacts.get_for(by, ticket.contact_id) if ticket.contact_id else None
    may_reply = bool(contact and contact.email and by.can("ticket.answer", ticket))
    saved = [draft.saved_at for draft in (answer, note) if draft and draft.html]
    return Composer(
        base=f"/tickets/{ticket.number}",
        to=[contact.shown_name] if contact else [],
        reply=await _text(answer),
        note=await _text(note),
        saved_at=max(saved, default=None),
        start="note" if note and note.html and not (answer and answer.html) else "outbound",
        may_reply=may_reply,
        why="" if may_reply else _("There is no mail address to answer to. Notes are still possible."),
        busy=others[0].name if others else "",
        busy_since=others[0].since if others else None,
    )


async def _text(draft: Draft | None) -> DraftText:
    if draft is None:
        return DraftText()
    html = Markup(draft.html)  # noqa: S704  cleaned when it was saved
    return DraftText(html=html, cc=draft.cc, files=[draft_file(file) for file in await drafts.files_of(draft)])


def draft_file(file: Attachment) -> DraftFile:
    href = threads.file_href(file)
    return DraftFile(id=file.id, name=file.name, size=file.size, href=href, remove_href=href)


async def _notices(ticket: Ticket, *, by: Actor) -> list[Notice]:
    if ticket.follows_id is None:
        return []
    before = await tickets.get_for(by, ticket.follows_id)
    return [
        Notice(
            text=_("It goes on from a ticket that was closed."),
            glyph="git-branch",
            href=f"/tickets/{before.number}",
            link=f"#{before.number}",
        )
    ]
