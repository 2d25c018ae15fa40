"""The settings of acme: Kim's own, members, teams, channels, tokens, and what the bell says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from app.desk import views as desk
from app.identity import views as identity
from app.web.components import Choice, Person

Page = tuple[str, dict[str, Any]]


def pages(shell: Any, kim: Person, ann: Person, choices: Any, ago: Any) -> Iterator[tuple[str, Page]]:
    profile = {
        "name": "Kim Brandt",
        "email": "kim@acme.test",
        "languages": choices("English", "Deutsch"),
        "zones": choices("Europe/Berlin", "UTC"),
        "themes": choices("As the system", "Light", "Dark"),
        "densities": choices("Dense", "Airy"),
    }
    yield (
        "settings-profile",
        ("identity/profile.html", {"shell": shell("profile"), "view": identity.Profile(**profile)}),
    )
    yield (
        "settings-profile--error",
        (
            "identity/profile.html",
            {
                "shell": shell("profile"),
                "view": identity.Profile(**profile, errors={"name": "Write how people call you."}),
            },
        ),
    )
    sessions = [
        identity.SessionRow(
            id=UUID(int=1),
            device="Firefox on Linux",
            address="192.0.2.7",
            seen_at=ago(minutes=1),
            created_at=ago(days=3),
            current=True,
        ),
        identity.SessionRow(
            id=UUID(int=2),
            device="Safari on iPhone",
            address="2001:db8::17",
            seen_at=ago(hours=7),
            created_at=ago(days=30),
        ),
    ]
    yield (
        "settings-security",
        (
            "identity/security.html",
            {"shell": shell("security"), "view": identity.Security(sessions=sessions, email="kim@acme.test")},
        ),
    )
    yield (
        "settings-security--error",
        (
            "identity/security.html",
            {
                "shell": shell("security"),
                "view": identity.Security(
                    sessions=sessions[:1],
                    email="kim@acme.test",
                    errors={"current": "This is not your present password."},
                ),
            },
        ),
    )
    members = [
        identity.MemberRow(
            id=UUID(int=1),
            person=kim,
            role="admin",
            state="active",
            teams=["Support"],
            last_seen_at=ago(minutes=1),
            myself=True,
        ),
        identity.MemberRow(
            id=UUID(int=2),
            person=ann,
            role="agent",
            state="active",
            teams=["Support", "Hardware"],
            last_seen_at=ago(hours=2),
        ),
        identity.MemberRow(
            id=UUID(int=3),
            person=Person(name="", email="henrik.von-der-langen-strasse@acme.test"),
            role="viewer",
            state="invited",
        ),
        identity.MemberRow(
            id=UUID(int=4),
            person=Person(name="Olaf Gone", email="olaf@acme.test"),
            role="agent",
            state="deactivated",
            last_seen_at=ago(days=200),
        ),
    ]
    roles = [
        Choice(value="admin", label="Admin"),
        Choice(value="agent", label="Agent", selected=True),
        Choice(value="viewer", label="Viewer"),
    ]
    invite = {"roles": roles, "teams": choices("Support", "Hardware")}
    yield (
        "settings-members",
        (
            "identity/members.html",
            {
                "shell": shell("members"),
                "view": identity.Members(members=members, invite=identity.InviteForm(**invite)),
            },
        ),
    )
    wrong = identity.InviteForm(
        **invite, email="ann@acme.test", open=True, errors={"email": "Ann Okafor has this address already."}
    )
    yield (
        "settings-members--invite",
        ("identity/members.html", {"shell": shell("members"), "view": identity.Members(members=members, invite=wrong)}),
    )
    yield (
        "settings-members--viewer",
        (
            "identity/members.html",
            {
                "shell": shell("members"),
                "view": identity.Members(members=members, invite=identity.InviteForm(**invite), may_change=False),
            },
        ),
    )
    teams = [
        identity.TeamRow(id=UUID(int=1), name="Support", members=[kim, ann], open_tickets=9),
        identity.TeamRow(id=UUID(int=2), name="Hardware"),
    ]
    yield "settings-teams", ("identity/teams.html", {"shell": shell("teams"), "view": identity.Teams(teams=teams)})
    yield "settings-teams--empty", ("identity/teams.html", {"shell": shell("teams"), "view": identity.Teams(teams=[])})
    yield (
        "settings-team",
        (
            "identity/team.html",
            {
                "shell": shell("teams"),
                "view": identity.TeamPage(
                    id=UUID(int=1), name="Support", members=choices("Kim Brandt", "Ann Okafor"), open_tickets=9
                ),
            },
        ),
    )
    tokens = [
        identity.TokenRow(
            id=UUID(int=1),
            name="Warehouse scanner",
            hint="fnd_3kx8",
            owner=kim,
            created_at=ago(days=20),
            last_used_at=ago(minutes=3),
            expires_at=ago(days=-70),
        )
    ]
    lifetimes = [Choice(value="30", label="30 days"), Choice(value="90", label="90 days", selected=True)]
    yield (
        "settings-tokens",
        (
            "identity/tokens.html",
            {"shell": shell("tokens"), "view": identity.Tokens(tokens=tokens, lifetimes=lifetimes)},
        ),
    )
    yield (
        "settings-tokens--fresh",
        (
            "identity/tokens.html",
            {
                "shell": shell("tokens"),
                "view": identity.Tokens(
                    tokens=[], lifetimes=lifetimes, fresh="fnd_3kx8Qm0Zt7VvYw2Lr5Hs9Jd1Nc4Bp6GfTaXeUiKo"
                ),
            },
        ),
    )
    rows = [
        identity.NewsRow(
            id=UUID(int=1),
            person=Person(name="Marta Keller"),
            sentence="Marta Keller answered",
            title="Broken printer on floor 3",
            href="/tickets/1056",
            at=ago(minutes=6),
        ),
        identity.NewsRow(
            id=UUID(int=2),
            person=ann,
            sentence="Ann Okafor assigned it to you",
            title="Single sign-on: people from the Porto office land on a blank page",
            href="/tickets/1052",
            at=ago(hours=1),
            glyph="user",
        ),
        identity.NewsRow(
            id=UUID(int=3),
            person=Person(name=""),
            sentence="A mail came back",
            title="Toner alerts arrive twice",
            href="/tickets/1047",
            at=ago(days=2),
            glyph="mail-exclamation",
            unread=False,
        ),
    ]
    yield (
        "news",
        (
            "identity/news.html",
            {
                "shell": shell("notifications"),
                "view": identity.News(rows=rows, unread=2, older_href="/notifications?at=x"),
            },
        ),
    )
    yield (
        "news--empty",
        ("identity/news.html", {"shell": shell("notifications", unread=0), "view": identity.News(rows=[])}),
    )
    yield "_news", ("identity/_news.html", {"view": identity.News(rows=rows, unread=2)})
    yield from channels(shell, choices, ago)


def channels(shell: Any, choices: Any, ago: Any) -> Iterator[tuple[str, Page]]:
    rows = [
        desk.ChannelRow(
            id=UUID(int=1),
            address="support@acme.test",
            name="acme Support",
            team="Support",
            is_default=True,
            state="receives",
            checked_at=ago(minutes=1),
        ),
        desk.ChannelRow(
            id=UUID(int=2),
            address="billing@acme.test",
            name="acme Billing",
            state="failing",
            reason="imap.acme.test refused it (535)",
            checked_at=ago(minutes=4),
        ),
        desk.ChannelRow(id=UUID(int=3), address="old@acme.test", name="", state="off"),
    ]
    yield (
        "settings-channels",
        ("desk/channels.html", {"shell": shell("channels"), "view": desk.Channels(channels=rows)}),
    )
    yield (
        "settings-channels--empty",
        ("desk/channels.html", {"shell": shell("channels"), "view": desk.Channels(channels=[])}),
    )
    given = {
        "base": "/settings/channels/1",
        "teams": choices("No team", "Support"),
        "securities": choices("TLS", "STARTTLS", "Unencrypted"),
        "id": UUID(int=1),
        "address": "support@acme.test",
        "name": "acme Support",
        "signature": "acme Support\nacme GmbH",
        "imap_host": "imap.acme.test",
        "imap_user": "support",
        "has_password": True,
        "tickets": 214,
        "state": "receives",
    }
    yield (
        "settings-channel",
        (
            "desk/channel.html",
            {
                "shell": shell("channels"),
                "view": desk.ChannelForm(
                    **given,
                    test=desk.ImapTest(ok=True, text="It worked, 0 mails are waiting.", at=ago(minutes=6)),
                    dkim_selector="fondaco",
                    dkim_name="fondaco._domainkey.acme.test",
                    dkim_record="v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyx" + "Q" * 200,
                ),
            },
        ),
    )
    wrong = {
        **given,
        "errors": {
            "address": "The part after the @ is not complete.",
            "imap_password": "imap.acme.test refused it (535). Many providers need an app password: create one there and paste it here.",
        },
    }
    yield (
        "settings-channel--error",
        ("desk/channel.html", {"shell": shell("channels"), "view": desk.ChannelForm(**wrong)}),
    )
    yield (
        "settings-channel--new",
        (
            "desk/channel.html",
            {
                "shell": shell("channels"),
                "view": desk.ChannelForm(
                    base="/settings/channels/new", teams=given["teams"], securities=given["securities"]
                ),
            },
        ),
    )
    yield (
        "_imap-test",
        (
            "desk/_imap_test.html",
            {"view": desk.ImapTest(ok=False, text="imap.acme.test did not answer within 10 seconds.")},
        ),
    )
