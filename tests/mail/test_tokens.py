"""An answer carries a token that only we can have written."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.mail.tokens import read_token, reply_address, subject_token, without_token, write_token

KEY = b"k" * 32
THREAD = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@given(st.uuids(), st.binary(min_size=16, max_size=32))
def test_every_thread_is_found_again(thread: UUID, key: bytes) -> None:
    assert read_token(reply_address("support@acme.localhost", thread, key), key) == thread
    assert read_token(f"Re: Printer {subject_token(1056, thread, key)}", key) == thread


def test_the_address_is_short_lower_case_and_survives_upper_case() -> None:
    address = reply_address("support@acme.localhost", THREAD, KEY)
    assert address == address.lower()
    assert len(address.partition("@")[0]) <= 64
    assert read_token(address.upper(), KEY) == THREAD


def test_people_read_the_address_without_the_token() -> None:
    assert without_token(reply_address("support@acme.localhost", THREAD, KEY)) == "support@acme.localhost"
    assert without_token("kim+news@acme.test") == "kim+news@acme.test"


def test_the_token_is_found_in_an_address_line_and_in_a_folded_subject() -> None:
    assert (
        read_token(f'"Acme Support" <{reply_address("support@acme.localhost", THREAD, KEY)}>, kim@acme.test', KEY)
        == THREAD
    )
    token = subject_token(1056, THREAD, KEY)
    assert read_token(f"AW: Drucker {token[:20]} {token[20:]}", KEY) == THREAD


def test_another_key_or_a_changed_letter_finds_nothing() -> None:
    address = reply_address("support@acme.localhost", THREAD, KEY)
    assert read_token(address, b"x" * 32) is None
    token = write_token(THREAD, KEY)
    for at in range(len(token)):
        changed = token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :]
        assert read_token(f"support+{changed}@acme.localhost", KEY) in (None, THREAD)
    changed = ("b" if token[0] == "a" else "a") + token[1:]
    assert read_token(f"support+{changed}@acme.localhost", KEY) is None


def test_a_broken_token_before_a_good_one_does_not_hide_it() -> None:
    good = reply_address("support@acme.localhost", THREAD, KEY)
    assert read_token(f"support+{'a' * 34}@acme.localhost, {good}", KEY) == THREAD


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert read_token(text, KEY) is None
