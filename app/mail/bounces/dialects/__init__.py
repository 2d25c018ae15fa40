"""How mail systems word a report that has no machine-readable half: one small record for each."""

from __future__ import annotations

from app.mail.bounces.dialects import asia, europe, gateways, microsoft, unix, webmail
from app.mail.bounces.dialects.records import Dialect

ALL: tuple[Dialect, ...] = (
    *unix.DIALECTS, *microsoft.DIALECTS, *gateways.DIALECTS, *webmail.DIALECTS, *asia.DIALECTS, *europe.DIALECTS,
)  # fmt: skip


def spoken_in(sender: str, subject: str, prose: str) -> list[Dialect]:
    """The dialects whose signs a report shows; several where systems copied each other's words."""
    head = prose[:16_000]
    return [dialect for dialect in ALL if dialect.fits(sender, subject, head)]
