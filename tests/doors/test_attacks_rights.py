"""Every address that changes something, tried by people whose role does not let them."""

from __future__ import annotations

import pytest

from app.tenancy.tenants import Tenant
from tests.doors.belongings import print_of
from tests.doors.browsers import Doors, Person
from tests.doors.test_other_tenants import SAFE, Place, places

__all__ = ["places"]
OWN = (
    "/settings/profile", "/settings/look", "/settings/security", "/settings/tokens", "/notifications/", "/reset/",
    "/invitation/", "/tickets/{number:int}/reading",
)  # fmt: skip
"""One's own things, which everybody may change, and links that let in by themselves."""
ADMINS = ("/settings/members", "/settings/teams", "/settings/channels")


def changing(places: list[Place]) -> list[Place]:
    return [place for place in places if place.method not in SAFE and not place.template.startswith(OWN)]


async def tried(places: list[Place], doors: Doors, who: Person) -> list[tuple[Place, int]]:
    """The places that did not refuse. 422: what was sent is looked at before who sent it, which changes nothing."""
    browser, program = await doors.browser(who=who), await doors.program(who)
    await browser.get("/notifications")
    statuses = [
        (place, (await place.ask(program if place.is_api else browser, place.real)).status_code) for place in places
    ]
    return [one for one in statuses if one[1] not in (403, 404, 422)]


async def test_a_viewer_changes_nothing(places: list[Place], doors: Doors, acme: Tenant, vera: Person) -> None:
    before = await print_of(acme)
    wrong = await tried(changing(places), doors, vera)
    ticket = next(one for one in places if one.template == "/api/v1/tickets/{ticket_id:uuid}").real.rpartition("/")[2]
    browser = await doors.browser(who=vera)
    for fields in ({"status": "closed"}, {"assignee": "me"}, {"priority": "urgent"}, {"tag": "x"}):
        answer = await browser.post("/tickets/bulk", {"ticket": ticket} | fields)
        assert answer.status_code in (403, 422), fields
    assert await print_of(acme) == before
    assert wrong == []


async def test_an_agent_changes_nothing_of_the_house(
    places: list[Place], doors: Doors, acme: Tenant, vera: Person, ann: Person
) -> None:
    settings = [place for place in changing(places) if place.template.startswith(ADMINS)]
    assert len(settings) > 8
    before = await print_of(acme)
    assert await tried(settings, doors, ann) == []
    assert await print_of(acme) == before


@pytest.mark.parametrize("path", ["/settings/channels/new"])
async def test_forms_of_the_house_are_not_shown_to_agents(doors: Doors, ann: Person, path: str) -> None:
    assert (await (await doors.browser(who=ann)).get(path)).status_code == 403
