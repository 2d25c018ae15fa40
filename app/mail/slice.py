"""What mail contributes: channels, the jobs that receive and deliver, and the sweeps that find what a crash left."""

from __future__ import annotations

from app.mail import channels
from app.web import navigation
from app.web.manifest import Slice
from app.web.navigation import SettingsPage

navigation.add_settings(
    SettingsPage("channels", "/settings/channels", "mail", "Mail channels", "Workspace", "channel.read", 23)
)

SLICE = Slice(
    name="mail",
    grants={"agent": ("channel.read",), "admin": ("channel.manage",)},
    modules=("app.mail.receiving", "app.mail.delivery", "app.mail.notices", "app.mail.sweeps", "app.files.sweeps"),
    on_tenant_created=(channels.on_tenant_created,),
)
