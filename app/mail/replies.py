"""What a person wrote now is told from what was written before: reply, quoted history, signature."""

from __future__ import annotations

import msgspec
from lxml import etree

from app.mail import plaintext
from app.mail.messages import Message
from app.mail.quoting import layouts, lines, pages
from app.mail.quoting.lines import Line

LARGEST_HTML = 4 * 1024 * 1024
MOST_LINES = 20_000
"""Nobody quotes more; looking at each line of a letter of millions would take minutes."""


class Parted(msgspec.Struct, frozen=True):
    """The parts of a letter: plain texts without empty lines around them that together hold every line of it, and the
    HTML of reply (with signature) and quoted history, not sanitised, "" when there is no HTML.
    """

    reply: str
    quoted: str
    signature: str
    reply_html: str = ""
    quoted_html: str = ""


def split_text(text: str, subject: str = "") -> Parted:
    """The parts of a plain text. `subject` helps to know a forwarded letter.

    Never raises; linear. When unsure, it is reply. Answers written between the quotes stay together with them in reply.
    """
    if text.count("\n") > MOST_LINES:
        return Parted(text.strip("\r\n"), "", "")
    read = lines.read(text)
    return _part(read, layouts.label(read, subject))


def split_html(html: str, subject: str = "") -> Parted:
    """The parts of an HTML text, by what mail programs write into their HTML and by its words. As `split_text`."""
    root = plaintext.parse(html) if len(html) <= LARGEST_HTML else None
    if root is None:
        return Parted("", "", "", html, "")
    read = pages.read(root)
    if len(read) > MOST_LINES:
        return Parted("", "", "", html, "")
    labels = layouts.label(read, subject)
    parted = _part(read, labels)
    if layouts.QUOTED not in labels or pages.is_deep(root):
        return msgspec.structs.replace(parted, reply_html=html)
    pieces = _cut(root, read, labels)
    if pieces is None:
        return msgspec.structs.replace(parted, reply_html=html)
    return msgspec.structs.replace(parted, reply_html=pieces[0], quoted_html=pieces[1])


def split_message(message: Message) -> Parted:
    """The parts of a message, from its plain text and its HTML: each knows what the other does not say."""
    if not message.html:
        return split_text(message.text, message.subject)
    rich = split_html(message.html, message.subject)
    if message.html_only or not message.text.strip():
        return rich if rich.reply or rich.quoted else msgspec.structs.replace(rich, reply=message.text)
    plain = split_text(message.text, message.subject)
    if rich.quoted and not plain.quoted and rich.reply:
        return rich
    return msgspec.structs.replace(plain, reply_html=rich.reply_html, quoted_html=rich.quoted_html)


def _part(read: list[Line], labels: list[str]) -> Parted:
    parts: dict[str, list[str]] = {layouts.OWN: [], layouts.QUOTED: [], layouts.SIGNATURE: []}
    for line, label in zip(read, labels, strict=True):
        parts[label].append(line.raw)
    own, quoted, signature = (_trim(parts[name]) for name in (layouts.OWN, layouts.QUOTED, layouts.SIGNATURE))
    return Parted(own, quoted, signature)


def _cut(root: etree._Element, read: list[Line], labels: list[str]) -> tuple[str, str] | None:
    """The HTML of what is the writer's and of what is not; None when they change too often to be taken apart."""
    points: list[pages.Point] = []
    kinds = [False]
    for line, label in zip(read, labels, strict=True):
        if line.node is None or line.is_empty:
            continue
        quoted = label == layouts.QUOTED
        if quoted != kinds[-1]:
            points.append(line.node)
            kinds.append(quoted)
    if len(points) > pages.MOST_PIECES:
        return None
    pieces = pages.cut(root, points)
    own = "".join(piece for piece, quoted in zip(pieces, kinds, strict=True) if not quoted)
    older = "".join(piece for piece, quoted in zip(pieces, kinds, strict=True) if quoted)
    return own, older


def _trim(rows: list[str]) -> str:
    start, end = 0, len(rows)
    while start < end and not rows[start].strip():
        start += 1
    while end > start and not rows[end - 1].strip():
        end -= 1
    return "\n".join(row.rstrip() for row in rows[start:end])
