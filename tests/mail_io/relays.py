"""A relay for tests: a real SMTP server that answers, or fails to, exactly as it is told."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass
class Relay:
    """`answers` holds what to say next, by command; "drop" hangs up instead. Whatever is not told is welcome."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    smtputf8: bool = True
    port: int = 0
    server: asyncio.Server | None = None

    async def open(self) -> None:
        self.server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self.server is not None
        self.server.close()
        await self.server.wait_closed()

    def _answer(self, command: str, usual: str) -> str:
        told = self.answers.get(command) or self.answers.get(command.partition(" ")[0]) or []
        return told.pop(0) if told else usual

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender, recipients = "", list[str]()

        async def say(text: str) -> None:
            if text == "drop":
                raise ConnectionAbortedError
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await say(self._answer("connect", "220 relay"))
            while line := await reader.readline():
                text = line.decode().strip()
                self.commands.append(text)
                word = text.partition(" ")[0].upper()
                if word == "EHLO":
                    await say("250-relay\r\n250-SIZE 0" + ("\r\n250 SMTPUTF8" if self.smtputf8 else "\r\n250 HELP"))
                elif word == "MAIL":
                    sender, recipients = text.partition("<")[2].partition(">")[0], []
                    await say(self._answer("MAIL", "250 OK"))
                elif word == "RCPT":
                    address = text.partition("<")[2].partition(">")[0]
                    answer = self._answer(f"RCPT {address}", "250 OK")
                    if answer.startswith("2"):
                        recipients.append(address)
                    await say(answer)
                elif word == "DATA":
                    await say(self._answer("DATA", "354 go on"))
                    content = await reader.readuntil(b"\r\n.\r\n")
                    answer = self._answer("content", "250 2.0.0 taken")
                    if answer.startswith("2") or answer == "drop":
                        self.mails.append((sender, recipients, content[:-3].replace(b"\r\n..", b"\r\n.")))
                    await say(answer)
                elif word == "QUIT":
                    await say(self._answer("QUIT", "221 bye"))
                    break
                else:
                    await say("250 OK")
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
