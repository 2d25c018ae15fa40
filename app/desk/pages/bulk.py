"""Many tickets at once: one's own or one status for all that are selected, and the way back."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency

from app.access import Actor
from app.core import ids
from app.core.errors import Conflict, Invalid, NotFound
from app.core.words import _, ngettext
from app.desk import together, wanted
from app.desk.tables import STATUSES, Status
from app.web import forms

AnyRequest = Request[Any, Any, Any]


class Bulk(Controller):
    include_in_schema = False

    @post("/tickets/bulk", status_code=200)
    async def change(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form = await forms.read(request)
        chosen: list[UUID] = form.ids("ticket")
        if not chosen:
            raise Invalid(_("Select tickets first."))
        status = _status(form.line("status")) if "status" in form else None
        assignee = form.line("assignee") if "assignee" in form else None
        if status is not None:
            done = await together.change(chosen, by=actor, status=status)
            words = ngettext("One ticket is {status} now", "{number} tickets are {status} now", done.count)
            text = words.format(number=done.count, status=wanted.status_name(status))
        elif assignee is not None:
            member = actor.member_id if assignee == "me" else ids.read(assignee)
            done = await together.change(chosen, by=actor, assignee_id=member)
            text = ngettext("One ticket is yours now", "{number} tickets are yours now", done.count)
            if assignee != "me":
                text = ngettext("One ticket was given away", "{number} tickets were given away", done.count)
            text = text.format(number=done.count)
        else:
            raise Invalid
        undo = "/tickets/bulk/undo?" + urlencode({"after": done.after, "id": str(done.id)}) if done.count else ""
        return _said(text if done.count else _("They were so already"), undo)

    @post("/tickets/bulk/undo", status_code=200)
    async def undo(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        found, after = ids.read(request.query_params.get("id")), request.query_params.get("after", "")
        if found is None or not after.isdecimal() or len(after) > 18:
            raise NotFound
        if not await together.undo(found, after=int(after), by=actor):
            raise Conflict(_("They were changed again since then."))
        return _said("", "")


def _status(text: str) -> Status:
    for status in STATUSES:
        if status == text:
            return status
    raise Invalid(errors={"status": _("There is no such status.")})


def _said(text: str, undo: str) -> Response[str]:
    """htmx shows a toast; `undo` is the address that takes it back."""
    toast = {"text": text, "undo": undo} if undo else {"text": text}
    headers = {"HX-Trigger": json.dumps({"toast": toast})} if text else {}
    return Response("", headers=headers)
