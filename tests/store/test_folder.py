"""Whose a folder is, and that nothing is deleted but what bears a name of Carlendar's."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from carlendar.domain.account import Profile
from carlendar.domain.avatar import AvatarImage
from carlendar.errors import StoreError, VaultError
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.vault import Vault
from carlendar.service.lock import ServiceLock
from carlendar.store.avatars import AvatarFolder, StoredAvatar
from carlendar.store.erase import delete_moved_aside, erase_all, photo_path
from carlendar.store.events import EventStore
from carlendar.store.folder import ERASING, MARKER, begin_erasing, is_erasing, is_own, prepare_folder, require_own
from carlendar.store.user import UserStore

FOREIGN = (
    ".ssh/id_ed25519", "Documents/letter.odt", "photos/holiday.jpg", "vault/keepass.kdbx", "cache/thumbnails/1.png",
    "run/other.pid", "user.db.backup", "events.db.damaged-notes.txt", "notes.sealed", "cache.tmp", "deep/down.json",
)  # fmt: skip
"""What a home folder may hold beside Carlendar's files, under names that come near to them."""


def no_wait(_: float) -> None:
    """Nothing to wait for."""


def plant(folder: Path) -> dict[Path, bytes]:
    """Other people's files in `folder`, with what is in them."""
    planted = {}
    for number, name in enumerate(FOREIGN):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"precious %d" % number)
        planted[path] = path.read_bytes()
    return planted


def untouched(planted: dict[Path, bytes]) -> bool:
    return all(path.read_bytes() == content for path, content in planted.items())


def store(folder: Path) -> None:
    """A store as an earlier version left it: no marker."""
    user, events = UserStore(folder), EventStore(folder)
    user.save_profile(Profile("p", "Ana"))
    user.close()
    events.close()
    (folder / MARKER).unlink()


def test_a_folder_of_other_files_is_neither_opened_nor_erased(tmp_path: Path) -> None:
    planted, mode = plant(tmp_path), tmp_path.stat().st_mode
    before = sorted(tmp_path.rglob("*"))
    for attempt in (
        lambda: erase_all(tmp_path, (), no_wait), lambda: UserStore(tmp_path), lambda: EventStore(tmp_path),
        lambda: ServiceLock(tmp_path).acquire(), lambda: require_own(tmp_path),
    ):  # fmt: skip
        with pytest.raises(StoreError, match=r"data\.folder"):
            attempt()
    assert untouched(planted)
    assert sorted(tmp_path.rglob("*")) == before
    assert tmp_path.stat().st_mode == mode


def test_only_known_names_are_deleted_in_a_home_folder_of_an_earlier_version(tmp_path: Path) -> None:
    store(tmp_path)
    planted = plant(tmp_path)
    own = (tmp_path / "vault" / "tokens-global.sealed", photo_path(tmp_path, "a1"), tmp_path / "vault" / "vault.key",
           tmp_path / "user.db.damaged-1-wal", tmp_path / "cache" / "mesa_shader_cache" / "ab" / "cd")  # fmt: skip
    for path in own:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"ours")
    assert is_own(tmp_path)
    erase_all(tmp_path, (), no_wait)
    assert untouched(planted)
    assert not [path for path in own if path.exists()]
    reopened = UserStore(tmp_path)
    assert reopened.profiles() == ()
    reopened.close()


def test_pictures_of_people_are_tidied_and_no_others(tmp_path: Path) -> None:
    store(tmp_path)
    planted = plant(tmp_path)
    AvatarFolder(tmp_path).clean_up((), 1e12)
    delete_moved_aside(tmp_path)
    assert untouched(planted)


@pytest.mark.parametrize("name", ["user.db", "events.db"])
def test_a_database_of_another_program_is_no_proof(tmp_path: Path, name: str) -> None:
    (tmp_path / "diary.txt").write_text("dear diary")
    connection = sqlite3.connect(tmp_path / name)
    connection.execute("CREATE TABLE profiles (id)")
    connection.commit()
    connection.close()
    assert not is_own(tmp_path)


@pytest.mark.parametrize("names", [(), ("user.db", "user.db-wal", "store.lock"), ("cache", "run"), ("lost+found",)])
def test_an_empty_folder_and_one_of_nothing_but_known_names_are_taken(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).mkdir() if "." not in name else (tmp_path / name).write_bytes(b"garbage")
    prepare_folder(tmp_path)
    (tmp_path / "more.txt").write_text("put here later")
    assert is_own(tmp_path)
    assert tmp_path.stat().st_mode & 0o077 == 0


def test_a_link_in_the_markers_place_marks_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (tmp_path / "elsewhere").write_text("x")
    (folder / "diary.txt").write_text("dear diary")
    (folder / MARKER).symlink_to(tmp_path / "elsewhere")
    assert not is_own(folder)


def test_links_are_removed_and_what_they_lead_to_is_not_touched(tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    store(folder)
    planted = plant(away)
    (away / "tokens.sealed").write_bytes(b"mine")
    (away / f"{'0' * 32}.portrait").write_bytes(b"mine")
    for name in ("photos", "vault", "cache", "run"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).symlink_to(away, target_is_directory=True)
    for name in ("events.db-wal", "user.db.damaged-1"):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(away / "Documents" / "letter.odt")
    erase_all(folder, (), no_wait)
    assert untouched(planted)
    assert (away / "tokens.sealed").exists()
    assert not [path for path in folder.iterdir() if path.is_symlink()]


def test_a_link_within_a_known_folder_is_removed_and_not_followed(tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    store(folder)
    planted = plant(away)
    for name in ("vault", "photos", "cache"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "vault" / "tokens-global.sealed").symlink_to(away / "Documents" / "letter.odt")
    (folder / "photos" / f"{'0' * 32}.portrait").symlink_to(away / "photos" / "holiday.jpg")
    (folder / "cache" / "mesa_shader_cache").symlink_to(away, target_is_directory=True)
    os.link(away / "Documents" / "letter.odt", folder / "vault" / "feed-1.sealed")
    erase_all(folder, (), no_wait)
    assert untouched(planted)
    assert not [path for path in folder.rglob("*") if path.is_symlink()]
    assert not (folder / "vault").exists()


@pytest.mark.parametrize("name", ["user.db", "events.db", "store.lock"])
def test_no_database_is_opened_through_a_link(tmp_path: Path, name: str) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    prepare_folder(folder)
    (folder / name).symlink_to(away)
    with pytest.raises(StoreError):
        UserStore(folder) if name != "events.db" else EventStore(folder)
    assert not away.exists()


def test_folders_under_names_of_files_are_someone_elses(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store(folder)
    names = (
        "events.db.damaged-1",
        "user.db.damaged-3-wal",
        "vault/a.sealed",
        f"photos/{'0' * 32}.portrait",
        ".erasing",
    )
    planted = {folder / name / "letter.txt": b"precious" for name in names}
    for path, content in planted.items():
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    assert not is_erasing(folder)
    with pytest.raises(StoreError):  # the promise cannot be written
        erase_all(folder, (), no_wait)
    (folder / ERASING).rename(tmp_path / "moved")
    erase_all(folder, (), no_wait)
    assert all(path.exists() for path in planted if ERASING not in path.parts)


def test_the_socket_of_a_running_service_stays(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store(folder)
    (folder / "run").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "run" / "service.sock"))
        erase_all(folder, (), no_wait)
        assert (folder / "run" / "service.sock").is_socket()


def test_a_folder_that_is_being_erased_is_opened_by_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store(folder)
    begin_erasing(folder)
    assert is_erasing(folder)
    with pytest.raises(StoreError, match="erase was interrupted"):
        UserStore(folder)
    (folder / ERASING).unlink()
    UserStore(folder).close()


def test_nothing_is_kept_behind_a_link(tmp_path: Path) -> None:
    folder, away = tmp_path / "data", tmp_path / "away"
    store(folder)
    away.mkdir()
    for name in ("photos", "vault"):
        (folder / name).symlink_to(away, target_is_directory=True)
    with pytest.raises(VaultError):
        Vault(folder / "vault", sources=(FileKey(folder / "vault"),)).put("tokens-global", b"secret")
    with pytest.raises(StoreError):
        AvatarFolder(folder).write("a1", StoredAvatar(AvatarImage("", b""), 0.0))
    assert list(away.iterdir()) == []
