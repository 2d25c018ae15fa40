"""The customers of acme: Nordwind with Marta, and a company that nobody has heard from yet."""

# ruff: noqa: E501  a sample a line is easier to find than one over five
from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from markupsafe import Markup

from app.crm import views as crm
from app.web.components import Notice, Person

Page = tuple[str, dict[str, Any]]


def pages(shell: Any, jonas: Person, marta: Person, choices: Any, ago: Any, rows: Any) -> Iterator[tuple[str, Page]]:
    accounts = [
        crm.AccountRow(id=UUID(int=number), name=row.account, domain=f"{row.number}.example", owner=row.assignee, contacts=number, open_tickets=number % 3, updated_at=row.updated_at)
        for number, row in enumerate(rows(), start=1) if row.account
    ]  # fmt: skip
    yield (
        "accounts",
        (
            "crm/accounts.html",
            {
                "shell": shell("accounts"),
                "view": crm.AccountList(
                    rows=accounts, src="/accounts?part=rows", total=214, older_href="/accounts?after=x"
                ),
            },
        ),
    )
    yield (
        "accounts--empty",
        (
            "crm/accounts.html",
            {
                "shell": shell("accounts"),
                "view": crm.AccountList(
                    rows=[],
                    src="/accounts?part=rows",
                    total=0,
                    new=crm.NewAccount(
                        name="Tessera", open=True, errors={"domain": "This is the domain of a free-mail provider."}
                    ),
                ),
            },
        ),
    )
    people = [
        crm.ContactRow(
            id=UUID(int=4),
            person=marta,
            title="Head of Operations",
            account="Nordwind Logistik GmbH",
            open_tickets=3,
            updated_at=ago(minutes=6),
        ),
        crm.ContactRow(
            id=UUID(int=5),
            person=Person(name="Jan Petersen", email="jan@nordwind.example"),
            account="Nordwind Logistik GmbH",
            updated_at=ago(days=3),
            bounced=True,
        ),
        crm.ContactRow(
            id=UUID(int=6),
            person=Person(name="", email="someone-without-a-name@freemail.example"),
            updated_at=ago(days=30),
        ),
    ]
    yield (
        "contacts",
        (
            "crm/contacts.html",
            {"shell": shell("contacts"), "view": crm.ContactList(rows=people, src="/contacts?part=rows", total=3)},
        ),
    )
    yield (
        "contacts--none",
        (
            "crm/contacts.html",
            {
                "shell": shell("contacts"),
                "view": crm.ContactList(rows=[], text="zzz", src="/contacts?part=rows", total=0),
            },
        ),
    )
    days = [
        crm.TimelineDay(at=ago(minutes=6), entries=[
            crm.TimelineEntry(at=ago(minutes=6), glyph="mail", sentence=Markup('<b>Marta Keller</b> answered <a href="/tickets/1056">Broken printer on floor 3</a>'), detail="“Levers are down, same picture. Now it also shows E-14 when I close the tray.”"),
            crm.TimelineEntry(at=ago(minutes=50), glyph="circle-check", sentence=Markup('<b>Ann Okafor</b> solved <a href="/tickets/1050">Label printer jams on 62 mm rolls</a>')),
        ]),
        crm.TimelineDay(at=ago(days=12), entries=[crm.TimelineEntry(at=ago(days=12), glyph="mail-exclamation", tone="bad", sentence=Markup("A mail to <b>Jan Petersen</b> came back"), detail="550 5.1.1 no such user")]),
    ]  # fmt: skip
    timeline = crm.Timeline(
        days=days,
        src="/accounts/9?part=timeline",
        live="account:9 ticket",
        older_href="/accounts/9?part=timeline&before=x",
    )
    fields = {
        "id": UUID(int=9),
        "name": "Nordwind Logistik GmbH",
        "version": 3,
        "owners": choices("Nobody", "Jonas Weber", chosen=1),
        "domain": "nordwind.example",
        "phone": "+49 40 5550 4400",
        "note": "Month-end letters are printed on the last working day.",
        "owner": jonas,
    }
    tickets = [
        crm.TicketLine(
            number=row.number,
            subject=row.subject,
            status=row.status,
            updated_at=row.updated_at,
            who=row.who,
            assignee=row.assignee,
        )
        for row in rows()[:6]
    ]
    page = {
        "fields": crm.AccountFields(**fields),
        "since": ago(days=600),
        "timeline": timeline,
        "tickets": tickets,
        "tickets_count": 17,
        "open_tickets": 3,
        "last_heard_at": ago(minutes=6),
        "people": people[:2],
        "people_count": 8,
        "people_href": "/contacts?account=9",
        "tickets_href": "/inbox/all?account=9",
    }
    yield "account", ("crm/account.html", {"shell": shell("accounts"), "account": crm.AccountPage(**page)})
    yield (
        "account--tickets",
        ("crm/account.html", {"shell": shell("accounts"), "account": crm.AccountPage(**{**page, "tab": "tickets"})}),
    )
    empty = crm.AccountPage(
        fields=crm.AccountFields(
            **{
                **fields,
                "name": "Tessera Studio Srl",
                "domain": "tessera.example",
                "phone": "",
                "note": "",
                "owner": None,
                "errors": {"domain": "Wernham Hogg has this domain already."},
            }
        ),
        since=ago(minutes=2),
        timeline=crm.Timeline(days=[], src="/a", live="account"),
    )
    yield "account--empty", ("crm/account.html", {"shell": shell("accounts"), "account": empty})
    looks = crm.AccountPage(
        **{**page, "tickets": [], "tab": "tickets", "fields": crm.AccountFields(**fields, may_change=False)}
    )
    yield "account--viewer", ("crm/account.html", {"shell": shell("accounts"), "account": looks})
    of_marta = {
        "id": UUID(int=4),
        "name": "Marta Keller",
        "version": 1,
        "email": marta.email,
        "phone": "+49 40 5550 4410",
        "title": "Head of Operations",
        "account": "Nordwind Logistik GmbH",
        "account_href": "/accounts/9",
        "accounts": choices("No account", "Nordwind Logistik GmbH", chosen=1),
    }
    contact = {
        "person": marta,
        "fields": crm.ContactFields(**of_marta),
        "since": ago(days=90),
        "timeline": timeline,
        "tickets": tickets,
        "tickets_count": 6,
        "open_tickets": 2,
        "last_heard_at": ago(minutes=6),
    }
    yield "contact", ("crm/contact.html", {"shell": shell("contacts"), "contact": crm.ContactPage(**contact)})
    back = Notice(
        tone="bad",
        glyph="mail-exclamation",
        title="Mail comes back.",
        text="mx.nordwind.example says the mailbox does not exist (550 5.1.1).",
    )
    yield (
        "contact--bounced",
        (
            "crm/contact.html",
            {
                "shell": shell("contacts"),
                "contact": crm.ContactPage(
                    **{**contact, "tab": "tickets", "notice": back, "mail_again_href": "/contacts/4/mail"}
                ),
            },
        ),
    )
