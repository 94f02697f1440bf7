"""A private SQLite file with migrations and integrity checks, shared by two processes.

Files have mode 0600 in a folder of mode 0700. Journals are write-ahead logs, temporary data stays in memory, and
deleted content is overwritten (`secure_delete`), so that erased data cannot be recovered from the file. `sqlite3`
errors are translated to `StoreError`.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carlendar.domain.base import Value
from carlendar.errors import StoreError
from carlendar.sqlite_transaction import atomic
from carlendar.store.folder import is_erasing, prepare_folder
from carlendar.store.sqlite_errors import is_damage, translated, unusable

if TYPE_CHECKING:
    from carlendar.store.salvage import Decoder

BUSY_TIMEOUT = 5.0
"""Seconds that a connection waits for another one to finish writing."""

DAMAGED_MARK = ".damaged-"
"""Part of the name of damaged files that were moved aside; "Erase all data" and any sign-out delete them."""

_log = logging.getLogger(__name__)


class Schema(Value, frozen=True):
    """One database: its migrations in order, each a tuple of statements; the version is their number.
    A `rebuildable` database is a cache: it is discarded if it is unreadable, whereas the readable part of any other is
    salvaged. `probes` are queries of all columns: if one fails, a file of this version is damaged, and one of a newer
    version is incompatible. `decoders` validate salvaged rows. The file never grows beyond `most_bytes`.
    """

    file: str
    migrations: tuple[tuple[str, ...], ...]
    synchronous: str
    rebuildable: bool
    probes: tuple[str, ...] = ()
    decoders: tuple[Decoder, ...] = ()
    most_bytes: int = 64 * 1024 * 1024

    @property
    def version(self) -> int:
        """The version that this program writes."""
        return len(self.migrations)


class Database:
    """One connection, shared by the threads of the process under a lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """An atomic transaction, committed when the block ends."""
        with self.lock, translated(), atomic(self._connection) as connection:
            yield connection

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        with self.lock, translated():
            return self._connection.execute(query, values).fetchall()

    def change(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run one statement in its own transaction; return the number of changed rows."""
        with self.transaction() as connection:
            return connection.execute(statement, values).rowcount

    def truncate_log(self) -> bool:
        """Checkpoint and truncate the write-ahead log; return False while another connection is reading."""
        with self.lock, translated():
            self._connection.execute("PRAGMA busy_timeout=100")  # the caller decides how long to retry
            try:
                busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT * 1000)}")
            return not busy

    def compact(self) -> None:
        """Rewrite the file without free pages (VACUUM)."""
        with self.lock, translated():
            self._connection.execute("VACUUM")

    def close(self) -> None:
        """Release the file."""
        with self.lock, translated():
            self._connection.close()


def open_database(folder: Path, schema: Schema, *, erasing: bool = False) -> Database:
    """Open for writing, after creation, check, repair or migration, by one process at a time.
    A damaged file is moved aside and replaced by a new one; its readable rows are salvaged unless it is rebuildable. A
    file of a newer schema is replaced if it is rebuildable; otherwise it is used if compatible, else StoreError is
    raised. A folder with an interrupted erase can only be opened for `erasing`.
    """
    try:
        prepare_folder(folder)
        if is_erasing(folder) and not erasing:
            raise StoreError("An erase was interrupted. Start Carlendar again to complete it.")
        with _alone(folder), translated():
            return Database(_open_sound(folder / schema.file, schema))
    except OSError as error:
        raise unusable(folder, error) from error


def open_reader(path: Path, *, immutable: bool = False) -> sqlite3.Connection | None:
    """Open read-only without checks, which is fast enough for the first frame. Return None if there is no file.

    `immutable` is for a file without writers: its log is ignored. A read-only connection never deletes the log of a
    file

    that another process has replaced.
    """
    if not path.exists():
        return None
    mode = "ro&immutable=1" if immutable else "ro"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT, isolation_level=None,
        check_same_thread=False,
    )  # fmt: skip
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def _open_sound(path: Path, schema: Schema) -> sqlite3.Connection:
    try:
        return _open_checked(path, schema)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not is_damage(error):
            raise
        _log.warning("%s is damaged and was replaced", path.name)
        damaged = move_aside(path)
        connection = _open_checked(path, schema)
        if not schema.rebuildable:
            from carlendar.store.salvage import salvage

            salvage(damaged, connection, schema.decoders)
        return connection


def _open_checked(path: Path, schema: Schema) -> sqlite3.Connection:
    connection = _connect(path, schema.synchronous)
    try:
        _bound(connection, schema.most_bytes)
        _check(connection)
        if _version(connection) > schema.version:
            if schema.rebuildable:
                _drop_everything(connection)
            else:
                _probe(connection, schema)
                return connection
        _migrate(connection, schema)
        _require_columns(connection, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(path: Path, synchronous: str) -> sqlite3.Connection:
    # Created beforehand, because SQLite would use the process's umask; -wal and -shm take the file's mode.
    # Never through a link, whose target is not Carlendar's and would survive an erase.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA temp_store=MEMORY")
        with _file_at_fault():  # "unsupported file format" for a damaged header
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA journal_size_limit=1048576")
    except BaseException:
        connection.close()
        raise
    return connection


def _bound(connection: sqlite3.Connection, most_bytes: int) -> None:
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.execute(f"PRAGMA max_page_count={max(1, most_bytes // int(size))}")


def _check(connection: sqlite3.Connection) -> None:
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok":
        error = sqlite3.DatabaseError("quick_check failed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _require_columns(connection: sqlite3.Connection, schema: Schema) -> None:
    """Check the columns: damage in the stored definition of a table can rename them, which `quick_check` does not
    detect."""
    with _file_at_fault():
        for query in schema.probes:
            connection.execute(f"EXPLAIN {query}")  # reads no rows: a damaged row must not affect the others


@contextmanager
def _file_at_fault() -> Iterator[None]:
    """Treat a plain error of SQLite as damage, for statements that only fail on a damaged file."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _migrate(connection: sqlite3.Connection, schema: Schema) -> None:
    for number in range(_version(connection), schema.version):
        with atomic(connection):
            for statement in schema.migrations[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={number + 1}")


def _drop_everything(connection: sqlite3.Connection) -> None:
    # In place, not with a new file: another process may have this one open.
    names = connection.execute("SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    connection.execute("BEGIN IMMEDIATE")
    for kind, name in names:
        if not name.startswith("sqlite_"):
            quoted = name.replace('"', '""')
            connection.execute(f'DROP {kind} IF EXISTS "{quoted}"')
    connection.execute("PRAGMA user_version=0")
    connection.execute("COMMIT")


def _probe(connection: sqlite3.Connection, schema: Schema) -> None:
    try:
        for query in schema.probes:
            connection.execute(query).fetchone()
    except sqlite3.OperationalError as error:
        raise StoreError(
            "Your accounts and settings were saved by a newer Carlendar, which this one cannot read. "
            "Install the newer version again, or erase all data.",
            detail=f"{schema.file}: {error}",
        ) from error


def move_aside(path: Path) -> Path:
    """Rename a database and its logs to make room for a new one; they are kept until the next erase.

    Returns the new path.
    """
    number = sum(1 for _ in path.parent.glob(f"{path.name}{DAMAGED_MARK}*")) + 1
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{path}{DAMAGED_MARK}{number}{suffix}")
    return Path(f"{path}{DAMAGED_MARK}{number}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that only one process repairs or migrates at a time."""
    handle = os.open(folder / "store.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
