"""What mail contributes: channels, the jobs that receive and deliver, and the sweeps that find what a crash left."""

from __future__ import annotations

from app.mail import channels
from app.web.manifest import Slice

SLICE = Slice(
    name="mail",
    modules=("app.mail.receiving", "app.mail.delivery", "app.mail.notices", "app.mail.sweeps", "app.files.sweeps"),
    on_tenant_created=(channels.on_tenant_created,),
)
