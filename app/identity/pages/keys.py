"""The settings for API tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core.errors import Invalid
from app.core.words import _, ngettext
from app.identity import profiles, tokens
from app.identity.views import TokenRow, Tokens
from app.web import forms
from app.web.components import Choice, Person
from app.web.pages import page, redirect

AnyRequest = Request[Any, Any, Any]
LIFETIMES = (30, 90, 365)


class TokenSettings(Controller):
    path = "/settings/tokens"
    include_in_schema = False

    @get("/")
    async def show(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await self._tokens(request, actor)

    @post("/", status_code=200)
    async def create(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        """Answers with the page itself, for the token's text is shown this one time."""
        form = await forms.read(request)
        name, days = form.line("name", limit=80), form.line("days")
        try:
            if days and not days.isdecimal():
                raise Invalid(errors={"days": _("Choose one from the list.")})
            member = await profiles.of(actor)
            _token, text = await tokens.create(member, name=name, days=int(days) if days else None, by=actor)
        except Invalid as refusal:
            return await self._tokens(request, actor, name=name, days=days, errors=refusal.errors, status=422)
        return await self._tokens(request, actor, fresh=text)

    @post("/{token_id:uuid}/revocation", status_code=303)
    async def revoke(
        self, request: AnyRequest, actor: NamedDependency[Actor], token_id: FromPath[UUID]
    ) -> Response[str]:
        await tokens.revoke(token_id, by=actor)
        return redirect(request, "/settings/tokens")

    async def _tokens(
        self, request: AnyRequest, actor: Actor, *, fresh: str = "", name: str = "", days: str = "90",
        errors: dict[str, str] | None = None, status: int = 200,
    ) -> Response[str]:  # fmt: skip
        actor.must("token.create")
        rows = [
            TokenRow(
                id=row["id"], name=row["name"], hint=row["hint"], created_at=row["created_at"],
                last_used_at=row["last_used_at"], expires_at=row["expires_at"],
                owner=Person(
                    name=row["owner_name"] or row["owner_email"], id=row["member_id"], email=row["owner_email"],
                    tone=row["tone"],
                ),
            )
            for row in await tokens.list_for(actor)
        ]  # fmt: skip
        lifetimes = [
            Choice(
                value=str(number), label=ngettext("{number} day", "{number} days", number).format(number=number),
                selected=str(number) == days,
            )
            for number in LIFETIMES
        ]  # fmt: skip
        lifetimes.append(Choice(value="", label=_("Until it is revoked"), selected=not days))
        view = Tokens(tokens=rows, lifetimes=lifetimes, fresh=fresh, name=name, errors=errors or {})
        return await page(request, "identity/tokens.html", status=status, view=view)
