"""`fondaco operator`: who may sign in to the operator console."""

from __future__ import annotations

import asyncio
import secrets
import sys

import click
import msgspec

from app.operations import operators
from app.tenancy import cells


@click.group()
def operator() -> None:
    """Operators of this cell."""


@operator.command("set")
@click.argument("email")
@click.option("--name", default="Operator", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input; otherwise one is made.")
@click.option("--json", "as_json", is_flag=True)
def set_operator(email: str, name: str, password_stdin: bool, as_json: bool) -> None:
    """Make an operator, or give one a new password; old sessions end."""
    given = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    password = given or secrets.token_urlsafe(15)
    asyncio.run(_keep(email, name, password))
    shown = {"email": email} | ({} if given else {"password": password})
    if as_json:
        click.echo(msgspec.json.encode(shown).decode())
    else:
        click.echo(f"{email} may sign in to the operator console." + ("" if given else f" Password: {password}"))


async def _keep(email: str, name: str, password: str) -> None:
    async with cells.open_pools():
        await operators.keep(email, name, password)
