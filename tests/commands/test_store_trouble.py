"""A store or a vault that cannot be used: said in words, never taken for an empty day, and cleared all the same."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.errors import StoreError
from carlendar.microsoft.vault import Vault
from carlendar.service.lock import ServiceLock
from carlendar.store.events import EventStore
from carlendar.store.folder import begin_erasing, is_erasing
from carlendar.store.user import UserStore
from tests.commands.conftest import Machine

SINCE = datetime(2026, 11, 23, tzinfo=UTC)
TOKEN = b"a token that must not stay"


@pytest.fixture
def data(machine: Machine) -> Path:
    """Of a car in which Ana was signed in."""
    folder = machine.home / "data"
    user, events = UserStore(folder), EventStore(folder)
    user.save_profile(Profile("ana", "Ana"))
    user.save_account(Account("1", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, SINCE))
    user.close()
    events.close()
    vault = folder / "vault"
    vault.mkdir(mode=0o700)
    (vault / "tokens-global.sealed").write_bytes(TOKEN)
    return folder


def newer(path: Path) -> None:
    """Of a program that keeps its accounts elsewhere."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
        connection.execute("ALTER TABLE accounts RENAME TO people")


def no_file(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


TROUBLE: list[tuple[str, Callable[[Path], None]]] = [
    ("user.db", newer),
    ("user.db", no_file),
    ("user.db", pipe),
    ("events.db", no_file),
    ("events.db", pipe),
]
IDS = [f"{file} {how.__name__}" for file, how in TROUBLE]


@pytest.mark.parametrize(("file", "how"), TROUBLE, ids=IDS)
def test_a_store_that_cannot_be_read_is_not_shown_as_an_empty_day(
    machine: Machine, data: Path, file: str, how: Callable[[Path], None]
) -> None:
    how(data / file)
    done = machine.run("agenda", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("carlendar: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("file", "how"), TROUBLE, ids=IDS)
def test_a_store_that_keeps_the_service_from_starting_is_cleared_without_it(
    machine: Machine, data: Path, file: str, how: Callable[[Path], None]
) -> None:
    how(data / file)
    done = machine.run("erase", "--yes")
    assert (done.returncode, done.stdout, done.stderr) == (0, "All data has been erased.\n", "")
    assert machine.run("accounts").stdout == "No account is signed in.\n"
    left = [path for path in data.rglob("*") if path.is_file()]
    assert not any(b"ana@contoso.example" in path.read_bytes() or TOKEN in path.read_bytes() for path in left)


def test_a_pipe_in_the_place_of_the_tokens_stops_no_one(machine: Machine, data: Path) -> None:
    pipe(data / "vault" / "tokens-global.sealed")
    client = {"CARLENDAR_IDENTITY_CLIENT_ID": "00000000-0000-0000-0000-000000000000"}
    client |= {"CARLENDAR_IDENTITY_AUTHORITY": "https://localhost:9/contoso.example"}
    client |= {"CARLENDAR_IDENTITY_GRAPH": "https://localhost:9/v1.0"}
    done = machine.run("sync", **client)
    assert done.returncode == 3
    assert done.stderr.startswith("carlendar: 1 of 1 calendars could not be read: ")
    assert done.stderr.count("\n") == 1
    assert "VaultError" not in done.stderr


def test_the_folder_that_cannot_be_used_is_named_with_what_is_wrong(machine: Machine, data: Path) -> None:
    no_file(data / "store.lock")
    done = machine.run("accounts")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"carlendar: The data folder cannot be used: {data}/store.lock: Is a directory\n"
    no_file(data / "service.lock")
    with pytest.raises(StoreError, match=r"service\.lock: Is a directory"):
        ServiceLock(data).acquire()


def test_a_vault_forgets_what_is_no_file(data: Path) -> None:
    vault = data / "vault"
    shutil.copy(vault / "tokens-global.sealed", vault / "more.sealed")
    pipe(vault / "tokens-global.sealed")
    Vault(vault, sources=()).erase()
    assert not any(path.is_file() for path in vault.iterdir())


@pytest.mark.parametrize("command", ["accounts", "sync"])
def test_a_full_disk_is_reported_as_such(machine: Machine, data: Path, command: str) -> None:
    assert (data / "user.db").exists()
    done = without_room(machine, command)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("carlendar: The disk, or Carlendar's quota of it, is full")
    assert done.stderr.count("\n") == 1


def test_a_full_disk_hides_no_driver(machine: Machine, data: Path) -> None:
    """Readers share memory with the writer, in a file that cannot grow then."""
    read = "from carlendar.store.snapshot import StoreReader; from pathlib import Path; import sys;"
    read += "print([each.name for each in StoreReader(Path(sys.argv[1])).profiles()])"
    done = without_room(machine, code=(read, str(data)))
    assert (done.stdout, done.stderr) == ("['Ana']\n", "")


@pytest.mark.parametrize("blocks", [1, 20, 60, 100])
def test_a_disk_that_gets_full_while_a_store_is_made_is_reported_as_such(machine: Machine, blocks: int) -> None:
    done = without_room(machine, "sync", blocks=blocks)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("carlendar: The disk, or Carlendar's quota of it, is full")
    assert done.stderr.count("\n") == 1


def without_room(
    machine: Machine, *arguments: str, code: tuple[str, ...] = (), blocks: int = 0
) -> subprocess.CompletedProcess[str]:
    """A command, or some code, that can make no file longer than so many blocks of 512 bytes."""
    way = ["-I", "-c", *code] if code else ["-I", "-m", "carlendar", *arguments]
    return subprocess.run(
        ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh", sys.executable, *way], capture_output=True, text=True,
        check=False, env=machine.environment(),
    )  # fmt: skip


def test_erasing_a_home_folder_deletes_none_of_its_files_and_says_so(machine: Machine) -> None:
    precious = [machine.home / name for name in ("Documents/letter.odt", ".ssh/id_ed25519", "photos/holiday.jpg")]
    for path in precious:
        path.parent.mkdir(parents=True)
        path.write_text("precious")
    before = sorted(machine.home.rglob("*"))
    for command in (("erase", "--yes"), ("accounts",), ("sync",), ("sign-in",)):
        done = machine.run(*command, CARLENDAR_DATA_FOLDER=str(machine.home))
        assert done.returncode == 3
        assert done.stderr == (
            f"carlendar: {machine.home} contains other files. Set data.folder to a folder for Carlendar only.\n"
        )
    assert sorted(machine.home.rglob("*")) == before
    assert all(path.read_text() == "precious" for path in precious)


@pytest.mark.parametrize("command", [("accounts",), ("agenda",), ("sync",), ("doctor",), ("erase", "--yes")])
def test_an_interrupted_erase_is_finished_by_the_next_command(
    machine: Machine, data: Path, command: tuple[str, ...]
) -> None:
    begin_erasing(data)
    machine.run(*command)
    left = [path for path in data.rglob("*") if path.is_file()]
    assert not is_erasing(data)
    assert not any(b"ana@contoso.example" in path.read_bytes() or TOKEN in path.read_bytes() for path in left)
