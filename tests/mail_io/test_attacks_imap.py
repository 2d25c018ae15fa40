"""Mail servers that a tenant names only to hold up everybody else's mail: they send without end, or hardly anything."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from app.core.settings import settings
from app.mail import mailboxes
from app.mail.channels import Imap
from app.mail.mailboxes import Mailbox, MailboxGone

Talk = Callable[[socket.socket, str, str], bool]


class Hostile:
    """An IMAP server that behaves until `talk` takes a command."""

    def __init__(self, talk: Talk, *, greeting: bytes = b"* OK ready\r\n", drip: bool = False) -> None:
        self.talk, self.greeting, self.drip = talk, greeting, drip
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        try:
            talk, _peer = self.listener.accept()
            with talk:
                while self.drip:
                    talk.sendall(b"*")
                    time.sleep(0.02)
                talk.sendall(self.greeting)
                for line in talk.makefile("r", newline="\r\n"):
                    tag, command = line.split()[:2]
                    if not self.talk(talk, tag, line):
                        self.usual(talk, tag, command.upper())
        except OSError:
            pass

    def usual(self, talk: socket.socket, tag: str, command: str) -> None:
        says = {
            "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n",
            "SELECT": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n",
            "EXAMINE": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n",
        }
        talk.sendall(f"{says.get(command, '')}{tag} OK done\r\n".encode())


@pytest.fixture
def opened() -> Iterator[Callable[[Hostile], Mailbox]]:
    open_ones: list[tuple[Hostile, Mailbox]] = []

    def visit(server: Hostile) -> Mailbox:
        mailbox = Mailbox(
            Imap(host="localhost", port=server.port, security="none", user="u", password="p"), ["127.0.0.1"]
        )
        open_ones.append((server, mailbox))
        return mailbox

    yield visit
    for server, mailbox in open_ones:
        mailbox.close()
        server.listener.close()


def test_a_mail_that_is_said_to_be_endless_is_not_read(opened: Callable[[Hostile], Mailbox]) -> None:
    def talk(to: socket.socket, _tag: str, line: str) -> bool:
        if "FETCH" not in line:
            return False
        to.sendall(b"* 1 FETCH (UID 1 BODY[] {4000000000}\r\nSubject: x")
        return True

    mailbox = opened(Hostile(talk))
    mailbox.open(readonly=True)
    began = time.monotonic()
    with pytest.raises(MailboxGone, match="far more"):
        mailbox.fetch(1)
    assert time.monotonic() - began < 5


def test_answers_without_end_are_not_kept(
    opened: Callable[[Hostile], Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "SLACK", 2**16 - settings().smtp_max_size)

    def talk(to: socket.socket, _tag: str, line: str) -> bool:
        while "SEARCH" in line:
            to.sendall(b"* SEARCH 1 2 3 4 5 6 7 8 9\r\n" * 1000)
        return False

    mailbox = opened(Hostile(talk))
    mailbox.open(readonly=True)
    with pytest.raises(MailboxGone, match="far more"):
        mailbox.every()


def test_a_server_that_drips_is_left_after_a_while(
    opened: Callable[[Hostile], Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each letter comes in time; the greeting never ends."""
    monkeypatch.setattr(mailboxes, "LONGEST_VISIT", 0.5)
    mailbox = opened(Hostile(lambda *_all: False, drip=True))
    began = time.monotonic()
    with pytest.raises(MailboxGone):
        mailbox.open(readonly=True)
    assert time.monotonic() - began < 5
