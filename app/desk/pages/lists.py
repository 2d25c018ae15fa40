"""The inbox: lists of tickets by whose turn it is, and by whatever somebody looks for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core.errors import NotFound
from app.core.words import _
from app.desk import listing, wanted
from app.desk.listing import Line
from app.desk.pages import queues
from app.desk.pages.queues import TABS, Queue
from app.desk.tables import Status
from app.desk.views import FilterChip, TicketList, TicketRow
from app.web.components import Person, Tab, Tag
from app.web.pages import fragment, page, redirect

AnyRequest = Request[Any, Any, Any]
PAGE = 50


class Inbox(Controller):
    include_in_schema = False

    @get(["/", "/inbox"])
    async def enter(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        """The list that somebody works on: their own where they answer, else all."""
        mine = actor.can("ticket.update") and (await listing.count_waiting(actor)).mine
        return redirect(request, "/inbox/mine" if mine else "/inbox/all")

    @get("/inbox/{key:str}")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor], key: FromPath[str]) -> Response[str]:
        return await _show(request, actor, await queues.queue(key))

    @get("/inbox/teams/{team_id:uuid}")
    async def show_team(
        self, request: AnyRequest, actor: NamedDependency[Actor], team_id: FromPath[UUID]
    ) -> Response[str]:
        return await _show(request, actor, await queues.queue(f"teams/{team_id}"))


async def _show(request: AnyRequest, actor: Actor, queue: Queue | None) -> Response[str]:
    if queue is None:
        raise NotFound
    arguments = {name: value for name, value in request.query_params.items() if isinstance(value, str)}
    tickets = await _list(actor, queue, arguments)
    if arguments.get("part") == "rows":
        return await fragment(request, "desk/_ticket_rows.html", list=tickets)
    response = await page(request, "desk/tickets.html", list=tickets)
    queues.remember(response, queue.path, arguments)
    return response


async def _list(actor: Actor, queue: Queue, arguments: dict[str, str]) -> TicketList:
    chosen = await queues.choose(queue, arguments, by=actor)
    looked_for = chosen.looked_for
    counts = await listing.count_statuses(actor, chosen.filter)
    after = arguments.get("after") or None
    lines, following = await listing.lines(actor, chosen.whole, sort=chosen.sort, after=after, limit=PAGE)
    kept = dict(looked_for.kept)
    if chosen.sort != "touched":
        kept["sort"] = chosen.sort
    if chosen.tab:
        kept["status"] = chosen.tab
    address = _Address(queue.path, {**kept, "q": looked_for.text})
    return TicketList(
        queue=queue.key,
        title=queue.title,
        src=address.but(part="rows", after=after or ""),
        rows=[_row(line) for line in lines],
        tabs=[
            Tab(href=address.but(status=name), label=label, count=_sum(counts, TABS[name]), current=name == chosen.tab)
            for name, label in _tab_labels().items()
        ],
        total=_sum(counts, chosen.statuses),
        text=looked_for.text,
        chips=[
            FilterChip(field=part.field, relation=part.relation, value=part.value, href=address.without(part))
            for part in looked_for.parts
        ],
        kept=kept,
        clear_href=_Address(queue.path, {"status": chosen.tab}).but(),
        older_href=address.but(after=following) if following else "",
        newest_href=address.but() if after else "",
        sort=chosen.sort,
        sort_href=address.but(sort="newest" if chosen.sort == "touched" else ""),
        may_change=actor.can("ticket.update"),
    )


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
