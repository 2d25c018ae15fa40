"""Accounts: the list, and a page for each with its fields, people, timeline and tickets."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET

from app.access import Actor
from app.core import ids
from app.core.db import sql
from app.core.errors import Conflict, Invalid
from app.core.words import _
from app.crm import accounts, listing, work
from app.crm.pages import histories
from app.crm.pages.places import PAGE, TICKETS, AnyRequest, Place, contact_rows, errors_of, history, version
from app.crm.tables import Account
from app.crm.views import AccountFields, AccountList, AccountPage, AccountRow, NewAccount
from app.web import forms
from app.web.components import Choice, Person
from app.web.pages import fragment, page, redirect

PEOPLE = 8
MOST_CHOICES = 500


class Accounts(Controller):
    path = "/accounts"
    include_in_schema = False

    @get()
    async def every(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await _accounts(request, actor, NewAccount())

    @post(status_code=303)
    async def create(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form = await forms.read(request)
        name, domain = form.line("name"), form.line("domain")
        try:
            account = await accounts.create(name=name, domain=domain, by=actor)
        except (Invalid, Conflict) as refusal:
            new = NewAccount(name=name, domain=domain, errors=errors_of(refusal, "domain"), open=True)
            return await _accounts(request, actor, new, status=refusal.status)
        return redirect(request, f"/accounts/{account.id}")

    @get("/{account_id:uuid}")
    async def show(
        self, request: AnyRequest, actor: NamedDependency[Actor], account_id: FromPath[UUID]
    ) -> Response[str]:
        account, part = await accounts.get_for(actor, account_id), request.query_params.get("part", "")
        if part == "fields":
            return await fragment(request, "crm/_account_fields.html", fields=await _account_fields(account, actor))
        if part in ("timeline", "earlier"):
            return await history(request, account, actor, part)
        return await page(request, "crm/account.html", account=await _account(account, actor, request))

    @patch("/{account_id:uuid}")
    async def change(
        self, request: AnyRequest, actor: NamedDependency[Actor], account_id: FromPath[UUID]
    ) -> Response[str]:
        form = await forms.read(request)
        account = await accounts.get_for(actor, account_id, lock=True)
        errors: dict[str, str] = {}
        try:
            account = await accounts.change(
                account,
                by=actor,
                seen=version(form),
                owner_id=ids.read(form.line("owner")) if "owner" in form else UNSET,
                **{name: form.prose(name) for name in ("name", "domain", "phone", "website", "note") if name in form},
            )
        except (Invalid, Conflict) as refusal:
            errors = errors_of(refusal, "domain")
        return await fragment(
            request,
            "crm/_account_fields.html",
            status=422 if errors else 200,
            fields=await _account_fields(account, actor, errors),
        )


async def _accounts(request: AnyRequest, actor: Actor, new: NewAccount, *, status: int = 200) -> Response[str]:
    actor.must("account.read")
    place = Place(request, "/accounts")
    found, following = await listing.accounts(actor, text=place.text, after=place.after, limit=PAGE)
    waiting = await work.counts(actor, "account", [one.id for one in found])
    view = AccountList(
        rows=[
            AccountRow(
                id=one.id,
                name=one.name,
                updated_at=one.updated_at,
                domain=one.domain or "",
                owner=Person(name=one.owner_name or "", id=one.owner_id) if one.owner_id else None,
                contacts=one.contacts,
                open_tickets=waiting.get(one.id, 0),
            )
            for one in found
        ],
        src=place.href(part="rows", after=place.after),
        total=await listing.count(actor, "account", text=place.text),
        text=place.text,
        older_href=place.href(after=following) if following else "",
        newest_href=place.href() if place.after else "",
        new=new,
        may_change=actor.can("account.create"),
    )
    if place.rows_only:
        return await fragment(request, "crm/_account_rows.html", view=view)
    return await page(request, "crm/accounts.html", status=status, view=view)


async def _account(account: Account, actor: Actor, request: AnyRequest) -> AccountPage:
    asked = await work.summary(actor, "account", account.id)
    people, _next = await listing.contacts(actor, account_id=account.id, limit=PEOPLE)
    count = await sql.fetchval("SELECT count(*) FROM contacts WHERE account_id = $1", account.id)
    tab = "tickets" if request.query_params.get("tab") == "tickets" else "timeline"
    return AccountPage(
        fields=await _account_fields(account, actor),
        since=account.created_at,
        timeline=await histories.history(account, by=actor),
        tickets=await work.lines(actor, "account", account.id, limit=TICKETS) if tab == "tickets" else [],
        tickets_count=asked.total,
        open_tickets=asked.open,
        last_heard_at=asked.last_heard_at,
        people=await contact_rows(people, actor),
        people_count=count,
        people_href=f"/contacts?account={account.id}",
        tickets_href=asked.href,
        tab="tickets" if tab == "tickets" else "timeline",
    )


async def _account_fields(account: Account, actor: Actor, errors: dict[str, str] | None = None) -> AccountFields:
    rows = await sql.fetch(
        "SELECT id, name, email, tone FROM members WHERE deactivated_at IS NULL OR id = $1 ORDER BY lower(name), id LIMIT $2",
        account.owner_id,
        MOST_CHOICES,
    )
    owner = next((row for row in rows if row["id"] == account.owner_id), None)
    return AccountFields(
        id=account.id,
        name=account.name,
        version=account.version,
        owners=[
            Choice(value="", label=_("Nobody"), selected=account.owner_id is None),
            *(
                Choice(value=str(row["id"]), label=row["name"] or row["email"], selected=row["id"] == account.owner_id)
                for row in rows
            ),
        ],
        domain=account.domain or "",
        phone=account.phone,
        website=account.website,
        note=account.note,
        owner=Person(name=owner["name"] or owner["email"], id=owner["id"], email=owner["email"], tone=owner["tone"])
        if owner
        else None,
        may_change=actor.can("account.update", account),
        errors=errors or {},
    )
