"""Sendmail, Postfix, qmail, Exim, Courier, OpenSMTPD, DragonFly, James and their kin."""

from app.mail.bounces.dialects.records import Dialect

DIALECTS = (
    Dialect(
        "qmail",
        says=r"this is the qmail-send program|undeliverable mail for|i wasn't able to deliver your message"
        r"|unable to deliver your message to the following address|--- below this line is a copy of (?:the|your) m",
        names=(r"^<{address}>:\s*(?P<error>.*)$",),
    ),
    Dialect(
        "postfix",
        says=r"this is the [\w -]{0,60}(?:program|mail system) at host|your message could not\s+be delivered|"
        r"it's attached below|your message was not delivered to the following",
        names=(
            r"^<{address}>(?: \(expanded from <[^>]*>\))?:\s*(?P<error>.*)$",
            r"^{address}:\s*(?P<error>(?:host|connect|mail|user|unknown|name).*)$",
        ),
    ),
    Dialect(
        "exim",
        says=r"this message was created automatically by mail delivery software|a message that you (?:have )?sent"
        r"|message .{0,60} has been frozen|local-part \"|created automatically by",
        names=(
            r"^\s{1,8}<?{address}>?(?: <[^>]*>)?\s*(?P<error>)$",
            r"^\s{1,8}<{address}>:\s*(?P<error>.*)$",
            r"^\s{1,8}{address}:\s(?P<error>.*)$",
        ),
    ),
    Dialect(
        "sendmail",
        says=r"(?<!-)-{3,}+\s*(?:the following addresses had|transcript of session|unsent message)|the original message was received"
        r"|\.\.\. (?:user unknown|deferred|host unknown)",
        names=(
            r"^<?{address}>?\s*(?P<error>)$",
            r"^(?:<<< )?(?:[45]\d\d[ -])?(?:[45]\.\d\.\d\s+)?<?{address}>?\s?\.\.\.\s*(?P<error>.*)$",
        ),
    ),
    Dialect(
        "courier",
        says=r"running the courier mail server|undeliverable mail",
        names=(r"^<{address}>:\s*(?P<error>.*)$",),
    ),
    Dialect(
        "opensmtpd",
        says=r"this is the mailer-daemon, please do not reply|for\s+the following list of recipients",
        names=(r"^<?{address}>?:\s*(?P<error>.*)$",),
    ),
    Dialect(
        "dragonfly",
        says=r"this is the dragonfly mail agent",
        names=(r"error delivering your mail to <{address}>\.?(?P<error>.*)$",),
    ),
    Dialect(
        "james",
        says=r"(?:rcpt to|recipient):|error message below",
        subject=r"re:|undeliverable|delivery|returned|fail",
        names=(r"^\s*rcpt to: ?{address}(?P<error>.*)$",),
    ),
    Dialect(
        "zmailer",
        says=r"this is a collection of reports about email delivery",
        names=(r"^\s*\S+ {address}(?P<error>.*)$",),
    ),
    Dialect(
        "mailman and other lists",
        says=r"this is the fml|mailing list|you are not a member of this mailing list|listserv|sympa|duplicated message-id",
        sender=r"admin@|owner@|bounces@|request@|listserv|mailer-daemon|fml|majordomo|sympa",
        names=(
            r"you are not a member of this mailing list <{address}>(?P<error>.*)$",
            r"duplicated message-id in <{address}>(?P<error>.*)$",
            r"to the list \S* ?{address}(?P<error>)",
        ),
        reason="rejected",
    ),
)
