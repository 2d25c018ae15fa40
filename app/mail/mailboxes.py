"""A mailbox at somebody else's server, read by IMAP (RFC 3501). Blocking: use it in a thread."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.core.settings import settings
from app.mail.channels import Imap

SECONDS = 30.0
HEAD = 64 * 1024
SLACK = 16 * 2**20
"""What a server may say beside the mail that it was asked for: the numbers of a million mails, for one."""
LONGEST_VISIT = 600.0
"""Then the connection is cut, or a server that says a letter now and then would keep others from being visited."""
UID = re.compile(rb"\bUID (\d+)")
SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
FLAGS = re.compile(rb"\bFLAGS \(([^)]*)\)")
DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')


class MailboxError(Exception):
    """The mailbox cannot be read. The message is for the person who set it up."""


class MailboxGone(MailboxError):
    """The connection broke in the middle; it may work the next time."""


class Facts(msgspec.Struct, frozen=True):
    """What a server says of a mail without giving it away. `arrived` is aware UTC, None when nobody knows."""

    uid: int
    size: int
    seen: bool
    arrived: datetime | None
    message_id: str


class _Line:
    """The connection of a visit, for whoever must cut it from outside."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None

    def cut(self) -> None:
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)


class _Measured(imaplib.IMAP4):
    """Takes no more from a server, which any tenant may name, than we asked it for: all of it lies in our memory."""

    heard = 0

    def _count(self, size: int) -> None:
        self.heard += size
        if self.heard > settings().smtp_max_size + SLACK:
            raise self.abort("it sends far more than it was asked for")

    def read(self, size: int) -> bytes:
        self._count(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._count(len(line))
        return line


class _Plain(_Measured):
    def __init__(self, host: str, port: int, address: str, line: _Line) -> None:
        self.address, self.line = address, line
        super().__init__(host, port, SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        # Not the name again: it was resolved and looked at before.
        self.line.socket = found = socket.create_connection((self.address, self.port), timeout)
        return found


class _Encrypted(_Measured, imaplib.IMAP4_SSL):
    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext, line: _Line) -> None:
        self.address, self.line = address, line
        super().__init__(host, port, ssl_context=context, timeout=SECONDS)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        raw = socket.create_connection((self.address, self.port), timeout)
        context: ssl.SSLContext = self.ssl_context
        wrapped = context.wrap_socket(raw, server_hostname=self.host, do_handshake_on_connect=False)
        self.line.socket = wrapped
        try:
            wrapped.do_handshake()
        except BaseException:
            wrapped.close()
            raise
        return wrapped


class Mailbox:
    """An open folder. Everything raises `MailboxError`."""

    def __init__(self, imap: Imap, addresses: Sequence[str], context: ssl.SSLContext | None = None) -> None:
        self.imap, self.addresses = imap, addresses
        self.context = context or ssl.create_default_context()
        self.client: _Measured | None = None
        self.uidvalidity = self.uidnext = 0
        self.line = _Line()
        self.clock = threading.Timer(LONGEST_VISIT, self.line.cut)
        self.clock.daemon = True

    def open(self, *, readonly: bool = False) -> None:
        """Connects, signs in and opens the folder."""
        self.clock.start()
        try:
            self._connect()
            self._sign_in()
            self._select(readonly)
        except ssl.SSLCertVerificationError as error:
            raise MailboxError(f"The server's certificate is not valid: {error.verify_message}.") from error
        except ssl.SSLError as error:
            raise MailboxError(f"No encrypted connection: {error.reason or error}. Is it the right port?") from error
        except TimeoutError as error:
            raise MailboxGone("The server does not answer in time.") from error
        except imaplib.IMAP4.abort as error:
            raise MailboxGone(f"The server hung up: {error}") from error
        except imaplib.IMAP4.error as error:
            raise MailboxError(f"The server refuses: {_said(error)}") from error
        except OSError as error:
            raise MailboxGone(f"The server cannot be reached: {error.strerror or error}.") from error

    def _connect(self) -> None:
        imap, last = self.imap, OSError("no address")
        for address in self.addresses:
            try:
                if imap.security == "tls":
                    self.client = _Encrypted(imap.host, imap.port, address, self.context, self.line)
                else:
                    self.client = _Plain(imap.host, imap.port, address, self.line)
                    if imap.security == "starttls":
                        self.client.starttls(self.context)
                        self.line.socket = self.client.sock
                return
            except ssl.SSLError:
                raise
            except OSError as error:
                last = error
        raise last

    def _sign_in(self) -> None:
        client, password = self._client(), self.imap.password or ""
        if "AUTH=PLAIN" in client.capabilities:
            words = f"\0{self.imap.user}\0{password}".encode()
            client.authenticate("PLAIN", lambda _challenge: words)
        else:
            client.login(_quoted(self.imap.user), password)

    def _select(self, readonly: bool) -> None:
        client = self._client()
        kind, data = client.select(_quoted(_utf7(self.imap.folder)), readonly)
        if kind != "OK":
            raise MailboxError(f"There is no folder {self.imap.folder}: {_text(data)}")
        self.uidvalidity = self._number("UIDVALIDITY")
        self.uidnext = self._number("UIDNEXT")
        if not self.uidvalidity:
            raise MailboxError("The server does not keep its mails apart (no UIDVALIDITY).")

    def _number(self, name: str) -> int:
        _kind, data = self._client().response(name)
        return int(data[0]) if data and data[0] and str(data[0], "ascii").isdigit() else 0

    def _client(self) -> _Measured:
        if self.client is None:
            raise MailboxGone("The mailbox is not open.")
        return self.client

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        client = self._client()
        client.heard = 0
        try:
            kind, data = client.uid(command, *arguments)
        except imaplib.IMAP4.abort as error:
            raise MailboxGone(f"The server hung up: {error}") from error
        except imaplib.IMAP4.error as error:
            raise MailboxError(f"The server refuses: {_said(error)}") from error
        except OSError as error:
            raise MailboxGone(f"The connection broke: {error.strerror or error}") from error
        if kind != "OK":
            raise MailboxError(f"The server refuses {command}: {_text(data)}")
        return list(data)

    def newer_than(self, uid: int) -> list[int]:
        """The mails above `uid`, oldest first."""
        return [found for found in self._search(f"UID {uid + 1}:*", "UNDELETED") if found > uid]

    def unread(self) -> list[int]:
        return self._search("UNSEEN", "UNDELETED")

    def every(self) -> list[int]:
        return self._search("UNDELETED")

    def _search(self, *criteria: str) -> list[int]:
        data = self._ask("SEARCH", *criteria)
        return sorted({int(word) for line in data if line for word in line.split() if word.isdigit()})

    def facts(self, uids: Sequence[int]) -> list[Facts]:
        """What the server says of these mails; of those that are gone, nothing."""
        if not uids:
            return []
        data = self._ask(
            "FETCH", ",".join(map(str, uids)),
            "(UID RFC822.SIZE FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
        )  # fmt: skip
        wanted, found = set(uids), {}
        for words, literal in _answers(data):
            uid, size = UID.search(words), SIZE.search(words)
            if uid is None or size is None or int(uid[1]) not in wanted:
                continue
            flags, date = FLAGS.search(words), DATE.search(words)
            found[int(uid[1])] = Facts(
                uid=int(uid[1]),
                size=int(size[1]),
                seen=b"\\seen" in (flags[1].lower() if flags else b""),
                arrived=_date(date[1].decode("ascii", "replace")) if date else None,
                message_id=_message_id(literal),
            )
        return [found[uid] for uid in sorted(found)]

    def fetch(self, uid: int, *, head_only: bool = False) -> bytes | None:
        """A mail as it is, or its first 64 KB; None when it is gone. It is not marked as read."""
        what = f"BODY.PEEK[]<0.{HEAD}>" if head_only else "BODY.PEEK[]"
        for words, literal in _answers(self._ask("FETCH", str(uid), f"(UID {what})")):
            found = UID.search(words)
            if found and int(found[1]) == uid and b"BODY[" in words.upper():
                return literal
        return None

    def mark_read(self, first: int, last: int) -> None:
        """Marks the mails from `first` to `last` as read, for the people who look into the mailbox themselves."""
        if first <= last:
            self._ask("STORE", f"{first}:{last}", "+FLAGS.SILENT", "(\\Seen)")

    def close(self) -> None:
        """Hangs up; a server that is gone does not matter."""
        self.clock.cancel()
        if self.client is not None:
            try:
                self.client.logout()
            except (OSError, imaplib.IMAP4.error):
                with contextlib.suppress(OSError):
                    self.client.shutdown()
            self.client = None


def _answers(data: Sequence[Any]) -> list[tuple[bytes, bytes]]:
    """Each FETCH answer as what stands around its literal, and the literal: flags may come before or after it."""
    found: list[tuple[bytes, bytes]] = []
    for piece in data:
        if isinstance(piece, tuple):
            found.append((piece[0], piece[1]))
        elif isinstance(piece, bytes) and found:
            found[-1] = (found[-1][0] + b" " + piece, found[-1][1])
    return found


def _message_id(header: bytes) -> str:
    text = header.decode("utf-8", "replace")
    return "".join(text.partition(":")[2].split())[:990]


def _date(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def _said(error: Exception) -> str:
    """The server's own words in imaplib's error, which holds them as bytes, or as text of bytes."""
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    return " ".join(text.split())[:300]


def _text(data: Sequence[Any]) -> str:
    return " ".join(one.decode("utf-8", "replace") for one in data if isinstance(one, bytes))[:300]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(folder: str) -> str:
    """A folder's name as IMAP writes it (RFC 3501, section 5.1.3)."""
    out, wide = "", ""
    for letter in folder + "\0":
        if " " <= letter <= "~" or letter == "\0":
            if wide:
                packed = base64.b64encode(wide.encode("utf-16-be", "replace")).decode().rstrip("=").replace("/", ",")
                out, wide = f"{out}&{packed}-", ""
            out += "&-" if letter == "&" else letter
        else:
            wide += letter
    return out[:-1]
