"""What customers write in these tests."""

from __future__ import annotations

import time
from email.message import EmailMessage

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf5000000301010018dd8db00000000049454e44ae426082"
)


def letter(subject: str, text: str, *, sender: str = "", **headers: str) -> EmailMessage:
    """A plain mail, by default from somebody who has not written before: one who writes all the time is held for a loop."""
    mail, now = EmailMessage(), time.time_ns()
    mail["From"] = sender or f"Marta Keller <marta.{now}@nordwind-browser.example>"
    mail["To"], mail["Subject"] = "support@acme.localhost", subject
    mail["Message-ID"] = f"<{now}@nordwind-browser.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def html_letter(subject: str, html: str, *, text: str = "See the HTML part.", picture: bool = False) -> EmailMessage:
    """A mail with an HTML part; `picture`: with one that stands in it as cid:photo@browser."""
    mail = letter(subject, text)
    mail.add_alternative(html, subtype="html")
    if picture:
        part = mail.get_payload()[1]  # type: ignore[index]  # multipart/alternative: its second part
        part.add_related(PIXEL, "image", "png", cid="<photo@browser>", filename="photo.png")  # type: ignore[union-attr]
    return mail
