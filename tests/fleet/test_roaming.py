"""The whole way of a driver's settings: from the service of a car of one brand to that of a car of another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain import consent
from carlendar.domain.account import Account, AccountState, Profile
from carlendar.microsoft.settings_key import settings_key
from carlendar.root_file import RootFile
from carlendar.service.main import Paths, ServiceOptions, ServiceProcess
from carlendar.settings import load
from carlendar.store.user import UserStore
from carlendar.sync.scheduler import SyncInterval
from carlendar.telemetry.driver_settings import new_key
from carlendar.telemetry.identity import VehicleIdentity
from carlendar.telemetry.publisher import Pace
from carlendar.telemetry.schema import Topic
from carlendar.wiring import telemetry as wiring
from carlendar_devtools.emulator.cloud.running import RunningCloud
from carlendar_devtools.emulator.world.library import scenario_file
from carlendar_devtools.emulator.world.scenario import load_world
from carlendar_fleet.registry.consents import Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import Enrolment
from tests.fakes.waiting import wait_until
from tests.fleet.conftest import Stand
from tests.fleet.test_driver_settings import graph_of
from tests.service import service_program
from tests.service.conftest import Screen

ADDRESS = "ana@contoso.example"
QUICK = Pace(settle=0.0, every=0.2, collect=0.0, receipt=0.5, back_off=0.1, most=1.0)
KeyOf = Callable[[Account], str]


class ServedCar:
    """A car with its platform file, certificate, telemetry and service, in which Ana is signed in."""

    def __init__(self, stand: Stand, folder: Path, vehicle: str, brand: str, profile: str, key_of: KeyOf) -> None:
        self.profile, self._key_of = profile, key_of
        self.data, self._etc = folder / "data", folder / "etc"
        self._etc.mkdir(parents=True)
        (folder / "world").mkdir()
        self._world, self._clock = service_program.World(folder / "world"), service_program.Clock()
        (self._etc / "platform.toml").write_text(
            f'[display]\nbrand = "{brand}"\n[fleet]\nbroker = "localhost:{stand.broker.port}"\n'
            f'vehicle = "{vehicle}"\nmodel = "m1"\nca_file = "{stand.authority.certificate_file}"\n'
        )
        for empty in ("managed.toml", "settings.toml"):
            (self._etc / empty).write_text("")
        database = Database(stand.data.registry)
        enrolment, identity = Enrolment(database, stand.authority), VehicleIdentity(
            self.data / "telemetry", vehicle, brand, "m1"
        )  # fmt: skip
        enrolment.vehicles.enrol(vehicle, brand, "m1", stand.now())
        certificate = enrolment.certify(vehicle, identity.request().encode(), stand.now())
        identity.install(certificate.decode(), stand.now())
        database.close()
        user = UserStore(self.data)
        user.save_profile(Profile(profile, "Ana"), "boot 1")
        user.save_account(Account("a1", profile, ADDRESS, "Ana", "global", AccountState.SIGNED_IN, stand.now()))
        user.close()

    def start(self, ends: ExitStack) -> Screen:
        """Start the service; return a screen with the driver at the wheel."""
        owner = self._etc.stat().st_uid
        platform, managed = (
            RootFile(self._etc / f"{name}.toml", owner, self._etc.parent) for name in ("platform", "managed")
        )
        environ = {
            "CARLENDAR_CONFIG": str(self._etc / "settings.toml"), "CARLENDAR_DATA_FOLDER": str(self.data)
        }  # fmt: skip
        telemetry = wiring.telemetry(
            load(environ=environ, managed=managed, platform=platform), self._clock, self._clock, pace=QUICK
        )
        ports = service_program.ports(self._world, service_program.FileIdentity(self._world), self._clock)
        paths = Paths(self.data, self.data / "run" / "s.sock")
        service = ServiceProcess(
            paths, replace(ports, telemetry=telemetry, settings_key=self._key_of),
            ServiceOptions("test", ("Calendars.Read",), "boot 1", SyncInterval(interval=60)),
        )  # fmt: skip
        thread = threading.Thread(target=service.run)
        thread.start()
        ends.callback(thread.join, 20)
        ends.callback(service.stop)
        screen = Screen(paths.socket, self._clock)
        ends.callback(screen.client.stop)
        wait_until(lambda: screen.client.connected)
        screen.send("profile", id=self.profile)
        return screen

    def prefer(self, screen: Screen | None, **changed: str) -> None:
        """Store what the driver chose, as the screen does; with a screen, notify the service of a consent."""
        user = UserStore(self.data)
        for name, value in changed.items():
            user.prefer(name, value)
        user.close()
        if screen is not None:
            screen.send("consent")

    def preferences(self) -> dict[str, str]:
        """What is stored."""
        user = UserStore(self.data)
        found = dict(user.preferences())
        user.close()
        return found

    def agree(self, screen: Screen | None, *topics: str) -> None:
        """The driver agrees to these topics."""
        self.prefer(
            screen, **{consent.key(self.profile, each): consent.value(each, given=True) for each in topics}
        )  # fmt: skip


@pytest.fixture
def key_of(tmp_path: Path) -> Iterator[KeyOf]:
    """The key of the driver's settings, from their own account in the emulated cloud."""
    with RunningCloud(load_world(scenario_file("commute")), tmp_path / "cloud") as cloud:

        def key_of(account: Account) -> str:
            with graph_of(cloud, "User.ReadWrite", account.address) as graph:
                return settings_key(graph, lambda: new_key().text)

        yield key_of


@pytest.mark.usefixtures("service")
def test_a_drivers_settings_follow_them_to_another_brand_sealed_and_consents_are_asked_for_again(
    stand: Stand, tmp_path: Path, key_of: KeyOf
) -> None:
    keys: list[str] = []

    def noted(account: Account) -> str:
        keys.append(key_of(account))
        return keys[-1]

    stand.start_ingestion()
    first = ServedCar(stand, tmp_path / "first", "car-1", "aurelle", "ana", noted)
    second = ServedCar(stand, tmp_path / "second", "car-2", "voltane", "driver 7", noted)
    chosen = {"theme": "dark", "language": "de", "reminder_minutes": "5"}
    with ExitStack() as ends:
        first.prefer(None, **chosen)
        first.agree(None, *consent.PURPOSES)
        first.start(ends)
        wait_until(lambda: "dark" in first.preferences().get("roaming:ana", ""), what="the settings to be kept")
        database = Database(stand.data.registry)
        ends.callback(database.close)
        consents = Consents(database)
        wait_until(lambda: consents.subjects_of("car-1") == 1, what="the consents of the first car")

        screen = second.start(ends)
        before = second.preferences()
        assert all(consent.chosen(before, second.profile, topic) is None for topic in consent.PURPOSES)
        assert "theme" not in before
        second.agree(screen, consent.SETTINGS)
        wait_until(lambda: chosen.items() <= second.preferences().items(), what="the settings in the second car")
        assert consents.subjects_of("car-2") == 0

    after = second.preferences()
    assert all(consent.chosen(after, second.profile, topic) is None for topic in Topic if topic in consent.PURPOSES)
    stand.stop_ingestion()
    assert len(set(keys)) == 1
    kept = [path.read_bytes() for path in stand.data.root.rglob("*") if path.is_file()]
    for secret in (b"reminder_minutes", keys[0].encode(), ADDRESS.encode()):
        assert not [each for each in kept if secret in each]
