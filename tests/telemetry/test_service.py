"""Telemetry in the running service: from a synchronisation through consent and queue to a real broker, and back."""

from __future__ import annotations

import base64
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import json
from msgspec.structs import replace

from carlendar.domain import consent
from carlendar.domain.account import Account, AccountState, AppRole, Profile
from carlendar.ipc.messages import DataChanged, Stored
from carlendar.root_file import RootFile
from carlendar.service.main import Paths, ServiceOptions, ServiceProcess
from carlendar.settings import Settings, load
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem
from carlendar.store.user import UserStore
from carlendar.sync.scheduler import SyncInterval
from carlendar.telemetry import control, schema
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.identity import VehicleIdentity
from carlendar.telemetry.signing import public_bytes, sign
from carlendar.wiring import telemetry as wiring
from tests.fakes.back_end import BackEnd
from tests.fakes.mosquitto import Mosquitto
from tests.fakes.waiting import wait_until
from tests.service import service_program
from tests.service.conftest import Screen
from tests.telemetry.conftest import CAR, QUICK

COMMANDS, POLICIES, FIRST, SECOND = (Ed25519PrivateKey.from_private_bytes(bytes([each]) * 32) for each in range(1, 5))
NOW = datetime.now(UTC)


def key(private: Ed25519PrivateKey) -> str:
    """The public key as in the platform file."""
    return base64.b64encode(public_bytes(private)).decode()


class Car:
    """A car with a service in a thread, and a screen that is connected to it."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.folder, self._broker = folder, broker
        self.data = folder / "data"
        self.world = service_program.World(folder / "world")
        self.world.folder.mkdir()
        self.world.say("tokens of", "a1")
        self.clock = service_program.Clock()
        (folder / "etc").mkdir()
        (folder / "etc" / "platform.toml").write_text(
            f'[display]\nbrand = "aurora"\n[fleet]\nbroker = "localhost:{broker.port}"\nvehicle = "{CAR}"\n'
            f'model = "A1"\nca_file = "{broker.authority.ca_file}"\ncommand_keys = ["{key(COMMANDS)}"]\n'
            f'policy_keys = ["{key(POLICIES)}"]\nerase_keys = ["{key(FIRST)}", "{key(SECOND)}"]\n'
        )
        self.identity = VehicleIdentity(self.data / "telemetry", CAR, "aurora", "A1")
        self.identity.install(broker.authority.sign(self.identity.request().encode()), self.clock.now())
        self.managed = ""
        self.roles: tuple[AppRole, ...] = ()
        """What the organisation of the account restricts, by each token."""
        self._stack = ExitStack()
        self.codes: list[int] = []

    def settings(self) -> Settings:
        """The settings as the processes read them."""
        (self.folder / "etc" / "managed.toml").write_text(self.managed)
        (self.folder / "settings.toml").write_text("")
        platform, managed = (
            RootFile(self.folder / "etc" / f"{name}.toml", self.folder.stat().st_uid, self.folder)
            for name in ("platform", "managed")
        )
        environ = {"CARLENDAR_CONFIG": str(self.folder / "settings.toml"), "CARLENDAR_DATA_FOLDER": str(self.data)}
        return load(environ=environ, managed=managed, platform=platform)

    def start(self) -> Screen:
        """Start a service; return a screen."""
        paths = Paths(self.data, self.data / "run" / "s.sock")
        telemetry = wiring.telemetry(self.settings(), self.clock, self.clock, pace=QUICK)
        assert telemetry is not None
        identity = service_program.FileIdentity(self.world)
        ports = replace(
            service_program.ports(self.world, identity, self.clock), telemetry=telemetry, forget=telemetry.erase,
            roles_of=lambda _account_id: self.roles,
        )  # fmt: skip
        options = ServiceOptions("test", ("Calendars.Read",), "boot 1", SyncInterval(interval=60))
        service = ServiceProcess(paths, ports, options)
        thread = threading.Thread(target=lambda: self.codes.append(service.run()))
        thread.start()
        screen = Screen(paths.socket, self.clock)
        self._stack.callback(thread.join, 20)
        self._stack.callback(service.stop)
        self._stack.callback(screen.client.stop)
        wait_until(lambda: screen.client.connected)
        screen.send("profile", id="ana")
        return screen

    def stop(self) -> None:
        """Stop the service."""
        self._stack.close()

    def choose(self, screen: Screen | None, *topics: str, given: bool = True, profile: str = "ana") -> None:
        """Store a choice as the screen does, and notify the service."""
        user = UserStore(self.data)
        for topic in topics:
            user.prefer(consent.key(profile, topic), consent.value(topic, given=given))
        user.close()
        if screen is not None:
            screen.send("consent")


@pytest.fixture
def car(tmp_path: Path, broker: Mosquitto) -> Iterator[Car]:
    """A car with one driver, Ana, who has an account and has not consented to anything."""
    made = Car(tmp_path, broker)
    user = UserStore(made.data)
    user.save_profile(Profile("ana", "Ana"), "boot 1")
    user.save_account(Account("a1", "ana", "ana@contoso.example", "Ana", "global", AccountState.SIGNED_IN, NOW))
    user.close()
    yield made
    made.stop()


def command(
    kind: type[control.VehicleCommand], *signers: Ed25519PrivateKey, number: int = 1, **fields: object
) -> bytes:
    """A signed command for the car."""
    given: dict[str, object] = {
        "id": str(uuid.uuid4()), "vehicle": CAR, "number": number, "issued": instant(NOW),
        "expires": instant(NOW + timedelta(days=1)), "version": 1, **fields,
    }  # fmt: skip
    return sign(json.encode(kind(**given)), *(signers or (COMMANDS,)))  # type: ignore[arg-type]  # by name


def test_a_synchronisation_is_published_only_once_the_driver_has_consented(car: Car, back_end: BackEnd) -> None:
    screen = car.start()
    wait_until(lambda: back_end.reports)
    screen.send("refresh")
    wait_until(lambda: screen.sync.as_of)
    assert not back_end.envelopes
    car.choose(screen, "diagnostics")
    wait_until(lambda: back_end.events("consent"))
    screen.send("refresh")
    wait_until(lambda: back_end.events("sync"))
    (sync,) = back_end.events("sync")
    assert isinstance(sync, schema.SyncEvent)
    assert (sync.source, sync.error) == (schema.SourceKind.MICROSOFT, schema.ErrorKind.NONE)
    assert {each.brand for each in back_end.envelopes} == {"aurora"}


def test_withdrawing_deletes_the_topics_queue_at_once_and_notifies_the_back_end(car: Car, back_end: BackEnd) -> None:
    car.choose(None, "diagnostics", "usage")
    screen = car.start()
    wait_until(lambda: len(back_end.events("consent")) == 2)
    back_end.silent = True
    screen.send("count", event="late", minutes="10", outcome="sent")
    wait_until(lambda: back_end.events("late"))
    car.choose(screen, "usage", given=False)
    wait_until(lambda: any(isinstance(e, schema.ConsentEvent) and not e.granted for e in back_end.events("consent")))
    withdrawn = back_end.events("consent")[-1]
    assert withdrawn == schema.ConsentEvent(topic=schema.Topic.USAGE, granted=False, purpose_version=1)
    car.stop()
    stored = (car.data / "telemetry" / "queue.db").read_bytes()
    assert b'"outcome":"sent"' not in stored


def test_what_a_screen_counts_is_published_and_nonsense_is_dropped(car: Car, back_end: BackEnd) -> None:
    car.choose(None, "diagnostics", "usage", "mobility")
    screen = car.start()
    screen.send("count", event="join", service="Quarterly review", way="dial_in", outcome="connected")
    screen.send("count", event="security", kind="settings_rejected")
    screen.send("count", event="consent", topic="usage", granted="true", purpose_version="1")
    screen.send("count", event="nothing")
    screen.send("count", event="join", service="teams", way="dial_in", outcome="connected", connected_ms="8400")
    screen.send("count", event="trip", hour="8", minutes="25", distance_km="15", charge_percent="80")
    wait_until(lambda: back_end.events("trip"))
    wait_until(lambda: back_end.events("join"))
    assert len(back_end.events("join")) == 1
    assert not back_end.events("security")
    assert len(back_end.events("consent")) == 3


def test_a_screen_that_ends_without_saying_so_is_counted_as_crashed(car: Car, back_end: BackEnd) -> None:
    car.choose(None, "diagnostics")
    first = car.start()
    second = Screen(car.data / "run" / "s.sock", car.clock)
    for each in (first, second):
        wait_until(lambda: each.client.connected)  # noqa: B023 - called at once
        each.send("count", event="start_up", process="screen", duration_ms="800", major="0", minor="1", patch="0")
    wait_until(lambda: len(back_end.events("start_up")) >= 2, what="the start of two screens")
    second.client.stop()
    first.send("refresh")
    wait_until(lambda: back_end.events("watchdog"), what="the end of the second screen")
    first.send("count", event="uptime", process="screen", minutes="3", crashed="false")
    first.client.stop()
    wait_until(lambda: len(_uptimes(back_end)) == 2, what="the proper end of the first screen")
    assert sorted(each.crashed for each in _uptimes(back_end)) == [False, True]
    assert back_end.events("watchdog") == [schema.WatchdogEvent(kind=schema.WatchdogKind.SCREEN_ENDED)]


def _uptimes(back_end: BackEnd) -> list[schema.UptimeEvent]:
    found = [each for each in back_end.events("uptime") if isinstance(each, schema.UptimeEvent)]
    return [each for each in found if each.process is schema.Process.SCREEN]


def test_a_message_that_is_given_up_is_counted_as_failed(car: Car, back_end: BackEnd) -> None:
    car.choose(None, "usage")
    user = UserStore(car.data)
    (account,) = user.accounts()
    car.roles = (AppRole.NO_LATE_MESSAGES,)
    user.save_account(replace(account, roles=car.roles))
    now = car.clock.now()
    Outbox(user.database).put(OutboxItem("k1", "a1", "e1", "late", {"minutes": "10"}, now, now))
    user.close()
    car.start()
    wait_until(lambda: back_end.events("late"), what="the message that came too late")
    assert back_end.events("late") == [schema.LateEvent(minutes=10, outcome=schema.LateOutcome.FAILED)]


def test_a_guest_and_a_driver_whose_organisation_forbids_it_send_nothing(car: Car, back_end: BackEnd) -> None:
    user = UserStore(car.data)
    user.save_profile(Profile("guest", "Guest", is_guest=True), "boot 1")
    car.roles = (AppRole.NO_TELEMETRY,)
    user.set_account_roles("a1", car.roles)
    user.close()
    for profile in ("ana", "guest"):
        car.choose(None, "diagnostics", "usage", profile=profile)
    screen = car.start()
    for profile in ("guest", "ana"):
        screen.send("profile", id=profile)
        screen.send("count", event="late", minutes="10", outcome="sent")
    wait_until(lambda: back_end.reports)
    screen.send("refresh")
    wait_until(lambda: screen.sync.as_of)
    assert not back_end.envelopes


def test_the_managed_file_forbids_a_topic_and_never_grants_one(car: Car, back_end: BackEnd) -> None:
    car.managed = '[telemetry]\nforbidden = ["usage"]\n'
    car.choose(None, "diagnostics", "usage")
    car.start()
    wait_until(lambda: back_end.events("consent"))
    assert {each.topic for each in back_end.events("consent") if isinstance(each, schema.ConsentEvent)} == {
        schema.Topic.DIAGNOSTICS
    }


def test_commands_are_executed_and_their_results_reported(car: Car, back_end: BackEnd) -> None:
    back_end.desired = (
        command(control.CalendarChanged).decode(), command(control.ShowStored).decode(), "nonsense",
        command(control.ShowStored, number=2, vehicle="car-0002").decode(),
    )  # fmt: skip
    screen = car.start()
    wait_until(lambda: len(back_end.results) >= 4)
    outcomes = [(each.name, each.outcome.value) for each in back_end.results[:4]]
    assert outcomes == [
        ("calendar_changed", "done"), ("show_stored", "done"), ("", "malformed"), ("show_stored", "foreign"),
    ]  # fmt: skip
    wait_until(lambda: screen.last(Stored))
    assert back_end.results[1].counts["drivers"] == 1
    wait_until(lambda: len(back_end.events("security")) == 2)
    assert {each.kind for each in back_end.events("security") if isinstance(each, schema.SecurityEvent)} == {
        schema.SecurityKind.COMMAND_FOREIGN, schema.SecurityKind.COMMAND_MALFORMED,
    }  # fmt: skip
    assert all(each.subject is None for each in back_end.envelopes)


def test_erase_needs_two_approvals_and_waits_for_an_emergency_call(car: Car, back_end: BackEnd) -> None:
    car.choose(None, "usage")
    screen = car.start()
    wait_until(lambda: back_end.events("consent"))
    screen.send("emergency", on="1")
    screen.send("count", event="late", minutes="10", outcome="sent")
    wait_until(lambda: back_end.events("late"))
    back_end.send(CAR, "commands/erase_car", command(control.EraseCar, FIRST, FIRST))
    back_end.send(CAR, "commands/erase_car", command(control.EraseCar, COMMANDS, FIRST))
    valid = command(control.EraseCar, FIRST, SECOND)
    back_end.send(CAR, "commands/erase_car", valid)
    wait_until(lambda: len(back_end.results) == 3)
    assert [each.outcome.value for each in back_end.results] == ["foreign", "foreign", "waiting"]
    screen.send("emergency", on="0")
    screen.send("count", event="late", minutes="15", outcome="sent")
    back_end.send(CAR, "commands/erase_car", valid)
    wait_until(lambda: screen.last(DataChanged) == DataChanged("erased"))
    wait_until(lambda: back_end.results[-1].outcome is control.CommandOutcome.DONE)
    wait_until(lambda: any(isinstance(e, schema.ConsentEvent) and not e.granted for e in back_end.events("consent")))
    user = UserStore(car.data)
    assert not user.profiles()
    assert not user.preferences()
    user.close()
    back_end.send(CAR, "commands/erase_car", valid)
    wait_until(lambda: back_end.results[-1].repeated)
    subjects = {each.subject for each in back_end.envelopes if each.subject}
    assert len(subjects) == 1
    assert next(iter(subjects)).encode() not in (car.data / "telemetry" / "journal.json").read_bytes()


def test_a_signed_policy_restricts_and_survives_only_with_its_signature(car: Car, back_end: BackEnd) -> None:
    screen = car.start()
    wait_until(lambda: back_end.reports)
    policy = '[late]\nallowed = false\n[telemetry]\nforbidden = ["mobility"]\n'
    back_end.send(CAR, "commands/managed_settings", command(control.ManagedSettings, settings=policy))
    lifting = "[late]\nallowed = true\n"
    back_end.send(
        CAR, "commands/managed_settings", command(control.ManagedSettings, POLICIES, settings=lifting, number=1)
    )
    back_end.send(
        CAR, "commands/managed_settings", command(control.ManagedSettings, POLICIES, settings=policy, number=2)
    )
    wait_until(lambda: len(back_end.results) == 3)
    assert [each.outcome.value for each in back_end.results] == ["foreign", "refused", "done"]
    settings = car.settings()
    assert not settings.switch("late.allowed")
    assert settings.values["late.allowed"].locked
    assert settings.names("telemetry.forbidden") == ("mobility",)
    screen.send("stop")
    car.stop()
    (car.data / "telemetry" / "policy.toml").write_text("[telephone]\njoin_muted = true\n")
    wiring.telemetry(car.settings(), car.clock, car.clock)
    assert not car.settings().switch("late.allowed")
    (car.data / "telemetry" / "policy.jws").write_bytes(command(control.ManagedSettings, settings=policy))
    wiring.telemetry(car.settings(), car.clock, car.clock)
    assert car.settings().switch("late.allowed")


def test_without_a_broker_in_the_platform_file_there_is_no_telemetry(car: Car) -> None:
    (car.folder / "etc" / "platform.toml").write_text('[display]\nbrand = "aurora"\n')
    assert wiring.telemetry(car.settings(), car.clock, car.clock) is None


def test_a_certificate_that_expires_is_renewed_over_the_connection(
    car: Car, back_end: BackEnd, broker: Mosquitto
) -> None:
    old = broker.authority.sign(car.identity.request().encode(), days=90, now=NOW - timedelta(days=80))
    car.identity.install(old, car.clock.now())
    before = car.identity.file.read_bytes()
    car.start()
    wait_until(lambda: back_end.reports)
    request = back_end.reports[0].certificate_request
    assert request is not None
    renewed = broker.authority.sign(request.encode(), days=90)
    back_end.send(CAR, "commands/x", command(control.InstallCertificate, certificate=renewed))
    wait_until(lambda: len(back_end.reports) == 2)
    assert back_end.results[-1].outcome is control.CommandOutcome.DONE
    assert back_end.reports[1].certificate_request is None
    assert car.identity.file.read_bytes() != before
