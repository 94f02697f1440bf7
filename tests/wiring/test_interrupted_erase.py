"""An erase that is killed at any step is finished by the next start, and nothing is read before that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from carlendar.commands.stored_data import snapshot
from carlendar.domain.account import Account, AccountState, Calendar, Profile
from carlendar.domain.event import Event
from carlendar.domain.timespan import Timespan
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.vault import Vault
from carlendar.settings import Settings, load
from carlendar.store import erase
from carlendar.store.database import Database
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.folder import VAULT, is_erasing
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from carlendar.wiring import erasing

WORD, NOW = "Xylophonkonzert", datetime(2026, 11, 23, 8, tzinfo=UTC)
KILLED = 137
STEPS = 400
"""More than an erase has."""
WATCHED = frozenset({"os.remove", "os.rmdir", "os.truncate", "os.rename", "sqlite3.connect"})


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    home = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "CARLENDAR_DATA_FOLDER": str(tmp_path / "data")}
    return load(environ=home, managed=None, platform=None)


def plant(folder: Path) -> None:
    user, events = UserStore(folder), EventStore(folder)
    user.save_profile(Profile(WORD, WORD))
    account = Account("a1", WORD, f"{WORD}@contoso.example", WORD, "global", AccountState.SIGNED_IN, NOW)
    user.save_account(account)
    calendar = Calendar("c1", "a1", WORD, is_default=True)
    events.save_calendars("a1", [calendar])
    start = NOW + timedelta(hours=1)
    event = Event("e1", "c1", WORD, Timespan(start, start + timedelta(hours=1)), version="1")
    events.save(calendar, [EventUpsert(event)], [], StoredSyncToken(WORD), NOW)
    user.close()
    events.close()
    vault = Vault(folder / VAULT, sources=(FileKey(folder / VAULT),))
    vault.put("tokens-global", WORD.encode())
    picture = erase.photo_path(folder, "a1")
    picture.parent.mkdir(exist_ok=True)
    picture.write_text(WORD)
    (folder / "user.db.damaged-1").write_text(WORD)


def left(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and WORD.encode() in path.read_bytes()]


def counted(method: Callable[[Database], object], met: Callable[[], None]) -> Callable[[Database], object]:
    def called(database: Database) -> object:
        met()
        return method(database)

    return called


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do `work` in a process that ends as by SIGKILL before its `step`-th change; False when it ended by itself."""
    child = os.fork()
    if child == 0:
        count = 0

        def met() -> None:
            nonlocal count
            count += 1
            if count == step:
                os._exit(KILLED)

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
            if event in WATCHED or writes:
                met()

        for name in ("transaction", "compact", "truncate_log"):
            setattr(Database, name, counted(getattr(Database, name), met))
        sys.addaudithook(hook)
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child ends here, whatever happened
            os._exit(1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code == KILLED


def test_an_erase_killed_at_each_step_is_finished_at_the_next_start(settings: Settings) -> None:
    folder, begun, steps = settings.data_folder, 0, 0
    window = Timespan(NOW - timedelta(days=1), NOW + timedelta(days=1))
    for step in range(1, STEPS):
        plant(folder)
        if not killed_at(step, lambda: erasing.erase_without_service(settings)):
            break
        steps = step
        reader = StoreReader(folder)
        read = reader.read(window, UTC)
        reader.close()
        if is_erasing(folder):
            begun += 1
            assert (read.profiles, read.events, read.accounts) == ((), (), ())
            if step % 3 == 0:  # and the next attempt may be killed as well
                killed_at(1 + step % 7, lambda: erasing.resume(settings))
            snapshot(settings, NOW, NOW + timedelta(days=1), UTC)  # any command that opens the store
            assert left(folder) == []
            assert not is_erasing(folder)
        else:
            assert not begun or left(folder) == []
    assert not is_erasing(folder)
    assert left(folder) == []
    assert begun > 15
    assert steps < STEPS - 1


def test_nothing_is_deleted_before_the_promise_is_on_the_disk(settings: Settings) -> None:
    folder = settings.data_folder
    plant(folder)
    before = sorted(left(folder))
    step = 1
    while killed_at(step, lambda: erasing.erase_without_service(settings)) and not is_erasing(folder):
        assert sorted(left(folder)) == before
        step += 1
    assert is_erasing(folder)
