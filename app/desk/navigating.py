"""Where the desk's lists stand in the navigation, and how much waits in each."""

from __future__ import annotations

from typing import Any

from app.core.words import _
from app.desk import listing, people
from app.web.components import NavigationEntry, NavigationGroup


async def inbox(actor: Any) -> list[NavigationGroup]:
    if not actor.can("ticket.read"):
        return []
    waiting, teams = await listing.count_waiting(actor), await people.groups_of(actor)
    counts = await listing.count_for_teams(actor, [team.id for team in teams]) if teams else {}
    entries = [
        NavigationEntry(key="mine", href="/inbox/mine", glyph="inbox", label=_("Mine"), count=waiting.mine, go="i"),
        NavigationEntry(
            key="unassigned",
            href="/inbox/unassigned",
            glyph="user-question",
            label=_("Unassigned"),
            count=waiting.unassigned,
            go="u",
        ),
        *(
            NavigationEntry(
                key=f"team-{team.id}",
                href=f"/inbox/teams/{team.id}",
                glyph="users-group",
                label=team.name,
                count=counts.get(team.id, 0),
            )
            for team in teams
        ),
        NavigationEntry(
            key="all", href="/inbox/all", glyph="list", label=_("All tickets"), count=waiting.everybody, go="t"
        ),
    ]
    return [NavigationGroup(title=_("Inbox"), entries=entries)]
