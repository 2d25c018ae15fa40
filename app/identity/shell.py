"""The house around a page: who reads it, where they can go, and what is new for them."""

from __future__ import annotations

from typing import Any

import asyncpg
import msgspec
from babel import negotiate_locale
from litestar import Request

from app.access import Actor
from app.core import words
from app.core.db import DatabaseDown, NoTenant
from app.identity import notifications, profiles
from app.identity.authentication import passport_of
from app.identity.known import Passport
from app.tenancy import tenants
from app.web import navigation
from app.web.components import Person, Shell
from app.web.pages import csrf
from app.web.readers import Reader, reading


async def house(request: Request[Any, Any, Any]) -> tuple[Reader, Shell | None]:
    """What `web.pages.page` asks: who reads, and what stands around the page (None before one is in)."""
    try:
        tenants.current()
    except NoTenant:
        return stranger(request), None
    try:
        return await _house(request)
    except (DatabaseDown, asyncpg.PostgresError):
        # The page is about what broke the database, or the transaction: it stands alone.
        return stranger(request), None


async def _house(request: Request[Any, Any, Any]) -> tuple[Reader, Shell | None]:
    passport = await passport_of(request)
    if passport is None:
        return stranger(request), None
    reader = msgspec.structs.replace(passport.reader, csrf=csrf(request))
    request.state.reader = reader
    with reading(reader):
        return reader, await shell(request, passport)


async def shell(request: Request[Any, Any, Any], passport: Passport) -> Shell:
    """The navigation and the member, for the page that `request` asks for."""
    actor, tenant = passport.actor, tenants.current()
    work, settings = await navigation.work_for(actor), navigation.settings_for(actor)
    return Shell(
        tenant=tenant.name,
        slug=tenant.slug,
        member=person_of(actor, passport.tone),
        role=actor.role,  # type: ignore[arg-type]  # a member's role is one of the three; the database checks it
        current=navigation.current(request.scope["path"], work + settings),
        navigation=work,
        settings=settings,
        unread=await notifications.unread_count(actor),
        may_create=actor.can("ticket.create"),
    )


def person_of(actor: Actor, tone: int = 0) -> Person:
    return Person(name=actor.name, id=actor.member_id, email=actor.email, tone=tone)


def stranger(request: Request[Any, Any, Any]) -> Reader:
    """Somebody who is not in yet reads in the language that the browser asks for, as far as there are words."""
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")][:10]
    language = negotiate_locale([name for name in accepted if name], list(profiles.languages()), sep="-") or "en"
    words.speak(language)
    return Reader(language=language, csrf=csrf(request))
