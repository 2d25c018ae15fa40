"""The rows of accounts and contacts, and what they know about themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A company that is a customer. `version` counts its changes."""

    id: UUID
    name: str
    domain: str | None
    phone: str
    website: str
    note: str
    owner_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """A person who asks. `mail_state` is `bounced` when the address takes no mail; `mail_reason` says why."""

    id: UUID
    name: str
    email: str | None
    phone: str
    title: str
    note: str
    account_id: UUID | None
    mail_state: str
    mail_reason: str
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def shown_name(self) -> str:
        return self.name or self.email or ""


ACCOUNT_COLUMNS = ", ".join(Account.__struct_fields__)
CONTACT_COLUMNS = ", ".join(Contact.__struct_fields__)
