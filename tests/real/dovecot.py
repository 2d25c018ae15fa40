"""A real IMAP server (Dovecot from Debian) with a folder, a port and a configuration of its own."""

from __future__ import annotations

import contextlib
import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

USER, PASSWORD = "support@acme.example", "correct horse ß"
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = 50
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = {ssl}
{certificate}
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Dovecot:
    """Started by `start`, and gone without a trace after `stop`."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port, self.tls_port = free_port(), free_port() if certificate else 0
        root = os.getuid() == 0
        who = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
        me = getpass.getuser()
        self.home.chmod(0o755)
        mail = self.home / "mail"
        mail.mkdir()
        (self.home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
        lines = ""
        if certificate:
            lines = f"ssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}"
        if root:
            os.chown(mail, who.pw_uid, who.pw_gid)
        (self.home / "dovecot.conf").write_text(
            CONFIGURATION.format(
                home=self.home,
                port=self.port,
                tls_port=self.tls_port,
                ssl="yes" if certificate else "no",
                certificate=lines,
                internal="dovecot" if root else me,
                login="dovenull" if root else me,
                group="dovecot" if root else grp.getgrgid(os.getgid()).gr_name,
                uid=who.pw_uid,
                gid=who.pw_gid,
            )
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(self.home / "dovecot.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        for _turn in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as talk:
                if talk.recv(100).startswith(b"* OK"):
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(
            f"dovecot does not start: {(self.home / 'log').read_text() if (self.home / 'log').exists() else ''}"
        )

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.communicate(timeout=10)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @contextlib.contextmanager
    def session(self):  # type: ignore[no-untyped-def]  # a generator of imaplib's own client
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.authenticate("PLAIN", lambda _challenge: f"\0{USER}\0{PASSWORD}".encode())
            client.select("INBOX")
            yield client

    def put(self, raw: bytes, *, seen: bool = False, at: float | None = None) -> None:
        with self.session() as client:
            kind, said = client.append(
                "INBOX", "(\\Seen)" if seen else None, imaplib.Time2Internaldate(at or time.time()), raw
            )
            assert kind == "OK", said

    def flags(self) -> list[bool]:
        """Whether each mail is marked as read, in the order of the mailbox."""
        with self.session() as client:
            _kind, data = client.fetch("1:*", "(FLAGS)")
            return [b"\\Seen" in line for line in data if isinstance(line, bytes)]

    def renumber(self) -> None:
        """A new UIDVALIDITY, as after a restore or a move to another server."""
        self.stop()
        box = self.home / "mail" / USER
        for path in box.glob("dovecot*"):
            path.unlink()
        (box / "dovecot-uidlist").write_text("3 V4242 N1\n")
        who = box.stat()
        os.chown(box / "dovecot-uidlist", who.st_uid, who.st_gid)
        self.start()
