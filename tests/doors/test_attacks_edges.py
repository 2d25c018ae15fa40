"""Addresses, methods and headers that nobody means well: they tell nothing, fill nothing up and break nothing."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from structlog.testing import capture_logs

from app import asgi
from app.core.db import TENANT
from app.core.settings import settings
from app.identity import links
from app.identity.tables import Member
from app.tenancy import tenants
from app.tenancy.tenants import Tenant
from app.web.pages import inside
from tests.doors.browsers import Browser, Doors, Person

STRANGE = [
    "//[",
    "/日本",
    "/ü",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "/\tx",
    "/\r\nX: y",
    "\\\\evil",
    "",
]


@pytest.mark.parametrize("after", STRANGE)
async def test_a_strange_way_on_leads_home(doors: Doors, kim: Person, after: str) -> None:
    """After signing in, and for who is in already; it is never an error of ours."""
    assert inside(after) == "/"
    browser: Browser = await doors.browser(who=kim)
    answer = await browser.get("/sign-in", params={"next": after})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_links_that_let_in_are_not_in_the_log(doors: Doors, acme: Tenant, kim: Person) -> None:
    """Whoever reads logs could choose a password of Kim's with one."""
    with tenants.enter(acme):
        member = await Member.objects().get(Member.id == kim.member.id)
        assert member
        addresses = [await links.make(member, purpose) for purpose in ("reset", "invitation")]
    browser = await doors.browser()
    with capture_logs() as lines:
        for address in addresses:
            path = "/" + address.split("/", 3)[3]
            for way in (path, f"/{path}", path.replace("reset", "Reset")):
                await browser.client.get(f"http://acme.localhost:8000{way}")
            await browser.post(path, {"password": "x", "again": "y"})
    assert "/reset/***" in {line.get("path") for line in lines}
    for address in addresses:
        assert address.rpartition("/")[2] not in str(lines)


@pytest.mark.parametrize("path", ["//sign-in", "/sign-in/", "/sign-in//", "//forgot/"])
async def test_a_path_with_more_slashes_is_the_same_path(doors: Doors, acme: Tenant, path: str) -> None:
    """What goes by the path (who counts tries apart, what is below /api) must not be got around by writing it oddly."""
    client = await doors.client()
    transactions: list[Any] = []
    begin = TENANT.transaction

    def noted(_engine: Any) -> Any:
        transactions.append(begin())
        return transactions[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(TENANT), "transaction", noted)
        await client.post(f"http://acme.localhost:8000{path}", data={"email": "kim@acme.test", "password": "x"})
    assert transactions == []


async def test_a_session_does_not_count_below_the_api_however_it_is_written(doors: Doors, kim: Person) -> None:
    browser = await doors.browser(who=kim)
    for path in ("//api/v1/tickets", "/api//v1/tickets/", "///api/v1/tickets"):
        assert (await browser.client.get(f"http://acme.localhost:8000{path}")).status_code == 401


async def test_made_up_methods_do_not_fill_the_metrics(doors: Doors, acme: Tenant) -> None:
    client = await doors.client()
    for number in range(3):
        await client.request(f"MADEUP{number}", "/sign-in")
    told = (await (await doors.client("")).get("/metrics")).text
    assert "MADEUP" not in told
    assert 'method="other"' in told


async def test_metrics_are_told_to_this_machine_and_not_through_a_proxy_on_it(doors: Doors, acme: Tenant) -> None:
    assert (await (await doors.client("")).get("/metrics")).status_code == 200
    assert (await (await doors.client("")).get("/metrics", headers={"host": "[::1]:8000"})).status_code == 200
    assert (await (await doors.client("", address="192.0.2.1")).get("/metrics")).status_code == 404
    assert (await (await doors.client("acme")).get("/metrics")).status_code == 404
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert (await (await doors.client("", **{name: "127.0.0.1"})).get("/metrics")).status_code == 404


async def test_what_says_nothing_about_keeping_is_not_kept(doors: Doors, kim: Person) -> None:
    program = await doors.program(kim)
    assert (await program.get("/api/v1/tickets")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("limit", ["0", "-1", "9" * 5000, "x"])
async def test_the_outbox_takes_any_limit(doors: Doors, acme: Tenant, limit: str) -> None:
    assert (await (await doors.client()).get("/dev/outbox", params={"limit": limit})).status_code == 200


async def test_what_stands_in_a_traceback_holds_no_password(acme: Tenant) -> None:
    assert acme.db.password
    assert acme.db.password not in repr(acme) + str(acme.db)


async def test_a_tenant_next_door_cannot_choose_the_csrf_cookie(doors: Doors, acme: Tenant) -> None:
    """Over https its name binds it to the host."""
    secure = asgi.create_app(dataclasses.replace(settings(), public_scheme="https"))
    client = await Doors(secure, doors.stack).client()
    cookie = (await client.get("/sign-in")).headers["set-cookie"]
    assert cookie.startswith("__Host-fondaco_csrf=")
    assert "secure" in cookie.lower()
    assert "domain" not in cookie.lower()
