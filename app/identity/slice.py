"""What identity contributes: the door, the settings of people and tokens, the bell, and who the actor of a request is."""

from __future__ import annotations

from litestar.di import Provide

from app.identity.authentication import provide_actor
from app.identity.openings import open_house
from app.identity.pages.door import Door
from app.identity.pages.keys import TokenSettings
from app.identity.pages.news import Bell
from app.identity.pages.own import OwnSettings
from app.identity.pages.people import MemberSettings, TeamSettings
from app.identity.shell import house
from app.web import navigation
from app.web.manifest import Slice
from app.web.navigation import SettingsPage
from app.web.pages import provide_house

EVERYBODY = ("member.read", "member.profile", "team.read", "token.create", "notification.read")
ADMIN = ("member.invite", "member.manage", "team.manage", "token.manage")

provide_house(house)
navigation.add_settings(
    SettingsPage("profile", "/settings/profile", "user", "Profile", "You", "member.profile", 10),
    SettingsPage("security", "/settings/security", "key", "Security", "You", "member.profile", 11),
    SettingsPage("members", "/settings/members", "users", "Members", "Workspace", "member.read", 20),
    SettingsPage("teams", "/settings/teams", "users-group", "Teams", "Workspace", "team.read", 21),
    SettingsPage("tokens", "/settings/tokens", "plug", "API tokens", "Workspace", "token.create", 22),
)

SLICE = Slice(
    name="identity",
    routes=(Door, OwnSettings, MemberSettings, TeamSettings, TokenSettings, Bell),
    grants={"viewer": EVERYBODY, "agent": EVERYBODY, "admin": ADMIN},
    modules=("app.identity.resets", "app.identity.housekeeping"),
    on_tenant_created=(open_house,),
    dependencies={"actor": Provide(provide_actor)},
)
