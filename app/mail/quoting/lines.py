"""A letter line by line: what each line says, and how deep it is quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from app.mail import phrases

_MARKS = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")
_NAMED_MARKS = re.compile(r"[A-Za-z]{1,3}> ?|[A-Z][a-z]{1,15}> ")
_BAR_MARKS = re.compile(r"((?:\|[ \t]?)+)(?!.*\|)")
_GROUPWISE = re.compile(r"\s?>>> ?[^>\s][^\n]{2,200}?\d\d? ?(?:[AaPp][Mm] ?)?>>>\s*$")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_BLANKS = re.compile(r"[\s\u00a0\u3000]+")


LONGEST = 1_000
LONGEST_SHARED = 600
_SHARED = re.compile(
    r"(?<=[.!?)…\s-])((?:On|Am|Le|El|Em|Op|Il|Den|Dnia|W dniu|Dne)\s(?:[^\W\d_]{2,12}\.?,?\s){0,3}\d{1,4}[-/.,\s\w].{0,40}"
    r"(?:\d{1,2}[:.]\d\d|(?:19|20)\d\d))"
)
_WROTE = re.compile(phrases.alternatives("wrote"), re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """`raw` as it stands in the letter; `bare` without quote marks, invisible characters and double blanks.

    `cut`: the mail program itself says that an older letter begins here. `head`: that its head may begin here. `sign`:
    that this is a signature.
    `node`: where the line begins in HTML.
    """

    raw: str
    bare: str
    depth: int
    cut: bool = False
    sign: bool = False
    head: bool = False
    node: Any = None

    @property
    def is_empty(self) -> bool:
        """Nothing but quote marks, if that."""
        return not self.bare

    @property
    def is_blank(self) -> bool:
        return not self.bare and not self.depth


def clean(text: str) -> str:
    """What is looked at of a line: its beginning, in which no mark can hide."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text[:LONGEST])).strip()


def read(text: str) -> list[Line]:
    """The lines of a plain text."""
    lines = []
    for whole in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        for raw in _apart(whole):
            depth, rest = _depth(raw)
            lines.append(Line(raw, clean(rest), depth, cut=bool(raw[:3] in (">>>", " >>") and _GROUPWISE.match(raw))))
    _trust_bars_in_groups(lines)
    return lines


def _apart(raw: str) -> tuple[str, ...]:
    """A line on which somebody's words and an attribution stand together is two."""
    if (at := shared_line(raw)) is None:
        return (raw,)
    return raw[:at].rstrip(" -\u00a0"), raw[at:]


def shared_line(text: str) -> int | None:
    """Where an attribution begins inside a line that begins with somebody's own words; None when none does.

    Only for one that is whole on this line: "Works now. On 2 Nov 2026, at 10:00, Kim <kim@acme.test> wrote:".
    """
    tail = text[-3:].rstrip()
    if len(text) > LONGEST_SHARED or tail[-1:] not in (":", "：") or text[:1] in "> ":
        return None
    for match in _SHARED.finditer(text):
        if match.start(1) and _WROTE.search(text, match.end()):
            return match.start(1)
    return None


def _depth(raw: str) -> tuple[int, str]:
    if _GROUPWISE.match(raw):
        return 0, raw
    if raw[:1] in "> \t" and (match := _MARKS.match(raw)):
        return match.group(1).count(">"), raw[match.end() :]
    if raw[:1].isalpha() and (match := _NAMED_MARKS.match(raw)):
        return 1, raw[match.end() :]
    if raw[:1] == "|" and (match := _BAR_MARKS.match(raw[:LONGEST])):
        return match.group(1).count("|"), raw[match.end() :]
    return 0, raw


def _trust_bars_in_groups(lines: list[Line]) -> None:
    """A bar or initials before one line alone are no quote: a table, or an arrow in somebody's words."""
    for at, line in enumerate(lines):
        if line.depth and line.raw.lstrip()[:1] != ">":
            near = [lines[there] for there in (at - 1, at + 1) if 0 <= there < len(lines)]
            if not any(other.depth for other in near):
                line.depth, line.bare = 0, clean(line.raw)
