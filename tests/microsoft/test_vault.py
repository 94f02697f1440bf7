"""Secrets at rest: sealed, private, and whole after a power cut at any moment."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from carlendar.errors import VaultError
from carlendar.microsoft.keys import CREDENTIAL, KEY_FILE, CredentialKey, FileKey, KeySource, SourceName
from carlendar.microsoft.private_files import TEMPORARY
from carlendar.microsoft.vault import DAMAGED, Vault

OLD, NEW = b"the old secret", b"the new secret, a little longer"


class SwitchableKey:
    """A key source that can be locked, like a keyring."""

    name = SourceName.SECRET_SERVICE

    def __init__(self) -> None:
        self.open = True
        self.key: bytes | None = None

    def available(self) -> bool:
        return self.open

    def find(self) -> bytes | None:
        return self.key if self.open else None

    def create(self) -> bytes | None:
        if self.open and self.key is None:
            self.key = bytes(range(32))
        return self.find()

    def erase(self) -> None:
        self.key = None


def with_key_file(folder: Path) -> Vault:
    return Vault(folder, sources=(FileKey(folder),))


def test_what_was_put_is_found_by_the_next_start(vault_folder: Path) -> None:
    with_key_file(vault_folder).put("tokens", OLD)
    assert with_key_file(vault_folder).get("tokens") == OLD
    assert with_key_file(vault_folder).get("other") is None


def test_files_are_private_and_hold_no_plain_text(vault_folder: Path) -> None:
    previous = os.umask(0)
    try:
        with_key_file(vault_folder).put("tokens", OLD)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(vault_folder.stat().st_mode) == 0o700
    files = list(vault_folder.iterdir())
    assert {path.name for path in files} == {KEY_FILE, "tokens.sealed"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not any(OLD in path.read_bytes() for path in files)


def test_an_open_folder_is_made_private(vault_folder: Path) -> None:
    vault_folder.mkdir(mode=0o755)
    with_key_file(vault_folder).put("tokens", OLD)
    assert stat.S_IMODE(vault_folder.stat().st_mode) == 0o700


def test_a_file_cut_at_any_byte_is_moved_aside_and_counts_as_signed_out(vault_folder: Path) -> None:
    with_key_file(vault_folder).put("tokens", OLD)
    path = vault_folder / "tokens.sealed"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        vault = with_key_file(vault_folder)
        assert vault.get("tokens") is None, length
        assert vault.damaged == {"tokens"}
        assert not path.exists()
        assert (vault_folder / f"tokens{DAMAGED}").read_bytes() == whole[:length]
        vault.put("tokens", NEW)
        assert vault.get("tokens") == NEW
        assert not vault.damaged


def test_a_file_changed_at_any_byte_is_never_believed(vault_folder: Path) -> None:
    with_key_file(vault_folder).put("tokens", OLD)
    path = vault_folder / "tokens.sealed"
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        assert with_key_file(vault_folder).get("tokens") is None, place


def test_a_secret_under_another_name_is_never_believed(vault_folder: Path) -> None:
    vault = with_key_file(vault_folder)
    vault.put("tokens", OLD)
    (vault_folder / "tokens.sealed").rename(vault_folder / "metadata.sealed")
    assert vault.get("metadata") is None


def test_a_key_file_cut_at_any_byte_means_signed_out_not_stuck(vault_folder: Path) -> None:
    key_path = vault_folder / KEY_FILE
    for length in range(32):
        vault = with_key_file(vault_folder)
        vault.put("tokens", OLD)
        key_path.write_bytes(key_path.read_bytes()[:length])
        assert with_key_file(vault_folder).get("tokens") is None, length
        after = with_key_file(vault_folder)
        after.put("tokens", NEW)
        assert with_key_file(vault_folder).get("tokens") == NEW


STEPS = range(10)
"""The steps of a first write, of the key and of the secret, one by one; the last ones are beyond the end."""


@pytest.mark.parametrize("before", STEPS)
@pytest.mark.parametrize("first", [True, False], ids=["first write", "replacing"])
def test_a_process_that_dies_between_the_steps_leaves_old_or_new(vault_folder: Path, before: int, first: bool) -> None:
    if not first:
        with_key_file(vault_folder).put("tokens", OLD)
    died = die_while_writing(vault_folder, before)
    vault = with_key_file(vault_folder)
    assert vault.get("tokens") in ({NEW, None} if first else {NEW, OLD})
    assert died or vault.get("tokens") == NEW
    assert not vault.damaged
    vault.put("tokens", NEW)
    assert vault.get("tokens") == NEW
    vault.erase()
    assert list(vault_folder.iterdir()) == []


def die_while_writing(folder: Path, before: int) -> bool:
    """Put NEW in a process that dies before its system call number `before`; whether it died."""
    child = os.fork()
    if child == 0:
        left = [before]
        for module, name in ((tempfile, "mkstemp"), (os, "fsync"), (os, "replace")):
            setattr(module, name, dying(getattr(module, name), left))
        try:
            with_key_file(folder).put("tokens", NEW)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def dying(call: Callable[..., object], left: list[int]) -> Callable[..., object]:
    def counted(*args: object, **kwargs: object) -> object:
        if left[0] == 0:
            os._exit(9)
        left[0] -= 1
        return call(*args, **kwargs)

    return counted


def test_a_locked_keyring_signs_no_one_out(vault_folder: Path) -> None:
    keyring = SwitchableKey()
    vault = Vault(vault_folder, sources=(keyring, FileKey(vault_folder)))
    vault.put("tokens", OLD)
    keyring.open = False
    with pytest.raises(VaultError):
        vault.get("tokens")
    keyring.open = True
    assert vault.get("tokens") == OLD


def test_a_keyring_that_lost_the_key_means_signed_out(vault_folder: Path) -> None:
    keyring = SwitchableKey()
    vault = Vault(vault_folder, sources=(keyring,))
    vault.put("tokens", OLD)
    keyring.key = None
    assert vault.get("tokens") is None
    assert vault.damaged == {"tokens"}


def test_sources_are_taken_in_their_order_and_named(vault_folder: Path, tmp_path: Path) -> None:
    keyring, credentials = SwitchableKey(), tmp_path / "credentials"
    credentials.mkdir()
    sources: tuple[KeySource, ...] = (
        keyring,
        CredentialKey({"CREDENTIALS_DIRECTORY": str(credentials)}),
        FileKey(vault_folder),
    )
    vault = Vault(vault_folder, sources=sources)
    assert vault.source() is SourceName.SECRET_SERVICE
    keyring.open = False
    assert vault.source() is SourceName.KEY_FILE
    (credentials / CREDENTIAL).write_bytes(b"sixteen bytes or more of it")
    assert vault.source() is SourceName.CREDENTIAL
    vault.put("tokens", OLD)
    assert not (vault_folder / KEY_FILE).exists()
    keyring.open = True
    assert vault.get("tokens") == OLD
    assert [name.label for name in SourceName] == ["Secret Service", "systemd credential", "key file"]


def test_a_short_credential_is_no_key(tmp_path: Path) -> None:
    (tmp_path / CREDENTIAL).write_bytes(b"fifteen bytes..")
    assert CredentialKey({"CREDENTIALS_DIRECTORY": str(tmp_path)}).find() is None
    assert CredentialKey({}).find() is None


def test_without_an_allowed_source_nothing_is_stored(vault_folder: Path) -> None:
    locked = SwitchableKey()
    locked.open = False
    vault = Vault(vault_folder, sources=(locked,))
    with pytest.raises(VaultError):
        vault.source()
    with pytest.raises(VaultError):
        vault.put("tokens", OLD)
    assert vault.get("tokens") is None
    assert not vault_folder.exists()


def test_a_key_file_that_is_no_longer_allowed_opens_nothing(vault_folder: Path) -> None:
    with_key_file(vault_folder).put("tokens", OLD)
    forbidden = Vault(vault_folder, sources=(SwitchableKey(),))
    assert forbidden.get("tokens") is None
    forbidden.erase()
    assert list(vault_folder.iterdir()) == []


def test_delete_and_erase_leave_nothing_of_a_secret(vault_folder: Path) -> None:
    vault = with_key_file(vault_folder)
    vault.put("tokens", OLD)
    (vault_folder / "tokens.sealed").write_bytes(b"CLV1 damaged")
    assert vault.get("tokens") is None
    vault.put("tokens", OLD)
    vault.delete("tokens")
    assert {path.name for path in vault_folder.iterdir()} == {KEY_FILE}
    vault.put("feeds", OLD)
    (vault_folder / f"{TEMPORARY}left").write_bytes(OLD)
    vault.erase()
    assert list(vault_folder.iterdir()) == []
    vault.erase()


def test_an_erase_ends_beside_what_bears_a_name_of_ours_and_is_anothers(vault_folder: Path, tmp_path: Path) -> None:
    for name in ("x.sealed", KEY_FILE):
        (vault_folder / name).mkdir(parents=True)
        (vault_folder / name / "own").write_bytes(b"another program's")
    Vault(vault_folder).erase()
    assert (vault_folder / "x.sealed" / "own").read_bytes() == b"another program's"
    file = tmp_path / "file"
    file.write_bytes(b"another program's")
    Vault(file).erase()
    assert file.read_bytes() == b"another program's"


@pytest.mark.parametrize("name", ["", "../tokens", "a/b", "UPPER", ".hidden", "x" * 81])
def test_names_cannot_lead_out_of_the_folder(vault_folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name of a secret"):
        with_key_file(vault_folder).put(name, OLD)


def test_a_link_in_place_of_a_secret_is_not_followed(vault_folder: Path, tmp_path: Path) -> None:
    vault = with_key_file(vault_folder)
    vault.put("tokens", OLD)
    target = tmp_path / "elsewhere"
    (vault_folder / "tokens.sealed").rename(target)
    (vault_folder / "tokens.sealed").symlink_to(target)
    with pytest.raises(VaultError):
        vault.get("tokens")


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(VaultError):
        with_key_file(blocked / "vault").put("tokens", OLD)
