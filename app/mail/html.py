"""A stranger's HTML becomes safe to look at: it runs nothing, asks for nothing, calls nobody and stays in its frame.

The contract of `sanitise`:
- What stays: text, tables, lists, pictures, links, and the inline style properties of `STYLES`. What goes: scripts,
  forms, frames, style sheets, SVG, ids, classes, comments, every event handler.
- Paragraphs of Word and Outlook, whose style sheet makes them close, stay close without it.
- Links open elsewhere: `target="_blank" rel="noopener noreferrer nofollow"`, only http, https, mailto and tel.
- `cid:` pictures get the URL that `inline` has for their Content-ID (without angle brackets); unknown ones lose `src`.
- Remote pictures do not load: their address stands in `data-remote-src`, for a page to put into `src` on request.
  With `remote_images=True` they keep `src` (http and https only).
- Show the result in a sandboxed frame all the same.
"""

from __future__ import annotations

import html as entities
import re
import urllib.parse
from collections.abc import Mapping

import nh3

from app.mail import plaintext
from app.mail.parsing.bodies import LARGEST_SHOWN

_TAGS = """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del
    details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins
    kbd li main mark nav nobr ol p pre q rp rt ruby s samp section small span strike strong sub summary sup
    table tbody td tfoot th thead time tr tt u ul var wbr
"""
TAGS = frozenset(_TAGS.split())
_DROPPED_WITH_CONTENT = """
    script style title template iframe object applet noembed noframes svg math audio video canvas select
    textarea noscript xml head
"""
DROPPED_WITH_CONTENT = frozenset(_DROPPED_WITH_CONTENT.split())
_CELL = {"align", "valign", "bgcolor", "width", "height", "colspan", "rowspan", "nowrap"}
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "lang", "title", "style", "align"},
    "a": {"href"}, "p": {"class"},
    "img": {"src", "alt", "width", "height", "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": {"width", "height", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": _CELL, "th": _CELL, "tr": {"bgcolor", "valign", "height"}, "col": {"width", "span"},
    "colgroup": {"width", "span"}, "ol": {"start", "type", "reversed"}, "ul": {"type"}, "li": {"value", "type"},
    "blockquote": {"type"}, "hr": {"size", "width", "color"}, "time": {"datetime"}, "bdo": {"dir"},
}  # fmt: skip
_STYLES = """
    background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width
    border-collapse border-color border-left border-left-color border-left-style border-left-width
    border-radius border-right border-right-color border-right-style border-right-width border-spacing
    border-style border-top border-top-color border-top-style border-top-width border-width color direction
    font font-family font-size font-style font-variant font-weight height letter-spacing line-height
    list-style-type margin margin-bottom margin-left margin-right margin-top max-width min-width padding
    padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration text-indent
    text-transform unicode-bidi vertical-align white-space width word-break word-spacing word-wrap
    overflow-wrap
"""
STYLES = frozenset(_STYLES.split())
LINKS = ("http:", "https:", "mailto:", "tel:")
# Browsers' tree building is quadratic in the depth of these; nobody's letter nests a thousand of them.
DEEPEST = 1_000
_NESTING = re.compile(
    r"<(/?)(?:div|blockquote|center|section|article|aside|header|footer|main|nav|ul|ol|dl|details|figure|fieldset|address"
    r"|form|button|dir|menu|hgroup|search|summary|figcaption)\b",
    re.IGNORECASE,
)
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp|avif);base64,[A-Za-z0-9+/=\s%]*\Z", re.IGNORECASE)
_STRANGE_STYLE = re.compile(
    r"url\s*\(|expression|javascript|@import|image-set|\\|/\*|-moz-binding|behavior", re.IGNORECASE
)
# In what nh3 writes, text holds no "<", and every start tag has this form: nothing inside an attribute can match alone.
_START_TAG = re.compile(r'<([a-z][a-z0-9]*)((?:\s+[^\s"=<>]+(?:="[^"]*")?)*)\s*>')
_REMOTE = re.compile(r'\ssrc="remote-([^"]*)"')
# Outlook on the web and forwarding programs put "x_" in front of the classes of others.
_WORD = re.compile(r"(?:\A|\s)(?:x_)*Mso(?:Normal|NoSpacing|PlainText|ListParagraph\w*)(?:\s|\Z)", re.IGNORECASE)
_CLOSE = ' class="close"'
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def sanitise(html: str, *, inline: Mapping[str, str] | None = None, remote_images: bool = False) -> str:
    """`html` made safe by the contract above. `inline`: Content-ID -> URL. Never raises; "" when too large to show."""
    if len(html) > LARGEST_SHOWN:
        return ""
    pictures = {_bare_cid(name): url for name, url in (inline or {}).items()}

    def judge(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return ";".join(rule for rule in value.split(";") if not _STRANGE_STYLE.search(entities.unescape(rule)))
        if attribute == "class":
            return "close" if _WORD.search(value) else None
        if attribute == "href":
            return _link(value)
        if attribute == "src":
            return _picture(value, pictures, remote_images)
        return value

    if depth_of(html) > DEEPEST:
        html = f'<div style="white-space: pre-wrap">{entities.escape(plaintext.from_html(html))}</div>'
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes=ATTRIBUTES,
        attribute_filter=judge,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data", "remote-http", "remote-https"},
        url_relative="pass_through",
        filter_style_properties=set(STYLES),
    )
    return _START_TAG.sub(_finish, cleaned)


def depth_of(html: str) -> int:
    """How deep elements stand in one another that browsers and we need square time for."""
    depth = deepest = 0
    for match in _NESTING.finditer(html):
        depth = max(0, depth - 1) if match.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _link(value: str) -> str | None:
    bare = _BLANKS.sub("", value)
    if bare.startswith("//"):
        return "https:" + bare
    if bare.lower().startswith("www."):
        return "http://" + bare
    return value.strip() if bare.lower().startswith(LINKS) else None


def _picture(value: str, pictures: Mapping[str, str], remote_images: bool) -> str | None:
    bare = _BLANKS.sub("", value)
    lower = bare[:64].lower()
    if lower.startswith("cid:"):
        return pictures.get(_bare_cid(bare[4:]))
    if lower.startswith("data:"):
        return bare if _DATA_IMAGE.match(bare) else None
    if lower.startswith("//"):
        bare, lower = "https:" + bare, "https:" + lower
    if lower.startswith(("http://", "https://")):
        return bare if remote_images else "remote-" + bare
    return None


def _bare_cid(value: str) -> str:
    return urllib.parse.unquote(value).strip().strip("<>").lower()


def _finish(match: re.Match[str]) -> str:
    tag = match.group()
    if match.group(1) == "img":
        return _REMOTE.sub(r' data-remote-src="\1"', tag)
    if match.group(1) == "p" and _CLOSE in tag:
        tag = tag.replace(_CLOSE, "", 1)
        # What the paragraph says of itself comes later and wins.
        return tag.replace(' style="', ' style="margin:0;', 1) if ' style="' in tag else f'<p style="margin:0"{tag[2:]}'
    return tag
