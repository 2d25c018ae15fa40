"""“On Monday Kim wrote:” in the languages and habits of the mail programs, on one line or broken over several."""

from __future__ import annotations

import re

from app.mail import phrases
from app.mail.quoting.lines import Line

_VERB = re.compile(
    rf"(?<![^\W\d_]){phrases.alternatives('wrote')}(?![^\W\d_])|写道|寫道|写到|寫到|書きました|작성|のメール|쓴 글|เขียนว่า",
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
_MAIL = re.compile(r"[^\s<>\"'(),:;]{1,64}@[^\s<>\"'(),:;]+|<\s*mailto:", re.IGNORECASE)
_STARTS_WITH_DATE = re.compile(r"(?:\d{1,4}\s*[-/.年년 ]|[^\W\d_]{2,14}\.?,?\s+\d{1,2}[.,\s])")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d\s")
_NUMBER_SOON = re.compile(r"[^\d<>@]{0,40}\d")
_COLON = re.compile(r"[:：]\s*[-_*]*$|-{3,}$|_{3,}$")
_SENTENCE_END = re.compile(r"(?:[!?。！？…]|[^\W\d_]{3,}\.(?!\s*,))(?=\s+\S|$)")
_MONTH_DOT = re.compile(
    r"[^\W\d_]{3,9}\.(?=,?\s+(?:(?:19|20)\d\d|\d{1,2}[:.,]))|(?<=\d )[^\W\d_]{3,9}\.|(?<=\d\. )[^\W\d_]{3,9}\."
)
_TRIM = re.compile(r"^[\s*_\-=–—\"“„]+(?=\w)|^[\s*_\-=–—]+|[\s*_]+$")
_ISO_NAMED = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d:\d\d \S[^.!?]{0,60}$")
_ISO_START = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)")
_SOMEBODY = re.compile(r"(?:\d{4},?|\d{2}:\d{2},?) (?:you|vous avez|Sie|[^\W\d_a-z]\S*(?: \S+){0,3})\s+$")
MOST_LINES = 6
LONGEST = 500


def find(lines: list[Line], at: int) -> int | None:
    """The index after the attribution that begins at line `at`, or None when there is none. Looks at `MOST_LINES`."""
    first = lines[at]
    if first.is_empty or not _may_begin(first.bare):
        return None
    joined, blanks, taken = "", 0, 0
    for there in range(at, len(lines)):
        line = lines[there]
        if line.cut and there > at:
            return None
        if line.is_empty:
            blanks += 1
            if blanks > 2 or not _goes_on(joined):
                return None
            continue
        if line.depth != first.depth and not _closes_angle(joined, line):
            return None
        joined = f"{joined} {line.bare}" if joined else line.bare
        taken += 1
        if len(joined) > LONGEST or taken > MOST_LINES:
            return None
        if _may_end(line.bare, lines, there) and _reads(joined, lines, there):
            return None if _begins_later(lines, at, there) else there + 1
    return None


def is_moment(text: str) -> bool:
    """Whether a text names a day and a time."""
    return bool(_DATE.search(text)) and bool(_TIME.search(text))


def _may_begin(text: str) -> bool:
    text = _TRIM.sub("", text)
    if text.startswith(("http", "www.")):
        return False
    return _begins_well(text) or bool(_MAIL.search(text) or _VERB.search(text) or _OPENER.match(text))


def _may_end(text: str, lines: list[Line], last: int) -> bool:
    """Whether an attribution could end so: looked at before anything costly."""
    if text[-1] in ":：>)]-_*" or _ISO_START.match(text) or _is_quote_next(lines, last):
        return True
    return bool(_VERB.fullmatch(text.rsplit(None, 1)[-1]))


def _begins_well(text: str) -> bool:
    """An opener with a number soon behind it, or a date or time."""
    if _STARTS_WITH_DATE.match(text) or _TIME.match(text):
        return not _BARE_YEAR.match(text)
    match = _OPENER.match(text)
    return match is not None and bool(_NUMBER_SOON.match(text, match.end()))


def _opens_angle(text: str) -> bool:
    return text.count("<") > text.count(">")


def _goes_on(text: str) -> bool:
    """Half an attribution: a bracket is open, or there are opener and date but nobody has written yet."""
    if text.endswith(("<", ",")) or _opens_angle(text):
        return True
    return (
        _begins_well(text) and bool(_DATE.search(text)) and len(text) < 80 and not text.endswith((".", "!", "?", ":"))
    )


def _closes_angle(joined: str, line: Line) -> bool:
    """A client that wraps "<kim@acme.test>" lets the next line begin with the closing bracket."""
    return _opens_angle(joined) and line.depth == 1 and bool(_VERB.search(line.bare) or line.bare in (":", ""))


def _begins_later(lines: list[Line], at: int, last: int) -> bool:
    """Whether the words before were somebody's own, and the attribution begins on a line further down."""
    for start in range(at + 1, last + 1):
        text = _TRIM.sub("", lines[start].bare)
        if not text or not _begins_well(text):
            continue
        before = " ".join(line.bare for line in lines[at:start])
        if (_YEAR.search(before) or _TIME.search(before)) and not _has_sentence(before):
            continue
        joined = " ".join(line.bare for line in lines[start : last + 1] if line.bare)
        if _DATE.search(joined) and _reads(joined, lines, last):
            return True
    return False


def _has_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(_MONTH_DOT.sub("", text)))


def _reads(joined: str, lines: list[Line], last: int) -> bool:
    """Whether the words are an attribution as they stand."""
    text = _TRIM.sub("", joined)
    mail = _MAIL.search(text)
    dated = bool(_YEAR.search(text) or _DATE.search(text))
    ended = bool(_COLON.search(joined))
    if not dated and not ended:
        return False
    verb, time = _VERB.search(text), _TIME.search(text)
    if mail is None and verb is None and not _ISO_NAMED.match(text):
        return False
    followed = _is_quote_next(lines, last)
    begins = _begins_well(text)
    if followed and ended and dated and (mail or time) and len(text) < 300 and not _has_sentence(text):
        return True  # in whatever language
    if verb is not None and (ended or (begins and mail and time and not text[verb.end() :].strip(" :：-"))):
        if mail is not None and (dated or len(text) < 160):
            return begins or _is_name(text[: min(mail.start(), verb.start())])
        if dated and time and (begins or (_is_name(text[: verb.start()]) and bool(_DATE.search(text, verb.end())))):
            return True
        if (
            begins
            and _YEAR.search(text)
            and len(text) < 100
            and _SOMEBODY.search(text[: verb.start()])
            and not text[verb.end() :].strip(" :：-")
        ):
            return True  # "On Nov 2, 2026, Ann Lee wrote:" without a time
        if followed and len(text) < 200 and not _has_sentence(text[: verb.start()]):
            return dated or begins or len(text.split()) <= 12
        return False
    if _opens_angle(text):
        return False
    if (
        mail is not None
        and dated
        and _ends_with_mail(text)
        and (begins or text[:1] in '<"“' or _is_name(text[: mail.start()]))
    ):
        return (bool(time) and ended and begins) or (followed and (ended or begins))
    return bool(_ISO_NAMED.match(text)) and not ended


def _is_name(text: str) -> bool:
    """Few words without the end of a sentence: what may stand before an address or before "wrote"."""
    return len(text.split()) <= 7 and not _has_sentence(text) and not text.rstrip().endswith((",", ":", ";"))


def _ends_with_mail(text: str) -> bool:
    tail = text.rstrip(" :：")
    return tail.endswith((">", ")", "]")) or bool(re.search(r"@[\w.-]+$", tail))


def _is_quote_next(lines: list[Line], last: int) -> bool:
    for line in lines[last + 1 : last + 5]:
        if line.depth > lines[last].depth:
            return True
        if not line.is_empty:
            return False
    return False
