"""Everything that Kim can reach at acme, tried from outside: by Gil of globex, with Kim's own keys at globex, by nobody."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from app.tenancy.tenants import Tenant
from tests.doors.belongings import NOTHING, NOWHERE, SECRET, fill, of_acme, print_of, routes
from tests.doors.browsers import COOKIE, Browser, Doors, Person

SAFE = ("GET", "HEAD")
OPEN = {
    "/sign-in",
    "/auth/sign-in",
    "/forgot",
    "/auth/forgot",
    "/sign-out",
    "/auth/sign-out",
    "/static/build/{name:path}",
}
"""Whoever comes may come here, and nothing of a tenant is behind it."""
FOR_EVERYBODY = {"/api", "/api/openapi.json", "/tickets"}  # the last one leads to the inbox, whose door asks
NOT_HERS = {"/live", "/messages/{message_id:uuid}/raw", "/reset/{token:str}"}
"""A stream without end; a message that came by no mail; a link for another purpose."""
BY_LINK = ("/invitation/", "/reset/", "/dev/outbox")
"""Doors that open by a secret in the address, or in development without one."""
FORGETTABLE = re.compile(
    r"[0-9a-f]{32,128}|[0-9a-f]{8}-[0-9a-f-]{27}|v\d+|\b987654\b|\b\d{4}\b|[A-Za-z0-9_-]{43}|x{43}"
)
FIELDS = {"name": "x", "html": "<p>x</p>", "direction": "note", "role": "agent", "email": "x@y.example"}
BODIES: dict[str, Any] = {"/messages": {"direction": "note", "text": "x"}, "/tickets": {"subject": "x"}}


class Place:
    """One address with a method, on acme's own things (`real`) and on nothing (`nothing`)."""

    def __init__(self, method: str, template: str, ids: dict[str, str]) -> None:
        self.method, self.template = method, template
        self.real, self.nothing = fill(template, ids), fill(template, NOTHING)
        self.names_something = self.real != self.nothing

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/")

    def __repr__(self) -> str:
        return f"{self.method} {self.template}"

    async def ask(self, who: Browser | httpx.AsyncClient, address: str, **options: Any) -> httpx.Response:
        if isinstance(who, Browser):
            if self.method in SAFE:
                return await who.get(address, **options)
            return await who.send(self.method, address, FIELDS, **options)
        if self.method in ("POST", "PATCH", "PUT"):
            body = next((body for ending, body in BODIES.items() if self.template.endswith(ending)), {})
            return await who.request(self.method, address, json=body, **options)
        return await who.request(self.method, address, **options)


def told(response: httpx.Response) -> tuple[Any, ...]:
    """What somebody learns from an answer, without what differs from request to request."""
    headers = {
        name: FORGETTABLE.sub("", value)
        for name, value in response.headers.items()
        if name not in ("x-request-id", "content-length", "set-cookie", "date")
    }
    return response.status_code, headers, FORGETTABLE.sub("", response.text)


@pytest.fixture
async def places(whole: Any, doors: Doors, acme: Tenant, kim: Person, ann: Person) -> list[Place]:
    ids = await of_acme(doors, acme, kim, ann)
    found = [Place(method, path, ids) for method, path, _handler in routes(whole)]
    assert len(found) > 60
    return [one for one in found if one.template not in OPEN]


async def test_kim_reaches_what_is_hers(places: list[Place], doors: Doors, kim: Person) -> None:
    """The set-up of the refusals below: with these identifiers there is something to see."""
    browser, program = await doors.browser(who=kim), await doors.program(kim)
    seen = 0
    for place in places:
        if place.method in SAFE and place.template not in NOT_HERS:
            answer = await place.ask(program if place.is_api else browser, place.real)
            assert answer.status_code in (200, 303), (place, answer.status_code, answer.text[:500])
            seen += SECRET in answer.text
    assert seen >= 15


async def test_gil_learns_nothing_of_acme(places: list[Place], doors: Doors, acme: Tenant, gil: Person) -> None:
    """With rights at globex and acme's identifiers: nothing is there, just as with identifiers of nothing."""
    before = await print_of(acme)
    browser, program = await doors.browser("globex", who=gil), await doors.program(gil, "globex")
    wrong = []
    for place in places:
        if not place.names_something:
            continue
        who = program if place.is_api else browser
        real, nothing = await place.ask(who, place.real), await place.ask(who, place.nothing)
        if real.status_code != 404 or told(real) != told(nothing) or SECRET in real.text:
            wrong.append((place, real.status_code, nothing.status_code, real.text[:300] if SECRET in real.text else ""))
    assert wrong == []
    assert await print_of(acme) == before


async def test_keys_of_acme_open_nothing_at_globex(
    places: list[Place], doors: Doors, acme: Tenant, globex: Tenant, kim: Person, gil: Person
) -> None:
    """Kim's own session and token at globex's host are no session and no token."""
    before = await print_of(acme), await print_of(globex)
    browser, program = await doors.browser("globex"), await doors.client("globex", authorization=f"Bearer {kim.token}")
    await browser.get("/sign-in")
    browser.client.cookies.set(COOKIE, kim.session, domain="globex.localhost")
    await refused_as_strangers(places, browser, program)
    assert (await print_of(acme), await print_of(globex)) == before


async def test_nobody_gets_in_without_a_key(places: list[Place], doors: Doors, acme: Tenant) -> None:
    before = await print_of(acme)
    await refused_as_strangers(places, await doors.browser(), await doors.client())
    assert await print_of(acme) == before


async def refused_as_strangers(places: list[Place], browser: Browser, program: httpx.AsyncClient) -> None:
    wrong = []
    for place in places:
        if place.template.startswith(BY_LINK) or place.template in FOR_EVERYBODY:
            continue
        who = program if place.is_api else browser
        real, nothing = await place.ask(who, place.real), await place.ask(who, place.nothing)
        expected = [401] if place.is_api else [303]
        right = real.status_code in expected and told(real) == told(nothing) and SECRET not in real.text
        if not place.is_api and not real.headers.get("location", "").startswith("/sign-in"):
            right = False
        part = None if place.is_api else await place.ask(who, place.real, headers={"HX-Request": "true"})
        if part is not None and (part.status_code != 401 or part.headers.get("hx-redirect") != "/sign-in"):
            right = False
        if not right:
            wrong.append(
                (place, real.status_code, nothing.status_code, part and part.status_code, real.headers.get("location"))
            )
    assert wrong == []


async def test_a_session_is_no_token_and_a_token_no_session(places: list[Place], doors: Doors, kim: Person) -> None:
    """Below /api a cookie counts for nothing, as nothing there protects it from other sites' forms."""
    browser = await doors.browser(who=kim)
    by_cookie = await browser.client.get("/api/v1/tickets")
    as_token = await doors.client(authorization=f"Bearer {kim.session}")
    by_token = await doors.client(authorization=f"Bearer {kim.token}")
    assert by_cookie.status_code == (await as_token.get("/api/v1/tickets")).status_code == 401
    assert (await by_token.get("/inbox/all")).status_code == 303
    assert (await by_token.get("/api/v1/tickets")).status_code == 200


async def test_lists_and_forms_take_no_identifiers_of_another_tenant(
    places: list[Place], doors: Doors, gil: Person
) -> None:
    """What a body or a query names is looked for in the own house only."""
    ids = {name: place.real for place in places for name in [place.template]}
    ticket = next(place for place in places if place.template == "/api/v1/tickets/{ticket_id:uuid}").real.rpartition(
        "/"
    )[2]
    contact = next(place for place in places if place.template == "/contacts/{contact_id:uuid}").real.rpartition("/")[2]
    team = next(place for place in places if place.template == "/settings/teams/{team_id:uuid}").real.rpartition("/")[2]
    member = ids["/settings/members/{member_id:uuid}/role"].split("/")[3]
    program, browser = await doors.program(gil, "globex"), await doors.browser("globex", who=gil)
    mine = (await program.post("/api/v1/tickets", json={"subject": "x"})).json()
    for field, there in (("contact", contact), ("team", team), ("assignee", member)):
        real = await program.patch(f"/api/v1/tickets/{mine['id']}", json={field: there})
        nothing = await program.patch(f"/api/v1/tickets/{mine['id']}", json={field: NOWHERE})
        assert real.status_code == 422
        assert told(real) == told(nothing)
        made = await program.post("/api/v1/tickets", json={"subject": "x", field: there})
        assert made.status_code == 422
        listed = await program.get("/api/v1/tickets", params={"filter": f'{{"{field}": "{there}"}}'})
        assert listed.json()["items"] == []
    bulk = await browser.post("/tickets/bulk", {"ticket": ticket, "status": "closed"})
    assert told(bulk) == told(await browser.post("/tickets/bulk", {"ticket": NOWHERE, "status": "closed"}))
