"""A channel is an address at which a tenant gets mail, and from which it answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from app.access import Actor
from app.core import clock, ids
from app.core.db import sql
from app.core.errors import Conflict, Invalid, NotFound
from app.core.sealing import seal, unseal
from app.core.settings import settings
from app.core.words import _
from app.journal import events
from app.mail import pollers, routes, signing
from app.tenancy import tenants
from app.tenancy.tenants import Tenant

PASSWORD = "mail.imap_password"  # noqa: S105 - the purpose of a seal
DKIM = "mail.dkim_key"
Security = Literal["tls", "starttls", "none"]
COLUMNS = (
    "id, address, name, team_id, signature, is_default, active, dkim_selector, dkim_key IS NOT NULL AS has_dkim,"
    " imap_host, imap_port, imap_security, imap_user, imap_folder, imap_checked_at, imap_error, created_at"
)
LONGEST_NAME = 100
LONGEST_LOCAL = 29
"""A reply address has 64 octets before the at sign, and its token takes 35 of them."""


class NoSuchChannel(NotFound):
    message = "There is no such mail channel."


class LastChannel(Conflict):
    message = "This is the address from which answers go out by default. Make another one the default first."


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """`imap_host` is empty when mail comes by SMTP only. Secrets are never part of it."""

    id: UUID
    address: str
    name: str
    team_id: UUID | None
    signature: str
    is_default: bool
    active: bool
    dkim_selector: str
    has_dkim: bool
    imap_host: str
    imap_port: int
    imap_security: Security
    imap_user: str
    imap_folder: str
    imap_checked_at: datetime | None
    imap_error: str
    created_at: datetime

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class Imap(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach a mailbox. `password` None keeps the one that is known."""

    host: str
    port: int = 993
    security: Security = "tls"
    user: str
    password: str | None = None
    folder: str = "INBOX"


def _of(row: Any) -> Channel:
    return msgspec.convert(dict(row), Channel)


async def every() -> list[Channel]:
    """All channels of the tenant, the default first."""
    rows = await sql.fetch(
        f"SELECT {COLUMNS} FROM mail_channels ORDER BY is_default DESC, lower(address), id LIMIT 500"
    )
    return [_of(row) for row in rows]


async def get(id: UUID, *, lock: bool = False) -> Channel:
    """Raises `NoSuchChannel`."""
    row = await sql.fetchrow(f"SELECT {COLUMNS} FROM mail_channels WHERE id = $1{' FOR UPDATE' if lock else ''}", id)
    if row is None:
        raise NoSuchChannel
    return _of(row)


async def default() -> Channel | None:
    """The channel from which mail goes out when nothing else is said."""
    row = await sql.fetchrow(
        f"SELECT {COLUMNS} FROM mail_channels WHERE active ORDER BY is_default DESC, created_at, id LIMIT 1"
    )
    return _of(row) if row else None


async def own_addresses() -> set[str]:
    """All addresses of the tenant, in lower case."""
    return {row["address"] for row in await sql.fetch("SELECT lower(address) AS address FROM mail_channels")}


async def create(
    address: str, *, name: str, by: Actor, team_id: UUID | None = None, signature: str = "", imap: Imap | None = None
) -> Channel:
    """A new channel; the tenant's first becomes its default. Raises `Invalid`, `AddressTaken`, `Forbidden`."""
    by.must("channel.manage")
    address, name = _checked(address, name)
    await routes.claim(address)
    now = clock.now()
    row = await sql.fetchrow(
        "INSERT INTO mail_channels (id, address, name, team_id, signature, is_default, created_at, updated_at)"
        " SELECT $1, $2, $3, $4, $5, NOT EXISTS (SELECT FROM mail_channels WHERE is_default), $6, $6"
        f" ON CONFLICT (lower(address)) DO NOTHING RETURNING {COLUMNS}",
        ids.new(), address, name, team_id, signature[:10_000], now,
    )  # fmt: skip
    if row is None:
        raise Invalid(errors={"address": _("There is a channel with this address already.")})
    channel = _of(row)
    await events.record(
        "channel.created",
        kind="channel",
        id=channel.id,
        by=by,
        changes={"address": [None, address], "name": [None, name]},
    )
    if imap is not None:
        await set_imap(channel, imap, by=by)
    return channel


def _checked(address: str, name: str) -> tuple[str, str]:
    errors = {}
    normal, name = routes.normalise(address), " ".join(name.split())
    if normal is None or "+" in normal or "." not in normal.rpartition("@")[2] or not normal.isascii():
        errors["address"] = _("Enter an address like support@company.example, without a plus sign.")
    elif len(normal.partition("@")[0]) > LONGEST_LOCAL:
        errors["address"] = _("Choose a shorter address: at most 29 characters before the @ sign.")
    elif _is_anothers(normal.rpartition("@")[2]):
        errors["address"] = _("Addresses in this domain belong to another workspace.")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        errors["name"] = _("Enter a name of 1 to 100 characters, as recipients should see it.")
    if errors or normal is None:
        raise Invalid(errors=errors)
    return normal, name


def _is_anothers(domain: str) -> bool:
    base = settings().base_domain.lower()
    mine = f"{tenants.current().slug}.{base}"
    return domain != mine and (domain == base or domain.endswith(f".{base}"))


async def change(
    channel: Channel, *, by: Actor, name: str, team_id: UUID | None = None, signature: str = ""
) -> Channel:
    """Changes what recipients see and who looks after the channel. Raises `Invalid`."""
    by.must("channel.manage", channel)
    _address, name = _checked(channel.address, name)
    after = {"name": name, "team_id": team_id, "signature": signature[:10_000]}
    await _set(channel, by, after, "channel.changed")
    return await get(channel.id)


async def make_default(channel: Channel, *, by: Actor) -> None:
    by.must("channel.manage", channel)
    if not channel.active:
        raise Conflict(_("Switch this channel on before you make it the default."))
    await sql.execute("UPDATE mail_channels SET is_default = false WHERE is_default AND id <> $1", channel.id)
    await _set(channel, by, {"is_default": True}, "channel.made_default")


async def deactivate(channel: Channel, *, by: Actor) -> None:
    """Mail to it is refused from now on, its mailbox is not read, and nothing is sent from it. Raises `LastChannel`."""
    by.must("channel.manage", channel)
    if channel.is_default:
        raise LastChannel
    await _set(channel, by, {"active": False}, "channel.deactivated")
    await pollers.plan(channel.id, wanted=False)


async def activate(channel: Channel, *, by: Actor) -> None:
    by.must("channel.manage", channel)
    await _set(channel, by, {"active": True}, "channel.activated")
    await pollers.plan(channel.id, wanted=bool(channel.imap_host))


async def delete(channel: Channel, *, by: Actor) -> None:
    """Takes the channel away; tickets and mails that came through it stay. Raises `LastChannel`."""
    by.must("channel.manage", channel)
    if channel.is_default:
        raise LastChannel
    await sql.execute("DELETE FROM mail_channels WHERE id = $1", channel.id)
    await events.record(
        "channel.deleted", kind="channel", id=channel.id, by=by, changes={"address": [channel.address, None]}
    )
    await pollers.plan(channel.id, wanted=False)
    await routes.release(channel.address)


async def set_imap(channel: Channel, imap: Imap | None, *, by: Actor) -> None:
    """The mailbox that is read for this channel; None: none. Another mailbox is read from its unread mail on."""
    by.must("channel.manage", channel)
    if imap is None:
        after: dict[str, Any] = {"imap_host": "", "imap_user": "", "imap_password": None, "imap_error": ""}
    else:
        _check_imap(channel, imap)
        after = {
            "imap_host": imap.host.strip().lower(), "imap_port": imap.port, "imap_security": imap.security,
            "imap_user": imap.user, "imap_folder": imap.folder, "imap_error": "", "imap_failures": 0,
        }  # fmt: skip
        if imap.password is not None:
            after["imap_password"] = seal(imap.password, PASSWORD)
    before = (channel.imap_host, channel.imap_user, channel.imap_folder)
    if imap is None or before != (after["imap_host"], imap.user, imap.folder):
        after |= {"imap_uidvalidity": None, "imap_last_uid": 0, "imap_seen_uid": 0, "imap_checked_at": None}
    await _set(channel, by, after, "channel.mailbox_changed")
    await pollers.plan(channel.id, wanted=imap is not None and channel.active)


def _check_imap(channel: Channel, imap: Imap) -> None:
    errors = {}
    if (
        not imap.host.strip()
        or len(imap.host) > 253
        or any(c.isspace() or not c.isprintable() for c in imap.host.strip())
    ):
        errors["imap_host"] = _("Enter the name of the mail server.")
    if not 0 < imap.port < 65536:
        errors["imap_port"] = _("A port is a number from 1 to 65535.")
    if not imap.user or not imap.user.isprintable():
        errors["imap_user"] = _("Enter the user name of the mailbox.")
    if not imap.folder or not imap.folder.isprintable():
        errors["imap_folder"] = _("Enter the folder to read, INBOX for example.")
    # Another server must not be given the password of this one.
    if imap.password is None and channel.imap_host != imap.host.strip().lower():
        errors["imap_password"] = _("Enter the password of the mailbox.")
    if imap.security == "none" and settings().production:
        errors["imap_security"] = _("Passwords are not sent without encryption. Choose TLS or STARTTLS.")
    if errors:
        raise Invalid(errors=errors)


async def imap_of(channel: Channel) -> Imap | None:
    """How to reach the channel's mailbox, with its password; None when it has none."""
    if not channel.imap_host:
        return None
    sealed = await sql.fetchval("SELECT imap_password FROM mail_channels WHERE id = $1", channel.id)
    return Imap(
        host=channel.imap_host, port=channel.imap_port, security=channel.imap_security, user=channel.imap_user,
        password=unseal(sealed, PASSWORD).decode() if sealed else "", folder=channel.imap_folder,
    )  # fmt: skip


async def set_dkim(channel: Channel, *, selector: str, key: str | None, by: Actor) -> str:
    """Mail from this channel is signed from now on. `key`: a private key as PEM; None makes a new one (RSA 2048).

    The answer is the text of the DNS record at `<selector>._domainkey.<domain>` (RFC 6376, section 3.6.1). Raises `Invalid`.
    """
    by.must("channel.manage", channel)
    selector = selector.strip().lower()
    if not signing.SELECTOR.fullmatch(selector):
        raise Invalid(errors={"dkim_selector": _("Use small letters a to z, digits and hyphens.")})
    private = signing.new_key() if key is None else signing.read_key(key)
    if private is None:
        raise Invalid(errors={"dkim_key": _("This is no private RSA key of 2048 bits or more in PEM form.")})
    after = {"dkim_selector": selector, "dkim_key": seal(private, DKIM)}
    await _set(channel, by, after, "channel.signing_changed")
    return signing.dns_record(private)


async def clear_dkim(channel: Channel, *, by: Actor) -> None:
    by.must("channel.manage", channel)
    await _set(channel, by, {"dkim_selector": "", "dkim_key": None}, "channel.signing_changed")


async def dkim_of(id: UUID | None) -> tuple[str, bytes] | None:
    """Selector and private key (PEM) of a channel; None when its mail is not signed."""
    row = await sql.fetchrow(
        "SELECT dkim_selector, dkim_key FROM mail_channels WHERE id = $1 AND dkim_key IS NOT NULL", id
    )
    return (row["dkim_selector"], unseal(row["dkim_key"], DKIM)) if row else None


async def dkim_record(channel: Channel) -> str:
    """The text of the DNS record that lets others check the channel's signatures; "" when it does not sign."""
    found = await dkim_of(channel.id)
    return signing.dns_record(found[1]) if found else ""


SECRET = {"imap_password", "dkim_key"}
SILENT = {"imap_uidvalidity", "imap_last_uid", "imap_seen_uid", "imap_checked_at", "imap_error", "imap_failures"}


async def _set(channel: Channel, by: Actor, after: dict[str, Any], event: str) -> None:
    """Writes columns and, when they differ, what happened; secrets are named in the journal, never told."""
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(after, start=3))
    await sql.execute(
        f"UPDATE mail_channels SET {columns}, updated_at = $2 WHERE id = $1", channel.id, clock.now(), *after.values()
    )
    told = {name: value for name, value in after.items() if name not in SECRET | SILENT}
    changes = events.difference({name: getattr(channel, name) for name in told}, told)
    changes |= {name: ["***", "***"] for name in after if name in SECRET and after[name] is not None}
    if changes:
        await events.record(event, kind="channel", id=channel.id, by=by, changes=changes)
        await routes.announce_after_commit()


async def on_tenant_created(tenant: Tenant, _admin_email: str) -> dict[str, str]:
    """A new tenant has an address at once: support@<its host name>. May run twice."""
    address = f"support@{tenant.slug}.{settings().base_domain.lower()}"
    if await sql.fetchrow("SELECT FROM mail_channels WHERE lower(address) = $1", address) is None:
        await create(address, name=tenant.name, by=Actor.system())
    else:
        await routes.claim(address)
    return {"mail": address}
