"""What comes over the wire is not always what a client library sends: hosts forged in every way, and broken requests."""

from __future__ import annotations

import asyncio
import re

from tests.real.houses import House, Web

PATH = "/api/v1/tickets"


async def say(web: Web, text: str | bytes, seconds: float = 5) -> bytes:
    """Sends bytes as they are, and answers everything that comes back until the server is silent or closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    try:
        writer.write(text.encode() if isinstance(text, str) else text)
        await writer.drain()
        found = b""
        try:
            async with asyncio.timeout(seconds):
                while chunk := await reader.read(65536):
                    found += chunk
                    if re.search(rb"\r\n\r\n.*[}>]\s*$", found, re.DOTALL):
                        break
        except TimeoutError:
            pass
        return found
    finally:
        writer.close()


def statuses(answer: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3})", answer)]


async def test_hosts_are_read_as_they_stand(standing: House) -> None:
    kim, gil = standing.people["kim"], standing.people["gil"]
    async with standing.web() as web:

        async def ask(*lines: str, target: str = PATH, version: str = "1.1", who: str = kim.token) -> list[int]:
            head = [f"GET {target} HTTP/{version}", *lines, f"Authorization: Bearer {who}", "Connection: close", "", ""]
            return statuses(await say(web, "\r\n".join(head)))

        assert await ask("Host: acme.localhost") == [200]
        assert await ask("hOST:   ACME.LocalHost.:99  ") == [200]
        assert await ask("Host: globex.localhost", who=gil.token) == [200]
        assert await ask("Host: globex.localhost") == [401]
        # Two of them, also when one is right, are none.
        for pair in (("acme", "globex"), ("globex", "acme"), ("acme", "nobody")):
            assert await ask(*(f"Host: {name}.localhost" for name in pair)) in ([404], [400])
        assert await ask() in ([404], [400])
        assert await ask(version="1.0") in ([404], [400])
        # The absolute form names a host too (RFC 9112, 3.2.2); whichever counts, never one whose key this is not.
        for target, host in (
            ("http://acme.localhost", "globex.localhost"),
            ("http://globex.localhost", "acme.localhost"),
        ):
            mine = await ask(f"Host: {host}", target=target + PATH)
            theirs = await ask(f"Host: {host}", target=target + PATH, who=gil.token)
            assert sorted((mine[0], theirs[0])) in ([200, 401], [404, 404], [400, 400]), (mine, theirs)
        assert await ask("Host: acme.localhost", target=f"http://acme.localhost{PATH}") in ([200], [404])
        for folded in (
            "Host: acme.localhost\r\n globex.localhost",
            "Host : acme.localhost",
            "Host: acme.localhost\x00",
        ):
            assert (await ask(folded) or [400])[0] in (400, 404)


async def test_a_broken_request_is_refused_and_the_next_one_served(standing: House) -> None:
    kim = standing.people["kim"]
    head = f"Host: acme.localhost\r\nAuthorization: Bearer {kim.token}\r\nContent-Type: application/json\r\n"
    body = '{"subject": "Wire"}'
    async with standing.web() as web, web.program(kim) as api:
        for broken in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"\r\n" * 50, b"GET / HTTP/9.9\r\n\r\n",
            f"GET {PATH} HTTP/1.1\r\n{head}X: {'a' * 900_000}\r\n\r\n".encode(),
            (f"GET {PATH} HTTP/1.1\r\n{head}" + "".join(f"X-{n}: y\r\n" for n in range(5000)) + "\r\n").encode(),
            f"POST {PATH} HTTP/1.1\r\n{head}Content-Length: nine\r\n\r\n{body}".encode(),
            f"POST {PATH} HTTP/1.1\r\n{head}Content-Length: -5\r\n\r\n{body}".encode(),
            f"POST {PATH} HTTP/1.1\r\n{head}Content-Length: 19\r\nContent-Length: 5\r\n\r\n{body}".encode(),
            f"POST {PATH} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{body}\r\n0\r\n\r\n".encode(),
            f"POST /sign-in HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{body}\r\n0\r\n\r\n".encode(),
            f"GET /inbox/\xff\xfe HTTP/1.1\r\n{head}\r\n".encode("latin-1"),
            f"GET /%zz%00%ff?%zz=%00 HTTP/1.1\r\n{head}\r\n".encode(),
        ):  # fmt: skip
            answer = statuses(await say(web, broken, seconds=1.5))
            assert not answer or 400 <= answer[0] < 500, (broken[:80], answer)
        assert (await api.get(PATH)).status_code == 200
        assert web.running.poll() is None
        assert '"level": "error"' not in web.log.read_text()  # nobody is woken for it


async def test_a_request_hidden_in_anothers_body_is_never_served(standing: House) -> None:
    """Two lengths (RFC 9112, 6.1): what follows the first request is its body, or the connection ends."""
    kim = standing.people["kim"]
    async with standing.web() as web, web.program(kim) as api:
        head = f"Host: acme.localhost\r\nAuthorization: Bearer {kim.token}\r\nContent-Type: application/json\r\n"
        hidden = f'POST {PATH} HTTP/1.1\r\n{head}Content-Length: 21\r\n\r\n{{"subject": "Hidden"}}'
        for lengths in (
            f"Content-Length: {len(hidden) + 5}\r\nTransfer-Encoding: chunked",
            f"Transfer-Encoding: chunked\r\nContent-Length: {len(hidden) + 5}",
            "Transfer-Encoding: xchunked\r\nContent-Length: 5",
            "Transfer-Encoding: chunked, identity",
        ):
            request = f"POST /api/v1/none HTTP/1.1\r\nHost: acme.localhost\r\n{lengths}\r\n\r\n0\r\n\r\n{hidden}"
            await say(web, request, seconds=1.5)
        listed = (await api.get(PATH, params={"limit": 200})).json()["items"]
        assert "Hidden" not in [one["subject"] for one in listed]


async def test_a_body_in_chunks_is_a_body(standing: House) -> None:
    kim = standing.people["kim"]
    async with standing.web() as web, web.program(kim) as api:

        async def pieces() -> object:
            for piece in ('{"subject": ', '"In pieces"', "}"):
                yield piece.encode()
                await asyncio.sleep(0.05)

        made = await api.post(PATH, content=pieces(), headers={"Content-Type": "application/json"})  # type: ignore[arg-type]  # an iterator
        assert made.status_code == 201
        assert made.json()["subject"] == "In pieces"
