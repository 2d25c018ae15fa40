"""What the pages about people and their access show: the door, the settings of a member, members, teams, tokens, news."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import field

from app.web.components import Choice, Notice, Person, Tone, View

Errors = dict[str, str]


class SignIn(View):
    """`identity/sign_in.html`. `wrong` marks both fields; `next` is the local address to go to after it."""

    email: str = ""
    next: str = ""
    wrong: bool = False
    notice: Notice | None = None


class Forgot(View):
    """`identity/forgot.html`. `sent` shows the same words whether or not the address belongs to a member."""

    email: str = ""
    sent: bool = False
    errors: Errors = field(default_factory=dict)
    notice: Notice | None = None


class NewPassword(View):
    """`identity/new_password.html`, for reset links and for invitations. `expired` hides the form."""

    email: str = ""
    invitation: bool = False
    invited_by: str = ""
    name: str = ""
    expired: bool = False
    errors: Errors = field(default_factory=dict)


class Profile(View):
    """`identity/profile.html`. Form: name, language, zone, theme, density, single_keys (on when checked)."""

    name: str
    email: str
    languages: list[Choice]
    zones: list[Choice]
    themes: list[Choice]
    densities: list[Choice]
    single_keys: bool = True
    errors: Errors = field(default_factory=dict)


class SessionRow(View):
    """`device` in words: "Firefox on Linux". `current` is the one that is looking."""

    id: UUID
    device: str
    address: str
    seen_at: datetime
    created_at: datetime
    current: bool = False


class Security(View):
    """`identity/security.html`. Password form: current, password, again, posted to /settings/security/password.
    A session ends by POST /settings/security/sessions/<id>/end, all others by POST /settings/security/sessions/end."""

    sessions: list[SessionRow]
    email: str
    errors: Errors = field(default_factory=dict)


class MemberRow(View):
    """`state`: active, invited, deactivated. `last_seen_at` None: never."""

    id: UUID
    person: Person
    role: Literal["admin", "agent", "viewer"]
    state: Literal["active", "invited", "deactivated"]
    teams: list[str] = field(default_factory=list)
    last_seen_at: datetime | None = None
    myself: bool = False


class InviteForm(View):
    """POST /settings/members: email, name, role, team (any number). `open` shows the dialog with its errors."""

    roles: list[Choice]
    teams: list[Choice]
    email: str = ""
    name: str = ""
    errors: Errors = field(default_factory=dict)
    open: bool = False


class Members(View):
    """`identity/members.html`. Role: POST /settings/members/<id>/role; leave: …/deactivation; back: …/activation;
    invitation again: …/invitation."""

    members: list[MemberRow]
    invite: InviteForm
    may_change: bool = True


class TeamRow(View):
    id: UUID
    name: str
    members: list[Person] = field(default_factory=list)
    open_tickets: int = 0


class Teams(View):
    """`identity/teams.html`. POST /settings/teams with name; errors show in the dialog."""

    teams: list[TeamRow]
    name: str = ""
    errors: Errors = field(default_factory=dict)
    may_change: bool = True


class TeamPage(View):
    """`identity/team.html`. POST /settings/teams/<id>: name, member (ids, any number). POST …/removal removes it."""

    id: UUID
    name: str
    members: list[Choice]
    open_tickets: int = 0
    errors: Errors = field(default_factory=dict)


class TokenRow(View):
    """`hint` is the first characters, the only part that is still known."""

    id: UUID
    name: str
    hint: str
    owner: Person
    created_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None


class Tokens(View):
    """`identity/tokens.html`. POST /settings/tokens: name, days. `fresh` is a new token's text, shown this one time.
    POST /settings/tokens/<id>/revocation ends one."""

    tokens: list[TokenRow]
    lifetimes: list[Choice]
    fresh: str = ""
    name: str = ""
    errors: Errors = field(default_factory=dict)


class NewsRow(View):
    """One notification. `sentence` is what happened, `title` the record's name, `href` where it stands."""

    id: UUID
    person: Person
    sentence: str
    title: str
    href: str
    at: datetime
    glyph: str = "bell"
    tone: Tone = ""
    unread: bool = True


class News(View):
    """`identity/news.html` (page) and `identity/_news.html` (in the bell). `older_href` "" when all is shown."""

    rows: list[NewsRow]
    unread: int = 0
    older_href: str = ""
