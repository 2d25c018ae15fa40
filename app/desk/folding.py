"""In an HTML mail the signature and the history that it quotes are folded away: what stays is what its sender wrote now."""

from __future__ import annotations

import re
from html import escape
from typing import Any, NamedTuple

from lxml import etree
from lxml import html as lxml_html

from app.mail import plaintext

BEGINNINGS = (60, 40, 24, 12)
ENDING = 24
_BARE = re.compile(r"[\s\-–—_=*\xa0]*\Z")


class Folded(NamedTuple):
    """`html` without what is folded; `signature` says whether the signature is part of that, `quoted` whether history is."""

    html: str
    signature: bool
    quoted: bool


class Piece(NamedTuple):
    """One run of text in the tree: of an element, or the tail behind it, and at which letter of the whole it begins."""

    element: Any
    is_tail: bool
    text: str
    start: int


def fold(html: str, *, reply: str, signature: str, quoted: str) -> Folded | None:
    """The HTML up to the signature, or else up to the quoted history.

    `reply`, `signature` and `quoted` are what was found in the plain text of the same mail. None when there is nothing
    to fold, when the place cannot be told for sure, or when something of the reply stands behind it: then all of it
    must be shown.
    """
    ends = [(_letters(signature), True), (_letters(quoted), False)]
    root = plaintext.parse(html) if any(wanted for wanted, _is_signature in ends) else None
    if root is None:
        return None
    pieces = _pieces(root)
    whole = "".join(_letters(piece.text) for piece in pieces)
    own = _letters(reply)
    end = whole.find(own[-ENDING:]) if own else 0
    if end < 0:
        return None
    end += len(own[-ENDING:])
    for wanted, is_signature in ends:
        place = _find(whole, wanted, end)
        if place >= 0 and not (own and own[-ENDING:] in whole[place:]):
            _cut(pieces, place)
            _trim(_body(root))
            return Folded(_inner(root), signature=is_signature, quoted=bool(_letters(quoted)))
    return None


def _find(whole: str, wanted: str, end: int) -> int:
    """Where `wanted` begins behind `end`: by as much of its beginning as both forms of the mail have in common."""
    for length in BEGINNINGS:
        if len(wanted) >= length and (place := whole.find(wanted[:length], end)) >= 0:
            return place
    return -1


def with_remote_images(html: str) -> str:
    """The same with the addresses of remote pictures in their place, for a reader who asked for them."""
    root = plaintext.parse(html)
    if root is None:
        return html
    for picture in root.iter("img"):
        address = str(picture.attrib.pop("data-remote-src", ""))
        if address.lower().startswith(("http://", "https://")):
            picture.set("src", address)
    return _inner(root)


def _letters(text: str) -> str:
    """Letters and digits alone: marks of lists and quotes differ between the two forms of one mail."""
    return "".join(filter(str.isalnum, text)).casefold()


def _pieces(root: Any) -> list[Piece]:
    found, at = [], 0
    for action, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if action == "start" else element.tail
        if text and isinstance(element.tag, str):
            found.append(Piece(element, action == "end", text, at))
            at += len(_letters(text))
    return found


def _cut(pieces: list[Piece], place: int) -> None:
    """Takes away everything from the letter at `place` on."""
    piece = next(one for one in reversed(pieces) if one.start <= place and _letters(one.text))
    left, seen = 0, piece.start
    while seen < place or not piece.text[left].isalnum():
        seen += len(_letters(piece.text[left]))
        left += 1
    kept, element = piece.text[:left].rstrip(), piece.element
    if piece.is_tail:
        element.tail = kept
    else:
        element.text = kept
        for child in list(element):
            element.remove(child)
    above = element
    while (parent := above.getparent()) is not None:
        for sibling in list(above.itersiblings()):
            parent.remove(sibling)
        if above is not element or not piece.is_tail:
            above.tail = None
        above = parent


def _body(root: Any) -> Any:
    found = root.find("body") if root.tag == "html" else root
    return root if found is None else found


def _trim(element: Any) -> None:
    """Takes away the lines, dashes and empty paragraphs with which the rest would end."""
    while len(element):
        last = element[-1]
        if last.tail and not _BARE.match(last.tail):
            last.tail = _BARE.sub("", last.tail) if last.tail[-1:].isspace() else last.tail
            return
        last.tail = None
        if last.tag != "br" and last.tag != "hr":
            _trim(last)
            if len(last) or (last.text and not _BARE.match(last.text)) or last.tag == "img":
                return
        element.remove(last)
    if element.text and _BARE.match(element.text):
        element.text = None


def _inner(root: Any) -> str:
    body = _body(root)
    parts = [escape(body.text or "", quote=False)]
    parts += [lxml_html.tostring(child, encoding="unicode") for child in body]
    return "".join(parts)
