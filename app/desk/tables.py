"""The rows of the desk, and what they know about themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import msgspec

Status = Literal["new", "open", "waiting", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
Direction = Literal["inbound", "outbound", "note"]
Class = Literal["message", "auto_reply", "bounce", "complaint"]
STATUSES: tuple[Status, ...] = get_args(Status)
PRIORITIES: tuple[Priority, ...] = get_args(Priority)
UNSOLVED: tuple[Status, ...] = ("new", "open", "waiting")
OURS: tuple[Status, ...] = ("new", "open")
"""It is our turn."""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A question somebody asked. `snippet` is the beginning of the newest message that the customer may know.

    `follows_id` is the closed ticket that this one goes on from. `version` counts its changes.
    """

    id: UUID
    number: int
    subject: str
    status: Status
    priority: Priority
    contact_id: UUID | None
    account_id: UUID | None
    assignee_id: UUID | None
    team_id: UUID | None
    channel_id: UUID | None
    follows_id: UUID | None
    snippet: str
    has_files: bool
    message_count: int
    version: int
    created_at: datetime
    updated_at: datetime
    customer_wrote_at: datetime | None
    answered_at: datetime | None
    solved_at: datetime | None
    closed_at: datetime | None

    @property
    def is_unsolved(self) -> bool:
        return self.status in UNSOLVED


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Something said in a ticket. `text` is all of it, `reply` what is new in it, `quoted` and `signature` the rest.

    `html` is sanitised. `status_before` and `status_after` say what an answer made of its ticket, to take it back.
    """

    id: UUID
    ticket_id: UUID
    direction: Direction
    class_: Class = msgspec.field(name="class")
    member_id: UUID | None
    contact_id: UUID | None
    author_name: str
    author_address: str
    to_addresses: list[str]
    cc_addresses: list[str]
    subject: str
    message_id: str
    in_reply_to: str
    reference_ids: list[str]
    text: str
    reply: str
    quoted: str
    signature: str
    html: str
    inbound_id: UUID | None
    outbound_id: UUID | None
    failed_message_id: UUID | None
    bounce: str | None
    status_before: str
    status_after: str
    created_at: datetime


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message or, before that, of a draft. `size` in bytes, `sha256` in hex."""

    id: UUID
    message_id: UUID | None
    draft_id: UUID | None
    blob_key: str
    name: str
    type: str
    size: int
    sha256: str
    inline: bool
    content_id: str
    position: int
    created_by: UUID | None
    created_at: datetime


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a member has begun to write in a ticket. `cc` is as it was typed."""

    id: UUID
    ticket_id: UUID
    member_id: UUID
    direction: Literal["outbound", "note"]
    html: str
    cc: str
    saved_at: datetime


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A word that sorts tickets; `tone` is its colour, 1 to 6."""

    id: UUID
    name: str
    tone: int


def _columns(kind: type[msgspec.Struct]) -> str:
    return ", ".join(kind.__struct_encode_fields__)


TICKET_COLUMNS = _columns(Ticket)
MESSAGE_COLUMNS = _columns(Message)
ATTACHMENT_COLUMNS = _columns(Attachment)
DRAFT_COLUMNS = _columns(Draft)
TAG_COLUMNS = _columns(Tag)


def message_of(row: object) -> Message:
    values = dict(row)  # type: ignore[call-overload]  # a record of asyncpg, which has no types
    values["class_"] = values.pop("class")
    return Message(**values)
