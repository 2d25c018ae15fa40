"""Japanese and Chinese providers and gateways."""

from app.mail.bounces.dialects.records import Dialect

DIALECTS = (
    Dialect(
        "ezweb and au",
        sender=r"ezweb\.ne\.jp|au\.com|dion\.ne\.jp|auone",
        says=r"each of the following recipients was rejected|the user\(s\) account|following recipients? could not|"
        r"\buser unknown|could not be delivered|transcript of session",
        names=(
            r"^\s*<{address}>:?\s*(?P<error>.*)$",
            r"could not be delivered to:\s*<?{address}>?(?P<error>.*)$",
            r"^\s*recipient:\s*<?{address}>?(?P<error>.*)$",
        ),
        reason="filtered",
    ),
    Dialect(
        "kddi",
        says=r"as their mailbox is full|your mail (?:sent on|attempted to be delivered on)",
        names=(r"could not be delivered to:?\s*<?{address}>?(?P<error>.*)$", r"^\s*<?{address}>?\s*(?P<error>)$"),
    ),
    Dialect(
        "m-filter",
        says=r"(?<!-)-{4,}+\s*server message|m-filter",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$",),
    ),
    Dialect(
        "biglobe and active!hunter",
        says=r"the following addresses had (?:delivery problems|permanent)|non-delivered information",
        names=(r"^\s*(?:>>>)?\s*<?{address}>?(?:\s*<[^>]*>)?\s*(?P<error>)$",),
    ),
    Dialect(
        "tencent, netease, sina and others",
        says=r"退信|无法送达|无法投递|投递失败|发送失败|收件人|系统退信|信件无法",
        names=(
            r"^\s*<?{address}>?\s*[:：]?\s*(?P<error>.*)$",
            r"(?:收件人|地址|发送到|邮件地址)\W{0,8}<?{address}>?(?P<error>.*)$",
        ),
    ),
    Dialect(
        "japanese gateways",
        says=r"送信できません|配信できません|配送できません|届けることができません|エラーメール|送信に失敗|お届けできません",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$", r"(?:宛先|送信先|アドレス)\W{0,8}<?{address}>?(?P<error>.*)$"),
    ),
    Dialect(
        "korean gateways",
        says=r"전송하지 못|반송|메일 발송 실패|수신자",
        names=(r"^\s*<?{address}>?\s*(?P<error>.*)$", r"(?:수신자|받는 ?사람)\W{0,8}<?{address}>?(?P<error>.*)$"),
    ),
)
