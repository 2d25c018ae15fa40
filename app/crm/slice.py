"""What the customers' slice contributes: the right to see and keep accounts and contacts."""

from __future__ import annotations

from app.web.manifest import Slice

READ = ("account.read", "contact.read")
KEEP = ("account.create", "account.update", "contact.create", "contact.update")

SLICE = Slice(name="crm", grants={"viewer": READ, "agent": (*READ, *KEEP)})
