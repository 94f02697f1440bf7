"""Pictures on the disk: private, whole or absent, and only of those who may be seen."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Profile
from carlendar.domain.avatar import SIZE, AvatarImage
from carlendar.errors import StoreError
from carlendar.store.avatars import AvatarFolder, AvatarStore, StoredAvatar
from carlendar.store.erase import photo_path
from carlendar.store.records import AccountAvatar
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore

RED, BLUE = b"\xff\0\0\xff" * (SIZE // 4), b"\0\0\xff\xff" * (SIZE // 4)


@pytest.fixture
def written(folder: Path, user: UserStore) -> AvatarFolder:
    return AvatarFolder(folder)


@pytest.fixture
def shown(folder: Path, user: UserStore) -> Iterator[AvatarStore]:
    reader = StoreReader(folder)
    yield AvatarStore(folder, reader)
    reader.close()


def test_a_picture_is_kept_for_its_owner_alone(written: AvatarFolder, folder: Path) -> None:
    kept = StoredAvatar(AvatarImage('"1"', RED), 1000.5)
    written.write("a1", kept)
    path = photo_path(folder, "a1")
    assert written.read("a1") == kept
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]
    assert [each.name for each in path.parent.iterdir()] == [path.name], "nothing half written stays"
    assert "a1" not in path.name
    written.write("a1", replace(kept, image=AvatarImage()))
    assert written.read("a1") == StoredAvatar(AvatarImage(), 1000.5)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"[]\n", b'{"tag": "1"}\n', b'{"tag": "1", "checked": 1}\nshort', b"\xff" * 3000]
)
def test_a_damaged_picture_counts_as_none(
    written: AvatarFolder, folder: Path, shown: AvatarStore, content: bytes
) -> None:
    written.write("a1", StoredAvatar(AvatarImage("", RED), 1.0))
    photo_path(folder, "a1").write_bytes(content)
    assert written.read("a1") is None
    assert shown.read() == ()


def test_a_folder_that_cannot_be_written_is_reported(written: AvatarFolder, folder: Path) -> None:
    (folder / "photos").write_text("a file in its place")
    with pytest.raises(StoreError):
        written.write("a1", StoredAvatar(AvatarImage("", RED), 1.0))


def test_the_screen_sees_pictures_of_drivers_but_of_no_guest_and_no_blocked_account(
    written: AvatarFolder, shown: AvatarStore, user: UserStore, account: Account
) -> None:
    user.save_profile(Profile("guest", "Guest", is_guest=True))
    user.save_account(replace(account, id="a2", profile_id="guest"))
    user.save_account(replace(account, id="a3", state=AccountState.BLOCKED))
    user.save_account(replace(account, id="a4", state=AccountState.SIGN_IN_NEEDED))
    for account_id in ("a1", "a2", "a3", "a4"):
        written.write(account_id, StoredAvatar(AvatarImage("", RED), 1.0))
    assert shown.read() == (AccountAvatar("a1", "ana", RED), AccountAvatar("a4", "ana", RED))


def test_a_picture_is_read_again_only_when_it_is_another_one(
    written: AvatarFolder, shown: AvatarStore, folder: Path
) -> None:
    written.write("a1", StoredAvatar(AvatarImage("", RED), 1.0))
    (first,) = shown.read()
    (second,) = shown.read()
    assert first.pixels is second.pixels
    written.write("a1", StoredAvatar(AvatarImage("", BLUE), 2.0))
    assert shown.read() == (AccountAvatar("a1", "ana", BLUE),)
    written.remove("a1")
    assert shown.read() == ()


def test_pictures_of_no_one_of_long_ago_and_half_written_go(written: AvatarFolder, folder: Path) -> None:
    for account_id, checked in (("a1", 100.0), ("a2", 99.0), ("gone", 100.0)):
        written.write(account_id, StoredAvatar(AvatarImage("", RED), checked))
    (folder / "photos" / "tmpx1").write_bytes(RED)
    written.clean_up({"a1", "a2"}, before=100.0)
    assert list((folder / "photos").iterdir()) == [photo_path(folder, "a1")]
