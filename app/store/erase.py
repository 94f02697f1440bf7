"""Leaving nothing behind: one account's sign-out, a guest's end, "Clear this car".

Rows are deleted rather than files, because the other process has them open; `secure_delete` overwrites
their content, the file is written anew and its log emptied. Everything else in the data folder goes.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from app.errors import StoreError
from app.store.database import DAMAGED_MARK, Database, move_aside, open_database, prepare_folder
from app.store.events import EventStore
from app.store.schema import EVENTS, USER
from app.store.user import UserStore

PHOTOS = "photos"
"""Folder of people's pictures within the data folder."""

CACHE = "cache"
"""Folder of the interface's shaders: nobody's data, and mapped into the memory of a screen that runs."""

_OWN_FILES = frozenset(
    {"store.lock", "service.lock"} | {f"{s.file}{end}" for s in (EVENTS, USER) for end in ("", "-wal", "-shm")}
)
_EVENT_TABLES = ("events", "sources", "calendars")
_USER_TABLES = ("known", "outbox", "reminders", "hidden_calendars", "preferences", "seat", "accounts", "profiles")


def photo_path(folder: Path, account_id: str) -> Path:
    """Where an account's picture is kept; the name tells nothing of the account."""
    return folder / PHOTOS / f"{hashlib.sha256(account_id.encode()).hexdigest()[:32]}.portrait"


def erase_accounts(
    folder: Path, user: UserStore, events: EventStore, account_ids: Iterable[str], wait: Callable[[float], object]
) -> None:
    """Delete everything of these accounts from the data folder; their tokens are the identity's to forget.

    Files moved aside go as well, for they may hold the same. Raises StoreError when a reader kept the
    log from being emptied; `wait` is called with the seconds between two attempts.
    """
    for account_id in account_ids:
        user.remove_account(account_id)  # first: from now on nothing is saved for it
        with events.database.transaction() as connection:
            for table in _EVENT_TABLES:
                connection.execute(f"DELETE FROM {table} WHERE account_id = ?", (account_id,))  # noqa: S608 - constants
        with suppress(FileNotFoundError):
            photo_path(folder, account_id).unlink()
    delete_moved_aside(folder)
    for database in (events.database, user.database):
        _rewrite(database, wait)


def clear_car(
    folder: Path, tokens: Iterable[Path], wait: Callable[[float], object], *, user: UserStore | None = None,
    events: EventStore | None = None,
) -> None:  # fmt: skip
    """Delete everything of everybody: accounts, events, outbox, preferences, photos, tokens, leftovers.

    `tokens` are the files or folders of the token cache. Works with the stores of a running service or,
    without one, on its own; a database that cannot be opened is deleted as a file. Raises StoreError
    when something could not be deleted: nothing is called cleared that is not.
    """
    _clear_database(folder, USER.file, user.database if user else None, wait)
    _clear_database(folder, EVENTS.file, events.database if events else None, wait)
    try:
        for path in tokens:
            _delete(path)
        for path in folder.iterdir():
            if path.name not in _OWN_FILES:
                _delete(path, empty=path.name != CACHE)
    except OSError as error:
        raise StoreError("Not everything could be deleted.", detail=f"{type(error).__name__}: {error}") from error


def delete_moved_aside(folder: Path, before: datetime | None = None) -> None:
    """Delete databases that were moved aside because they were damaged: all, or those last written earlier."""
    for path in folder.glob(f"*{DAMAGED_MARK}*"):
        with suppress(FileNotFoundError):
            if before is None or path.stat().st_mtime < before.timestamp():
                _delete(path)


def _clear_database(folder: Path, file: str, database: Database | None, wait: Callable[[float], object]) -> None:
    schema, tables = (USER, _USER_TABLES) if file == USER.file else (EVENTS, _EVENT_TABLES)
    if database is not None:
        _empty(database, tables, wait)
        return
    prepare_folder(folder)
    try:
        opened = open_database(folder, schema)
    except StoreError:
        move_aside(folder / file)  # of a newer version or beyond reading: deleted with what was moved aside
        return
    try:
        _empty(opened, tables, wait)
    finally:
        opened.close()


def _empty(database: Database, tables: Iterable[str], wait: Callable[[float], object]) -> None:
    with database.transaction() as connection:
        for table in tables:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
    _rewrite(database, wait)


def _rewrite(database: Database, wait: Callable[[float], object], attempts: int = 50) -> None:
    database.compact()
    for _ in range(attempts):
        if database.truncate_log():
            return
        wait(0.1)
    raise StoreError("Not everything could be deleted: another program is reading the calendar.")


def _delete(path: Path, *, empty: bool = True) -> None:
    """Delete a file, or a folder with all that is in it; sockets stay, for a running service listens at one.

    Files are emptied first where nobody maps them: a program that has a mapped file cut off dies of SIGBUS.
    """
    if path.is_dir() and not path.is_symlink():
        for child in path.iterdir():
            _delete(child, empty=empty)
        if not any(path.iterdir()):
            path.rmdir()
    elif not path.is_socket():
        with suppress(FileNotFoundError):
            if empty and path.is_file() and not path.is_symlink():
                os.truncate(path, 0)  # also for whoever still holds it open
            path.unlink()
