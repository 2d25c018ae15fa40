"""Hands stay on the keys: what is used hourly has a key, and one always sees where one is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk

SEEN = """() => { const at = document.activeElement; if (!at || at === document.body) return null;
    const box = at.getBoundingClientRect();
    return {name: at.outerHTML.slice(0, 120), x: box.x - 6, y: box.y - 6, width: box.width + 12, height: box.height + 12}; }"""


def focused_row(page: Page) -> int:
    return int(
        page.evaluate("[...document.querySelectorAll('[data-row]')].findIndex(r => r.contains(document.activeElement))")
    )


def test_rows_are_walked_selected_and_opened(desk: Desk) -> None:
    page = desk.visit("/inbox/all")
    expect(page.locator("[data-row]").nth(2)).to_be_visible()
    walked = []
    for key in "jjk":
        page.keyboard.press(key)
        walked.append(focused_row(page))
    assert walked == [0, 1, 0]
    bar = page.locator("[data-bulk]")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(bar).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("[data-conversation]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-list]")).to_be_visible()
    page.wait_for_function("document.activeElement.closest('[data-row]')")
    assert focused_row(page) == 2, "back in the list one is where one was"


def test_the_row_in_focus_is_taken_and_set_by_key_and_that_can_be_undone(desk: Desk) -> None:
    number = desk.ticket("Keys for many").rpartition("/")[2]
    page = desk.visit(f"/inbox/all?status=all&q={number}")
    row = page.locator("[data-row]").first
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(row.locator(".f-cell-assignee")).to_contain_text("Kim Brandt")
    page.keyboard.press("j")
    page.keyboard.press("s")
    menu = page.locator("#bulk-status")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(row.locator(".f-cell-status")).to_contain_text("Waiting")
    page.keyboard.press("z")
    expect(row.locator(".f-cell-status")).not_to_contain_text("Waiting")


def test_pages_are_reached_by_g_and_the_filter_by_slash(desk: Desk) -> None:
    page = desk.visit("/inbox/all")
    for key, path in (
        ("a", "/accounts"),
        ("c", "/contacts"),
        ("s", "/settings"),
        ("t", "/inbox/all"),
        ("i", "/inbox/mine"),
    ):
        page.keyboard.press("g")
        with page.expect_navigation(url=lambda url, path=path: path in url):
            page.keyboard.press(key)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("gc?")
    expect(page.get_by_role("searchbox")).to_have_value("gc?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).not_to_be_focused()
    with page.expect_navigation(url="**/tickets/new*"):
        page.keyboard.press("c")


def test_the_keys_are_listed_under_a_question_mark_and_the_palette_goes_everywhere(desk: Desk) -> None:
    page = desk.visit("/inbox/all")
    page.keyboard.press("?")
    help = page.get_by_role("dialog", name="Keyboard")
    expect(help).to_be_visible()
    page.keyboard.press("Escape")
    expect(help).to_be_hidden()
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Go to or do")
    page.keyboard.type("nothing is called so")
    expect(palette.get_by_role("combobox")).to_have_value("nothing is called so")
    expect(palette.get_by_text("No page and no action")).to_be_visible()
    for _ in "nothing is called so":
        page.keyboard.press("Backspace")
    page.keyboard.type("contac")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Contacts")
    with page.expect_navigation(url="**/contacts"):
        page.keyboard.press("Enter")


def test_a_ticket_is_worked_without_a_pointer(desk: Desk) -> None:
    path = desk.ticket("Worked by keys")
    page = desk.visit(path)
    answer, note = page.get_by_role("textbox", name="Your answer"), page.get_by_role("textbox", name="Your note")
    page.keyboard.press("n")
    expect(note).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(answer).to_be_focused()
    page.keyboard.press("Escape")
    expect(answer).not_to_be_focused()
    for key, field in (("a", "assignee"), ("s", "status"), ("l", "tag")):
        page.keyboard.press(key)
        expect(page.locator(f"#fields [name={field}]")).to_be_focused()
        while page.evaluate("document.activeElement !== document.body"):  # a select first closes what it shows
            page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("Henrik comes at 11:30.")
    page.keyboard.press("Control+Enter")
    sent = page.locator("article").filter(has_text="Henrik comes at 11:30.")
    expect(sent).to_be_visible()
    expect(answer).to_have_text("")
    page.keyboard.press("z")
    expect(sent).to_have_count(0)
    expect(answer).to_have_text("Henrik comes at 11:30.")
    expect(answer).to_be_focused()


def test_tickets_are_read_one_after_the_other(desk: Desk) -> None:
    page = desk.visit("/inbox/all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-conversation]")).to_be_visible()
    first = page.url
    for key in "jk":
        page.wait_for_load_state()
        with page.expect_navigation():
            page.keyboard.press(key)
    assert page.url == first


def test_single_letters_can_be_switched_off(desk: Desk) -> None:
    page = desk.visit("/settings/profile", "ann")

    def switch() -> None:
        page.goto(desk.door.url("acme", "/settings/profile"))
        page.get_by_role("switch", name="Single letters do something").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()

    switch()
    try:
        page.goto(desk.door.url("acme", "/inbox/all"))
        page.keyboard.press("j")
        assert focused_row(page) == -1
        page.keyboard.press("?")
        expect(page.locator("#keyboard")).to_be_hidden()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog", name="Go to or do")).to_be_visible()
    finally:
        switch()
    page.goto(desk.door.url("acme", "/inbox/all"))
    page.keyboard.press("j")
    assert focused_row(page) == 0


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/sign-in"),
        ("kim", "/inbox/all"),
        ("kim", "ticket"),
        ("kim", "/settings/channels/new"),
        ("operator", "/operator"),
    ],
)
def test_the_focus_can_always_be_seen(desk: Desk, who: str, path: str) -> None:
    page = desk.visit(desk.ticket("Where is the focus") if path == "ticket" else path, who)
    expect(page.locator("main")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    unseen, met = [], 0
    for _ in range(45):
        page.keyboard.press("Tab")
        at = page.evaluate(SEEN)
        if at is None:
            continue
        met += 1
        clip = {
            "x": max(0, at["x"]), "y": max(0, at["y"]), "width": min(at["width"], 1440), "height": min(at["height"], 900)
        }  # fmt: skip
        with_focus = page.screenshot(clip=clip, animations="disabled", caret="hide")
        page.evaluate("() => { window.left = document.activeElement; left.blur(); }")
        if with_focus == page.screenshot(clip=clip, animations="disabled", caret="hide"):
            unseen.append(at["name"])
        page.evaluate("() => left.focus({preventScroll: true})")
    assert met >= 4
    assert not unseen, "\n".join(unseen)


def test_a_letter_after_a_shut_choice_moves_on_and_assigns_nobody(desk: Desk) -> None:
    page = desk.visit(desk.ticket("Not for Jonas"))
    assignee = page.locator("#fields [name=assignee]")
    page.keyboard.press("a")
    expect(assignee).to_be_focused()
    page.keyboard.press("Escape")
    before, number = assignee.input_value(), page.url
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert page.url != number or assignee.input_value() == before


def test_one_tag_after_the_other_is_written_without_the_mouse(desk: Desk) -> None:
    page = desk.visit(desk.ticket("Two tags"))
    page.keyboard.press("l")
    for name in ("oak", "elm"):
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(page.locator("#fields .f-tag", has_text=name)).to_be_visible()
        expect(page.locator("#fields [name=tag]")).to_be_focused()
