"""A letter line by line: what each line says, and how deep it is quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_MARKS = re.compile(r"[ \t]{0,3}((?:>[ \t]?)+)")
_NAMED_MARKS = re.compile(r"[A-Za-z]{1,3}> ?|[A-Z][a-z]{1,15}> ")
_BAR_MARKS = re.compile(r"((?:\|[ \t]?)+)(?!.*\|)")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_BLANKS = re.compile(r"[\s\u00a0\u3000]+")


@dataclass(slots=True)
class Line:
    """`raw` as it stands in the letter; `bare` without quote marks, invisible characters and double blanks.

    `cut`: the mail program itself says that an older letter begins here. `sign`: that this is a signature.
    `node`: where the line begins in HTML.
    """

    raw: str
    bare: str
    depth: int
    cut: bool = False
    sign: bool = False
    node: Any = None

    @property
    def is_empty(self) -> bool:
        return not self.bare


def clean(text: str) -> str:
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def read(text: str) -> list[Line]:
    """The lines of a plain text."""
    lines = []
    for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        depth, rest = _depth(raw)
        lines.append(Line(raw, clean(rest), depth))
    _trust_bars_in_groups(lines)
    return lines


def _depth(raw: str) -> tuple[int, str]:
    if raw[:1] in "> \t" and (match := _MARKS.match(raw)):
        return match.group(1).count(">"), raw[match.end() :]
    if raw[:1].isalpha() and (match := _NAMED_MARKS.match(raw)):
        return 1, raw[match.end() :]
    if raw[:1] == "|" and (match := _BAR_MARKS.match(raw)):
        return match.group(1).count("|"), raw[match.end() :]
    return 0, raw


def _trust_bars_in_groups(lines: list[Line]) -> None:
    """A bar or initials before one line alone are no quote: a table, or an arrow in somebody's words."""
    for at, line in enumerate(lines):
        if line.depth and line.raw.lstrip()[:1] != ">":
            near = [lines[there] for there in (at - 1, at + 1) if 0 <= there < len(lines)]
            if not any(other.depth for other in near):
                line.depth, line.bare = 0, clean(line.raw)
