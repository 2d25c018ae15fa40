"""The lists in the navigation, and the one that somebody comes from when they open a ticket."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from uuid import UUID

import msgspec
from litestar import Request, Response

from app.access import Actor
from app.core import ids
from app.core.words import _
from app.desk import listing, people, wanted
from app.desk.listing import Filter, Neighbours, Sort
from app.desk.tables import Status, Ticket

AnyRequest = Request[Any, Any, Any]
COOKIE = "fondaco_list"
LONGEST = 1_000
TABS: dict[str, tuple[Status, ...]] = {
    "": ("new", "open"),
    "waiting": ("waiting",),
    "solved": ("solved",),
    "closed": ("closed",),
    "all": (),
}


class Queue(msgspec.Struct, frozen=True):
    """One of the lists in the navigation: what it holds, and what it is called."""

    key: str
    path: str
    title: str
    filter: Filter


async def queue(key: str) -> Queue | None:
    """The list at /inbox/<key>: mine, unassigned, all, teams/<id>."""
    known = {
        "mine": (_("Mine"), Filter(assignee="me")),
        "unassigned": (_("Unassigned"), Filter(assignee="none")),
        "all": (_("All tickets"), Filter()),
    }
    if key in known:
        title, filter = known[key]
        return Queue(key, f"/inbox/{key}", title, filter)
    team_id = ids.read(key.removeprefix("teams/")) if key.startswith("teams/") else None
    return await _of_team(team_id) if team_id else None


async def _of_team(team_id: UUID) -> Queue | None:
    team = next((one for one in await people.groups() if one.id == team_id), None)
    return Queue(f"team-{team_id}", f"/inbox/teams/{team_id}", team.name, Filter(team=team_id)) if team else None


class Choice(msgspec.Struct, frozen=True):
    """A list as its address asks for it."""

    looked_for: wanted.Wanted
    filter: Filter
    tab: str
    sort: Sort

    @property
    def statuses(self) -> tuple[Status, ...]:
        return self.looked_for.filter.statuses or TABS[self.tab]

    @property
    def whole(self) -> Filter:
        return msgspec.structs.replace(self.filter, statuses=self.statuses)


async def choose(queue: Queue, arguments: dict[str, str], *, by: Actor) -> Choice:
    """What the arguments of an address make of a queue; what the queue itself says cannot be looked for otherwise."""
    looked_for = await wanted.read(arguments, by=by)
    own = {name: value for name in Filter.__struct_fields__ if (value := getattr(queue.filter, name))}
    tab = arguments.get("status", "") if arguments.get("status", "") in TABS else ""
    sort: Sort = "newest" if arguments.get("sort") == "newest" else "touched"
    return Choice(looked_for, msgspec.structs.replace(looked_for.filter, **own), tab, sort)


def remember(response: Response[Any], path: str, arguments: dict[str, str]) -> None:
    """Whoever opens a ticket from this list comes back to it, and steps through it."""
    kept = urlencode({name: value for name, value in arguments.items() if name in REMEMBERED and value})
    address = quote(f"{path}?{kept}" if kept else path, safe="/")
    if len(address) <= LONGEST:
        response.set_cookie(COOKIE, address, path="/", httponly=True, samesite="lax")


REMEMBERED = ("q", "status", "sort", *wanted.FIELDS)


class Around(msgspec.Struct, frozen=True):
    """The list that a ticket was opened from, and its neighbours there."""

    href: str
    title: str
    neighbours: Neighbours | None = None


async def around(request: AnyRequest, ticket: Ticket, *, by: Actor) -> Around:
    """What the cookie says, as far as it makes sense; else the inbox."""
    parts = urlsplit(unquote(request.cookies.get(COOKIE, ""))[:LONGEST])
    found = await queue(parts.path.removeprefix("/inbox/")) if parts.path.startswith("/inbox/") else None
    if found is None:
        return Around("/inbox", _("Inbox"))
    arguments = {name: value for name, value in parse_qsl(parts.query) if name in REMEMBERED}
    chosen = await choose(found, arguments, by=by)
    neighbours = await listing.neighbours(by, chosen.whole, ticket, sort=chosen.sort)
    query = urlencode(arguments)
    return Around(f"{found.path}?{query}" if query else found.path, found.title, neighbours)
