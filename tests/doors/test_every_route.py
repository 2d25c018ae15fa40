"""What holds for every address there is, also for those that somebody adds tomorrow."""

from __future__ import annotations

from typing import Any

import pytest

from app.desk.tables import STATUSES
from app.tenancy.tenants import Tenant
from app.web import unit_of_work
from tests.doors.belongings import NOTHING, fill, routes
from tests.doors.browsers import Doors, Person
from tests.doors.test_tickets_api import TICKETS, make

APART = {"/sign-in", "/auth/sign-in", "/forgot", "/auth/forgot", "/settings/security/password"}
"""Changing requests without a transaction around them: each try is counted before the answer is known."""
FOR_PROGRAMS = ("/api/",)
ALWAYS = {
    "x-content-type-options": "nosniff", "referrer-policy": "", "x-frame-options": "", "permissions-policy": "camera=()",
    "cross-origin-opener-policy": "same-origin", "x-request-id": "", "content-security-policy": "default-src 'none'",
}  # fmt: skip


@pytest.mark.parametrize("operator", [False, True])
async def test_no_answer_and_no_dependency_is_kept_by_the_framework(whole: Any, operator: bool) -> None:
    """Its keys have no host in them: what acme was told, globex would be told."""
    for method, path, handler in routes(whole, operator=operator):
        assert not handler.cache, (method, path)
        for name, provided in handler.resolve_dependencies().items():
            assert not provided.use_cache, (method, path, name)


async def test_every_changing_request_is_one_transaction_but_those_that_count(whole: Any) -> None:
    assert unit_of_work._apart == APART
    changing = {path for method, path, _handler in routes(whole) if method not in unit_of_work.READING}
    assert changing >= APART
    assert {"GET", "HEAD", "OPTIONS"} == unit_of_work.READING


@pytest.mark.parametrize("operator", [False, True])
async def test_every_form_is_refused_without_the_pages_own_token(
    whole: Any, doors: Doors, kim: Person, operator: bool
) -> None:
    browser = await doors.browser("" if operator else "acme", who=None if operator else kim)
    if operator:
        await browser.get("/operator/sign-in")
    nothing = NOTHING | {"alarm_id": NOTHING["ticket_id"], "job_id": "1", "slug": "acme"}
    forms = 0
    for method, path, handler in routes(whole, operator=operator):
        if method in unit_of_work.READING or path.startswith(FOR_PROGRAMS):
            continue
        assert not handler.opt.get("exclude_from_csrf"), path
        address = fill(path, nothing)
        for fields in ({}, {"_csrf_token": "x"}, {"_csrf_token": "0" * 128}, {"_csrf_token": ""}):
            answer = await browser.client.request(method, address, data=fields | {"name": "x"})
            assert answer.status_code == 403, (method, path, answer.status_code)
            assert "open for too long" in answer.text
        forms += 1
    assert forms > (5 if operator else 25)


async def test_the_token_of_one_browser_is_none_for_another(doors: Doors, kim: Person, ann: Person) -> None:
    one, other = await doors.browser(who=kim), await doors.browser(who=ann)
    await one.get("/notifications")
    await other.get("/notifications")
    assert one.token != other.token
    answer = await other.client.post("/notifications/reading", data={"_csrf_token": one.token})
    assert answer.status_code == 403
    assert (await other.post("/notifications/reading")).status_code < 400


@pytest.mark.parametrize("operator", [False, True])
async def test_every_answer_carries_the_safe_headers(whole: Any, doors: Doors, kim: Person, operator: bool) -> None:
    browser = await doors.browser("" if operator else "acme", who=None if operator else kim)
    nothing = NOTHING | {"alarm_id": NOTHING["ticket_id"], "job_id": "1", "slug": "acme"}
    for method, path, _handler in routes(whole, operator=operator):
        if path == "/live":
            continue
        answer = await browser.client.request(method, fill(path, nothing))
        for name, beginning in ALWAYS.items():
            assert answer.headers.get(name, "").startswith(beginning), (method, path, name)
            assert name in answer.headers, (method, path, name)
        policy = answer.headers["content-security-policy"]
        assert "unsafe-eval" not in policy
        assert "script-src 'self'" in policy or "script-src" not in policy
        assert "server" not in answer.headers
        if not path.startswith("/static/"):
            assert "no-store" in answer.headers.get("cache-control", "no-store"), (
                path,
                answer.headers["cache-control"],
            )


async def test_pages_are_kept_nowhere(whole: Any, doors: Doors, kim: Person, api: Any) -> None:
    """What one person sees must not come out of a cache for the next one at the same machine."""
    ticket = await make(api, "x", contact="marta@nordwind.example")
    ids = NOTHING | {
        "number": str(ticket["number"]), "ticket_id": ticket["id"], "contact_id": ticket["contact"]["id"],
        "account_id": ticket["account"]["id"],
    }  # fmt: skip
    browser = await doors.browser(who=kim)
    for method, path, _handler in routes(whole):
        if method == "GET" and path != "/live" and not path.startswith("/static/"):
            answer = await browser.get(fill(path, ids))
            kept = answer.headers.get("cache-control", "")
            assert "no-store" in kept or "private" in kept or path.startswith("/api"), (path, kept)
    assert "public" not in (await api.get(TICKETS)).headers.get("cache-control", "")


async def test_cookies_are_out_of_reach_for_scripts_and_other_sites(
    doors: Doors, acme: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await doors.client()
    given = (await client.get("/sign-in")).headers.get_list("set-cookie")
    assert given
    for cookie in given:
        parts = {part.strip().lower().partition("=")[0]: part.strip() for part in cookie.split(";")}
        assert "httponly" in parts
        assert parts["samesite"].lower().endswith(("lax", "strict"))
        assert parts["path"].startswith(("path=/", "Path=/"))
        assert "domain" not in parts


async def test_options_and_unknown_methods_change_nothing(doors: Doors, api: Any, kim: Person) -> None:
    made = await make(api)
    address = f"{TICKETS}/{made['id']}"
    for method in ("OPTIONS", "HEAD", "TRACE", "CONNECT", "PROPFIND", "PUT", "get", "X" * 200):
        answer = await api.request(method, address)
        assert answer.status_code < 500, (method, answer.status_code)
    overridden = await api.post(address, headers={"X-HTTP-Method-Override": "DELETE"})
    assert overridden.status_code == 405
    assert (await api.get(address)).json() == made
    assert made["status"] in STATUSES
