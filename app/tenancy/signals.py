"""Short messages between the processes of a cell, over one listening connection each to the control database.

A message that is sent while this process has no connection is lost, so a subscriber that keeps anything in memory
also says what to do after a gap. PostgreSQL carries at most 7,999 bytes in one message.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog

from app.core.db import control
from app.tenancy import cells

log = structlog.get_logger(__name__)
Callback = Callable[[str], Awaitable[None] | None]
Gap = Callable[[], Awaitable[None] | None]
PREFIX = "fondaco_"
CHECK_SECONDS = 10.0
ANSWER_SECONDS = 5.0
LONGEST_PAUSE = 5.0


@dataclass(eq=False, slots=True)
class Subscription:
    """One callback on one channel; `cancel` ends it."""

    channel: str
    callback: Callback
    gap: Gap | None

    def cancel(self) -> None:
        if self in _subscriptions:
            _subscriptions.remove(self)


_subscriptions: list[Subscription] = []
_listener: asyncio.Task[None] | None = None
_connected = asyncio.Event()
_channels_changed = asyncio.Event()
_running: set[asyncio.Task[None]] = set()


async def notify(channel: str, payload: str = "") -> None:
    """Sends `payload` to every subscriber of `channel` in all processes, this one too; after the commit of an open
    control transaction. Raises `DatabaseDown`.
    """
    await control.execute("SELECT pg_notify($1, $2)", _wire(channel), payload)


def subscribe(channel: str, callback: Callback, *, gap: Gap | None = None) -> Subscription:
    """Calls `callback(payload)` for every message on `channel`, and `gap()` when messages may have been missed.

    A plain function sees messages in their order; a coroutine function runs as a task of its own each time. Failures are
    logged. Works before and after `start`.
    """
    subscription = Subscription(channel, callback, gap)
    _subscriptions.append(subscription)
    _channels_changed.set()
    return subscription


def connected() -> bool:
    """Whether messages arrive just now."""
    return _connected.is_set()


async def start() -> None:
    """Begins to listen, and goes on listening through restarts of the database. Returns when it listens, or after a
    moment without the database.
    """
    global _listener, _connected, _channels_changed
    if _listener is None or _listener.done():
        _connected, _channels_changed = asyncio.Event(), asyncio.Event()
        _listener = asyncio.create_task(_listen_for_ever())
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_connected.wait(), 2)


async def stop() -> None:
    """Ends listening; subscriptions stay for the next start."""
    global _listener
    if _listener is not None:
        _listener.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await _listener
        _listener = None
    _connected.clear()
    for task in list(_running):
        task.cancel()
    await asyncio.gather(*_running, return_exceptions=True)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[None]:
    """Listens for as long as the block runs."""
    await start()
    try:
        yield
    finally:
        await stop()


def _wire(channel: str) -> str:
    # pgqueuer's trigger names its own channel.
    return channel if channel.startswith("ch_") else PREFIX + channel


async def _listen_for_ever() -> None:
    pause, first = 0.1, True
    while True:
        try:
            async with cells.connection() as connection:
                await _listen(connection, first)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            if _connected.is_set():
                pause = 0.1
            log.warning("signals.lost", error=f"{type(error).__name__}: {error}", again_in=pause)
        _connected.clear()
        first = False
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _listen(connection: Any, first: bool) -> None:
    """Hands messages on until the connection ends, which is looked at now and then, for a dead peer says nothing."""
    ended = asyncio.Event()
    connection.add_termination_listener(lambda _connection: ended.set())
    heard: set[str] = set()

    def receive(_connection: Any, _pid: int, channel: str, payload: str) -> None:
        for subscription in _subscriptions.copy():
            if _wire(subscription.channel) == channel:
                _call(subscription.callback, payload)

    while not ended.is_set():
        _channels_changed.clear()
        for name in {_wire(subscription.channel) for subscription in _subscriptions} - heard:
            await connection.add_listener(name, receive)
            heard.add(name)
        if not _connected.is_set():
            _connected.set()
            if not first:
                for subscription in _subscriptions.copy():
                    if subscription.gap:
                        _call(subscription.gap)
        await _first_of(ended, _channels_changed, seconds=CHECK_SECONDS)
        async with asyncio.timeout(ANSWER_SECONDS):
            await connection.execute("SELECT 1")


async def _first_of(*events: asyncio.Event, seconds: float) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def _call(callback: Callable[..., Awaitable[None] | None], *arguments: str) -> None:
    try:
        answer = callback(*arguments)
    except Exception:
        log.exception("signals.callback_failed")
        return
    if inspect.isawaitable(answer):
        task = asyncio.ensure_future(_finish(answer))
        _running.add(task)
        task.add_done_callback(_running.discard)


async def _finish(answer: Awaitable[None]) -> None:
    try:
        await answer
    except Exception:
        log.exception("signals.callback_failed")
