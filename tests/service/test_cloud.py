"""The whole way in the emulated cloud: least permissions first, more when it is allowed, and then a message."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import Account
from carlendar.domain.avatar import SIZE
from carlendar.i18n import catalogue
from carlendar.ipc.messages import SignInStatus
from carlendar.meetings.extract import find_join_details
from carlendar.meetings.html import text_of
from carlendar.microsoft.actions import MicrosoftActions
from carlendar.microsoft.calendar import MicrosoftCalendar
from carlendar.microsoft.clouds import custom_cloud
from carlendar.microsoft.graph import GraphClient
from carlendar.microsoft.identity import MicrosoftIdentity
from carlendar.microsoft.keys import FileKey
from carlendar.microsoft.photo import read_photo
from carlendar.microsoft.session import HttpSession
from carlendar.microsoft.vault import Vault
from carlendar.platform.picture import decoded
from carlendar.service.main import Paths, ServiceOptions, ServicePorts, ServiceProcess
from carlendar.store.avatars import AvatarFolder
from carlendar.store.records import OutboxItem, Snapshot
from carlendar.store.user_writer import UserWriter
from carlendar.sync.scheduler import SyncInterval
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.mailbox import Mailbox
from tests.fakes.waiting import wait_until
from tests.service import service_program
from tests.service.conftest import Screen

LOCALE = Path(__file__).resolve().parents[2] / "assets" / "locale"


@pytest.fixture
def composed(cloud: RunningCloud, paths: Paths) -> Iterator[ServicePorts]:
    """The service's ports with the real adapters."""
    known = custom_cloud(cloud.authority, cloud.graph, str(cloud.ca_file))
    http, folder = HttpSession(ca_file=known.ca_file), paths.tokens[0]
    identity = MicrosoftIdentity(known, cloud.client_id, Vault(folder, sources=(FileKey(folder),)), http)

    def graph(account: Account) -> GraphClient:
        return GraphClient(known, http, lambda claims: identity.token(account.id, account.scopes, claims))

    world = service_program.World(paths.folder.parent / "world")
    given = service_program.ports(world, service_program.FileIdentity(world))
    yield replace(
        given,
        identity=identity,
        source_of=lambda account: MicrosoftCalendar(graph(account), account.id),
        actions_of=lambda account: MicrosoftActions(graph(account)),
        fetch_avatar=lambda account, tag: read_photo(graph(account), tag, decoded),
        extract=lambda event, text: find_join_details(event, text, "DE"),
        text_of=text_of,
        words=lambda language: catalogue.load(language, LOCALE),
        languages=catalogue.available(LOCALE),
    )
    http.close()


def test_running_late_needs_the_permission_and_reaches_the_organiser_once_it_is_there(
    composed: ServicePorts, ada: Mailbox, paths: Paths, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    options = ServiceOptions(
        "test", ("User.Read", "Calendars.Read"), "boot 1", SyncInterval(interval=60),
        more_scopes=("Mail.Send", "Calendars.ReadWrite"),
    )  # fmt: skip
    service = ServiceProcess(paths, composed, options)
    thread = threading.Thread(target=service.run)
    thread.start()

    def sign_in(**more: str) -> None:
        before = len(screen.heard)
        screen.send("sign_in", profile="p1", way="device", **more)
        over = ("done", "failed", "expired")
        wait_until(lambda: any(isinstance(m, SignInStatus) and m.phase in over for m in screen.heard[before:]))
        assert screen.sign_in.phase == "done"

    def late(key: str) -> tuple[str, str]:
        (stored,) = read().events
        now = composed.wall.now()
        writer = UserWriter(paths.folder)
        writer.put(OutboxItem(key, stored.account.id, stored.event.id, "late", {"minutes": "10"}, now, now))
        writer.close()
        screen.send("outbox")
        wait_until(lambda: _outbox(read)[key][0] in ("sent", "given_up"))
        return _outbox(read)[key]

    try:
        sign_in()
        wait_until(lambda: read().events and read().events[0].event.body)
        (account,) = read().accounts
        assert set(account.scopes) == {"User.Read", "Calendars.Read"}
        assert late("k1") == ("given_up", "refused")
        assert ada.sent == []
        assert read().accounts[0].state == account.state
        sign_in(account=account.id, more="1")
        assert {"Mail.Send", "Calendars.ReadWrite"} <= set(read().accounts[0].scopes)
        assert late("k2") == ("sent", "")
    finally:
        service.stop()
        thread.join(20)
    (sent,) = ada.sent
    assert sent.to == ("jonas@fabrikam.example",)
    assert sent.subject == "Ich komme später: Quartalszahlen"
    assert "10 Minuten" in sent.text


def test_the_photo_is_in_the_car_after_the_sign_in_and_gone_once_it_is_cleared(
    composed: ServicePorts, paths: Paths, screen: Screen, read: Callable[..., Snapshot]
) -> None:
    scopes = ("User.Read", "Calendars.Read")
    service = ServiceProcess(paths, composed, ServiceOptions("test", scopes, "boot 1", SyncInterval(interval=60)))
    thread = threading.Thread(target=service.run)
    thread.start()
    photos = paths.folder / "photos"
    try:
        screen.send("sign_in", profile="p1", way="device")
        wait_until(lambda: photos.is_dir() and any(photos.glob("*.portrait")))
        (account,) = read().accounts
        kept = AvatarFolder(paths.folder).read(account.id)
        assert kept is not None
        assert (len(kept.image.pixels), bool(kept.image.tag)) == (SIZE, True)
        screen.send("erase")
        wait_until(lambda: not read().accounts and not photos.exists())
    finally:
        service.stop()
        thread.join(20)


def _outbox(read: Callable[..., Snapshot]) -> dict[str, tuple[str, str]]:
    return {item.key: (item.state.value, item.reason) for item in read().outbox}
