"""Out of a tree of parts come one text to read, one HTML to look at, and the files."""

from __future__ import annotations

import html as entities
import mimetypes
import re
from typing import NamedTuple

import msgspec

from app.mail import plaintext
from app.mail.parsing import attachments, charsets, headers, parts, signed, tnef, transfer
from app.mail.parsing.attachments import Attachment
from app.mail.parsing.flowed import unflow
from app.mail.parsing.parts import Part

PLAIN = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text", "text/enriched", "text/richtext"})
HTML = frozenset({"text/html", "application/xhtml+xml"})
IGNORED = frozenset({"text/x-amp-html", "text/watch-html", "application/applefile"})
UNOPENED = "A signed or compressed part cannot be opened; it is kept as it came."
ENCRYPTED = "The message is encrypted; its text cannot be read here."
MOST_ENVELOPES = 3
LARGEST_HTML = 8 * 1024 * 1024
LARGEST_SHOWN = 4 * 1024 * 1024
_CALENDARS = frozenset({"text/calendar", "application/ics"})
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_LOOKS_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?is)^\W*(?:this (?:is an? |message (?:is|was sent) in |e-?mail (?:is|was sent) in )?(?:multi-?part|html|mime)\b.{0,200}"
    r"|(?:your|the) (?:e-?mail |mail )?(?:client|program|reader).{0,80}(?:html|mime).{0,200}"
    r"|(?:please )?(?:view|read|open) this (?:e-?mail|message) in (?:an? )?html.{0,200}"
    r"|html(?:[ -](?:mail|message|version|only))?|no plain ?text.{0,80})\W*$"
)
_ENRICHED = re.compile(r"<(/?)([a-zA-Z0-9-]{1,60})>|<<")


class Calendar(msgspec.Struct, frozen=True):
    """An invitation or its answer: `method` in upper case ("REQUEST", "REPLY", "CANCEL", ""), `text` is iCalendar."""

    method: str
    text: str


class Body(NamedTuple):
    text: str
    html: str
    html_only: bool
    attachments: tuple[Attachment, ...]
    calendars: tuple[Calendar, ...]
    defects: list[str]


class _Piece(NamedTuple):
    """What stands at one place of the letter, as text, as HTML, or both; "" where there is none."""

    plain: str = ""
    html: str = ""


def read(raw: bytes, root: Part) -> Body:
    """The letter in the tree `root` of `raw`. Never raises; linear."""
    reader = _Reader(raw)
    pieces = [piece for piece in reader.collect(root) if piece.plain.strip() or piece.html.strip()]
    if not pieces and reader.spare:
        pieces = [piece for piece in reader.spare if piece.plain.strip() or piece.html.strip()][:1]
    if len(pieces) == 1 and not pieces[0].html.strip() and len(reader.spare) == 1 and reader.spare[0].html.strip():
        pieces = [_Piece(pieces[0].plain, reader.spare[0].html)]  # Exchange's plain copy beside the winmail.dat
    texts = [piece.plain if _says_something(piece) else reader.text_of(piece.html) for piece in pieces]
    has_html = any(piece.html.strip() for piece in pieces)
    html = (
        "\n".join(piece.html if piece.html.strip() else _as_html(piece.plain) for piece in pieces) if has_html else ""
    )
    if len(html) > LARGEST_SHOWN:
        reader.defects.append("The HTML is too large to be shown; its text is.")
    html_only = has_html and not any(_says_something(piece) for piece in pieces)
    return Body(
        "\n\n".join(text.strip("\n") for text in texts if text.strip()), html, html_only,
        tuple(_settle(reader.files, html)), tuple(reader.calendars), list(dict.fromkeys(reader.defects)),
    )  # fmt: skip


def _says_something(piece: _Piece) -> bool:
    """A text part that only says "read the HTML" says nothing."""
    return bool(piece.plain.strip()) and not (piece.html.strip() and _PLACEHOLDER.match(piece.plain.strip()[:400]))


def _as_html(plain: str) -> str:
    return f'<div style="white-space: pre-wrap">{entities.escape(plain)}</div>'


def _settle(files: list[Attachment], html: str) -> list[Attachment]:
    """A file whose Content-ID the HTML shows is inline, whatever it says itself."""
    shown = (
        {cid.strip("<>").lower() for cid in re.findall(r"cid:([^\s\"'>)]{1,300})", html, re.IGNORECASE)}
        if html
        else set()
    )
    return [
        msgspec.structs.replace(file, inline=True)
        if not file.inline and file.content_id and file.content_id.lower() in shown
        else file
        for file in files
    ]


class _Reader:
    def __init__(self, raw: bytes, level: int = 0) -> None:
        self.raw = raw
        self.level = level
        self.files: list[Attachment] = []
        self.calendars: list[Calendar] = []
        self.defects: list[str] = []
        self.spare: list[_Piece] = []
        self.has_text = False

    def collect(self, part: Part) -> list[_Piece]:
        if not part.is_multipart:
            return self.leaf(part)
        if part.kind == "multipart/alternative":
            return [self.alternative(part)]
        if part.kind == "multipart/encrypted":
            self.defects.append(ENCRYPTED)
        pieces: list[_Piece] = []
        for child in part.children:
            pieces += self.collect(child)
        return pieces

    def alternative(self, part: Part) -> _Piece:
        """One thing in several forms: the first text that says something, the last HTML (RFC 2046: last is richest)."""
        plain = html = ""
        before = self.has_text
        for child in part.children:
            self.has_text = before  # the next form is no second text
            found = [piece for piece in self.collect(child) if piece.plain.strip() or piece.html.strip()]
            if any(piece.html.strip() for piece in found):
                html = "\n".join(piece.html or _as_html(piece.plain) for piece in found)
                if not plain.strip() and any(piece.plain.strip() for piece in found):
                    plain = "\n\n".join(piece.plain or self.text_of(piece.html) for piece in found)
            elif found and not plain.strip():
                plain = "\n\n".join(piece.plain for piece in found)
        self.has_text = before or bool(plain or html)
        return _Piece(plain, html)

    def leaf(self, part: Part) -> list[_Piece]:
        if part.kind in IGNORED:
            return []
        is_text = part.kind in PLAIN or part.kind in HTML
        data, complaint = transfer.unwrap(
            self.raw[part.start : part.end], part.encoding, is_text=is_text or part.kind.startswith("text/")
        )
        if complaint:
            self.defects.append(complaint)
        if is_text and not self.is_file(part):
            return self.text(part, data)
        if tnef.looks_like(part.kind, part.file_name, data):
            return self.open_tnef(part, data)
        if part.kind in _CALENDARS:
            text = self.decode(part, data).strip()
            method = part.parameters.get("method") or (re.findall(r"(?im)^METHOD:(\w+)", text) or [""])[0]
            self.calendars.append(Calendar(method.upper(), text))
        if "pkcs7-mime" in part.kind:
            inner = signed.content(data) if self.level < MOST_ENVELOPES else None
            if inner:
                return self.open_signed(inner)
            signs = part.parameters.get("smime-type", "").startswith(("signed", "certs", "compressed"))
            self.defects.append(UNOPENED if signs else ENCRYPTED)
        self.keep(part, data)
        return []

    def is_file(self, part: Part) -> bool:
        if part.disposition == "attachment":
            return bool(part.file_name) or part.depth > 0
        return bool(part.file_name) and self.has_text

    def text(self, part: Part, data: bytes) -> list[_Piece]:
        text = self.decode(part, data)
        self.has_text = self.has_text or bool(text.strip())
        if part.kind in HTML or (part.kind == "text/plain" and _LOOKS_HTML.match(text[:400])):
            return [_Piece(html=text)]
        if part.kind in ("text/enriched", "text/richtext"):
            text = _ENRICHED.sub(lambda match: "<" if match.group() == "<<" else "", text)
        elif part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        if "\nbegin " in text or text.startswith("begin "):
            text, files = transfer.take_uuencoded(text)
            for name, content in files:
                kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
                self.add(content, name, kind)
        return [_Piece(plain=text)]

    def decode(self, part: Part, data: bytes) -> str:
        label = part.parameters.get("charset") or None
        if label is None and part.kind in HTML and (meta := _META_CHARSET.search(data[:4_096])):
            label = meta.group(1).decode("ascii")
        if data[:3] == b"\xef\xbb\xbf":
            data, label = data[3:], "utf-8"
        elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            label = "utf-16"
        text, complaint = charsets.decode(data, label)
        if complaint:
            self.defects.append(complaint)
        if b"\0" in data and "16" not in (label or "") and "32" not in (label or ""):
            self.defects.append("The text holds NUL characters; they were removed.")
        return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")

    def text_of(self, html: str) -> str:
        if len(html) > LARGEST_HTML:
            self.defects.append("The HTML is too large to be read as text whole; its end is missing there.")
        return plaintext.from_html(html[:LARGEST_HTML])

    def open_signed(self, inner: bytes) -> list[_Piece]:
        root, broken = parts.grow(inner)
        reader = _Reader(inner, self.level + 1)
        pieces = reader.collect(root)
        self.files += reader.files
        self.calendars += reader.calendars
        self.defects += [*broken, *reader.defects]
        return pieces

    def open_tnef(self, part: Part, data: bytes) -> list[_Piece]:
        box = tnef.open_tnef(data)
        if box is None:
            self.defects.append("A winmail.dat is damaged; it is kept closed.")
            self.keep(part, data)
            return []
        for name, kind, content_id, content in box.files:
            guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.add(content, name, kind or guessed, inline=bool(content_id), content_id=content_id or None)
        self.spare.append(_Piece(box.text.replace("\r\n", "\n"), box.html))
        if not box.text and not box.html and not box.files:
            self.keep(part, data)
        return []

    def keep(self, part: Part, content: bytes) -> None:
        content_id = part.header("content-id").strip().strip("<>").strip() or None
        related = part.within == "multipart/related" and content_id is not None and part.disposition != "attachment"
        stem = ""
        if part.kind in ("message/rfc822", "message/global"):
            stem = _subject(content)
        inline = part.disposition == "inline" or related
        self.add(content, part.file_name, part.kind, inline=inline, content_id=content_id, stem=stem)

    def add(
        self,
        content: bytes,
        name: str,
        kind: str,
        *,
        inline: bool = False,
        content_id: str | None = None,
        stem: str = "",
    ) -> None:
        safe = attachments.safe_name(headers.decode_words(name)[0])
        if name and safe != name.strip():
            self.defects.append("A file name was not safe to use; it was cleaned.")
        safe = safe or attachments.invent_name(kind, len(self.files) + 1, stem)
        if kind in ("message/rfc822", "message/global") and not safe.lower().endswith(".eml"):
            safe += ".eml"
        self.files.append(attachments.attach(content, name=safe, kind=kind, inline=inline, content_id=content_id))


def _subject(content: bytes) -> str:
    block = headers.split(content, 0, min(len(content), 64 * 1024))
    for name, value in block.fields:
        if name.lower() == b"subject":
            return headers.decode_words(charsets.decode(value, None)[0])[0][:80]
    return ""
