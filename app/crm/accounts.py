"""An account is a company that is our customer, known by its mail domain."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType

from app.access import Actor, predicate
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import _
from app.crm import domains, editing
from app.crm.tables import ACCOUNT_COLUMNS, Account
from app.journal import events

NOTE_LONGEST = 20_000


class DomainTaken(Conflict):
    code = "domain_taken"
    message = "Another account has this mail domain."


async def get_for(actor: Actor, account_id: UUID, *, lock: bool = False) -> Account:
    """The account, if `actor` can see it. `lock` keeps it from changing until the transaction ends. Raises `NotFound`."""
    row = await sql.fetchrow(
        f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE id = $1 AND {predicate(actor, 'account')}"
        + (" FOR UPDATE" if lock else ""),
        account_id,
    )
    if row is None:
        raise NotFound
    return Account(**row)


async def by_domain(domain: str) -> Account | None:
    row = await sql.fetchrow(f"SELECT {ACCOUNT_COLUMNS} FROM accounts WHERE lower(domain) = lower($1)", domain)
    return Account(**row) if row else None


async def of_address(address: str, *, by: Actor) -> Account | None:
    """The account of the company for which a mail address writes, made when it is new; None for free mail."""
    domain = await domains.company_of(address)
    if domain is None:
        return None
    while True:
        if found := await by_domain(domain):
            return found
        if made := await _insert(name=domains.company_name(domain), domain=domain, by=by):
            return made


async def create(
    *,
    name: str,
    by: Actor,
    domain: str = "",
    phone: str = "",
    website: str = "",
    note: str = "",
    owner_id: UUID | None = None,
) -> Account:
    """Raises `DomainTaken`, and `Invalid` for a domain that says nothing about a company."""
    by.must("account.create")
    wanted = _checked({"name": name, "domain": domain, "phone": phone, "website": website, "note": note})
    made = await _insert(**wanted, owner_id=owner_id, by=by)
    if made is None:
        raise DomainTaken(domain=wanted["domain"])
    return made


async def _insert(
    *,
    name: str,
    domain: str | None,
    by: Actor,
    phone: str = "",
    website: str = "",
    note: str = "",
    owner_id: UUID | None = None,
) -> Account | None:
    row = await sql.fetchrow(
        "INSERT INTO accounts (id, name, domain, phone, website, note, owner_id, created_at, updated_at)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING {ACCOUNT_COLUMNS}",
        ids.new(),
        name,
        domain,
        phone,
        website,
        note,
        owner_id,
        clock.now(),
    )
    if row is None:
        return None
    account = Account(**row)
    await events.record(
        "account.created", kind="account", id=account.id, by=by, data={"name": account.name, "domain": account.domain}
    )
    return account


async def change(
    account: Account,
    *,
    by: Actor,
    seen: int | None = None,
    name: str | UnsetType = UNSET,
    domain: str | UnsetType = UNSET,
    phone: str | UnsetType = UNSET,
    website: str | UnsetType = UNSET,
    note: str | UnsetType = UNSET,
    owner_id: UUID | UnsetType | None = UNSET,
) -> Account:
    """Changes what is given, in the open transaction, on an account that was got with `lock`.

    `seen` is the version on which the change was made. Raises `ChangedMeanwhile`, `DomainTaken`, `Invalid`.
    """
    by.must("account.update", account)
    given = {"name": name, "domain": domain, "phone": phone, "website": website, "note": note, "owner_id": owner_id}
    wanted = _checked({column: value for column, value in given.items() if value is not UNSET})
    await editing.check_version("account", account, wanted, seen=seen)
    changes = events.difference({column: getattr(account, column) for column in wanted}, wanted)
    if not changes:
        return account
    if wanted.get("domain") and (other := await by_domain(wanted["domain"])) and other.id != account.id:
        raise DomainTaken(domain=wanted["domain"])
    changed = Account(**await editing.write("accounts", account.id, {column: wanted[column] for column in changes}))
    data: dict[str, Any] = {"version": changed.version}
    if "owner_id" in changes:
        data["names"] = await _owner_names(account, changed)
    await events.record("account.changed", kind="account", id=account.id, by=by, changes=changes, data=data)
    return changed


async def _owner_names(before: Account, after: Account) -> dict[str, Any]:
    rows = await sql.fetch(
        "SELECT id, name FROM members WHERE id = ANY($1)", [one for one in (before.owner_id, after.owner_id) if one]
    )
    found = {row["id"]: row["name"] for row in rows}
    return {"owner_id": [found.get(before.owner_id), found.get(after.owner_id)]}


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises `Invalid`."""
    wanted = dict(given)
    for column in ("name", "phone", "website"):
        if column in wanted:
            wanted[column] = editing.line(wanted[column], field=column)
    if "note" in wanted:
        wanted["note"] = editing.clean(wanted["note"])[:NOTE_LONGEST].strip()
    if wanted.get("name") == "":
        raise Invalid(errors={"name": _("Give the account a name.")})
    if wanted.get("website") and not wanted["website"].lower().startswith(("http://", "https://")):
        wanted["website"] = "https://" + wanted["website"]
    if "domain" in wanted:
        wanted["domain"] = _domain(wanted["domain"] or "")
    return wanted


def _domain(text: str) -> str | None:
    text = text.strip().removeprefix("https://").removeprefix("http://").rpartition("@")[2].partition("/")[0]
    if not text:
        return None
    domain = domains.registrable(text)
    if domain is None:
        raise Invalid(errors={"domain": _("Write a domain such as nordwind.example.")})
    if domains.is_free(domain):
        raise Invalid(errors={"domain": _("Anybody can have an address at {domain}.").format(domain=domain)})
    return domain
