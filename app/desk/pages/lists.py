"""The inbox: lists of tickets by whose turn it is, and by whatever somebody looks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core.errors import NotFound
from app.core.words import _
from app.desk import listing, people, wanted
from app.desk.listing import Filter, Line, Sort
from app.desk.tables import Status
from app.desk.views import FilterChip, TicketList, TicketRow
from app.desk.wanted import Wanted
from app.web.components import Person, Tab, Tag
from app.web.pages import fragment, page, redirect

AnyRequest = Request[Any, Any, Any]
PAGE = 50
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


class Inbox(Controller):
    include_in_schema = False

    @get(["/", "/inbox"])
    async def enter(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        """The list that somebody works on: their own where they answer, else all."""
        mine = actor.can("ticket.update") and (await listing.count_waiting(actor)).mine
        return redirect(request, "/inbox/mine" if mine else "/inbox/all")

    @get("/inbox/{key:str}")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor], key: FromPath[str]) -> Response[str]:
        queues = {
            "mine": (_("Mine"), Filter(assignee="me")),
            "unassigned": (_("Unassigned"), Filter(assignee="none")),
            "all": (_("All tickets"), Filter()),
        }
        if key not in queues:
            raise NotFound
        title, filter = queues[key]
        return await self._show(request, actor, Queue(key, f"/inbox/{key}", title, filter))

    @get("/inbox/teams/{team_id:uuid}")
    async def show_team(
        self, request: AnyRequest, actor: NamedDependency[Actor], team_id: FromPath[UUID]
    ) -> Response[str]:
        team = next((one for one in await people.groups() if one.id == team_id), None)
        if team is None:
            raise NotFound
        return await self._show(
            request, actor, Queue(f"team-{team_id}", f"/inbox/teams/{team_id}", team.name, Filter(team=team_id))
        )

    async def _show(self, request: AnyRequest, actor: Actor, queue: Queue) -> Response[str]:
        arguments = {name: value for name, value in request.query_params.items() if isinstance(value, str)}
        looked_for = await wanted.read(arguments, by=actor)
        tickets = await _list(actor, queue, looked_for, arguments)
        if arguments.get("part") == "rows":
            return await fragment(request, "desk/_ticket_rows.html", list=tickets)
        return await page(request, "desk/tickets.html", list=tickets)


async def _list(actor: Actor, queue: Queue, looked_for: Wanted, arguments: dict[str, str]) -> TicketList:
    sort: Sort = "newest" if arguments.get("sort") == "newest" else "touched"
    tab = arguments.get("status", "") if arguments.get("status", "") in TABS else ""
    filter = _together(queue.filter, looked_for.filter)
    counts = await listing.count_statuses(actor, filter)
    statuses = looked_for.filter.statuses or TABS[tab]
    after = arguments.get("after") or None
    lines, following = await listing.lines(
        actor, msgspec.structs.replace(filter, statuses=statuses), sort=sort, after=after, limit=PAGE
    )
    kept = dict(looked_for.kept)
    if sort != "touched":
        kept["sort"] = sort
    if tab:
        kept["status"] = tab
    address = _Address(queue.path, {**kept, "q": looked_for.text})
    return TicketList(
        queue=queue.key,
        title=queue.title,
        src=address.but(part="rows", after=after or ""),
        rows=[_row(line) for line in lines],
        tabs=[
            Tab(href=address.but(status=name), label=label, count=_sum(counts, TABS[name]), current=name == tab)
            for name, label in _tab_labels().items()
        ],
        total=_sum(counts, statuses),
        text=looked_for.text,
        chips=[
            FilterChip(field=part.field, relation=part.relation, value=part.value, href=address.without(part))
            for part in looked_for.parts
        ],
        kept=kept,
        clear_href=_Address(queue.path, {"status": tab}).but(),
        older_href=address.but(after=following) if following else "",
        newest_href=address.but() if after else "",
        sort=sort,
        sort_href=address.but(sort="newest" if sort == "touched" else ""),
        may_change=actor.can("ticket.update"),
    )


def _together(queue: Filter, looked_for: Filter) -> Filter:
    """Both; what the queue itself says cannot be looked for otherwise."""
    own = {name: value for name in queue.__struct_fields__ if (value := getattr(queue, name))}
    return msgspec.structs.replace(looked_for, **own)


class _Address:
    """The address of a list, with some of its arguments changed."""

    def __init__(self, path: str, arguments: dict[str, str]) -> None:
        self.path, self.arguments = path, arguments

    def but(self, **changed: str) -> str:
        query = urlencode({name: value for name, value in (self.arguments | changed).items() if value})
        return f"{self.path}?{query}" if query else self.path

    def without(self, part: wanted.Part) -> str:
        rest = [one for one in self.arguments.get(part.key, "").split(",") if one != part.given]
        return self.but(**{part.key: ",".join(rest)})


def _tab_labels() -> dict[str, str]:
    return {
        "": _("Needs an answer"),
        "waiting": _("Waiting"),
        "solved": _("Solved"),
        "closed": _("Closed"),
        "all": _("All"),
    }


def _sum(counts: dict[Status, int], statuses: tuple[Status, ...]) -> int:
    return sum(number for status, number in counts.items() if not statuses or status in statuses)


def _row(line: Line) -> TicketRow:
    assignee = line.assignee
    return TicketRow(
        id=line.id,
        number=line.number,
        subject=line.subject,
        status=line.status,
        priority=line.priority,
        who=line.contact.name if line.contact else "",
        account=line.account.name if line.account else "",
        updated_at=line.updated_at,
        snippet=line.snippet,
        has_files=line.has_files,
        unread=line.unread,
        busy=line.busy,
        assignee=Person(name=assignee.name, id=assignee.id, tone=line.assignee_tone) if assignee else None,
        tags=[Tag(name=tag.name, tone=tag.tone) for tag in line.tags],
    )
