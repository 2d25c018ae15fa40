"""Bytes become readable text, whatever character set a mail claims to be written in.

Labels follow the WHATWG Encoding Standard where mail programs do the same (gb2312 is read as GB18030, ISO-8859-1 as
windows-1252, ...), because senders' labels name a subset of what they really use.
"""

from __future__ import annotations

import codecs
import contextlib
import functools
import re
import unicodedata

from app.mail.parsing.guessing import guess

ALIASES = {
    "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
    "windows-936": "gb18030", "chinese": "gb18030", "csgb2312": "gb18030", "euc-cn": "gb18030", "gb18030": "gb18030",
    "hz-gb-2312": "hz", "big5": "cp950", "x-x-big5": "cp950", "cn-big5": "cp950", "csbig5": "cp950",
    "big5-hkscs": "big5hkscs", "big5hkscs": "big5hkscs", "x-windows-950": "cp950", "windows-950": "cp950",
    "ks_c_5601-1987": "cp949", "ks_c_5601-1989": "cp949", "ksc_5601": "cp949", "ks_c_5601": "cp949",
    "ksc5601": "cp949", "euc-kr": "cp949", "euckr": "cp949", "korean": "cp949", "windows-949": "cp949",
    "cseuckr": "cp949", "iso-2022-kr": "iso2022_kr", "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932",
    "x-sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932", "csshiftjis": "cp932", "windows-932": "cp932",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "l1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252", "ansi_x3.4-1968": "cp1252", "ansi": "cp1252",
    "x-ansi": "cp1252", "iso-8859-1-windows-3.1-latin-1": "cp1252", "iso-ir-100": "cp1252", "cp819": "cp1252",
    "iso-8859-9": "cp1254", "iso8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874",
    "windows-874": "cp874", "iso-8859-8-i": "cp1255", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6", "logical": "cp1255", "visual": "iso8859-8", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman", "x-macroman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ce": "mac-latin2", "x-mac-centraleurroman": "mac-latin2", "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8", "x-utf-8": "utf-8", "utf-8mb4": "utf-8", "utf8mb4": "utf-8", "unicode": "utf-16",
    "utf-8-mac": "utf-8", "x-cp1250": "cp1250", "x-cp1251": "cp1251", "x-cp1252": "cp1252", "x-cp1253": "cp1253",
    "win-1251": "cp1251", "win1251": "cp1251", "koi8": "koi8-r", "koi": "koi8-r", "koi8-ru": "koi8-u",
    "cskoi8r": "koi8-r", "dos-866": "cp866", "ibm866": "cp866", "x-user-defined": "cp1252",
}  # fmt: skip
JAPANESE_ESCAPES = frozenset({
    "iso-2022-jp", "iso-2022-jp-1", "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-jp-2004", "iso-2022-jp-ms",
    "iso-2022-jp-ext", "csiso2022jp", "cp50220", "cp50221", "cp50222", "x-windows-50221", "jis", "iso2022jp",
})  # fmt: skip
# Codecs of Python that are no character sets of mail: slow, dangerous, or an escape syntax.
NO_CHARSETS = frozenset({
    "idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape", "raw_unicode_escape", "undefined",
    "mbcs", "oem", "utf-8-sig",
})  # fmt: skip
WESTERN = frozenset({"cp1252"})
ASCII = frozenset({"us-ascii", "ascii", "ansi_x3.4-1968"})
SAMPLE = 64 * 1024
_BEYOND = bytes(range(128, 256))
_LETTERS = bytes([*range(65, 91), *range(97, 123)])
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Text that any database and any JSON can hold: without NUL, every lone surrogate replaced."""
    if "\0" in text:
        text = text.replace("\0", "")
    return _SURROGATES.sub("\ufffd", text)


@functools.lru_cache(maxsize=512)
def codec(label: str) -> str | None:
    """The Python codec for a label found in a mail, or None when nobody knows it."""
    name = label.strip().strip("\"'").strip().lower().replace(" ", "").partition("*")[0]
    name = name.removeprefix("charset=").removeprefix("3d").strip("\"';,")
    if name in ALIASES:
        return ALIASES[name]
    if name in JAPANESE_ESCAPES:
        return "iso-2022-jp"
    for candidate in (name, name.removeprefix("x-"), name.replace("windows", "cp").replace("-", "")):
        try:
            found = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        if found._is_text_encoding and found.name not in NO_CHARSETS:
            return ALIASES.get(found.name, found.name)
    return None


def decode(data: bytes, label: str | None, *, hint: str | None = None) -> tuple[str, str | None]:
    """`data` as text by its `label`, and a sentence when the label was missing, unknown or wrong.

    `hint` is another label to try first where the own one does not help (the body's, for a raw header). Never raises.
    """
    if data.isascii() and b"\x1b" not in data and (not label or ("16" not in label and "32" not in label)):
        if label and codec(label) in ("utf-7", "hz"):
            return _read(data, label)
        return clean(data.decode("ascii")), None
    if not label:
        return _guess(data, hint), "Text beyond ASCII came without a character set; it was guessed."
    return _read(data, label, hint)


def _read(data: bytes, label: str, hint: str | None = None) -> tuple[str, str | None]:
    name = codec(label)
    if name is None:
        said = f"The character set “{clean(label)[:40]}” is not known; it was guessed."
        return _guess(data, hint), said
    if name == "iso-2022-jp" and b"\x1b" in data:
        text = _japanese(data)
        return clean(text), None if "\ufffd" not in text else "Some characters are not valid ISO-2022-JP."
    if (other := _is_utf8(data, name)) is not None:
        return other, f"The text says “{clean(label)[:40]}” but is UTF-8."
    if label.strip().lower() in ASCII or (name in WESTERN and not _is_western(data)):
        return _guess(
            data, hint
        ), f"The text is hardly “{clean(label)[:40]}” as it says; the character set was guessed."
    try:
        return clean(data.decode(name)), None
    except (UnicodeDecodeError, ValueError):
        return _mend(data, name, label, hint)


def _is_utf8(data: bytes, name: str) -> str | None:
    """The text when it is plainly UTF-8 under another label: hardly any other text happens to be valid UTF-8."""
    if name in ("utf-8", "utf-16", "utf-32", "utf-7") or name.startswith(("utf-16", "utf-32")) or data.isascii():
        return None
    enough = 1 if name in WESTERN else 4
    if len(_MULTIBYTE.findall(data, 0, SAMPLE)) < enough:
        return None
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None


def _mend(data: bytes, name: str, label: str, hint: str | None) -> tuple[str, str]:
    said = f"Some characters are not valid “{clean(label)[:40]}”."
    if name == "cp1252":  # five bytes are undefined there; browsers read them as controls
        return clean(data.decode("cp1252", "replace").replace("\ufffd", "")), said
    if name in ("cp950", "big5hkscs"):
        other = "big5hkscs" if name == "cp950" else "cp950"
        try:
            return clean(data.decode(other)), said
        except UnicodeDecodeError:
            pass
    loose = data.decode(name, "replace")
    broken = loose.count("\ufffd")
    beyond = sum(1 for char in loose[:SAMPLE] if ord(char) > 127) or 1
    if broken * 4 > beyond:  # the label is wrong rather than a byte or two
        return _guess(data, hint), f"The text is not “{clean(label)[:40]}” as it says; the character set was guessed."
    return clean(loose), said


def _guess(data: bytes, hint: str | None) -> str:
    """The most likely reading of bytes that nobody labelled."""
    if b"\x1b$" in data or b"\x1b(" in data:
        return clean(_japanese(data))
    with contextlib.suppress(UnicodeDecodeError):
        return clean(data.decode("utf-8"))
    name = guess(data, codec(hint) if hint else None)
    try:
        return clean(data.decode(ALIASES.get(name.replace("_", "-"), name), "replace"))
    except (LookupError, ValueError):
        return clean(data.decode("cp1252", "replace"))


def _is_western(data: bytes) -> bool:
    """Letters beyond ASCII stand alone among plain ones, as in the languages of windows-1252 and its neighbours."""
    sample = data[:SAMPLE]
    beyond = len(sample) - len(sample.translate(None, _BEYOND))
    letters = len(sample) - len(sample.translate(None, _LETTERS))
    return beyond < 6 or beyond * 3 < letters + beyond


def _japanese(data: bytes) -> str:
    """ISO-2022-JP as it is really sent: with NEC and IBM characters, half-width kana, and 8-bit slips (CP50221)."""
    out: list[str] = []
    mode = "ascii"
    position = 0
    escapes = re.compile(rb"\x1b(?:\$\(?[@ABDOPQ]|\([BJIH]|&@)|[\x0e\x0f]|[\r\n]+")
    for match in escapes.finditer(data):
        out.append(_japanese_run(data[position : match.start()], mode))
        position = match.end()
        mark = match.group()
        if mark[:1] in b"\r\n":
            out.append(mark.decode("ascii"))
            mode = "ascii"
        elif mark in (b"\x1b$@", b"\x1b$B", b"\x1b$(B", b"\x1b$(@", b"\x1b$(O", b"\x1b$(Q"):
            mode = "kanji"
        elif mark in (b"\x1b$(D", b"\x1b$(P"):
            mode = "supplement"
        elif mark == b"\x1b$A":
            mode = "chinese"
        elif mark in (b"\x1b(I", b"\x0e"):
            mode = "kana"
        else:
            mode = "ascii"
    out.append(_japanese_run(data[position:], mode))
    return unicodedata.normalize("NFC", "".join(out)) if out else ""


def _japanese_run(run: bytes, mode: str) -> str:
    if not run:
        return ""
    if mode == "ascii":
        return run.decode("ascii") if run.isascii() else run.decode("cp932", "replace")
    if mode == "kana":
        return bytes(byte | 0x80 for byte in run).decode("cp932", "replace")
    high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in run)
    if mode == "supplement":
        return b"".join(b"\x8f" + high[at : at + 2] for at in range(0, len(high), 2)).decode("euc_jp", "replace")
    if mode == "chinese":
        return high.decode("gb18030", "replace")
    return bytes(_shift(run)).decode("cp932", "replace")


def _shift(run: bytes) -> bytearray:
    """Pairs of JIS X 0208 bytes as Shift_JIS, whose Windows table knows the vendors' rows too."""
    shifted = bytearray()
    at = 0
    while at < len(run):
        first = run[at] & 0x7F
        if first <= 0x20 or at + 1 >= len(run):
            shifted.append(run[at])
            at += 1
            continue
        second = run[at + 1] & 0x7F
        row = (first - 0x21) // 2 + 0x81
        shifted.append(row if row <= 0x9F else row + 0x40)
        shifted.append((second + 0x1F + (second >= 0x60)) if first & 1 else second + 0x7E)
        at += 2
    return shifted
