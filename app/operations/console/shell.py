"""Who the operator is, and the house around the operator's pages."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

import app
from app.core.settings import settings
from app.core.words import _
from app.operations import operators
from app.operations.operators import Operator
from app.operations.views import OperatorShell
from app.tenancy import alarms, jobs
from app.web import rendering
from app.web.components import NavigationEntry
from app.web.pages import csrf
from app.web.readers import Reader, reading

COOKIE = "fondaco_operator"
AnyRequest = Request[Any, Any, Any]


async def operator_of(request: AnyRequest) -> Operator:
    """The operator who is signed in. Raises `SignInRequired`."""
    return await operators.of_session(request.cookies.get(COOKIE))


async def page(
    request: AnyRequest, template: str, operator: Operator | None, *, status: int = 200, **context: Any
) -> Response[str]:
    """A page of the console; without an operator it stands alone."""
    house = await _house(operator, request.url.path) if operator else None
    with reading(Reader(csrf=csrf(request))):
        return rendering.page(template, status=status, operator=house, **context)


async def _house(operator: Operator, path: str) -> OperatorShell:
    counts = await jobs.counts()
    entries = [
        NavigationEntry(key="tenants", href="/operator", glyph="building-community", label=_("Tenants")),
        NavigationEntry(
            key="health",
            href="/operator/health",
            glyph="stethoscope",
            label=_("Health"),
            count=len(await alarms.open_alarms(limit=100)),
        ),
        NavigationEntry(
            key="jobs", href="/operator/jobs", glyph="stack-2", label=_("Jobs"), count=counts.get("failed", 0)
        ),
        NavigationEntry(key="mail", href="/operator/mail", glyph="mail-exclamation", label=_("Held mail")),
    ]
    current = path.removeprefix("/operator").strip("/").partition("/")[0] or "tenants"
    return OperatorShell(
        operator=operator.name or operator.email,
        cell=settings().base_domain,
        version=app.__version__,
        current=current,
        entries=entries,
    )
