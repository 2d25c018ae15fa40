"""Text that nobody labelled is read by what it looks like: each script has letters that are seen most.

For the short texts of headers, where statistics over bytes know too little; long ones go to charset-normalizer.
"""

from __future__ import annotations

from charset_normalizer import from_bytes

SAMPLE = 4_096
SURE = 0.35
# Letters beyond ASCII by how often they are seen: seldom ones add less, anything else counts against the reading.
_FREQUENT = {
    "cyrillic": ("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёіїє", 0.5),
    "greek": ("αοιετσνηυρπκμλωςγδάίόέύήώθφχβξζψϋϊ", 0.5),
    "hebrew": ("יוהלארשתמבנםחקדעןפגטזכסצךףץ", 0.5),
    "arabic": ("اليمنترواهبعدفسكقحجشطصخةضئثذظغءىأإآؤزپچگ،؟", 0.5),
    "thai": ("านรอกเงมยลวดทสตะปบคหแจพชขใไโถผธศณซฟภญฉฐฏฑฒฝฆฤิ่้ีัุูื์ึ็ำ", 0.5),
}
_LATIN = {
    "cp1252": "éèàçüöäßñáíóúêâôîûåæøëïãõìòùœÉÈÀÇÜÖÄÑÁÍÓÚÊÂÔÎÛÅÆØ“”‘’„–—…•€«»°§£®©´·¿¡ºª²³½ ",
    "cp1250": "ąćęłńóśźżěščřžýáíéúůťďňľĺŕôäöüőűßăâîşţĄĆĘŁŃÓŚŹŻĚŠČŘŽÝÁÍÉÚŮŤĎŇĽÔÄÖÜŐŰ“”‘’„–—…•€«»°§ ",
    "iso8859-2": "ąćęłńóśźżěščřžýáíéúůťďňľĺŕôäöüőűßăâîşţĄĆĘŁŃÓŚŹŻĚŠČŘŽÝÁÍÉÚŮŤĎŇĽÔÄÖÜŐŰ°§ ",
    "cp1254": "ışğçöüâîûİŞĞÇÖÜ“”‘’„–—…•€«»°§ ",
    "mac-roman": "éèàçüöäßñáíóúêâôîûåæøëïãõìòù“”‘’–— ",
    "cp850": "éèàçüöäßñáíóúêâôîûåæø",
}
_SCRIPTS = (
    ("cp1251", "cyrillic"), ("koi8-r", "cyrillic"), ("cp866", "cyrillic"), ("iso8859-5", "cyrillic"), ("cp1253", "greek"),
    ("cp1255", "hebrew"), ("cp1256", "arabic"), ("cp874", "thai"),
)  # fmt: skip
_WIDE = ("gb18030", "cp950", "cp949", "euc_jp", "cp932")


def guess(data: bytes, hint: str | None = None) -> str:
    """The most likely codec of `data`, which is not UTF-8. `hint`: a codec that is likely from elsewhere."""
    sample = data[:SAMPLE]
    scores = {name: score for name in _candidates(hint) if (score := _score(sample, name)) is not None}
    if hint in scores:
        scores[hint] += 0.2
    best = max(scores, key=scores.__getitem__, default="cp1252")
    if scores.get(best, 0.0) >= SURE:
        return best
    if len(data) > 64 and (found := from_bytes(data[: 64 * 1024], cp_exclusion=["utf_7"]).best()) is not None:
        return found.encoding
    return "cp1252"


def _candidates(hint: str | None) -> list[str]:
    names = [*_LATIN, *_WIDE, *(name for name, _ in _SCRIPTS)]
    return names if hint is None or hint in names else [hint, *names]


def _score(sample: bytes, name: str) -> float | None:
    """How much like its script the reading looks, from below zero to one; None when it cannot be decoded."""
    try:
        text = sample.decode(name)
    except (UnicodeDecodeError, LookupError):
        try:  # the sample may end within a character
            text = sample[:-1].decode(name) if len(sample) == SAMPLE else ""
        except (UnicodeDecodeError, LookupError):
            return None
    beyond = [char for char in text if ord(char) > 127]
    if not beyond:
        return None
    if name in _WIDE:
        return _score_wide(sample, text, beyond, name)
    if name in _LATIN:
        return _score_latin(text, beyond, _LATIN[name]) - (0.1 if name in ("mac-roman", "cp850") else 0.0)
    script = dict(_SCRIPTS).get(name)
    return _score_script(text, beyond, script) if script else 0.3


def _score_script(text: str, beyond: list[str], script: str) -> float:
    letters, _ = _FREQUENT[script]
    rank = {char: 1.0 - at / len(letters) * 0.7 for at, char in enumerate(letters)}
    total = sum(
        rank.get(char.lower(), -0.6 if not char.isspace() and char not in "«»–—“”„…№’" else 0.2) for char in beyond
    )
    shouting = sum(
        1 for at, char in enumerate(text) if ord(char) > 127 and char.isupper() and at and text[at - 1].islower()
    )
    mixed = sum(1 for at, char in enumerate(text) if ord(char) > 127 and char.isalpha() and _touches_plain(text, at))
    loud = 0.35 if sum(map(str.isupper, beyond)) > sum(map(str.islower, beyond)) else 0.0
    return (total - shouting - mixed * 0.8) / len(beyond) - loud


def _touches_plain(text: str, at: int) -> bool:
    """A plain Latin letter in the same word: other scripts fill words of their own."""
    near = (text[at - 1] if at else " ") + (text[at + 1] if at + 1 < len(text) else " ")
    return any(char.isascii() and char.isalpha() for char in near)


def _score_latin(text: str, beyond: list[str], letters: str) -> float:
    known = set(letters)
    total = 0.0
    for at, char in enumerate(text):
        if ord(char) < 128:
            continue
        inside = 0 < at < len(text) - 1 and text[at - 1].isalpha() and text[at + 1].isalpha()
        near = (at and text[at - 1].isascii()) or (at < len(text) - 1 and text[at + 1].isascii())
        if inside and not char.isalpha() and char not in "’'":
            total -= 1.5
        elif char in known:
            total += 0.75 if near else 0.0
        else:
            total += 0.1 if char.isalpha() and near else -0.5
    lonely = len(beyond) * 3 > sum(1 for char in text if char.isalpha()) * 2
    return total / len(beyond) - (0.5 if lonely else 0.0)


def _score_wide(sample: bytes, text: str, beyond: list[str], name: str) -> float:
    count = len(beyond)
    kana = sum("\u3041" <= char <= "\u30fa" or char == "ー" for char in beyond)
    hangul = sum("\uac00" <= char <= "\ud7a3" for char in beyond)
    marks = sum("\u3000" <= char <= "\u3020" or "\uff01" <= char <= "\uff5e" for char in beyond)
    odd = sum(
        "\ue000" <= char <= "\uf8ff" or "\uff61" <= char <= "\uff9f" or "\u2500" <= char <= "\u266f" for char in beyond
    )
    if name == "cp949":
        common = sum(
            0xB0 <= char.encode("euc_kr", "replace")[0] <= 0xC8 for char in beyond if "\uac00" <= char <= "\ud7a3"
        )
        weight = 0.95 if count >= 6 else 0.85  # few of them may be Chinese as well
        return (weight * common + 0.4 * marks - (count - hangul - marks)) / count
    if name in ("euc_jp", "cp932"):
        han = sum("\u4e00" <= char <= "\u9fff" for char in beyond)
        if kana * 6 < count:
            return 0.2
        return (0.95 * kana + 0.8 * han + 0.5 * marks - odd) / count
    codec, low, high = ("gb2312", 0xB0, 0xD7) if name == "gb18030" else ("big5", 0xA4, 0xC6)
    common = sum(
        low <= coded[0] <= high
        for char in beyond
        if "\u4e00" <= char <= "\u9fff" and (coded := char.encode(codec, "ignore"))
    )
    rest = count - common - marks - kana
    spaced = 0.25 if sample.count(b" ") * 6 > len(sample) else 0.0
    return (0.9 * common + 0.5 * marks - 0.5 * kana - rest) / count - spaced
