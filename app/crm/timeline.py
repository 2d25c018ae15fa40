"""One timeline tells what happened with a customer, whatever part of the house it happened in.

Other slices say which of their records belong to a customer (`relate`): the timeline then reads the events of those
records too. Nothing is stored a second time: the journal is the timeline.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.access import Actor, predicate
from app.core import cursors
from app.core.db import sql
from app.crm.tables import Account, Contact
from app.crm.views import TimelineEntry
from app.journal import events
from app.journal.events import Event

MOST = 100


class About(msgspec.Struct, frozen=True):
    """The record that an event is about, as a link."""

    title: str
    href: str


class Entry(msgspec.Struct, frozen=True):
    """An event, and the record that it is about."""

    event: Event
    about: About | None


Describe = Callable[[Sequence[UUID]], Awaitable[dict[UUID, About]]]
Tell = Callable[[Entry], TimelineEntry | None]


class Relation(msgspec.Struct, frozen=True):
    """Records of another slice. `of_contact` and `of_account` are selects of their ids by `$1`, the customer's id.

    Their rows must be called `t`, so that the right to read `kind` can be asked for. `describe` makes links of ids, `tell`
    a sentence of an event, or None when it says nothing to people.
    """

    kind: str
    of_contact: str
    of_account: str
    describe: Describe
    tell: Tell


_relations: dict[str, Relation] = {}


def relate(relation: Relation) -> None:
    """Lets the events of another kind of record stand in the timelines of its customers."""
    _relations[relation.kind] = relation


def relation_of(kind: str) -> Relation | None:
    return _relations.get(kind)


async def of_contact(
    contact: Contact, *, by: Actor, after: str | None = None, limit: int = 50
) -> tuple[list[Entry], str | None]:
    """What happened with a contact that was got for `by`, newest first, and the place of what was before."""
    own = ["SELECT 'contact'::text AS kind, $1::uuid AS id"]
    others = [_select(relation, relation.of_contact, by) for relation in _relations.values()]
    return await _read([*own, *others], contact.id, after=after, limit=limit)


async def of_account(
    account: Account, *, by: Actor, after: str | None = None, limit: int = 50
) -> tuple[list[Entry], str | None]:
    """What happened with an account that was got for `by` and with its people, newest first, and the place of what was
    before.
    """
    own = ["SELECT 'account'::text AS kind, $1::uuid AS id"]
    if by.can("contact.read"):
        own.append("SELECT 'contact', id FROM contacts WHERE account_id = $1")
    others = [_select(relation, relation.of_account, by) for relation in _relations.values()]
    return await _read([*own, *others], account.id, after=after, limit=limit)


def _select(relation: Relation, ids: str, by: Actor) -> str:
    # ast-grep-ignore: no-values-in-sql-text - the kind of a relation is a word of the code
    return f"SELECT '{relation.kind}', id FROM ({ids}) t WHERE {predicate(by, relation.kind)}"


async def _read(records: list[str], customer: UUID, *, after: str | None, limit: int) -> tuple[list[Entry], str | None]:
    place = cursors.decode(after, int)
    limit = min(max(limit, 1), MOST)
    rows = await sql.fetch(
        f"SELECT e.* FROM ({' UNION ALL '.join(records)}) r CROSS JOIN LATERAL (SELECT {events.COLUMNS} FROM events"
        " WHERE kind = r.kind AND record_id = r.id AND seq < $2 ORDER BY seq DESC LIMIT $3) e"
        " ORDER BY e.seq DESC LIMIT $3",
        customer,
        place[0] if place else 2**62,
        limit + 1,
    )
    found = [events.of_row(row) for row in rows[:limit]]
    about = await _describe(found)
    entries = [Entry(event, about.get((event.kind, event.record_id))) for event in found]
    return entries, cursors.encode(found[-1].seq) if len(rows) > limit else None


async def _describe(found: list[Event]) -> dict[tuple[str, Any], About]:
    about: dict[tuple[str, Any], About] = {}
    for kind, relation in _relations.items():
        ids = sorted({event.record_id for event in found if event.kind == kind and event.record_id})
        if ids:
            about |= {(kind, record_id): link for record_id, link in (await relation.describe(ids)).items()}
    contact_ids = sorted({event.record_id for event in found if event.kind == "contact" and event.record_id})
    if contact_ids:
        rows = await sql.fetch("SELECT id, name FROM contacts WHERE id = ANY($1)", contact_ids)
        about |= {("contact", row["id"]): About(row["name"], f"/contacts/{row['id']}") for row in rows}
    account_ids = sorted({event.record_id for event in found if event.kind == "account" and event.record_id})
    if account_ids:
        rows = await sql.fetch("SELECT id, name FROM accounts WHERE id = ANY($1)", account_ids)
        about |= {("account", row["id"]): About(row["name"], f"/accounts/{row['id']}") for row in rows}
    return about
