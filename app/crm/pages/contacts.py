"""Contacts: the list, and a page for each with its fields, timeline and tickets."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET

from app.access import Actor
from app.core import ids
from app.core.errors import Conflict, Invalid
from app.core.words import _
from app.crm import accounts, contacts, listing, work
from app.crm.pages import histories
from app.crm.pages.places import PAGE, TICKETS, AnyRequest, Place, contact_rows, errors_of, history, version
from app.crm.tables import Contact
from app.crm.views import ContactFields, ContactList, ContactPage, NewContact
from app.web import forms
from app.web.components import Choice, Notice, Person
from app.web.pages import fragment, page, redirect


class Contacts(Controller):
    path = "/contacts"
    include_in_schema = False

    @get()
    async def every(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await _contacts(request, actor, NewContact())

    @post(status_code=303)
    async def create(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form = await forms.read(request)
        name, email = form.line("name"), form.line("email", limit=320)
        try:
            contact = await contacts.create(name=name, email=email, by=actor)
        except (Invalid, Conflict) as refusal:
            new = NewContact(name=name, email=email, errors=errors_of(refusal, "email"), open=True)
            return await _contacts(request, actor, new, status=refusal.status)
        return redirect(request, f"/contacts/{contact.id}")

    @get("/{contact_id:uuid}")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], contact_id: FromPath[UUID]
    ) -> Response[str]:
        contact, part = await contacts.get_for(actor, contact_id), request.query_params.get("part", "")
        if part == "fields":
            return await fragment(request, "crm/_contact_fields.html", fields=await _contact_fields(contact, actor))
        if part in ("timeline", "earlier"):
            return await history(request, contact, actor, part)
        return await page(request, "crm/contact.html", contact=await _contact(contact, actor, request))

    @patch("/{contact_id:uuid}")
    async def change(
        self, request: AnyRequest, actor: NamedDependency[Actor], contact_id: FromPath[UUID]
    ) -> Response[str]:
        form = await forms.read(request)
        contact = await contacts.get_for(actor, contact_id, lock=True)
        errors: dict[str, str] = {}
        try:
            contact = await contacts.change(
                contact,
                by=actor,
                seen=version(form),
                account_id=ids.read(form.line("account")) if "account" in form else UNSET,
                **{name: form.prose(name) for name in ("name", "email", "phone", "title", "note") if name in form},
            )
        except (Invalid, Conflict) as refusal:
            errors = errors_of(refusal, "email")
        return await fragment(
            request,
            "crm/_contact_fields.html",
            status=422 if errors else 200,
            fields=await _contact_fields(contact, actor, errors),
        )

    @post("/{contact_id:uuid}/mail", status_code=303)
    async def trust_address(
        self, request: AnyRequest, actor: NamedDependency[Actor], contact_id: FromPath[UUID]
    ) -> Response[str]:
        """Somebody says that the address works again."""
        actor.must("contact.update")
        contact = await contacts.get_for(actor, contact_id, lock=True)
        await contacts.note_mail(contact, by=actor)
        return redirect(request, f"/contacts/{contact.id}")


async def _contacts(request: AnyRequest, actor: Actor, new: NewContact, *, status: int = 200) -> Response[str]:
    actor.must("contact.read")
    place = Place(request, "/contacts")
    account_id = ids.read(request.query_params.get("account"))
    found, following = await listing.contacts(
        actor, text=place.text, account_id=account_id, after=place.after, limit=PAGE
    )
    kept = {"account": str(account_id)} if account_id else {}
    view = ContactList(
        rows=await contact_rows(found, actor),
        src=place.href(part="rows", after=place.after, **kept),
        total=None if account_id else await listing.count(actor, "contact", text=place.text),
        text=place.text,
        older_href=place.href(after=following, **kept) if following else "",
        newest_href=place.href(**kept) if place.after else "",
        new=new,
        may_change=actor.can("contact.create"),
    )
    if place.rows_only:
        return await fragment(request, "crm/_contact_rows.html", view=view)
    return await page(request, "crm/contacts.html", status=status, view=view)


async def _contact(contact: Contact, actor: Actor, request: AnyRequest) -> ContactPage:
    asked = await work.summary(actor, "contact", contact.id)
    tab = "tickets" if request.query_params.get("tab") == "tickets" else "timeline"
    bounced = contact.mail_state == "bounced"
    return ContactPage(
        person=Person(name=contact.shown_name, id=contact.id, email=contact.email or ""),
        fields=await _contact_fields(contact, actor),
        since=contact.created_at,
        timeline=await histories.history(contact, by=actor),
        tickets=await work.lines(actor, "contact", contact.id, limit=TICKETS) if tab == "tickets" else [],
        tickets_count=asked.total,
        open_tickets=asked.open,
        last_heard_at=asked.last_heard_at,
        tickets_href=asked.href,
        notice=Notice(title=_("Mail comes back:"), text=contact.mail_reason, tone="bad", glyph="mail-exclamation")
        if bounced
        else None,
        mail_again_href=f"/contacts/{contact.id}/mail" if bounced and actor.can("contact.update") else "",
        tab="tickets" if tab == "tickets" else "timeline",
    )


async def _contact_fields(contact: Contact, actor: Actor, errors: dict[str, str] | None = None) -> ContactFields:
    account = await accounts.get_for(actor, contact.account_id) if contact.account_id else None
    some, _next = await listing.accounts(actor, limit=200)
    choices = [
        Choice(value="", label=_("None"), selected=account is None),
        *(
            Choice(value=str(one.id), label=one.name, selected=account is not None and one.id == account.id)
            for one in some
        ),
    ]
    if account and not any(choice.selected for choice in choices):
        choices.append(Choice(value=str(account.id), label=account.name, selected=True))
    return ContactFields(
        id=contact.id,
        name=contact.name,
        version=contact.version,
        email=contact.email or "",
        phone=contact.phone,
        title=contact.title,
        note=contact.note,
        account=account.name if account else "",
        account_href=f"/accounts/{account.id}" if account else "",
        accounts=choices,
        may_change=actor.can("contact.update", contact),
        errors=errors or {},
    )
