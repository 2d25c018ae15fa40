"""A stranger's first visit: a customer's mail becomes a ticket on Kim's open page, and the answer goes back."""

from __future__ import annotations

import json
import os
import smtplib
import time
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

PORT, SMTP_PORT = os.environ["SMOKE_PORT"], int(os.environ["SMOKE_SMTP_PORT"])
HOME = Path(os.environ["SMOKE_HOME"])
FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf5000000301010018dd8db00000000049454e44ae426082"
)


def password(email: str) -> str:
    file = HOME / "credentials.json"
    assert file.stat().st_mode & 0o777 == 0o600
    return next(entry["password"] for entry in json.loads(file.read_text()) if entry["email"] == email)


def letter(subject: str, text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Marta Keller <marta@nordwind-smoke.example>"
    message["To"] = "support@acme.localhost"
    message["Subject"] = subject
    message["Message-ID"] = f"<{time.time_ns()}@nordwind-smoke.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def deliver(message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", SMTP_PORT, timeout=20) as server:
        server.send_message(message)


def outbox(subject: str) -> dict[str, Any]:
    """The newest mail in acme's development outbox with this in its subject."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/dev/outbox?format=json", headers={"Host": f"acme.localhost:{PORT}"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:
            for mail in json.load(answer):
                if subject in mail["subject"]:
                    return dict(mail)
        time.sleep(0.3)
    raise AssertionError("no answer in the outbox")


@pytest.fixture
def browser() -> Iterator[Any]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


def signed_in(browser: Any, tenant: str, email: str) -> Page:
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"http://{tenant}.localhost:{PORT}/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password(email))
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#nav")).to_be_visible()
    return page


def test_a_mail_becomes_a_ticket_and_the_answer_goes_back(browser: Any) -> None:
    subject = f"Broken printer {time.time_ns()}"
    kim, gil = signed_in(browser, "acme", "kim@acme.test"), signed_in(browser, "globex", "gil@globex.test")
    for page, tenant in ((kim, "acme"), (gil, "globex")):
        page.goto(f"http://{tenant}.localhost:{PORT}/inbox/all")
    expect(kim.locator("[data-line]").first).to_be_visible()
    kim.wait_for_timeout(1000)

    message = letter(subject, "It pulls the paper in crooked.\n\nMarta")
    message.add_alternative(
        '<p>It pulls the paper in <b>crooked</b>.</p><img src="cid:photo@x"><p>Marta</p>', subtype="html"
    )
    html = message.get_payload()[1]  # type: ignore[index]  # multipart/alternative: its second part
    html.add_related(PIXEL, "image", "png", cid="<photo@x>", filename="photo.png")  # type: ignore[union-attr]
    message.add_attachment(b"E-13\n", maintype="text", subtype="plain", filename="error-log.txt")
    deliver(message)
    began = time.monotonic()
    expect(kim.get_by_text(subject)).to_be_visible(timeout=5000)
    print(f"smoke: on the open page after {time.monotonic() - began:.2f} s")

    kim.get_by_text(subject).click()
    expect(kim.get_by_text("error-log.txt")).to_be_visible()
    expect(kim.frame_locator("iframe").first.get_by_text("crooked")).to_be_visible()
    writing = kim.get_by_role("textbox", name="Your answer")
    writing.click()
    writing.press_sequentially("Hello Marta, Henrik comes at 11:30.")
    kim.get_by_role("button", name="Send and wait").click()
    sent = outbox(subject)
    assert "Henrik comes at 11:30" in sent["text"]
    assert "marta@nordwind-smoke.example" in str(sent["to"])

    deliver(
        letter(f"Re: {subject}", "Thank you, it works.", In_Reply_To=sent["message_id"], References=sent["message_id"])
    )
    expect(kim.get_by_text("Thank you, it works.")).to_be_visible(timeout=10000)

    gil.reload()
    expect(gil.get_by_text(subject)).to_have_count(0)
