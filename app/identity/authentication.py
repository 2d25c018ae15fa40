"""Who asks: a browser by the cookie of its session, a program below /api by its token. Others can be added beside them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.access import Actor
from app.core import words
from app.core.errors import SignInRequired
from app.core.settings import settings
from app.identity import sessions, tokens
from app.identity.known import Passport

Authenticator = Callable[[Request[Any, Any, Any]], Awaitable[Passport | None]]
KEPT_DAYS = 400
"""As long as browsers keep a cookie at most; how long a session lasts, only the server says."""


def cookie_name() -> str:
    """Over https the name itself makes browsers refuse the cookie from any other host (RFC 6265bis, `__Host-`)."""
    return "__Host-fondaco_session" if settings().public_scheme == "https" else "fondaco_session"


def session_token(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(cookie_name(), "")


def give_session(response: Response[Any], token: str) -> None:
    """The browser keeps the token: not for scripts, not for other hosts, not sent along from other sites' forms."""
    response.set_cookie(
        cookie_name(), token, max_age=KEPT_DAYS * 86_400, path="/", httponly=True, samesite="lax",
        secure=settings().public_scheme == "https",
    )  # fmt: skip


def take_session(response: Response[Any]) -> None:
    response.set_cookie(
        cookie_name(),
        "",
        max_age=0,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().public_scheme == "https",
    )


def below_api(request: Request[Any, Any, Any]) -> bool:
    path = request.scope["path"]
    return path == "/api" or path.startswith("/api/")


async def by_session(request: Request[Any, Any, Any]) -> Passport | None:
    """A cookie counts for pages only: below /api nothing protects it from other sites' forms."""
    token = "" if below_api(request) else session_token(request)
    return await sessions.recognise(token) if token else None


async def by_token(request: Request[Any, Any, Any]) -> Passport | None:
    """`Authorization: Bearer fon_…` (RFC 6750), below /api only."""
    if not below_api(request):
        return None
    scheme, _blank, token = request.headers.get("authorization", "").partition(" ")
    return await tokens.recognise(token.strip()) if scheme.lower() == "bearer" else None


_authenticators: list[Authenticator] = [by_session, by_token]


def add_authenticator(authenticator: Authenticator) -> None:
    """Adds another way to say who asks, tried after the others. It answers None when it cannot tell."""
    _authenticators.append(authenticator)


async def passport_of(request: Request[Any, Any, Any]) -> Passport | None:
    """Who asks, found out once a request; None for a stranger."""
    if "passport" in request.state:
        found: Passport | None = request.state.passport
        return found
    passport = None
    for authenticator in _authenticators:
        passport = await authenticator(request)
        if passport is not None:
            words.speak(passport.actor.language)
            break
    request.state.passport = passport
    return passport


async def must_be_known(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """A guard: a stranger's body is not even read. Raises `SignInRequired`."""
    if await passport_of(cast("Request[Any, Any, Any]", connection)) is None:
        raise SignInRequired


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """The dependency `actor` of every handler that takes one. Raises `SignInRequired`."""
    passport = await passport_of(request)
    if passport is None:
        raise SignInRequired
    return passport.actor
