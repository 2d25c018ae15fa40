"""A letter that came as HTML only is read as plain text: paragraphs, lists and tables stay lines, quotes get a ">"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

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
_UNREAD = re.compile(r"<(script|style|title)\b[^>]*>.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_LINE_TAG = re.compile(r"</?(?:br|p|div|tr|li|ul|ol|table|blockquote|h[1-6])\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\x0b]+")
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_NO_GAP = re.compile(r"margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)


def parse(html: str) -> etree._Element | None:
    """The tree of an HTML text, or None when there is nothing in it. Never raises.

    What is nested deeper than the parser goes (2,048 levels, which no letter is) becomes one block of lines.
    """
    data = html.replace("\0", "").encode("utf-8", "replace")
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = lxml_html.document_fromstring(data, parser=parser)
        if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
            root = lxml_html.document_fromstring(_flatten(html))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return root


def _flatten(html: str) -> str:
    text = _UNREAD.sub("", html.replace("\0", ""))
    text = _ANY_TAG.sub("", _LINE_TAG.sub("\n", text)).replace("<", "&lt;")
    return f'<div style="white-space: pre-wrap">{text.strip() or "&nbsp;"}</div>'


def from_html(html: str) -> str:
    """The plain text of an HTML text. Never raises; linear."""
    root = parse(html)
    return from_tree(root) if root is not None else ""


def from_tree(root: etree._Element) -> str:
    """The plain text of a tree: a blank line between paragraphs, "- " before items, "> " before quoted lines."""
    return "\n".join(row.marked for row in rows(root)).strip("\n")


class Row(NamedTuple):
    """A line of the page: where it begins (`tail`: behind `node`, else at it), how deep it is quoted, and what the
    element it stands in says about it (`cut`: an older letter begins; `head`: its head may begin; `sign`: a signature).
    """

    text: str
    depth: int
    node: etree._Element | None
    tail: bool
    cut: bool
    sign: bool
    head: bool = False

    @property
    def marked(self) -> str:
        return ("> " * min(self.depth, DEEPEST_QUOTE) + self.text).rstrip()


def rows(root: etree._Element, judge: Callable[[etree._Element], str] | None = None) -> list[Row]:
    """The lines of a tree. `judge` says of an element whether it is a "quote", a "cut", a "head", a "sign", "plain" (a blockquote
    that quotes nobody) or nothing in particular (""). Linear; any depth.
    """
    page = _Page(judge or _judge_blockquotes)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        name = tag.lower()
        if event == "start":
            if page.hidden or name in SILENT or not name or _is_hidden(element):
                page.hidden += 1
            else:
                page.start(element, name)
                page.write(element.text, element, tail=False)
        else:
            if page.hidden:
                page.hidden -= 1
            else:
                page.end(element, name)
            if not page.hidden and element is not root:
                page.write(element.tail, element, tail=True)
    return page.finish()


def _judge_blockquotes(element: etree._Element) -> str:
    return "quote" if element.tag == "blockquote" else ""


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    return bool(style and _HIDDEN.search(style)) or element.get("hidden") is not None


class _Page:
    """What has been written so far, and what the next word has to know."""

    def __init__(self, judge: Callable[[etree._Element], str]) -> None:
        self.judge = judge
        self.rows: list[Row] = []
        self.pieces: list[str] = []
        self.node: etree._Element | None = None
        self.tail = False
        self.gap = False
        self.quotes = 0
        self.signs = 0
        self.cut = False
        self.head = False
        self.preformatted = 0
        self.hidden = 0
        self.counters: list[int | None] = []
        self.said: list[str] = []

    def start(self, element: etree._Element, name: str) -> None:
        said = self.judge(element)
        self.said.append(said)
        if said and said != "plain":
            self.close_block(gap=False)
            self.quotes += said == "quote"
            self.signs += said == "sign"
            self.cut = self.cut or said == "cut"
            self.head = self.head or said == "head"
        if _keeps_blanks(element, name):
            self.preformatted += 1
        if name == "br":
            self.begin(element, tail=False)
            self.break_line()
        elif name == "img":
            alternative = (element.get("alt") or "").strip()
            if alternative and len(alternative) <= 4 and not alternative.isascii():  # an emoji as a picture
                self.add(alternative, element, tail=False)
        elif name in ("td", "th"):
            if self.pieces and self.pieces[-1].strip():
                self.pieces.append("  ")
        elif name in BLOCKS:
            self.close_block(gap=name in GAPS and not _is_tight(element))
            if name in ("ul", "ol"):
                self.counters.append(0 if name == "ol" else None)
            elif name == "li":
                self.add(self.bullet(), element, tail=False)
            elif name == "hr":
                self.add("-" * 10, element, tail=False)
                self.close_block(gap=False)

    def end(self, element: etree._Element, name: str) -> None:
        said = self.said.pop()
        if _keeps_blanks(element, name):
            self.preformatted -= 1
        if name in BLOCKS or (said and said != "plain"):
            self.close_block(gap=name in GAPS and not _is_tight(element))
            if name in ("ul", "ol") and self.counters:
                self.counters.pop()
        self.quotes -= said == "quote"
        self.signs -= said == "sign"

    def bullet(self) -> str:
        indent = "  " * min(len(self.counters) - 1, 6) if self.counters else ""
        number = self.counters[-1] if self.counters else None
        if number is None:
            return f"{indent}- "
        self.counters[-1] = number + 1
        return f"{indent}{number + 1}. "

    def begin(self, element: etree._Element, *, tail: bool) -> None:
        if self.node is None:
            self.node, self.tail = element, tail

    def add(self, text: str, element: etree._Element, *, tail: bool) -> None:
        self.begin(element, tail=tail)
        self.pieces.append(text)

    def write(self, text: str | None, element: etree._Element, *, tail: bool) -> None:
        if not text:
            return
        if self.preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            if first:
                self.add(first, element, tail=tail)
            for line in rest:
                self.break_line()
                if line:
                    self.add(line, element, tail=tail)
            return
        text = _SPACES.sub(" ", text)
        if text[0] == " " and (not self.pieces or self.pieces[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.add(text, element, tail=tail)

    def break_line(self) -> None:
        line = "".join(self.pieces).replace("\xa0", " ").rstrip()
        self.pieces.clear()
        if self.gap and line:
            if self.rows and self.rows[-1].text:
                self.rows.append(Row("", min(self.quotes, self.rows[-1].depth), None, False, False, bool(self.signs)))
            self.gap = False
        cut = self.cut and bool(line)
        self.rows.append(Row(line, self.quotes, self.node, self.tail, cut, bool(self.signs), self.head and bool(line)))
        self.cut, self.head = self.cut and not line, self.head and not line
        self.node, self.tail = None, False

    def close_block(self, *, gap: bool) -> None:
        if "".join(self.pieces).replace("\xa0", " ").strip() or any("\xa0" in piece for piece in self.pieces):
            self.break_line()
        else:
            self.pieces.clear()
            self.node = None
        self.gap = self.gap or gap

    def finish(self) -> list[Row]:
        self.close_block(gap=False)
        return self.rows


def _keeps_blanks(element: etree._Element, name: str) -> bool:
    return name == "pre" or ("white-space" in (style := element.get("style") or "") and bool(_PRE_STYLE.search(style)))


def _is_tight(element: etree._Element) -> bool:
    """Paragraphs without a margin (Outlook's MsoNormal, Word, many webmails) are lines, not paragraphs."""
    return "MsoNormal" in (element.get("class") or "") or bool(_NO_GAP.search(element.get("style") or ""))
