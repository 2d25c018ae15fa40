"""The rows of members, teams, sessions, links and tokens, and what each knows about itself."""

from __future__ import annotations

from typing import Literal

from piccolo.columns import UUID, Boolean, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from app.core import clock, ids
from app.core.db import TENANT
from app.web.components import Person

Role = Literal["admin", "agent", "viewer"]
ROLES: tuple[Role, ...] = ("admin", "agent", "viewer")


class Member(Table, db=TENANT, tablename="members"):
    """A person who works here. Without `joined_at` they were invited and have not come yet."""

    id = UUID(primary_key=True, default=ids.new)
    email = Text()
    name = Text()
    role = Text()
    password_hash = Text(null=True, default=None, secret=True)
    language = Text(default="en")
    zone = Text(default="UTC")
    theme = Text(default="system")
    density = Text(default="dense")
    single_keys = Boolean(default=True)
    tone = SmallInt(default=1)
    invited_at = Timestamptz(null=True, default=None)
    joined_at = Timestamptz(null=True, default=None)
    deactivated_at = Timestamptz(null=True, default=None)
    last_seen_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=clock.now)
    updated_at = Timestamptz(default=clock.now)

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None

    @property
    def has_joined(self) -> bool:
        return self.joined_at is not None

    @property
    def was_seen(self) -> bool:
        return self.last_seen_at is not None

    @property
    def state(self) -> Literal["active", "invited", "deactivated"]:
        if not self.is_active:
            return "deactivated"
        return "active" if self.has_joined else "invited"

    @property
    def person(self) -> Person:
        return Person(name=self.name or self.email, id=self.id, email=self.email, tone=self.tone)


class Team(Table, db=TENANT, tablename="teams"):
    """Members who work on the same things."""

    id = UUID(primary_key=True, default=ids.new)
    name = Text()
    created_at = Timestamptz(default=clock.now)


class Session(Table, db=TENANT, tablename="sessions"):
    """A sign-in that has not ended. Only the hash of its cookie is kept."""

    id = UUID(primary_key=True, default=ids.new)
    token_hash = Bytea(secret=True)
    member_id = UUID()
    created_at = Timestamptz(default=clock.now)
    seen_at = Timestamptz(default=clock.now)
    expires_at = Timestamptz()
    address = Text(default="")
    device = Text(default="")


class MemberLink(Table, db=TENANT, tablename="member_links"):
    """A link in a mail that lets one member in once: an invitation, or a new password."""

    token_hash = Bytea(primary_key=True)
    member_id = UUID()
    purpose = Text()
    made_by = Text(default="")
    created_at = Timestamptz(default=clock.now)
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class ApiToken(Table, db=TENANT, tablename="api_tokens"):
    """A key with which a program works in a member's name. Only its hash is kept."""

    id = UUID(primary_key=True, default=ids.new)
    token_hash = Bytea(secret=True)
    hint = Text()
    name = Text()
    member_id = UUID()
    created_at = Timestamptz(default=clock.now)
    last_used_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None
