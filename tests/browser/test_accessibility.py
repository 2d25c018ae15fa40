"""Every page can be used by everybody: WCAG 2.2 AA as far as a machine can tell, wide and narrow, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PHONE, WIDE, Desk
from tests.browser.houses import ROOT, House

AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only colours differ between light and dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}

# name -> (who, address); braces are filled in from what the first ticket links to
PAGES = {
    "sign-in": ("", "/sign-in"),
    "forgot": ("", "/forgot"),
    "reset link gone": ("", "/reset/gone"),
    "invitation gone": ("", "/invitation/gone"),
    "unknown page, nobody": ("", "/nowhere"),
    "list": ("kim", "/inbox/all"),
    "list of mine": ("kim", "/inbox/mine"),
    "list, empty": ("gil", "/inbox/mine"),
    "list, filtered": ("kim", "/inbox/all?q=priority:normal"),
    "list, filtered to nothing": ("kim", "/inbox/all?q=nobodyhasthis"),
    "ticket": ("kim", "{ticket}"),
    "new ticket": ("kim", "/tickets/new"),
    "accounts": ("kim", "/accounts"),
    "accounts, none fits": ("kim", "/accounts?q=nobodyhasthis"),
    "account": ("kim", "{account}"),
    "account, tickets": ("kim", "{account}?tab=tickets"),
    "contacts": ("kim", "/contacts"),
    "contact": ("kim", "{contact}"),
    "contact, tickets": ("kim", "{contact}?tab=tickets"),
    "notifications": ("ann", "/notifications"),
    "profile": ("kim", "/settings/profile"),
    "security": ("kim", "/settings/security"),
    "members": ("kim", "/settings/members"),
    "teams": ("kim", "/settings/teams"),
    "team": ("kim", "{team}"),
    "channels": ("kim", "/settings/channels"),
    "channel": ("kim", "{channel}"),
    "new channel": ("kim", "/settings/channels/new"),
    "tokens": ("kim", "/settings/tokens"),
    "unknown page": ("kim", "/tickets/99999999"),
    "operator, sign-in": ("", "/operator/sign-in"),
    "operator, tenants": ("operator", "/operator"),
    "operator, new tenant": ("operator", "/operator/tenants/new"),
    "operator, tenant": ("operator", "/operator/tenants/acme"),
    "operator, health": ("operator", "/operator/health"),
    "operator, jobs": ("operator", "/operator/jobs"),
    "operator, held mail": ("operator", "/operator/mail"),
    "outbox": ("kim", "/dev/outbox"),
    "outbox, not signed in": ("", "/dev/outbox"),
}

# What opens on a page: name -> (address, what to press or click, only at this size)
OPEN: dict[str, tuple[str, list[str], dict[str, int] | None]] = {
    "palette": ("/inbox/all", ["Control+k"], None),
    "keys": ("/inbox/all", ["?"], WIDE),
    "notifications in the bell": ("/inbox/all", ["#bell"], WIDE),
    "menu of oneself": ("/inbox/all", ["[popovertarget=me]"], WIDE),
    "selection": ("/inbox/all", ["j", "x"], WIDE),
    "status of a selection": ("/inbox/all", ["j", "x", "s"], WIDE),
    "navigation as a drawer": ("/inbox/all", [".f-tabbar [data-drawer]"], PHONE),
    "folded navigation": ("/inbox/all", ["[data-fold]"], WIDE),
    "note": ("{ticket}", ["n"], None),
    "other ways to send": ("{ticket}", ["[data-text=outbound]", "[popovertarget=ways]"], None),
    "link": ("{ticket}", ["[data-text=outbound]", "[data-format=link]"], None),
    "customer and fields in a sheet": ("{ticket}", ["[data-open=details]"], PHONE),
    "invitation": ("/settings/members", ["[data-open=invite]"], None),
    "new account": ("/accounts", ["[data-open=new-account]"], None),
    "new contact": ("/contacts", ["[data-open=new-contact]"], None),
    "new team": ("/settings/teams", [".f-top .btn-primary"], None),
}


@pytest.fixture(scope="module")
def links(door: House, chromium: Browser, signed_in: dict[str, Any]) -> dict[str, str]:
    """Addresses of a ticket, its contact and account, a team and a channel, found by going there."""
    desk = Desk(door, chromium, signed_in)
    page = desk.visit("/inbox/all")

    def path(selector: str, at: str = "") -> str:
        if at:
            page.goto(door.url("acme", at))
        return str(page.locator(selector).first.get_attribute("href"))

    found = {"ticket": path("[data-row] .f-open:has-text('Broken printer')")}
    found["contact"] = path(".f-section a[href^='/contacts/']", found["ticket"])
    found["account"] = path(".f-section a[href^='/accounts/']")
    found["team"] = path("[data-row] .f-open, a[href^='/settings/teams/']", "/settings/teams")
    found["channel"] = path("[data-row] .f-open", "/settings/channels")
    desk.close()
    return found


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds, each with its place; mails in their frames are the customers' own."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate(
        "options => axe.run(document, {...options, iframes: false, resultTypes: ['violations']})", options
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels a page can be scrolled sideways, which none should."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - document.documentElement.clientWidth"))


def painted(page: Page) -> None:
    """Waits until what changes colour or place has done so."""
    page.evaluate(
        """async () => {
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            const moving = document.getAnimations().filter(one => one.effect.getComputedTiming().iterations !== Infinity);
            await Promise.allSettled(moving.map(one => one.finished));
            await new Promise(done => requestAnimationFrame(done));
        }"""
    )


def faults(page: Page) -> list[str]:
    """Everything wrong at this size, in both schemes."""
    painted(page)
    found = violations(page, EVERYTHING)
    if sideways := overflow(page):
        found.append(f"{sideways} px too wide")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    painted(page)
    found += [f"dark: {one}" for one in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_used_by_everybody(desk: Desk, links: dict[str, str], name: str) -> None:
    who, path = PAGES[name]
    if "unknown" in name or "gone" in name:
        desk.expect_complaint("the server responded with a status of 4")
    page = desk.visit(path.format(**links), who)
    expect(page.locator("main")).to_be_visible()
    found = [f"wide, {one}" for one in faults(page)]
    page.set_viewport_size(PHONE)
    found += [f"phone, {one}" for one in faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", OPEN)
def test_what_opens_on_a_page_can_be_used_by_everybody(desk: Desk, links: dict[str, str], name: str) -> None:
    path, steps, only = OPEN[name]
    found = []
    for size in [only] if only else [WIDE, PHONE]:
        page = desk.visit(path.format(**links), size=size)
        expect(page.locator("#nav")).to_be_attached()
        for step in steps:
            if len(step) == 1 or "+" in step:
                page.keyboard.press(step)
            else:
                page.locator(f"{step}:visible").first.click()
        page.wait_for_timeout(250)
        found += [f"{size['width']} px, {one}" for one in faults(page)]
    assert not found, "\n".join(found)


def test_a_chosen_theme_stays_and_can_be_read(desk: Desk) -> None:
    page = desk.visit("/inbox/all", "ann")

    def switch() -> None:
        page.locator("[popovertarget=me]").click()
        with page.expect_response("**/settings/look"):
            page.get_by_role("menuitem", name="Light or dark").click()

    switch()
    try:
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        assert violations(page, COLOURS) == []
    finally:
        switch()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert violations(page, COLOURS) == []
