"""Lists of contacts and accounts by name, with what one looks for in them: one statement each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from app.access import Actor, predicate
from app.core import cursors
from app.core.db import sql

MOST = 200
MOST_WORDS = 6
Row = TypeVar("Row")


class ContactLine(msgspec.Struct, frozen=True, kw_only=True):
    """A contact in a list."""

    id: UUID
    name: str
    email: str | None
    phone: str
    title: str
    account_id: UUID | None
    account_name: str | None
    mail_state: str
    version: int
    created_at: datetime
    updated_at: datetime


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """An account in a list, with how many people of it are known."""

    id: UUID
    name: str
    domain: str | None
    owner_id: UUID | None
    owner_name: str | None
    contacts: int
    version: int
    created_at: datetime
    updated_at: datetime


async def contacts(
    actor: Actor, *, text: str = "", account_id: UUID | None = None, after: str | None = None, limit: int = 50
) -> tuple[list[ContactLine], str | None]:
    """Contacts by name, and the place of the next ones. Each word of `text` must be in name, address or account."""
    values: list[Any] = []
    where = [predicate(actor, "contact"), *_words(text, values, "c.name", "c.email", "a.name")]
    if account_id:
        values.append(account_id)
        where.append(f"c.account_id = ${len(values)}")
    return await _page(
        "SELECT c.id, c.name, c.email, c.phone, c.title, c.account_id, a.name AS account_name, c.mail_state, c.version,"
        " c.created_at, c.updated_at, lower(c.name) AS place FROM contacts c LEFT JOIN accounts a ON a.id = c.account_id",
        "c", where, values, after=after, limit=limit, make=lambda row: ContactLine(**row),
    )  # fmt: skip


async def accounts(
    actor: Actor, *, text: str = "", after: str | None = None, limit: int = 50
) -> tuple[list[AccountLine], str | None]:
    """Accounts by name, and the place of the next ones. Each word of `text` must be in name or domain."""
    values: list[Any] = []
    where = [predicate(actor, "account"), *_words(text, values, "a.name", "a.domain")]
    return await _page(
        "SELECT a.id, a.name, a.domain, a.owner_id, m.name AS owner_name,"
        " (SELECT count(*) FROM contacts c WHERE c.account_id = a.id) AS contacts, a.version, a.created_at, a.updated_at,"
        " lower(a.name) AS place FROM accounts a LEFT JOIN members m ON m.id = a.owner_id",
        "a", where, values, after=after, limit=limit, make=lambda row: AccountLine(**row),
    )  # fmt: skip


def _words(text: str, values: list[Any], *columns: str) -> list[str]:
    parts = []
    for word in text.replace("\0", "").split()[:MOST_WORDS]:
        values.append("%" + re.sub(r"([\\%_])", r"\\\1", word) + "%")
        parts.append(f"({' OR '.join(f'{column} ILIKE ${len(values)}' for column in columns)})")
    return parts


async def _page(
    select: str,
    alias: str,
    where: list[str],
    values: list[Any],
    *,
    after: str | None,
    limit: int,
    make: Callable[[dict[str, Any]], Row],
) -> tuple[list[Row], str | None]:
    limit = min(max(limit, 1), MOST)
    if place := cursors.decode(after, str, UUID):
        values += place
        where.append(f"(lower({alias}.name), {alias}.id) > (${len(values) - 1}, ${len(values)})")
    values.append(limit + 1)
    rows = await sql.fetch(
        f"{select} WHERE {' AND '.join(where)} ORDER BY lower({alias}.name), {alias}.id LIMIT ${len(values)}", *values
    )
    following = cursors.encode(rows[limit - 1]["place"], rows[limit - 1]["id"]) if len(rows) > limit else None
    return [make({name: value for name, value in row.items() if name != "place"}) for row in rows[:limit]], following


async def count(actor: Actor, kind: str, *, text: str = "") -> int:
    """How many contacts (`contact`) or accounts (`account`) the same search finds."""
    values: list[Any] = []
    searched: dict[str, tuple[str, list[str]]] = {
        "contact": ("contacts c LEFT JOIN accounts a ON a.id = c.account_id", ["c.name", "c.email", "a.name"]),
        "account": ("accounts a", ["a.name", "a.domain"]),
    }
    source, columns = searched[kind]
    where = [predicate(actor, kind), *_words(text, values, *columns)]
    found: int = await sql.fetchval(f"SELECT count(*) FROM {source} WHERE {' AND '.join(where)}", *values)
    return found
