"""What the pages of the service desk show: lists, the conversation, the composer, the side panel, mail channels."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from markupsafe import Markup
from msgspec import field

from app.web.components import Choice, Notice, Person, Tab, Tag, Tone, View

Errors = dict[str, str]
PICTURE_GLYPH, FILE_GLYPH = "photo", "file"
Status = Literal["new", "open", "waiting", "solved", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]


class TicketRow(View):
    """One line of a list. `who` is the contact's name or address, `busy` a colleague who is writing an answer."""

    id: UUID
    number: int
    subject: str
    status: Status
    priority: Priority
    who: str
    updated_at: datetime
    account: str = ""
    snippet: str = ""
    has_files: bool = False
    unread: bool = False
    busy: str = ""
    assignee: Person | None = None
    tags: list[Tag] = field(default_factory=list)

    @property
    def href(self) -> str:
        return f"/tickets/{self.number}"


class FilterChip(View):
    """A part of the filter in words; `href` is the same list without it."""

    field: str
    relation: str
    value: str
    href: str


class TicketList(View):
    """`desk/tickets.html`; `desk/_ticket_rows.html` for `?part=rows`, which `src` names (the same list, first page).

    `queue` is the shell's key. `text` stands in the filter field (GET `q`), `total` beside the title. `newest_href` is
    given on a later page. `kept` are the other query arguments that the filter form sends along."""

    queue: str
    title: str
    src: str
    rows: list[TicketRow]
    tabs: list[Tab]
    total: int | None = None
    text: str = ""
    chips: list[FilterChip] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    clear_href: str = ""
    older_href: str = ""
    newest_href: str = ""
    sort: Literal["touched", "newest"] = "touched"
    sort_href: str = ""
    may_change: bool = True

    @property
    def filtered(self) -> bool:
        return bool(self.text or self.chips)


class FileView(View):
    """A file of a message. `picture` files are also shown small; `size` in bytes."""

    id: UUID
    name: str
    size: int
    href: str
    picture: bool = False

    @property
    def glyph(self) -> str:
        return PICTURE_GLYPH if self.picture else FILE_GLYPH


class DraftFile(View):
    """A file in the composer (`desk/_draft_file.html` is what an upload answers). `remove_href` takes DELETE."""

    id: UUID
    name: str
    size: int
    href: str
    remove_href: str


class Delivery(View):
    """What became of an answer. `reason` in words when it failed; `again_href` takes a POST to send it once more."""

    state: Literal["queued", "sending", "sent", "delivered", "failed", "bounced", "canceled"]
    reason: str = ""
    again_href: str = ""

    @property
    def tone(self) -> Tone:
        return "bad" if self.state in ("failed", "bounced") else ""


class MessageView(View):
    """A message in the conversation.

    Either `body` (safe markup of ours, or None) or `frame` (address of the mail's own HTML, shown sandboxed) is given,
    or `text` alone. `images_frame` is the address that also lets remote pictures in, "" when there are none to ask for.
    `kind` says how it looks; `class_` marks what machines wrote. `quoted` and `signature` are plain text, folded."""

    id: UUID
    kind: Literal["inbound", "outbound", "note"]
    person: Person
    at: datetime
    class_: Literal["message", "auto_reply", "bounce", "complaint"] = "message"
    to: str = ""
    to_all: list[str] = field(default_factory=list)
    cc: list[str] = field(default_factory=list)
    subject: str = ""
    body: Markup | None = None
    frame: str = ""
    images_frame: str = ""
    text: str = ""
    quoted: str = ""
    signature: str = ""
    files: list[FileView] = field(default_factory=list)
    delivery: Delivery | None = None
    notice: Notice | None = None
    raw_href: str = ""
    unread: bool = False

    @property
    def quoted_lines(self) -> int:
        return len(self.quoted.strip().splitlines())


class Happening(View):
    """One event between the messages. `sentence` is markup of ours with people in <b>."""

    at: datetime
    sentence: Markup
    glyph: str = "history"


class Happenings(View):
    """Several changes by one person in a row, folded: "3 changes by Kim"."""

    person: str
    events: list[Happening]

    @property
    def first_at(self) -> datetime:
        return self.events[0].at

    @property
    def last_at(self) -> datetime:
        return self.events[-1].at


class Entry(View):
    """Exactly one of the four. `since` is the line "New since you looked"; `earlier_href` stands before what is not shown."""

    message: MessageView | None = None
    event: Happening | None = None
    events: Happenings | None = None
    since: bool = False
    earlier_href: str = ""


class Thread(View):
    """`desk/_thread.html`, fetched again from `src`. `newest` is the id of the last message; `read_href` takes a POST."""

    ticket: UUID
    src: str
    entries: list[Entry]
    newest: str = ""
    read_href: str = ""


class TicketHead(View):
    """`desk/_ticket_head.html`, fetched again from `src`. Neighbours are those of the list one came from."""

    id: UUID
    number: int
    subject: str
    status: Status
    src: str
    back_href: str
    back_label: str
    previous_href: str = ""
    next_href: str = ""
    position: int = 0
    total: int = 0
    may_change: bool = True

    @property
    def href(self) -> str:
        return f"/tickets/{self.number}"


class Fields(View):
    """`desk/_fields.html`: the ticket's fields, each changed by PATCH /tickets/<number> with its own name: status,
    priority, assignee ("" nobody), team ("" none); tags by POST …/tags (name) and DELETE …/tags/<name>. Each answers
    this fragment. `src` gives it again."""

    id: UUID
    number: int
    src: str
    status: Status
    priority: Priority
    statuses: list[Choice]
    priorities: list[Choice]
    assignees: list[Choice]
    teams: list[Choice]
    assignee: Person | None = None
    tags: list[Tag] = field(default_factory=list)
    known_tags: list[str] = field(default_factory=list)
    channel: str = ""
    created_at: datetime | None = None
    may_change: bool = True
    errors: Errors = field(default_factory=dict)


class NeighbourTicket(View):
    """Another ticket in a side panel or on a customer's page."""

    number: int
    subject: str
    status: Status
    updated_at: datetime

    @property
    def href(self) -> str:
        return f"/tickets/{self.number}"


class CustomerCard(View):
    """Who asks. `mail_reason` says why mail to the contact comes back; account and contact are absent when unknown."""

    person: Person
    contact_href: str = ""
    title: str = ""
    phone: str = ""
    account: str = ""
    account_href: str = ""
    account_owner: Person | None = None
    zone_time: str = ""
    mail_reason: str = ""
    note: str = ""


class PanelView(View):
    """`desk/_ticket_panel.html`: customer, fields, other tickets of the same account or contact."""

    customer: CustomerCard | None
    fields: Fields
    others: list[NeighbourTicket] = field(default_factory=list)
    others_count: int = 0
    others_href: str = ""


class DraftText(View):
    """What one has begun to write: safe markup and files."""

    html: Markup = Markup("")
    cc: str = ""
    files: list[DraftFile] = field(default_factory=list)


class Composer(View):
    """`desk/_composer.html`. Addresses: POST <base>/messages, PUT <base>/drafts/outbound|note, POST …/files.

    `to` are the recipients' names. `may_reply` False leaves the note alone (with `why` as the reason in words).
    `busy` is a colleague who is writing. `start` is what the composer opens as."""

    base: str
    to: list[str] = field(default_factory=list)
    reply: DraftText = field(default_factory=DraftText)
    note: DraftText = field(default_factory=DraftText)
    saved_at: datetime | None = None
    start: Literal["outbound", "note"] = "outbound"
    may_reply: bool = True
    why: str = ""
    busy: str = ""
    busy_since: datetime | None = None


class TicketPage(View):
    """`desk/ticket.html`. `composer` None for those who may only look."""

    head: TicketHead
    thread: Thread
    panel: PanelView
    composer: Composer | None
    notices: list[Notice] = field(default_factory=list)


class NewTicket(View):
    """`desk/new_ticket.html`. POST /tickets as multipart: email, name, subject, html, direction (outbound: write to the
    customer, note: only file it), team, assignee, priority, files. `contacts` are suggestions for the address,
    `key` makes one ticket of a form that is sent twice."""

    teams: list[Choice]
    assignees: list[Choice]
    priorities: list[Choice]
    channels: list[Choice] = field(default_factory=list)
    contacts: list[Choice] = field(default_factory=list)
    email: str = ""
    name: str = ""
    subject: str = ""
    html: Markup = Markup("")
    direction: Literal["outbound", "note"] = "outbound"
    errors: Errors = field(default_factory=dict)
    key: str = ""


class ChannelRow(View):
    """`state`: receives, quiet (no IMAP, waits for SMTP), failing, off."""

    id: UUID
    address: str
    name: str
    team: str = ""
    is_default: bool = False
    state: Literal["receives", "quiet", "failing", "off"] = "quiet"
    reason: str = ""
    checked_at: datetime | None = None


class Channels(View):
    """`desk/channels.html`."""

    channels: list[ChannelRow]
    may_change: bool = True


class ImapTest(View):
    """`desk/_imap_test.html`, what POST …/test answers: whether the mailbox opened, and in words why not."""

    ok: bool
    text: str
    at: datetime | None = None


class ChannelForm(View):
    """`desk/channel.html`. POST to the page's own address: address, name, team, signature, is_default, active,
    imap_host, imap_port, imap_security, imap_user, imap_password ("" keeps the stored one), imap_folder,
    dkim_selector; POST <base>/test tries the mailbox with what stands in the form; POST <base>/dkim makes a new key;
    POST <base>/removal removes the channel. `dkim_record` is the DNS record to set, `dkim_name` its name."""

    base: str
    teams: list[Choice]
    securities: list[Choice]
    id: UUID | None = None
    address: str = ""
    name: str = ""
    signature: str = ""
    is_default: bool = False
    active: bool = True
    imap_host: str = ""
    imap_port: int = 993
    imap_user: str = ""
    imap_folder: str = "INBOX"
    has_password: bool = False
    test: ImapTest | None = None
    dkim_selector: str = ""
    dkim_name: str = ""
    dkim_record: str = ""
    tickets: int = 0
    state: Literal["receives", "quiet", "failing", "off"] = "quiet"
    errors: Errors = field(default_factory=dict)
