"""What came with a letter: each file with a name that is safe to show and to save."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import unicodedata

import msgspec

LONGEST_NAME = 180
_BIDI = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f]')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "message/rfc822": ".eml",
    "message/delivery-status": ".txt", "message/feedback-report": ".txt", "text/rfc822-headers": ".txt",
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf",
    "application/pkcs7-signature": ".p7s", "application/pgp-signature": ".asc", "application/rtf": ".rtf",
    "text/vcard": ".vcf", "text/x-vcard": ".vcf", "message/global": ".eml", "audio/mpeg": ".mp3",
    "application/x-pkcs7-signature": ".p7s", "text/csv": ".csv", "application/pgp-encrypted": ".asc",
}  # fmt: skip


class Attachment(msgspec.Struct, frozen=True):
    """A file: `name` safe and never empty, `type` as declared, `sha256` in lower-case hex, `content_id` without <>.

    `inline`: the sender meant it to be seen inside the letter.
    """

    name: str
    type: str
    content: bytes
    size: int
    sha256: str
    inline: bool
    content_id: str | None


def attach(content: bytes, *, name: str, kind: str, inline: bool = False, content_id: str | None = None) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(name, kind, content, len(content), digest, inline, content_id)


def safe_name(name: str) -> str:
    """A file name without folders, controls, direction overrides and reserved words; "" when nothing is left."""
    text = unicodedata.normalize("NFC", _BIDI.sub("", name))
    text = re.split(r"[/\\]", text.rstrip("/\\ "))[-1]
    text = _FORBIDDEN.sub("_", " ".join(text.split())).strip(". ")
    if not text.strip("_"):
        return ""
    if _DEVICES.match(text):
        text = "_" + text
    stem, dot, extension = text.rpartition(".")
    if dot and stem and len(extension) <= 16:
        return stem[: LONGEST_NAME - len(extension) - 1].rstrip() + "." + extension
    return text[:LONGEST_NAME]


def invent_name(kind: str, number: int, stem: str = "") -> str:
    """A name for a file that came without one: picture-2.png."""
    main = kind.partition("/")[0]
    base = safe_name(stem) or {"image": "picture", "message": "message", "audio": "sound"}.get(main, "attachment")
    extension = EXTENSIONS.get(kind) or mimetypes.guess_extension(kind, strict=False) or ".bin"
    return f"{base}{extension}" if stem else f"{base}-{number}{extension}"
