"""What the service desk contributes: the right to read, answer and sort tickets."""

from __future__ import annotations

from app.web.manifest import Slice

READ = ("ticket.read",)
WORK = ("ticket.create", "ticket.update", "ticket.answer", "ticket.note")

SLICE = Slice(name="desk", grants={"viewer": READ, "agent": (*READ, *WORK)})
