"""Where the customers stand in the navigation."""

from __future__ import annotations

from typing import Any

from app.core.words import _
from app.web.components import NavigationEntry, NavigationGroup


async def customers(actor: Any) -> list[NavigationGroup]:
    entries = []
    if actor.can("account.read"):
        entries.append(NavigationEntry(key="accounts", href="/accounts", glyph="building", label=_("Accounts"), go="a"))
    if actor.can("contact.read"):
        entries.append(
            NavigationEntry(key="contacts", href="/contacts", glyph="address-book", label=_("Contacts"), go="c")
        )
    return [NavigationGroup(title=_("Customers"), entries=entries)] if entries else []
