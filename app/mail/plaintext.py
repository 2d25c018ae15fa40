"""A letter that came as HTML only is read as plain text: paragraphs, lists and tables stay lines, quotes get a ">"."""

from __future__ import annotations

import re

from lxml import etree
from lxml import html as lxml_html

_BLOCKS = """
    address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol p pre section summary table tbody tfoot thead tr
    ul caption
"""
BLOCKS = frozenset(_BLOCKS.split())
_GAPS = """
    p h1 h2 h3 h4 h5 h6 blockquote ul ol dl table pre
"""
GAPS = frozenset(_GAPS.split())
_SILENT = """
    script style head title template object applet audio video canvas svg math noscript select textarea xml
    iframe noembed noframes
"""
SILENT = frozenset(_SILENT.split())
DEEPEST_QUOTE = 12
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\x0b]+")
_NO_GAP = re.compile(r"margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)


def parse(html: str) -> etree._Element | None:
    """The tree of an HTML text, or None when there is nothing in it. Never raises; the document may be of any depth."""
    data = html.replace("\0", "").encode("utf-8", "replace")
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def from_html(html: str) -> str:
    """The plain text of an HTML text. Never raises; linear."""
    root = parse(html)
    return from_tree(root) if root is not None else ""


def from_tree(root: etree._Element) -> str:
    """The plain text of a tree: a blank line between paragraphs, "- " before items, "> " before quoted lines."""
    page = _Page()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        name = tag.lower()
        if event == "start":
            if page.hidden or name in SILENT or not name or _is_hidden(element):
                page.hidden += 1
            else:
                page.start(element, name)
                page.write(element.text)
        else:
            if page.hidden:
                page.hidden -= 1
            else:
                page.end(element, name)
            if not page.hidden and element is not root:
                page.write(element.tail)
    return page.text()


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    return bool(style and _HIDDEN.search(style)) or element.get("hidden") is not None


class _Page:
    """What has been written so far, and what the next word has to know."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.gap = False
        self.quotes = 0
        self.preformatted = 0
        self.hidden = 0
        self.counters: list[int | None] = []

    def start(self, element: etree._Element, name: str) -> None:
        if name == "br":
            self.break_line()
        elif name == "img":
            alternative = (element.get("alt") or "").strip()
            if alternative and len(alternative) <= 4 and not alternative.isascii():  # an emoji as a picture
                self.pieces.append(alternative)
        elif name in ("td", "th"):
            if self.pieces and self.pieces[-1].strip():
                self.pieces.append("  ")
        elif name in BLOCKS:
            self.close_block(gap=name in GAPS and not _is_tight(element))
            if name == "blockquote":
                self.quotes += 1
            elif name == "pre":
                self.preformatted += 1
            elif name in ("ul", "ol"):
                self.counters.append(0 if name == "ol" else None)
            elif name == "li":
                self.pieces.append(self.bullet())
            elif name == "hr":
                self.pieces.append("-" * 10)
                self.close_block(gap=False)

    def end(self, element: etree._Element, name: str) -> None:
        if name not in BLOCKS:
            return
        self.close_block(gap=name in GAPS and not _is_tight(element))
        if name == "blockquote":
            self.quotes -= 1
        elif name == "pre":
            self.preformatted -= 1
        elif name in ("ul", "ol") and self.counters:
            self.counters.pop()

    def bullet(self) -> str:
        indent = "  " * min(len(self.counters) - 1, 6) if self.counters else ""
        if self.counters and self.counters[-1] is not None:
            self.counters[-1] += 1
            return f"{indent}{self.counters[-1]}. "
        return f"{indent}- "

    def write(self, text: str | None) -> None:
        if not text:
            return
        if self.preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.pieces.append(first)
            for line in rest:
                self.break_line()
                self.pieces.append(line)
            return
        text = _SPACES.sub(" ", text)
        if text == " " and (not self.pieces or self.pieces[-1].endswith(" ")):
            return
        if text[0] == " " and (not self.pieces or self.pieces[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.pieces.append(text)

    def break_line(self) -> None:
        line = "".join(self.pieces).replace("\xa0", " ")
        self.pieces.clear()
        if self.gap and line.strip():
            if self.lines and self.lines[-1].strip("> "):
                self.lines.append(self.mark().rstrip())
            self.gap = False
        self.lines.append((self.mark() + line).rstrip())

    def close_block(self, *, gap: bool) -> None:
        if "".join(self.pieces).replace("\xa0", " ").strip() or any("\xa0" in piece for piece in self.pieces):
            self.break_line()
        else:
            self.pieces.clear()
        self.gap = self.gap or gap

    def mark(self) -> str:
        return "> " * min(self.quotes, DEEPEST_QUOTE)

    def text(self) -> str:
        self.close_block(gap=False)
        return "\n".join(self.lines).strip("\n")


def _is_tight(element: etree._Element) -> bool:
    """Paragraphs without a margin (Outlook's MsoNormal, Word, many webmails) are lines, not paragraphs."""
    return "MsoNormal" in (element.get("class") or "") or bool(_NO_GAP.search(element.get("style") or ""))
