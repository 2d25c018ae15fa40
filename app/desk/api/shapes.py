"""What a ticket and a message look like to other programs, and what they may send."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.desk.tables import Direction, Priority, Status
from app.web.rest import Page

Line = Annotated[str, Meta(min_length=1, max_length=500)]
Body = Annotated[str, Meta(max_length=1_000_000)]
Address = Annotated[str, Meta(min_length=3, max_length=320)]
Assignee = Annotated[str, Meta(max_length=36, description="A member's id, or `me` for the token's member")]
TagName = Annotated[str, Meta(min_length=1, max_length=40)]


class ContactRef(msgspec.Struct, frozen=True):
    """Who asked."""

    id: UUID
    name: str
    email: str | None


class NamedRef(msgspec.Struct, frozen=True):
    id: UUID
    name: str


class TicketRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A question somebody asked. `number` is what people call it by, `version` what its ETag is made of."""

    id: UUID
    number: int
    subject: str
    status: Status
    priority: Priority
    contact: ContactRef | None
    account: NamedRef | None
    assignee: NamedRef | None
    team: NamedRef | None
    tags: list[str]
    message_count: int
    version: int
    created_at: datetime
    updated_at: datetime


class TicketList(Page[TicketRecord]):
    """One page of tickets."""


class NewContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody by mail address: found, or made when new."""

    email: Address
    name: Annotated[str, Meta(max_length=200)] = ""


class NewTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new ticket. `text` is what the contact asks (an inbound message); `contact` is a contact's id, an address, or
    an object with address and name.
    """

    subject: Line
    text: Body = ""
    contact: Annotated[str, Meta(max_length=320)] | NewContact | None = None
    status: Status | UnsetType = UNSET
    priority: Priority = "normal"
    assignee: Assignee | None = None
    team: UUID | None = None
    tags: Annotated[list[TagName], Meta(max_length=30)] = []


class TicketChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is left out stays. `tags` replaces all of them."""

    subject: Line | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    contact: UUID | UnsetType | None = UNSET
    account: UUID | UnsetType | None = UNSET
    assignee: Assignee | UnsetType | None = UNSET
    team: UUID | UnsetType | None = UNSET
    tags: Annotated[list[TagName], Meta(max_length=30)] | UnsetType = UNSET


class AttachmentRecord(msgspec.Struct, frozen=True):
    """A file of a message. `size` in bytes, `sha256` in hex; `url` is fetched with the same token."""

    id: UUID
    name: str
    type: str
    size: int
    sha256: str
    inline: bool
    url: str


class AuthorRef(msgspec.Struct, frozen=True):
    name: str
    email: str


class MessageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One message. `text` is all of it, `reply` what is new in it; `html` is sanitised. `delivery` only when outbound."""

    id: UUID
    direction: Direction
    author: AuthorRef
    to: list[str]
    cc: list[str]
    subject: str
    message_id: str
    text: str
    reply: str
    html: str
    attachments: list[AttachmentRecord]
    delivery: str | None
    created_at: datetime


class MessageList(Page[MessageRecord]):
    """One page of messages."""


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer to the contact (`outbound`), or a note for colleagues. One of `text` and `html` is needed.

    `status` is what the ticket becomes with an answer.
    """

    direction: Literal["outbound", "note"] = "outbound"
    text: Body = ""
    html: Body = ""
    cc: Annotated[list[Address], Meta(max_length=20)] = []
    status: Literal["open", "waiting", "solved"] = "waiting"
