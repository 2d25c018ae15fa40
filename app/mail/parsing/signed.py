"""A letter inside its own S/MIME signature is taken out, to be read; the signature is not checked (RFC 8551, RFC 5652)."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _OCTETS, _OCTETS_IN_PIECES, _OID, _CONTENT = 0x30, 0x04, 0x24, 0x06, 0xA0
DEEPEST = 8


class _Broken(Exception):
    """The encoding is not what it should be."""


def content(data: bytes) -> bytes | None:
    """The signed content of a CMS SignedData in BER or DER, or None when it is something else or damaged. Never raises."""
    try:
        at, end, _ = _enter(data, 0, _SEQUENCE)
        kind, at = _value(data, at, _OID)
        if kind != _SIGNED_DATA:
            return None
        at, end, _ = _enter(data, at, _CONTENT)
        at, end, _ = _enter(data, at, _SEQUENCE)
        at = _skip(data, _skip(data, at))  # version, digest algorithms
        at, end, _ = _enter(data, at, _SEQUENCE)
        _, at = _value(data, at, _OID)
        at, end, _ = _enter(data, at, _CONTENT)
        return b"".join(_octets(data, at, end, 0))
    except (_Broken, IndexError):
        return None


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start of the value and its length; -1 for an indefinite one."""
    tag, first = data[at], data[at + 1]
    if first < 0x80:
        return tag, at + 2, first
    if first == 0x80:
        return tag, at + 2, -1
    size = first & 0x7F
    if size > 8:
        raise _Broken
    return tag, at + 2 + size, int.from_bytes(data[at + 2 : at + 2 + size], "big")


def _enter(data: bytes, at: int, wanted: int) -> tuple[int, int, int]:
    tag, start, length = _header(data, at)
    if tag != wanted:
        raise _Broken
    return start, len(data) if length < 0 else min(len(data), start + length), length


def _value(data: bytes, at: int, wanted: int) -> tuple[bytes, int]:
    tag, start, length = _header(data, at)
    if tag != wanted or length < 0:
        raise _Broken
    return data[start : start + length], start + length


def _skip(data: bytes, at: int) -> int:
    _, start, length = _header(data, at)
    if length < 0:
        raise _Broken
    return start + length


def _octets(data: bytes, at: int, end: int, depth: int) -> list[bytes]:
    """The pieces of an octet string; in BER it may consist of others."""
    pieces: list[bytes] = []
    while at < end and data[at : at + 2] != b"\0\0":
        tag, start, length = _header(data, at)
        if tag == _OCTETS and length >= 0:
            pieces.append(data[start : start + length])
            at = start + length
        elif tag == _OCTETS_IN_PIECES and depth < DEEPEST:
            inner = end if length < 0 else start + length
            pieces += _octets(data, start, inner, depth + 1)
            if length < 0:
                break
            at = inner
        else:
            raise _Broken
    return pieces
