"""What our own people write is cleaned, and cleaning it takes no longer than reading it."""

from __future__ import annotations

import time

import pytest

from app.core.errors import Invalid
from app.desk import wording


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<p>Hi</p><p><br></p>", "<p>Hi</p>"),
        ("<p>Hi</p><div>&nbsp; <br></div>\n<p> </p>", "<p>Hi</p>"),
        ("<p>Hi <br></p>", "<p>Hi <br></p>"),
        ("<p></p>", ""),
        (" <br>&nbsp;", ""),
        ("", ""),
        ("Hi<br>", "Hi"),
        ("<b></p>", "<b></p>"),
    ],
)
def test_an_empty_end_is_taken_away(written: str, kept: str) -> None:
    assert wording.without_empty_end(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        " " * 490_000 + "x",
        "<br>" * 120_000 + "x",
        "<p>" * 100_000 + "x",
        "<p></p>" * 70_000 + "x",
        "<p></p>" * 70_000,
        "&nbsp;" * 80_000 + "x",
        "<li>" * 100_000,
    ],
)
def test_endless_blanks_hold_nobody_up(written: str) -> None:
    """Everything of a process waits for it: one agent's text must not stop all tenants."""
    began = time.perf_counter()
    wording.checked(written)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("nested", ["<ul><li>", "<div>", "<blockquote>", "<ol>"])
def test_endless_nesting_is_refused(nested: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Invalid):
        wording.checked(nested * 30_000)
    assert time.perf_counter() - began < 5
    assert wording.checked(nested * 20 + "x")[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is\n  broken.\n", "It is broken."),
        ("word " * 40, ("word " * 31).strip() + "…"),
        ("x" * 200, "x" * 159 + "…"),
        ("打印机坏了" * 40, ("打印机坏了" * 40)[:159] + "…"),
    ],
)
def test_a_snippet_ends_with_a_whole_word_and_says_when_it_goes_on(text: str, shown: str) -> None:
    assert wording.snippet(text) == shown
    assert len(shown) <= wording.SNIPPET
