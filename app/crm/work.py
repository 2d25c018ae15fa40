"""What a customer has asked of us, as those parts of the house tell it that keep such things."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from app.access import Actor
from app.crm.views import TicketLine

Kind = Literal["contact", "account"]


class Summary(msgspec.Struct, frozen=True):
    """How many tickets, how many of them are not solved, when the customer wrote last, and where all of them stand."""

    total: int = 0
    open: int = 0
    last_heard_at: datetime | None = None
    href: str = ""


class Teller(msgspec.Struct, frozen=True):
    """Answers for contacts and accounts, as far as the actor can see. `counts` are those not solved yet."""

    counts: Callable[[Actor, Kind, Sequence[UUID]], Awaitable[dict[UUID, int]]]
    summary: Callable[[Actor, Kind, UUID], Awaitable[Summary]]
    lines: Callable[[Actor, Kind, UUID, int], Awaitable[list[TicketLine]]]


_tellers: list[Teller] = []


def tell(teller: Teller) -> None:
    """Registers who keeps the customers' tickets."""
    _tellers[:] = [teller]


async def counts(actor: Actor, kind: Kind, ids: Sequence[UUID]) -> dict[UUID, int]:
    return await _tellers[0].counts(actor, kind, ids) if _tellers and ids else {}


async def summary(actor: Actor, kind: Kind, customer_id: UUID) -> Summary:
    return await _tellers[0].summary(actor, kind, customer_id) if _tellers else Summary()


async def lines(actor: Actor, kind: Kind, customer_id: UUID, *, limit: int) -> list[TicketLine]:
    return await _tellers[0].lines(actor, kind, customer_id, limit) if _tellers else []
