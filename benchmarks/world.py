"""A cell of its own for a measurement: PostgreSQL from the wheel, tenants, tickets; gone afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from statistics import median
from urllib.error import URLError

from app.core import settings
from app.core.db import TENANT, sql
from app.identity import members, tokens
from app.operations.evaluation import accounts
from app.operations.evaluation.postgres import Postgres
from app.slices import all_slices
from app.tenancy import cells, runner, signals, tenants

ROOT = Path(__file__).parent.parent
PORT = 18200

FILL = """
INSERT INTO accounts (id, name, domain, created_at, updated_at)
SELECT gen_random_uuid(), 'Account ' || n, 'account' || n || '.example', now(), now() FROM generate_series(1, 200) n;
INSERT INTO contacts (id, name, email, account_id, created_at, updated_at)
SELECT gen_random_uuid(), 'Contact ' || n, 'contact' || n || '@account' || (n % 200 + 1) || '.example', a.id, now(), now()
FROM generate_series(1, 2000) n JOIN accounts a ON a.domain = 'account' || (n % 200 + 1) || '.example';
INSERT INTO tickets (id, subject, status, priority, contact_id, account_id, assignee_id, snippet, message_count,
    created_at, updated_at)
SELECT gen_random_uuid(), 'The printer on floor ' || n || ' pulls the paper in crooked',
    (ARRAY['new', 'open', 'waiting', 'solved', 'closed'])[n % 5 + 1], (ARRAY['low', 'normal', 'high'])[n % 3 + 1],
    c.id, c.account_id, (SELECT id FROM members LIMIT 1), 'Levers are down, same picture', 2,
    now() - n * interval '1 minute', now() - n * interval '1 minute'
FROM generate_series(1, {tickets}) n JOIN contacts c ON c.email =
    'contact' || (n % 2000 + 1) || '@account' || ((n % 2000 + 1) % 200 + 1) || '.example';
ANALYZE accounts; ANALYZE contacts; ANALYZE tickets
"""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A server with durable settings, as the settings' database."""
    folder = Path(tempfile.mkdtemp(prefix="fondaco-bench-"))
    folder.chmod(0o711)
    place, account = accounts.settle(folder)
    server = Postgres(place, account, folder / "postgres.log")
    server.start()
    os.environ |= {
        "FONDACO_HOME": str(folder / "home"),
        "FONDACO_DATABASE_URL": server.url,
        "FONDACO_SECRET_KEY": secrets.token_urlsafe(48),
        "FONDACO_LOG_LEVEL": "warning",
        "FONDACO_PORT": str(PORT),
        "FONDACO_SMTP_PORT": str(PORT + 1),
    }
    (folder / "home").mkdir()
    settings.forget()
    try:
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def cell() -> AsyncIterator[None]:
    """The control database and the template, with open pools."""
    all_slices()
    async with cells.open_pools(), signals.listening():
        await runner.migrate()
        yield


async def tenant(slug: str, *, tickets: int = 0) -> str:
    """A new tenant with that many tickets, and a token of its admin."""
    await runner.create(slug, slug.title(), f"kim@{slug}.test")
    found = await tenants.by_slug(slug)
    assert found is not None
    with tenants.enter(found):
        async with TENANT.transaction():
            kim = await members.seed(f"kim@{slug}.test", "Kim", "admin", secrets.token_urlsafe(16))
            _row, token = await tokens.create(kim, name="benchmark", days=None, by=members.actor_of(kim))
        if tickets:
            async with cells.connection(found.db.database) as admin:
                await admin.execute(FILL.format(tickets=tickets))
            assert await sql.fetchval("SELECT count(*) FROM tickets") == tickets
    return token


@contextlib.contextmanager
def process(*words: str, ready: str | None = None, **environment: str) -> Iterator[int]:
    """A process of ours while the block runs; `ready` is the address that must answer first. Answers its pid."""
    running = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment})
    try:
        until = time.monotonic() + 60
        while ready:
            try:
                urllib.request.urlopen(ready, timeout=2).close()
                break
            except (URLError, OSError):
                if time.monotonic() > until or running.poll() is not None:
                    raise RuntimeError(f"{words} did not get ready") from None
                time.sleep(0.1)
        yield running.pid
    finally:
        running.terminate()
        running.wait(30)


def fondaco(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "app.cli", *words)


def middle(values: list[float]) -> float:
    return float(median(values))


def run(main: object) -> None:
    """Runs an async measurement in a cell of its own."""

    async def inside() -> None:
        async with cell():
            await main()  # type: ignore[operator]  # an async function without arguments

    with postgres():
        asyncio.run(inside())
