"""What stands under a letter without being part of it: signatures, what phones add, scanners' and lists' notes."""

from __future__ import annotations

import re

from app.mail import phrases
from app.mail.quoting import separators
from app.mail.quoting.lines import Line

_PHONE = re.compile(rf"^\W*{phrases.alternatives('sentfrom')}\b(?P<device>.{{0,90}})$", re.IGNORECASE)
_PHONE_DEVICE = re.compile(rf"(?<!\w){phrases.alternatives('devices')}(?!\w)", re.IGNORECASE)
_PHONE_WHOLE = re.compile(phrases.alternatives("phonelines"), re.IGNORECASE)
_NOTE = re.compile(r"^\W*" + phrases.alternatives("notes"), re.IGNORECASE)
_DELIMITER = re.compile(r"^--\s?$|^-- ?$|^––$|^– ?–$")
_LOOSE = re.compile(r"^(?:[-_=*~#+–]{2,}|[—–_]{3,}|ᐧ|\+{2,})$")
_SENTENCE_END = re.compile(r"[.!?。！？]\W*$")
_CONTACT = re.compile(
    r"@|https?:|www\.|\+?\d[\d ()/.-]{6,}\d|(?:tel|fon|fax|mobile?|phone|gsm|hrb|ust|vat)\b", re.IGNORECASE
)
_DASHED_BULLET = re.compile(r"^[-–—*•]\s+\S")
LONGEST = 40
FARTHEST = 500
LONGEST_LOOSE = 14
PGP_BEGIN = re.compile(r"^-----BEGIN PGP SIGNATURE-----$")
PGP_HEAD = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----$")


def is_phone_line(text: str) -> bool:
    """Whether a line is what a phone or mail app puts under a letter ("Sent from my iPhone")."""
    if len(text) > 400:
        return False
    text = re.sub(r"\[([^\]]{1,80})\]\([^)]{1,300}\)", r"\1", text)
    text = re.sub(r"<?https?://\S+>?|<mailto:[^>]*>|https?\S+$", "", text).strip()
    if not text or len(text) > 130:
        return False
    if _PHONE_WHOLE.match(text):
        return True
    match = _PHONE.match(text)
    if match is None:
        return False
    clause = re.split(r"[,;.!?]\s", match["device"])[0]
    return bool(_PHONE_DEVICE.search(clause)) or (
        len(text.split()) <= 6 and "," not in text and not _SENTENCE_END.search(text)
    )


def split(lines: list[Line]) -> int:
    """Where the signature of the writer's own `lines` begins: an index, `len(lines)` when there is none.

    Certain signs only: the "-- " of RFC 3676, what mail programs mark, phones' lines, scanners' notes, rules followed by
    few lines that hold no sentences. "Best regards, Kim" is part of the letter.
    """
    end = len(lines)
    while True:
        before = end
        end = _strip_end(lines, end)
        end = _strip_block(lines, end)
        if end == before:
            return end


def _strip_end(lines: list[Line], end: int) -> int:
    """Without trailing empty lines, phones' lines and scanners' notes, `FARTHEST` lines of them at most."""
    lowest = max(0, end - FARTHEST)
    while end > lowest:
        line = lines[end - 1]
        if line.is_empty or line.sign or is_phone_line(line.bare) or _NOTE.match(line.bare):
            end -= 1
        elif end > 1 and _is_wrapped_phone(lines[end - 2], line):
            end -= 2
        elif separators.is_rule(line.bare) or _LOOSE.match(line.bare) or _DELIMITER.match(line.bare):
            end -= 1
        else:
            break
    return end


def _is_wrapped_phone(first: Line, second: Line) -> bool:
    if first.is_empty or len(first.bare) + len(second.bare) > 130:
        return False
    return (
        is_phone_line(f"{first.bare} {second.bare}")
        and bool(_PHONE.match(first.bare))
        and bool(second.bare[:1] in "<(h[")
    )


def _strip_block(lines: list[Line], end: int) -> int:
    """Without the block under the last delimiter, or under a rule when what follows looks like a card."""
    lowest = max(0, end - LONGEST)
    for at in range(end - 1, lowest - 1, -1):
        if PGP_BEGIN.match(lines[at].bare):
            return at
        if lines[at].depth:
            lowest = at + 1
            break
    for at in range(lowest, end):
        line = lines[at]
        rest = [one for one in lines[at:end] if not one.is_empty]
        if line.sign and all(one.sign for one in rest):
            return at
        if _DELIMITER.match(line.bare) and (len(rest) <= LONGEST_LOOSE or not _has_prose(rest)):
            return at
    for at in range(max(lowest, end - LONGEST_LOOSE - 6), end):
        if _LOOSE.match(lines[at].bare) and _is_card([one for one in lines[at + 1 : end] if not one.is_empty]):
            return at
    for at in range(lowest, end):
        if is_phone_line(lines[at].bare) and _is_card(
            [one for one in lines[at + 1 : end] if not one.is_empty][:LONGEST_LOOSE]
        ):
            return at
    return end


def _has_prose(lines: list[Line]) -> bool:
    return sum(1 for line in lines if len(line.bare) > 60 and _SENTENCE_END.search(line.bare)) >= 3


def _is_card(lines: list[Line]) -> bool:
    """Few short lines without sentences, at least one of them a way to reach somebody; or a single short line."""
    if not lines or len(lines) > LONGEST_LOOSE:
        return not lines
    if any(_DASHED_BULLET.match(line.bare) for line in lines):
        return False
    sentences = sum(1 for line in lines if _SENTENCE_END.search(line.bare) and len(line.bare.split()) > 6)
    if len(lines) <= 2 and not sentences:
        return True
    return sentences == 0 and any(_CONTACT.search(line.bare) for line in lines)
