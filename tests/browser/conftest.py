"""One house and one browser for the whole suite; every page that a test opens is watched for complaints."""

from __future__ import annotations

import html
import os
import re
import time
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.houses import House
from tests.browser.letters import letter

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

ROW = re.compile(r'class="f-open" href="([^"]+)"[^>]*>(?:<bdi>)?([^<]*)<')
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house, open, with its sample data.

    For a quick try against a house that stands open already: BROWSER_HOUSE="its home:port:smtp port".
    """
    if given := os.environ.get("BROWSER_HOUSE"):
        home, port, smtp_port = given.split(":")
        yield House(Path(home), int(port), int(smtp_port))
        return
    folder = tmp_path_factory.mktemp("browser")
    # As root, PostgreSQL runs as somebody else, who has to get through to the home.
    for one in (folder, *folder.parents[:2]):
        one.chmod(0o711)
    house = House(folder / "home")
    try:
        house.open()
        yield house
    finally:
        house.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


class Desk:
    """Opens pages as somebody, and keeps what their browsers complain about."""

    def __init__(self, door: House, chromium: Browser, kept: dict[str, Any]) -> None:
        self.door, self.chromium, self.kept = door, chromium, kept
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def context(
        self, who: str = "", *, size: dict[str, int] = WIDE, scheme: Scheme = "light", **more: Any
    ) -> BrowserContext:
        """A browser of its own, signed in as `who` ("kim", "ann", "gil", "operator") or as nobody."""
        context = self.chromium.new_context(
            viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="en-GB", timezone_id="Europe/Berlin",
            storage_state=self.state(who) if who else None, **more,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        context.on("page", self.watch)
        self.contexts.append(context)
        return context

    def visit(self, path: str = "/", who: str = "kim", **more: Any) -> Page:
        """A page that somebody has open."""
        page = self.context(who, **more).new_page()
        page.goto(self.door.url(*place(who, path)))
        return page

    def state(self, who: str) -> Any:
        """The cookies of somebody who has signed in, once for the whole suite."""
        if who not in self.kept:
            context = self.chromium.new_context()
            page = context.new_page()
            page.goto(self.door.url(*place(who, "/operator/sign-in" if who == "operator" else "/sign-in")))
            page.get_by_label("E-mail").fill(EMAILS[who])
            page.get_by_label("Password").fill(self.door.password(EMAILS[who]))
            page.get_by_role("button", name="Sign in").click()
            expect(page.locator("#nav")).to_be_visible()
            self.kept[who] = context.storage_state()
            context.close()
        return self.kept[who]

    def ticket(self, mail: EmailMessage | str, *, find: str = "") -> str:
        """Delivers a mail to acme and answers the address of the ticket that it became."""
        if isinstance(mail, str):
            mail = letter(f"{mail} {time.time_ns() % 10**9}", f"Hello,\n\n{mail.lower()}: can you help?\n\nMarta")
        subject = str(mail["Subject"])
        self.door.deliver(mail)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            for href, shown in ROW.findall(self.read("/inbox/all?part=rows")):
                if (find or subject) in html.unescape(shown):
                    return str(href).partition("?")[0]
            time.sleep(0.1)
        raise AssertionError(f"no ticket from the mail {subject!r}")

    def find(self, path: str, selector: str) -> str:
        """Where the first link of this kind on a page of Kim's leads."""
        page = self.visit(path)
        return str(page.locator(selector).first.get_attribute("href"))

    def read(self, path: str) -> str:
        """What Kim's browser would get at an address of acme."""
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in self.state("kim")["cookies"])
        headers = {"Host": f"acme.localhost:{self.door.port}", "Cookie": cookies}
        asked = urllib.request.Request(f"http://127.0.0.1:{self.door.port}{path}", headers=headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return str(answer.read().decode())

    def watch(self, page: Page) -> None:
        """A page complains when its console warns, a script fails or something it needs is not there."""
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and self.complaints.append(f"{page.url}: {said.text}"),
        )
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on(
            "response", lambda answer: answer.status >= 500 and self.complaints.append(f"{answer.url}: {answer.status}")
        )

    def expect_complaint(self, *words: str) -> None:
        """What a test provokes on purpose."""
        self.expected += words

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        left = [one for one in self.complaints if not any(words in one for words in self.expected)]
        assert left == []


EMAILS = {
    "kim": "kim@acme.test", "ann": "ann@acme.test", "jonas": "jonas@acme.test", "gil": "gil@globex.test",
    "operator": "operator@house.test",
}  # fmt: skip


def place(who: str, path: str) -> tuple[str, str]:
    """The tenant whose host somebody visits ("" is the operator's), and the path there."""
    return {"gil": "globex"}.get(who, "" if path.startswith("/operator") else "acme"), path


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    return {}


@pytest.fixture
def desk(door: House, chromium: Browser, signed_in: dict[str, Any]) -> Iterator[Desk]:
    desk = Desk(door, chromium, signed_in)
    yield desk
    desk.close()
