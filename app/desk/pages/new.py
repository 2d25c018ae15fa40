"""A ticket that begins with us: written to a customer, or filed for them."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from markupsafe import Markup

from app.access import Actor
from app.core import ids
from app.core.errors import Conflict, FondacoError, Invalid
from app.core.words import _
from app.crm import contacts
from app.crm import listing as customers
from app.desk import answers, attachments, messages, people, tickets, wanted, wording
from app.desk.pages.writing import pieces
from app.desk.tables import PRIORITIES, Priority, Ticket
from app.desk.views import NewTicket
from app.identity.idempotency import once
from app.mail import channels
from app.web import forms
from app.web.components import Choice
from app.web.forms import Form
from app.web.pages import page, redirect

AnyRequest = Request[Any, Any, Any]
SUGGESTED = 100


class NewTickets(Controller):
    include_in_schema = False

    @get("/tickets/new")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        actor.must("ticket.create")
        contact_id = ids.read(request.query_params.get("contact"))
        contact = await contacts.get_for(actor, contact_id) if contact_id else None
        form = await _form(actor, None, {})
        if contact:
            form.email, form.name = contact.email or "", contact.name
        return await page(request, "desk/new_ticket.html", form=form)

    @get("/tickets")
    async def find(self, request: AnyRequest) -> Response[str]:
        """All tickets stand in the inbox; what is looked for goes along."""
        query = request.url.query
        return redirect(request, "/inbox/all" + (f"?{query}" if query else ""))

    @post("/tickets/new", status_code=303)
    async def create(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form = await forms.read(request)

        async def work() -> Response[str]:
            return redirect(request, f"/tickets/{(await _create(form, actor)).number}")

        try:
            return await once(request, actor, work, form_key=form.line("key", limit=64))
        except (Invalid, Conflict) as refusal:
            shown = await _form(actor, form, _errors(refusal))
            return await page(request, "desk/new_ticket.html", status=refusal.status, form=shown)


def _errors(refusal: FondacoError) -> dict[str, str]:
    """By the names of the form's fields."""
    if not isinstance(refusal, Invalid) or not refusal.errors:
        return {"html": refusal.message}
    names = {"assignee_id": "assignee", "team_id": "team", "to": "email", "file": "files"}
    return {names.get(field, field): text for field, text in refusal.errors.items()}


async def _create(form: Form, actor: Actor) -> Ticket:
    actor.must("ticket.create")
    address = contacts.checked_address(form.line("email", limit=320), field="email")
    html = form.secret("html")
    if not wording.checked(html)[1].strip() and not form.files("files"):
        raise Invalid(errors={"html": _("Write what it is about.")})
    if not form.line("subject"):
        raise Invalid(errors={"subject": _("Give the ticket a subject.")})
    channel_id = ids.read(form.line("channel"))
    channel = await channels.get(channel_id) if channel_id else await channels.default()
    contact = await contacts.find_or_create(address, name=form.line("name"), by=actor)
    ticket = await tickets.create(
        subject=form.line("subject", limit=tickets.LONGEST_SUBJECT),
        by=actor,
        contact_id=contact.id,
        priority=_priority(form.line("priority")),
        assignee_id=ids.read(form.line("assignee")),
        team_id=ids.read(form.line("team")),
        channel_id=channel.id if channel else None,
    )
    kind = "note" if form.line("direction") == "note" else "outbound"
    for file in form.files("files"):
        await attachments.add_to_draft(
            ticket,
            "note" if kind == "note" else "outbound",
            by=actor,
            name=file.filename,
            type=file.content_type or "application/octet-stream",
            content=pieces(file),
        )
    if kind == "note":
        await messages.add_note(ticket, by=actor, html=html)
    else:
        await answers.send(ticket, by=actor, html=html, status="waiting")
    return ticket


def _priority(text: str) -> Priority:
    for priority in PRIORITIES:
        if priority == text:
            return priority
    return "normal"


async def _form(actor: Actor, typed: Form | None, errors: dict[str, str]) -> NewTicket:
    """The empty form, or with everything that was typed."""
    every, _next = await customers.contacts(actor, limit=SUGGESTED)
    priority = _priority(typed.line("priority")) if typed else "normal"
    assignee = ids.read(typed.line("assignee")) if typed else actor.member_id
    chosen = typed.line("channel") if typed else ""
    return NewTicket(
        teams=people.team_choices(await people.groups(), ids.read(typed.line("team")) if typed else None),
        assignees=people.assignee_choices(await people.colleagues(), assignee, me=actor.member_id),
        priorities=[
            Choice(value=one, label=wanted.priority_name(one), selected=one == priority) for one in reversed(PRIORITIES)
        ],
        channels=[
            Choice(value=str(one.id), label=f"{one.name} <{one.address}>", selected=str(one.id) == chosen)
            for one in await channels.every()
            if one.active
        ],
        contacts=[Choice(value=one.email, label=one.name) for one in every if one.email],
        email=typed.line("email", limit=320) if typed else "",
        name=typed.line("name") if typed else "",
        subject=typed.line("subject", limit=tickets.LONGEST_SUBJECT) if typed else "",
        html=Markup(wording.checked(typed.secret("html"))[0]) if typed else Markup(""),  # noqa: S704  just cleaned
        direction="note" if typed and typed.line("direction") == "note" else "outbound",
        errors=errors,
        key=(typed.line("key", limit=64) if typed else "") or str(ids.new()),
    )
