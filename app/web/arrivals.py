"""What somebody sends is waited for before anything of the house is taken up for it: a slow sender holds nobody's place."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any

from litestar.types import Receive

from app.core.errors import FondacoError

IN_MEMORY = 2**20
PIECE = 256 * 1024
PIECE_SECONDS = 30.0


class TooSlow(FondacoError):
    status = 408
    code = "too_slow"
    message = "What you sent did not arrive in time. Send it again."


class Body:
    """The body of one request, whole as far as `largest` bytes; large ones lie in a file that nobody else sees."""

    def __init__(self) -> None:
        self.file = tempfile.SpooledTemporaryFile[bytes](IN_MEMORY)
        self.size = 0
        self.whole = self.left = False

    async def arrive(self, receive: Receive, *, largest: int) -> None:
        """Waits for the body until it is whole, its sender has left, or it is larger than anybody would take.

        Raises `TooSlow` when nothing comes for half a minute.
        """
        while not self.whole and not self.left and self.size <= largest:
            try:
                message = await asyncio.wait_for(receive(), PIECE_SECONDS)
            except TimeoutError as error:
                raise TooSlow from error
            await self._take(message)
        await asyncio.to_thread(self.file.seek, 0)

    async def _take(self, message: Any) -> None:
        if message["type"] != "http.request":
            self.left = True
            return
        piece = message.get("body", b"")
        self.size += len(piece)
        self.whole = not message.get("more_body", False)
        if self.size <= IN_MEMORY:
            self.file.write(piece)
        else:
            await asyncio.to_thread(self.file.write, piece)

    def again(self, receive: Receive) -> Receive:
        """Gives the application what has arrived; what is behind that, it asks for itself."""
        left, told = self.size, False

        async def replay() -> Any:
            nonlocal left, told
            if left or (self.whole and not told):
                piece = await asyncio.to_thread(self.file.read, PIECE) if self.size > IN_MEMORY else self.file.read()
                left, told = left - len(piece), True
                return {"type": "http.request", "body": piece, "more_body": bool(left) or not self.whole}
            return await receive()

        return replay

    def close(self) -> None:
        self.file.close()
