"""Outlook's winmail.dat is opened, and what the sender attached is found inside (MS-OXTNEF)."""

from __future__ import annotations

import logging
import struct
import warnings
from typing import NamedTuple

from app.mail.parsing import charsets, rtf

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_OBJECTS = 3_000
LARGEST = 64 * 1024 * 1024
_CONTENT_ID = 0x3712
_MIME_TYPE = 0x370E
logging.getLogger("tnefparse").setLevel(logging.CRITICAL)


class Opened(NamedTuple):
    """The body texts ("" when there are none) and the files as (name, type or "", content id or "", content)."""

    text: str
    html: str
    files: list[tuple[str, str, str, bytes]]


def looks_like(kind: str, name: str, content: bytes) -> bool:
    named = kind in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat"
    return named and content.startswith(SIGNATURE)


def open_tnef(content: bytes) -> Opened | None:
    """What lies in a TNEF stream, or None when it is damaged or built to be slow. Never raises."""
    if not _is_reasonable(content):
        return None
    from tnefparse import TNEF

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            box = TNEF(content, do_checksum=False)
            files = [_file(item) for item in box.attachments]
            text, html = _text(box.body), _text(box.htmlbody)
            if not text and not html and isinstance(box._rtfbody, bytes):
                text, html = rtf.read(rtf.decompress(box._rtfbody))
            return Opened(text, html, [item for item in files if item is not None])
        except Exception:  # the library meets damage with whatever its arithmetic raises
            return None


def _is_reasonable(content: bytes) -> bool:
    """Few enough objects: the library copies the rest of the stream for each."""
    if not content.startswith(SIGNATURE) or len(content) > LARGEST:
        return False
    at, objects = 6, 0
    while at + 12 < len(content):
        (length,) = struct.unpack_from("<I", content, at + 5)
        at += length + 11
        objects += 1
        if objects > MOST_OBJECTS:
            return False
    return True


def _file(item: object) -> tuple[str, str, str, bytes] | None:
    data = getattr(item, "data", b"")
    if not isinstance(data, bytes):
        return None
    named = {attribute.name: attribute.data for attribute in getattr(item, "mapi_attrs", [])}
    try:
        name = item.long_filename()  # type: ignore[attr-defined]  # tnefparse has no types
    except (UnicodeDecodeError, AttributeError):
        name = ""
    return _text(name).strip("\0"), _text(named.get(_MIME_TYPE)), _text(named.get(_CONTENT_ID)).strip("<>\0"), data


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return charsets.decode(value.rstrip(b"\0"), None)[0]
    return charsets.clean(value).rstrip("\0") if isinstance(value, str) else ""
