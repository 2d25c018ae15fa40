"""Lists of tickets: one statement each, with the right to see them, the filter and the place to go on from in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from app.access import Actor, predicate
from app.core import clock, cursors
from app.core.db import sql
from app.desk.tables import OURS, Priority, Status, Ticket

Sort = Literal["touched", "newest"]
SORTS: dict[str, str] = {"touched": "updated_at", "newest": "created_at"}
MOST = 200
MOST_WORDS = 6
BUSY = timedelta(minutes=2)
FROM = (
    " FROM tickets t LEFT JOIN contacts c ON c.id = t.contact_id LEFT JOIN accounts a ON a.id = t.account_id"
    " LEFT JOIN members m ON m.id = t.assignee_id LEFT JOIN teams g ON g.id = t.team_id"
)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets: all that is given must hold. `text` looks for each of its words in number, subject and customer."""

    statuses: tuple[Status, ...] = ()
    priorities: tuple[Priority, ...] = ()
    assignee: UUID | Literal["me", "none"] | None = None
    team: UUID | Literal["mine", "none"] | None = None
    tags: tuple[str, ...] = ()
    contact: UUID | None = None
    account: UUID | None = None
    text: str = ""


class Named(msgspec.Struct, frozen=True):
    """Whom or what a ticket points to, by name. `email` only where people have one."""

    id: UUID
    name: str
    email: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket in a list. `busy` is who else writes an answer just now; `unread` is for whoever asked."""

    id: UUID
    number: int
    subject: str
    status: Status
    priority: Priority
    snippet: str
    has_files: bool
    version: int
    created_at: datetime
    updated_at: datetime
    contact: Named | None
    account: Named | None
    assignee: Named | None
    team: Named | None
    tags: list[TagMark]
    unread: bool
    busy: str
    assignee_tone: int


class TagMark(msgspec.Struct, frozen=True):
    name: str
    tone: int


class Arguments:
    """The values of a statement, numbered as they come, so that equal filters give equal text."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)

    def add(self, value: Any) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


def conditions(actor: Actor, wanted: Filter, arguments: Arguments) -> str:
    """The filter as a condition on `t`, `c` and `a`, together with what `actor` may see."""
    parts = [predicate(actor, "ticket")]
    if wanted.statuses:
        parts.append(f"t.status = ANY({arguments.add(list(wanted.statuses))}::text[])")
    if wanted.priorities:
        parts.append(f"t.priority = ANY({arguments.add(list(wanted.priorities))}::text[])")
    if wanted.assignee == "none":
        parts.append("t.assignee_id IS NULL")
    elif wanted.assignee is not None:
        parts.append(
            f"t.assignee_id = {arguments.add(actor.member_id if wanted.assignee == 'me' else wanted.assignee)}"
        )
    if wanted.team == "none":
        parts.append("t.team_id IS NULL")
    elif wanted.team == "mine":
        parts.append(
            f"t.team_id IN (SELECT team_id FROM team_members WHERE member_id = {arguments.add(actor.member_id)})"
        )
    elif wanted.team is not None:
        parts.append(f"t.team_id = {arguments.add(wanted.team)}")
    parts += [
        "EXISTS (SELECT FROM ticket_tags x JOIN tags y ON y.id = x.tag_id"
        f" WHERE x.ticket_id = t.id AND lower(y.name) = lower({arguments.add(name)}))"
        for name in wanted.tags
    ]
    if wanted.contact:
        parts.append(f"t.contact_id = {arguments.add(wanted.contact)}")
    if wanted.account:
        parts.append(f"t.account_id = {arguments.add(wanted.account)}")
    parts += [_word(word, arguments) for word in wanted.text.replace("\0", "").split()[:MOST_WORDS]]
    return " AND ".join(parts)


def _word(word: str, arguments: Arguments) -> str:
    pattern = arguments.add("%" + re.sub(r"([\\%_])", r"\\\1", word) + "%")
    places = [f"{column} ILIKE {pattern}" for column in ("t.subject", "c.name", "c.email", "a.name")]
    number = word.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 19:
        places.append(f"t.number = {arguments.add(int(number))}")
    return f"({' OR '.join(places)})"


def _page(sort: Sort, after: str | None, limit: int, arguments: Arguments) -> tuple[str, str]:
    """The condition to go on from a place, and the order with the limit (one more than asked, to know of a next page)."""
    column = SORTS[sort]
    place = cursors.decode(after, datetime, UUID)
    going_on = f" AND (t.{column}, t.id) < ({arguments.add(place[0])}, {arguments.add(place[1])})" if place else ""
    return going_on, f" ORDER BY t.{column} DESC, t.id DESC LIMIT {arguments.add(min(max(limit, 1), MOST) + 1)}"


def _next(rows: list[Any], sort: Sort, limit: int) -> str | None:
    limit = min(max(limit, 1), MOST)
    if len(rows) <= limit:
        return None
    del rows[limit:]
    return cursors.encode(rows[-1][SORTS[sort]], rows[-1]["id"])


async def lines(
    actor: Actor, wanted: Filter, *, sort: Sort = "touched", after: str | None = None, limit: int = 50
) -> tuple[list[Line], str | None]:
    """The tickets for a page, newest first, and the place of the next ones. `after` is the place of a page before."""
    arguments = Arguments(actor.member_id, clock.now() - BUSY)
    where = conditions(actor, wanted, arguments)
    going_on, order = _page(sort, after, limit, arguments)
    rows = await sql.fetch(
        "SELECT t.id, t.number, t.subject, t.status, t.priority, t.snippet, t.has_files, t.version, t.created_at,"
        " t.updated_at, t.contact_id, c.name AS contact_name, c.email AS contact_email, t.account_id,"
        " a.name AS account_name, t.assignee_id, m.name AS assignee_name, m.tone AS assignee_tone, t.team_id,"
        " g.name AS team_name, (SELECT array_agg(y.name || ' ' || y.tone ORDER BY lower(y.name)) FROM ticket_tags x"
        " JOIN tags y ON y.id = x.tag_id WHERE x.ticket_id = t.id) AS tags,"
        " t.customer_wrote_at > coalesce((SELECT read_at FROM ticket_reads r WHERE r.ticket_id = t.id"
        " AND r.member_id = $1), '-infinity') AS unread,"
        " (SELECT o.name FROM drafts d JOIN members o ON o.id = d.member_id WHERE d.ticket_id = t.id"
        " AND d.direction = 'outbound' AND d.html <> '' AND d.saved_at > $2 AND d.member_id IS DISTINCT FROM $1"
        " ORDER BY d.saved_at DESC LIMIT 1) AS busy"
        f"{FROM} WHERE {where}{going_on}{order}",
        *arguments.values,
    )
    following = _next(rows, sort, limit)
    return [_line(row) for row in rows], following


def _line(row: Any) -> Line:
    return Line(
        id=row["id"],
        number=row["number"],
        subject=row["subject"],
        status=row["status"],
        priority=row["priority"],
        snippet=row["snippet"],
        has_files=row["has_files"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        contact=_named(row, "contact", email=row["contact_email"]),
        account=_named(row, "account"),
        assignee=_named(row, "assignee"),
        team=_named(row, "team"),
        tags=[TagMark(name, int(tone)) for name, _, tone in (tag.rpartition(" ") for tag in row["tags"] or ())],
        unread=bool(row["unread"]),
        busy=row["busy"] or "",
        assignee_tone=row["assignee_tone"] or 0,
    )


def _named(row: Any, what: str, email: str | None = None) -> Named | None:
    found = row[f"{what}_id"]
    return Named(found, row[f"{what}_name"] or email or "", email) if found else None


class Neighbours(msgspec.Struct, frozen=True):
    """The numbers of the tickets before and behind one in a list, its place in it, and how many there are.

    Place and total are 0 when the list is too long to be counted for every page, the place also when the ticket is not
    in the list (any more).
    """

    before: int | None
    behind: int | None
    place: int
    total: int


MOST_COUNTED = 1_000


async def neighbours(actor: Actor, wanted: Filter, ticket: Ticket, *, sort: Sort = "touched") -> Neighbours:
    """Who stands around a ticket in a list, one statement."""
    column = SORTS[sort]
    arguments = Arguments(getattr(ticket, column), ticket.id)
    where = f"{FROM} WHERE {conditions(actor, wanted, arguments)}"
    key = f"(t.{column}, t.id)"
    row = await sql.fetchrow(
        f"SELECT (SELECT t.number{where} AND {key} > ($1, $2) ORDER BY t.{column}, t.id LIMIT 1) AS before,"
        f" (SELECT t.number{where} AND {key} < ($1, $2) ORDER BY t.{column} DESC, t.id DESC LIMIT 1) AS behind,"
        f" (SELECT count(*) FROM (SELECT{where} LIMIT {MOST_COUNTED + 1}) n) AS total,"
        f" (SELECT count(*) FROM (SELECT{where} AND {key} > ($1, $2) LIMIT {MOST_COUNTED}) n) AS above,"
        f" EXISTS (SELECT{where} AND t.id = $2) AS inside",
        *arguments.values,
    )
    counted = row["total"] <= MOST_COUNTED and row["inside"]
    return Neighbours(row["before"], row["behind"], row["above"] + 1 if counted else 0, row["total"] if counted else 0)


async def count_statuses(actor: Actor, wanted: Filter) -> dict[Status, int]:
    """How many tickets of each status the filter finds; its own statuses are left aside."""
    arguments = Arguments()
    where = conditions(actor, msgspec.structs.replace(wanted, statuses=()), arguments)
    rows = await sql.fetch(f"SELECT t.status, count(*) AS count{FROM} WHERE {where} GROUP BY 1", *arguments.values)
    return {row["status"]: row["count"] for row in rows}


class Waiting(msgspec.Struct, frozen=True):
    """How many tickets need an answer: mine, nobody's, all."""

    mine: int
    unassigned: int
    everybody: int


async def count_waiting(actor: Actor) -> Waiting:
    """The numbers in the navigation: how many need an answer."""
    row = await sql.fetchrow(
        "SELECT count(*) FILTER (WHERE t.assignee_id = $1) AS mine,"
        " count(*) FILTER (WHERE t.assignee_id IS NULL) AS unassigned, count(*) AS everybody"
        f" FROM tickets t WHERE t.status = ANY($2) AND {predicate(actor, 'ticket')}",
        actor.member_id,
        list(OURS),
    )
    return Waiting(row["mine"], row["unassigned"], row["everybody"])


async def count_for_teams(actor: Actor, team_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many tickets of each team need an answer."""
    rows = await sql.fetch(
        "SELECT t.team_id, count(*) AS count FROM tickets t WHERE t.team_id = ANY($1) AND t.status = ANY($2)"
        f" AND {predicate(actor, 'ticket')} GROUP BY 1",
        list(team_ids),
        list(OURS),
    )
    return {row["team_id"]: row["count"] for row in rows}
