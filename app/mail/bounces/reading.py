"""A mail is read as a report on delivery, or found to be none."""

from __future__ import annotations

import re
from email import message_from_string
from email.message import Message

import msgspec

from app.mail.bounces import (
    codes,
    complaints,
    dialects,
    letters,
    notices,
    originals,
    proseitems,
    reasons,
    signs,
    statusreports,
)
from app.mail.bounces.dialects.records import Dialect
from app.mail.bounces.facts import Bounce, Kind, Recipient
from app.mail.bounces.letters import Letter
from app.mail.bounces.originals import Original
from app.mail.bounces.proseitems import Item
from app.mail.bounces.statusreports import Group

LONGEST_DIAGNOSTIC = 1_000
DEEPEST = 3
# Headers of programs that people write with.
_BY_HAND = ("in-reply-to", "references", "user-agent", "x-mailer")


def read(message: Message, text: str) -> Bounce | None:
    """What `message` reports about a letter of ours, None when it is no report. `text` is its readable text.

    Pure: reads no clock, no network, no database, and never raises. Linear in the length of the mail.
    """
    try:
        return _read(message, text, 0)
    except Exception:
        return None  # a mail broken in a way nobody thought of is a letter to look at, not a bounce


def _read(message: Message, text: str, depth: int) -> Bounce | None:
    whole = message.get_payload()
    if not message.keys() and isinstance(whole, str) and depth < DEEPEST:
        message = message_from_string(whole[: letters.LONGEST_TEXT].lstrip())  # blank lines above the header
    letter = letters.open_letter(message, text)
    prose, rest = originals.cut(letter.prose)
    letter.prose = prose
    letter.original = (letter.original + "\n" + rest).strip("\n")
    original = originals.completed(
        originals.read(letter.original), originals.read(prose), letter.status, letter.header("in-reply-to")
    )
    if (complaining := complaints.read(letter)) is not None:
        return _complaint(complaining, original)
    if signs.RECEIPT.search(letter.header("content-type")) and "automatically rejected" not in letter.prose[:2_000]:
        return None
    if (told := notices.read(letter.prose)) is not None:
        return told
    groups = statusreports.read(letter.status)
    if not groups and "-recipient:" in letter.prose.lower():
        groups = statusreports.read(letter.prose)
    if groups:
        return _from_groups(letter, original, groups)
    if (why := _why(letter)) is None:
        return None
    items = _named(letter, original)
    if not items and depth < DEEPEST:
        for nested in (*letter.nested[:3], *_written_out(rest)):
            if (inner := _read(nested, "", depth + 1)) is not None:
                return inner
    if items:
        return _from_prose(letter, original, items, why)
    guessed = _from_prose(letter, original, _guessed(letter, original), why)
    if len(guessed.recipients) < 2:
        return guessed if guessed.recipients or _is_daemon(letter) else None
    # One of several failed, and the report does not say which: nobody is given up for that.
    unsure = [msgspec.structs.replace(one, permanent=False) for one in guessed.recipients]
    return msgspec.structs.replace(guessed, recipients=unsure)


def _written_out(rest: str) -> list[Message]:
    """The report that a report repeats as plain text."""
    if "multipart/report" not in rest[:8_000]:
        return []
    return [message_from_string(re.sub(r"\A(?:[^\n:]*\n){0,3}?(?=[\w-]+:)", "", rest[: letters.LONGEST_TEXT]))]


def _complaint(addresses: list[str], original: Original) -> Bounce:
    found = [Recipient(address, False, None, None, "feedback", "") for address in addresses or original.to]
    return _bounce("complaint", found, original, "It is an abuse report (ARF).")


def _bounce(kind: Kind, recipients: list[Recipient], original: Original, why: str) -> Bounce:
    return Bounce(kind, recipients, original.message_id, original.subject, original.to, why)


def _from_groups(letter: Letter, original: Original, groups: list[Group]) -> Bounce:
    """A report in the standard form; the free text beside it often says more than the fields."""
    items = {item.address.lower(): item for item in _items(letter, original)}
    found: list[Recipient] = []
    kinds: set[Kind] = set()
    for group in groups:
        address = _public(group)
        item = items.get(address.lower()) or items.get(group.given.lower()) or items.get(group.address.lower())
        kind = _kind_of(group)
        kinds.add(kind)
        found.append(
            _of_group(address, group, kind, item.said if item else "", letter.prose if len(groups) == 1 else "")
        )
    kind = "failure" if "failure" in kinds else "delay" if "delay" in kinds else "success"
    return _bounce(kind, found, original, "It carries a delivery status report (RFC 3464).")


def _public(group: Group) -> str:
    """Where the letter stopped, unless that is a name inside some system: then the address that we wrote to."""
    return group.address if "." in group.address.rpartition("@")[2] or not group.given else group.given


def _kind_of(group: Group) -> Kind:
    if group.action == "delayed":
        return "delay"
    if group.action == "delivered" or (not group.action and re.match(r"\s*2\.", group.status)):
        return "success"
    return "failure"


def _of_group(address: str, group: Group, kind: Kind, said: str, prose: str) -> Recipient:
    diagnostic = (
        re.sub(r"^\s*[\w.-]+\s*;\s*", "", group.diagnostic) if ";" in group.diagnostic[:20] else group.diagnostic
    )
    comment = group.status.partition("(")[2].rstrip(")")
    if kind == "success":
        status = codes.success_in(group.status) or codes.success_in(diagnostic)
        accepted = re.search(r"\b(2\d\d)\b", diagnostic)
        return Recipient(
            address, False, status, accepted.group(1) if accepted else None, "delivered", _short(diagnostic)
        )
    field = codes.status_in(group.status)
    inner = codes.status_in(diagnostic)
    status = _better(field, inner, codes.status_in(said))
    reply = codes.reply_in(diagnostic) or codes.reply_in(said or prose)
    return _recipient(address, kind, (diagnostic, said, comment + " " + group.extra, prose), status, reply, [])


def _better(field: str | None, inner: str | None, said: str | None) -> str | None:
    """What the remote system answered, before the field that a gateway made of it, before the words beside it."""
    known = [status for status in (inner, field, said) if status]
    return next((status for status in known if not status.endswith(".0.0")), known[0] if known else None)


def _recipient(
    address: str, kind: Kind, said: tuple[str, ...], status: str | None, reply: str | None,
    spoken: list[Dialect],
) -> Recipient:  # fmt: skip
    if status and reply and status[0] != reply[0]:
        reply = None
    stage = next((found for text in said if (found := codes.stage_in(text))), "")
    stage = stage or next((dialect.stage for dialect in spoken if dialect.stage), "")
    hint = next((dialect.reason for dialect in spoken if dialect.reason), "expired" if kind == "delay" else "")
    certain = next((dialect.certain for dialect in spoken if dialect.certain), "")
    reason = reasons.judge(reasons.Evidence(said, status, reply, stage, hint, certain))
    diagnostic = next((text for text in said if text.strip()), "")
    return Recipient(
        address, kind == "failure" and reasons.is_permanent(reason, status), status, reply, reason, _short(diagnostic)
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_DIAGNOSTIC]


def _named(letter: Letter, original: Original) -> list[Item]:
    """The recipients that the header or the words of a report name."""
    items = _items(letter, original)
    failed: list[str] = []
    for value in letter.headers.get("x-failed-recipients", []):
        failed.extend(address for part in value.split(",")[:200] if (address := statusreports.address_in(part)))
    known = {item.address.lower(): item for item in items}
    return [known.get(address.lower()) or Item(address, "") for address in dict.fromkeys(failed)] or items


def _items(letter: Letter, original: Original) -> list[Item]:
    """What the words say of whom; an address of ours counts only where no other is named."""
    spoken = dialects.spoken_in(letter.header("from"), letter.header("subject"), letter.prose)
    items = proseitems.find(letter.prose, spoken, proseitems.addresses_in(letter.header("from")))
    ours = proseitems.addresses_in(" ".join([letter.header("to"), original.sender or ""]))
    theirs = [item for item in items if item.address.lower() not in ours]
    return theirs or items


def _guessed(letter: Letter, original: Original) -> list[Item]:
    """The recipients of the returned letter, or the address in the subject, where the report names nobody."""
    prose = letter.prose.lower()
    to = [address for address in original.to if address.lower() in prose] or original.to
    return [Item(address, "") for address in (*to, *proseitems.addresses_in(letter.header("subject")))][:50]


def _from_prose(letter: Letter, original: Original, items: list[Item], why: str) -> Bounce:
    """A report in free words."""
    kind: Kind = "delay" if signs.DELAY.search(letter.header("subject") + "\n" + letter.prose[:8_000]) else "failure"
    spoken = dialects.spoken_in(letter.header("from"), letter.header("subject"), letter.prose)
    found = [_of_item(item, kind, letter.prose if len(items) == 1 or not item.said else "", spoken) for item in items]
    return _bounce(kind, found, original, why)


def _of_item(item: Item, kind: Kind, prose: str, spoken: list[Dialect]) -> Recipient:
    status = codes.status_in(item.said) or codes.status_in(prose)
    reply = codes.reply_in(item.said) or codes.reply_in(prose)
    return _recipient(item.address, kind, (item.said, prose), status, reply, spoken)


def _why(letter: Letter) -> str | None:
    """One sentence on why this is a report, None when it is not."""
    subject = letter.header("subject")
    if "x-failed-recipients" in letter.headers:
        return "Its headers name the failed recipients (X-Failed-Recipients)."
    if signs.AWAY.search(subject):
        return None
    fails = bool(signs.FAILURE.search(subject + "\n" + letter.prose[:16_000]))
    formal = "delivery-status" in letter.header("content-type").lower()
    if _is_daemon(letter) and (fails or formal or _quotes_reply(letter)):
        return "A mail system sent it, and it says that a letter was not delivered."
    if not fails:
        return None
    if not signs.SUBJECT.search(subject) or signs.FORWARDED.search(subject):
        return None
    speaks = bool(signs.PLAIN.search(letter.prose[:600]))
    if _is_automatic(letter) and (letter.encloses or speaks):
        return "Its subject and first words say that a letter was not delivered, and a machine sent it."
    if any(name in letter.headers for name in _BY_HAND):
        return None
    if (speaks and letter.encloses) or signs.SURE.search(letter.prose.lstrip()[:300]):
        return "Its subject and first words are those of a mail system that could not deliver."
    return None


def _quotes_reply(letter: Letter) -> bool:
    """It quotes an SMTP refusal: a sign in any language."""
    text = letter.prose[:16_000]
    return codes.reply_in(text) is not None and codes.status_in(text) is not None


def _is_automatic(letter: Letter) -> bool:
    """It says itself that nobody wrote it."""
    return (
        letter.header("auto-submitted").lower().startswith("auto")
        or letter.header("precedence").lower() in ("bulk", "junk")
        or letter.header("return-path").strip() == "<>"
    )


def _is_daemon(letter: Letter) -> bool:
    """It comes from a program that delivers mail; vacation notes come without a return path too, but from somebody."""
    sender = letter.header("from")
    return (
        bool(signs.DAEMON.search(sender)) or letter.reports or "x-mlserver" in letter.headers
        or ("from" in letter.headers and sender.strip() in ("", "<>"))
    )  # fmt: skip
