"""A blob is a file's bytes: stored once, known to its tenant alone, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from app.core import clock, ids
from app.core.db import after_commit, control, sql
from app.core.errors import NotFound, Unavailable
from app.core.settings import settings
from app.files.folders import CHUNK, Folder, Store
from app.tenancy import tenants

log = structlog.get_logger(__name__)
DAY = 86_400.0


class StorageFull(Unavailable):
    code = "storage_unavailable"
    message = "The file could not be stored. Nothing of it was kept: try again in a moment, or tell your operator."


class BlobMissing(NotFound):
    code = "file_missing"
    message = "This file is not in the store."


class Blob(msgspec.Struct, frozen=True):
    """`size` in bytes, `sha256` in lower-case hexadecimal digits."""

    key: str
    size: int
    sha256: str


def store() -> Store:
    """Where this cell's blobs lie."""
    return Folder(settings().blobs)


async def put(content: bytes | AsyncIterable[bytes]) -> Blob:
    """Stores the bytes for the current tenant and notes them in the open transaction.

    When that rolls back, the bytes stay without a row and `sweep` takes them away a day later. Raises `StorageFull`
    when the disk refuses for any reason; nothing half stored remains.
    """
    key, digest, size = ids.new().hex, hashlib.sha256(), 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal size
        async for chunk in pieces(content):
            digest.update(chunk)
            size += len(chunk)
            yield chunk

    try:
        await store().write(tenants.current().id, key, counted())
    except OSError as error:
        log.error("blobs.refused", error=str(error), errno=error.errno)
        raise StorageFull(cause=error.strerror or type(error).__name__) from error
    await sql.execute(
        "INSERT INTO blobs (key, size, sha256, created_at) VALUES ($1, $2, $3, $4)",
        key,
        size,
        digest.digest(),
        clock.now(),
    )
    return Blob(key, size, digest.hexdigest())


async def pieces(content: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The content in portions that can be written without holding up others."""
    if isinstance(content, bytes):
        for start in range(0, len(content), CHUNK * 8):
            yield content[start : start + CHUNK * 8]
    else:
        async for chunk in content:
            yield chunk


async def open(key: str) -> AsyncIterator[bytes]:
    """The bytes of a blob of the current tenant, in pieces. Raises `BlobMissing`, or `StorageFull` when it cannot be
    read.
    """
    try:
        async for chunk in store().read(tenants.current().id, key):
            yield chunk
    except FileNotFoundError as error:
        raise BlobMissing(key=key) from error
    except OSError as error:
        raise Unavailable(cause=error.strerror or type(error).__name__) from error


async def read(key: str) -> bytes:
    """All bytes of a blob of the current tenant. Raises like `open`."""
    return b"".join([chunk async for chunk in open(key)])


async def remove(key: str) -> None:
    """Takes a blob away: its row now, its bytes after the commit."""
    tenant = tenants.current().id

    async def take_away() -> None:
        await store().remove(tenant, key)

    await sql.execute("DELETE FROM blobs WHERE key = $1", key)
    await after_commit(take_away)


async def sweep(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Takes away the current tenant's bytes that no row knows, and says how many; left by rollbacks and crashes."""
    tenant, removed = tenants.current().id, 0
    keys = await store().keys(tenant, older_than=older_than.total_seconds())
    for start in range(0, len(keys), 1000):
        some = keys[start : start + 1000]
        rows = await sql.fetch(
            "SELECT k FROM unnest($1::text[]) AS k WHERE NOT EXISTS (SELECT FROM blobs WHERE key = k)", some
        )
        for row in rows:
            await store().remove(tenant, row["k"])
        removed += len(rows)
    if removed:
        log.info("blobs.swept", removed=removed)
    return removed


async def erase_tenant(tenant: UUID) -> None:
    """Takes away all bytes of a tenant. Can be repeated."""
    await store().erase(tenant)


async def erase_deleted_tenants(*, older_than: timedelta = timedelta(days=1)) -> list[UUID]:
    """Takes away the bytes of tenants that the cell no longer knows; what a crash during a deletion left behind."""
    there = await store().tenants(older_than=older_than.total_seconds())
    rows = await control.fetch("SELECT id FROM tenants WHERE id = ANY($1::uuid[])", there)
    gone = sorted(set(there) - {row["id"] for row in rows})
    for tenant in gone:
        await erase_tenant(tenant)
    return gone
