"""Events reach the back end through a real broker exactly once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from carlendar.telemetry.publisher import DataBudget, Pace, Publisher
from carlendar.telemetry.queue import event_of
from carlendar.telemetry.schema import (
    ConsentEvent,
    JoinEvent,
    JoinOutcome,
    JoinWay,
    MeetingService,
    SecurityEvent,
    SecurityKind,
    Topic,
)
from carlendar.telemetry.topics import VehicleTopics
from tests.fakes.back_end import BackEnd
from tests.fakes.clocks import ManualClocks
from tests.fakes.event_grid import CONNECT, DISCONNECT, PUBLISH, SUBSCRIBE, EventGrid
from tests.fakes.mosquitto import Mosquitto, mosquitto
from tests.fakes.waiting import wait_until
from tests.telemetry.conftest import ALL_TOPICS, ANA, CAR, NOW, Car

JOIN = JoinEvent(service=MeetingService.TEAMS, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=8_400)
Start = Callable[[], Publisher]


def test_an_event_is_published_once_its_consent_was_received_and_deleted_by_the_receipt(
    car: Car, back_end: BackEnd, running: Start
) -> None:
    car.queue.record(JOIN, NOW, ANA)
    running()
    wait_until(lambda: not car.queue.held(), what=lambda: f"{car.queue.held()} {back_end.messages}")
    assert back_end.events("join") == [JOIN]
    assert {each.topic for each in back_end.events("consent") if isinstance(each, ConsentEvent)} == {
        Topic.DIAGNOSTICS, Topic.USAGE, Topic.MOBILITY,
    }  # fmt: skip
    topics = [topic for topic, _ in back_end.messages if "telemetry" in topic]
    assert topics.index(f"vehicles/{CAR}/telemetry/consent") < topics.index(f"vehicles/{CAR}/telemetry/usage")
    assert [each.brand for each in back_end.reports] == ["aurora"]
    sent = next(each for each in back_end.envelopes if each.type == "carlendar.join.v1")
    assert sent.subject is not None
    assert sent.consentversion == 1


def record(car: Car, count: int, first: int = 0) -> None:
    """Record events that are recognised by their numbers."""
    for number in range(first, first + count):
        car.queue.record(joined(number), NOW, ANA)


def joined(number: int) -> JoinEvent:
    return JoinEvent(
        service=MeetingService.ZOOM, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=number
    )


def numbers(back_end: BackEnd) -> list[int]:
    """The numbers of the events that arrived, each event once."""
    joins = (event for event in back_end.events("join") if isinstance(event, JoinEvent))
    return [event.connected_ms for event in joins if event.connected_ms is not None]


def test_many_events_travel_in_few_messages(car: Car, back_end: BackEnd, running: Start) -> None:
    record(car, 250)
    running()
    wait_until(lambda: not car.queue.held())
    assert sorted(numbers(back_end)) == list(range(250))
    assert len([topic for topic, _ in back_end.messages if topic.endswith("/usage")]) <= 4


def test_without_a_receipt_an_event_is_published_again_with_the_same_id(
    car: Car, back_end: BackEnd, running: Start
) -> None:
    running()
    wait_until(lambda: not car.queue.held())
    back_end.silent = True
    record(car, 3)
    wait_until(lambda: [times for times in back_end.times.values() if times >= 3])
    assert car.queue.held() == {"usage": 3}
    assert sorted(numbers(back_end)) == [0, 1, 2]
    back_end.silent = False
    wait_until(lambda: not car.queue.held())
    assert sorted(numbers(back_end)) == [0, 1, 2]


def test_a_killed_broker_and_a_restarted_car_lose_and_double_nothing(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker:
        back_end = BackEnd(broker)
        car = Car(tmp_path / "telemetry", broker, ManualClocks(NOW))
        car.queue.consent(ALL_TOPICS, NOW)
        for round_number in range(4):
            publisher = car.publisher()
            publisher.network(True)
            publisher.start()
            record(car, 25, 25 * round_number)
            wait_until(lambda done=25 * round_number: len(numbers(back_end)) > done)  # type: ignore[misc]  # bound now
            broker.kill()
            record(car, 5, 1000 + 5 * round_number)
            broker.start()
            if round_number % 2:
                publisher.stop(10)
                car.reopen()
                publisher = car.publisher()
                publisher.network(True)
                publisher.start()
            wait_until(lambda: not car.queue.held(), 30)
            publisher.stop(10)
        assert sorted(numbers(back_end)) == [*range(100), *range(1000, 1020)]
        back_end.stop()
        car.queue.close()


def test_offline_it_is_quiet_and_publishes_once_there_is_a_connection(car: Car, back_end: BackEnd) -> None:
    publisher = car.publisher()
    record(car, 1)
    assert publisher.step() is None
    assert not car.links
    publisher.network(True)
    publisher.start()
    wait_until(lambda: not car.queue.held())
    publisher.network(False)
    wait_until(lambda: not car.links[-1].up)
    record(car, 1, 1)
    publisher.stop(10)
    assert numbers(back_end) == [0]
    assert car.queue.held() == {"usage": 1}


def test_a_broker_that_is_down_is_tried_less_and_less_often(car: Car) -> None:
    car.endpoint = replace(car.endpoint, port=1)
    car.pace = Pace(settle=0.0, back_off=10.0, most=900.0)
    publisher = car.publisher()
    publisher.network(True)
    waits = []
    for _ in range(9):
        publisher._connect_at = 0.0
        waits.append(publisher._guarded_step() or 0.0)
    assert waits == [10.0, 20.0, 40.0, 80.0, 160.0, 320.0, 640.0, 900.0, 900.0]
    assert not car.queue.held().get("security")


def test_a_revoked_certificate_is_refused_and_counted_as_a_security_event(
    car: Car, broker: Mosquitto, back_end: BackEnd, running: Start
) -> None:
    broker.authority.revoke(car.certificate)
    broker.kill()
    broker.start()
    running()
    wait_until(lambda: car.queue.held().get("security"))
    assert not back_end.envelopes
    car.clocks.advance(1)
    broker.authority.reinstate()
    broker.kill()
    broker.start()
    wait_until(lambda: back_end.events("security"))
    event = back_end.events("security")[0]
    assert isinstance(event, SecurityEvent)
    assert event.kind is SecurityKind.CERTIFICATE_REJECTED


def test_a_broker_of_another_authority_is_not_trusted(car: Car, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with mosquitto(tmp_path / "other") as other:
        car.endpoint = replace(car.endpoint, port=other.port)
        publisher = car.publisher()
        publisher.network(True)
        publisher._guarded_step()
    (event,) = [event_of(each) for each in car.queue.sendable(10) if each.topic is Topic.SECURITY]
    assert event == SecurityEvent(kind=SecurityKind.BROKER_UNTRUSTED)


def test_another_cars_topics_are_closed_to_it(car: Car, back_end: BackEnd, running: Start) -> None:
    car.topics = VehicleTopics("car-0002")
    running()
    wait_until(lambda: car.links and car.links[-1].up)
    wait_until(lambda: car.budget.spent() > 0)
    assert car.queue.held() == {"consent": 3}
    assert not back_end.messages


def test_the_budget_of_a_month_ends_publishing_but_not_a_withdrawal(
    car: Car, back_end: BackEnd, running: Start
) -> None:
    record(car, 300)
    car.budget = DataBudget(car.queue, car.clocks, 9_500)
    publisher = running()
    wait_until(lambda: len(back_end.events("consent")) == 3)
    wait_until(lambda: len(publisher._waiting) == 300)
    publisher.stop(10)
    assert car.queue.held() == {"usage": 300}
    assert numbers(back_end) == []
    assert car.budget.spent() < 9_500
    again = running()
    car.queue.consent({}, NOW)
    again.flush()
    wait_until(lambda: len(back_end.events("consent")) == 6)
    assert car.queue.held().get("usage") is None


def test_the_budget_starts_anew_with_the_month(car: Car) -> None:
    car.budget.spend(999_999)
    assert car.budget.left() == 1
    car.clocks.advance(28 * 86_400)
    assert car.budget.left() == 1_000_000


def test_nothing_that_event_grid_refuses_is_sent(
    car: Car, broker: Mosquitto, back_end: BackEnd, running: Start
) -> None:
    identity = (car.certificate, car.certificate.with_suffix(".key"))
    with EventGrid(broker, {CAR: identity}) as grid:
        car.endpoint = replace(car.endpoint, port=grid.port)
        record(car, 30)
        publisher = running()
        wait_until(lambda: not car.queue.held(), what=lambda: f"{car.queue.held()} {grid.violations}")
        publisher.stop(10)
        wait_until(lambda: {kind for kind, _ in grid.packets} >= {CONNECT, PUBLISH, SUBSCRIBE, DISCONNECT})
        assert grid.violations == []
    assert sorted(numbers(back_end)) == list(range(30))
    assert all(payload.startswith(b"{") for _, payload in back_end.messages)
