"""Exchange of every age, Microsoft 365, IIS, and Outlook.com."""

from app.mail.bounces.dialects.records import Dialect

DIALECTS = (
    Dialect(
        "exchange 5.5 to 2003",
        says=r"did not reach the following recipient|(?:following )?recipient(?:\(s\)|s)? could not be reached|MSEXCH:",
        names=(
            r"^\s*(?:smtp:)?<?{address}>? on \S+.{0,60}(?P<error>)$",
            r"^\s*<?{address}>?\s*(?P<error>)$",
            r"SMTP[=:]{address}[;\]](?P<error>.*)$",
            r"^\s*.{1,80} on \w{3}, .{10,40}<?{address}>?(?P<error>)$",
        ),
    ),
    Dialect(
        "exchange 2007 and later",
        says=r"diagnostic information for administrators|generating server:|informations? de diagnostic|diagnoseinformationen"
        r"|delivery has failed to these recipients|couldn't be delivered to|zustellung .{0,40} fehlgeschlagen",
        names=(
            r"^\s*<?{address}>?\s*(?P<error>)$",
            r"^\s*<?{address}>?\s*(?P<error>[#<].*)$",
            r"^.{0,80}<mailto:{address}>(?P<error>.*)$",
            r"\(<?{address}>?\)(?:<mailto:[^>]*>)?(?P<error>)\s*$",
            r"couldn't be delivered to <?{address}>?(?P<error>.*)$",
        ),
    ),
    Dialect(
        "iis smtp",
        says=r"delivery to the following recipients (?:has been delayed|failed)|automatically generated delivery status",
        names=(r"^\s*<?{address}>?\s*(?P<error>)$",),
    ),
)
