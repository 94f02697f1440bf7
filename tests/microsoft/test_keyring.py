"""The vault's key in a Secret Service, over a real message bus; and buses that are no good."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from carlendar.errors import VaultError
from carlendar.microsoft.keyring import SecretServiceKey
from carlendar.microsoft.keys import KEY_BYTES, KEY_FILE, CredentialKey, FileKey, SourceName
from carlendar.microsoft.vault import Vault

ROOT = "/org/freedesktop/secrets"


class SecretService:
    """Answers as the specification says, on the session bus of `address`. It keeps secrets of one collection."""

    def __init__(self, address: str) -> None:
        self.items: dict[str, tuple[dict[str, str], bytes]] = {}
        self.locked = False
        self.forgetful = False
        self.silent = ""
        """The method that is never answered."""
        self.failing = ""
        """The method whose question the person dismisses."""
        self._address = address
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(5)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        bus = self._loop.run_until_complete(self._connect())
        self._ready.set()
        self._loop.run_forever()
        bus.disconnect()
        self._loop.run_until_complete(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]  # dbus-fast leaves it open
        self._loop.close()

    async def _connect(self) -> MessageBus:
        bus = await MessageBus(bus_address=self._address).connect()
        bus.add_message_handler(self._answer)
        await bus.request_name("org.freedesktop.secrets")
        return bus

    def _answer(self, message: Message) -> Message | bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.path is None:
            return None
        if message.member == self.silent:
            return True
        if message.member == self.failing:
            return Message.new_error(message, "org.freedesktop.Secret.Error.IsLocked", "dismissed")
        if message.member == "OpenSession" and message.body[0] != "plain":
            return Message.new_error(message, "org.freedesktop.DBus.Error.NotSupported", "only plain")
        signature, body = self._result(str(message.member), message.path, message.body)
        return Message.new_method_return(message, signature, body)

    def _result(self, member: str, path: str, body: list[Any]) -> tuple[str, list[Any]]:
        if member == "Get":
            return "v", [Variant("b", self.locked) if body[1] == "Locked" else Variant("s", "Login")]
        if member == "OpenSession":
            return "vo", [Variant("s", ""), f"{ROOT}/session/1"]
        if member == "ReadAlias":
            return "o", [f"{ROOT}/collection/login"]
        if member == "SearchItems":
            return "ao", [[path for path, (kept, _) in self.items.items() if body[0].items() <= kept.items()]]
        if member == "GetSecret":
            return "(oayays)", [[body[0], b"", self.items[path][1], "text/plain"]]
        if member == "Delete":
            del self.items[path]
            return "o", ["/"]
        assert member == "CreateItem", member
        made = f"{ROOT}/collection/login/{len(self.items) + 1}"
        if not self.forgetful:
            attributes = body[0]["org.freedesktop.Secret.Item.Attributes"].value
            self.items[made] = (dict(attributes), bytes(body[1][2]))
        return "oo", [made, "/"]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a session bus of its own, which is the environment's."""
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    with daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


@pytest.fixture
def service(bus: str) -> Iterator[SecretService]:
    keeper = SecretService(bus)
    yield keeper
    keeper.stop()


def test_a_key_is_made_once_and_found_by_the_next_start(service: SecretService) -> None:
    assert SecretServiceKey().find() is None
    key = SecretServiceKey().create()
    assert key is not None
    assert len(key) == KEY_BYTES
    assert SecretServiceKey().find() == key
    assert SecretServiceKey().create() == key
    assert len(service.items) == 1


def test_the_vault_prefers_it_and_writes_no_key_file(service: SecretService, vault_folder: Path) -> None:
    vault = Vault(vault_folder)
    assert vault.source() is SourceName.SECRET_SERVICE
    vault.put("tokens", b"secret")
    assert not (vault_folder / KEY_FILE).exists()
    assert Vault(vault_folder, allow_key_file=False).get("tokens") == b"secret"


def test_erasing_takes_the_key_out_of_it(service: SecretService, vault_folder: Path) -> None:
    vault = Vault(vault_folder)
    vault.put("tokens", b"secret")
    vault.erase()
    assert service.items == {}
    assert vault.get("tokens") is None


def refuses(vault: Vault) -> bool:
    """Whether it says that it is locked, whatever is asked of it that needs a key."""
    for attempt in (vault.source, lambda: vault.put("tokens", b"new"), lambda: vault.put("feed-1", b"new")):
        with pytest.raises(VaultError) as caught:
            attempt()
        assert caught.value.key == "vault_locked"
    return True


@pytest.mark.parametrize("before", [True, False])
def test_a_locked_collection_is_not_replaced_by_a_key_file_and_asks_no_one(
    service: SecretService, vault_folder: Path, before: bool
) -> None:
    if before:
        Vault(vault_folder).put("tokens", b"secret")
    service.locked = True
    now = [1000.0]
    key = SecretServiceKey(seconds=lambda: now[0])
    vault = Vault(vault_folder, sources=(key, CredentialKey({}), FileKey(vault_folder)))
    assert not key.available()
    assert refuses(vault)
    assert not (vault_folder / KEY_FILE).exists()
    if before:
        with pytest.raises(VaultError):
            vault.get("tokens")
    service.locked = False
    with pytest.raises(VaultError):
        vault.put("feed-1", b"new")  # what works in the background asks every half minute
    assert vault.source() is SourceName.SECRET_SERVICE
    assert vault.get("tokens") == (b"secret" if before else None)
    vault.put("tokens", b"new")
    assert Vault(vault_folder, allow_key_file=False).get("tokens") == b"new"


def test_a_keyring_that_went_away_is_not_replaced_while_it_seals_something(
    service: SecretService, vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Vault(vault_folder).put("tokens", b"secret")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    gone = Vault(vault_folder)
    assert refuses(gone)
    assert not (vault_folder / KEY_FILE).exists()
    gone.erase()
    gone.put("tokens", b"new")
    assert gone.source() is SourceName.KEY_FILE


@pytest.mark.parametrize("member", ["Get", "OpenSession", "SearchItems", "CreateItem"])
def test_a_service_that_hangs_or_whose_question_is_dismissed_counts_as_locked(
    service: SecretService, vault_folder: Path, member: str
) -> None:
    for way in ("silent", "dismissed"):
        service.silent, service.failing = (member, "") if way == "silent" else ("", member)
        key = SecretServiceKey(limit=0.3)
        vault = Vault(vault_folder, sources=(key, FileKey(vault_folder)))
        with pytest.raises(VaultError) as caught:
            vault.put("tokens", b"secret")
        assert caught.value.key == "vault_locked"
        assert not (vault_folder / KEY_FILE).exists()
    service.silent, service.failing = "", ""
    Vault(vault_folder).put("tokens", b"secret")
    assert not (vault_folder / KEY_FILE).exists()


def test_a_service_that_answers_again_is_asked_again_after_a_while(service: SecretService) -> None:
    now = [1000.0]
    key = SecretServiceKey(seconds=lambda: now[0])
    service.locked = True
    assert key.create() is None
    service.locked = False
    now[0] += 29
    assert key.create() is None, "it is not asked at every turn"
    now[0] += 2
    assert key.create() is not None


def test_a_service_that_does_not_keep_what_it_took_is_no_source(service: SecretService) -> None:
    service.forgetful = True
    assert SecretServiceKey().create() is None


def test_something_else_under_our_name_is_no_key(service: SecretService) -> None:
    attributes = {"application": "carlendar", "purpose": "vault-key"}
    service.items[f"{ROOT}/collection/login/7"] = (attributes, b"not a key")
    assert SecretServiceKey().find() is None
    assert SecretServiceKey().create() is not None


def test_a_bus_without_a_secret_service_is_not_available(bus: str) -> None:
    assert not SecretServiceKey().available()


@pytest.mark.parametrize("address", ["unix:path=/nowhere/at/all", "nonsense", ""])
def test_without_a_bus_the_next_source_is_taken(
    monkeypatch: pytest.MonkeyPatch, vault_folder: Path, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    vault = Vault(vault_folder)
    vault.put("tokens", b"secret")
    assert vault.source() is SourceName.KEY_FILE
    with pytest.raises(VaultError):
        Vault(vault_folder / "other", allow_key_file=False).put("tokens", b"secret")


def test_a_bus_that_says_nothing_holds_no_one_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={path}")
        vault = Vault(tmp_path / "vault", sources=(SecretServiceKey(limit=0.2), FileKey(tmp_path / "vault")))
        began = time.monotonic()
        vault.put("tokens", b"secret")
        assert vault.get("tokens") == b"secret"
        assert time.monotonic() - began < 2.0
