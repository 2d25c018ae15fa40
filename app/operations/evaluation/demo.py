"""The demo tenants and who signs in to them; passwords are made once and kept in credentials.json."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.core.db import CONTROL, TENANT
from app.desk import samples
from app.identity import members
from app.identity.tables import Role
from app.operations import operators
from app.tenancy import runner, tenants

OPERATOR = "operator"


class Person(NamedTuple):
    tenant: str
    email: str
    name: str
    role: Role


COMPANIES = {"acme": "Acme Printers", "globex": "Globex"}
PEOPLE = (
    Person("acme", "kim@acme.test", "Kim Brandt", "admin"),
    Person("acme", "ann@acme.test", "Ann Okafor", "agent"),
    Person("acme", "jonas@acme.test", "Jonas Weber", "agent"),
    Person("globex", "gil@globex.test", "Gil Moreau", "admin"),
)
OPERATOR_EMAIL = "operator@house.test"

Key = tuple[str, str]


class Credential(NamedTuple):
    tenant: str
    email: str
    password: str
    role: str


def kept(file: Path) -> dict[Key, Credential]:
    """The sign-ins of an earlier start."""
    try:
        found = [Credential(**entry) for entry in json.loads(file.read_text("utf-8"))]
    except (FileNotFoundError, ValueError, TypeError):
        return {}
    return {(one.tenant, one.email): one for one in found}


def write(file: Path, credentials: Sequence[Credential]) -> None:
    """Only for the eyes of who started the house (mode 0600), and never half of it."""
    beside = file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(json.dumps([one._asdict() for one in credentials], indent=2) + "\n")
    beside.replace(file)


async def prepare(file: Path, *, empty: bool, say: Callable[[str], None]) -> list[Credential]:
    """Makes what is missing of the demo and answers all sign-ins. Repeatable: what is there stays as it is.

    With `empty` there is the operator only. Needs open pools and a cell at head.
    """
    before = kept(file)
    made: dict[Key, Credential] = {}

    def credential(tenant: str, email: str, role: str) -> tuple[Credential, bool]:
        known = before.get((tenant, email))
        one = known or Credential(tenant, email, secrets.token_urlsafe(12), role)
        made[tenant, email] = one
        return one, known is None

    if not empty:
        for slug, name in COMPANIES.items():
            await _furnish(slug, name, credential, say)
    one, fresh = credential(OPERATOR, OPERATOR_EMAIL, "operator")
    if fresh:
        async with CONTROL.transaction():
            await operators.keep(one.email, "Operator", one.password)
    write(file, [*made.values(), *(one for key, one in before.items() if key not in made)])
    return list(made.values())


async def _furnish(
    slug: str, name: str, credential: Callable[[str, str, str], tuple[Credential, bool]], say: Callable[[str], None]
) -> None:
    people = [person for person in PEOPLE if person.tenant == slug]
    tenant = await tenants.by_slug(slug)
    if tenant is None or tenant.status == "creating":
        say(f"Tenant {slug}")
        await runner.create(slug, name, people[0].email)
        tenant = await tenants.by_slug(slug)
    if tenant is None or tenant.status != "active":
        return
    with tenants.enter(tenant):
        async with TENANT.transaction():
            for person in people:
                one, fresh = credential(slug, person.email, person.role)
                member = await members.by_email(person.email)
                if fresh or member is None or not member.has_joined:
                    await members.seed(person.email, person.name, person.role, one.password)
        say(f"Stories of {slug}")
        await samples.fill()
