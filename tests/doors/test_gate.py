"""The host name decides whose house somebody enters, before anything of a tenant is touched."""

from __future__ import annotations

from typing import Any

from app.core import db
from app.core.db import control
from app.tenancy import runner, tenants
from app.tenancy.tenants import Tenant
from tests.doors.belongings import routes
from tests.doors.browsers import Doors, Person
from tests.doors.test_tickets_api import TICKETS, is_problem, make

FORGED = [
    "nobody.localhost", "nobody.localhost:8000", "acme.localhost.evil.example", "evil.example", "acme", "acme.", "..", ".",
    "acme..localhost", ".acme.localhost", "-acme.localhost", "acme.localhost-", "acme_.localhost", "a" * 300, "acme.localhost/x",
    "acme.localhost@evil.example", "evil.example@acme.localhost", "acme.localhost,globex.localhost", "acme .localhost",
    "acme.localhost\x00", "acme.localhost%00", "xn--acme-.localhost", "äcme.localhost".encode(), "ａｃｍｅ.localhost".encode(),
    b"\xff\xfe.localhost", "[::1", "acme.localhost:80:80", "acme.localhost:port", "", "[::1]x", "[acme.localhost]", "[acme.localhost]:80",
    "127.0.0.1:x",
]  # fmt: skip
SAME = [
    "acme.localhost", "ACME.localhost", "Acme.LocalHost:8000", "acme.localhost.", "acme.localhost.:8000",
    "acme.localhost:1",
]  # fmt: skip
CELLS_OWN = ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1", "127.0.0.1:8000", "[::1]:8000", "10.1.2.3"]


def touched() -> tuple[int, int]:
    """How often tenants' connections were opened or used."""
    pool = db.TENANT.pool
    assert pool is not None
    return pool.connects, pool.hits


async def ask(doors: Doors, *hosts: Any, path: str = TICKETS, method: str = "GET", **headers: str) -> Any:
    client = await doors.client()
    pairs = [(b"host", one.encode("utf-8") if isinstance(one, str) else one) for one in hosts]
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = client.build_request(method, path)
    request.headers = type(request.headers)(pairs)
    return await client.send(request)


async def test_a_host_of_nobody_touches_no_tenant(doors: Doors, kim: Person, gil: Person) -> None:
    before = touched()
    for host in FORGED:
        await nobody_is_there(doors, host, kim, gil)
    assert touched() == before


async def nobody_is_there(doors: Doors, host: Any, kim: Person, gil: Person) -> None:
    for who in (kim, gil):
        is_problem(await ask(doors, host, authorization=f"Bearer {who.token}"), 404)
    page = await ask(doors, host, path="/inbox/all", cookie=f"fondaco_session={kim.session}")
    assert page.status_code == 404
    assert "There is no workspace at this address" in page.text
    posted = await ask(doors, host, method="POST", path="/sign-in")
    assert posted.status_code in (403, 404)
    stream = await ask(doors, host, path="/live", cookie=f"fondaco_session={kim.session}")
    assert stream.status_code == 404


async def test_one_host_is_written_in_many_ways(doors: Doors, kim: Person, gil: Person) -> None:
    for host in SAME:
        assert (await ask(doors, host, authorization=f"Bearer {kim.token}")).status_code == 200, host
        is_problem(await ask(doors, host, authorization=f"Bearer {gil.token}"), 401)


async def test_the_cells_own_host_has_no_tenant(doors: Doors, kim: Person) -> None:
    before = touched()
    for host in CELLS_OWN:
        is_problem(await ask(doors, host, authorization=f"Bearer {kim.token}"), 404)
        assert (await ask(doors, host, path="/inbox/all", cookie=f"fondaco_session={kim.session}")).status_code == 404
    assert touched() == before


async def test_of_two_hosts_neither_is_entered(doors: Doors, kim: Person) -> None:
    before = touched()
    for pair in (
        ("acme.localhost", "globex.localhost"), ("globex.localhost", "acme.localhost"), ("acme.localhost", "nobody.localhost"),
        ("acme.localhost", ""), ("localhost", "acme.localhost"),
    ):  # fmt: skip
        is_problem(await ask(doors, *pair, authorization=f"Bearer {kim.token}"), 404)
    assert touched() == before
    is_problem(await ask(doors, authorization=f"Bearer {kim.token}"), 404)


async def test_no_header_says_whose_house_it_is(doors: Doors, kim: Person) -> None:
    for name in (
        "x_forwarded_host",
        "forwarded",
        "x_original_host",
        "x_host",
        "x_tenant",
        "x_forwarded_server",
        "x_original_url",
    ):
        answer = await ask(doors, "globex.localhost", authorization=f"Bearer {kim.token}", **{name: "acme.localhost"})
        is_problem(answer, 401)


async def test_a_suspended_tenant_is_shut_for_pages_programs_and_streams(
    whole: Any, doors: Doors, acme: Tenant, kim: Person, api: Any
) -> None:
    await make(api, "Something of acme's")
    await runner.suspend("acme")
    try:
        before = touched()
        told = is_problem(await api.get(TICKETS), 403)
        assert told["type"] == "urn:fondaco:tenant_suspended"
        is_problem(await api.post(TICKETS, json={"subject": "x"}), 403)
        browser = await doors.browser(who=kim)
        for method, path, _handler in routes(whole):
            if path.startswith(("/api", "/static")) or "{" in path:
                continue
            page = await browser.client.request(method, path)
            assert page.status_code == 403, (method, path)
            assert "This workspace is suspended" in page.text
            assert "Kim Brandt" not in page.text
            assert page.headers["content-type"].startswith("text/html")
        part = await browser.client.get("/inbox/all", headers={"HX-Request": "true"})
        is_problem(part, 403)
        assert touched() == before
        other = await doors.client("globex")
        assert (await other.get("/sign-in")).status_code == 200
    finally:
        await runner.resume("acme")
    assert (await api.get(TICKETS)).status_code == 200
    assert (await tenants.by_slug("acme")) is not None


async def test_probes_answer_at_any_host_and_say_nothing_of_a_tenant(doors: Doors) -> None:
    before = touched()
    for host in ("acme.localhost", "nobody.localhost", "127.0.0.1", ""):
        for path in ("/healthz", "/readyz"):
            answer = await ask(doors, host, path=path)
            assert answer.status_code == 200
            assert "acme" not in answer.text
    assert touched() == before
    assert await control.fetchval("SELECT 1") == 1
