"""What needs the operator: findings of the doctor, alarms, jobs that gave up, mail that is held."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from app.core import clock
from app.core.errors import NotFound
from app.operations import doctor
from app.operations.console import held
from app.operations.console.shell import AnyRequest, operator_of, page
from app.operations.views import HealthPage, JobsPage
from app.tenancy import alarms, jobs
from app.web.pages import redirect

MOST_FINDINGS = 400


class Health(Controller):
    path = "/operator/health"

    @get("/")
    async def show(self, request: AnyRequest) -> Response[str]:
        operator = await operator_of(request)
        findings = []
        async for finding in doctor.examine():
            findings.append(finding)
            if len(findings) >= MOST_FINDINGS:
                break
        worst_first = sorted(findings, key=lambda finding: ("fail", "warn", "ok").index(finding.level))
        view = HealthPage(
            findings=[finding for finding in worst_first if finding.check != "alarms"],
            alarms=await alarms.open_alarms(),
            looked_at=clock.now(),
        )
        return await page(request, "operations/health.html", operator, view=view)

    @post("/alarms/{alarm_id:uuid}/resolution", status_code=303)
    async def resolve(self, request: AnyRequest, alarm_id: FromPath[UUID]) -> Response[str]:
        await operator_of(request)
        if not await alarms.resolve(alarm_id):
            raise NotFound
        return redirect(request, "/operator/health")


class Jobs(Controller):
    path = "/operator/jobs"

    @get("/")
    async def show(self, request: AnyRequest) -> Response[str]:
        operator = await operator_of(request)
        view = JobsPage(pending=await jobs.pending(), failed=await jobs.failed(), counts=await jobs.counts())
        return await page(request, "operations/jobs.html", operator, view=view)

    @post("/{job_id:int}/retry", status_code=303)
    async def retry(self, request: AnyRequest, job_id: FromPath[int]) -> Response[str]:
        await operator_of(request)
        if not await jobs.retry(job_id):
            raise NotFound
        return redirect(request, "/operator/jobs")

    @post("/{job_id:int}/drop", status_code=303)
    async def drop(self, request: AnyRequest, job_id: FromPath[int]) -> Response[str]:
        await operator_of(request)
        if not await jobs.drop(job_id):
            raise NotFound
        return redirect(request, "/operator/jobs")


class Mail(Controller):
    path = "/operator/mail"

    @get("/")
    async def show(self, request: AnyRequest) -> Response[str]:
        operator = await operator_of(request)
        return await page(request, "operations/mail.html", operator, view=await held.all_held())

    @post("/{slug:str}/{mail_id:uuid}/retry", status_code=303)
    async def retry(self, request: AnyRequest, slug: FromPath[str], mail_id: FromPath[UUID]) -> Response[str]:
        await operator_of(request)
        if not await held.retry(slug, mail_id):
            raise NotFound
        return redirect(request, "/operator/mail")
