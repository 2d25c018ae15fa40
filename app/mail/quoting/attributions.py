"""“On Monday Kim wrote:” in the languages and habits of the mail programs, on one line or broken over several."""

from __future__ import annotations

import re

from app.mail import phrases
from app.mail.quoting.lines import Line

_VERB = re.compile(
    rf"(?<![^\W\d_]){phrases.alternatives('wrote')}(?![^\W\d_])|写道|寫道|写到|寫到|書きました|작성|さんのメール",
    re.IGNORECASE,
)
_OPENER = re.compile(rf"{phrases.alternatives('openers')}(?![^\W\d_])[.,]?", re.IGNORECASE)
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2,4}"
    r"|\d{1,2}\.?(?:er|º|ª|st|nd|rd|th)?[.,]?\s+(?:de\s+|d['’])?[^\W\d_]{2,14}\.?,?\s+(?:de\s+|del\s+)?(?:19|20)?\d\d"
    r"|[^\W\d_]{3,14}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d|(?:19|20)\d\d[-.]\s?[^\W\d_]{3,14}[-.]\s?\d{1,2}"
    r"|(?:19|20)\d\d\.? [^\W\d_]{2,14}\.? \d{1,2}|[^\W\d_]{3,10}\.? \d{1,2}(?!\d)|\d{1,2}\.? [^\W\d_]{3,10}(?![^\W\d_]))",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<!\d)\d{1,2}\s?[:.h時点點시]\s?\d{2}(?!\d)|\d{1,2}\s?(?:am|pm|uhr|a\.m\.|p\.m\.)(?![^\W\d_])|[上下]午\s?\d",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAIL = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+|<\s*mailto:", re.IGNORECASE)
_STARTS_WITH_DATE = re.compile(r"\W{0,3}(?:\d{1,4}\s*[-/.年 ]|[^\W\d_]{2,14}\.?,?\s+\d{1,2}[.,\s])")
_COLON = re.compile(r"[:：]\s*[-_*]*$|(?:-{3,}|_{3,}|\*)$")
_SENTENCE = re.compile(r"[.!?。！？]\s+\S+.*[.!?。！？]\s+\S")
_TRIM = re.compile(r"^[\s*_\-=–—]+|[\s*_]+$")
MOST_LINES = 6
LONGEST = 600


def find(lines: list[Line], at: int) -> int | None:
    """The index after the attribution that begins at line `at`, or None when there is none. Looks at `MOST_LINES`."""
    first = lines[at]
    if first.is_empty or not _may_begin(first.bare):
        return None
    joined = ""
    blanks = 0
    for there in range(at, min(len(lines), at + MOST_LINES + 2)):
        line = lines[there]
        if line.cut and there > at:
            return None
        if line.is_empty:
            blanks += 1
            if blanks > 2 or (
                not joined.endswith(("<", ",", '"')) and not _opens_angle(joined) and not _is_half(joined)
            ):
                return None
            continue
        if line.depth != first.depth and not _closes_angle(joined, line):
            return None
        joined = f"{joined} {line.bare}" if joined else line.bare
        if len(joined) > LONGEST or there - at >= MOST_LINES:
            return None
        if (reads := _is_attribution(joined, lines, there)) is not None:
            return there + 1 if reads else None
    return None


def _may_begin(text: str) -> bool:
    text = _TRIM.sub("", text)
    return bool(
        _OPENER.match(text) or _STARTS_WITH_DATE.match(text) or _MAIL.search(text) or _VERB.search(text)
    ) and not text.startswith(("http", "www."))


def _opens_angle(text: str) -> bool:
    return text.count("<") > text.count(">")


def _is_half(text: str) -> bool:
    """An opener and a date, but nobody has written yet."""
    return (
        bool(_OPENER.match(text)) and bool(_DATE.search(text)) and len(text) < 80 and not text.endswith((".", "!", "?"))
    )


def _closes_angle(joined: str, line: Line) -> bool:
    """A client that wraps "<kim@acme.test>" lets the next line begin with the closing bracket."""
    return _opens_angle(joined) and line.depth == 1 and bool(_VERB.search(line.bare))


def _is_attribution(joined: str, lines: list[Line], last: int) -> bool | None:
    """True: it is one. None: perhaps with more lines. False: never."""
    text = _TRIM.sub("", joined)
    if not text:
        return None
    has_mail, has_time = bool(_MAIL.search(text)), bool(_TIME.search(text))
    has_date = bool(_DATE.search(text)) or bool(_YEAR.search(text))
    verb = _VERB.search(text)
    ended = bool(_COLON.search(joined)) or joined.rstrip().endswith((">:", "> :"))
    followed = _is_quote_next(lines, last)
    if _SENTENCE.search(text) and not has_mail and not has_time:
        return False
    if verb is not None and ended:
        if has_mail and (has_date or len(text) < 160):
            return True
        begins = bool(_OPENER.match(text) or _STARTS_WITH_DATE.match(text))
        if has_date and (has_time or bool(_YEAR.search(text))) and (begins or _names_then_verb(text, verb)):
            return True
        if followed and len(text) < 200 and (has_date or begins or len(text.split()) <= 12):
            return True
        return None
    if (
        verb is not None
        and has_date
        and (has_time or has_mail)
        and followed
        and text[verb.end() :].strip(" :：-") == ""
    ):
        return True
    if has_mail and has_time and has_date and _ends_with_mail(text):
        begins = bool(_STARTS_WITH_DATE.match(text) or _OPENER.match(text) or text[:1] in '<"“')
        if ended and (begins or followed):
            return True
        return True if followed and begins else None
    if has_mail and has_date and ended and followed and _ends_with_mail(text):
        return True
    if has_time and _ISO_NAMED.match(text) and not ended:
        return True
    return None


_ISO_NAMED = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d:\d\d \S[^.!?]{0,60}$")


def _names_then_verb(text: str, verb: re.Match[str]) -> bool:
    before = text[: verb.start()].strip()
    return 0 < len(before.split()) <= 6 and not before.endswith((",", ".")) and bool(_DATE.search(text[verb.end() :]))


def _ends_with_mail(text: str) -> bool:
    tail = text.rstrip(" :：")
    return tail.endswith((">", ")", "]")) or bool(re.search(r"@[\w.-]+$", tail))


def _is_quote_next(lines: list[Line], last: int) -> bool:
    for line in lines[last + 1 : last + 5]:
        if not line.is_empty:
            return line.depth > lines[last].depth
        if line.depth > lines[last].depth:
            return True
    return False
