"""The relay is the SMTP server that takes our mail to the world; each recipient has an answer of its own (RFC 5321)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Sequence
from typing import Literal

import aiosmtplib
import msgspec
from aiosmtplib import SMTPResponseException

from app.core.settings import settings

ENHANCED = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
SECONDS = 60.0
LONGEST_REASON = 500


class Result(msgspec.Struct, frozen=True):
    """What became of one recipient. `later`: nobody knows yet, try again. `code` is the best the relay gave: an enhanced
    status code (RFC 3463), else the reply code, else "".
    """

    state: Literal["sent", "failed", "later"]
    code: str = ""
    reason: str = ""


class NotOurs(Exception):
    """The relay refuses us and not this mail: sign-in, encryption, policy. The message is for the operator."""


def is_set() -> bool:
    return bool(settings().relay_host)


async def hand_over(raw: bytes, *, sender: str, recipients: Sequence[str]) -> dict[str, Result]:
    """Offers one mail to the relay; the answer has every recipient. Raises `NotOurs`.

    A connection that breaks after the mail was sent and before the answer leaves `later`: the relay may have taken it.
    Whoever asks again then sends the same Message-ID, by which receivers know it.
    """
    results: dict[str, Result] = {}
    current = settings()
    client = aiosmtplib.SMTP(
        hostname=current.relay_host,
        port=current.relay_port,
        use_tls=current.relay_port == 465,
        start_tls=current.relay_starttls and current.relay_port != 465,
        username=current.relay_user or None,
        password=current.relay_password or None,
        local_hostname=current.base_domain,
        timeout=SECONDS,
    )
    try:
        await _connect(client)
        await _talk(client, raw, sender, recipients, results)
        await _end(client)
    except (OSError, TimeoutError, aiosmtplib.SMTPException) as error:
        broken = _of_error(error)
        for one in recipients:
            results.setdefault(one, broken)
    finally:
        client.close()
    return results


async def _connect(client: aiosmtplib.SMTP) -> None:
    try:
        await client.connect()
        if client.last_ehlo_response is None:
            # One that knows HELO only is greeted so by the first command.
            with contextlib.suppress(aiosmtplib.SMTPHeloError):
                await client.ehlo()
    except ssl.SSLError as error:
        raise NotOurs(f"The encryption of the relay does not hold: {error}") from error
    except aiosmtplib.SMTPException as error:
        if isinstance(error, ConnectionError | TimeoutError):
            raise
        raise NotOurs(f"The relay does not do what the settings ask for: {error}") from error


async def _talk(
    client: aiosmtplib.SMTP, raw: bytes, sender: str, recipients: Sequence[str], results: dict[str, Result]
) -> None:
    """Fills `results`; who is not there when this raises, nobody has answered for."""
    beyond = [one for one in recipients if not one.isascii()]
    wide = bool(beyond) or not sender.isascii()
    if wide and not client.supports_extension("smtputf8"):
        refusal = Result("failed", "5.6.7", "The relay cannot send to addresses with letters beyond a to z (SMTPUTF8).")
        results.update(dict.fromkeys(beyond if sender.isascii() else recipients, refusal))
        wide = False
    left = [one for one in recipients if one not in results]
    if not left:
        return
    encoding = "utf-8" if wide else "ascii"
    options = ["SMTPUTF8"] if wide else []
    if client.supports_extension("size"):
        options.append(f"SIZE={len(raw)}")
    try:
        await client.mail(sender, options=options, encoding=encoding)
    except SMTPResponseException as error:
        results.update({one: _of_reply(error.code, error.message) for one in left})
        return
    taken = []
    for one in left:
        try:
            await client.rcpt(one, encoding=encoding)
            taken.append(one)
        except SMTPResponseException as error:
            if error.code == 421:
                raise
            results[one] = _of_reply(error.code, error.message)
    if not taken:
        return
    try:
        answer = await client.data(raw)
        final = Result("sent", _code(answer.code, answer.message), answer.message[:LONGEST_REASON])
    except SMTPResponseException as error:
        final = _of_reply(error.code, error.message)
    results.update(dict.fromkeys(taken, final))


async def _end(client: aiosmtplib.SMTP) -> None:
    """Says goodbye; what was answered before stands, however this goes."""
    try:
        async with asyncio.timeout(5):
            await client.quit()
    except (OSError, TimeoutError, aiosmtplib.SMTPException):
        client.close()


def _of_reply(code: int, message: str) -> Result:
    # 552 to a recipient has meant "too many" since RFC 821, and is to be read as 452 (RFC 5321, section 4.5.3.1.10).
    lasting = 500 <= code < 600 and not (code == 552 and "recipient" in message.lower())
    return Result("failed" if lasting else "later", _code(code, message), f"{code} {message}"[:LONGEST_REASON])


def _of_error(error: Exception) -> Result:
    if isinstance(error, SMTPResponseException):
        return Result("later", _code(error.code, error.message), f"{error.code} {error.message}"[:LONGEST_REASON])
    return Result("later", "", f"{type(error).__name__}: {error}"[:LONGEST_REASON])


def _code(code: int, message: str) -> str:
    found = ENHANCED.search(message)
    return found[1] if found else str(code)
