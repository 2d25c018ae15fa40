"""The operator's commands for people and their keys: `fondaco user …` and `fondaco token …`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click
import msgspec
from rich.console import Console
from rich.table import Table

from app.access import Actor
from app.core.db import TENANT
from app.core.errors import NotFound
from app.identity import invitations, members, resets, roles, tokens
from app.identity.tables import ROLES, Member
from app.tenancy import cells, runner, tenants

T = TypeVar("T")
Command = Callable[..., Any]
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
at_tenant = click.option("--tenant", "slug", required=True, metavar="SLUG", help="The tenant's short name.")
OPERATOR = Actor.system("Operator")


class NoSuchMember(NotFound):
    code = "no_such_member"
    message = "There is no member with this e-mail address."


def _run(slug: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Does the work inside the tenant, as one transaction."""

    async def inside() -> T:
        async with cells.open_pools():
            tenant = await tenants.by_slug(slug)
            if tenant is None:
                raise runner.NoSuchTenant(f"There is no tenant {slug}.")
            with tenants.enter(tenant):
                async with TENANT.transaction():
                    return await work()

    return asyncio.run(inside())


def _say(value: dict[str, Any], line: str, as_json: bool) -> None:
    click.echo(msgspec.json.encode(value).decode() if as_json else line)


async def _member(email: str) -> Member:
    member = await members.by_email(email)
    if member is None:
        raise NoSuchMember(f"There is no member {email}.")
    return member


@click.group()
def token() -> None:
    """Create and revoke API tokens."""


@token.command("create")
@at_tenant
@click.option("--member", "email", required=True, metavar="EMAIL", help="In whose name and with whose rights it works.")
@click.option("--name", default="Command line", show_default=True, help="What it is for.")
@click.option("--expires-days", type=click.IntRange(1, 3650), help="Days until it ends. Without: when it is revoked.")
@as_json
def create_token(slug: str, email: str, name: str, expires_days: int | None, as_json: bool) -> None:
    """Create a token and print it, this one time."""

    async def work() -> str:
        member = await _member(email)
        if not member.is_active:
            raise NoSuchMember(f"{email} is deactivated.")
        _made, text = await tokens.create(member, name=name, days=expires_days, by=OPERATOR)
        return text

    text = _run(slug, work)
    _say({"token": text}, text, as_json)


@token.command("list")
@at_tenant
@as_json
def list_tokens(slug: str, as_json: bool) -> None:
    """List the tokens that work, by their first characters."""
    rows = _run(slug, lambda: tokens.list_for(OPERATOR))
    if as_json:
        shown = ("id", "name", "hint", "owner_email", "created_at", "last_used_at", "expires_at")
        click.echo(msgspec.json.encode([{name: row[name] for name in shown} for row in rows]).decode())
        return
    table = Table("Token", "Name", "Member", "Last used", "Ends", box=None, pad_edge=False)
    for row in rows:
        used, ends = (f"{row[name]:%Y-%m-%d}" if row[name] else "-" for name in ("last_used_at", "expires_at"))
        table.add_row(f"{row['hint']}…", row["name"], row["owner_email"], used, ends)
    Console(markup=False, emoji=False).print(table)


@token.command("revoke")
@at_tenant
@click.argument("hint")
@as_json
def revoke_token(slug: str, hint: str, as_json: bool) -> None:
    """Revoke the token whose text begins with HINT."""

    async def work() -> str:
        found = [row for row in await tokens.list_for(OPERATOR) if hint.startswith(row["hint"])]
        if len(found) != 1:
            raise NotFound(f"{len(found)} tokens begin with {hint}. See them with: fondaco token list --tenant {slug}")
        await tokens.revoke(found[0]["id"], by=OPERATOR)
        return str(found[0]["name"])

    name = _run(slug, work)
    _say({"revoked": name}, f"Revoked: {name}", as_json)


@click.group()
def user() -> None:
    """List, invite and deactivate members; set roles and passwords."""


@user.command("list")
@at_tenant
@as_json
def list_members(slug: str, as_json: bool) -> None:
    """List the members of a tenant."""
    found = _run(slug, lambda: members.list_for(OPERATOR))
    if as_json:
        rows = [
            {
                "email": one.email,
                "name": one.name,
                "role": one.role,
                "state": one.state,
                "last_seen_at": one.last_seen_at,
            }
            for one in found
        ]
        click.echo(msgspec.json.encode(rows).decode())
        return
    table = Table("E-mail", "Name", "Role", "State", "Last seen", box=None, pad_edge=False)
    for one in found:
        seen = f"{one.last_seen_at:%Y-%m-%d %H:%M}" if one.was_seen else "-"
        table.add_row(one.email, one.name, one.role, one.state, seen)
    Console(markup=False, emoji=False).print(table)


@user.command("invite")
@at_tenant
@click.argument("email")
@click.option("--name", default="", help="How others call this person.")
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@as_json
def invite(slug: str, email: str, name: str, role: str, as_json: bool) -> None:
    """Invite EMAIL by mail, or once more who has not come yet; prints the link too."""

    async def work() -> str:
        member = await members.by_email(email)
        if member is None:
            member = await members.invite(email, role=members.role_of(role), name=name, by=OPERATOR)
        return await invitations.send(member, by=OPERATOR)

    link = _run(slug, work)
    _say({"email": email, "invitation": link}, f"Invited. The link, for seven days: {link}", as_json)


@user.command("set-role")
@at_tenant
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@as_json
def set_role(slug: str, email: str, role: str, as_json: bool) -> None:
    """Give a member another role."""

    async def work() -> None:
        await roles.change(await _member(email), members.role_of(role), by=OPERATOR)

    _run(slug, work)
    _say({"email": email, "role": role}, f"{email} is {role} now.", as_json)


@user.command("deactivate")
@at_tenant
@click.argument("email")
@as_json
def deactivate(slug: str, email: str, as_json: bool) -> None:
    """Close the house to a member; what they did stays."""

    async def work() -> None:
        await roles.deactivate(await _member(email), by=OPERATOR)

    _run(slug, work)
    _say({"email": email, "state": "deactivated"}, f"{email} cannot sign in any more.", as_json)


@user.command("reactivate")
@at_tenant
@click.argument("email")
@as_json
def reactivate(slug: str, email: str, as_json: bool) -> None:
    """Open the house to a member again."""

    async def work() -> None:
        await roles.reactivate(await _member(email), by=OPERATOR)

    _run(slug, work)
    _say({"email": email, "state": "active"}, f"{email} can sign in again.", as_json)


@user.command("set-password")
@at_tenant
@click.argument("email")
@as_json
def set_password(slug: str, email: str, as_json: bool) -> None:
    """Set a member's password: asked for, or the first line of the standard input. Signs out everywhere."""
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")

    async def work() -> None:
        await resets.set_password(await _member(email), password, by=OPERATOR)

    _run(slug, work)
    _say({"email": email, "password": "set"}, f"The password of {email} is set.", as_json)
