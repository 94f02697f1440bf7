"""The queue on disk: bounded, merged, withdrawn at once, and sound after a kill at any step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from carlendar.errors import StoreError
from carlendar.telemetry.queue import FILE, EventQueue, event_of
from carlendar.telemetry.schema import (
    ConsentEvent,
    ErrorKind,
    JoinEvent,
    JoinOutcome,
    JoinWay,
    MeetingService,
    ReminderEvent,
    ReminderOutcome,
    SecurityEvent,
    SecurityKind,
    SourceKind,
    SyncEvent,
    TelemetryEvent,
    TighteningEvent,
    Topic,
)
from tests.fakes.full_disk import full_disk
from tests.fakes.kill_points import KilledAt, Tick
from tests.telemetry.conftest import ALL_TOPICS, ANA, NOW, queue

BEN = "profile-ben"


def join(milliseconds: int) -> JoinEvent:
    """An event that is recognised by its number."""
    return JoinEvent(
        service=MeetingService.ZOOM, way=JoinWay.DIAL_IN, outcome=JoinOutcome.CONNECTED, connected_ms=milliseconds
    )


def sync(age: int, duration: int) -> SyncEvent:
    return SyncEvent(source=SourceKind.MICROSOFT, error=ErrorKind.NONE, age_minutes=age, duration_ms=duration)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[EventQueue]:
    """A queue whose consents were received by the back end."""
    made = queue(tmp_path)
    made.consent(ALL_TOPICS, NOW)
    receive(made)
    yield made
    made.close()


def receive(held: EventQueue) -> None:
    """The back end has received everything that may be sent."""
    held.confirmed([each.id for each in held.sendable(1000)])


def stored(held: EventQueue) -> list[TelemetryEvent]:
    return [event_of(each) for each in held.sendable(10_000)]


def test_without_consent_nothing_is_stored_but_events_of_security_monitoring(tmp_path: Path) -> None:
    held = queue(tmp_path)
    assert not held.record(join(1), NOW, ANA)
    assert held.record(SecurityEvent(kind=SecurityKind.COMMAND_EXPIRED), NOW)
    held.consent({ANA: {Topic.MOBILITY: 1}}, NOW)
    assert not held.record(join(1), NOW, ANA)
    assert not held.record(join(1), NOW, BEN)
    assert not held.record(join(1), NOW)
    assert held.held() == {"security": 1, "consent": 1}
    held.close()


def test_events_wait_until_their_consent_has_been_received(tmp_path: Path) -> None:
    held = queue(tmp_path)
    held.consent(ALL_TOPICS, NOW)
    held.record(join(1), NOW, ANA)
    assert {each.topic for each in held.sendable(10)} == {Topic.CONSENT}
    receive(held)
    assert stored(held) == [join(1)]
    held.close()


def test_the_same_outcome_is_counted_until_it_is_published(held: EventQueue) -> None:
    for age, duration in ((5, 300), (9, 200), (2, 250)):
        held.record(sync(age, duration), NOW, ANA)
    held.record(TighteningEvent(latency_ms=40, count=3), NOW, ANA)
    held.record(TighteningEvent(latency_ms=50), NOW, ANA)
    held.record(TighteningEvent(latency_ms=40), NOW, ANA)
    assert stored(held) == [
        SyncEvent(source=SourceKind.MICROSOFT, error=ErrorKind.NONE, age_minutes=9, duration_ms=300, count=3),
        TighteningEvent(latency_ms=40, count=4), TighteningEvent(latency_ms=50),
    ]  # fmt: skip
    first = held.sendable(1)
    assert held.seal(first) == first
    held.record(sync(1, 100), NOW, ANA)
    assert len(held.sendable(10)) == 4
    assert held.sendable(1) == first


def test_what_is_counted_while_an_event_is_about_to_be_published_is_not_lost(held: EventQueue) -> None:
    held.record(sync(5, 300), NOW, ANA)
    held.record(join(1), NOW, ANA)
    read = held.sendable(10)
    held.record(sync(6, 300), NOW, ANA)
    held.confirmed([read[1].id])
    (sealed,) = held.seal(read)
    assert event_of(sealed) == SyncEvent(
        source=SourceKind.MICROSOFT, error=ErrorKind.NONE, age_minutes=6, duration_ms=300, count=2
    )
    held.record(sync(7, 300), NOW, ANA)
    assert [event_of(each) for each in held.seal([sealed])] == [event_of(sealed)]
    assert len(held.sendable(10)) == 2


def test_counted_events_are_published_once_they_are_old_enough(held: EventQueue) -> None:
    held.record(sync(5, 300), NOW, ANA)
    held.record(join(1), NOW, ANA)
    assert [event_of(each) for each in held.sendable(10, NOW)] == [join(1)]
    assert len(held.sendable(10, NOW + timedelta(seconds=1))) == 2


def test_a_full_queue_drops_the_oldest_and_counts_them(tmp_path: Path) -> None:
    held = queue(tmp_path, most=20)
    held.consent(ALL_TOPICS, NOW)
    receive(held)
    for number in range(50):
        held.record(join(number), NOW, ANA)
    assert [event.connected_ms for event in stored(held) if isinstance(event, JoinEvent)] == list(range(30, 50))
    assert held.counter("dropped") == 30
    assert held.take("dropped") == 30
    assert held.counter("dropped") == 0
    held.consent({}, NOW)
    assert {event.topic for event in stored(held) if isinstance(event, ConsentEvent)} == set(ALL_TOPICS[ANA])
    held.close()


def test_withdrawing_deletes_the_topics_events_of_that_driver_only(held: EventQueue, tmp_path: Path) -> None:
    held.consent({**ALL_TOPICS, BEN: {Topic.USAGE: 1}}, NOW)
    receive(held)
    held.record(join(111), NOW, ANA)
    held.record(join(222), NOW, BEN)
    held.record(sync(1, 1), NOW, ANA)
    assert held.consent({ANA: {Topic.DIAGNOSTICS: 1, Topic.MOBILITY: 1}, BEN: {Topic.USAGE: 1}}, NOW)
    events = stored(held)
    assert join(111) not in events
    assert join(222) in events
    assert ConsentEvent(topic=Topic.USAGE, granted=False, purpose_version=1) in events
    assert not held.record(join(3), NOW, ANA)
    held.close()
    assert b":111" not in (tmp_path / FILE).read_bytes()


def test_another_version_of_the_purpose_withdraws_the_old_consent(held: EventQueue) -> None:
    held.record(join(1), NOW, ANA)
    held.consent({ANA: {Topic.USAGE: 2}}, NOW)
    receive(held)
    assert stored(held) == []
    held.record(join(2), NOW, ANA)
    (event,) = held.sendable(10)
    assert event.consent_version == 2


def test_the_subject_is_random_per_driver_and_renewed_by_erasing(held: EventQueue, tmp_path: Path) -> None:
    held.consent({**ALL_TOPICS, BEN: {Topic.USAGE: 1}}, NOW)
    receive(held)
    held.record(join(1), NOW, ANA)
    held.record(join(2), NOW, BEN)
    before = {each.subject for each in held.sendable(10)}
    assert len(before) == 2
    held.erase(NOW)
    assert {type(event) for event in stored(held)} == {ConsentEvent}
    receive(held)
    held.consent(ALL_TOPICS, NOW)
    receive(held)
    held.record(join(3), NOW, ANA)
    (after,) = {each.subject for each in held.sendable(10)}
    assert after not in before
    held.close()
    content = (tmp_path / FILE).read_bytes()
    assert not any(subject.encode() in content for subject in before)
    assert ANA.encode() in content


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    queue(tmp_path).close()
    (tmp_path / FILE).write_bytes(b"nonsense" * 1000)
    held = queue(tmp_path)
    held.consent(ALL_TOPICS, NOW)
    assert held.held() == {"consent": 3}
    held.close()


def test_a_file_that_cannot_be_used_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StoreError):
        queue(tmp_path)


def test_an_event_of_another_version_does_not_stop_the_others(held: EventQueue, tmp_path: Path) -> None:
    held.record(join(1), NOW, ANA)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute("UPDATE events SET name = 'later'")
    (later,) = held.sendable(10)
    with pytest.raises(ValueError, match="unknown"):
        event_of(later)


def test_killed_at_any_step_nothing_recorded_is_lost_and_nothing_confirmed_returns(
    tmp_path: Path, killed_at: KilledAt
) -> None:
    noted = tmp_path / "noted"

    def work(tick: Tick) -> None:
        held = queue(tmp_path / "queue", most=6)
        held.consent(ALL_TOPICS, NOW)
        confirm(held)
        for number in range(4):
            held.record(join(number), NOW, ANA)
            note(f"recorded {number}")
            tick()
        held.record(ReminderEvent(outcome=ReminderOutcome.SHOWN, moving=True), NOW, ANA)
        note("recorded reminder")
        first = held.sendable(2)
        held.seal(first)
        held.confirmed([each.id for each in first])
        note("confirmed 0 1")
        held.consent({ANA: {Topic.DIAGNOSTICS: 1}}, NOW)
        note("withdrawn")
        held.close()

    def confirm(held: EventQueue) -> None:
        held.confirmed([each.id for each in held.sendable(10)])

    def note(line: str) -> None:
        with noted.open("a") as file:
            file.write(line + "\n")

    step = 1
    while killed_at(step, work):
        step += 2
        held = queue(tmp_path / "queue", most=6)
        confirm_consents(held)
        numbers = [event.connected_ms for event in stored(held) if isinstance(event, JoinEvent)]
        lines = noted.read_text().splitlines() if noted.exists() else []
        if "withdrawn" in lines:
            assert numbers == []
        elif "confirmed 0 1" not in lines:
            recorded = [int(line.split()[1]) for line in lines if line.startswith("recorded ") and line[9:].isdigit()]
            assert numbers[: len(recorded)] == recorded or numbers in ([2, 3], [])  # about to be confirmed or withdrawn
        assert len(numbers) == len(set(numbers))
        held.close()
        for each in (tmp_path / "queue").iterdir():
            each.unlink()
        noted.unlink(missing_ok=True)
    assert step > 40


def confirm_consents(held: EventQueue) -> None:
    held.confirmed([each.id for each in held.sendable(10) if each.topic is Topic.CONSENT])


def test_on_a_full_disk_nothing_stored_is_lost_and_recording_goes_on_with_room(held: EventQueue) -> None:
    held.record(join(1), NOW, ANA)
    with full_disk():
        with pytest.raises(StoreError) as failed:
            held.record(join(2), NOW, ANA)
        assert failed.value.detail == "the disk is full"
        assert len(held.sendable(10)) == 1
    held.record(join(3), NOW, ANA)
    assert stored(held) == [join(1), join(3)]
    assert [each.sequence for each in held.sendable(10)] == [4, 5]
