"""A signature lets the receiver's mail system see that a mail came from the domain it names (DKIM, RFC 6376)."""

from __future__ import annotations

import base64
import re

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
SIGNED = (
    b"From", b"To", b"Cc", b"Subject", b"Date", b"Message-ID", b"Reply-To", b"In-Reply-To", b"References", b"MIME-Version",
    b"Content-Type", b"Content-Transfer-Encoding", b"Auto-Submitted",
)  # fmt: skip
SMALLEST = 2048


def new_key() -> bytes:
    """A private key (RSA 2048, PEM): what every receiver can check and every DNS can hold."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=SMALLEST))


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def read_key(text: str) -> bytes | None:
    """A pasted private key in the form in which it is kept; None when it is none, or too weak."""
    key = _loaded(text.strip().encode("utf-8", "replace") + b"\n")
    return _pem(key) if key is not None else None


def _loaded(pem: bytes) -> rsa.RSAPrivateKey | None:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        return None
    return key if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST else None


def dns_record(pem: bytes) -> str:
    """The TXT record that publishes the key (RFC 6376, section 3.6.1)."""
    key = _loaded(pem)
    if key is None:
        raise ValueError("not a key of ours")
    encoded = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(encoded).decode()}"


def sign(raw: bytes, *, selector: str, domain: str, pem: bytes) -> bytes:
    """The message with a DKIM-Signature before it. `raw` has CRLF line ends. Takes some milliseconds of a processor."""
    head = raw.partition(b"\r\n\r\n")[0].lower()
    there = [name for name in SIGNED if b"\r\n" + name.lower() + b":" in b"\r\n" + head]
    signature: bytes = dkim.sign(
        raw, selector.encode(), domain.encode(), pem, canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[*there, b"From"], linesep=b"\r\n",
    )  # fmt: skip
    return signature + raw
