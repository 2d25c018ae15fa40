"""The databases: one for the cell (control), one for every tenant, reached through one routed engine."""

from __future__ import annotations

import asyncio
import contextlib

from app.core.db.engine import CONTROL, TENANT, NoTenant, current_db, spawn, use_db
from app.core.db.pool import DatabaseDown, Db, KeyedPool
from app.core.db.statements import after_commit, control, once_after_commit, sql

__all__ = [
    "CONTROL", "TENANT", "DatabaseDown", "Db", "KeyedPool", "NoTenant", "after_commit", "control", "current_db",
    "once_after_commit", "spawn", "sql", "start", "stop", "use_db",
]  # fmt: skip

_reapers: list[asyncio.Task[None]] = []


def start(home: Db, *, cap: int, per_tenant: int, idle_seconds: float, control_cap: int = 8) -> None:
    """Opens the pools of this process; nothing connects before it is needed. `home` is the control database."""
    CONTROL.home = home
    CONTROL.pool = KeyedPool(cap=control_cap, per_db=control_cap, idle_seconds=idle_seconds)
    TENANT.pool = KeyedPool(cap=cap, per_db=per_tenant, idle_seconds=idle_seconds)
    _reapers.extend(asyncio.ensure_future(pool.reap()) for pool in (CONTROL.pool, TENANT.pool))


async def stop() -> None:
    """Closes all connections of this process."""
    while _reapers:
        reaper = _reapers.pop()
        reaper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reaper
    for engine in (TENANT, CONTROL):
        if engine.pool is not None:
            await engine.pool.evict()
            engine.pool = None
