"""Bodies wrapped for the journey are unwrapped: base64, quoted-printable, uuencode, also when damaged (RFC 2045)."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = bytes(byte for byte in range(256) if not re.match(rb"[A-Za-z0-9+/=]", bytes([byte])))
_BLANKS = b" \t\r\n\x0b\x0c\0"
_LINE = re.compile(rb"[A-Za-z0-9+/]*={0,3}")
_PADDED = re.compile(rb"([A-Za-z0-9+/]{2,}={1,2})[ \t]")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ?([^\r\n]*)\r?\n", re.MULTILINE)
_UU_LINE = re.compile(r"begin [0-7]{3,4} \S.{0,254}$")
PLAIN = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none", "7bits", "8bits", "utf-8", "utf8", "plain"})


def unwrap(data: bytes, encoding: str, *, is_text: bool) -> tuple[bytes, str | None]:
    """The bytes behind a Content-Transfer-Encoding, and a sentence when it was broken or is not known. Never raises."""
    name = "-".join(encoding.strip().strip("\"';").lower().partition(";")[0].split())
    if name in PLAIN:
        return data, None
    if name in ("base64", "base-64", "b"):
        return _base64(data, is_text)
    if name in ("quoted-printable", "quotedprintable", "quoted_printable", "qp", "q"):
        return binascii.a2b_qp(data), None
    if name in ("x-uuencode", "uuencode", "x-uue", "uue"):
        if (opened := uudecode(data)) is not None:
            return opened, None
        return data, "A uuencoded part cannot be decoded; it is kept as it came."
    return data, f"The transfer encoding “{name[:40]}” is not known; the part is kept as it came."


def _base64(data: bytes, is_text: bool) -> tuple[bytes, str | None]:
    packed = data.translate(None, _BLANKS)
    try:
        return binascii.a2b_base64(packed, strict_mode=True), None
    except binascii.Error:
        pass
    kept: list[bytes] = []
    dropped = 0
    lines = data.split(b"\n")
    for line in lines:
        line = line.strip(_BLANKS)
        if not line:
            continue
        if _LINE.fullmatch(line):
            kept.append(line)
        elif padded := _PADDED.match(line):
            kept.append(padded.group(1))
        else:
            cleaned = line.translate(None, _NOT_BASE64)
            if b" " in line or len(cleaned) * 4 < len(line) * 3:
                dropped += 1
            else:
                kept.append(cleaned)
    if is_text and (not kept or dropped > len(kept) or _reads_as_text(data)):
        return data, "A part says base64 but is plain; it is kept as it came."
    out = bytearray()
    clipped = False
    for segment in re.split(rb"=+", b"".join(kept)):  # blocks with padding of their own, one after another
        if len(segment) % 4 == 1:
            segment, clipped = segment[:-1], True
        out += binascii.a2b_base64(segment + b"=" * (-len(segment) % 4))
    said = "The base64 of a part ends too early." if clipped else "The base64 of a part holds foreign characters."
    if not clipped and not dropped and len(packed) % 4 and packed.translate(None, _NOT_BASE64) == packed:
        said = "The base64 of a part lacks its padding."
    return bytes(out), said


def _reads_as_text(data: bytes) -> bool:
    """Words with blanks between them, in most lines: nobody's base64."""
    lines = [line for line in data[:8_192].splitlines() if line.strip()]
    return bool(lines) and sum(1 for line in lines if b" " in line.strip()) * 2 > len(lines)


def uudecode(data: bytes) -> bytes | None:
    """The file behind the first `begin` line, or None when there is none or nothing of it can be read."""
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return None
    return uudecode_lines(data[begin.end() :].splitlines())


def take_uuencoded(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """`text` without the files that stand in it uuencoded, and these as name and content. Linear."""
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    block: list[str] = []
    for line in text.split("\n"):
        if _UU_LINE.match(line):
            kept += block
            block = [line]
        elif not block:
            kept.append(line)
        elif line.strip() == "end":
            content = uudecode_lines([row.encode("ascii", "replace") for row in block[1:]])
            if content is None:
                kept += [*block, line]
            else:
                files.append((block[0].split(" ", 2)[2], content))
            block = []
        else:
            block.append(line)
    return "\n".join(kept + block), files


def uudecode_lines(lines: list[bytes]) -> bytes | None:
    """Lines after `begin` up to `end`, decoded; None as soon as one cannot be uuencoded."""
    out = bytearray()
    for line in lines:
        if line.strip() == b"end":
            return bytes(out)
        if not line.strip() or line[:1] == b"`":
            continue
        length = (line[0] - 32) & 0x3F
        needed = (length * 4 + 5) // 3
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            try:  # trailing blanks were cut, or a checksum was added
                out += binascii.a2b_uu(line[:needed].ljust(needed))
            except binascii.Error:
                return None
    return bytes(out) or None
