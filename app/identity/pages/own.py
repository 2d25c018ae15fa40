"""One's own settings: how one is called and likes to read, the password, and where one is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.access import Actor
from app.core.db import TENANT
from app.core.errors import Invalid, SignInRequired
from app.core.words import _
from app.identity import attempts, devices, profiles, resets, sessions
from app.identity.authentication import passport_of
from app.identity.profiles import Taste
from app.identity.views import Profile, Security, SessionRow
from app.web import forms
from app.web.components import Choice
from app.web.pages import page, redirect
from app.web.unit_of_work import stand_apart

AnyRequest = Request[Any, Any, Any]
# Each try at the current password is counted, whatever becomes of it.
CHANGE = "/settings/security/password"
stand_apart(CHANGE)


class OwnSettings(Controller):
    include_in_schema = False

    @get("/settings/profile")
    async def show_profile(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        member = await profiles.of(actor)
        return await page(request, "identity/profile.html", view=_profile(member.email, profiles.taste_of(member)))

    @post("/settings/profile", status_code=303)
    async def change_profile(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form = await forms.read(request)
        member = await profiles.of(actor, lock=True)
        taste = Taste(
            name=form.line("name", limit=100), language=form.line("language"), zone=form.line("zone"),
            theme=form.line("theme"), density=form.line("density"), single_keys=form.flag("single_keys"),
        )  # fmt: skip
        try:
            await profiles.change(member, taste, by=actor)
        except Invalid as refusal:
            view = _profile(member.email, taste, refusal.errors)
            return await page(request, "identity/profile.html", status=422, view=view)
        return redirect(request, "/settings/profile")

    @patch("/settings/look", status_code=204)
    async def change_look(self, request: AnyRequest, actor: NamedDependency[Actor]) -> None:
        """Light or dark, dense or airy, by the switches in one's menu."""
        form = await forms.read(request)
        member = await profiles.of(actor, lock=True)
        taste = profiles.taste_of(member)
        chosen = {name: form.line(name) for name in ("theme", "density") if name in form}
        await profiles.change(member, msgspec.structs.replace(taste, **chosen), by=actor)

    @get("/settings/security")
    async def show_security(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        return await self._security(request, actor)

    @post(CHANGE, status_code=303)
    async def change_password(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        form, session = await forms.read(request), await _session_of(request)
        try:
            resets.must_agree(form.secret("password"), form.secret("again"))
            member = await resets.prove(actor, form.secret("current"))
            async with TENANT.transaction():
                await resets.change(member, form.secret("password"), session=session, by=actor)
        except Invalid as refusal:
            return await self._security(request, actor, errors=refusal.errors, status=422)
        except attempts.TriedTooOften as refusal:
            return await self._security(request, actor, errors={"current": refusal.message}, status=429)
        return redirect(request, "/settings/security")

    @post("/settings/security/sessions/{session_id:uuid}/end", status_code=303)
    async def end_session(
        self, request: AnyRequest, actor: NamedDependency[Actor], session_id: FromPath[UUID]
    ) -> Response[str]:
        await sessions.end(session_id, by=actor)
        return redirect(request, "/settings/security")

    @post("/settings/security/sessions/end", status_code=303)
    async def end_other_sessions(self, request: AnyRequest, actor: NamedDependency[Actor]) -> Response[str]:
        await sessions.end_others(await _session_of(request), by=actor)
        return redirect(request, "/settings/security")

    async def _security(
        self, request: AnyRequest, actor: Actor, *, errors: dict[str, str] | None = None, status: int = 200
    ) -> Response[str]:
        assert actor.member_id is not None
        mine = await _session_of(request)
        rows = [
            SessionRow(
                id=session.id, device=devices.in_words(session.device), address=session.address, seen_at=session.seen_at,
                created_at=session.created_at, current=session.id == mine,
            )
            for session in await sessions.of(actor.member_id)
        ]  # fmt: skip
        rows.sort(key=lambda row: not row.current)
        view = Security(sessions=rows, email=actor.email, errors=errors or {})
        return await page(request, "identity/security.html", status=status, view=view)


async def _session_of(request: AnyRequest) -> UUID:
    passport = await passport_of(request)
    if passport is None:
        raise SignInRequired
    return passport.key_id


def _profile(email: str, taste: Taste, errors: dict[str, str] | None = None) -> Profile:
    themes = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
    densities = {"dense": _("Dense"), "airy": _("Airy")}
    return Profile(
        name=taste.name,
        email=email,
        languages=choices(profiles.languages(), taste.language),
        zones=choices({zone: zone.replace("_", " ") for zone in profiles.zones()}, taste.zone),
        themes=choices(themes, taste.theme),
        densities=choices(densities, taste.density),
        single_keys=taste.single_keys,
        errors=errors or {},
    )


def choices(labels: dict[str, str], chosen: str) -> list[Choice]:
    """A select's entries; what is chosen is there even when it is no longer offered."""
    offered = labels if not chosen or chosen in labels else {chosen: chosen, **labels}
    return [Choice(value=value, label=label, selected=value == chosen) for value, label in offered.items()]
