"""The back end's data folder: what lies where."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from carlendar.domain.base import Value
from carlendar.errors import UsageError
from carlendar.full_disk import explained

PRIVATE = 0o700
TEMPORARY = "carlendar-fleet-"
"""Prefix of folders that live as long as a process."""


class DataFolder(Value, frozen=True):
    """The folder that registry, authority, ingestion and analytics share."""

    root: Path

    @property
    def registry(self) -> Path:
        """The registry of vehicles and consents (SQLite)."""
        return self.root / "registry.sqlite3"

    @property
    def ledger(self) -> Path:
        """What ingestion has committed (SQLite)."""
        return self.root / "ledger.sqlite3"

    @property
    def events(self) -> Path:
        """The tables: `<event>/day=YYYY-MM-DD/brand=<brand>/part-*.parquet`."""
        return self.root / "events"

    @property
    def dead_letters(self) -> Path:
        """Refused messages with the reason: `day=YYYY-MM-DD/part-*.jsonl`."""
        return self.root / "dead-letter"

    @property
    def staging(self) -> Path:
        """Files of a batch that is not committed yet. In the same file system as the tables."""
        return self.root / "staging"

    @property
    def writer_lock(self) -> Path:
        """Locked by the process that changes the tables."""
        return self.root / "ingest.lock"

    @property
    def authority(self) -> Path:
        """Keys and certificates of the certificate authority."""
        return self.root / "authority"

    @property
    def command_key(self) -> Path:
        """The back end's own key for commands that need no approval."""
        return self.root / "command.key"

    @property
    def broker(self) -> Path:
        """Configuration and state of a broker that runs on this machine."""
        return self.root / "broker"

    def prepare(self) -> DataFolder:
        """Create the folder, for its owner only; returns itself. Raises UsageError if that is not possible."""
        try:
            self.root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"the data folder cannot be made: {explained(error, self.root)}") from error
        return self


@contextmanager
def temporary() -> Iterator[DataFolder]:
    """A folder that is deleted at the end; those of processes that were killed are deleted now."""
    for left in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        with suppress(OSError):
            if left.lstat().st_uid == os.getuid() and not left.is_symlink():
                with _held(left):
                    shutil.rmtree(left)
    with (
        tempfile.TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True) as name,
        _held(Path(name)),
    ):
        yield DataFolder(Path(name))


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder until its process ends. Raises BlockingIOError if another process holds it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def default() -> Path:
    """The data folder where none is given: `carlendar-fleet` in the user's folder for data (XDG)."""
    home = os.environ.get("XDG_DATA_HOME", "")
    return (Path(home) if home.startswith("/") else Path.home() / ".local" / "share") / "carlendar-fleet"
