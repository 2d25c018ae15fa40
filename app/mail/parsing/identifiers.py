"""The names mails give themselves and each other, and when they were written (RFC 5322, sections 3.3 and 3.6.4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz

MOST_REFERENCES = 1_000
_ANGLED = re.compile(r"<\s*([^<>]{1,1000}?)\s*>")
_BARE = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")


def read_ids(value: str) -> list[str]:
    """Message ids in the order given, each once, as `<left@right>`; folds inside an id are closed.

    Ids without angle brackets are taken when they hold an at sign; other words ("Your message of Monday") are not.
    """
    found = ["<" + "".join(inner.split()) + ">" for inner in _ANGLED.findall(value)]
    for bare in _BARE.findall(_ANGLED.sub(" ", value)):
        if not found or "<" not in value or len(bare) > 20:
            found.append(f"<{bare}>")
    if not found and (word := value.strip()) and not re.search(r"\s", word):
        found.append(f"<{word.strip('<>')}>")
    return list(dict.fromkeys(found))[:MOST_REFERENCES]


def read_date(value: str) -> datetime | None:
    """The moment as aware UTC, or None when nobody could tell; a missing zone is read as UTC."""
    text = re.sub(r"\([^()]*\)", " ", value).strip()
    dotted = re.sub(r"(\d)[.](\d\d)[.](\d\d)", r"\1:\2:\3", text)
    for candidate in (text, dotted, text.replace("GMT+", "+").replace("UTC+", "+")):
        try:
            parsed = parsedate_tz(candidate)
            if parsed is not None:
                return datetime.fromtimestamp(mktime_tz(parsed), UTC)
        except (ValueError, OverflowError, OSError, IndexError, TypeError):
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
