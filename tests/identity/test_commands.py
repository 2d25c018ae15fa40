"""What an operator types about people and tokens, what stands on the screen, and what a script relies on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from app.core.db import TENANT, sql
from app.core.errors import FondacoError
from app.identity import commands, passwords, roles, tokens
from app.identity.members import AlreadyJoined
from app.identity.openings import open_house
from app.tenancy import cells, tenants
from app.tenancy.tenants import Tenant
from tests.identity.world import PASSWORD, ann, kim
from tests.tenancy.fixtures import World, emptied, opened_world


@pytest.fixture
def people(world: World) -> None:
    """Kim and Ann in acme; the pools are the command's own business."""

    async def make() -> None:
        async with opened_world(world):
            with tenants.enter(await emptied(world, "acme")):
                await kim()
                await ann()

    asyncio.run(make())


def run(command: click.Command, *words: str, typed: str = "", fails: bool = False) -> Result:
    verb, *others = words
    result = CliRunner().invoke(command, [verb, "--tenant", "acme", *others], input=typed)
    if not fails and result.exception:
        raise result.exception
    return result


def read(command: click.Command, *words: str) -> Any:
    return json.loads(run(command, *words, "--json").stdout)


def ask(query: str, *arguments: Any) -> Any:
    async def inside() -> Any:
        async with cells.open_pools():
            tenant = await tenants.by_slug("acme")
            assert tenant
            with tenants.enter(tenant):
                return await sql.fetchval(query, *arguments)

    return asyncio.run(inside())


@pytest.mark.usefixtures("people")
def test_a_token_is_printed_and_works_and_is_revoked_by_its_beginning() -> None:
    text = read(commands.token, "create", "--member", "KIM@acme.test", "--expires-days", "30")["token"]
    assert text.startswith("fon_")
    assert ask("SELECT count(*) FROM api_tokens WHERE token_hash = $1", tokens.hashed(text)) == 1
    (row,) = read(commands.token, "list")
    assert (row["owner_email"], row["name"]) == ("kim@acme.test", "Command line")
    assert row["hint"] in run(commands.token, "list").output
    assert read(commands.token, "revoke", text) == {"revoked": "Command line"}
    assert read(commands.token, "list") == []
    assert isinstance(run(commands.token, "revoke", text, fails=True).exception, FondacoError)
    assert run(commands.token, "create", "--member", "kim@acme.test", "--name", "Export").output.startswith("fon_")


@pytest.mark.usefixtures("people")
def test_nobody_gets_no_token() -> None:
    for email in ("nobody@acme.test", "no address"):
        assert isinstance(run(commands.token, "create", "--member", email, fails=True).exception, commands.NoSuchMember)
    run(commands.user, "deactivate", "ann@acme.test")
    assert run(commands.token, "create", "--member", "ann@acme.test", fails=True).exit_code == 1


@pytest.mark.usefixtures("people")
def test_an_unknown_tenant_is_said_by_name() -> None:
    result = CliRunner().invoke(commands.user, ["list", "--tenant", "initech"])
    assert isinstance(result.exception, FondacoError)
    assert "initech" in result.exception.message


@pytest.mark.usefixtures("people")
def test_members_are_listed_invited_promoted_and_sent_away() -> None:
    link = read(commands.user, "invite", "jo@acme.test", "--role", "viewer")["invitation"]
    assert link.startswith("http://acme.localhost:8000/invitation/")
    again = read(commands.user, "invite", "jo@acme.test")["invitation"]
    assert again != link
    assert isinstance(run(commands.user, "invite", "ann@acme.test", fails=True).exception, AlreadyJoined)
    assert read(commands.user, "set-role", "ann@acme.test", "admin") == {"email": "ann@acme.test", "role": "admin"}
    assert read(commands.user, "deactivate", "kim@acme.test")["state"] == "deactivated"
    last = run(commands.user, "deactivate", "ann@acme.test", fails=True)
    assert isinstance(last.exception, roles.LastAdmin)
    assert read(commands.user, "reactivate", "kim@acme.test")["state"] == "active"
    states = {row["email"]: (row["role"], row["state"]) for row in read(commands.user, "list")}
    assert states == {
        "kim@acme.test": ("admin", "active"), "ann@acme.test": ("admin", "active"), "jo@acme.test": ("viewer", "invited"),
    }  # fmt: skip
    assert "Ann Okafor" in run(commands.user, "list").output


@pytest.mark.usefixtures("people")
def test_a_password_comes_by_the_standard_input_and_must_be_good() -> None:
    assert run(commands.user, "set-password", "ann@acme.test", typed="password123\n", fails=True).exit_code == 1
    run(commands.user, "set-password", "ann@acme.test", typed="the scanner hums at noon\n")
    kept = ask("SELECT password_hash FROM members WHERE email = 'ann@acme.test'")
    assert asyncio.run(passwords.matches("the scanner hums at noon", kept))
    assert not asyncio.run(passwords.matches(PASSWORD, kept))


async def test_a_new_house_has_one_invited_admin_however_often_it_is_opened(in_acme: Tenant) -> None:
    for _again in range(2):
        async with TENANT.transaction():
            notes = await open_house(in_acme, "You@acme.test")
    ((what, link),) = notes.items()
    assert what == "Invitation for you@acme.test"
    assert "/invitation/" in link
    assert await sql.fetchval("SELECT count(*) FROM members WHERE role = 'admin'") == 1
