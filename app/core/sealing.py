"""Secrets at rest are sealed, and what leaves the house to come back is signed, both with keys made from one secret.

Each purpose has a key of its own (HKDF, RFC 5869), so that what is sealed or signed for one purpose opens no other.
Sealed form: one version byte, 12 bytes nonce, AES-256-GCM text with its tag.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.settings import SettingsError, settings

VERSION = b"\x01"
NO_KEY = "FONDACO_SECRET_KEY is not set. Set it to 32 random characters or more and keep it; scripts/run makes one of its own."


class BrokenSeal(Exception):
    """The sealed value was changed, or belongs to another key or purpose."""


@functools.lru_cache(maxsize=64)
def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=b"fondaco", info=purpose.encode()).derive(secret.encode())


def key(purpose: str) -> bytes:
    """32 bytes that belong to `purpose` alone. Raises `SettingsError` when there is no secret to make them from."""
    secret = settings().secret_key
    if not secret:
        raise SettingsError([NO_KEY])
    return _derive(secret, purpose)


def seal(value: bytes | str, purpose: str) -> bytes:
    plain = value.encode() if isinstance(value, str) else value
    nonce = os.urandom(12)
    return VERSION + nonce + AESGCM(key(purpose)).encrypt(nonce, plain, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """The value again. Raises `BrokenSeal` when it was changed or sealed with another key."""
    if sealed[:1] != VERSION:
        raise BrokenSeal("unknown version")
    try:
        return AESGCM(key(purpose)).decrypt(sealed[1:13], sealed[13:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal(purpose) from error


def sign(purpose: str, data: str) -> str:
    """A signature of `data` as 26 URL-safe characters (HMAC-SHA256, first 20 bytes)."""
    digest = hmac.new(key(purpose), data.encode(), hashlib.sha256).digest()[:20]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def verify(purpose: str, data: str, signature: str) -> bool:
    """Whether `signature` belongs to `data`; takes as long for a wrong one as for a right one."""
    return hmac.compare_digest(sign(purpose, data).encode(), signature.encode("utf-8", "replace"))
