"""An actor is who does something: a member, a token in a member's name, a rule, the mail, or the house itself."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec

from app.access.permissions import allows
from app.core.errors import Forbidden

ActorKind = Literal["member", "token", "rule", "system", "mail"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the member's for members and the token's for tokens; `member_id` is the person's in both cases."""

    kind: ActorKind
    name: str
    role: str
    id: UUID | None = None
    member_id: UUID | None = None
    email: str = ""
    language: str = "en"
    zone: str = "UTC"

    @staticmethod
    def system(name: str = "Fondaco") -> Actor:
        return Actor(kind="system", name=name, role="system")

    @staticmethod
    def mail(name: str) -> Actor:
        """Somebody who is known by nothing but a message."""
        return Actor(kind="mail", name=name, role="system")

    def can(self, verb: str, record: Any = None) -> bool:
        return allows(self, verb, record)

    def must(self, verb: str, record: Any = None) -> None:
        """Raises `Forbidden` unless this actor may do `verb`."""
        if not allows(self, verb, record):
            raise Forbidden(verb=verb)
