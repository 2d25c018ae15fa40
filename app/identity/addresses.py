"""An e-mail address as it is kept: checked, in small letters, one spelling for one mailbox."""

from __future__ import annotations

import email_validator
from email_validator import EmailNotValidError, validate_email

from app.core.errors import Invalid
from app.core.words import _

# The library's documented way to allow names that only exist inside a network, such as .test, .local and .localhost.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = ["arpa", "invalid", "onion"]


def normalised(text: str, *, field: str = "email") -> str:
    """Raises `Invalid` at `field`. Whether mail arrives there is not asked."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except (EmailNotValidError, UnicodeError):
        raise Invalid(errors={field: _("This is no e-mail address. It looks like name@company.com.")}) from None
    return found.normalized.lower()


def as_typed(text: str) -> str:
    """For looking somebody up: what can be no address finds nobody, and says nothing."""
    try:
        return normalised(text)
    except Invalid:
        return ""
