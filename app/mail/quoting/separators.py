"""“-----Original Message-----”, “Begin forwarded message:” and their kin, in all languages."""

from __future__ import annotations

import re

from app.mail import phrases

_DASHES = r"[\s>*_=\-‐‑–—~.…•|+#<]*"
_ORIGINAL_LINE = re.compile(
    rf"^(?P<before>{_DASHES}){phrases.alternatives('original')}(?P<after>{_DASHES}>*)[:：]?(?P<more>{_DASHES}>*)$",
    re.IGNORECASE,
)
_FORWARD_LINE = re.compile(
    rf"^(?P<before>{_DASHES}){phrases.alternatives('forwarded')}(?P<after>{_DASHES}>*)[:：]?(?P<more>{_DASHES}>*)$",
    re.IGNORECASE,
)
_FORWARDED_BY = re.compile(r"^\s*-{3,}\s*forwarded by .{1,120}(?:-{3,})?\s*$", re.IGNORECASE)
_ABOVE_LINE = re.compile(rf"^\W{{0,12}}{phrases.alternatives('above')}.{{0,60}}$", re.IGNORECASE)
_NOTES = re.compile(r"^\S.{1,80}-{3}\s?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\s.{4,20}-{3}")
_TAG = re.compile(r"</?[a-z]{1,10}[^<>]{0,60}>", re.IGNORECASE)
_RULE = re.compile(r"^\s*(?:[-_=*~–—]{3,}|(?:[-_=*] ){3,}[-_=*]?)\s*$")
_FORWARD_SUBJECT = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|wtr|tr|rv|enc|i|doorst|ds|pd|pr[eé]?|vs|vb|vl|ilt|转发|轉寄|転送|전달|továbbítás|fw|inoltro?|encaminhado|reenv|videresendt|пересл?|πρθ|הועבר)"
    r"\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)


def is_original(text: str) -> bool:
    """Whether a line says that the original message follows: between dashes, or alone with a colon."""
    match = _ORIGINAL_LINE.match(_TAG.sub("", text)) if len(text) < 160 else None
    return match is not None and _is_set_off(match, text)


def is_forward(text: str) -> bool:
    """Whether a line says that a forwarded message follows."""
    if len(text) >= 200:
        return False
    match = _FORWARD_LINE.match(text)
    return (match is not None and _is_set_off(match, text)) or bool(_FORWARDED_BY.match(text))


def _is_set_off(match: re.Match[str], text: str) -> bool:
    around = match["before"] + match["after"] + match["more"]
    return any(around.count(mark) >= 2 for mark in "-_=*‐–—~") or text.rstrip().endswith((":", "："))


def is_reply_line(text: str) -> bool:
    """Whether a help desk asks on this line to write above it."""
    return len(text) < 200 and bool(_ABOVE_LINE.match(text))


def is_notes(text: str) -> bool:
    """Whether Lotus Notes begins an older letter here: "Kim Larson---12.11.2015 10:00:11---Hello…"."""
    return bool(_NOTES.match(text))


def is_rule(text: str) -> bool:
    """Whether a line is only a rule of dashes, underscores or the like."""
    return bool(_RULE.match(text))


def is_forward_subject(subject: str) -> bool:
    return bool(_FORWARD_SUBJECT.match(subject))
