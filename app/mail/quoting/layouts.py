"""How a letter is laid out: answer above, answer below, answers between, forwarded, or all the writer's own."""

from __future__ import annotations

import re

from app.mail import phrases
from app.mail.quoting import attributions, markers, separators, signatures
from app.mail.quoting.lines import Line
from app.mail.quoting.markers import Marker

OWN, QUOTED, SIGNATURE = "own", "quoted", "signature"
_INLINE = re.compile(phrases.alternatives("inline"), re.IGNORECASE)
MOST_ABOVE_INLINE = 30
WRAPPED_FROM, WRAPPED_GOING_ON = 66, 50


def label(lines: list[Line], subject: str = "") -> list[str]:
    """For every line whose it is: OWN, QUOTED or SIGNATURE. When unsure, OWN. Linear."""
    labels = [OWN] * len(lines)
    first = next((at for at, line in enumerate(lines) if not line.is_empty), None)
    if first is None:
        return labels
    marker = markers.find(lines, 0)
    if marker is None:
        _label_bare_quotes(lines, labels)
    elif marker.kind in ("attribution", "original", "headers", "forward") and _is_prefixed(lines, marker.end):
        _label_region(lines, labels, marker, subject)
    else:
        _label_rest(lines, labels, marker, subject)
    _label_signatures(lines, labels)
    return labels


def _is_prefixed(lines: list[Line], at: int) -> bool:
    following = next((line for line in lines[at:] if not line.is_empty), None)
    return following is not None and following.depth > 0


def _region_end(lines: list[Line], start: int) -> int:
    """The index after the quoted block that begins at or after `start`, wrapped lines that lost their mark included."""
    at = end = start
    while at < len(lines):
        line = lines[at]
        if line.depth:
            end = at + 1
        elif not line.is_empty and not _is_wrapped_rest(lines, at):
            break
        at += 1
    return end


def _is_wrapped_rest(lines: list[Line], at: int) -> bool:
    """One or two lines that fell out of a long quoted line when it was wrapped."""
    before = lines[at - 1] if at else None
    if before is None or (not before.depth and before.is_empty):
        return False
    after = next(
        (
            lines[there]
            for there in (at + 1, at + 2)
            if there < len(lines) and (lines[there].depth or lines[there].is_empty)
        ),
        None,
    )
    if after is None or not after.depth:
        return False
    if not before.depth or len(lines[at].bare) >= 60:
        return False
    if lines[at].bare.startswith(("(http", "<http")):
        return True
    if "http" in before.bare and not _has_blank_after_link(before.bare):
        return True
    return len(before.raw) >= (WRAPPED_GOING_ON if lines[at].bare[:1].islower() else WRAPPED_FROM)


def _has_blank_after_link(text: str) -> bool:
    return " " in text[text.rindex("http") :]


def _has_words(lines: list[Line]) -> bool:
    """Whether somebody says something here: not only blanks, rules, signatures."""
    cut = signatures.split(lines) if lines else 0
    return any(any(char.isalnum() or ord(char) > 0x2000 for char in line.bare) for line in lines[:cut])


def _label_region(lines: list[Line], labels: list[str], marker: Marker, subject: str) -> None:
    """An introduced block of marked lines: answers stand above, below or between."""
    end = _region_end(lines, marker.end)
    below = lines[end:]
    above = lines[: marker.start]
    if marker.kind == "forward" and not _has_words(above) and not _has_words(below):
        return
    if separators.is_forward_subject(subject) and not _has_words(above) and not _has_words(below):
        return
    second = markers.find(lines, end)
    own_below = lines[end : second.start] if second is not None else below
    if any(line.depth for line in own_below):  # answers between the quotes: all of it is needed to understand them
        last = _last_own(lines, end, second.start if second is not None else len(lines))
        if last >= 0:
            if marker.kind == "attribution":
                _mark(labels, marker.start, marker.end, QUOTED, lines)
            _mark(labels, last + 1, len(lines), QUOTED, lines)
            return
    _mark(labels, marker.start, end, QUOTED, lines)
    if second is not None and not _is_prefixed(lines, second.end):
        _mark(labels, second.start, len(lines), QUOTED, lines)
    elif second is not None:
        _mark(labels, second.start, _region_end(lines, second.end), QUOTED, lines)


def _last_own(lines: list[Line], start: int, end: int) -> int:
    """The last line of the writer's own words between `start` and `end`, signatures not counted; -1 when there is none."""
    at = end
    while at > start:
        run_end = at
        while at > start and not lines[at - 1].depth:
            at -= 1
        if _has_words(lines[at:run_end]) and any(line.depth for line in lines[at:run_end]) is False:
            return max(there for there in range(at, run_end) if not lines[there].is_empty)
        while at > start and lines[at - 1].depth:
            at -= 1
    return -1


def _label_rest(lines: list[Line], labels: list[str], marker: Marker, subject: str) -> None:
    """An older letter without marks: it goes to the end, unless nothing stands above it."""
    above = lines[: marker.start]
    if _has_words(above):
        if not (len(above) <= MOST_ABOVE_INLINE and _INLINE.search(" ".join(line.bare for line in above))):
            _mark(labels, marker.start, len(lines), QUOTED, lines)
        return
    forwarded = marker.kind == "forward" or separators.is_forward_subject(subject)
    introduced = marker.kind in ("headers", "original") or (marker.kind == "cut" and marker.end > marker.start)
    if not forwarded and _is_answer_subject(subject) and introduced:
        _mark(labels, marker.start, len(lines), QUOTED, lines)
    elif not forwarded and (later := markers.find(lines, marker.end)) is not None and _is_prefixed(lines, later.end):
        _label_region(lines, labels, later, subject)  # somebody's own letter under a copied head


def _is_answer_subject(subject: str) -> bool:
    head = subject.partition(":")[0].partition("：")[0].strip().casefold().rstrip("0123456789[]^() ")
    return head in {
        "re",
        "aw",
        "sv",
        "vs",
        "antw",
        "odp",
        "rif",
        "ref",
        "回复",
        "回覆",
        "答复",
        "ynt",
        "yan",
        "отв",
        "res",
        "r",
        "rép",
        "bls",
        "atb",
        "απ",
        "회신",
        "返信",
        "vá",
        "rv",
    }


def _label_bare_quotes(lines: list[Line], labels: list[str]) -> None:
    """Marked lines that nobody introduced: hidden only when they end the letter and something stands above."""
    end = len(lines)
    while end and (lines[end - 1].is_blank or lines[end - 1].sign):
        end -= 1
    start = end
    while start and (lines[start - 1].depth or lines[start - 1].is_empty):
        start -= 1
    quoted = [line for line in lines[start:end] if line.depth]
    if not quoted:
        last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].depth), None)
        if last is None or _has_words(lines[last + 1 :]):
            return
        end = start = last + 1
        while start and (lines[start - 1].depth or lines[start - 1].is_empty):
            start -= 1
    if _has_words([line for line in lines[:start] if not line.depth]):
        while start < end and lines[start].is_blank:
            start += 1
        _mark(labels, start, end, QUOTED, lines)
    elif _begins_with_attribution(lines[start:end]):
        _mark(labels, start, end, QUOTED, lines)


def _begins_with_attribution(lines: list[Line]) -> bool:
    """The mail program marked its own introduction too: "> On Monday Kim wrote:"."""
    first = next((at for at, line in enumerate(lines) if not line.is_empty), None)
    return first is not None and attributions.find(lines, first) is not None


def _label_signatures(lines: list[Line], labels: list[str]) -> None:
    """The signature under the last of the writer's own words, and phones' lines above a quote."""
    own = [at for at, name in enumerate(labels) if name == OWN]
    runs: list[list[int]] = []
    for at in own:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    spoken = [run for run in runs if any(not lines[at].is_empty for at in run)]
    for run in spoken:
        block = [lines[at] for at in run]
        cut = signatures.split(block)
        if cut < len(block) and (
            any(not line.is_empty for line in block[:cut]) or run is not spoken[0] or _all_signature(block)
        ):
            for at in run[cut:]:
                labels[at] = SIGNATURE


def _all_signature(lines: list[Line]) -> bool:
    return all(line.is_empty or line.sign or signatures.is_phone_line(line.bare) for line in lines)


def _mark(labels: list[str], start: int, end: int, name: str, lines: list[Line]) -> None:
    for at in range(start, min(end, len(lines))):
        labels[at] = name
