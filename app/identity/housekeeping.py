"""What has run out is cleared away: sessions, links, counted tries, old notifications."""

from __future__ import annotations

from datetime import timedelta

from app.core import clock
from app.core.db import sql
from app.tenancy.jobs import each_tenant

LINKS_KEPT = timedelta(days=30)
NOTIFICATIONS_KEPT = timedelta(days=180)
STEP = 5000


@each_tenant("identity.housekeeping", seconds=6 * 3600)
async def clear_away() -> None:
    """Deletes in steps, each for itself, so that nobody waits long for a row."""
    now = clock.now()
    for table, key, condition, before in (
        ("sessions", "id", "expires_at < $1", now),
        ("member_links", "token_hash", "expires_at < $1", now - LINKS_KEPT),
        ("sign_in_attempts", "key", "expires_at < $1", now),
        ("notifications", "id", "created_at < $1", now - NOTIFICATIONS_KEPT),
    ):
        statement = f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {condition} LIMIT {STEP})"
        while await sql.execute(statement, before) == STEP:
            pass
