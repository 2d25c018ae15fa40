"""The same work on a phone: 390 pixels, a thumb, and nothing to scroll sideways."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Desk
from tests.browser.test_accessibility import overflow


def inside(page: Page, selector: str) -> None:
    """What is seen stands between the edges of the screen."""
    for box in [one.bounding_box() for one in page.locator(f"{selector}:visible").all()[:20]]:
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"], selector


def test_rows_of_a_list_are_cards(desk: Desk) -> None:
    page = desk.visit("/inbox/all", size=PHONE, has_touch=True)
    card = page.locator("[data-row]").first
    expect(card).to_have_css("display", "grid")
    for cell in (".f-cell-who", ".f-cell-subject .f-open", ".f-cell-time"):
        expect(card.locator(cell)).to_be_visible()
    inside(page, "[data-row] .f-open")
    inside(page, "[data-row] .f-cell-time")
    assert overflow(page) == 0
    card.tap()
    expect(page.locator("[data-conversation]")).to_be_visible()


def test_a_ticket_is_read_and_answered_with_a_thumb(desk: Desk) -> None:
    page = desk.visit(desk.ticket("Read on the train"), size=PHONE, has_touch=True)
    expect(page.locator(".f-tabbar")).to_be_hidden()
    inside(page, "article")
    inside(page, "article .f-prose")
    composer, answer = page.locator("[data-composer]"), page.get_by_role("textbox", name="Your answer")
    closed = composer.bounding_box()
    assert closed
    assert closed["height"] < 64, "one line until it is needed"
    answer.tap()
    page.keyboard.type("Coming at eleven.")
    send = page.get_by_role("button", name="Send and wait")
    expect(send).to_be_visible()
    inside(page, "[data-composer] button")
    assert overflow(page) == 0
    send.tap()
    expect(page.locator("article").filter(has_text="Coming at eleven.")).to_be_visible()
    page.get_by_role("button", name="Undo").tap()
    expect(answer).to_have_text("Coming at eleven.")


def test_customer_and_fields_are_one_tap_away(desk: Desk) -> None:
    page = desk.visit(desk.ticket("Fields on the train"), size=PHONE, has_touch=True)
    page.get_by_role("button", name="Customer and fields").tap()
    sheet = page.get_by_role("dialog", name="Customer and fields")
    expect(sheet.get_by_label("Priority")).to_be_visible()
    sheet.get_by_label("Priority").select_option("high")
    expect(sheet.get_by_label("Priority")).to_have_value("high")
    sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Customer and fields").tap()
    expect(sheet.get_by_label("Priority")).to_have_value("high")


def test_pages_are_reached_by_the_bar_and_the_drawer(desk: Desk) -> None:
    page = desk.visit("/inbox/all", size=PHONE, has_touch=True)
    bar, drawer = page.locator(".f-tabbar"), page.locator("#nav")
    expect(bar).to_be_visible()
    expect(drawer).to_be_hidden()
    bar.get_by_role("button", name="More").tap()
    expect(drawer).to_be_visible()
    page.touchscreen.tap(380, 300)
    expect(drawer).to_be_hidden()
    bar.get_by_role("button", name="More").tap()
    drawer.get_by_role("link", name="Contacts").tap()
    page.wait_for_url("**/contacts")
    expect(page.locator("[data-row]").first).to_be_visible()
    bar.get_by_role("button", name="Go to").tap()
    expect(page.get_by_role("dialog", name="Go to or do")).to_be_visible()
