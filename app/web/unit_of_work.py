"""One changing request is one transaction: rolled back on any status from 400 up, committed before the answer leaves."""

from __future__ import annotations

from typing import Any

import structlog
from litestar.types import ASGIApp, Message, Receive, Send

from app.core.db import CONTROL, TENANT, current_db
from app.web.arrivals import Body
from app.web.bodies import BodyCut

log = structlog.get_logger(__name__)
READING = {"GET", "HEAD", "OPTIONS"}


_apart: set[str] = set()


def stand_apart(*paths: str) -> None:
    """Requests to these paths get no transaction: their handlers open one where they change something.

    For those that count every try on a connection of their own before they know the answer: held together with the
    request's, a few at a time would wait for each other until none is left.
    """
    _apart.update(paths)


class RolledBack(Exception):
    """Leaves the transaction of a refused request; never seen outside."""


class UnitOfWork:
    """ASGI middleware. Litestar turns exceptions into responses *inside*, so the messages are held until the end is
    known.

    A request that reads runs without a transaction, each query for itself, and streams as it likes. The transaction of
    another begins when its body is there, for a few senders who take their time would hold all connections of a tenant.
    """

    def __init__(self, app: ASGIApp, *, largest: int) -> None:
        self.app, self.largest = app, largest

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READING or scope["path"] in _apart:
            await self.app(scope, receive, send)
            return
        if not expects_body(scope, self.largest):
            await self._work(scope, receive, send)
            return
        body = Body()
        try:
            await body.arrive(receive, largest=self.largest)
            if body.left:
                raise BodyCut
            await self._work(scope, body.again(receive), send)
        finally:
            body.close()

    async def _work(self, scope: Any, receive: Receive, send: Send) -> None:
        held: list[Any] = []

        async def hold(message: Message) -> None:
            held.append(message)

        engine: Any = TENANT if current_db.get(None) is not None else CONTROL
        try:
            async with engine.transaction():
                await self.app(scope, receive, hold)
                if not held or held[0].get("status", 500) >= 400:
                    raise RolledBack
        except RolledBack:
            log.debug("request.rolled_back", status=held[0].get("status") if held else None)
        for message in held:
            await send(message)


def expects_body(scope: Any, largest: int) -> bool:
    """Whether a body is worth waiting for: not one that says itself that it is too large, nor a program's without a key,
    for both are refused unread.
    """
    headers = dict(scope["headers"])
    if scope["path"].startswith("/api/") and b"authorization" not in headers:
        return False
    length = headers.get(b"content-length", b"")
    return int(length) <= largest if length.isdigit() and len(length) < 20 else True
