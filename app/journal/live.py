"""Open pages hear of changes: one hub per web process reads the journal of each tenant that somebody looks at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

import structlog

from app.access import Actor
from app.core.db import DatabaseDown, spawn
from app.journal import windows
from app.journal.events import Event
from app.tenancy import signals, tenants

log = structlog.get_logger(__name__)
QUEUE = 500
POLL_SECONDS = 5.0
LAG_SECONDS = 0.25
START_SECONDS = 3.0
READABLE = {"message": "ticket"}


class Line:
    """What one open page hears. `queue` holds events, or None: some were missed, or the line is `over`."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue(QUEUE)
        self.over = False

    def tell(self, event: Event) -> None:
        if not self.actor.can(f"{READABLE.get(event.kind, event.kind)}.read"):
            return
        if event.kind == "notification" and event.data.get("member") != str(self.actor.member_id):
            return
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(None)
        else:
            self.queue.put_nowait(event)

    def end(self) -> None:
        self.over = True
        if not self.queue.full():
            self.queue.put_nowait(None)


class Watch:
    """The lines of one tenant in this process, and how far the journal was read for them."""

    def __init__(self, tenant: tenants.Tenant) -> None:
        self.tenant = tenant
        self.lines: set[Line] = set()
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
                        for line in list(self.lines):
                            line.tell(event)
                    lag = bool(events) or await windows.lagging(place)
                    wait = LAG_SECONDS if lag else POLL_SECONDS
                    if events:
                        continue
                except DatabaseDown as error:
                    log.warning("live.no_database", error=str(error.detail))
                    wait = POLL_SECONDS
                except Exception:
                    log.exception("live.read_failed")
                    wait = POLL_SECONDS
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.woken.wait(), wait)
                self.woken.clear()

    def end(self) -> None:
        for line in list(self.lines):
            line.end()


class Hub:
    """All watches of this process."""

    def __init__(self) -> None:
        self.watches: dict[UUID, Watch] = {}
        self.closing = False
        self.subscriptions: list[signals.Subscription] = []

    def start(self) -> None:
        self.closing = False
        self.subscriptions = [
            signals.subscribe("journal", self.wake, gap=self.wake_all),
            signals.subscribe(tenants.CHANNEL, self.review, gap=self.review),
        ]

    def end_streams(self) -> None:
        """Lets every stream end, so that the process can go while pages connect to another one."""
        self.closing = True
        for watch in self.watches.values():
            watch.end()

    async def stop(self) -> None:
        self.end_streams()
        for subscription in self.subscriptions:
            subscription.cancel()
        for watch in self.watches.values():
            watch.task.cancel()
        self.watches.clear()

    async def wake(self, payload: str) -> None:
        if watch := self.watches.get(UUID(payload)):
            watch.woken.set()

    async def wake_all(self) -> None:
        for watch in self.watches.values():
            watch.woken.set()

    async def review(self, _payload: str = "") -> None:
        """Some tenant was changed: the streams of one that is shut, or has moved, end; whoever may come again does."""
        for watch in list(self.watches.values()):
            if await tenants.by_id(watch.tenant.id) != watch.tenant:
                watch.end()

    @contextlib.asynccontextmanager
    async def listening(self, actor: Actor) -> AsyncIterator[Line]:
        """What `actor` may hear of in the current tenant from now on. Raises `DatabaseDown`."""
        tenant = tenants.current()
        watch = self.watches.get(tenant.id)
        if watch is None or watch.task.done() or watch.tenant != tenant:
            watch = self.watches[tenant.id] = Watch(tenant)
        line = Line(actor)
        line.over = self.closing
        watch.lines.add(line)
        try:
            # A page reads anew when its line is up: from that moment on nothing may slip past.
            async with asyncio.timeout(START_SECONDS):
                await watch.started.wait()
        except TimeoutError as error:
            self._leave(watch, line)
            raise DatabaseDown from error
        try:
            yield line
        finally:
            self._leave(watch, line)

    def _leave(self, watch: Watch, line: Line) -> None:
        watch.lines.discard(line)
        if not watch.lines:
            watch.task.cancel()
            if self.watches.get(watch.tenant.id) is watch:
                del self.watches[watch.tenant.id]


HUB = Hub()
