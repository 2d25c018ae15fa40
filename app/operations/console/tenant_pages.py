"""Tenants of the cell: list, create, suspend, resume, delete."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Controller, Response, get, post
from litestar.params import FromPath

from app.core.errors import Conflict, Invalid
from app.core.settings import settings
from app.core.words import _
from app.operations.console.shell import AnyRequest, operator_of, page
from app.operations.views import NewTenant, TenantList, TenantPage, TenantRow
from app.tenancy import migrations, runner
from app.web import forms
from app.web.components import Notice, Tone
from app.web.pages import redirect

log = structlog.get_logger(__name__)
TONES: dict[str, Tone] = {"active": "ok", "suspended": "warn", "creating": "info", "deleting": "bad"}
SHOWN = 500


def state_name(status: str) -> str:
    names = {
        "active": _("Active"),
        "suspended": _("Suspended"),
        "creating": _("Being made"),
        "deleting": _("Being deleted"),
    }
    return names[status]


def row_of(tenant: runner.Summary, head: str) -> TenantRow:
    return TenantRow(
        slug=tenant.slug,
        name=tenant.name,
        url=settings().url(tenant.slug),
        host=tenant.hosts[0] if tenant.hosts else "",
        state=state_name(tenant.status),
        tone=TONES[tenant.status],
        schema=(tenant.schema_version or "")[:4],
        behind=tenant.status == "active" and tenant.schema_version != head,
        created_at=tenant.created_at,
    )


class Tenants(Controller):
    path = "/operator"

    @get("/")
    async def list(self, request: AnyRequest) -> Response[str]:
        operator = await operator_of(request)
        state, text = request.query_params.get("state", ""), forms.line(request.query_params.get("q", ""))
        everyone = await runner.list()
        found = [
            one
            for one in everyone
            if state in ("", one.status) and text.lower() in f"{one.slug} {one.name} {' '.join(one.hosts)}".lower()
        ]
        head = migrations.read("tenant").head
        counts = {"": len(everyone), "suspended": sum(one.status == "suspended" for one in everyone)}
        view = TenantList(
            tenants=[row_of(one, head) for one in found[:SHOWN]],
            total=len(found),
            state=state,
            text=text,
            counts=counts,
        )
        return await page(request, "operations/tenants.html", operator, view=view)

    @get("/tenants/new")
    async def ask(self, request: AnyRequest) -> Response[str]:
        operator = await operator_of(request)
        view = NewTenant(domain=settings().base_domain)
        return await page(request, "operations/new_tenant.html", operator, view=view)

    @post("/tenants", status_code=201)
    async def create(self, request: AnyRequest) -> Response[str]:
        operator = await operator_of(request)
        form = await forms.read(request)
        slug, name, email = form.line("slug").lower(), form.line("name"), form.line("email")
        try:
            made = await runner.create(slug, name, email)
        except Invalid as refusal:
            errors = {"email" if field == "admin_email" else field: text for field, text in refusal.errors.items()}
        except Conflict as refusal:
            errors = {"slug": refusal.message}
        else:
            log.info("operator.tenant_created", operator=operator.email, slug=slug)
            return await self._tenant(request, slug, notes=made.notes)
        view = NewTenant(slug=slug, name=name, email=email, domain=settings().base_domain, errors=errors)
        return await page(request, "operations/new_tenant.html", operator, status=422, view=view)

    @get("/tenants/{slug:str}")
    async def show(self, request: AnyRequest, slug: FromPath[str]) -> Response[str]:
        return await self._tenant(request, slug)

    @post("/tenants/{slug:str}/suspension", status_code=303)
    async def suspend(self, request: AnyRequest, slug: FromPath[str]) -> Response[str]:
        operator = await operator_of(request)
        await runner.suspend(slug)
        log.info("operator.tenant_suspended", operator=operator.email, slug=slug)
        return redirect(request, f"/operator/tenants/{slug}")

    @post("/tenants/{slug:str}/resumption", status_code=303)
    async def resume(self, request: AnyRequest, slug: FromPath[str]) -> Response[str]:
        operator = await operator_of(request)
        await runner.resume(slug)
        log.info("operator.tenant_resumed", operator=operator.email, slug=slug)
        return redirect(request, f"/operator/tenants/{slug}")

    @post("/tenants/{slug:str}/deletion", status_code=303)
    async def delete(self, request: AnyRequest, slug: FromPath[str]) -> Response[str]:
        operator = await operator_of(request)
        if (await forms.read(request)).line("slug") != slug:
            notice = Notice(
                text=_("Nothing was deleted: type {slug} to confirm.").format(slug=slug),
                tone="warn",
                glyph="alert-triangle",
            )
            return await self._tenant(request, slug, notice=notice, status=422)
        await runner.delete(slug)
        log.info("operator.tenant_deleted", operator=operator.email, slug=slug)
        return redirect(request, "/operator")

    async def _tenant(
        self,
        request: AnyRequest,
        slug: str,
        *,
        notes: dict[str, str] | None = None,
        notice: Notice | None = None,
        status: int = 200,
    ) -> Response[Any]:
        operator = await operator_of(request)
        found = await runner.show(slug)
        view = TenantPage(
            row=row_of(found, migrations.read("tenant").head),
            admin_email=found.admin_email,
            database=found.database,
            size=found.size,
            mail_addresses=found.mail_addresses,
            waiting_jobs=found.waiting_jobs,
            failed_jobs=found.failed_jobs,
            open_alarms=found.open_alarms,
            suspended_at=found.suspended_at,
            notes=notes or {},
            notice=notice,
        )
        return await page(request, "operations/tenant.html", operator, status=status, view=view)
