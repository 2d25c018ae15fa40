"""A contact is a person who asks us, known by a mail address."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import email_validator
from msgspec import UNSET, UnsetType

from app.access import Actor, predicate
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import _
from app.crm import accounts, editing
from app.crm.tables import CONTACT_COLUMNS, Contact
from app.journal import events

NOTE_LONGEST = 20_000
LONGEST_ADDRESS = 320
_WORDS = re.compile(r"([^\W\d_]{2,})[._-]([^\W\d_]{2,})")


class AddressTaken(Conflict):
    code = "address_taken"
    message = "Another contact has this mail address."


async def get_for(actor: Actor, contact_id: UUID, *, lock: bool = False) -> Contact:
    """The contact, if `actor` can see it. `lock` keeps it from changing until the transaction ends. Raises `NotFound`."""
    row = await sql.fetchrow(
        f"SELECT {CONTACT_COLUMNS} FROM contacts WHERE id = $1 AND {predicate(actor, 'contact')}"
        + (" FOR UPDATE" if lock else ""),
        contact_id,
    )
    if row is None:
        raise NotFound
    return Contact(**row)


async def by_email(address: str) -> Contact | None:
    row = await sql.fetchrow(f"SELECT {CONTACT_COLUMNS} FROM contacts WHERE lower(email) = lower($1)", address.strip())
    return Contact(**row) if row else None


async def find_or_create(address: str, *, name: str = "", by: Actor) -> Contact:
    """Who writes from `address`, made when new, with the account of the mail's domain. Two mails at once make one contact.

    A better name than the one that was guessed from the address is taken over from the mail.
    """
    address = editing.clean(address).strip()[:LONGEST_ADDRESS].lower()
    named = shown_name(name, address)
    while True:
        if found := await by_email(address):
            return await _learn(found, named, by=by)
        account = await accounts.of_address(address, by=by)
        if made := await _insert(named, address, account_id=account.id if account else None, by=by):
            return made


async def _learn(contact: Contact, named: str, *, by: Actor) -> Contact:
    """What a mail tells that is not known yet; never against what somebody entered."""
    guessed = contact.email is not None and contact.name in ("", contact.email, shown_name("", contact.email))
    wanted: dict[str, Any] = {}
    if guessed and named not in (contact.name, contact.email, shown_name("", contact.email or "")):
        wanted["name"] = named
    if not wanted:
        return contact
    changes = events.difference({column: getattr(contact, column) for column in wanted}, wanted)
    changed = Contact(**await editing.write("contacts", contact.id, wanted))
    data = {"version": changed.version}
    await events.record("contact.changed", kind="contact", id=contact.id, by=by, changes=changes, data=data)
    return changed


async def create(
    *,
    name: str,
    by: Actor,
    email: str = "",
    phone: str = "",
    title: str = "",
    note: str = "",
    account_id: UUID | UnsetType | None = UNSET,
) -> Contact:
    """Without an account given, the one of the mail's domain is taken. Raises `AddressTaken`, `Invalid`."""
    by.must("contact.create")
    wanted = _checked({"name": name, "email": email, "phone": phone, "title": title, "note": note})
    if not wanted["name"] and not wanted["email"]:
        raise Invalid(errors={"name": _("Give a name or an address.")})
    account = account_id
    if account is UNSET:
        found = await accounts.of_address(wanted["email"], by=by) if wanted["email"] else None
        account = found.id if found else None
    elif account is not None:
        await accounts.get_for(by, account)
    wanted["name"] = wanted["name"] or shown_name("", wanted["email"])
    made = await _insert(
        wanted["name"], wanted["email"], by=by, account_id=account,
        phone=wanted["phone"], title=wanted["title"], note=wanted["note"],
    )  # fmt: skip
    if made is None:
        raise AddressTaken(email=wanted["email"])
    return made


async def _insert(
    name: str,
    email: str | None,
    *,
    by: Actor,
    account_id: UUID | None,
    phone: str = "",
    title: str = "",
    note: str = "",
) -> Contact | None:
    row = await sql.fetchrow(
        "INSERT INTO contacts (id, name, email, phone, title, note, account_id, created_at, updated_at)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING {CONTACT_COLUMNS}",
        ids.new(),
        name,
        email,
        phone,
        title,
        note,
        account_id,
        clock.now(),
    )
    if row is None:
        return None
    contact = Contact(**row)
    await events.record(
        "contact.created", kind="contact", id=contact.id, by=by, data={"name": contact.name, "email": contact.email}
    )
    return contact


async def change(
    contact: Contact,
    *,
    by: Actor,
    seen: int | None = None,
    name: str | UnsetType = UNSET,
    email: str | UnsetType = UNSET,
    phone: str | UnsetType = UNSET,
    title: str | UnsetType = UNSET,
    note: str | UnsetType = UNSET,
    account_id: UUID | UnsetType | None = UNSET,
) -> Contact:
    """Changes what is given, in the open transaction, on a contact that was got with `lock`.

    `seen` is the version on which the change was made. A new address starts without a bounce. Raises
    `ChangedMeanwhile`, `AddressTaken`, `Invalid`, and `NotFound` for an account that cannot be seen.
    """
    by.must("contact.update", contact)
    given = {"name": name, "email": email, "phone": phone, "title": title, "note": note, "account_id": account_id}
    wanted = _checked({column: value for column, value in given.items() if value is not UNSET})
    await editing.check_version("contact", contact, wanted, seen=seen)
    changes = events.difference({column: getattr(contact, column) for column in wanted}, wanted)
    if not changes:
        return contact
    if wanted.get("account_id"):
        await accounts.get_for(by, wanted["account_id"])
    if "email" in changes:
        if wanted["email"] and (other := await by_email(wanted["email"])) and other.id != contact.id:
            raise AddressTaken(email=wanted["email"])
        wanted |= {"mail_state": "ok", "mail_reason": ""}
    columns = {column: value for column, value in wanted.items() if column in changes or column.startswith("mail_")}
    changed = Contact(**await editing.write("contacts", contact.id, columns))
    data: dict[str, Any] = {"version": changed.version}
    if "account_id" in changes:
        data["names"] = {
            "account_id": [await _account_name(contact.account_id), await _account_name(changed.account_id)]
        }
    await events.record("contact.changed", kind="contact", id=contact.id, by=by, changes=changes, data=data)
    return changed


async def _account_name(account_id: UUID | None) -> str | None:
    name: str | None = await sql.fetchval("SELECT name FROM accounts WHERE id = $1", account_id)
    return name


async def note_bounce(address: str, *, reason: str, by: Actor) -> Contact | None:
    """An address takes no mail at all: says so on the contact, once."""
    contact = await by_email(address)
    if contact is None or contact.mail_state == "bounced":
        return None
    wanted = {"mail_state": "bounced", "mail_reason": editing.clean(reason)[:500]}
    changed = Contact(**await editing.write("contacts", contact.id, wanted))
    await events.record(
        "contact.mail_failed",
        kind="contact",
        id=contact.id,
        by=by,
        changes={"mail_state": ["ok", "bounced"]},
        data={"reason": wanted["mail_reason"], "version": changed.version},
    )
    return changed


async def note_mail(contact: Contact, *, by: Actor) -> Contact:
    """Somebody whose address had bounced has written from it: it works again."""
    if contact.mail_state == "ok":
        return contact
    changed = Contact(**await editing.write("contacts", contact.id, {"mail_state": "ok", "mail_reason": ""}))
    await events.record(
        "contact.changed",
        kind="contact",
        id=contact.id,
        by=by,
        changes={"mail_state": [contact.mail_state, "ok"]},
        data={"version": changed.version},
    )
    return changed


def shown_name(name: str, address: str) -> str:
    """The name that a mail gives, else one that the address spells out (`marta.keller@` -> `Marta Keller`), else the
    address.
    """
    text = " ".join(editing.clean(name).split()).strip("\"' ")[:200]
    if text and text.lower() != address.lower() and "@" not in text:
        return text
    local = address.partition("@")[0].partition("+")[0]
    if match := _WORDS.fullmatch(local):
        return f"{match[1].capitalize()} {match[2].capitalize()}"
    return address[:200]


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises `Invalid`."""
    wanted = dict(given)
    for column in ("name", "phone", "title"):
        if column in wanted:
            wanted[column] = editing.line(wanted[column], field=column)
    if "note" in wanted:
        wanted["note"] = editing.clean(wanted["note"])[:NOTE_LONGEST].strip()
    if "email" in wanted:
        wanted["email"] = checked_address(wanted["email"], field="email") if wanted["email"] else None
    return wanted


def checked_address(text: str, *, field: str) -> str:
    """A mail address in lower case. Raises `Invalid`."""
    try:
        checked = email_validator.validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except email_validator.EmailNotValidError as error:
        raise Invalid(errors={field: _("Write an address such as marta@nordwind.example.")}) from error
    return checked.normalized.lower()
