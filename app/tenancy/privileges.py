"""What a tenant's own role may do in its database: everything with its data, nothing with its history."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from app.tenancy.cells import Cell, quote

APPEND_ONLY = ("events", "event_seals")
HIDDEN = ("schema_migrations",)
ITERATIONS = 1


def new_password() -> str:
    """256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def verifier(password: str) -> str:
    """What PostgreSQL stores of a password (SCRAM-SHA-256, RFC 5802 and 7677), so that the password itself is not sent.

    One iteration: stretching slows down guessing, and nobody guesses 256 random bits; but every new connection pays for
    it (4,096 iterations cost asyncpg about 10 ms).
    """
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def granting(cell: Cell) -> Callable[[Any], Awaitable[None]]:
    """What to run, as the owner of the tables, after tables were made: gives the cell's app group its rights on all."""
    group = quote(cell.app_group)

    async def grant(connection: Any) -> None:
        await connection.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {group};"
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {group}"
        )
        for names, rights in ((APPEND_ONLY, "UPDATE, DELETE"), (HIDDEN, "ALL")):
            rows = await connection.fetch(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = ANY($1::text[])",
                names,
            )
            for row in rows:
                await connection.execute(f"REVOKE {rights} ON {quote(row['relname'])} FROM {group}")

    return grant
