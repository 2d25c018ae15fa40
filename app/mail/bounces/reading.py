"""A mail is read as a report on delivery, or found to be none."""

from __future__ import annotations

import re
from email.message import Message

from app.mail.bounces import codes, complaints, dialects, letters, originals, proseitems, reasons, statusreports
from app.mail.bounces.facts import Bounce, Kind, Recipient
from app.mail.bounces.letters import Letter
from app.mail.bounces.originals import Original
from app.mail.bounces.proseitems import Item
from app.mail.bounces.statusreports import Group

LONGEST_DIAGNOSTIC = 1_000
DEEPEST = 3
_DAEMON = re.compile(
    r"(?i)mailer[-_ ]?daemon|postmaster|post_master|mail delivery|delivery (?:sub)?system|mail (?:sub)?system|mail administrator|"
    r"delivery status|system administrator|mailadmin|returned mail|bounce|maildelivery|no-?reply@\S*(?:dion|auone|ezweb)|fml |"
    r"mail deliver|daemon@|mailsystem|undeliver"
)
_SUBJECT = re.compile(
    r"(?i)undeliver|deliver(?:y|ed)?\b.{0,30}(?:fail|status|problem|notif|report|error|delay|unsuccessful)|fail(?:ure|ed)\b.{0,20}(?:notice"
    r"|deliver|mail)|return(?:ed|ing)? (?:mail|message|to sender|e-?mail)|mail (?:system )?(?:error|failure|status)|non ?deliver|not delivered|"
    r"could not be delivered|could(?: not|n't) (?:send|deliver)|nondeliverable|unzustellbar|nicht zugestellt|non remis|no entregado|"
    r"не доставлен|недоставлен|送信|配信|エラー|退信|投递失败|退回|returned to sender|error sending your|"
    r"message (?:blocked|bounced|undeliver|status)|failure notice|warning: |bounce|problem delivering|delayed mail"
)
_FAILURE = re.compile(
    r"(?i)(?:could|can|may|was|were|been|has|have|is) ?(?:not|n't) (?:yet )?(?:be |been )?(?:able to )?(?:deliver|reach|relay|forward|accept|sent)|"
    r"undeliver|couldn't be delivered|"
    r"cannot be (?:delivered|sent|reached)|(?:delivery|sending|transmission).{0,60}(?:fail|delay|not possible|unsuccessful|error)|unable to deliver|"
    r"returned (?:to sender|mail)|failed (?:permanently|to deliver)|delivery attempts|wasn't delivered|permanent(?:ly)? (?:fatal )?(?:error|fail)|"
    r"user unknown|unknown user|had (?:permanent|transient|delivery)|did not reach|problem delivering|error delivering|no such user|mailbox (?:is )?full|"
    r"returned message|failure reasons|was rejected by|would not accept|unknown host|invalid (?:user|final)|rejected your|bounced|delivery errors?\b|"
    r"送信できません|送信に失敗|配信できません|配信されません|送信されません|エラー|не может быть доставлен|не доставлен|невозможно доставить|"
    r"nicht zugestellt|konnte nicht|unzustellbar|n'a pas (?:pu|été)|退信|无法|投递失败|no (?:se )?pudo|não (?:foi|pôde)|impossibile"
)
_AWAY = re.compile(
    r"(?i)^(?:re: ?|aw: ?|auto(?:matic|mated)?[ -:]*(?:reply|response|antwort)?:? ?){0,3}(?:out of (?:the )?office|auto(?:matic|mated)?[ -]?(?:reply|response)|"
    r"automatische antwort|abwesen|réponse automatique|absence|vacation|away|on (?:leave|holiday|vacation)|respuesta automática|"
    r"risposta automatica|autoreply|自動(?:返信|応答)|自动回复|автоответ|i am (?:away|out)|resposta automática|automatisch antwoord)"
)
_DELAY = re.compile(
    r"(?i)has been delayed|this is a warning|warning: (?:could not|message)|not yet been delivered|still (?:being tried|undelivered)|will (?:be retried|keep trying|"
    r"continue to)|delivery is delayed|delayed mail|you do not need to resend|message delayed|no action is required on your part"
)
_RECEIPT = re.compile(r"(?i)disposition-notification")


def read(message: Message, text: str) -> Bounce | None:
    """What `message` reports about a letter of ours, None when it is no report. `text` is its readable text.

    Pure: reads no clock, no network, no database, and never raises. Linear in the length of the mail.
    """
    try:
        return _read(message, text, 0)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        return None  # a mail broken in a way nobody thought of is a letter to look at, not a bounce


def _read(message: Message, text: str, depth: int) -> Bounce | None:
    letter = letters.open_letter(message, text)
    prose, rest = originals.cut(letter.prose)
    letter.prose = prose
    letter.original = (letter.original + "\n" + rest).strip("\n")
    original = originals.read(letter.original)
    if (complaining := complaints.read(letter)) is not None:
        return _complaint(complaining, original)
    if _RECEIPT.search(letter.header("content-type")):
        return None
    groups = statusreports.read(letter.status)
    if not groups and "-recipient:" in letter.prose.lower():
        groups = statusreports.read(letter.prose)
    bounce = _from_groups(letter, original, groups) if groups else _from_prose(letter, original)
    if bounce is None and depth < DEEPEST and _is_daemon(letter):
        for nested in letter.nested[:3]:
            if (inner := _read(nested, "", depth + 1)) is not None:
                return inner
    return bounce


def _complaint(addresses: list[str], original: Original) -> Bounce:
    found = [Recipient(address, False, None, None, "feedback", "") for address in addresses or original.to]
    return _bounce("complaint", found, original, "It is an abuse report (ARF).")


def _bounce(kind: Kind, recipients: list[Recipient], original: Original, why: str) -> Bounce:
    return Bounce(kind, recipients, original.message_id, original.subject, original.to, why)


def _from_groups(letter: Letter, original: Original, groups: list[Group]) -> Bounce:
    """A report in the standard form; the free text beside it often says more than the fields."""
    spoken = dialects.spoken_in(letter.header("from"), letter.header("subject"), letter.prose)
    items = {item.address.lower(): item for item in proseitems.find(letter.prose, spoken, _own(letter))}
    found: list[Recipient] = []
    kinds: set[Kind] = set()
    for group in groups:
        address = _public(group)
        item = items.get(address.lower()) or items.get(group.given.lower()) or items.get(group.address.lower())
        kind = _kind_of(group)
        kinds.add(kind)
        found.append(_of_group(address, group, kind, item.said if item else "", letter.prose if len(groups) == 1 else ""))
    kind = "failure" if "failure" in kinds else "delay" if "delay" in kinds else "success"
    return _bounce(kind, found, original, "It carries a delivery status report (RFC 3464).")


def _public(group: Group) -> str:
    """The address that we wrote to, unless only the final one is a real address."""
    return group.address or group.given


def _kind_of(group: Group) -> Kind:
    if group.action == "delayed":
        return "delay"
    if group.action == "delivered" or (not group.action and re.match(r"\s*2\.", group.status)):
        return "success"
    return "failure"


def _of_group(address: str, group: Group, kind: Kind, said: str, prose: str) -> Recipient:
    diagnostic = re.sub(r"^\s*[\w.-]+\s*;\s*", "", group.diagnostic) if ";" in group.diagnostic[:20] else group.diagnostic
    comment = group.status.partition("(")[2].rstrip(")")
    if kind == "success":
        status = codes.success_in(group.status) or codes.success_in(diagnostic)
        accepted = re.search(r"\b(2\d\d)\b", diagnostic)
        return Recipient(address, False, status, accepted.group(1) if accepted else None, "delivered", _short(diagnostic))
    field = codes.status_in(group.status)
    inner = codes.status_in(diagnostic)
    status = _better(field, inner) or codes.status_in(said)
    reply = codes.reply_in(diagnostic) or codes.reply_in(said or prose)
    return _recipient(address, kind, (diagnostic, said, comment + " " + group.extra, prose), status, reply, "", "")


def _better(field: str | None, inner: str | None) -> str | None:
    """The status of the field, unless it is a bare x.0.0 and the remote system was more precise."""
    return inner or field if field is None or field.endswith(".0.0") else field


def _recipient(
    address: str, kind: Kind, said: tuple[str, ...], status: str | None, reply: str | None, hint: str, stage: str,
) -> Recipient:  # fmt: skip
    if status and reply and status[0] != reply[0]:
        reply = None
    stage = next((found for text in said if (found := codes.stage_in(text))), "") or stage
    reason = reasons.judge(reasons.Evidence(said, status, reply, stage, hint))
    diagnostic = next((text for text in said if text.strip()), "")
    return Recipient(address, kind == "failure" and reason in reasons.PERMANENT, status, reply, reason, _short(diagnostic))


def _short(text: str) -> str:
    return " ".join(text.split())[:LONGEST_DIAGNOSTIC]


def _from_prose(letter: Letter, original: Original) -> Bounce | None:
    """A report in free words: it must come from a machine that delivers mail, say a failure and name somebody."""
    subject, sender = letter.header("subject"), letter.header("from")
    failed = [
        address for value in letter.headers.get("x-failed-recipients", []) if (address := statusreports.address_in(value))
    ]
    for value in letter.headers.get("x-failed-recipients", []):
        failed.extend(part.strip(" <>") for part in value.split(",")[1:] if "@" in part)
    why = _why(letter, bool(failed))
    if why is None:
        return None
    spoken = dialects.spoken_in(sender, subject, letter.prose)
    items = proseitems.find(letter.prose, spoken, _own(letter))
    if failed:
        known = {item.address.lower(): item for item in items}
        items = [known.get(address.lower()) or Item(address, letter.prose) for address in dict.fromkeys(failed)]
    if not items:
        named = [address for address in original.to if address.lower() in letter.prose.lower()] or original.to
        items = [Item(address, letter.prose) for address in named[:50]]
    if not items and (match := re.search(r"[^\s<>()\"',:;]+@[\w.-]+\w", subject)):
        items = [Item(match.group(), letter.prose)]
    if not items:
        return None
    kind: Kind = "delay" if _DELAY.search(subject + "\n" + letter.prose[:8_000]) else "failure"
    hint = next((dialect.reason for dialect in spoken if dialect.reason), "")
    stage = next((dialect.stage for dialect in spoken if dialect.stage), "")
    found = [_of_item(item, kind, letter.prose, hint, stage) for item in items]
    return _bounce(kind, found, original, why)


def _of_item(item: Item, kind: Kind, prose: str, hint: str, stage: str) -> Recipient:
    said = item.said or prose
    status = codes.status_in(said) or codes.status_in(prose)
    reply = codes.reply_in(said) or codes.reply_in(prose)
    return _recipient(item.address, kind, (said, prose), status, reply, hint, stage)


def _why(letter: Letter, has_header: bool) -> str | None:
    """One sentence on why this is a report, None when it is not."""
    subject = letter.header("subject")
    if has_header:
        return "Its headers name the failed recipients (X-Failed-Recipients)."
    if _AWAY.search(subject):
        return None
    says = bool(_FAILURE.search(subject) or _FAILURE.search(letter.prose[:16_000]))
    if not says:
        return None
    if _is_daemon(letter):
        return "A mail system sent it, and it says that a letter was not delivered."
    if _SUBJECT.search(subject) and (letter.original or letter.reports):
        return "Its subject and text say that a letter was not delivered, and the letter is enclosed."
    return None


def _is_daemon(letter: Letter) -> bool:
    return letter.header("return-path").strip() == "<>" or bool(_DAEMON.search(letter.header("from"))) or letter.reports


def _own(letter: Letter) -> frozenset[str]:
    """The addresses of the report itself: who sends it is not who was not reached."""
    match = re.search(r"[^\s<>()\"',:;]+@[\w.-]+", letter.header("from"))
    return frozenset({match.group().lower()}) if match else frozenset()
