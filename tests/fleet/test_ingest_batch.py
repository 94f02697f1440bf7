"""What is stored, what is refused with which reason, and that a kill at any point loses and doubles nothing."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest

from carlendar.errors import UsageError
from carlendar.telemetry.envelope import MESSAGE_LIMIT, Envelope, encode, message
from carlendar.telemetry.schema import SecurityEvent, SecurityKind, Topic, TripEvent
from carlendar_fleet.folder import DataFolder
from carlendar_fleet.ingest.batch import Batch
from carlendar_fleet.ingest.message import Message, levels
from carlendar_fleet.registry.consents import Consents
from carlendar_fleet.registry.database import Database
from carlendar_fleet.registry.vehicles import Vehicles
from carlendar_fleet.tables.ledger import Ledger
from tests.fakes.kill_points import KilledAt
from tests.fleet.cars import JOIN, NOW, Car, enrol, folder, ids, letters, names, rows


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    made = folder(tmp_path)
    enrol(made, "car-1", "car-2")
    return made


def consented(car: Car, *topics: Topic) -> Message:
    return car.message(*(car.consent(each) for each in topics or (Topic.USAGE,)), topic=Topic.CONSENT)


def ingest(data: DataFolder, *messages: Message) -> dict[str, int]:
    """Commit messages as one batch; returns the counts."""
    opened = Batch(data)
    for each in messages:
        opened.add(each)
    outcome = opened.commit()
    opened.close()
    return outcome.counts


def test_an_event_becomes_one_row_with_the_brand_of_the_registry(data: DataFolder) -> None:
    car = Car("car-1")
    consent, event = consented(car), car.event(JOIN, brand="aurelle", model="other")
    ingest(data, consent, car.message(event))
    (row,) = rows(data, "join")
    assert row == {
        "event_id": event.id, "vehicle_id": "car-1", "subject": car.subject, "brand": "neutral", "model": "m1",
        "software_version": "0.1.0", "time": NOW, "received_at": NOW, "sequence": event.sequence,
        "service": "teams", "way": "dial_in", "outcome": "connected", "connected_ms": 4_200,
    }  # fmt: skip
    assert [path.parent.relative_to(data.events).as_posix() for path in data.events.rglob("join/**/*.parquet")] == [
        "join/day=2026-11-02/brand=neutral"
    ]


def test_late_events_go_to_the_day_on_which_they_happened(data: DataFolder) -> None:
    car = Car("car-1")
    ingest(data, consented(car), car.message(car.event(JOIN, NOW - timedelta(days=40))))
    assert (data.events / "join" / "day=2026-09-23" / "brand=neutral").is_dir()


def test_duplicates_within_a_batch_across_batches_and_across_restarts_are_stored_once_and_receipted_again(
    data: DataFolder,
) -> None:
    car = Car("car-1")
    consent, event = consented(car), car.event(JOIN)
    first = Batch(data)
    for each in (consent, car.message(event), car.message(event)):
        first.add(each)
    assert first.commit().counts == {"accepted": 2, "duplicate": 1}
    first.add(car.message(event))
    assert first.commit().receipts["car-1"].committed == (event.id,)
    first.close()
    assert ingest(data, car.message(event)) == {"duplicate": 1}
    assert ids(data, "join") == [event.id]


def _with(**changed: object) -> Callable[[Car], Message]:
    return lambda car: car.message(car.event(JOIN, NOW, **changed))


def _payload(content: bytes) -> Callable[[Car], Message]:
    return lambda car: Message(car.id, Topic.USAGE, content, NOW)


REFUSALS: dict[str, tuple[Callable[[Car], Message], str]] = {
    "a vehicle that is not registered": (lambda car: Car("car-9").message(car.event(JOIN)), "unregistered"),
    "another topic": (lambda _car: Message("", "", b"{}", NOW), "topic"),
    "an event of another topic": (
        lambda car: car.message(car.event(TripEvent(hour=8, minutes=30, distance_km=20))), "topic",
    ),
    "no JSON": (_payload(b"\xff\x00"), "unreadable"),
    "an empty message": (_payload(b""), "unreadable"),
    "deep nesting": (_payload(b"[" * 60_000), "unreadable"),
    "too many bytes": (_payload(b" " * (MESSAGE_LIMIT + 1)), "oversize"),
    "the name of another car": (_with(source="/vehicles/car-2"), "foreign_source"),
    "an unknown type": (_with(type="carlendar.title.v1"), "unknown_type"),
    "a time far in the future": (_with(time="2027-11-02T08:00:00.000Z"), "clock"),
    "a time before all": (_with(time="1970-01-01T00:00:00.000Z"), "clock"),
    "no subject": (_with(subject=None), "subject"),
    "another version of the purpose": (_with(consentversion=2), "no_consent"),
    "no version of the purpose": (_with(consentversion=0), "withdrawn"),
    "free text": (_with(data=msgspec.Raw(b'{"service":"Ms Doe","way":"link","outcome":"connected"}')), "invalid"),
    "an additional field": (
        _with(data=msgspec.Raw(b'{"service":"teams","way":"link","outcome":"connected","title":"x"}')), "invalid",
    ),
    "a fraction": (
        _with(data=msgspec.Raw(b'{"service":"teams","way":"link","outcome":"connected","connected_ms":0.5}')),
        "invalid",
    ),
    "security monitoring with a subject": (
        lambda car: car.message(
            car.event(SecurityEvent(kind=SecurityKind.COMMAND_REPLAYED), subject=car.subject), topic=Topic.SECURITY
        ),
        "subject",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_refused_has_a_reason_and_reaches_no_table(data: DataFolder, case: str) -> None:
    make, reason = REFUSALS[case]
    car = Car("car-1")
    consent = consented(car)
    assert ingest(data, consent, make(car)) == {"accepted": 1, reason: 1}
    assert [letter["reason"] for letter in letters(data)] == [reason]
    assert ids(data, "join") == []


def test_a_bad_event_does_not_cost_the_others_of_its_batch(data: DataFolder) -> None:
    car = Car("car-1")
    consent = consented(car)
    good, bad = car.event(JOIN), car.event(JOIN, time="2026-13-01T00:00:00.000Z")
    opened = Batch(data)
    for each in (consent, car.message(good, bad)):
        opened.add(each)
    receipt = opened.commit().receipts["car-1"]
    opened.close()
    assert (good.id in receipt.committed, receipt.refused) == (True, (bad.id,))
    assert ids(data, "join") == [good.id]


def test_a_compressed_batch_is_unpacked_within_limits(data: DataFolder) -> None:
    car = Car("car-1")
    consent = consented(car)
    events = [car.event(JOIN) for _ in range(50)]
    packed = message([encode(each) for each in events], "/vehicles/car-1", str(uuid.uuid4()))
    assert len(packed) < 6_000
    bomb = message([b" " * 10_000_000, b""], "/vehicles/car-1", str(uuid.uuid4()))
    cut = message([encode(each) for each in events], "/vehicles/car-1", str(uuid.uuid4())).replace(b"H4sI", b"H4sJ")
    parts = (Message("car-1", "usage", each, NOW) for each in (packed, bomb, cut))
    assert ingest(data, consent, *parts) == {"accepted": 51, "unreadable": 2}
    assert ids(data, "join") == [each.id for each in events]


def test_no_payload_is_kept_of_what_may_not_be_processed(data: DataFolder) -> None:
    car, other = Car("car-1"), Car("car-2")
    text = "Board meeting about Contoso"
    hostile = [car.event(JOIN, data=msgspec.Raw(msgspec.json.encode({"title": text})))]
    ingest(data, car.message(*hostile), other.message(*hostile))
    assert {letter["reason"] for letter in letters(data)} == {"no_consent", "foreign_source"}
    (kept,) = [letter for letter in letters(data) if letter["reason"] == "no_consent"]
    assert (kept["payload"], kept["sha256"]) == ("", "")


def test_an_error_is_reported_without_the_value_that_was_refused(data: DataFolder) -> None:
    car = Car("car-1")
    consent = consented(car)
    bad = car.event(JOIN, data=msgspec.Raw(b'{"service":"Jo \'Jim\' Doe","way":"link","outcome":"connected"}'))
    ingest(data, consent, car.message(bad))
    assert letters(data)[0]["detail"] == "Invalid enum value at $.service"


def test_one_car_cannot_fill_the_dead_letter_folder(data: DataFolder) -> None:
    with patch("carlendar_fleet.ingest.dead_letters.PER_VEHICLE", 3):
        assert ingest(data, *(Message("car-1", "usage", b"?", NOW) for _ in range(10))) == {"unreadable": 10}
    assert len(letters(data)) == 3


def test_a_revoked_vehicle_is_refused_at_once_by_a_running_ingestion(data: DataFolder) -> None:
    car = Car("car-1")
    opened = Batch(data)
    opened.add(consented(car))
    opened.commit()
    database = Database(data.registry)
    Vehicles(database).revoke("car-1", NOW)
    database.close()
    opened.add(car.message(car.event(JOIN)))
    opened.commit()
    opened.add(car.message(car.event(JOIN)))
    outcome = opened.commit()
    opened.close()
    assert outcome.counts["inactive"] >= 1
    assert len(ids(data, "join")) <= 1


def test_a_vehicle_without_a_certificate_is_refused(tmp_path: Path) -> None:
    data = folder(tmp_path)
    enrol(data, "car-1", certified=False)
    car = Car("car-1")
    assert ingest(data, consented(car)) == {"inactive": 1}


def test_consent_is_per_subject_and_topic_and_ends_with_its_withdrawal(data: DataFolder) -> None:
    car = Car("car-1")
    before = car.event(JOIN)
    consent = consented(car)
    during, trip = car.event(JOIN), car.event(TripEvent(hour=8, minutes=30, distance_km=20))
    withdrawal = car.message(car.consent(Topic.USAGE, granted=False), topic=Topic.CONSENT)
    after = car.event(JOIN)
    counts = ingest(
        data, consent, car.message(before), car.message(during), car.message(trip, topic=Topic.MOBILITY), withdrawal,
        car.message(after),
    )  # fmt: skip
    assert counts == {"accepted": 3, "withdrawn": 2, "no_consent": 1}
    assert ids(data, "join") == [during.id]
    again = consented(car)
    assert ingest(data, again, car.message(after), car.message(new := car.event(JOIN))) == {
        "accepted": 2, "withdrawn": 1,
    }  # fmt: skip
    assert ids(data, "join") == [during.id, new.id]


def test_consents_that_arrive_out_of_order_leave_the_last_word(data: DataFolder) -> None:
    car = Car("car-1")
    granted = car.consent(Topic.USAGE)
    withdrawn = car.consent(Topic.USAGE, granted=False, at=NOW + timedelta(minutes=5))
    at = NOW + timedelta(minutes=9)
    ingest(data, car.message(withdrawn, topic=Topic.CONSENT, at=at), car.message(granted, topic=Topic.CONSENT, at=at))
    database = Database(data.registry)
    (found,) = Consents(database).of(car.subject)
    database.close()
    assert not found.granted


def test_no_car_can_use_or_change_the_consent_of_another_cars_driver(data: DataFolder) -> None:
    car, thief = Car("car-1"), Car("car-2")
    consent = consented(car)
    thief.subject = car.subject
    withdrawal = thief.message(thief.consent(Topic.USAGE, granted=False), topic=Topic.CONSENT)
    counts = ingest(data, consent, withdrawal, thief.message(thief.event(JOIN)), car.message(car.event(JOIN)))
    assert counts == {"accepted": 2, "subject": 2}


def test_security_monitoring_needs_no_consent(data: DataFolder) -> None:
    car = Car("car-1")
    event = car.event(SecurityEvent(kind=SecurityKind.COMMAND_REPLAYED, count=3))
    assert ingest(data, car.message(event, topic=Topic.SECURITY)) == {"accepted": 1}
    assert rows(data, "security")[0]["subject"] is None


def test_the_receipt_names_what_was_committed_and_what_is_refused_for_good_alone(data: DataFolder) -> None:
    car = Car("car-1")
    unknown = car.event(JOIN)
    consent = car.consent(Topic.USAGE)
    bad = car.event(JOIN, type="carlendar.title.v1")
    opened = Batch(data)
    opened.add(car.message(unknown))
    opened.add(car.message(consent, topic=Topic.CONSENT))
    opened.add(car.message(bad))
    receipt = opened.commit().receipts["car-1"]
    opened.close()
    assert (receipt.committed, receipt.refused) == ((consent.id,), (bad.id,))


def test_a_second_ingestion_on_the_same_folder_is_refused(data: DataFolder) -> None:
    opened = Batch(data)
    with pytest.raises(UsageError, match="another ingestion"):
        Batch(data)
    opened.close()
    Batch(data).close()


def test_topics_of_telemetry_alone_name_a_vehicle() -> None:
    assert levels("vehicles/car-1/telemetry/usage") == ("car-1", "usage")
    for other in ("vehicles//telemetry/usage", "vehicles/a/b/telemetry/usage", "vehicles/a/reported", "", "a" * 999):
        assert levels(other) == ("", "")


def test_a_kill_at_any_point_loses_and_doubles_nothing(data: DataFolder, killed_at: KilledAt) -> None:
    cars = [Car("car-1"), Car("car-2")]
    messages = [consented(car) for car in cars]
    sent: list[Envelope] = []
    for number in range(6):
        for car in cars:
            event = car.event(JOIN, NOW - timedelta(days=number))
            sent.append(event)
            messages += [car.message(event), Message(car.id, "usage", b"bad", NOW)]

    def work(tick: Callable[[], None]) -> None:
        """The source delivers everything again after a kill: twice within one run, in two commits."""

        def watched(function: Callable[..., object]) -> Callable[..., object]:
            def call(*values: object, **named: object) -> object:
                tick()
                return function(*values, **named)

            return call

        with (
            patch("os.fsync", watched(os.fsync)),
            patch.object(Path, "replace", watched(Path.replace)),
            patch.object(Path, "unlink", watched(Path.unlink)),
        ):
            opened = Batch(data, names(os.getpid()))
            for part in (messages[: len(messages) // 2], messages):
                for each in part:
                    opened.add(each)
                opened.commit()
            opened.close()

    step = 1
    while killed_at(step, work):
        step += 7 if step > 40 else 3
    assert step > 60
    expected = sorted(each.id for each in sent)
    assert sorted(map(str, ids(data, "join"))) == expected
    assert not list(data.staging.iterdir())


def test_files_of_a_committed_batch_are_placed_by_the_next_start(data: DataFolder) -> None:
    car = Car("car-1")
    consent, event = consented(car), car.event(JOIN)
    child = os.fork()
    if child == 0:
        opened = Batch(data)
        opened.add(consent)
        opened.add(car.message(event))
        with patch("carlendar_fleet.tables.files.Staging.place", lambda *_: os.kill(os.getpid(), signal.SIGKILL)):
            opened.commit()
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert ids(data, "join") == []
    assert ingest(data, car.message(event)) == {"duplicate": 1}
    assert ids(data, "join") == [event.id]


def test_what_was_added_and_not_committed_is_dropped_and_counted_once(data: DataFolder) -> None:
    car = Car("car-1")
    consent, event = consented(car), car.event(JOIN)
    opened = Batch(data)
    opened.add(consent)
    opened.add(car.message(event))
    opened.abandon()
    assert opened.commit().receipts == {}
    for each in (consent, car.message(event)):
        opened.add(each)
    assert opened.commit().counts == {"accepted": 2}
    opened.close()
    assert ids(data, "join") == [event.id]


def test_numbers_of_events_are_forgotten_when_such_events_are_too_old_to_be_accepted(data: DataFolder) -> None:
    car = Car("car-1")
    consent, event = consented(car), car.event(JOIN)
    ingest(data, consent, car.message(event))
    later = datetime(2028, 1, 1, tzinfo=UTC)
    assert ingest(data, car.message(event, at=later)) == {"clock": 1}
    ledger = Ledger(data.ledger)
    assert ledger.count() == 0
    ledger.close()
