"""Events reach the back end through a real broker exactly once, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable

from carlendar.telemetry.publisher import Publisher
from carlendar.telemetry.schema import (
    Consent,
    Join,
    JoinOutcome,
    JoinWay,
    MeetingService,
    Topic,
)
from tests.fakes.back_end import BackEnd
from tests.fakes.waiting import wait_until
from tests.telemetry.conftest import ANA, CAR, NOW, Car

JOIN = Join(service=MeetingService.TEAMS, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=8_400)
Start = Callable[[], Publisher]


def test_an_event_is_published_once_its_consent_was_received_and_deleted_by_the_receipt(
    car: Car, back_end: BackEnd, running: Start
) -> None:
    car.queue.record(JOIN, NOW, ANA)
    running()
    wait_until(lambda: not car.queue.held(), what=lambda: f"{car.queue.held()} {back_end.messages}")
    assert back_end.events("join") == [JOIN]
    assert {each.topic for each in back_end.events("consent") if isinstance(each, Consent)} == {
        Topic.DIAGNOSTICS, Topic.USAGE, Topic.MOBILITY,
    }  # fmt: skip
    topics = [topic for topic, _ in back_end.messages if "telemetry" in topic]
    assert topics.index(f"vehicles/{CAR}/telemetry/consent") < topics.index(f"vehicles/{CAR}/telemetry/usage")
    assert [each.brand for each in back_end.reports] == ["aurora"]
    sent = next(each for each in back_end.envelopes if each.type == "carlendar.join.v1")
    assert sent.subject is not None
    assert sent.consentversion == 1
