"""Secure deletion: sign-out of an account, end of a guest profile, "Erase all data".

Rows are deleted rather than files, because the other process has the files open; `secure_delete` overwrites their
content, the file is rewritten and its log truncated. In the rest of the data folder, files with Carlendar's names are
deleted. A marker is written first, so that the next start completes an interrupted erase.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from carlendar.errors import CarlendarError, StoreError
from carlendar.store.database import Database, move_aside, open_database
from carlendar.store.events import EventStore
from carlendar.store.folder import (
    CACHE,
    PHOTOS,
    VAULT,
    begin_erasing,
    end_erasing,
    is_erasing,
    kept_in,
    links,
    moved_aside,
    prepare_folder,
    remove,
    remove_empty,
)
from carlendar.store.schema import EVENTS, USER
from carlendar.store.user import UserStore

_EVENT_TABLES = ("events", "sources", "calendars")
_USER_TABLES = (
    "joined",
    "known",
    "outbox",
    "reminders",
    "hidden_calendars",
    "preferences",
    "seat",
    "accounts",
    "profiles",
)


def photo_path(folder: Path, account_id: str) -> Path:
    """Return the path of an account's picture; the name does not reveal the account."""
    return folder / PHOTOS / f"{hashlib.sha256(account_id.encode()).hexdigest()[:32]}.portrait"


def erase_accounts(
    folder: Path, user: UserStore, events: EventStore, account_ids: Iterable[str], wait: Callable[[float], object]
) -> None:
    """Delete all data of these accounts from the data folder, except the tokens, which belong to the identity provider.

    Files moved aside are deleted as well, because they may contain the same data. Raises StoreError if a reader
    prevented the log from being truncated; `wait` is called with the seconds between two attempts.
    """
    for account_id in account_ids:
        user.remove_account(account_id)  # first, so that nothing is stored for it any more
        with events.database.transaction() as connection:
            for table in _EVENT_TABLES:
                connection.execute(f"DELETE FROM {table} WHERE account_id = ?", (account_id,))  # noqa: S608 - constants
        with suppress(FileNotFoundError):
            photo_path(folder, account_id).unlink()
    delete_moved_aside(folder)
    for database in (events.database, user.database):
        _rewrite(database, wait)


def erase_all(
    folder: Path, tokens: Iterable[Path], wait: Callable[[float], object], *, user: UserStore | None = None,
    events: EventStore | None = None, forget: Callable[[], None] = lambda: None,
) -> None:  # fmt: skip
    """Delete all data of all drivers: accounts, events, outbox, preferences, pictures, tokens, temporary files.
    `tokens` are further files or folders with tokens; `forget` deletes data outside of the folder (the key in a
    keyring). Uses the open stores of a running service, or opens them; a database that cannot be opened is deleted as a
    file. Raises StoreError if anything could not be deleted; the next start then continues.
    """
    try:
        prepare_folder(folder)
        begin_erasing(folder)
        unforgotten = _attempted(forget)
        for path in (*tokens, *links(folder), *kept_in(folder)):
            remove(path, empty=CACHE not in path.parts[-2:])
    except OSError as error:
        raise _left_over(error) from error
    _clear_database(folder, USER.file, user.database if user else None, wait)
    _clear_database(folder, EVENTS.file, events.database if events else None, wait)
    try:
        delete_moved_aside(folder)
        for name in (PHOTOS, CACHE, VAULT):
            remove_empty(folder / name)
        if unforgotten is not None:
            raise unforgotten
        end_erasing(folder)
    except OSError as error:
        raise _left_over(error) from error


def resume_erase(
    folder: Path, tokens: Iterable[Path], wait: Callable[[float], object], forget: Callable[[], None]
) -> None:
    """Complete an interrupted `erase_all`, if there is one. Raises like it."""
    if is_erasing(folder):
        erase_all(folder, tokens, wait, forget=forget)


def _attempted(forget: Callable[[], None]) -> CarlendarError | None:
    """Call `forget` and return its error, which must not prevent the rest from being deleted."""
    try:
        forget()
    except CarlendarError as error:
        return error
    return None


def _left_over(error: OSError) -> StoreError:
    return StoreError("Not all data could be deleted.", detail=f"{type(error).__name__}: errno {error.errno}")


def delete_moved_aside(folder: Path, before: datetime | None = None) -> None:
    """Delete damaged databases that were moved aside: all, or those last written before `before`."""
    for path in moved_aside(folder):
        with suppress(FileNotFoundError):
            if before is None or path.lstat().st_mtime < before.timestamp():
                remove(path)


def _clear_database(folder: Path, file: str, database: Database | None, wait: Callable[[float], object]) -> None:
    schema, tables = (USER, _USER_TABLES) if file == USER.file else (EVENTS, _EVENT_TABLES)
    if database is not None:
        _empty(database, tables, wait)
        return
    try:
        opened = open_database(folder, schema, erasing=True)
    except StoreError:
        move_aside(folder / file)  # newer or unreadable: deleted with the files moved aside
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
    raise StoreError("Not all data could be deleted: another program is reading the calendar.")
