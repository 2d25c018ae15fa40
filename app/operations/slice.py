"""What running a cell contributes: the operator console."""

from __future__ import annotations

from app.operations.console.door import Door, Landing
from app.operations.console.health_pages import Health, Jobs, Mail
from app.operations.console.tenant_pages import Tenants
from app.operations.outbox import OutboxPages
from app.web.manifest import Slice

SLICE = Slice(
    name="operations",
    routes=(OutboxPages,),
    operator_routes=(Landing, Door, Tenants, Health, Jobs, Mail, OutboxPages),
)
