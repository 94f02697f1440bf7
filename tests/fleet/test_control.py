"""Commands reach cars, are carried out once, and their results come back: the car's own receiver over mosquitto."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from carlendar.cli import main
from carlendar.errors import StoreError
from carlendar.telemetry.commands import VerificationKeys
from carlendar.telemetry.control import CalendarChanged, CommandOutcome, CommandResult, Reported, ShowStored
from carlendar.telemetry.envelope import instant
from carlendar.telemetry.publisher import Pace, VehicleInfo
from carlendar.telemetry.signing import key_name, public_bytes, sign
from carlendar_fleet.control.keys import create, load, public_text
from carlendar_fleet.control.orders import Orders
from carlendar_fleet.control.service import ControlService
from carlendar_fleet.registry.authority import Authority
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.enrolment import A_DAY, Enrolment
from carlendar_fleet.simulate.car import CarEnvironment, SimulatedCar, SkewedClock
from tests.fakes.waiting import wait_until
from tests.fleet.cars import NOW, enrol, folder
from tests.fleet.clients import key_and_request
from tests.fleet.conftest import Stand

PACE = Pace(settle=0.0, every=0.1, collect=0.0, receipt=0.5, back_off=0.05, most=0.5)


def named(*keys: Ed25519PrivateKey) -> dict[str, bytes]:
    return {key_name(public_bytes(each)): public_bytes(each) for each in keys}


class Fleet:
    """A control service in a thread, and one car that accepts its commands."""

    def __init__(self, stand: Stand, ends: ExitStack) -> None:
        self.stand = stand
        folder_of_keys = stand.data.root / "keys"
        folder_of_keys.mkdir()
        self.command, self.policy, first, second = (create(folder_of_keys / name) for name in "cpab")
        keys = VerificationKeys(named(self.command), named(self.policy), named(first, second))
        self.public_keys = folder_of_keys / "public"
        self.public_keys.write_text(f"{public_text(first)}\n{public_text(second)}\n")
        self.approvers = folder_of_keys / "a", folder_of_keys / "b"
        self.database = Database(stand.data.registry)
        self.enrolment = Enrolment(self.database, stand.authority)
        self.orders = Orders(self.database)
        self.service = ControlService(Database(stand.data.registry), self.enrolment, self.command, stand.now)
        stand.run_control(self.service)
        self.car = self._car(keys)
        ends.callback(self.car.stop)

    def _car(self, keys: VerificationKeys) -> SimulatedCar:
        environment = CarEnvironment(
            self.stand.broker.host, self.stand.broker.port, self.stand.authority.certificate_file, keys, PACE
        )
        vehicle = VehicleInfo("car-1", "aurelle", "m1", "0.1.0")
        self.enrolment.vehicles.enrol("car-1", "aurelle", "m1", self.stand.now())
        made = SimulatedCar(
            self.stand.data.root / "car-1", vehicle, "0" * 32, environment, SkewedClock(self.stand.now), "1"
        )  # fmt: skip
        made.install(self.enrolment.certify("car-1", made.request(), self.stand.now()))
        return made

    def wait_status(self, identifier: str, status: str) -> None:
        wait_until(lambda: self.orders.get(identifier).status == status, what=lambda: str(self.states()))

    def states(self) -> list[tuple[str, int, str]]:
        return [(each.name, each.number, each.status) for each in self.orders.all()]

    def order(self, kind: type[CalendarChanged | ShowStored]) -> str:
        """As another process orders it."""
        drafted = self.orders.draft(kind, "car-1", self.stand.now())
        return self.orders.release(drafted.id, sign(msgspec.json.encode(drafted), self.command)).id


@pytest.fixture
def fleet(stand: Stand) -> Iterator[Fleet]:
    with ExitStack() as ends:
        yield Fleet(stand, ends)


def test_a_command_that_was_given_while_the_car_was_away_is_offered_when_it_reports(fleet: Fleet) -> None:
    given = fleet.order(CalendarChanged)
    fleet.car.start()
    fleet.wait_status(given, CommandOutcome.DONE)
    assert fleet.car.done == ["calendar_changed"]


def test_a_command_reaches_a_connected_car_at_once_and_its_counts_come_back(fleet: Fleet) -> None:
    fleet.car.start()
    wait_until(lambda: fleet.service.counts["reported"], what="the report")
    given = fleet.order(ShowStored)
    fleet.wait_status(given, CommandOutcome.DONE)
    again = fleet.order(ShowStored)
    fleet.wait_status(again, CommandOutcome.DONE)
    assert fleet.car.done == ["show_stored"] * 2
    assert [number for _, number, _ in fleet.states()] == [1, 2]


def test_an_erase_needs_two_approvals_of_different_people_and_is_carried_out_once(
    fleet: Fleet, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = ["--data", str(fleet.stand.data.root)], str(fleet.stand.data.root / "erase.json")
    assert main(["fleet", "erase", "draft", "car-1", "--out", file, *data]) == 0
    submit = ["fleet", "erase", "submit", file, "--keys", str(fleet.public_keys), *data]
    assert main(submit) == 2
    for _ in range(2):  # twice the same person
        assert main(["fleet", "erase", "approve", file, "--key", str(fleet.approvers[0])]) == 0
    assert main(submit) == 2
    assert "1 of 2 approvers" in capsys.readouterr().err
    assert main(["fleet", "erase", "approve", file, "--key", str(fleet.approvers[1])]) == 0
    assert main(submit) == 0
    assert main(submit) == 2  # it was submitted already
    fleet.car.start()
    wait_until(lambda: fleet.states()[-1][2] == CommandOutcome.DONE, what=lambda: str(fleet.states()))
    fleet.car.restart()
    wait_until(lambda: fleet.service.counts["reported"] >= 2, what="the second report")
    assert fleet.car.done == ["erase"]


def test_a_policy_is_signed_by_its_own_key_alone(fleet: Fleet, tmp_path: Path) -> None:
    policy = tmp_path / "managed.toml"
    policy.write_text("[telemetry]\nforbidden = ['usage']\n")
    keys = fleet.stand.data.root / "keys"
    give = ["fleet", "command", "car-1", "managed_settings", "--settings", str(policy)]
    data = ["--data", str(fleet.stand.data.root)]
    assert main([*give, "--key", str(keys / "c"), *data]) == 0  # the key for commands
    fleet.car.start()
    wait_until(lambda: fleet.service.counts[f"result {CommandOutcome.FOREIGN}"], what=lambda: str(fleet.service.counts))
    assert fleet.car.policies == []
    assert main([*give, "--key", str(keys / "p"), *data]) == 0
    wait_until(lambda: fleet.car.policies, what="the policy")
    assert fleet.car.policies == [policy.read_text()]


def test_a_certificate_is_renewed_over_the_connection_before_it_expires(fleet: Fleet) -> None:
    before = fleet.enrolment.vehicles.get("car-1")
    _, request = key_and_request("car-1")
    answers: list[tuple[str, bytes]] = []
    report = Reported(
        softwareversion="0.1.0", brand="aurelle", model="m1", time=instant(fleet.stand.now()),
        certificate_request=request.decode(),
    )  # fmt: skip
    service = ControlService(fleet.database, fleet.enrolment, fleet.command, fleet.stand.now)
    for _ in range(2):
        service.received("vehicles/car-1/reported", msgspec.json.encode(report), lambda *each: answers.append(each))
    assert [topic for topic, _ in answers] == ["vehicles/car-1/desired"] * 2
    assert len(fleet.orders.all("car-1")) == 1  # the same request is certified once
    assert before.status == "active"


def unconnected(path: Path, *vehicles: str) -> tuple[ControlService, Enrolment]:
    """A control service without a connection, in whose registry these vehicles are active."""
    data = folder(path)
    enrol(data, *vehicles)
    database = Database(data.registry)
    enrolment = Enrolment(database, Authority(data.authority, NOW))
    return ControlService(database, enrolment, create(path / "key"), lambda: NOW), enrolment


def test_messages_that_cannot_be_used_are_dropped_and_counted(tmp_path: Path) -> None:
    service, enrolment = unconnected(tmp_path, "car-1", "car-2")
    enrolment.revoke("car-2", NOW)
    _, foreign = key_and_request("car-2")
    report = Reported(
        softwareversion="0.1.0", brand="a", model="m", time=instant(NOW), certificate_request=foreign.decode()
    )
    for topic, content in (
        ("vehicles/car-1/reported", b""), ("vehicles/car-1/reported", b"{}"), ("vehicles/car-1/results", b"[" * 60_000),
        ("vehicles/car-1/reported", b" " * 70_000), ("vehicles/car-9/reported", msgspec.json.encode(report)),
        ("vehicles/car-2/reported", msgspec.json.encode(report)),
        ("vehicles/car-1/reported", msgspec.json.encode(report)),  # asks for a certificate of another car
    ):  # fmt: skip
        service.received(topic, content, lambda *_: pytest.fail("an answer"))
    assert service.counts["refused"] == 7


def test_a_car_that_asks_for_ever_new_certificates_is_refused(tmp_path: Path) -> None:
    service, enrolment = unconnected(tmp_path, "car-1")
    for _ in range(A_DAY + 5):
        _, request = key_and_request("car-1")
        report = Reported(
            softwareversion="0.1.0", brand="a", model="m", time=instant(NOW), certificate_request=request.decode()
        )
        service.received("vehicles/car-1/reported", msgspec.json.encode(report), lambda *_: None)
    assert enrolment.vehicles.certified_since("car-1", NOW - timedelta(days=1)) == A_DAY
    assert service.counts["refused"] >= 5


def test_the_control_service_goes_on_after_the_registry_could_not_be_written(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = threading.Event()

    def full(_now: object) -> None:
        failed.set()
        monkeypatch.undo()
        raise StoreError("the registry cannot be written")

    monkeypatch.setattr(fleet.service.orders, "expire", full)
    fleet.car.start()
    given = fleet.order(CalendarChanged)
    assert failed.wait(15)
    fleet.wait_status(given, CommandOutcome.DONE)
    assert fleet.car.done == ["calendar_changed"]


def test_no_car_can_answer_for_another(tmp_path: Path) -> None:
    service, _ = unconnected(tmp_path, "car-1", "car-2")
    given = service.give(CalendarChanged, "car-1")
    result = CommandResult(id=given.id, name="calendar_changed", outcome=CommandOutcome.DONE, time=instant(NOW))
    service.received("vehicles/car-2/results", msgspec.json.encode(result), lambda *_: None)
    assert service.orders.get(given.id).status == "pending"
    service.received("vehicles/car-1/results", msgspec.json.encode(result), lambda *_: None)
    assert service.orders.get(given.id).status == "done"


def test_a_later_command_takes_the_place_of_an_earlier_one_and_old_ones_expire(tmp_path: Path) -> None:
    data = folder(tmp_path)
    enrol(data, "car-1")
    orders = Orders(Database(data.registry))
    signer = create(tmp_path / "key")
    given = []
    for _ in range(2):
        drafted = orders.draft(CalendarChanged, "car-1", NOW)
        given.append(orders.release(drafted.id, sign(msgspec.json.encode(drafted), signer)).id)
    assert [each.id for each in orders.pending("car-1", NOW)] == given[1:]
    assert orders.pending("car-1", NOW + timedelta(days=8)) == []
    orders.expire(NOW + timedelta(days=8))
    assert [each.status for each in orders.all()] == ["superseded", "expired"]


def test_commands_are_listed_with_their_results_and_unknown_ones_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folder(tmp_path)
    enrol(data, "car-1")
    where = ["--data", str(data.root)]
    assert main(["fleet", "command", "car-1", "calendar_changed", *where]) == 0
    for wrong in (["car-1"], ["car-1", "erase_car"], ["car-9", "show_stored"], ["car-1", "managed_settings"]):
        assert main(["fleet", "command", *wrong, *where]) == 2
    capsys.readouterr()
    assert main(["fleet", "command", "car-1", "--list", *where]) == 0
    assert "calendar_changed 1  pending" in capsys.readouterr().out
    assert main(["fleet", "command", "--list", "--json", *where]) == 0
    assert '"status":"pending"' in capsys.readouterr().out


def test_a_key_is_private_and_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "key"
    assert main(["fleet", "key", str(file)]) == 0
    assert capsys.readouterr().out.strip() == public_text(load(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert main(["fleet", "key", str(file)]) == 2
