"""Every page with people in it: Kim and her colleagues of acme, their customers, and the broken printer on floor 3."""

# ruff: noqa: E501  a sample a line is easier to find than one over five
from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from markupsafe import Markup

from app.core import clock
from app.desk import views as desk
from app.identity import views as identity
from app.web import rendering
from app.web.components import Choice, NavigationEntry, NavigationGroup, Notice, Person, Shell, Tab, Tag
from tests.web import sample_customers, sample_operator, sample_settings

KIM = Person(name="Kim Brandt", email="kim@acme.test", tone=1, id=UUID(int=1))
ANN = Person(name="Ann Okafor", email="ann@acme.test", tone=4, id=UUID(int=2))
JONAS = Person(name="Jonas Weber", email="jonas@acme.test", tone=2, id=UUID(int=3))
MARTA = Person(name="Marta Keller", email="marta.keller@nordwind.example", tone=3, id=UUID(int=4))
NOW = clock.now()
TICKET = UUID(int=1056)


def ago(**much: float) -> Any:
    return NOW - timedelta(**much)


def shell(current: str = "mine", *, unread: int = 3) -> Shell:
    entry = NavigationEntry
    return Shell(
        tenant="acme GmbH",
        slug="acme",
        member=KIM,
        role="admin",
        current=current,
        unread=unread,
        home="/inbox/mine",
        navigation=[
            NavigationGroup(
                title="Inbox",
                entries=[
                    entry(key="open", href="/inbox/open", glyph="inbox", label="Inbox", count=23, go="i"),
                    entry(key="mine", href="/inbox/mine", glyph="user", label="Mine", count=7, go="m"),
                    entry(
                        key="unassigned",
                        href="/inbox/unassigned",
                        glyph="user-question",
                        label="Unassigned",
                        count=12,
                        go="u",
                    ),
                    entry(key="all", href="/inbox/all", glyph="stack-2", label="All tickets"),
                ],
            ),
            NavigationGroup(
                title="Customers",
                entries=[
                    entry(key="accounts", href="/accounts", glyph="building", label="Accounts", go="a"),
                    entry(key="contacts", href="/contacts", glyph="address-book", label="Contacts", go="c"),
                ],
            ),
            NavigationGroup(
                title="Teams",
                entries=[
                    entry(key="team-1", href="/inbox/team-1", glyph="users-group", label="Support", count=9),
                    entry(key="team-2", href="/inbox/team-2", glyph="users-group", label="Hardware", count=4),
                ],
            ),
        ],
        settings=[
            NavigationGroup(
                title="You",
                entries=[
                    entry(key="profile", href="/settings/profile", glyph="user", label="Profile", go="s"),
                    entry(key="security", href="/settings/security", glyph="key", label="Security"),
                ],
            ),
            NavigationGroup(
                title="House",
                entries=[
                    entry(key="members", href="/settings/members", glyph="users", label="Members"),
                    entry(key="teams", href="/settings/teams", glyph="users-group", label="Teams"),
                    entry(key="channels", href="/settings/channels", glyph="mail", label="Mail channels"),
                    entry(key="tokens", href="/settings/tokens", glyph="api", label="API tokens"),
                ],
            ),
        ],
    )


def tags(*names: str) -> list[Tag]:
    return [Tag(name=name, tone=1 + len(name) % 6) for name in names]


Line = tuple[int, desk.Status, desk.Priority, str, str, str, str, Any, Person | None, list[str], bool]
LINES: list[Line] = [
    (1057, "new", "urgent", "Priya Raman", "Brightside Dental Group", "Payments stuck on “processing” since this morning",
     "Eleven invoices hang since about 10:02. Our front desk cannot close the day", ago(minutes=2), None, ["payments"], True),
    (1056, "open", "high", "Marta Keller", "Nordwind Logistik GmbH", "Broken printer on floor 3",
     "Levers are down, same picture. Now it also shows E-14 when I close the tray", ago(minutes=6), KIM, ["hardware", "hamburg"], True),
    (1055, "open", "normal", "Jens Petersen", "Ostsee Apotheken eG", "Invoice 2026-0113 shows the wrong VAT id",
     "Our VAT id changed on 1 November, the letter from the tax office is attached", ago(minutes=21), JONAS, ["billing"], False),
    (1054, "new", "normal", "Елена Соколова", "ООО «Северный ветер»", "Не печатает накладные после обновления",
     "После вчерашнего обновления накладные уходят в очередь и остаются там без ошибки", ago(minutes=38), None, ["printing"], True),
    (1053, "open", "normal", "李伟", "上海明远科技有限公司", "发票抬头需要修改",
     "您好，我们公司名称已于本月变更，请把发票抬头改为新的名称，谢谢", ago(minutes=52), ANN, ["billing"], False),
    (1052, "open", "high", "Rui Tavares", "Universidade do Minho", "Single sign-on: people from the Porto office land on a blank page",
     "Works in Braga, fails in Porto, same browser. HAR file attached", ago(hours=1), KIM, ["sign-in"], False),
    (1051, "open", "low", "Ingrid Solberg", "Fjordline AS", "How do we add 12 seats before Friday?",
     "We open the Bergen terminal on Friday and everybody there needs a seat", ago(hours=2), JONAS, ["seats"], False),
    (1048, "open", "normal", "يوسف الحداد", "شركة الأفق", "الطابعة لا تستجيب منذ الصباح",
     "السلام عليكم، الطابعة في الطابق الثاني لا تستجيب", ago(hours=3), None, ["hardware"], False),
    (1044, "waiting", "low", "Tom Baker", "Harbour & Finch Ltd", "Export to XLSX cuts off long notes",
     "Jonas: is it the 32,767 characters that Excel allows in a cell?", ago(days=1, hours=2), JONAS, ["export"], False),
    (1041, "waiting", "low", "sofia@polarbo.example", "", "", "You: Sabine from sales will call you tomorrow at ten",
     ago(days=9), KIM, [], False),
    (1050, "solved", "normal", "Marta Keller", "Nordwind Logistik GmbH", "Label printer jams on 62 mm rolls",
     "Works now, thank you for the quick help!", ago(days=40), ANN, ["hardware", "labels", "urgent-customer"], False),
]  # fmt: skip


def rows() -> list[desk.TicketRow]:
    return [
        desk.TicketRow(
            id=UUID(int=number), number=number, status=status, priority=priority, who=who, account=account, subject=subject,
            snippet=snippet, updated_at=at, assignee=assignee, tags=tags(*names), unread=unread, has_files=number % 2 == 0,
            busy="Ann" if number == 1055 else "",
        )
        for number, status, priority, who, account, subject, snippet, at, assignee, names, unread in LINES
    ]  # fmt: skip


def ticket_list(**changes: Any) -> desk.TicketList:
    given: dict[str, Any] = {
        "queue": "open",
        "title": "Inbox",
        "src": "/inbox/open?part=rows",
        "rows": rows(),
        "total": 23,
        "tabs": [
            Tab(href="/inbox/open", label="Open", count=23, current=True),
            Tab(href="/inbox/open?tab=waiting", label="Waiting", count=4),
            Tab(href="/inbox/open?tab=solved", label="Solved"),
            Tab(href="/inbox/open?tab=all", label="All"),
        ],
        "older_href": "/inbox/open?after=x",
        "sort_href": "/inbox/open?sort=newest",
        "clear_href": "/inbox/open",
    }
    return desk.TicketList(**{**given, **changes})


def choices(*labels: str, chosen: int = 0) -> list[Choice]:
    return [Choice(value=label.lower(), label=label, selected=at == chosen) for at, label in enumerate(labels)]


def fields(**changes: Any) -> desk.Fields:
    given: dict[str, Any] = {
        "id": TICKET,
        "number": 1056,
        "src": "/tickets/1056?part=fields",
        "status": "open",
        "priority": "high",
        "statuses": choices("New", "Open", "Waiting", "Solved", "Closed", chosen=1),
        "priorities": choices("Low", "Normal", "High", "Urgent", chosen=2),
        "assignees": choices("Nobody", "Kim Brandt", "Ann Okafor", chosen=1),
        "teams": choices("No team", "Support", "Hardware", chosen=1),
        "assignee": KIM,
        "tags": tags("hardware", "hamburg"),
        "known_tags": ["billing", "export"],
        "channel": "support@acme.test",
        "created_at": ago(hours=2),
    }
    return desk.Fields(**{**given, **changes})


def messages() -> list[desk.Entry]:
    photo = desk.FileView(
        id=UUID(int=91), name="floor-3-printer.jpg", size=2_100_000, href=rendering.asset("fondaco.svg"), picture=True
    )
    log = desk.FileView(id=UUID(int=92), name="error-log.txt", size=4_120, href="/files/92")
    first = desk.MessageView(
        id=UUID(int=11), kind="inbound", person=MARTA, at=ago(hours=1, minutes=40), to="support@acme.test",
        to_all=["support@acme.test"], cc=["it@nordwind.example"], subject="Broken printer on floor 3",
        frame="/tickets/1056/messages/11/html", images_frame="/tickets/1056/messages/11/html?images=1",
        signature="Marta Keller · Head of Operations\nNordwind Logistik GmbH · Kontorhaus 4 · 20457 Hamburg", files=[photo, log],
    )  # fmt: skip
    note = desk.MessageView(
        id=UUID(int=12), kind="note", person=KIM, at=ago(hours=1, minutes=30),
        body=Markup("<p>@Jonas is this the batch with the soft pick-up rollers? Same firmware (4.2.1) as in #987.</p>"),
    )  # fmt: skip
    answer = desk.MessageView(
        id=UUID(int=13), kind="outbound", person=KIM, at=ago(hours=1, minutes=20), to="Marta Keller",
        body=Markup(
            "<p>Hello Marta,</p><p>thank you for the photo, that helps. Please open tray 2 and press the two green levers"
            " down until they click, then print <b>one page</b>:</p><ul><li>open tray 2</li><li>press the levers</li></ul>"
            "<p><code>lpstat -p floor3</code></p><p>Kim</p>"
        ),
        delivery=desk.Delivery(state="sent"),
    )  # fmt: skip
    failed = desk.MessageView(
        id=UUID(int=14), kind="outbound", person=ANN, at=ago(hours=1), to="it@nordwind.example", text="Are you there?",
        delivery=desk.Delivery(
            state="bounced", reason="mx.nordwind.example says the mailbox it@ does not exist (550 5.1.1).", again_href="/again"
        ),
    )  # fmt: skip
    last = desk.MessageView(
        id=UUID(int=15), kind="inbound", person=MARTA, at=ago(minutes=6), to="Kim Brandt",
        text="Levers are down, same picture. Now it also shows E-14 when I close the tray. Can Henrik come before noon?",
        quoted="On 24 Nov 2026 at 09:31 Kim Brandt wrote:\n> Hello Marta, thank you for the photo, that helps.\n> Please open tray 2", unread=True,
    )  # fmt: skip
    opened = desk.Happening(
        at=ago(hours=1, minutes=40), glyph="mail", sentence=Markup("Opened by mail to support@acme.test")
    )
    took = desk.Happening(at=ago(hours=1, minutes=35), glyph="user", sentence=Markup("<b>Kim</b> took it"))
    changed = [
        desk.Happening(at=ago(hours=1, minutes=20), sentence=Markup("Status: Open → Waiting")),
        desk.Happening(at=ago(hours=1, minutes=19), sentence=Markup("Tags: + hamburg")),
    ]
    entry = desk.Entry
    return [
        entry(event=opened), entry(message=first), entry(event=took), entry(message=note), entry(message=answer),
        entry(events=desk.Happenings(person="Kim", events=changed)), entry(message=failed), entry(since=True), entry(message=last),
        entry(event=desk.Happening(at=ago(minutes=6), glyph="arrow-back-up", sentence=Markup("Reopened by the answer"))),
    ]  # fmt: skip


def head(**changes: Any) -> desk.TicketHead:
    given: dict[str, Any] = {
        "id": TICKET, "number": 1056, "subject": "Broken printer on floor 3", "status": "open", "src": "/tickets/1056?part=head",
        "back_href": "/inbox/open", "back_label": "Inbox", "previous_href": "/tickets/1057", "next_href": "/tickets/1055",
        "position": 2, "total": 23,
    }  # fmt: skip
    return desk.TicketHead(**{**given, **changes})


def composer(**changes: Any) -> desk.Composer:
    file = desk.DraftFile(
        id=UUID(int=77), name="roller-set-M480.pdf", size=310_000, href="/files/77", remove_href="/files/77"
    )
    text = Markup("<p>Hello Marta,</p><p>E-14 means the roller set is worn out. Henrik comes at <b>11:30</b>.</p>")
    given: dict[str, Any] = {
        "base": "/tickets/1056", "to": ["Marta Keller"], "reply": desk.DraftText(html=text, files=[file]), "saved_at": ago(minutes=1),
    }  # fmt: skip
    return desk.Composer(**{**given, **changes})


def ticket_page(**changes: Any) -> desk.TicketPage:
    customer = desk.CustomerCard(
        person=MARTA, contact_href="/contacts/4", title="Head of Operations", phone="+49 40 5550 4410",
        account="Nordwind Logistik GmbH", account_href="/accounts/9", account_owner=JONAS,
    )  # fmt: skip
    others = [
        desk.NeighbourTicket(
            number=1050, subject="Label printer jams on 62 mm rolls", status="solved", updated_at=ago(hours=5)
        ),
        desk.NeighbourTicket(number=1031, subject="Cost report per floor", status="waiting", updated_at=ago(days=2)),
    ]
    given: dict[str, Any] = {
        "head": head(),
        "thread": desk.Thread(
            ticket=TICKET, src="/tickets/1056?part=thread", entries=messages(), newest=str(UUID(int=15)), read_href="/tickets/1056/read"
        ),
        "panel": desk.PanelView(customer=customer, fields=fields(), others=others, others_count=14, others_href="/accounts/9"),
        "composer": composer(),
    }  # fmt: skip
    return desk.TicketPage(**{**given, **changes})


def new_ticket(**changes: Any) -> desk.NewTicket:
    given: dict[str, Any] = {
        "teams": choices("No team", "Support"), "assignees": choices("Nobody", "Kim Brandt"), "priorities": choices("Low", "Normal", chosen=1),
        "contacts": [Choice(value="marta.keller@nordwind.example", label="Marta Keller")],
    }  # fmt: skip
    return desk.NewTicket(**{**given, **changes})


Page = tuple[str, dict[str, Any]]


def pages() -> Iterator[tuple[str, Page]]:
    """Every page state by name: its template and what it is fed with."""
    yield from doors()
    yield from errors()
    yield from desks()
    yield from sample_settings.pages(shell, KIM, ANN, choices, ago)
    yield from sample_customers.pages(shell, JONAS, MARTA, choices, ago, rows)
    yield from sample_operator.pages(ago, shell)


def doors() -> Iterator[tuple[str, Page]]:
    wrong = Notice(
        tone="bad",
        glyph="alert-circle",
        text="E-mail and password do not fit together. Check both, or reset the password.",
    )
    door: Callable[..., dict[str, Any]] = lambda view: {"house": "acme GmbH", "door": view}  # noqa: E731  one line, used below
    yield "sign-in", ("identity/sign_in.html", door(identity.SignIn()))
    yield (
        "sign-in--error",
        ("identity/sign_in.html", door(identity.SignIn(email="kim@acme.test", wrong=True, notice=wrong))),
    )
    yield "forgot", ("identity/forgot.html", door(identity.Forgot()))
    yield "forgot--sent", ("identity/forgot.html", door(identity.Forgot(email="kim@acme.test", sent=True)))
    yield (
        "invitation",
        (
            "identity/new_password.html",
            door(identity.NewPassword(email="henrik@acme.test", invitation=True, invited_by="Kim Brandt")),
        ),
    )
    yield (
        "reset--error",
        (
            "identity/new_password.html",
            door(identity.NewPassword(email="kim@acme.test", errors={"again": "The two are not the same."})),
        ),
    )
    yield "reset--expired", ("identity/new_password.html", door(identity.NewPassword(expired=True)))


def errors() -> Iterator[tuple[str, Page]]:
    for status, code in (
        (403, "forbidden"),
        (404, "not_found"),
        (409, "conflict"),
        (500, "error"),
        (503, "unavailable"),
    ):
        context = {
            "error_status": status,
            "error_code": code,
            "message": "Your role does not allow this.",
            "reference": "01JD7QK4",
        }
        yield f"error-{status}", ("web/error.html", {**context, "shell": shell() if status < 500 else None})
    yield (
        "error-suspended",
        (
            "web/error.html",
            {
                "error_status": 403,
                "error_code": "tenant_suspended",
                "message": "acme is closed for now. Its admin knows more.",
                "house": "acme GmbH",
            },
        ),
    )
    yield (
        "error-unknown-host",
        (
            "web/error.html",
            {
                "error_status": 404,
                "error_code": "unknown_host",
                "message": "There is no tenant at this address. Check how it is spelled.",
            },
        ),
    )


def desks() -> Iterator[tuple[str, Page]]:
    yield "tickets", ("desk/tickets.html", {"shell": shell("open"), "list": ticket_list()})
    chips = [desk.FilterChip(field="Priority", relation="is", value="High", href="/inbox/open")]
    yield (
        "tickets--filtered",
        (
            "desk/tickets.html",
            {"shell": shell("open"), "list": ticket_list(chips=chips, text="printer", rows=[], total=0, older_href="")},
        ),
    )
    yield (
        "tickets--empty",
        (
            "desk/tickets.html",
            {
                "shell": shell("mine", unread=0),
                "list": ticket_list(queue="mine", title="Mine", rows=[], total=0, older_href=""),
            },
        ),
    )
    yield "ticket", ("desk/ticket.html", {"shell": shell("open"), "ticket": ticket_page()})
    yield (
        "ticket--note",
        (
            "desk/ticket.html",
            {
                "shell": shell("open"),
                "ticket": ticket_page(
                    composer=composer(
                        start="note",
                        may_reply=False,
                        why="Mail to this contact comes back.",
                        busy="Ann",
                        busy_since=ago(minutes=3),
                    )
                ),
            },
        ),
    )
    yield (
        "ticket--viewer",
        (
            "desk/ticket.html",
            {
                "shell": shell("open"),
                "ticket": ticket_page(
                    composer=None,
                    head=head(may_change=False),
                    panel=desk.PanelView(customer=None, fields=fields(may_change=False)),
                ),
            },
        ),
    )
    yield "new-ticket", ("desk/new_ticket.html", {"shell": shell("open"), "form": new_ticket()})
    yield (
        "new-ticket--error",
        (
            "desk/new_ticket.html",
            {
                "shell": shell("open"),
                "form": new_ticket(errors={"email": "Write the whole address, like marta@nordwind.example."}),
            },
        ),
    )
