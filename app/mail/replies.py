"""What a person wrote now is told from what was written before: reply, quoted history, signature."""

from __future__ import annotations

import msgspec

from app.mail.messages import Message
from app.mail.quoting import layouts, lines
from app.mail.quoting.lines import Line


class Parted(msgspec.Struct, frozen=True):
    """The three parts of a plain text, each without empty lines around it; together they hold every line of it."""

    reply: str
    quoted: str
    signature: str


def split_text(text: str, subject: str = "") -> Parted:
    """The parts of a plain text. `subject` helps to know a forwarded letter. Never raises; linear; when unsure it is reply."""
    read = lines.read(text)
    return _part(read, layouts.label(read, subject))


def split_message(message: Message) -> Parted:
    return split_text(message.text, message.subject)


def _part(read: list[Line], labels: list[str]) -> Parted:
    parts: dict[str, list[str]] = {layouts.OWN: [], layouts.QUOTED: [], layouts.SIGNATURE: []}
    for line, label in zip(read, labels, strict=True):
        parts[label].append(line.raw)
    own, quoted, signature = (_trim(parts[name]) for name in (layouts.OWN, layouts.QUOTED, layouts.SIGNATURE))
    return Parted(own, quoted, signature)


def _trim(rows: list[str]) -> str:
    start, end = 0, len(rows)
    while start < end and not rows[start].strip():
        start += 1
    while end > start and not rows[end - 1].strip():
        end -= 1
    return "\n".join(row.rstrip() for row in rows[start:end])
