"""A stranger's mail in the page: it is shown as it was meant, does nothing, and tells nobody that it was read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import Desk
from tests.browser.letters import PIXEL, html_letter, letter


class Elsewhere:
    """A server of the sender's, which writes down who asks."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        asked = self.asked

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, self.headers.get("Referer", "")))
                body = PIXEL if self.path.endswith(".png") else b"<title>Elsewhere</title>"
                self.send_response(200)
                self.send_header("Content-Type", "image/png" if self.path.endswith(".png") else "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *args: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    yield server
    server.server.shutdown()
    server.server.server_close()


def unique(words: str) -> str:
    return f"{words} {time.time_ns() % 10**9}"


def frame_of(page: Page) -> Frame:
    """The frame of the only HTML mail, when it is there."""
    element = page.locator("iframe[data-mail]").first
    expect(element).to_be_visible()
    handle = element.element_handle()
    frame = handle and handle.content_frame()
    assert frame
    frame.wait_for_load_state()
    return frame


HOSTILE = """
<html><head><meta http-equiv="refresh" content="0;url={url}/refresh"><base href="{url}/base/"><title>x</title>
<link rel="stylesheet" href="{url}/style.css"><style>@import "{url}/import.css"; body {{ background: url({url}/body.png) }}
#offline, .f-app {{ display: none }}</style></head>
<body onload="alert('onload')" background="{url}/background.png" style="position:fixed;inset:0;background:url({url}/style.png)">
<p id="words">Dear friend, please read this.</p>
<script>alert('script'); fetch('{url}/fetch'); parent.document.body.innerHTML = 'hacked'</script>
<script src="{url}/script.js"></script>
<img src="x" onerror="alert('onerror')"><img src="{url}/direct.png" srcset="{url}/set.png 2x" loading="eager">
<svg onload="alert('svg')"><script>alert('svg script')</script><image href="{url}/svg.png"/><use href="{url}/use.svg#a"/></svg>
<math><mtext><img src=x onerror="alert('math')"></mtext></math>
<form action="{url}/form" method="post"><input name="password" autofocus onfocus="alert('focus')"><button>Sign in</button></form>
<iframe src="{url}/frame"></iframe><iframe srcdoc="<script>parent.alert('srcdoc')</script>"></iframe>
<object data="{url}/object"></object><embed src="{url}/embed"><video src="{url}/video.mp4" poster="{url}/poster.png" autoplay></video>
<audio src="{url}/audio.mp3" autoplay></audio><input type="image" src="{url}/input.png">
<a href="javascript:alert('link')" id="evil">Click me</a> <a href="data:text/html,<script>alert(1)</script>">Or me</a>
<a href="{url}/landing" target="_top">An honest link</a>
<div style="position:fixed;top:0;left:0;width:9999px;height:9999px;z-index:99999;background:red url('{url}/fixed.png')">Pay now</div>
<table background="{url}/table.png"><tr><td background="{url}/cell.png">Cell</td></tr></table>
<p style="background-image:url(&quot;{url}/quoted.png&quot;);list-style:url({url}/list.png);cursor:url({url}/cursor.png),auto">End</p>
<template><img src="{url}/template.png"></template><noscript><img src="{url}/noscript.png"></noscript>
<details open ontoggle="alert('toggle')"><summary>More</summary></details><marquee onstart="alert('marquee')">Run</marquee>
</body></html>
"""


def test_a_hostile_mail_does_nothing_and_calls_nobody(desk: Desk, elsewhere: Elsewhere) -> None:
    path = desk.ticket(html_letter(unique("Urgent business"), HOSTILE.format(url=elsewhere.url)))
    context = desk.context("kim")
    page = context.new_page()
    dialogs: list[str] = []
    strangers: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    own = desk.door.url("acme", "")
    context.on("request", lambda asked: asked.url.startswith((own, "data:")) or strangers.append(asked.url))
    page.goto(desk.door.url("acme", path))
    frame = frame_of(page)
    expect(frame.get_by_text("Dear friend, please read this.")).to_be_visible()
    page.wait_for_timeout(1200)  # a refresh would have gone off by now
    frame.get_by_text("Click me").click()
    frame.get_by_text("Or me").click()
    page.wait_for_timeout(300)
    assert dialogs == []
    assert strangers == []
    assert elsewhere.asked == []
    assert len(context.pages) == 1
    assert (
        frame.locator(
            "script, style:not(head > style:first-of-type), link, form, input, button, svg, math, iframe"
        ).count()
        == 0
    )
    assert frame.locator("object, embed, video, audio, base, meta[http-equiv]").count() == 0
    expect(page.locator("#nav")).to_be_visible()
    hit = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('#nav'))"
    assert page.evaluate(hit, [100, 20]), "what a mail shows stays in its frame"
    assert page.evaluate(hit, [100, 800])


def test_a_link_of_a_mail_opens_elsewhere_and_does_not_say_from_where(desk: Desk, elsewhere: Elsewhere) -> None:
    page = desk.visit(
        desk.ticket(html_letter(unique("A link"), f'<p><a href="{elsewhere.url}/landing">Look here</a></p>'))
    )
    with page.context.expect_page() as opened:
        frame_of(page).get_by_text("Look here").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{elsewhere.url}/landing"
    assert opened.value.evaluate("window.opener") is None
    assert elsewhere.asked[0] == ("/landing", "")


def test_remote_pictures_load_only_when_asked_for(desk: Desk, elsewhere: Elsewhere) -> None:
    html = f'<p>Our new logo:</p><img src="{elsewhere.url}/logo.png" width="40" height="40">'
    page = desk.visit(desk.ticket(html_letter(unique("Logo"), html)))
    expect(frame_of(page).get_by_text("Our new logo")).to_be_visible()
    page.wait_for_timeout(300)
    assert elsewhere.asked == []
    page.get_by_role("button", name="Show remote images").click()
    picture = page.frame_locator("iframe[data-mail]").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    assert elsewhere.asked == [("/logo.png", "")]
    expect(page.get_by_role("button", name="Show remote images")).to_have_count(0)


def test_a_picture_in_the_mail_is_shown_in_its_place(desk: Desk) -> None:
    mail = html_letter(
        unique("Crooked"), '<p>See:</p><img src="cid:photo@browser" alt="The paper"><p>Marta</p>', picture=True
    )
    page = desk.visit(desk.ticket(mail))
    picture = page.frame_locator("iframe[data-mail]").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 1)
    expect(page.locator(".f-attached .f-file")).to_have_count(0)


def test_quoted_history_is_folded_and_unfolds(desk: Desk) -> None:
    text = "It works now.\n\nOn Mon, 23 Nov 2026 at 10:00, Kim Brandt <kim@acme.test> wrote:\n> Did you try it again?\n> Kim\n"
    page = desk.visit(desk.ticket(letter(unique("Paper"), text)))
    expect(page.get_by_text("It works now.")).to_be_visible()
    quoted = page.get_by_text("Did you try it again?")
    expect(quoted).to_be_hidden()
    page.get_by_text("Quoted history").click()
    expect(quoted).to_be_visible()


def test_files_are_saved_and_never_run(desk: Desk) -> None:
    mail = letter(unique("Files"), "Here they are.")
    mail.add_attachment(b"<script>alert('attached')</script>", maintype="text", subtype="html", filename="page.html")
    mail.add_attachment(
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        maintype="image",
        subtype="svg+xml",
        filename="drawing.svg",
    )
    mail.add_attachment(b"MZ", maintype="application", subtype="pdf", filename="invoice\u202efdp.exe")
    page = desk.visit(desk.ticket(mail))
    files = page.locator(".f-attached .f-file")
    expect(files).to_have_count(3)
    assert "\u202e" not in page.locator(".f-attached").inner_text()
    names = []
    for file in files.all():
        with page.expect_download() as saved:
            file.click()
        names.append(saved.value.suggested_filename)
        headers = page.evaluate(
            "path => fetch(path).then(answer => Object.fromEntries(answer.headers))", file.get_attribute("href")
        )
        assert headers["content-disposition"].startswith("attachment;"), headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "html" not in headers["content-type"]
        assert "svg" not in headers["content-type"]
    assert names[:2] == ["page.html", "drawing.svg"]
    assert names[2].endswith(".exe")
    assert "\u202e" not in names[2]


def test_names_and_subjects_cannot_turn_the_line_round(desk: Desk) -> None:
    subject = unique("Order \u202egnp.exe")
    path = desk.ticket(
        letter(subject, "Hello", sender='"Evil \u202eliame" <evil@turned-browser.example>'), find="gnp.exe"
    )
    page = desk.visit(path)
    shown = page.locator("main").inner_text()
    assert "\u202e" not in shown
    expect(page.locator("h1")).to_contain_text("exe")
