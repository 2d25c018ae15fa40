"""The form in which a dialect is written down."""

from __future__ import annotations

import re

ADDRESS = (
    r"(?P<address>\"[^\"\s]{1,64}\"@[A-Za-z0-9._-]{1,253}"
    r"|[^\s<>()\[\]\"',:;\\|：；，、。（）【】《》「」]{1,128}@[A-Za-z0-9\u00a1-\u1fff._-]{1,253})"
)


class Dialect:
    """One system's wording.

    Every sign given must show: `sender` in From, `subject` in Subject, `says` in the text (regular expressions without
    regard to case). `names` are lines that name a recipient; "{address}" stands for the address and what follows on the
    line is the error. `reason` holds when the text itself gives none, `certain` whatever it says, `stage` when it does
    not tell the SMTP command.
    """

    def __init__(
        self, name: str, *, sender: str = "", subject: str = "", says: str = "", names: tuple[str, ...] = (),
        reason: str = "", certain: str = "", stage: str = "",
    ) -> None:  # fmt: skip
        self.name = name
        self.reason = reason
        self.certain = certain
        self.stage = stage
        self._sender = re.compile(sender, re.IGNORECASE) if sender else None
        self._subject = re.compile(subject, re.IGNORECASE) if subject else None
        self._says = re.compile(says, re.IGNORECASE | re.MULTILINE) if says else None
        self.names = [re.compile(line.replace("{address}", ADDRESS), re.IGNORECASE) for line in names]

    def fits(self, sender: str, subject: str, prose: str) -> bool:
        """Whether the report is written in this dialect: every sign it defines must show."""
        signs = ((self._sender, sender), (self._subject, subject), (self._says, prose))
        return all(sign is None or sign.search(text) for sign, text in signs)
