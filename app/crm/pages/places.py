"""What the pages about accounts and contacts have in common."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response

from app.access import Actor
from app.core.errors import FondacoError, Invalid
from app.core.words import _
from app.crm import work
from app.crm.editing import ChangedMeanwhile
from app.crm.listing import ContactLine
from app.crm.pages import histories
from app.crm.tables import Account, Contact
from app.crm.views import ContactRow
from app.web.components import Person
from app.web.forms import Form
from app.web.pages import fragment

AnyRequest = Request[Any, Any, Any]
PAGE = 50
TICKETS = 50


def version(form: Form) -> int | None:
    text = form.line("version")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def errors_of(refusal: FondacoError, field: str) -> dict[str, str]:
    """By the names of the form's fields; of a change that somebody else made meanwhile, both values."""
    names = {"owner_id": "owner", "account_id": "account"}
    if isinstance(refusal, ChangedMeanwhile):
        said = _("Somebody changed this to “{theirs}” meanwhile. You wrote “{yours}”: enter it again to have it so.")
        return {
            names.get(name, name): said.format(theirs=both["theirs"] or "–", yours=both["yours"] or "–")
            for name, both in refusal.detail["fields"].items()
        }
    if isinstance(refusal, Invalid) and refusal.errors:
        return {names.get(name, name): text for name, text in refusal.errors.items()}
    return {field: refusal.message}


async def history(request: AnyRequest, customer: Account | Contact, actor: Actor, part: str) -> Response[str]:
    after = request.query_params.get("after") if part == "earlier" else None
    template = "crm/_timeline_days.html" if part == "earlier" else "crm/_timeline.html"
    return await fragment(request, template, timeline=await histories.history(customer, by=actor, after=after))


class Place:
    """Where one is in a list: what is looked for, and behind which row the page begins."""

    def __init__(self, request: AnyRequest, path: str) -> None:
        query = request.query_params
        self.path, self.text, self.after = path, query.get("q", "")[:200], query.get("after") or None
        self.rows_only = query.get("part") == "rows"

    def href(self, **more: str | None) -> str:
        query = urlencode({name: value for name, value in {"q": self.text, **more}.items() if value})
        return f"{self.path}?{query}" if query else self.path


async def contact_rows(found: list[ContactLine], actor: Actor) -> list[ContactRow]:
    waiting = await work.counts(actor, "contact", [one.id for one in found])
    return [
        ContactRow(
            id=one.id,
            person=Person(name=one.name, id=one.id, email=one.email or ""),
            updated_at=one.updated_at,
            title=one.title,
            account=one.account_name or "",
            account_href=f"/accounts/{one.account_id}" if one.account_id else "",
            open_tickets=waiting.get(one.id, 0),
            bounced=one.mail_state == "bounced",
        )
        for one in found
    ]
