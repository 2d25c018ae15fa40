"""The places where an older letter begins, whoever marked them: a program, a habit, a head that was copied."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.mail.quoting import attributions, headerblocks, separators
from app.mail.quoting.lines import Line

_LABELLED = re.compile(r"[^\W\d_][^:：.!?<>@]{0,25}\s?[:：]\s?\S")
MOST_LINES = 10_000


@dataclass(slots=True)
class Marker:
    """Where an older letter begins: lines `start` to `end` introduce it."""

    start: int
    end: int
    kind: str


def find(lines: list[Line], start: int) -> Marker | None:
    """The first place from `start` on, outside quotes, where an older letter is introduced.

    Only the first `MOST_LINES` lines are looked at: nobody answers above so much, and a bomb costs no more.
    """
    for at in range(start, min(len(lines), MOST_LINES)):
        line = lines[at]
        if line.cut:
            return _grow(lines, Marker(at, _after_intro(lines, at), "cut"), start)
        if line.head and _looks_like_head(lines, at):
            return _grow(lines, Marker(at, _after_intro(lines, at), "cut"), start)
        if line.depth and (end := _quoted_head(lines, at)) is not None:
            return Marker(at, end, "headers")
        if line.depth or line.is_empty:
            continue
        if (end := _notes_head(lines, at)) is not None:
            return Marker(at, end, "headers")
        if separators.is_forward(line.bare):
            return _grow(lines, Marker(at, _after_intro(lines, at + 1), "forward"), start)
        if separators.is_original(line.bare) or separators.is_notes(line.bare):
            return _grow(lines, Marker(at, _after_intro(lines, at + 1), "original"), start)
        if separators.is_reply_line(line.bare):
            return Marker(at, at + 1, "cut")
        if (end := headerblocks.find(lines, at)) is not None:
            return _grow(lines, Marker(at, end, "headers"), start)
        if (end := attributions.find(lines, at)) is not None:
            return _grow(lines, Marker(at, end, "attribution"), start)
    return None


def _looks_like_head(lines: list[Line], at: int) -> bool:
    """Two lines or more with a word and a colon: Outlook's head in a language that nobody taught us."""
    near = [line.bare for line in lines[at : at + 8] if not line.is_empty]
    return sum(1 for text in near if _LABELLED.match(text)) >= 2


def _after_intro(lines: list[Line], at: int) -> int:
    """Past the headers or the attribution that follow a separator."""
    there = at
    while there < len(lines) and lines[there].is_empty:
        there += 1
    if there < len(lines):
        end = headerblocks.find(lines, there) or attributions.find(lines, there)
        if end is not None:
            return end
    return at


def _grow(lines: list[Line], marker: Marker, start: int) -> Marker:
    """A rule above a marker belongs to it, and so does the opener of an attribution that was found at its tail."""
    at = marker.start
    while at > start and lines[at - 1].is_empty and marker.start - at < 3:
        at -= 1
    if at > start and separators.is_rule(lines[at - 1].bare):
        marker.start = at - 1
    return marker


def _quoted_head(lines: list[Line], at: int) -> int | None:
    """The index after a head that is marked with ">" while the letter below it is not (Orange, La Poste)."""
    if lines[at].depth != 1 or (at and lines[at - 1].depth) or lines[at].is_empty:
        return None
    end = headerblocks.find(lines, at) or (headerblocks.find(lines, at + 1) if at + 1 < len(lines) else None)
    if end is None:
        return None
    while end < len(lines) and lines[end].is_empty:
        end += 1
    return end if end < len(lines) and not lines[end].depth else None


def _notes_head(lines: list[Line], at: int) -> int | None:
    """The index after an old Lotus Notes head: a name, a date, then To, cc and Subject."""
    if at + 2 >= len(lines) or len(lines[at].bare) > 90 or not _is_moment(lines[at + 1]):
        return None
    there, seen = at + 2, set[str]()
    while there < min(len(lines), at + 14):
        found, _ = headerblocks.roles(lines[there].bare)
        if not found and not lines[there].is_empty and not lines[there].raw[:1].isspace():
            break
        seen |= found
        there += 1
        if "subject" in found:
            break
    return there if "subject" in seen and "to" in seen else None


def _is_moment(line: Line) -> bool:
    """A date and a time alone on a line."""
    return 0 < len(line.bare) < 40 and line.bare[:1].isdigit() and attributions.is_moment(line.bare)
