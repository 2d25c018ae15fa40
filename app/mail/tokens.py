"""An answer carries a token that only we can have written, so that it finds back to its conversation.

The token is 16 bytes of thread id and 5 bytes of HMAC-SHA256 as 34 letters of base32 (RFC 4648) in lower case: it
survives programs that fold case, and fits the 64 octets that a local part may have (RFC 5321) behind 29 of ours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from uuid import UUID

SIGNATURE_BYTES = 5
_LENGTH = 34
_IN_ADDRESS = re.compile(rf"[+=]([a-z2-7]{{{_LENGTH}}})@", re.IGNORECASE)
_IN_SUBJECT = re.compile(rf"\[\s*#?\s*(?:[\w.]*-)?([a-z2-7]{{{_LENGTH}}})\s*\]", re.IGNORECASE)


def write_token(thread: UUID, key: bytes) -> str:
    """34 lower-case letters and digits that name `thread` and prove that `key` wrote them."""
    packed = thread.bytes + _sign(thread, key)
    return base64.b32encode(packed).decode("ascii").rstrip("=").lower()


def reply_address(address: str, thread: UUID, key: bytes) -> str:
    """`address` with the token behind a plus: support+<token>@acme.example."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{write_token(thread, key)}@{domain}"


def without_token(address: str) -> str:
    """The address as people know it, to be read: support@acme.example."""
    return _IN_ADDRESS.sub("@", address)


def subject_token(number: int, thread: UUID, key: bytes) -> str:
    """The mark for a subject line, for programs that keep nothing else: [#1056-<token>]."""
    return f"[#{number}-{write_token(thread, key)}]"


def read_token(text: str, key: bytes) -> UUID | None:
    """The thread that an address, an address line or a subject names with a valid signature, else None.

    Takes as long for a wrong signature as for a right one. A token proves that we wrote it once to somebody, not who
    quotes it now.
    """
    for match in [*_IN_ADDRESS.finditer(text), *_IN_SUBJECT.finditer("".join(text.split()))]:
        try:
            packed = base64.b32decode(match.group(1).upper() + "=" * (-_LENGTH % 8))
        except (binascii.Error, ValueError):
            continue
        thread = UUID(bytes=packed[:16])
        if hmac.compare_digest(_sign(thread, key), packed[16:]):
            return thread
    return None


def _sign(thread: UUID, key: bytes) -> bytes:
    return hmac.new(key, b"mail.thread" + thread.bytes, hashlib.sha256).digest()[:SIGNATURE_BYTES]
