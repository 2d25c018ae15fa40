"""What our own people write: a little formatting that looks the same on our pages and in every mail program."""

from __future__ import annotations

import re
from html import escape

import nh3

from app.core.errors import Invalid
from app.core.words import _
from app.mail import plaintext
from app.mail.html import depth_of

LONGEST = 500_000
DEEPEST = 200
SNIPPET = 160
TAGS = {"p", "div", "br", "b", "strong", "i", "em", "u", "s", "ul", "ol", "li", "a", "code", "pre", "blockquote", "h3"}
DROPPED = {"script", "style", "title", "template", "svg", "math", "select", "textarea", "noscript"}
_BLANKS = ("&nbsp;", "<br>")
_ROOMS = (("<p>", "</p>"), ("<div>", "</div>"))


def checked(html: str) -> tuple[str, str]:
    """What somebody wrote, safe to stand on our own pages, and the same as plain text. Raises `Invalid` when it is far
    too long, or nested so deeply that cleaning it would hold up everybody else.
    """
    if len(html) > LONGEST:
        raise Invalid(errors={"html": _("This is too long for a message. Attach it as a file.")})
    if depth_of(html) > DEEPEST:
        raise Invalid(errors={"html": _("Lists and quotes are nested too deeply.")})
    safe = nh3.clean(
        html.replace("\0", ""),
        tags=TAGS,
        clean_content_tags=DROPPED,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        url_relative="deny",
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    safe = without_empty_end(safe)
    return safe, plaintext.from_html(safe)


def without_empty_end(html: str) -> str:
    """Clean HTML without the blanks, line breaks and empty paragraphs at its end. Linear, whatever stands in it."""
    end = _before_blanks(html, len(html))
    while True:
        for opening, closing in _ROOMS:
            if html.endswith(closing, 0, end):
                start = _before_blanks(html, end - len(closing))
                if html.endswith(opening, 0, start):
                    end = _before_blanks(html, start - len(opening))
                    break
        else:
            return html[:end]


def _before_blanks(html: str, end: int) -> int:
    while end:
        blank = next((blank for blank in _BLANKS if html.endswith(blank, 0, end)), "")
        if not blank and not html[end - 1].isspace():
            break
        end -= len(blank) or 1
    return end


def html_of(text: str) -> str:
    """Plain text as paragraphs of HTML, for programs that send text only."""
    blocks = re.split(r"\n{2,}", escape(text.replace("\r\n", "\n"), quote=False).strip("\n"))
    return "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block.strip())


def snippet(text: str) -> str:
    """The beginning of a message as one line; whole words where there are blanks, and "…" where it goes on."""
    line = " ".join(text[: SNIPPET * 6].split())
    if len(line) <= SNIPPET:
        return line
    cut = line[: SNIPPET - 1]
    words = cut.rpartition(" ")[0]
    return (words if len(words) > SNIPPET // 2 else cut).rstrip(" ,;:.–-") + "…"
