"""The stream that an open page listens to: one line for every change that its reader may know of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Stream

from app.access import Actor
from app.core.db import DatabaseDown
from app.journal.live import HUB, Line

RIGHTS_CHANGED = ("member.deactivated", "member.role_changed", "member.password_changed", "session.ended")
BEAT_SECONDS = 20.0
"""A comment line this often keeps proxies from closing the stream."""


@get("/live", include_in_schema=False)
async def live(request: Request[Any, Any, Any], actor: NamedDependency[Actor]) -> Stream:
    """Server-sent events: `{"id", "name", "kind", "record"}`; the event `missed` tells the page to load anew."""
    return Stream(
        _lines(actor),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _lines(actor: Actor) -> AsyncIterator[bytes]:
    try:
        async with HUB.listening(actor) as line:
            async for message in _messages(line, actor):
                yield message
    except DatabaseDown:
        # The answer has begun already: it ends without a word, and the page connects again.
        return


async def _messages(line: Line, actor: Actor) -> AsyncIterator[bytes]:
    yield b"retry: 1000\nevent: ready\ndata: {}\n\n"
    while not line.over:
        try:
            event = await asyncio.wait_for(line.queue.get(), BEAT_SECONDS)
        except TimeoutError:
            yield b": beat\n\n"
            continue
        if event is None:
            yield b"event: missed\ndata: {}\n\n"
            continue
        if event.name in RIGHTS_CHANGED and event.record_id == actor.member_id:
            # The browser connects again at once, if it may.
            return
        told = {"id": event.id, "name": event.name, "kind": event.kind, "record": event.record_id}
        yield b"id: %d\ndata: %s\n\n" % (event.seq, msgspec.json.encode(told))
