"""The bell and the page behind it, and the navigation that a page fetches again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core import ids
from app.core.errors import Invalid, SignInRequired
from app.identity import notifications
from app.identity.authentication import passport_of
from app.identity.notifications import Notification
from app.identity.shell import shell
from app.identity.views import News, NewsRow
from app.web.components import Person
from app.web.pages import fragment, inside, page, redirect

AnyRequest = Request[Any, Any, Any]
ON_PAGE, IN_BELL = 50, 12


class Bell(Controller):
    include_in_schema = False

    @get("/notifications")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await page(request, "identity/news.html", view=await _news(actor, ON_PAGE, _place(request)))

    @get("/notifications/recent")
    async def recent(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await fragment(request, "identity/_news.html", view=await _news(actor, IN_BELL, None))

    @get("/notifications/bell")
    async def bell(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await fragment(request, "web/_bell.html", unread=await notifications.unread_count(actor))

    @post("/notifications/{notification_id:uuid}/reading", status_code=303)
    async def mark_read(
        self, request: AnyRequest, actor: NamedDependency[Actor], notification_id: FromPath[UUID]
    ) -> Response[str]:
        found = await notifications.mark_read(notification_id, by=actor)
        return redirect(request, notifications.href_of(found))

    @post("/notifications/reading", status_code=303)
    async def mark_all_read(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        await notifications.mark_all_read(by=actor)
        return redirect(request, "/notifications")

    @get("/navigation")
    async def navigation(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        passport = await passport_of(request)
        if passport is None:
            raise SignInRequired
        around = await shell(request, passport)
        around.current = request.query_params.get("current", "")[:100]
        return await fragment(request, "web/_navigation.html", shell=around)


async def _news(actor: Actor, limit: int, before: tuple[datetime, UUID] | None) -> News:
    found = await notifications.list_for(actor, limit=limit + 1, before=before)
    older = ""
    if len(found) > limit:
        last = found[limit - 1]
        older = "/notifications?" + urlencode({"at": last.created_at.isoformat(), "id": str(last.id)})
    return News(
        rows=[_row(one) for one in found[:limit]], unread=await notifications.unread_count(actor), older_href=older
    )


def _row(one: Notification) -> NewsRow:
    reason = notifications.reason_of(one)
    return NewsRow(
        id=one.id, person=Person(name=one.actor_name), sentence=notifications.sentence_of(one), title=one.title,
        href=inside(notifications.href_of(one)), at=one.created_at, glyph=reason.glyph, tone=reason.tone,
        unread=one.read_at is None,
    )  # fmt: skip


def _place(request: AnyRequest) -> tuple[datetime, UUID] | None:
    """Where the page before ended. Raises `Invalid` for an address that nobody gave out."""
    at, last = request.query_params.get("at"), ids.read(request.query_params.get("id"))
    if at is None:
        return None
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Invalid from None
    if last is None or moment.tzinfo is None:
        raise Invalid
    return moment, last
