"""Open pages hear of changes: one hub per web process reads the journal of each tenant that somebody looks at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

import structlog

from app.access import Actor
from app.core.db import spawn
from app.journal import windows
from app.journal.events import Event
from app.tenancy import signals, tenants

log = structlog.get_logger(__name__)
QUEUE = 500
POLL_SECONDS = 5.0
LAG_SECONDS = 0.25
READABLE = {"message": "ticket"}


class Watch:
    """The listeners of one tenant in this process, and how far the journal was read for them."""

    def __init__(self, tenant: tenants.Tenant) -> None:
        self.tenant = tenant
        self.listeners: dict[asyncio.Queue[Event | None], Actor] = {}
        self.woken = asyncio.Event()
        self.started = asyncio.Event()
        self.task = spawn(self.follow())

    async def follow(self) -> None:
        """Reads on after every wake-up, and now and then without one, as a wake-up can be lost."""
        with tenants.enter(self.tenant):
            place = None
            wait = POLL_SECONDS
            while True:
                try:
                    place = place or await windows.newest_place()
                    self.started.set()
                    events, place = await windows.read(place)
                    for event in events:
                        self.tell(event)
                    lag = bool(events) or await windows.lagging(place)
                    wait = LAG_SECONDS if lag else POLL_SECONDS
                    if events:
                        continue
                except Exception:
                    log.exception("live.read_failed")
                    wait = POLL_SECONDS
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.woken.wait(), wait)
                self.woken.clear()

    def tell(self, event: Event) -> None:
        for queue, actor in list(self.listeners.items()):
            if not actor.can(f"{READABLE.get(event.kind, event.kind)}.read"):
                continue
            if event.kind == "notification" and event.data.get("member") != str(actor.member_id):
                continue
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(event)


class Hub:
    """All watches of this process. `listen` yields events, or None when some were missed and the page should load anew."""

    def __init__(self) -> None:
        self.watches: dict[UUID, Watch] = {}
        self.closing = asyncio.Event()
        self.subscription: signals.Subscription | None = None

    def start(self) -> None:
        self.closing = asyncio.Event()
        self.subscription = signals.subscribe("journal", self.wake, gap=self.wake_all)

    def end_streams(self) -> None:
        """Lets every stream end, so that the process can go while pages connect to another one."""
        self.closing.set()
        for watch in self.watches.values():
            for queue in watch.listeners:
                if not queue.full():
                    queue.put_nowait(None)

    async def stop(self) -> None:
        self.end_streams()
        if self.subscription:
            self.subscription.cancel()
        for watch in self.watches.values():
            watch.task.cancel()
        self.watches.clear()

    async def wake(self, payload: str) -> None:
        if watch := self.watches.get(UUID(payload)):
            watch.woken.set()

    async def wake_all(self) -> None:
        for watch in self.watches.values():
            watch.woken.set()

    @contextlib.asynccontextmanager
    async def listening(self, actor: Actor) -> AsyncIterator[asyncio.Queue[Event | None]]:
        """A queue of what `actor` may hear of in the current tenant."""
        tenant = tenants.current()
        watch = self.watches.get(tenant.id)
        if watch is None or watch.task.done():
            watch = self.watches[tenant.id] = Watch(tenant)
        queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)
        watch.listeners[queue] = actor
        try:
            yield queue
        finally:
            watch.listeners.pop(queue, None)
            if not watch.listeners and self.watches.get(tenant.id) is watch:
                watch.task.cancel()
                del self.watches[tenant.id]


HUB = Hub()
