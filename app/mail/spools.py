"""A mail on its way in: small ones in memory, large ones in a file that is gone when nobody needs it any more."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from app.mail.inbound import HEAD

IN_MEMORY = 2**20
CHUNK = 256 * 1024
END = b"\r\n.\r\n"


class Spool:
    """Takes what a client sends after DATA, without the dots that SMTP adds (RFC 5321, section 4.5.2).

    Only CRLF "." CRLF ends a mail, whatever else looks like it, or one mail could smuggle in another. Beyond `limit`
    bytes nothing is kept (`too_large`), and `failed` holds the error when the disk refused; the rest is read on.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder, self.limit = folder, limit
        self.file: tempfile.SpooledTemporaryFile[bytes] | None = None
        self.digest = hashlib.sha256()
        self.head = b""
        self.size = self.taken = 0
        self.failed: OSError | None = None
        # A line end before the first line, so that a mail of one dot is seen to end; it is not part of the mail.
        self._tail, self._extra = b"\r\n", 2

    @property
    def too_large(self) -> bool:
        return self.size > self.limit

    def feed(self, data: bytes) -> bytes | None:
        """Takes a piece. None: the mail goes on; bytes: it has ended, and these came after it."""
        self.taken += len(data)
        data = self._tail + data
        end = data.find(END)
        if end >= 0:
            self._take(data[: end + 2])
            return data[end + len(END) :]
        cut = max(len(data) - 4, 0)
        # A line end stays with what follows it, so that a dot at the beginning of a line is seen.
        while cut and data[cut - 1 : cut] in (b"\r", b"\n") and len(data) - cut < 6:
            cut -= 1
        self._tail = data[cut:]
        self._take(data[:cut])
        return None

    def _take(self, data: bytes) -> None:
        data = data.replace(b"\r\n.", b"\r\n")
        extra = min(self._extra, len(data))
        data, self._extra = data[extra:], self._extra - extra
        self.size += len(data)
        if self.too_large or self.failed is not None:
            self.close()
            return
        self.digest.update(data)
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        try:
            if self.file is None:
                # Python gives the mode to the last folder only.
                self.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self.folder.mkdir(mode=0o700, exist_ok=True)
                self.file = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(self.folder))  # noqa: SIM115 - closed by close()
            self.file.write(data)
        except OSError as error:
            self.failed = error
            self.close()

    async def content(self, *before: bytes) -> AsyncIterator[bytes]:
        """What was taken, behind `before`."""
        for piece in before:
            yield piece
        if self.file is not None:
            self.file.seek(0)
            while chunk := await asyncio.to_thread(self.file.read, CHUNK):
                yield chunk

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None
