"""What the pages about customers show: accounts, contacts, and one timeline for each."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from markupsafe import Markup
from msgspec import field

from app.web.components import Choice, Notice, Person, Tone, View

Errors = dict[str, str]
Status = Literal["new", "open", "waiting", "solved", "closed"]


class AccountRow(View):
    id: UUID
    name: str
    updated_at: datetime
    domain: str = ""
    owner: Person | None = None
    contacts: int = 0
    open_tickets: int = 0

    @property
    def href(self) -> str:
        return f"/accounts/{self.id}"


class NewAccount(View):
    """POST /accounts: name, domain. `open` shows the dialog again with its errors."""

    name: str = ""
    domain: str = ""
    errors: Errors = field(default_factory=dict)
    open: bool = False


class AccountList(View):
    """`crm/accounts.html`; `crm/_account_rows.html` for `?part=rows`, which `src` names."""

    rows: list[AccountRow]
    src: str
    total: int | None = None
    text: str = ""
    older_href: str = ""
    newest_href: str = ""
    new: NewAccount = field(default_factory=NewAccount)
    may_change: bool = True


class ContactRow(View):
    id: UUID
    person: Person
    updated_at: datetime
    title: str = ""
    account: str = ""
    account_href: str = ""
    open_tickets: int = 0
    bounced: bool = False

    @property
    def href(self) -> str:
        return f"/contacts/{self.id}"


class NewContact(View):
    """POST /contacts: name, email, account ("" none: it follows from the address)."""

    name: str = ""
    email: str = ""
    errors: Errors = field(default_factory=dict)
    open: bool = False


class ContactList(View):
    """`crm/contacts.html`; `crm/_contact_rows.html` for `?part=rows`, which `src` names."""

    rows: list[ContactRow]
    src: str
    total: int | None = None
    text: str = ""
    older_href: str = ""
    newest_href: str = ""
    new: NewContact = field(default_factory=NewContact)
    may_change: bool = True


class TimelineEntry(View):
    """One thing that happened. `sentence` is markup of ours: people in <b>, records as links. `detail` is plain text."""

    at: datetime
    sentence: Markup
    glyph: str = "history"
    detail: str = ""
    tone: Tone = ""


class TimelineDay(View):
    """Entries of one day in the reader's zone, newest first."""

    at: datetime
    entries: list[TimelineEntry]


class Timeline(View):
    """`crm/_timeline.html` for `?part=timeline`; `older_href` answers `crm/_timeline_days.html` for what came before.
    `live` is what to listen for, such as "account:<id> ticket"."""

    days: list[TimelineDay]
    src: str
    live: str
    older_href: str = ""


class TicketLine(View):
    """A ticket of this customer."""

    number: int
    subject: str
    status: Status
    updated_at: datetime
    who: str = ""
    assignee: Person | None = None

    @property
    def href(self) -> str:
        return f"/tickets/{self.number}"


class AccountFields(View):
    """`crm/_account_fields.html`: PATCH /accounts/<id> with one of name, domain, phone, website, note, owner ("" nobody)
    and `version`; answers this fragment, with `errors` and 422 when it does not fit."""

    id: UUID
    name: str
    version: int
    owners: list[Choice]
    domain: str = ""
    phone: str = ""
    website: str = ""
    note: str = ""
    owner: Person | None = None
    may_change: bool = True
    errors: Errors = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"/accounts/{self.id}"


class ContactFields(View):
    """`crm/_contact_fields.html`: PATCH /contacts/<id> with one of name, email, phone, title, note, account ("" none)
    and `version`; answers this fragment."""

    id: UUID
    name: str
    version: int
    email: str = ""
    phone: str = ""
    title: str = ""
    note: str = ""
    account: str = ""
    account_href: str = ""
    accounts: list[Choice] = field(default_factory=list)
    may_change: bool = True
    errors: Errors = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"/contacts/{self.id}"


class AccountPage(View):
    """`crm/account.html`. `tab` says which of the two is shown; `people` are its contacts."""

    fields: AccountFields
    since: datetime
    timeline: Timeline
    tickets: list[TicketLine] = field(default_factory=list)
    tickets_count: int = 0
    open_tickets: int = 0
    last_heard_at: datetime | None = None
    people: list[ContactRow] = field(default_factory=list)
    people_count: int = 0
    people_href: str = ""
    tickets_href: str = ""
    tab: Literal["timeline", "tickets"] = "timeline"


class ContactPage(View):
    """`crm/contact.html`. `notice` says why mail comes back; `mail_again_href` takes a POST that trusts the address anew."""

    person: Person
    fields: ContactFields
    since: datetime
    timeline: Timeline
    tickets: list[TicketLine] = field(default_factory=list)
    tickets_count: int = 0
    open_tickets: int = 0
    last_heard_at: datetime | None = None
    tickets_href: str = ""
    notice: Notice | None = None
    mail_again_href: str = ""
    tab: Literal["timeline", "tickets"] = "timeline"
