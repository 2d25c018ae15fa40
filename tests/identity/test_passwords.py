"""Passwords are long, not the first that one would guess, and kept so that they cannot be read."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.core.errors import Invalid
from app.identity import passwords


@pytest.mark.parametrize(
    "password",
    [
        "short", "password123!", "P4ssw0rd2024", "1234567890", "qwertyuiop", "aaaaaaaaaaaa", "Fondaco2026!", "kim@acme.test",
        "kimbrandt1999", "acmeacme2024", "Summer2026!!", "letmein123456", "abcdefghijkl", "x" * 201,
    ],
)  # fmt: skip
def test_what_others_would_try_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.must_be_good(password, known=("kim@acme.test", "Kim Brandt"))
    assert "password" in caught.value.errors


@pytest.mark.parametrize(
    "password",
    [
        "the printer sings at dawn",
        "Über-Bücher 77 lesen",
        "8391-2046-77-51",
        "パスワードは長い方がいいよ",
        "gT7#kk2!pQzz",
    ],
)
def test_what_nobody_would_try_is_taken(password: str) -> None:
    passwords.must_be_good(password, known=("kim@acme.test", "Kim Brandt"))


async def test_a_password_matches_itself_only_however_it_was_composed() -> None:
    kept = await passwords.hash("Bücher sind schön")
    assert kept.startswith("$argon2id$")
    assert await passwords.matches("Bu\u0308cher sind scho\u0308n", kept)
    assert not await passwords.matches("Buecher sind schoen", kept)
    assert not await passwords.matches("Bücher sind schön", None)
    assert not await passwords.matches("Bücher sind schön", "no hash at all")
    assert not await passwords.matches("\ud800\0", kept)


def test_hashes_of_other_parameters_are_outdated() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("the printer sings at dawn")
    assert passwords.is_outdated(old)
    assert not passwords.is_outdated(passwords.HASHER.hash("the printer sings at dawn"))
