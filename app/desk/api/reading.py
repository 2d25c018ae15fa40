"""Tickets and messages read for other programs: one statement a list, straight from rows to structs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.access import Actor, predicate
from app.core import cursors
from app.core.db import sql
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.desk.api.shapes import (
    AttachmentRecord,
    AuthorRef,
    ContactRef,
    MessageList,
    MessageRecord,
    NamedRef,
    TicketList,
    TicketRecord,
)
from app.desk.tables import PRIORITIES, STATUSES

SELECT = (
    "SELECT t.id, t.number, t.subject, t.status, t.priority, t.message_count, t.version, t.created_at, t.updated_at,"
    " t.contact_id, c.name AS contact_name, c.email AS contact_email, t.account_id, a.name AS account_name,"
    " t.assignee_id, m.name AS assignee_name, t.team_id, g.name AS team_name,"
    " ARRAY(SELECT tag.name FROM ticket_tags tt JOIN tags tag ON tag.id = tt.tag_id WHERE tt.ticket_id = t.id"
    " ORDER BY lower(tag.name)) AS tags"
    " FROM tickets t LEFT JOIN contacts c ON c.id = t.contact_id LEFT JOIN accounts a ON a.id = t.account_id"
    " LEFT JOIN members m ON m.id = t.assignee_id LEFT JOIN teams g ON g.id = t.team_id"
)
SORTS = {"created_at": "created_at", "updated_at": "updated_at"}


def ticket_of(row: Any) -> TicketRecord:
    return TicketRecord(
        id=row["id"],
        number=row["number"],
        subject=row["subject"],
        status=row["status"],
        priority=row["priority"],
        contact=ContactRef(row["contact_id"], row["contact_name"], row["contact_email"]) if row["contact_id"] else None,
        account=NamedRef(row["account_id"], row["account_name"]) if row["account_id"] else None,
        assignee=NamedRef(row["assignee_id"], row["assignee_name"]) if row["assignee_id"] else None,
        team=NamedRef(row["team_id"], row["team_name"]) if row["team_id"] else None,
        tags=row["tags"],
        message_count=row["message_count"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def ticket(actor: Actor, ticket_id: UUID) -> TicketRecord:
    """One ticket. Raises `NotFound`."""
    row = await sql.fetchrow(f"{SELECT} WHERE t.id = $1 AND {predicate(actor, 'ticket')}", ticket_id)
    if row is None:
        raise NotFound
    return ticket_of(row)


async def tickets(actor: Actor, *, limit: int, after: str | None, filter: str | None, sort: str) -> TicketList:
    """A page of tickets by `sort` (`-created_at` or `updated_at` and so on), with a total order that ends in `id`."""
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    if column not in SORTS:
        raise Invalid(
            errors={
                "sort": _("Sort by one of: {names}.").format(names="created_at, updated_at, -created_at, -updated_at")
            }
        )
    arguments: list[Any] = []
    conditions = [predicate(actor, "ticket"), *_conditions(actor, filter, arguments)]
    if place := cursors.decode(after, datetime, UUID):
        arguments += place
        beyond = "<" if descending else ">"
        conditions.append(f"(t.{SORTS[column]}, t.id) {beyond} (${len(arguments) - 1}, ${len(arguments)})")
    arguments.append(limit + 1)
    way = "DESC" if descending else "ASC"
    rows = await sql.fetch(
        f"{SELECT} WHERE {' AND '.join(conditions)} ORDER BY t.{SORTS[column]} {way}, t.id {way} LIMIT ${len(arguments)}",
        *arguments,
    )
    items = [ticket_of(row) for row in rows[:limit]]
    more = cursors.encode(getattr(items[-1], column), items[-1].id) if len(rows) > limit else None
    return TicketList(items, more)


LINKS = {"contact": "contact_id", "account": "account_id", "assignee": "assignee_id", "team": "team_id"}
WORDS = {"status": STATUSES, "priority": PRIORITIES}


def _conditions(actor: Actor, filter: str | None, arguments: list[Any]) -> list[str]:
    """`{"status": "open"}`, `{"status": ["new", "open"]}`, `{"assignee": "me"}`, `{"tag": "vip"}`: all must hold."""
    if not filter:
        return []
    try:
        wanted = msgspec.json.decode(filter, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise Invalid(errors={"filter": _("Write the filter as a JSON object.")}) from error
    return [_condition(actor, name, value, arguments) for name, value in wanted.items()]


def _condition(actor: Actor, name: str, value: Any, arguments: list[Any]) -> str:
    if name in WORDS:
        values = value if isinstance(value, list) else [value]
        if unknown := [str(one)[:40] for one in values if one not in WORDS[name]]:
            raise Invalid(errors={f"filter.{name}": _("There is no {name}.").format(name=", ".join(unknown))})
        if len(values) == 1:
            arguments.append(values[0])
            return f"t.{name} = ${len(arguments)}"
        arguments.append(values)
        return f"t.{name} = ANY(${len(arguments)}::text[])"
    if name in LINKS:
        if value is None:
            return f"t.{LINKS[name]} IS NULL"
        arguments.append(actor.member_id if (name, value) == ("assignee", "me") else _id(name, value))
        return f"t.{LINKS[name]} = ${len(arguments)}"
    if name == "tag" and isinstance(value, str):
        arguments.append(value.replace("\0", ""))
        return (
            "EXISTS (SELECT FROM ticket_tags tt JOIN tags tag ON tag.id = tt.tag_id"
            f" WHERE tt.ticket_id = t.id AND lower(tag.name) = lower(${len(arguments)}))"
        )
    if name == "number" and isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        arguments.append(value)
        return f"t.number = ${len(arguments)}"
    names = ", ".join([*WORDS, *LINKS, "tag", "number"])
    raise Invalid(errors={f"filter.{name[:60]}": _("Filter by one of: {names}.").format(names=names)})


def _id(name: str, value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, AttributeError, TypeError) as error:
        raise Invalid(errors={f"filter.{name}": _("Give an id.")}) from error


MESSAGES = (
    "SELECT m.id, m.direction, m.author_name, m.author_address, m.to_addresses, m.cc_addresses, m.subject, m.message_id,"
    " m.text, m.reply, m.html, m.created_at, o.state AS delivery"
    " FROM messages m LEFT JOIN outbound_mails o ON o.id = m.outbound_id"
)


async def message(message_id: UUID) -> MessageRecord:
    """One message that the caller was let see."""
    rows = await sql.fetch(f"{MESSAGES} WHERE m.id = $1", message_id)
    return (await _records(rows))[0]


async def messages(ticket_id: UUID, *, limit: int, after: str | None) -> MessageList:
    """The messages of a ticket that the caller was let see, oldest first."""
    arguments: list[Any] = [ticket_id, limit + 1]
    beyond = ""
    if place := cursors.decode(after, datetime, UUID):
        arguments += place
        beyond = " AND (m.created_at, m.id) > ($3, $4)"
    rows = await sql.fetch(
        f"{MESSAGES} WHERE m.ticket_id = $1{beyond} ORDER BY m.created_at, m.id LIMIT $2", *arguments
    )
    items = await _records(rows[:limit])
    more = cursors.encode(items[-1].created_at, items[-1].id) if len(rows) > limit else None
    return MessageList(items, more)


async def _records(rows: list[Any]) -> list[MessageRecord]:
    files = await _files([row["id"] for row in rows])
    return [
        MessageRecord(
            id=row["id"],
            direction=row["direction"],
            author=AuthorRef(row["author_name"], row["author_address"]),
            to=row["to_addresses"],
            cc=row["cc_addresses"],
            subject=row["subject"],
            message_id=row["message_id"],
            text=row["text"],
            reply=row["reply"],
            html=row["html"],
            attachments=files.get(row["id"], []),
            delivery=row["delivery"],
            created_at=row["created_at"],
        )
        for row in rows
    ]


async def _files(message_ids: list[UUID]) -> dict[UUID, list[AttachmentRecord]]:
    rows = await sql.fetch(
        "SELECT id, message_id, name, type, size, sha256, inline FROM attachments WHERE message_id = ANY($1)"
        " ORDER BY message_id, position, id",
        message_ids,
    )
    files: dict[UUID, list[AttachmentRecord]] = {}
    for row in rows:
        files.setdefault(row["message_id"], []).append(
            AttachmentRecord(
                row["id"], row["name"], row["type"], row["size"], row["sha256"], row["inline"],
                f"/api/v1/attachments/{row['id']}",
            )
        )  # fmt: skip
    return files
