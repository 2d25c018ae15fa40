"""An exception becomes an answer that helps: problem details for machines (RFC 9457), a page for people."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, NotAuthorizedException, ValidationException
from litestar.types import Receive, Scope, Send

from app.core import errors
from app.core.db import DatabaseDown
from app.core.words import _
from app.web.bodies import BodyCut
from app.web.pages import inside, page

log = structlog.get_logger(__name__)
STANDS_ALONE = {"no_such_host", "tenant_suspended"}
"""Answers of the gate, before there is a house around the page."""
NAMED = re.compile(r"Object (?:missing required|contains unknown) field `([^`]*)`")
"""How msgspec names a field that it says nothing more about."""
PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,  # its disk or its memory is full
    asyncpg.TransactionRollbackError,  # a deadlock
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,  # a copy of the database, until it has taken over
)
"""Of the database, and over when somebody tries again."""
TITLED = {401, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def known(error: Exception) -> errors.FondacoError:
    """The same refusal in our own words."""
    if isinstance(error, errors.FondacoError):
        return error
    if isinstance(error, asyncpg.QueryCanceledError | asyncpg.InterfaceError | OSError | TimeoutError):
        return DatabaseDown(cause=type(error).__name__)
    if isinstance(error, PASSING):
        return DatabaseDown(cause=type(error).__name__)
    if isinstance(error, asyncpg.CharacterNotInRepertoireError | asyncpg.UntranslatableCharacterError):
        return errors.Invalid(
            _("A character in it cannot be stored. Take out what looks like a box and send it again.")
        )
    if isinstance(error, ValidationException):
        return errors.Invalid(errors=_fields(error))
    if isinstance(error, NotAuthorizedException):
        return errors.SignInRequired()
    if isinstance(error, HTTPException):
        return _of_http(error)
    return errors.FondacoError()


def _of_http(error: HTTPException) -> errors.FondacoError:
    kinds: dict[int, type[errors.FondacoError]] = {
        400: errors.Invalid,
        401: errors.SignInRequired,
        403: errors.Forbidden,
        404: errors.NotFound,
        409: errors.Conflict,
        422: errors.Invalid,
        429: errors.TooMany,
        503: errors.Unavailable,
    }
    if error.status_code == 403 and "CSRF" in error.detail:
        return errors.Forbidden(_("This page was open for too long. Load it again, then send it once more."))
    if error.status_code == 500 and "disconnected" in error.detail:
        return BodyCut()
    if error.status_code in (404, 429, 503, 401):
        return kinds[error.status_code]()
    made = kinds.get(error.status_code, errors.FondacoError)(error.detail)
    if error.status_code not in kinds:
        made.__dict__["status"] = error.status_code
    return made


def _fields(error: ValidationException) -> dict[str, str]:
    """By field, as the sender calls it: `contact.email`, `tags[0]`; `body` when it is about the whole."""
    found: dict[str, str] = {}
    for item in error.extra if isinstance(error.extra, list) else []:
        message, place = str(item.get("message", "")), str(item.get("key", ""))
        parts = [] if place == "data" and item.get("source") == "body" else [place]
        if named := NAMED.match(message):
            parts.append(named[1])
        found[".".join(part for part in parts if part) or "body"] = message
    return found


def problem(refusal: errors.FondacoError, *, instance: str = "") -> dict[str, Any]:
    """Problem details: type, title, status, detail, and `errors` by field for a 422."""
    shape: dict[str, Any] = {
        "type": f"urn:fondaco:{refusal.code}",
        "title": type(refusal).message,
        "status": refusal.status,
        "detail": refusal.message,
    }
    if instance:
        shape["instance"] = instance
    if isinstance(refusal, errors.Invalid) and refusal.errors:
        shape["errors"] = refusal.errors
    return shape


# The path comes from the scope here: `request.url` puts the Host header into it, and breaks on a forged one.
def for_machines(request: Request[Any, Any, Any]) -> bool:
    accepts = request.headers.get("accept", "")
    return (
        request.scope["path"].startswith("/api/")
        or request.headers.get("hx-request") == "true"
        or ("json" in accepts and "html" not in accepts)
    )


class Later(Response[Any]):
    """An answer that is made when it is sent: Litestar calls what handles exceptions without awaiting it."""

    def __init__(self, request: Request[Any, Any, Any], error: Exception) -> None:
        super().__init__(None)
        self.request, self.error = request, error

    def to_asgi_response(self, *_arguments: Any, **_options: Any) -> Any:
        async def send_answer(scope: Scope, receive: Receive, send: Send) -> None:
            response = await answer(self.request, self.error)
            await response.to_asgi_response(None, self.request)(scope, receive, send)

        return send_answer


def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What Litestar calls with every exception."""
    return Later(request, error)


async def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    refusal = known(error)
    if refusal.status >= 500:
        log.error("request.failed", code=refusal.code, exc_info=error)
    headers = {"Cache-Control": "no-store"}
    if isinstance(refusal, errors.TooMany):
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == 503:
        headers["Retry-After"] = "5"
    if isinstance(error, HTTPException) and error.headers:
        headers |= {name: value for name, value in error.headers.items() if name.lower() == "allow"}
    if for_machines(request):
        return _for_machine(request, refusal, headers)
    if refusal.status == 401:
        query = request.scope["query_string"].decode("latin-1")
        after = request.scope["path"] + (f"?{query}" if query else "")
        way = str(refusal.detail.get("door", "/sign-in"))
        if request.method == "GET" and after != "/":
            way += f"?next={quote(inside(after), safe='/')}"
        return Response("", status_code=303, headers={**headers, "Location": way})
    return await _page(request, refusal, headers)


def _for_machine(
    request: Request[Any, Any, Any], refusal: errors.FondacoError, headers: dict[str, str]
) -> Response[Any]:
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="fondaco"'
        if request.headers.get("hx-request") == "true":
            headers["HX-Redirect"] = "/sign-in"
    return Response(
        msgspec.json.encode(problem(refusal, instance=request.scope["path"])),
        status_code=refusal.status,
        media_type="application/problem+json",
        headers=headers,
    )


async def _page(
    request: Request[Any, Any, Any], refusal: errors.FondacoError, headers: dict[str, str]
) -> Response[Any]:
    try:
        return await page(
            request,
            "web/error.html",
            status=refusal.status,
            headers=headers,
            plain=refusal.status >= 500 or refusal.code in STANDS_ALONE,
            error_status=refusal.status if refusal.status in TITLED else (500 if refusal.status >= 500 else 422),
            error_code="unknown_host" if refusal.code == "no_such_host" else refusal.code,
            message=_(refusal.message),
            reference=str(structlog.contextvars.get_contextvars().get("request_id", "")),
            house="",
        )
    except Exception:
        log.exception("error_page.failed")
        text = f"{refusal.status} {refusal.message}"
        return Response(text, status_code=refusal.status, media_type=MediaType.TEXT, headers=headers)
