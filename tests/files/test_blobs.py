"""A file is stored whole or not at all, seen by its tenant alone, and gone when nothing knows it any more."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core import ids, settings
from app.core.db import TENANT, sql
from app.files import blobs, folders
from app.tenancy import tenants
from app.tenancy.tenants import Tenant


@pytest.fixture(autouse=True)
def own_blobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pg: str) -> Iterator[Path]:
    monkeypatch.setenv("FONDACO_BLOBS_PATH", str(tmp_path / "blobs"))
    settings.forget()
    yield tmp_path / "blobs"
    monkeypatch.undo()
    settings.forget()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for one in given:
        yield one


async def put(content: Any) -> blobs.Blob:
    async with TENANT.transaction():
        return await blobs.put(content)


@pytest.mark.parametrize("content", [b"", b"x", b"\0" * 3_000_001])
async def test_what_is_stored_comes_back_the_same(in_acme: Tenant, content: bytes) -> None:
    blob = await put(content)
    again = await put(pieces(content[:1000], content[1000:]))
    assert await blobs.read(blob.key) == await blobs.read(again.key) == content
    assert (
        (blob.size, blob.sha256)
        == (again.size, again.sha256)
        == (len(content), __import__("hashlib").sha256(content).hexdigest())
    )


async def test_another_tenant_does_not_find_it(in_acme: Tenant, globex: Tenant, own_blobs: Path) -> None:
    blob = await put(b"acme's own")
    with tenants.enter(globex):
        with pytest.raises(blobs.BlobMissing):
            await blobs.read(blob.key)
        for trick in (f"../../{in_acme.id}/{blob.key}", f"../{blob.key}", "", "x" * 32, blob.key.upper()):
            with pytest.raises(blobs.BlobMissing):
                await blobs.read(trick)
    assert {path.relative_to(own_blobs).parts[0] for path in files_in(own_blobs)} == {str(in_acme.id)}
    assert all(path.stat().st_mode & 0o077 == 0 for path in own_blobs.glob("*/**/*"))


async def test_a_rolled_back_file_is_swept_a_day_later_and_the_others_stay(in_acme: Tenant, own_blobs: Path) -> None:
    kept = await put(b"kept")
    with pytest.raises(RuntimeError):
        async with TENANT.transaction():
            await blobs.put(b"lost")
            raise RuntimeError
    assert len(files_in(own_blobs)) == 2
    assert await blobs.sweep() == 0
    for path in files_in(own_blobs):
        os.utime(path, (0, 0))
    part = own_blobs / str(in_acme.id) / "parts" / "half"
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    assert await blobs.sweep() == 1
    assert [path.name for path in files_in(own_blobs)] == [kept.key]


async def test_removal_takes_the_bytes_after_the_commit_only(in_acme: Tenant, own_blobs: Path) -> None:
    blob = await put(b"x")
    with pytest.raises(RuntimeError):
        async with TENANT.transaction():
            await blobs.remove(blob.key)
            raise RuntimeError
    assert await blobs.read(blob.key) == b"x"
    async with TENANT.transaction():
        await blobs.remove(blob.key)
        assert files_in(own_blobs)
    assert files_in(own_blobs) == []


@pytest.mark.parametrize("step", ["write", "fsync", "rename", "mkdir", "flush_folder"])
async def test_whatever_the_disk_refuses_nothing_is_half_stored(
    in_acme: Tenant, own_blobs: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await put(b"before")

    def full(*_arguments: Any, **_more: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "write":
        monkeypatch.setattr(folders, "_write_all", full)
    elif step == "mkdir":
        monkeypatch.setattr(Path, "mkdir", full)
    elif step == "flush_folder":
        monkeypatch.setattr(folders, "_flush_folder", full)
    else:
        monkeypatch.setattr(os, step, full)
    for content in (b"x" * 10, pieces(b"a", b"b")):
        with pytest.raises(blobs.StorageFull) as refused:
            await put(content)
        assert refused.value.status == 503
    monkeypatch.undo()
    settings.forget()
    assert len(files_in(own_blobs)) == 1
    assert await sql.fetchval("SELECT count(*) FROM blobs") == 1


async def test_a_disk_that_fills_up_in_the_middle_of_a_file(in_acme: Tenant, own_blobs: Path) -> None:
    """The kernel itself refuses: this process may write files of 1 MB at most for a moment."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, before[1]))
        with pytest.raises(blobs.StorageFull):
            await put(b"x" * (2**20 + 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert files_in(own_blobs) == []
    assert await sql.fetchval("SELECT count(*) FROM blobs") == 0


async def test_a_source_that_breaks_off_leaves_nothing(in_acme: Tenant, own_blobs: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"some"
        raise ConnectionResetError("the upload ended")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.001)

    with pytest.raises(blobs.StorageFull):
        await put(broken())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await put(endless())
    assert files_in(own_blobs) == []


KILLED = """
import asyncio, sys
from app.files import blobs
from app.core.db import TENANT
from app.tenancy import cells, tenants

async def content():
    yield b"x" * 100_000
    print("writing", flush=True)
    await asyncio.sleep(60)

async def main():
    async with cells.open_pools():
        with tenants.enter(await tenants.by_slug("acme")):
            async with TENANT.transaction():
                await blobs.put(content())

asyncio.run(main())
"""


async def test_a_process_that_is_killed_while_it_writes_leaves_only_a_part_that_is_swept(
    in_acme: Tenant, own_blobs: Path
) -> None:
    killed = subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED)], stdout=subprocess.PIPE, env=os.environ)
    assert killed.stdout is not None
    assert await asyncio.to_thread(killed.stdout.readline) == b"writing\n"
    killed.kill()
    killed.communicate()
    assert [path.parent.name for path in files_in(own_blobs)] == ["parts"]
    assert await sql.fetchval("SELECT count(*) FROM blobs") == 0
    assert await blobs.sweep(older_than=timedelta(seconds=-1)) == 0
    assert files_in(own_blobs) == []


async def test_a_deleted_tenants_bytes_go_with_it(in_acme: Tenant, own_blobs: Path) -> None:
    blob = await put(b"acme's")
    gone = ids.new()
    await blobs.store().write(gone, blob.key, pieces(b"nobody's"))
    assert await blobs.erase_deleted_tenants() == []
    assert await blobs.erase_deleted_tenants(older_than=timedelta(seconds=-1)) == [gone]
    assert not (own_blobs / str(gone)).exists()
    await blobs.erase_tenant(in_acme.id)
    await blobs.erase_tenant(in_acme.id)
    assert files_in(own_blobs) == []


async def test_folders_of_tenants_are_nobody_elses_business(
    in_acme: Tenant, own_blobs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those above: the names of tenants' folders are theirs."""
    await put(b"x")
    assert all(path.stat().st_mode & 0o077 == 0 for path in (own_blobs, *own_blobs.iterdir()))
