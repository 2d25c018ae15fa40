"""`/api/v1/tickets`: list, read, create, change and delete."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Iterator
from typing import Annotated, Any, Literal, TypeVar, overload
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from msgspec import UNSET, UnsetType

from app.access import Actor
from app.core import ids
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.crm import accounts, contacts, editing
from app.crm.tables import Contact
from app.desk import deletion, tags, tickets, transcripts
from app.desk.api import reading
from app.desk.api.shapes import NewContact, NewTicket, TicketChange, TicketList, TicketRecord
from app.identity.authentication import must_be_known
from app.identity.idempotency import once
from app.web.rest import DEFAULT_LIMIT, Problem, checked_limit, etag, must_be_seen

T = TypeVar("T")


def refusal(text: str) -> ResponseSpec:
    return ResponseSpec(Problem, description=text, generate_examples=False, media_type="application/problem+json")


REFUSALS = {
    401: refusal("No token, or one that is not valid here"),
    403: refusal("The token's role does not allow it"),
    422: refusal("Something in the request needs a change; `errors` says what, by field"),
    503: refusal("A part of the house does not answer; nothing was done"),
}
MISSING = {404: refusal("Not there, or not visible")}
STALE = {412: refusal("`If-Match` names an older version")}
REUSED = {409: refusal("It does not fit what is there, or the key was used for another request")}
TOO_LARGE = {413: refusal("More than 30 MB")}
VERSIONED = [ResponseHeader(name="ETag", value='"v1"', description="For `If-Match`", documentation_only=True)]
Sort = Literal["created_at", "-created_at", "updated_at", "-updated_at"]
Limit = Annotated[int, QueryParameter(description="How many, 1 to 200", ge=1, le=200)]
After = Annotated[str | None, QueryParameter(description="The `next` of the page before")]
IfMatch = Annotated[str | None, HeaderParameter(name="If-Match", description="The ETag that the change was made on")]
Key = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", description="The same key again answers the same, and does nothing"),
]


class Tickets(Controller):
    """Questions that customers asked."""

    path = "/api/v1/tickets"
    guards = [must_be_known]  # noqa: RUF012 - Litestar's way to set it
    tags = ["tickets"]  # noqa: RUF012 - Litestar's way to set it
    include_in_schema = True

    @get(operation_id="listTickets", responses=REFUSALS)
    async def list(
        self,
        actor: NamedDependency[Actor],
        limit: Limit = DEFAULT_LIMIT,
        after: After = None,
        filter: Annotated[
            str | None,
            QueryParameter(
                description='JSON, all must hold: `{"status": ["new", "open"], "assignee": "me", "tag": "vip"}`'
            ),
        ] = None,
        sort: Annotated[Sort, QueryParameter(description="With - the newest first")] = "-created_at",
    ) -> TicketList:
        """List tickets."""
        actor.must("ticket.read")
        return await reading.tickets(actor, limit=checked_limit(limit), after=after, filter=filter, sort=sort)

    @post(operation_id="createTicket", responses=REFUSALS | REUSED | TOO_LARGE, response_headers=VERSIONED)
    async def create(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        data: JSONBody[NewTicket],
        idempotency_key: Key = None,
    ) -> Response[TicketRecord]:
        """Create a ticket; with `text`, its first message is from the contact."""

        subject = editing.line(data.subject, field="subject", longest=tickets.LONGEST_SUBJECT)
        if not subject:
            raise Invalid(errors={"subject": _("Give the ticket a subject.")})

        async def work() -> Response[Any]:
            contact = await _contact(actor, data.contact)
            with _as_sent():
                ticket = await tickets.create(
                    subject=subject,
                    by=actor,
                    contact_id=contact.id if contact else None,
                    priority=data.priority,
                    assignee_id=_member(actor, data.assignee),
                    team_id=data.team,
                )
            if data.text.strip():
                await transcripts.add(ticket, text=data.text, contact=contact, by=actor)
                ticket = await tickets.get_for(actor, ticket.id, lock=True)
            if data.status is not UNSET:
                ticket = await tickets.change(ticket, by=actor, status=data.status)
            if data.tags:
                await tags.replace(ticket, data.tags, by=actor)
            return await _answer(actor, ticket.id, status=201)

        return await once(request, actor, work)

    @get("/{ticket_id:uuid}", operation_id="getTicket", responses=REFUSALS | MISSING, response_headers=VERSIONED)
    async def show(self, actor: NamedDependency[Actor], ticket_id: FromPath[UUID]) -> Response[TicketRecord]:
        """Read a ticket."""
        return await _answer(actor, ticket_id)

    @patch(
        "/{ticket_id:uuid}",
        operation_id="changeTicket",
        responses=REFUSALS | MISSING | STALE | REUSED | TOO_LARGE,
        response_headers=VERSIONED,
    )
    async def change(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        ticket_id: FromPath[UUID],
        data: JSONBody[TicketChange],
        if_match: IfMatch = None,
    ) -> Response[TicketRecord]:
        """Change a ticket; what is left out stays."""
        ticket = await tickets.get_for(actor, ticket_id, lock=True)
        must_be_seen(request, ticket.version)
        if data.contact:
            await _there("contact", contacts.get_for(actor, data.contact))
        if data.account:
            await _there("account", accounts.get_for(actor, data.account))
        with _as_sent():
            ticket = await tickets.change(
                ticket,
                by=actor,
                subject=data.subject,
                status=data.status,
                priority=data.priority,
                contact_id=data.contact,
                account_id=data.account,
                assignee_id=_member(actor, data.assignee),
                team_id=data.team,
            )
        if data.tags is not UNSET:
            await tags.replace(ticket, data.tags, by=actor)
        return await _answer(actor, ticket_id)

    @delete("/{ticket_id:uuid}", operation_id="deleteTicket", status_code=204, responses=REFUSALS | MISSING | STALE)
    async def remove(
        self,
        request: Request[Any, Any, Any],
        actor: NamedDependency[Actor],
        ticket_id: FromPath[UUID],
        if_match: IfMatch = None,
    ) -> None:
        """Delete a ticket with its messages and files, for good. Admins only."""
        ticket = await tickets.get_for(actor, ticket_id, lock=True)
        must_be_seen(request, ticket.version)
        await deletion.delete(ticket, by=actor)


@contextlib.contextmanager
def _as_sent() -> Iterator[None]:
    """A refused column is named as the sender calls it: `assignee`, not `assignee_id`."""
    try:
        yield
    except Invalid as refusal:
        refusal.errors = {name.removesuffix("_id"): told for name, told in refusal.errors.items()}
        raise


async def _there(field: str, lookup: Awaitable[T]) -> T:
    """What the field points to. Not visible and not there are the same mistake of the request."""
    try:
        return await lookup
    except NotFound as error:
        raise Invalid(errors={field: _("There is none with this id.")}) from error


async def _answer(actor: Actor, ticket_id: UUID, *, status: int = 200) -> Response[Any]:
    record = await reading.ticket(actor, ticket_id)
    headers = {"ETag": etag(record.version)}
    if status == 201:
        headers["Location"] = f"/api/v1/tickets/{record.id}"
    return Response(record, status_code=status, headers=headers)


@overload
def _member(actor: Actor, given: str | None) -> UUID | None: ...
@overload
def _member(actor: Actor, given: str | UnsetType | None) -> UUID | UnsetType | None: ...
def _member(actor: Actor, given: str | UnsetType | None) -> UUID | UnsetType | None:
    if given is None or given is UNSET:
        return given
    member = actor.member_id if given == "me" else ids.read(given)
    if member is None:
        raise Invalid(errors={"assignee": _("Give a member's id, or me.")})
    return member


async def _contact(actor: Actor, given: str | NewContact | None) -> Contact | None:
    if given is None:
        return None
    if isinstance(given, str):
        if contact_id := ids.read(given):
            return await _there("contact", contacts.get_for(actor, contact_id))
        given = NewContact(given)
    actor.must("contact.create")
    address = contacts.checked_address(given.email, field="contact.email")
    return await contacts.find_or_create(address, name=given.name, by=actor)
