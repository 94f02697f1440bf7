"""Profile pictures on disk: one private file per account, written atomically.

A file is a line of JSON (entity tag, time of the last check in seconds since 1970) followed by the pixels.
The files are a cache: a damaged one counts as absent and is fetched again.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from carlendar.domain.account import AccountState
from carlendar.domain.avatar import SIZE, AvatarImage
from carlendar.domain.base import Value
from carlendar.errors import StoreError
from carlendar.store.erase import photo_path
from carlendar.store.folder import PHOTOS, WRITING, kept_in
from carlendar.store.records import AccountAvatar

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from carlendar.store.snapshot import StoreReader

_HEAD = 1000
"""Maximum length of the first line in bytes."""


class StoredAvatar(Value, frozen=True):
    """A picture, or its absence, with the time of the last check (seconds since 1970)."""

    image: AvatarImage
    checked: float


class AvatarFolder:
    """The pictures in the data folder, for the service. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def read(self, account_id: str) -> StoredAvatar | None:
        """Return the account's picture; None if there is none or the file is damaged."""
        return _read(photo_path(self._folder, account_id))

    def write(self, account_id: str, kept: StoredAvatar) -> None:
        """Store the picture with mode 0600, replacing the previous one. Raises StoreError."""
        head = json.dumps({"tag": kept.image.tag, "checked": kept.checked}).encode()
        path = photo_path(self._folder, account_id)
        with self._lock:
            try:
                _make_folder(path.parent)
                descriptor, temporary = tempfile.mkstemp(prefix=WRITING, dir=path.parent)
                try:
                    with os.fdopen(descriptor, "wb") as file:
                        file.write(head + b"\n" + kept.image.pixels)
                    os.replace(temporary, path)  # noqa: PTH105 - documented as atomic
                except OSError:
                    with suppress(OSError):
                        os.unlink(temporary)  # noqa: PTH108 - a name from mkstemp
                    raise
            except OSError as error:
                raise StoreError("A picture cannot be stored.", detail=f"errno {error.errno}") from error

    def remove(self, account_id: str) -> None:
        """Delete the account's picture."""
        with self._lock, suppress(FileNotFoundError):
            photo_path(self._folder, account_id).unlink()

    def clean_up(self, account_ids: Collection[str], before: float) -> None:
        """Delete pictures of other accounts, those last checked before `before`, and incomplete files."""
        wanted = {photo_path(self._folder, each) for each in account_ids}
        with self._lock, suppress(FileNotFoundError):
            for path in [path for path in kept_in(self._folder) if path.parent.name == PHOTOS]:
                kept = _read(path) if path in wanted else None
                if kept is None or kept.checked < before:
                    path.unlink()


def _make_folder(folder: Path) -> None:
    """Create the folder. Raises OSError if it is a link, whose target an erase would not reach."""
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "the folder of pictures is a link")
    folder.mkdir(mode=0o700, exist_ok=True)


class AvatarStore:
    """Reads the pictures for the screen: those of signed-in accounts, except guests'. Not thread-safe."""

    def __init__(self, folder: Path, reader: StoreReader) -> None:
        self._folder, self._reader = folder, reader
        self._known: dict[str, tuple[tuple[int, int], bytes]] = {}

    def read(self) -> tuple[AccountAvatar, ...]:
        """Return all pictures; a file is read again only if it was replaced."""
        guests = {profile.id for profile in self._reader.profiles() if profile.is_guest}
        known, self._known = self._known, {}
        avatars = []
        for account in self._reader.accounts():
            if account.state is AccountState.BLOCKED or account.profile_id in guests:
                continue
            path = photo_path(self._folder, account.id)
            try:
                facts = path.stat()
            except OSError:
                continue
            stamp = (facts.st_ino, facts.st_mtime_ns)
            before = known.get(account.id)
            pixels = before[1] if before and before[0] == stamp else _pixels(path)
            self._known[account.id] = (stamp, pixels)
            if pixels:
                avatars.append(AccountAvatar(account.id, account.profile_id, pixels))
        return tuple(avatars)


def _pixels(path: Path) -> bytes:
    kept = _read(path)
    return kept.image.pixels if kept else b""


def _read(path: Path) -> StoredAvatar | None:
    try:
        with path.open("rb") as file:
            head, pixels = file.readline(_HEAD), file.read(SIZE + 1)
        facts = json.loads(head)
        kept = StoredAvatar(AvatarImage(str(facts["tag"]), pixels), float(facts["checked"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if len(pixels) in (0, SIZE) else None
