"""The operator's pages, and the outbox of a development machine."""

# ruff: noqa: E501  a sample a line is easier to find than one over five
from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.operations import views as operations
from app.operations.doctor.findings import Finding
from app.tenancy.alarms import Alarm
from app.tenancy.jobs import Waiting
from app.web.components import NavigationEntry, Notice

Page = tuple[str, dict[str, Any]]


def house(current: str) -> operations.OperatorShell:
    entries = [
        NavigationEntry(key="tenants", href="/operator", glyph="building-community", label="Tenants"),
        NavigationEntry(key="health", href="/operator/health", glyph="stethoscope", label="Health", count=1),
        NavigationEntry(key="jobs", href="/operator/jobs", glyph="stack-2", label="Jobs"),
        NavigationEntry(key="mail", href="/operator/mail", glyph="mail-exclamation", label="Held mail", count=2),
    ]
    return operations.OperatorShell(
        operator="Olga Petrova", cell="localhost", version="0.1.0", current=current, entries=entries
    )


def pages(ago: Any, shell: Any) -> Iterator[tuple[str, Page]]:
    yield (
        "operator-sign-in",
        (
            "operations/sign_in.html",
            {
                "house": "",
                "door": operations.OperatorSignIn(
                    notice=Notice(tone="bad", text="E-mail and password do not fit together.")
                ),
            },
        ),
    )
    yield (
        "landing",
        (
            "operations/landing.html",
            {"house": "", "tenants": [SimpleNamespace(href="http://acme.localhost:8000", label="acme")]},
        ),
    )
    rows = [
        operations.TenantRow(slug=slug, name=slug, url=f"http://{slug}.localhost:8000", host=f"{slug}.localhost", state=state, tone=tone, schema="0007", behind=slug == "hooli", created_at=ago(days=90))
        for slug, state, tone in (("acme", "Running", "ok"), ("globex", "Running", "ok"), ("hooli", "Running", "ok"), ("northgate-verwaltungsgesellschaft", "Suspended", "warn"))
    ]  # fmt: skip
    counts = {"": 4, "active": 3, "suspended": 1}
    operator = {"operator": house("tenants")}
    yield (
        "operator",
        ("operations/tenants.html", {**operator, "view": operations.TenantList(tenants=rows, total=4, counts=counts)}),
    )
    yield (
        "operator--none",
        (
            "operations/tenants.html",
            {**operator, "view": operations.TenantList(tenants=[], total=0, text="zz", counts=counts)},
        ),
    )
    yield (
        "operator-new",
        (
            "operations/new_tenant.html",
            {**operator, "view": operations.NewTenant(errors={"slug": "There is a tenant of this name."})},
        ),
    )
    given = {
        "admin_email": "kim@acme.test",
        "database": "t_7f3a91",
        "size": 12_400_000,
        "mail_addresses": ["support@acme.localhost"],
        "waiting_jobs": 3,
        "failed_jobs": 1,
        "open_alarms": 0,
    }
    yield (
        "operator-tenant",
        (
            "operations/tenant.html",
            {**operator, "view": operations.TenantPage(row=rows[0], **given, notes={"password": "shown once"})},
        ),
    )
    yield (
        "operator-tenant--suspended",
        (
            "operations/tenant.html",
            {**operator, "view": operations.TenantPage(row=rows[3], **given, suspended_at=ago(days=2))},
        ),
    )
    findings = [
        Finding(check="database", level="ok", what="PostgreSQL 18.6 answers in 2 ms."),
        Finding(check="mail", level="warn", what="No relay is set.", remedy="Set FONDACO_SMTP_URL.", tenant="acme"),
    ]
    alarms = [
        Alarm(
            id=UUID(int=1),
            tenant="acme",
            kind="mail.quarantined",
            summary="A mail could not be read",
            detail="parse error",
            times=3,
            created_at=ago(hours=2),
            last_at=ago(minutes=5),
            resolved_at=None,
        )
    ]
    yield (
        "operator-health",
        (
            "operations/health.html",
            {
                "operator": house("health"),
                "view": operations.HealthPage(findings=findings, alarms=alarms, looked_at=ago(minutes=0)),
            },
        ),
    )
    jobs = [
        Waiting(
            id=7,
            name="mail.send",
            tenant="acme",
            status="failed",
            attempts=8,
            created_at=ago(hours=3),
            due_at=ago(hours=1),
            error="ConnectionRefusedError: 25",
        )
    ]
    yield (
        "operator-jobs",
        (
            "operations/jobs.html",
            {
                "operator": house("jobs"),
                "view": operations.JobsPage(pending=jobs, failed=jobs, counts={"queued": 1, "picked": 0, "failed": 1}),
            },
        ),
    )
    yield (
        "operator-jobs--none",
        (
            "operations/jobs.html",
            {
                "operator": house("jobs"),
                "view": operations.JobsPage(pending=[], failed=[], counts={"queued": 0, "picked": 0, "failed": 0}),
            },
        ),
    )
    held = [
        operations.HeldMail(
            id=UUID(int=3),
            tenant="acme",
            reason="The parser failed: nested too deeply.",
            size=25_000_000,
            received_at=ago(hours=1),
        )
    ]
    yield "operator-mail", ("operations/mail.html", {"operator": house("mail"), "view": operations.MailPage(held=held)})
    yield (
        "operator-mail--none",
        ("operations/mail.html", {"operator": house("mail"), "view": operations.MailPage(held=[])}),
    )
    yield from outbox(ago, shell)


def outbox(ago: Any, shell: Any) -> Iterator[tuple[str, Page]]:
    mails = [
        operations.OutboxRow(
            id=UUID(int=1),
            subject="Re: Broken printer on floor 3",
            to=["marta.keller@nordwind.example"],
            sender="acme Support <support@acme.localhost>",
            at=ago(minutes=1),
            files=1,
        ),
        operations.OutboxRow(
            id=UUID(int=2),
            subject="Your invitation to acme",
            to=["henrik@acme.test"],
            sender="acme <support@acme.localhost>",
            at=ago(hours=1),
            state="queued",
        ),
    ]
    yield "outbox", ("operations/outbox.html", {"shell": shell(""), "view": operations.Outbox(rows=mails)})
    yield "outbox--empty", ("operations/outbox.html", {"view": operations.Outbox(rows=[])})
    headers = [
        ("From", mails[0].sender),
        ("To", mails[0].to[0]),
        ("Subject", mails[0].subject),
        ("Message-ID", "<0199.1056@acme.localhost>"),
        ("In-Reply-To", "<abc@nordwind.example>"),
    ]
    mail = operations.OutboxMail(
        row=mails[0],
        headers=headers,
        text="Hello Marta,\n\nHenrik comes at 11:30.\n\nKim",
        frame="/dev/outbox/1/html",
        raw_href="/dev/outbox/1/raw",
        files=[operations.OutboxFile(name="roller.pdf", size=310_000, href="/dev/outbox/1/files/0")],
    )
    yield "outbox-mail", ("operations/outbox_mail.html", {"shell": shell(""), "view": mail})
