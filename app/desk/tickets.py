"""A ticket is a question somebody asked us, until it is answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType

from app.access import Actor, predicate
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Invalid, NotFound
from app.core.words import _
from app.crm import contacts, editing
from app.desk.tables import PRIORITIES, STATUSES, TICKET_COLUMNS, Priority, Status, Ticket
from app.journal import events

LONGEST_SUBJECT = 500
LARGEST_NUMBER = 2**63 - 1


async def get_for(actor: Actor, ticket_id: UUID, *, lock: bool = False) -> Ticket:
    """The ticket, if `actor` can see it. `lock` keeps it from changing until the transaction ends. Raises `NotFound`."""
    return await _get(actor, "id", ticket_id, lock=lock)


async def numbered_for(actor: Actor, number: int, *, lock: bool = False) -> Ticket:
    """The ticket that people call by this number, if `actor` can see it. Raises `NotFound`."""
    if not 0 < number <= LARGEST_NUMBER:
        raise NotFound
    return await _get(actor, "number", number, lock=lock)


async def _get(actor: Actor, column: str, value: Any, *, lock: bool) -> Ticket:
    row = await sql.fetchrow(
        f"SELECT {TICKET_COLUMNS} FROM tickets WHERE {column} = $1 AND {predicate(actor, 'ticket')}"
        + (" FOR UPDATE" if lock else ""),
        value,
    )
    if row is None:
        raise NotFound
    return Ticket(**row)


async def create(
    *,
    subject: str,
    by: Actor,
    contact_id: UUID | None = None,
    account_id: UUID | UnsetType | None = UNSET,
    priority: Priority = "normal",
    assignee_id: UUID | None = None,
    team_id: UUID | None = None,
    channel_id: UUID | None = None,
    follows_id: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> Ticket:
    """A new ticket without a message yet; the account is the contact's unless given. `data` goes into its event.

    Raises `NotFound` for a contact that cannot be seen, `Invalid` for what cannot be set.
    """
    by.must("ticket.create")
    wanted = await _checked({"priority": priority, "assignee_id": assignee_id, "team_id": team_id}, by=by)
    contact = await contacts.get_for(by, contact_id) if contact_id else None
    if account_id is UNSET:
        account_id = contact.account_id if contact else None
    row = await sql.fetchrow(
        "INSERT INTO tickets (id, subject, status, priority, contact_id, account_id, assignee_id, team_id, channel_id,"
        " follows_id, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)"
        f" RETURNING {TICKET_COLUMNS}",
        ids.new(),
        editing.line(subject[:LONGEST_SUBJECT], field="subject", longest=LONGEST_SUBJECT),
        "open" if assignee_id else "new",
        wanted["priority"],
        contact_id,
        account_id,
        assignee_id,
        team_id,
        channel_id,
        follows_id,
        clock.now(),
    )
    ticket = Ticket(**row)
    about: dict[str, Any] = {"number": ticket.number, "subject": ticket.subject, **(data or {})}
    if contact:
        about["contact"] = contact.shown_name
    if assignee_id:
        about["assignee_id"] = str(assignee_id)
    if team_id:
        about["team_id"] = str(team_id)
    await events.record("ticket.created", kind="ticket", id=ticket.id, by=by, data=about)
    return ticket


async def change(
    ticket: Ticket,
    *,
    by: Actor,
    seen: int | None = None,
    subject: str | UnsetType = UNSET,
    status: Status | UnsetType = UNSET,
    priority: Priority | UnsetType = UNSET,
    assignee_id: UUID | UnsetType | None = UNSET,
    team_id: UUID | UnsetType | None = UNSET,
    contact_id: UUID | UnsetType | None = UNSET,
    account_id: UUID | UnsetType | None = UNSET,
    data: dict[str, Any] | None = None,
) -> Ticket:
    """Changes what is given, in the open transaction, on a ticket that was got with `lock`.

    Somebody who takes a new ticket opens it. Another contact brings their account along. `seen` is the version on
    which the change was made; `data` goes into the event. Raises `ChangedMeanwhile`, `Invalid`, `NotFound` for what
    cannot be seen.
    """
    by.must("ticket.update", ticket)
    given = {
        "subject": subject, "status": status, "priority": priority, "assignee_id": assignee_id, "team_id": team_id,
        "contact_id": contact_id, "account_id": account_id,
    }  # fmt: skip
    wanted = await _checked({column: value for column, value in given.items() if value is not UNSET}, by=by)
    await editing.check_version("ticket", ticket, wanted, seen=seen)
    if wanted.get("assignee_id") and ticket.status == "new" and "status" not in wanted:
        wanted["status"] = "open"
    if wanted.get("contact_id") and wanted["contact_id"] != ticket.contact_id and "account_id" not in wanted:
        wanted["account_id"] = (await contacts.get_for(by, wanted["contact_id"])).account_id
    changes = events.difference({column: getattr(ticket, column) for column in wanted}, wanted)
    if not changes:
        return ticket
    columns = {column: wanted[column] for column in changes}
    changed = Ticket(**await editing.write("tickets", ticket.id, columns | moments_of(columns.get("status"))))
    about = {
        **(data or {}),
        "number": ticket.number,
        "subject": changed.subject,
        "version": changed.version,
        "names": await _names(changes),
    }
    await events.record("ticket.changed", kind="ticket", id=ticket.id, by=by, changes=changes, data=about)
    return changed


async def reopen(ticket: Ticket) -> None:
    """It is our turn again. The event is written by whoever knows why."""
    await editing.write("tickets", ticket.id, {"status": "open", **moments_of("open")})


def moments_of(status: Status | None) -> dict[str, Any]:
    """What a new status means for when a ticket was solved and closed."""
    if status is None:
        return {}
    now = clock.now()
    if status == "solved":
        return {"solved_at": now, "closed_at": None}
    if status == "closed":
        return {"closed_at": now}
    return {"solved_at": None, "closed_at": None}


async def _checked(given: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    wanted = dict(given)
    errors = {}
    if "subject" in wanted:
        wanted["subject"] = editing.line(wanted["subject"], field="subject", longest=LONGEST_SUBJECT)
        if not wanted["subject"]:
            errors["subject"] = _("Give the ticket a subject.")
    if wanted.get("status", "new") not in STATUSES:
        errors["status"] = _("There is no such status.")
    if wanted.get("priority", "low") not in PRIORITIES:
        errors["priority"] = _("There is no such priority.")
    if wanted.get("assignee_id") and not await _can_answer(wanted["assignee_id"]):
        errors["assignee_id"] = _("Nobody who can answer tickets has this id.")
    if wanted.get("team_id") and not await sql.fetchval("SELECT true FROM teams WHERE id = $1", wanted["team_id"]):
        errors["team_id"] = _("There is no such team.")
    if errors:
        raise Invalid(errors=errors)
    if wanted.get("contact_id"):
        await contacts.get_for(by, wanted["contact_id"])
    if wanted.get("account_id") and not await sql.fetchval(
        f"SELECT true FROM accounts WHERE id = $1 AND {predicate(by, 'account')}", wanted["account_id"]
    ):
        raise NotFound
    return wanted


async def _can_answer(member_id: UUID) -> bool:
    return bool(
        await sql.fetchval(
            "SELECT true FROM members WHERE id = $1 AND deactivated_at IS NULL AND role <> 'viewer'", member_id
        )
    )


NAMED = {"assignee_id": "members", "team_id": "teams", "contact_id": "contacts", "account_id": "accounts"}


async def _names(changes: dict[str, list[Any]]) -> dict[str, list[str | None]]:
    """What the identifiers in the changes were called at the time, for the timeline."""
    names: dict[str, list[str | None]] = {}
    for column, table in NAMED.items():
        if column in changes:
            pair = [UUID(value) if value else None for value in changes[column]]
            rows = await sql.fetch(f"SELECT id, name FROM {table} WHERE id = ANY($1)", [one for one in pair if one])
            found = {row["id"]: row["name"] for row in rows}
            names[column] = [found.get(one) if one else None for one in pair]
    return names
