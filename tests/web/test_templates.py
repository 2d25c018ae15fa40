"""Every page renders from its shapes, keeps the content security policy, and says everything through the catalogue."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from app.web import rendering
from app.web.readers import Reader, reading
from tests.web import samples

PAGES = dict(samples.pages())
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use"}


class Reading(HTMLParser):
    """Tags with their attributes, and whether they close as they open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in ("p", "li", "dt", "dd"):
            self.crossed.append(tag)


def rendered(name: str, **reader: Any) -> str:
    template, context = PAGES[name]
    with reading(Reader(zone="Europe/Berlin", csrf="token-of-the-test", **reader)):
        return rendering.render(template, **context)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_keeps_the_content_security_policy(name: str) -> None:
    text = rendered(name)
    page = Reading(text)
    assert page.crossed == []
    assert page.open == []
    for tag, attributes in page.tags:
        assert "style" not in attributes, (tag, attributes)
        assert not [attribute for attribute in attributes if attribute.startswith(("on", "hx-on"))], (tag, attributes)
        if tag == "script":
            assert attributes.get("src")
        if tag == "form" and (attributes.get("method") or "").lower() == "post":
            assert "token-of-the-test" in text
        assert attributes.get("href") not in ("#", None) or "href" not in attributes, (tag, attributes)


@pytest.mark.parametrize("name", PAGES)
def test_no_two_elements_of_a_page_have_one_id_and_every_label_finds_its_field(name: str) -> None:
    tags = Reading(rendered(name)).tags
    ids = [attributes["id"] for _tag, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    for tag, attributes in tags:
        for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "list", "form"):
            for wanted in (attributes.get(attribute) or "").split():
                assert wanted in ids, (tag, attribute, wanted)
        if tag == "label" and attributes.get("for"):
            assert attributes["for"] in ids, attributes


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_python_shows_through(name: str) -> None:
    words = re.sub(r"<[^>]*>", " ", rendered(name))
    assert not re.search(
        r"\bNone\b(?! (?:of|has)\b)|\bTrue\b|\bFalse\b|datetime|UUID\(|&lt;/?(b|bdi|a|span)\b|Markup", words
    )


def test_every_template_is_shown_by_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that no sample renders is one that nobody has looked at."""
    environment = rendering.environment()
    assert environment.loader is not None
    used: set[str] = set()
    load = environment.loader.load

    def noting(env: Any, name: str, *rest: Any) -> Any:
        used.add(name)
        return load(env, name, *rest)

    monkeypatch.setattr(environment.loader, "load", noting)
    environment.cache.clear()  # type: ignore[union-attr]  # the cache is on
    for name in PAGES:
        rendered(name)
    ours = {
        name
        for name in environment.list_templates()
        if name.split("/")[0] in ("web", "desk", "crm", "identity", "operations")
    }
    pages_of_others = {name for name in ours if name.rpartition("/")[2].startswith("mail_")}
    assert ours - used - pages_of_others == set()


def test_what_people_write_is_escaped_everywhere() -> None:
    nasty = '"><script>alert(1)</script>'
    page = samples.ticket_page(head=samples.head(subject=nasty))
    text = rendering.render("desk/ticket.html", shell=samples.shell(), ticket=page)
    assert "<script>alert" not in text
    rows = samples.rows()
    rows[0].subject = rows[0].who = rows[0].snippet = nasty
    rows[0].tags[0].name = nasty
    assert "<script>alert" not in rendering.render("desk/_ticket_rows.html", list=samples.ticket_list(rows=rows))


def test_a_page_for_readers_of_arabic_runs_from_right_to_left() -> None:
    assert (
        'dir="rtl"' in rendered("tickets", language="ar").partition(">")[0] + rendered("tickets", language="ar")[:400]
    )


def test_the_reader_without_single_keys_is_told_so() -> None:
    assert 'data-keys="off"' in rendered("tickets", single_keys=False)
    assert "switched off in your profile" in rendered("tickets", single_keys=False)
