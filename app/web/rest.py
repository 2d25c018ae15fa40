"""What every REST resource shares: pages by cursor, entity tags, and the shape of a list."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request

from app.core.errors import FondacoError, Invalid
from app.core.words import _

T = TypeVar("T")
DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200


class Page(msgspec.Struct, Generic[T]):
    """One page of a list. `next` is the cursor for `after`, null on the last page."""

    items: list[T]
    next: str | None


class Problem(msgspec.Struct):
    """Problem details (RFC 9457). `errors` maps a field to what is wrong with it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: dict[str, str] | None = None


class Stale(FondacoError):
    status = 412
    code = "stale"
    message = "This was changed since you read it. Read it again, then send your change with the new ETag."


def checked_limit(limit: int) -> int:
    if not 1 <= limit <= LARGEST_LIMIT:
        raise Invalid(errors={"limit": _("Ask for 1 to {number}.").format(number=LARGEST_LIMIT)})
    return limit


def etag(version: int) -> str:
    return f'"v{version}"'


def must_be_seen(request: Request[Any, Any, Any], version: int) -> None:
    """Raises `Stale` when `If-Match` (RFC 9110, 13.1.1) is there and none of its tags is the one the record has now.

    A tag that a proxy has weakened on its way counts too: our versions change with every change.
    """
    given = request.headers.get("if-match", "").strip()
    if given in ("", "*"):
        return
    if etag(version) not in [tag.strip().removeprefix("W/") for tag in given.split(",")]:
        raise Stale(version=version)
