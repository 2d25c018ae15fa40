"""Blobs in a folder of this machine: whole or not there at all, whatever moment the power goes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID, uuid4

from app.core import clock

CHUNK = 256 * 1024


class Store(Protocol):
    """Where the bytes of blobs lie, apart by tenant. Keys are 32 hexadecimal digits. All failures are `OSError`."""

    async def write(self, tenant: UUID, key: str, chunks: AsyncIterator[bytes]) -> None:
        """Keeps all chunks under `key`, safe against a crash when it returns; on any failure nothing is kept."""

    def read(self, tenant: UUID, key: str) -> AsyncIterator[bytes]:
        """The bytes in pieces. Raises `FileNotFoundError` before the first."""

    async def remove(self, tenant: UUID, key: str) -> None:
        """Takes a blob away; nothing happens when there is none."""

    async def keys(self, tenant: UUID, *, older_than: float) -> list[str]:
        """The keys that were written more than `older_than` seconds ago."""

    async def erase(self, tenant: UUID) -> None:
        """Takes away everything of a tenant."""

    async def tenants(self, *, older_than: float) -> list[UUID]:
        """The tenants that have anything here and have not written for `older_than` seconds."""


class Folder:
    """A `Store` in the file system: `<root>/<tenant>/ab/cd/<key>`, with parts under way in `<root>/<tenant>/parts`.

    A blob is written beside its place, flushed to the disk and renamed; its folder is flushed too. So a file with its
    own name is always whole.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, tenant: UUID, key: str) -> Path:
        if len(key) != 32 or not set(key) <= set("0123456789abcdef"):
            raise FileNotFoundError(f"{key!r} is no blob's key")
        # The end of a version 7 identifier is random, its beginning is the time.
        return self.root / str(tenant) / key[-2:] / key[-4:-2] / key

    async def write(self, tenant: UUID, key: str, chunks: AsyncIterator[bytes]) -> None:
        part = self.root / str(tenant) / "parts" / uuid4().hex
        file = await asyncio.to_thread(_open_part, part)
        try:
            async for chunk in chunks:
                await asyncio.to_thread(_write_all, file, chunk)
            await asyncio.to_thread(self._finish, file, part, self.place(tenant, key))
        except BaseException:
            # Not awaited: a cancelled task must clean up as well.
            with contextlib.suppress(OSError):
                file.close()
            part.unlink(missing_ok=True)
            raise

    def _finish(self, file: BinaryIO, part: Path, place: Path) -> None:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        made = _make_folders(place.parent, self.root)
        os.rename(part, place)
        try:
            for folder in (place.parent, *made):
                _flush_folder(folder)
        except OSError:
            place.unlink(missing_ok=True)
            raise

    async def read(self, tenant: UUID, key: str) -> AsyncIterator[bytes]:
        file = await asyncio.to_thread(open, self.place(tenant, key), "rb")
        try:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk
        finally:
            file.close()

    async def remove(self, tenant: UUID, key: str) -> None:
        await asyncio.to_thread(self.place(tenant, key).unlink, missing_ok=True)

    async def keys(self, tenant: UUID, *, older_than: float) -> list[str]:
        return await asyncio.to_thread(lambda: list(self._old_files(tenant, older_than)))

    def _old_files(self, tenant: UUID, older_than: float) -> Iterator[str]:
        """Parts that nobody finished are taken away on the way, for no row will ever know them."""
        limit = clock.now().timestamp() - older_than
        for folder, _folders, names in os.walk(self.root / str(tenant)):
            for name in names:
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime > limit:
                        continue
                    if path.parent.name == "parts":
                        path.unlink()
                    else:
                        yield name

    async def erase(self, tenant: UUID) -> None:
        def take_away() -> None:
            # First out of sight, so that a removal that stops half-way leaves no half tenant.
            place, gone = self.root / str(tenant), self.root / f"gone-{tenant}"
            if gone.exists():
                shutil.rmtree(gone)
            if place.exists():
                place.rename(gone)
                shutil.rmtree(gone)

        await asyncio.to_thread(take_away)

    async def tenants(self, *, older_than: float) -> list[UUID]:
        def look() -> Iterator[UUID]:
            limit = clock.now().timestamp() - older_than
            for path in self.root.iterdir() if self.root.exists() else ():
                with contextlib.suppress(ValueError, FileNotFoundError):
                    if path.stat().st_mtime < limit:
                        yield UUID(path.name.removeprefix("gone-"))

        return await asyncio.to_thread(lambda: sorted(set(look())))


def _open_part(part: Path) -> BinaryIO:
    _make_folders(part.parent, Path(part.anchor))
    return open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)


def _write_all(file: BinaryIO, chunk: bytes) -> None:
    """A full disk can take a part of what it is given before it says so."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _make_folders(folder: Path, root: Path) -> list[Path]:
    """Makes `folder`, each missing one for our eyes only; the answer is every folder whose entries changed."""
    missing = []
    while not folder.exists() and folder != root:
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True, parents=True)
    return [one.parent for one in missing]


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
