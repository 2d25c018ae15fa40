"""Mail programs say in their HTML where an older letter begins, each in a way of its own."""

from __future__ import annotations

import copy
import re
from typing import NamedTuple

from lxml import etree
from lxml import html as lxml_html

from app.mail import plaintext
from app.mail.quoting.lines import Line, clean

# What stands in `class`, `id`, `name` or `data-…` of an element that holds an older letter whole.
_QUOTES = re.compile(
    r"(?:^|\s)(?:yahoo_quoted|zmail_extra|protonmail_quote|tutanota_quote|front-blockquote|freshdesk_quote|sh-quoted-content"
    r"|hs_reply|airmail_extra_quote|zm_quote|wx_quote|mailru-?quote|gl-quote|ms-outlook-ios-reference-expand|iosymail|reference_message"
    r"|yahoo_quoted_\d+|moz-email-quote|edo-quoted|mb-quote|mailspring-quote|unroll-quote|quoted-message)(?:\s|$)",
    re.IGNORECASE,
)
# What stands there on an element from which on everything is older.
_CUTS = re.compile(
    r"(?:^|\s)(?:x_)*(?:divrplyfwdmsg|appendonsend|olk_src_body_section|outlookmessageheader|stopspelling|zwchr|mail-editor-reference-message-container"
    r"|ms-outlook-mobile-reference-message|outlook-mobile-reference-message|messagereplysection|moz-forward-container|reply-intro|spneditorsign_reply"
    r"|isreplycontent|isforwardcontent|ntes-quote|__divider__|__headers__|quoted_header|quotedmessage|originalmessage|reply_header|replysplit|wmquote"
    r"|mimestrip|lotus_reply|replyseparator|__quoted_text__|gmail_forward_block|mailbirdquote|divtagdefaultwrapper_reply)(?:\s|$)",
    re.IGNORECASE,
)
_SIGNS = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_signature(?:_prefix)?|moz-signature|signature|ms-outlook-mobile-signature|ms-outlook-ios-signature|applemailsignature"
    r"|protonmail_signature_block|tutanota_signature|messagesignaturesection|composer_signature|__sig_pre__|zmail_signature|mail_signature|outlooksignature"
    r"|yahoo_signature|edo-signature|mb_sig|airmail_sign|hs_signature|spneditorsign|signature_block)(?:\s|$)",
    re.IGNORECASE,
)
_NO_BORDER = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_OUTLOOK_RULE = re.compile(
    r"border-top\s*:\s*(?:(?:solid|1(?:\.0)?pt|#b5c4df|#e1e1e1|rgb\(\s*(?:181,\s*196,\s*223|225,\s*225,\s*225|229,\s*229,\s*229)\s*\)|1px)\s*){2,3}"
    r"|border-top-color\s*:\s*rgb\(\s*229,\s*229,\s*229\s*\)",
    re.IGNORECASE,
)
_NAMES = ("class", "id", "name", "data-marker", "data-smartmail", "itemprop", "data-mail-role")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MOST_PIECES = 6
DEEPEST = 600


class Point(NamedTuple):
    """A place in a tree: before `node`, or behind it (`tail`)."""

    node: etree._Element
    tail: bool


def judge(element: etree._Element) -> str:
    """What an element says about the text in it: "quote", "cut", "head", "sign", "plain" or ""."""
    tag = element.tag
    names = " ".join(filter(None, (element.get(name) for name in _NAMES))) if element.attrib else ""
    if names:
        if _CUTS.search(names):
            return "cut"
        if _QUOTES.search(names):
            return "quote"
        if _SIGNS.search(names) and tag not in ("body", "html", "table"):
            return "sign"
        if element.get("name") == "quote" and tag in ("div", "blockquote"):
            return "quote"
    style = element.get("style") or ""
    if tag == "blockquote":
        quoted = element.get("type") == "cite" or "quote" in names or "cite" in names
        return "plain" if not quoted and _NO_BORDER.search(style) else "quote"
    if tag == "div" and "border-top" in style and _OUTLOOK_RULE.search(style):
        return "head"
    return ""


def read(root: etree._Element) -> list[Line]:
    """The lines of a page, each with the place where it begins."""
    return [
        Line(
            row.marked, clean(row.text), row.depth, row.cut, row.sign and not row.depth, row.head,
            Point(row.node, row.tail) if row.node is not None else None,
        )
        for row in plaintext.rows(root, judge)
    ]  # fmt: skip


def is_deep(root: etree._Element) -> bool:
    """Whether the tree is nested deeper than any letter is: it is not cut then."""
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def cut(root: etree._Element, points: list[Point]) -> list[str]:
    """The HTML between the start, each of `points` in document order, and the end; well-formed, ancestors kept."""
    _unmark(root)
    for number, point in enumerate(points):
        point.node.set("data-cut", " ".join([*_numbers(point.node), str(number)]))
    pieces = []
    for number in range(len(points) + 1):
        tree = copy.deepcopy(root)
        nodes = {name: node for node in tree.iter() if isinstance(node.tag, str) for name in _numbers(node)}
        if number < len(points):
            _drop_from(nodes[str(number)], tail=points[number].tail)
        if number:
            _drop_before(nodes[str(number - 1)], tail=points[number - 1].tail)
        pieces.append(_inside(tree))
    _unmark(root)
    return pieces


def _unmark(root: etree._Element) -> None:
    """Without our marks, or what a sender wrote to look like them."""
    for node in root.iter():
        if isinstance(node.tag, str) and "data-cut" in node.attrib:
            del node.attrib["data-cut"]


def _numbers(node: etree._Element) -> list[str]:
    return (node.get("data-cut") or "").split()


def _drop_from(node: etree._Element, *, tail: bool) -> None:
    """Removes the place and everything after it."""
    parent = node.getparent()
    if parent is None:
        return
    if tail:
        node.tail = None
        _drop_following(node)
    else:
        _drop_following(node)
        before = node.getprevious()
        kept = before.tail if before is not None else parent.text
        parent.remove(node)
        if before is not None:
            before.tail = _settable(kept)
        else:
            parent.text = _settable(kept)
    for ancestor in [parent, *parent.iterancestors()]:
        ancestor.tail = None
        _drop_following(ancestor)


def _settable(text: str | None) -> str | None:
    """lxml gives out controls that it does not take back."""
    return _CONTROLS.sub("", text) if text else text


def _drop_following(node: etree._Element) -> None:
    parent = node.getparent()
    if parent is not None:
        for sibling in list(node.itersiblings()):
            parent.remove(sibling)


def _drop_before(node: etree._Element, *, tail: bool) -> None:
    """Removes everything before the place."""
    parent = node.getparent()
    if parent is None:
        return
    parent.text = None
    for sibling in list(node.itersiblings(preceding=True)):
        parent.remove(sibling)
    if tail:
        rest = node.tail
        node.tail = None
        parent.remove(node)
        parent.text = _settable(rest)
    for ancestor in [parent, *parent.iterancestors()]:
        above = ancestor.getparent()
        if above is None or above.tag == "html":
            break
        above.text = None
        for sibling in list(ancestor.itersiblings(preceding=True)):
            above.remove(sibling)


def _inside(root: etree._Element) -> str:
    body = root.find("body") if root.tag == "html" else root
    if body is None:
        return ""
    _unmark(body)
    inner = [_escape(body.text or "")]
    inner += [lxml_html.tostring(child, encoding="unicode", method="html") for child in body]
    return "".join(inner).strip()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
