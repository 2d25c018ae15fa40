"""Signature and history of an HTML mail are folded where they surely are, and nothing of the reply with them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.desk import folding
from app.mail import html as letters
from app.mail import plaintext, replies

HISTORY = "Am 24.11.2026 um 09:31 schrieb Kim Brandt:"


def mail(html: str) -> tuple[str, dict[str, str]]:
    parted = replies.split_text(plaintext.from_html(html))
    return letters.sanitise(html), {"reply": parted.reply, "signature": parted.signature, "quoted": parted.quoted}


def test_thunderbird() -> None:
    html, parts = mail(
        "<p>Die Hebel sind unten, <b>gleiches Bild</b>.</p><p>Kommt Henrik vor zwölf?</p>"
        f'<div class="moz-cite-prefix">{HISTORY}<br></div><blockquote type="cite"><p>Hallo Marta, bitte die Hebel drücken.</p></blockquote>'
    )
    folded = folding.fold(html, **parts)
    assert folded is not None
    assert folded.html == "<p>Die Hebel sind unten, <b>gleiches Bild</b>.</p><p>Kommt Henrik vor zwölf?</p>"
    assert (folded.signature, folded.quoted) == (False, True)


def test_signature_and_history_together() -> None:
    html, parts = mail(
        "<div>It works now, thank you!</div><div><br></div><div>-- <br>Marta Keller · Head of Operations<br>Nordwind Logistik GmbH</div>"
        f"<div><br>{HISTORY}<blockquote>Hello Marta, please press the levers.</blockquote></div>"
    )
    assert "Marta Keller" in parts["signature"]
    folded = folding.fold(html, **parts)
    assert folded is not None
    assert folded.html == "<div>It works now, thank you!</div>"
    assert (folded.signature, folded.quoted) == (True, True)


def test_a_reply_below_the_history_is_never_folded() -> None:
    html, parts = mail(
        f"<p>{HISTORY}</p><blockquote type='cite'><p>Hello Marta, please press the levers.</p></blockquote><p>Done, it works.</p>"
    )
    folded = folding.fold(html, **parts)
    assert folded is None or "Done, it works." in folded.html


def test_a_reply_without_history_stays_whole() -> None:
    html, parts = mail("<p>Only this.</p>")
    assert folding.fold(html, **parts) is None


def test_text_and_html_that_differ_are_shown_whole() -> None:
    assert (
        folding.fold("<p>Another text</p>", reply="It works.", signature="", quoted="On Monday Kim wrote: press them")
        is None
    )


def test_remote_pictures_come_back_only_when_asked_for() -> None:
    html = letters.sanitise('<p title="data-remote-src=x">a<img src="https://x.example/p.png"></p>')
    assert ' src="https://x.example' not in html
    assert 'src="https://x.example/p.png"' in folding.with_remote_images(html)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), st.text(max_size=200))
def test_whatever_the_texts_are_nothing_breaks(reply: str, signature: str, quoted: str, html: str) -> None:
    folding.fold(letters.sanitise(html), reply=reply, signature=signature, quoted=quoted)


@pytest.mark.parametrize("words", ["one two three four", "привет как дела у вас", "你好我们公司名称已于本月变更请"])
@settings(deadline=None)
@given(cut=st.integers(min_value=0, max_value=3))
def test_all_letters_of_the_reply_stay(words: str, cut: int) -> None:
    reply, quoted = words * 2, f"On 24 Nov 2026 somebody wrote {words[::-1]} {cut}"
    html = "<div>" * cut + f"<p>{reply}</p>" + "</div>" * cut + f"<blockquote>{quoted}</blockquote>"
    folded = folding.fold(letters.sanitise(html), reply=reply, signature="", quoted=quoted)
    assert folded is not None
    assert reply in folded.html
    assert "somebody" not in folded.html
