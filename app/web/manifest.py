"""What a slice of the business contributes to the whole, in one place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of the business.

    `routes` are Litestar controllers and handlers on a tenant's host, `operator_routes` those on the cell's own host.
    `grants` maps a role to the verbs it may do. `modules` are imported by every process, so that their jobs and
    consumers are known. `on_tenant_created` runs inside a new tenant, maybe twice. `dependencies` are for all handlers.
    """

    name: str
    routes: Sequence[Any] = ()
    operator_routes: Sequence[Any] = ()
    grants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    modules: Sequence[str] = ()
    on_tenant_created: Sequence[Callable[..., Awaitable[dict[str, str] | None]]] = ()
    dependencies: Mapping[str, Any] = field(default_factory=dict)
