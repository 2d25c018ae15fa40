"""What machines write in subject lines when nobody is there, in the languages of our customers' customers."""

from __future__ import annotations

import re

from app.mail import phrases

# Said by programs only: enough on their own at the start of a subject.
# People write these too: they count only beside a header that only machines write.
_START = r"^\s*(?:\[[^\]]{1,40}\]\s*|\*{2,}\s*)?"
_CERTAIN_START = re.compile(_START + phrases.alternatives("automatic") + "(?![a-z])", re.IGNORECASE)
_LIKELY_WORDS = re.compile(r"(?<!\w)" + phrases.alternatives("absence"), re.IGNORECASE)
_ANSWER = re.compile(
    r"^\s*(?:re|aw|sv|vs|antw|odp|rif|ref|tr|wg|fw|fwd|回复|回覆|答复|ynt|отв)\s*(?:\[\d+\])?\s*[:：]", re.IGNORECASE
)


def is_certain(subject: str) -> bool:
    """Whether only a machine writes such a subject. "Re: Automatic reply" was written by a person."""
    return not _ANSWER.match(subject) and bool(_CERTAIN_START.match(subject))


def is_likely(subject: str) -> bool:
    """Whether the subject speaks of absence or receipt, as people may do too."""
    return not _ANSWER.match(subject) and bool(_LIKELY_WORDS.search(subject))
