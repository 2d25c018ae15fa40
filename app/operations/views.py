"""What the operator's pages show."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from msgspec import field

from app.operations.doctor import Finding
from app.tenancy.alarms import Alarm
from app.tenancy.jobs import Waiting
from app.web.components import NavigationEntry, Notice, Tone, View


class OperatorShell(View):
    """The dark house around the operator's pages. `cell` is the base domain of this cell."""

    operator: str
    cell: str
    version: str
    current: str
    entries: list[NavigationEntry]


class OperatorSignIn(View):
    email: str = ""
    notice: Notice | None = None
    wrong: bool = False


class TenantRow(View):
    slug: str
    name: str
    url: str
    host: str
    state: str
    tone: Tone
    schema: str
    behind: bool
    created_at: datetime


class TenantList(View):
    """`operations/tenants.html`. `state` is the chosen part: all, active, suspended."""

    tenants: list[TenantRow]
    total: int
    state: str = ""
    text: str = ""
    counts: dict[str, int] = field(default_factory=dict)


class NewTenant(View):
    """`operations/new_tenant.html`."""

    slug: str = ""
    name: str = ""
    email: str = ""
    domain: str = ""
    errors: dict[str, str] = field(default_factory=dict)


class TenantPage(View):
    """`operations/tenant.html`. `size` in bytes. `notes` is what the slices said when it was made: shown once."""

    row: TenantRow
    admin_email: str
    database: str
    size: int | None
    mail_addresses: list[str]
    waiting_jobs: int
    failed_jobs: int
    open_alarms: int
    suspended_at: datetime | None = None
    notes: dict[str, str] = field(default_factory=dict)
    notice: Notice | None = None


class HealthPage(View):
    """`operations/health.html`."""

    findings: list[Finding]
    alarms: list[Alarm]
    looked_at: datetime

    @property
    def failing(self) -> int:
        return sum(finding.level == "fail" for finding in self.findings)

    @property
    def warning(self) -> int:
        return sum(finding.level == "warn" for finding in self.findings)


class JobsPage(View):
    """`operations/jobs.html`."""

    pending: list[Waiting]
    failed: list[Waiting]
    counts: dict[str, int]


class HeldMail(View):
    """A message in quarantine; of its content the operator sees nothing. `size` in bytes."""

    id: UUID
    tenant: str
    reason: str
    size: int
    received_at: datetime


class MailPage(View):
    """`operations/mail.html`. `more`: there are more than are shown."""

    held: list[HeldMail]
    more: bool = False


class OutboxRow(View):
    """A mail that would have left: state as in its tenant (queued, sending, sent, failed, bounced, canceled)."""

    id: UUID
    subject: str
    to: list[str]
    sender: str
    at: datetime
    state: str = "sent"
    files: int = 0

    @property
    def href(self) -> str:
        return f"/dev/outbox/{self.id}"


class Outbox(View):
    """`operations/outbox.html`, in development only: every mail of this tenant, newest first. `?part=rows` answers
    `operations/_outbox_rows.html`."""

    rows: list[OutboxRow]
    older_href: str = ""


class OutboxFile(View):
    name: str
    size: int
    href: str


class OutboxMail(View):
    """`operations/outbox_mail.html`. `headers` as they go out, in order. `frame` is the address of the HTML part alone
    ("" when there is none), `raw_href` that of the whole message."""

    row: OutboxRow
    headers: list[tuple[str, str]]
    text: str = ""
    frame: str = ""
    raw_href: str = ""
    files: list[OutboxFile] = field(default_factory=list)
