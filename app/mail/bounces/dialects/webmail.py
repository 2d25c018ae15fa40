"""The large mailbox providers: Gmail, Yahoo, AOL, Zoho, Facebook, Google Groups, Amazon."""

from app.mail.bounces.dialects.records import Dialect

DIALECTS = (
    Dialect(
        "gmail",
        says=r"technical details of (?:permanent|temporary) failure|delivery to the following recipients? (?:has been|failed)"
        r"|your message wasn't delivered to|there was a problem delivering your message to",
        names=(
            r"^\s{2,8}<?{address}>?\s*(?P<error>)$",
            r"(?:wasn't delivered to|delivering your message to) {address}(?P<error>.*)$",
        ),
    ),
    Dialect(
        "yahoo",
        says=r"sorry, we were unable to deliver your message|message from +yahoo|unable to deliver message to the following address",
        names=(r"^\s*<{address}>:?\s*(?P<error>.*)$",),
    ),
    Dialect(
        "aol",
        says=r"unable to deliver your message to the following address|something went wrong",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$",),
    ),
    Dialect(
        "zoho",
        says=r"ERROR_CODE :|this message was created automatically by mail delivery",
        names=(r"^\s*\[?{address}\]?[, ]\s*(?P<error>(?:invalid|error|status|\[|host|address|domain|user).*)$",),
    ),
    Dialect(
        "amazon",
        says=r"an error occurred while trying to deliver|the following message to <|technical report:",
        names=(r"the following message to <{address}>(?P<error>.*)$", r"^\s*<?{address}>?\s*(?P<error>)$"),
    ),
    Dialect("google groups", says=r"google groups|groups\.google\.com", certain="rejected"),
)
