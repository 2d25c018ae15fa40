"""In an HTML mail the history that it quotes is folded away: what stays is what its sender wrote now."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from lxml import etree
from lxml import html as lxml_html

from app.mail import plaintext

BEGINNINGS = (60, 40, 24, 12)
ENDING = 24


class Piece(NamedTuple):
    """One run of text in the tree: of an element, or the tail behind it, and at which letter of the whole it begins."""

    element: Any
    is_tail: bool
    text: str
    start: int


def fold(html: str, *, reply: str, quoted: str) -> str | None:
    """The HTML without the quoted history and all that stands behind it.

    `reply` and `quoted` are what was found in the plain text of the same mail. None when the place cannot be told for
    sure, or when something of the reply stands behind it: then all of it must be shown.
    """
    wanted = _letters(quoted)
    root = plaintext.parse(html) if wanted else None
    if root is None:
        return None
    pieces = _pieces(root)
    whole = "".join(_letters(piece.text) for piece in pieces)
    own = _letters(reply)
    end = whole.find(own[-ENDING:]) if own else 0
    if end < 0:
        return None
    end += len(own[-ENDING:])
    place = next(
        (found for length in BEGINNINGS if len(wanted) >= length and (found := whole.find(wanted[:length], end)) >= 0),
        -1,
    )
    if place < 0 or (own and own[-ENDING:] in whole[place:]):
        return None
    _cut(pieces, place)
    return _inner(root)


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
    while seen < place:
        seen += len(_letters(piece.text[left]))
        left += 1
    kept = piece.text[:left].rstrip()
    element = piece.element
    if piece.is_tail:
        element.tail = kept
    else:
        element.text = kept
        for child in list(element):
            element.remove(child)
    above = element
    while above.getparent() is not None:
        parent = above.getparent()
        for sibling in list(above.itersiblings()):
            parent.remove(sibling)
        if above is not element or not piece.is_tail:
            above.tail = None
        above = parent


def _inner(root: Any) -> str:
    body = root.find("body") if root.tag == "html" else root
    body = root if body is None else body
    parts = [escape(body.text or "", quote=False)]
    parts += [lxml_html.tostring(child, encoding="unicode") for child in body]
    return "".join(parts)
