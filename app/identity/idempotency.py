"""A request sent twice with the same Idempotency-Key is done once, and answered twice with the same words.

After draft-ietf-httpapi-idempotency-key-header. The answer is kept in the transaction of the change, so that a request
that was rolled back leaves no key, and the same key at the same time waits for the first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, Response

from app.access import Actor
from app.core import clock
from app.core.db import sql
from app.core.errors import Conflict, Invalid
from app.core.words import _
from app.tenancy.jobs import each_tenant

KEPT_FOR = timedelta(hours=24)
LONGEST = 255


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request. Take a new key for a new request."


async def once(
    request: Request[Any, Any, Any],
    actor: Actor,
    work: Callable[[], Awaitable[Response[Any]]],
    *,
    form_key: str | None = None,
) -> Response[Any]:
    """Does `work` unless this actor's key was used before; then the first answer comes again. Needs an open transaction.

    `form_key` is the key of a form, made anew for each page; its bytes differ every time that a browser sends it.
    """
    key = request.headers.get("idempotency-key", "") if form_key is None else form_key
    if not key:
        return await work()
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid(errors={"Idempotency-Key": _("Use at most 255 printable characters.")})
    path = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    fingerprint = hashlib.sha256(path + (await request.body() if form_key is None else b"form")).digest()
    fresh = await sql.execute(
        "INSERT INTO idempotency_keys (actor_id, key, fingerprint, status, body, created_at)"
        " VALUES ($1, $2, $3, 0, '', $4) ON CONFLICT DO NOTHING",
        actor.id,
        key,
        fingerprint,
        clock.now(),
    )
    if not fresh:
        return await _again(actor, key, fingerprint)
    response = await work()
    body = msgspec.json.encode(response.content)
    await sql.execute(
        "UPDATE idempotency_keys SET status = $3, headers = $4::jsonb, body = $5 WHERE actor_id = $1 AND key = $2",
        actor.id,
        key,
        response.status_code,
        msgspec.json.encode(dict(response.headers)).decode(),
        body,
    )
    return response


async def _again(actor: Actor, key: str, fingerprint: bytes) -> Response[Any]:
    row = await sql.fetchrow(
        "SELECT fingerprint, status, headers, body FROM idempotency_keys WHERE actor_id = $1 AND key = $2",
        actor.id,
        key,
    )
    if row is None or bytes(row["fingerprint"]) != fingerprint:
        raise KeyReused
    headers = msgspec.json.decode(row["headers"], type=dict[str, str])
    return Response(
        msgspec.Raw(bytes(row["body"])),
        status_code=row["status"],
        headers=headers | {"Idempotency-Replayed": "true"},
        media_type="application/json",
    )


@each_tenant("identity.idempotency.forget", seconds=3600)
async def forget() -> None:
    """Forgets keys after a day."""
    await sql.execute("DELETE FROM idempotency_keys WHERE created_at < $1", clock.now() - KEPT_FOR)
