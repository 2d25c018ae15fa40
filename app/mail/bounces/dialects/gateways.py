"""Filters and gateways: Notes, Domino, GroupWise, IMail, Mimecast, McAfee, Trend Micro, X.400 and others."""

from app.mail.bounces.dialects.records import Dialect

DIALECTS = (
    Dialect(
        "domino",
        says=r"was not delivered to:?\s*\n|wurde nicht zugestellt an|n'a pas été remis|の配信先|配信されませんでした",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$", r"^\s*{address}@.{0,60}(?P<error>)$"),
    ),
    Dialect(
        "notes",
        says=r"(?<!-)-{4,}+\s*failure reasons|returned message\s*-{4,}",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$",),
    ),
    Dialect(
        "imail",
        says=r"^(?:unknown user|unknown host|invalid final delivery userid|user mailbox exceeds allowed size|"
        r"delivery failed \d+ attempts|undeliverable to|body of message generated response)",
        names=(
            (
                r"^(?P<error>(?:unknown user|unknown host|invalid final delivery userid|user mailbox exceeds allowed size"
                r"|delivery failed \d+ attempts|undeliverable to)):?\s*<?{address}>?"
            ),
        ),
    ),
    Dialect(
        "mcafee and webshield",
        says=r"the following addresses had delivery problems",
        names=(r"^\s*<?{address}>?\s+\((?P<error>.*)\)\s*$", r"^\s*<?{address}>?\s*(?P<error>)$"),
    ),
    Dialect(
        "mailmarshal",
        says=r"mailmarshal|your message:?\s*\n[\s\S]{0,400}could not be delivered because of",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$", r"^\s*{address}:\s*(?P<error>.*)$"),
    ),
    Dialect(
        "mailfoundry",
        says=r"^unable to deliver message to:? <",
        names=(r"unable to deliver message to:?\s*<?{address}>?(?P<error>.*)$",),
    ),
    Dialect(
        "trend micro",
        says=r"unable to deliver message to <[^>]*> \(and other|reason: unable to deliver message to",
        names=(r"unable to deliver message to\s*<{address}>(?P<error>.*)$", r"^\s*sent\s*<{address}>\s*(?P<error>.*)$"),
        reason="userunknown",
    ),
    Dialect(
        "surfcontrol",
        says=r"^addressed to:|your message could not be sent",
        names=(r"^addressed to:\s*<?{address}>?\s*(?P<error>.*)$",),
    ),
    Dialect(
        "verizon and vtext",
        says=r"message could not be delivered to mobile|error: (?:invalid user|no valid recipients)",
        names=(r"^\s*rcpt to:\s*<?{address}>?(?P<error>.*)$", r"^\s*to:\s*<?{address}>?(?P<error>.*)$"),
        reason="userunknown",
        stage="RCPT",
    ),
    Dialect(
        "x.400",
        says=r"recipient address:|your message cannot be delivered to the following recipients",
        names=(r"^\s*recipient address:\s*<?{address}>?(?P<error>.*)$",),
    ),
    Dialect(
        "mxlogic and messagelabs",
        says=r"this is the mail delivery agent at|message could not be delivered to one or more",
        names=(r"^\s*<?{address}>?:\s*(?P<error>.*)$", r"^\s*<?{address}>?\s*(?P<error>)$"),
    ),
    Dialect(
        "barracuda",
        says=r"was blocked by our spam",
        names=(r"your message to:?\s*<?{address}>?(?P<error>.*)$",),
        reason="spamdetected",
    ),
    Dialect(
        "groupwise",
        says=r"groupwise|the message that you sent was undeliverable to the following",
        names=(r"^\s*<?{address}>?\s*\((?P<error>.*)\)\s*$", r"^\s*<?{address}>?\s*(?P<error>)$"),
    ),
    Dialect(
        "full-sentence gateways",
        says=r"returned permanent errors:|could not be delivered to[: ]",
        names=(
            r"returned (?:permanent|temporary) errors:\s*<?{address}>?\.?(?P<error>.*)$",
            r"could not be delivered to:?\s*<?{address}>?(?P<error>.*)$",
        ),
    ),
)
