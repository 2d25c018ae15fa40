"""Passwords: kept as argon2id (RFC 9106), checked in a thread of their own, refused when everybody would guess them."""

from __future__ import annotations

import asyncio
import functools
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Invalid
from app.core.words import _

SHORTEST = 10
LONGEST = 200
# 19 MiB, two passes, one lane: OWASP's Password Storage Cheat Sheet; about 30 ms on one core.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# As many at a time as keep memory and cores free for other requests; argon2 lets go of the interpreter meanwhile.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")

COMMON_WORDS = {
    "password", "passwort", "passwd", "motdepasse", "contrasena", "wachtwoord", "haslo", "senha", "parola",
    "kennwort", "qwerty", "qwertz", "azerty", "qwertyuiop", "qwertzuiop", "asdfghjkl", "letmein", "welcome",
    "willkommen", "bienvenue", "admin", "administrator", "root", "changeme", "default", "secret", "geheim",
    "iloveyou", "monkey", "dragon", "football", "baseball", "sunshine", "princess", "superman", "batman", "trustno",
    "starwars", "master", "login", "access", "summer", "winter", "spring", "autumn", "sommer", "fruehling",
    "herbst", "london", "berlin", "paris", "test", "testing", "tester", "demo", "guest", "user", "fondaco",
    "support", "helpdesk", "company", "internet", "computer", "abcdefgh", "abcdefghij", "zxcvbnm", "passphrase",
    "correcthorsebatterystaple",
}  # fmt: skip
ROWS = (
    "01234567890",
    "09876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1q2w3e4r5t6z7u8i9o0p",
)
DIGITS, SIGNS = "0123456789", " .,;:!?@#$%&*+-_/()"
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")


async def hash(password: str) -> str:
    """The argon2id text to keep."""
    return await asyncio.get_running_loop().run_in_executor(_threads, HASHER.hash, _plain(password))


async def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long when there is none to compare with (`kept` None)."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, kept, _plain(password))


def is_outdated(kept: str) -> bool:
    """Whether it was made with other parameters than are used today, and should be made anew."""
    return HASHER.check_needs_rehash(kept)


def must_be_good(password: str, *, field: str = "password", known: tuple[str, ...] = ()) -> None:
    """Raises `Invalid` at `field` for a password that is short, endless, or easily guessed, from `known` words too."""
    text = _text(password)
    if len(text) < SHORTEST:
        problem = _("Take at least {number} characters.").format(number=SHORTEST)
    elif len(text) > LONGEST:
        problem = _("Take at most {number} characters.").format(number=LONGEST)
    elif is_guessable(text, known):
        problem = _(
            "This is one of the first that somebody would try. A short sentence is safer, and easy to keep in mind."
        )
    else:
        return
    raise Invalid(errors={field: problem})


def is_guessable(password: str, known: tuple[str, ...] = ()) -> bool:
    """Few different characters, a row of keys, or a common or own word with only digits and signs around it."""
    low = password.lower()
    if len(set(low)) < 5 or any(low.strip(SIGNS) in row * 2 for row in ROWS):
        return True
    words = COMMON_WORDS | {part for word in known for part in _parts(word)}
    bare = low.strip(DIGITS + SIGNS)
    for spelling in (bare, bare.translate(LOOKALIKES), low.translate(LOOKALIKES).strip(DIGITS + SIGNS)):
        kernel = "".join(letter for letter in spelling if letter.isalnum())
        half = kernel[: len(kernel) // 2]
        if kernel in words or (half in words and kernel == half * 2):
            return True
    return low in words


def _parts(word: str) -> set[str]:
    """An e-mail address or a name, whole and in its pieces."""
    low = word.lower()
    pieces = {low, "".join(letter for letter in low if letter.isalnum())}
    for separator in "@.-_ ":
        pieces |= {piece for part in set(pieces) for piece in part.split(separator)}
    return {piece for piece in pieces if len(piece) >= 3}


def _verify(kept: str | None, plain: bytes) -> bool:
    try:
        return HASHER.verify(kept or _nobody(), plain) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobody() -> str:
    """The hash of a password that nobody has."""
    return HASHER.hash(secrets.token_bytes(32))


def _text(password: str) -> str:
    """The same characters however a keyboard composes them (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)


def _plain(password: str) -> bytes:
    return _text(password[: 4 * LONGEST]).encode("utf-8", "surrogatepass")
