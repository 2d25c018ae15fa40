"""What a page handler answers: a page in its house, a part of one, or the way to another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.utils.scope.state import ScopeState

from app.web import rendering
from app.web.components import Shell
from app.web.readers import Reader, reading

House = Callable[[Request[Any, Any, Any]], Awaitable[tuple[Reader, Shell | None]]]
_houses: list[House] = []


def provide_house(house: House) -> None:
    """Says who reads a request and what stands around its page (None: nothing, as on the sign-in page)."""
    _houses[:] = [house]


def csrf(request: Request[Any, Any, Any]) -> str:
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else ""


async def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    plain: bool = False,
    **context: Any,
) -> Response[str]:
    """A whole page in the house of whoever asks; `plain` stands alone even when somebody is signed in."""
    who, shell = await house_of(request)
    with reading(who):
        return rendering.page(template, status=status, headers=headers, shell=None if plain else shell, **context)


async def fragment(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """A part of a page for htmx, with the same context as on its page but without the house."""
    who = getattr(request.state, "reader", None) or (await house_of(request))[0]
    with reading(who):
        return rendering.fragment(template, status=status, headers=headers, **context)


async def house_of(request: Request[Any, Any, Any]) -> tuple[Reader, Shell | None]:
    return await _houses[0](request) if _houses else (Reader(csrf=csrf(request)), None)


def redirect(request: Request[Any, Any, Any], path: str) -> Response[str]:
    """The way to another page of this host; htmx is told to go there as a whole page."""
    if request.headers.get("HX-Request") == "true":
        return Response("", status_code=200, headers={"HX-Redirect": inside(path)})
    return Response("", status_code=303, headers={"Location": inside(path), "Cache-Control": "no-store"})


def inside(path: str) -> str:
    """The path when it stays on this host, else `/`: for `next` and everything else that a link may carry."""
    if not path.startswith("/") or not path.isascii() or not path.isprintable():
        return "/"
    try:
        parts = urlsplit(path.replace("\\", "/"))
    except ValueError:
        return "/"
    return "/" if path.startswith(("//", "/\\")) or parts.netloc or parts.scheme else path
