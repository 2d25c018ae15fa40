"""The cell itself: server, clock, schema, disk, jobs, alarms."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from app.core import clock as moment
from app.core.db import DatabaseDown, control
from app.core.settings import settings
from app.operations.doctor.findings import Finding, fail, ok, warn
from app.tenancy import alarms, cells, migrations

OLDEST_SERVER = 150000
SKEW = timedelta(seconds=2)
LEAST_FREE = 2**30
LATE = timedelta(minutes=5)


async def database() -> Sequence[Finding]:
    try:
        await cells.current()
        version = int(await control.fetchval("SHOW server_version_num"))
        text = await control.fetchval("SHOW server_version")
    except (DatabaseDown, cells.NotPrepared) as error:
        return [fail("database", error.message, "Start PostgreSQL or mend FONDACO_DATABASE_URL, then: fondaco migrate")]
    if version < OLDEST_SERVER:
        return [fail("database", f"PostgreSQL {text} is too old.", "Upgrade the server to PostgreSQL 15 or newer.")]
    sync = await control.fetchval("SHOW recovery_init_sync_method")
    if sync != "syncfs":
        return [
            warn(
                "database",
                f"PostgreSQL {text} answers, but recovery_init_sync_method is {sync}: with many tenants a restart after a"
                " crash takes minutes.",
                "Set recovery_init_sync_method = syncfs in postgresql.conf.",
            )
        ]
    return [ok("database", f"PostgreSQL {text} answers.")]


async def clock() -> Sequence[Finding]:
    before = moment.now()
    theirs = await control.fetchval("SELECT clock_timestamp()")
    after = moment.now()
    skew = max(before - theirs, theirs - after, timedelta())
    if skew > SKEW:
        return [
            fail(
                "clock",
                f"This machine and the database server differ by {skew.total_seconds():.1f} seconds.",
                "Let both take their time from the same source (chrony or systemd-timesyncd).",
            )
        ]
    return [ok("clock", "This machine and the database server agree on the time.")]


async def migrated() -> Sequence[Finding]:
    head = migrations.read("tenant").head
    try:
        await cells.ready()
    except cells.NotPrepared as error:
        return [fail("migrations", error.message, "Run: fondaco migrate")]
    rows = await control.fetch(
        "SELECT slug FROM tenants WHERE status = 'active' AND schema_version IS DISTINCT FROM $1 ORDER BY slug LIMIT 21",
        head,
    )
    if rows:
        names = ", ".join(row["slug"] for row in rows[:20]) + (" and more" if len(rows) > 20 else "")
        return [fail("migrations", f"Not at {head}: {names}.", "Run: fondaco migrate")]
    count = await control.fetchval("SELECT count(*) FROM tenants")
    return [ok("migrations", f"The control database and {count} tenants are at head ({head}).")]


async def disk() -> Sequence[Finding]:
    found: list[Finding] = []
    for folder in sorted({settings().home.resolve(), settings().blobs.resolve()}):
        there = _nearest(folder)
        free = shutil.disk_usage(there).free
        if free < LEAST_FREE:
            found.append(
                fail(
                    "disk",
                    f"{folder} has {free // 2**20} MiB left.",
                    "Make room or move the folder (FONDACO_HOME, FONDACO_BLOBS_PATH) to a larger disk.",
                )
            )
        else:
            found.append(ok("disk", f"{folder} has {free / 2**30:.1f} GiB left."))
    return found


def _nearest(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


async def work() -> Sequence[Finding]:
    failed = await control.fetchval("SELECT count(*) FROM pgqueuer WHERE status = 'failed'")
    oldest = await control.fetchval("SELECT min(execute_after) FROM pgqueuer WHERE status = 'queued'")
    found: list[Finding] = []
    if failed:
        found.append(
            warn(
                "jobs",
                f"{failed} jobs gave up.",
                "See them in the operator console under Jobs; mend the cause, then retry them.",
            )
        )
    if oldest and moment.now() - oldest > LATE:
        minutes = int((moment.now() - oldest).total_seconds() // 60)
        found.append(
            fail(
                "jobs",
                f"A job has waited for {minutes} minutes.",
                "Start a worker (fondaco worker), or more of them.",
            )
        )
    return found or [ok("jobs", "No job has given up, none waits for long.")]


async def alarmed() -> Sequence[Finding]:
    open_ones = await alarms.open_alarms(limit=20)
    if not open_ones:
        return [ok("alarms", "No open alarm.")]
    return [
        warn(
            "alarms",
            alarm.summary,
            "Look at it in the operator console, then resolve it there.",
            tenant=alarm.tenant or "",
        )
        for alarm in open_ones
    ]
