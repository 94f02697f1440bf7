"""What signing in leaves on the machine, what signing out takes away, and a vault that has its moods."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from carlendar.domain.account import AppRole
from carlendar.domain.ports import SignedIn
from carlendar.errors import SignInNeededError, VaultError
from carlendar.microsoft.clouds import READ_SCOPES, Cloud
from carlendar.microsoft.faults import RENEW
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey, SourceName
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar_devtools.emulator.cloud.faults import Fault
from carlendar_devtools.emulator.cloud.running import RunningCloud

ADA, BEN = "ada@contoso.example", "ben@contoso.example"
Asked = list[tuple[str, dict[str, str]]]
SignedInAs = Callable[..., SignedIn]
Start = Callable[[], MicrosoftIdentity]


def renewals(asked: Asked) -> list[str]:
    """The refresh tokens that were spent."""
    return [form["refresh_token"] for _, form in asked if form.get("grant_type") == "refresh_token"]


class Moody(FileKey):
    """A key that is locked away at times, like a keyring's."""

    name = SourceName.SECRET_SERVICE
    open = True

    def available(self) -> bool:
        return self.open

    def find(self) -> bytes | None:
        return super().find() if self.open else None

    def create(self) -> bytes | None:
        return super().create() if self.open else None


class FullDisk(Vault):
    """A vault whose disk is full once `full` is set."""

    full = False

    def put(self, name: str, secret: bytes) -> None:
        if self.full:
            raise VaultError("full")
        super().put(name, secret)


def test_signing_out_works_offline_and_leaves_nothing_of_the_account(
    signed_in: SignedInAs, identity: MicrosoftIdentity, start: Start, running: RunningCloud, vault: Vault
) -> None:
    ada, ben = signed_in(identity), signed_in(identity, BEN)
    running.inject(Fault("cut", None))
    start().sign_out(ada.account_id)
    fresh = start()
    assert fresh.account_ids() == {ben.account_id}
    with pytest.raises(SignInNeededError) as caught:
        fresh.token(ada.account_id, READ_SCOPES)
    assert caught.value.reason == "signed_out"
    fresh.sign_out(ben.account_id)
    fresh.sign_out(ben.account_id)
    assert start().account_ids() == frozenset()


def test_clearing_the_car_leaves_no_file_and_nothing_in_memory(
    identity: MicrosoftIdentity, start: Start, signed_in: SignedInAs, vault: Vault, vault_folder: Path
) -> None:
    account = signed_in(identity)
    for each in (account, signed_in(identity, BEN)):
        identity.sign_out(each.account_id)
    vault.erase()
    assert list(vault_folder.iterdir()) == []
    for program in (identity, start()):
        with pytest.raises(SignInNeededError):
            program.token(account.account_id, READ_SCOPES)
    assert signed_in(identity) == account


def test_nothing_of_an_account_is_readable_on_the_disk_or_in_the_log(
    signed_in: SignedInAs,
    identity: MicrosoftIdentity,
    running: RunningCloud,
    vault_folder: Path,
    asked: Asked,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    account = signed_in(identity)
    token = identity.token(account.account_id, READ_SCOPES, RENEW)
    spent = renewals(asked)
    disk = b"".join(path.read_bytes() for path in vault_folder.iterdir())
    for secret in (ADA, "Ada Example", token, *spent):
        assert secret not in caplog.text
        assert secret.encode() not in disk


def test_a_damaged_vault_means_signed_out(
    signed_in: SignedInAs, identity: MicrosoftIdentity, start: Start, running: RunningCloud, vault_folder: Path
) -> None:
    account = signed_in(identity)
    for path in vault_folder.glob("tokens*"):
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(SignInNeededError) as caught:
        start().token(account.account_id, READ_SCOPES)
    assert caught.value.reason == "signed_out"
    fresh = start()
    assert signed_in(fresh) == account


def test_a_locked_keyring_signs_no_one_out(
    cloud: Cloud, running: RunningCloud, vault_folder: Path, http: HttpSession, signed_in: SignedInAs
) -> None:
    key = Moody(vault_folder)
    account = signed_in(MicrosoftIdentity(cloud, running.client_id, Vault(vault_folder, sources=(key,)), http))
    key.open = False
    later = MicrosoftIdentity(cloud, running.client_id, Vault(vault_folder, sources=(key,)), http)
    with pytest.raises(VaultError):
        later.token(account.account_id, READ_SCOPES)
    key.open = True
    assert later.token(account.account_id, READ_SCOPES)


def test_while_the_keyring_is_locked_no_one_signs_in_and_no_one_is_lost(
    cloud: Cloud, running: RunningCloud, vault_folder: Path, http: HttpSession, signed_in: SignedInAs, tmp_path: Path
) -> None:
    key, other = Moody(vault_folder), FileKey(tmp_path / "other")
    ada = signed_in(MicrosoftIdentity(cloud, running.client_id, Vault(vault_folder, sources=(key, other)), http))
    before = {path: path.read_bytes() for path in vault_folder.iterdir()}
    key.open = False
    later = MicrosoftIdentity(cloud, running.client_id, Vault(vault_folder, sources=(key, other)), http)
    with pytest.raises(VaultError) as caught:
        signed_in(later, BEN)
    assert caught.value.key == "vault_locked"
    assert {path: path.read_bytes() for path in vault_folder.iterdir()} == before
    assert not (tmp_path / "other").exists()
    key.open = True
    ben = signed_in(later, BEN)
    assert later.account_ids() == {ada.account_id, ben.account_id}
    assert later.token(ada.account_id, READ_SCOPES)


def test_a_keyring_that_is_locked_in_the_middle_of_a_sign_in_keeps_the_accounts_that_are_there(
    cloud: Cloud, running: RunningCloud, vault_folder: Path, http: HttpSession, signed_in: SignedInAs, tmp_path: Path
) -> None:
    key, other = Moody(vault_folder), FileKey(tmp_path / "other")
    identity = MicrosoftIdentity(cloud, running.client_id, Vault(vault_folder, sources=(key, other)), http)
    ada = signed_in(identity)
    flow = identity.start_device_code(READ_SCOPES)
    running.approve(flow.code.user_code, BEN)
    key.open = False
    with pytest.raises(VaultError):
        flow.poll()
    key.open = True
    assert identity.account_ids() == {ada.account_id}
    again = MicrosoftIdentity(cloud, running.client_id, Vault(vault_folder, sources=(key, other)), http)
    assert again.account_ids() == {ada.account_id}
    assert again.token(ada.account_id, READ_SCOPES)


def test_a_full_disk_takes_no_good_token_away_but_no_sign_in_is_promised(
    cloud: Cloud, running: RunningCloud, vault_folder: Path, http: HttpSession, signed_in: SignedInAs
) -> None:
    vault = FullDisk(vault_folder, sources=(FileKey(vault_folder),))
    identity = MicrosoftIdentity(cloud, running.client_id, vault, http)
    account = signed_in(identity)
    vault.full = True
    token = identity.token(account.account_id, READ_SCOPES, RENEW)
    with pytest.raises(VaultError):
        signed_in(identity, BEN)
    assert identity.account_ids() == {account.account_id}
    vault.full = False
    assert identity.token(account.account_id, READ_SCOPES) == token
    again = Vault(vault_folder, sources=(FileKey(vault_folder),))
    assert MicrosoftIdentity(cloud, running.client_id, again, http).token(account.account_id, READ_SCOPES) == token


def test_what_the_organisation_restricts_is_read_from_the_id_token_at_the_sign_in_and_at_each_renewal(
    signed_in: SignedInAs, identity: MicrosoftIdentity, running: RunningCloud
) -> None:
    mailbox = running.world.mailboxes[ADA]
    mailbox.person = replace(mailbox.person, roles=("Carlendar.NoTelemetry", "Contoso.Other"))
    ada = signed_in(identity)
    assert ada.roles == (AppRole.NO_TELEMETRY,)
    assert identity.roles_of(ada.account_id) == (AppRole.NO_TELEMETRY,)
    mailbox.person = replace(mailbox.person, roles=("Carlendar.DialInOnly", "Carlendar.NoCache"))
    identity.token(ada.account_id, READ_SCOPES)
    assert identity.roles_of(ada.account_id) == (AppRole.NO_TELEMETRY,)
    identity.token(ada.account_id, READ_SCOPES, RENEW)
    assert identity.roles_of(ada.account_id) == (AppRole.NO_CACHE, AppRole.DIAL_IN_ONLY)
    assert identity.roles_of("nobody") == ()
