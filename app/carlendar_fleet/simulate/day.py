"""One day of a simulated fleet: which events happen, in which car and when.

The figures are plausible, not measured. Three faults are hidden in them, for reports to find: the new version ends
unexpectedly more often on one brand, fails to join one service, and one brand's display is slower than the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from carlendar.domain.base import Value
from carlendar.telemetry import schema
from carlendar.telemetry.schema import (
    CONSENT_TOPICS,
    DroppedEvent,
    ErrorKind,
    JoinEvent,
    JoinOutcome,
    JoinWay,
    LateEvent,
    LateOutcome,
    MeetingService,
    Process,
    ReminderEvent,
    ReminderOutcome,
    ScreenEvent,
    ScreenKind,
    SecurityEvent,
    SecurityKind,
    SourceKind,
    StartUpEvent,
    SyncEvent,
    TelemetryEvent,
    TighteningEvent,
    Topic,
    TripEvent,
    UptimeEvent,
    WatchdogEvent,
    WatchdogKind,
)
from carlendar_fleet.simulate.fleet import BRANDS, ELECTRIC, NEW, OLD, Flags, Fleet, Floats, Ints

TRIPS = 2.6
"""Trips of a car and day, on average."""
DAY_MS = 86_400_000
MINUTE_MS = 60_000
LATEST_MS = DAY_MS - 1
CRASHING, SLOW, FAILING = BRANDS.index("strada"), BRANDS.index("aurelle"), MeetingService.ZOOM

Member = TypeVar("Member", bound=StrEnum)
Column = Ints | Flags | tuple[type[StrEnum], Ints] | tuple[Ints, Flags]
"""Numbers, truth values, positions in an enumeration, or numbers with where they are present."""


class EventRows(Value, frozen=True):
    """Events of one kind: the car of each, the time in milliseconds since midnight (UTC), and the fields."""

    event: type[TelemetryEvent]
    cars: Ints
    at: Ints
    fields: dict[str, Column]


class _Trips(Value, frozen=True):
    """The trips of a day; position `n` of each array belongs to trip `n`."""

    cars: Ints
    begin: Ints
    minutes: Ints
    new: Flags
    """Whether the car has the new version."""


def events_of(fleet: Fleet, day: int) -> Iterator[EventRows]:
    """The events of a day, counted from the beginning; consents are not respected yet."""
    chance = fleet.generator(day)
    if day == 0:
        yield from _consents(fleet)
    trips = _trips(fleet, day, chance)
    yield from _software(trips, fleet, chance)
    yield _sync(trips, chance)
    yield _tightening(trips, fleet, chance)
    yield _screens(trips, chance)
    yield _joins(trips, chance)
    yield from _reminders(trips, chance)
    yield _late(trips, chance)
    yield _trip(trips, fleet, chance)
    yield from _seldom(trips, chance)


def _consents(fleet: Fleet) -> Iterator[EventRows]:
    """Each driver's consents, given in the first minute."""
    for number, topic in enumerate(CONSENT_TOPICS):
        cars = np.flatnonzero(fleet.consents[topic]).astype(np.int64)
        each = np.ones(len(cars), np.int64)
        topics = each * list(Topic).index(topic)
        fields: dict[str, Column] = {
            "topic": (Topic, topics), "granted": np.ones(len(cars), np.bool_), "purpose_version": each,
        }  # fmt: skip
        yield EventRows(schema.ConsentEvent, cars, each * number, fields)


def _trips(fleet: Fleet, day: int, chance: Generator) -> _Trips:
    weekend = (fleet.begin.weekday() + day) % 7 >= 5
    number = chance.poisson(TRIPS * (0.6 if weekend else 1.0) * fleet.eagerness)
    cars = np.repeat(np.arange(fleet.size), number)
    commute = np.where(chance.random(len(cars)) < 0.5, 7.5, 16.5)
    spread = 3.0 if weekend else 1.2
    hours = np.clip(chance.normal(commute, spread), 0.1, 21.0)
    minutes = np.clip(np.round(chance.gamma(2.0, 14.0, len(cars)) / 5) * 5, 5, 150).astype(np.int64)
    return _Trips(cars, (hours * 60 * MINUTE_MS).astype(np.int64), minutes, day >= fleet.updated[cars])


def _within(trips: _Trips, chosen: Ints, chance: Generator) -> Ints:
    """Moments during the chosen trips."""
    moments = trips.begin[chosen] + (chance.random(len(chosen)) * trips.minutes[chosen] * MINUTE_MS).astype(np.int64)
    return np.minimum(moments, LATEST_MS)


def _some(trips: _Trips, mean: float | Floats, chance: Generator) -> Ints:
    """Trips with something that happens `mean` times on average, each as often as it happens there."""
    return np.repeat(np.arange(len(trips.cars)), chance.poisson(mean, len(trips.cars)))


def _pick(
    kind: type[StrEnum], shares: Mapping[Member, float], size: int, chance: Generator
) -> tuple[type[StrEnum], Ints]:
    """Positions of members of an enumeration, each with its share."""
    members = list(kind)
    positions = np.array([members.index(each) for each in shares])
    weights = np.array(list(shares.values()))
    return kind, positions[chance.choice(len(positions), size, p=weights / weights.sum())]


def _ms(chance: Generator, median: float | Floats, spread: float, size: int) -> Ints:
    """Durations around a median, in milliseconds."""
    return np.clip(median * np.exp(chance.normal(0.0, spread, size)), 1, schema.LONGEST_MS).astype(np.int64)


def _software(trips: _Trips, fleet: Fleet, chance: Generator) -> Iterator[EventRows]:
    """Starts and runs of both processes."""
    size = len(trips.cars)
    slow = np.where(fleet.brands[trips.cars] == SLOW, 1.3, 1.0)
    risk = np.where(trips.new & (fleet.brands[trips.cars] == CRASHING), 0.02, 0.002)
    for process, median in ((Process.SCREEN, 1_150.0), (Process.SERVICE, 420.0)):
        which = Process, np.full(size, list(Process).index(process), np.int64)
        versions = np.where(trips.new[:, None], np.array(NEW), np.array(OLD)).astype(np.int64)
        started: dict[str, Column] = {
            "process": which, "duration_ms": _ms(chance, median * slow, 0.25, size), "major": versions[:, 0],
            "minor": versions[:, 1], "patch": versions[:, 2],
        }  # fmt: skip
        yield EventRows(StartUpEvent, trips.cars, trips.begin, started)
        ran: dict[str, Column] = {
            "process": which, "minutes": trips.minutes, "crashed": chance.random(size) < risk,
        }  # fmt: skip
        yield EventRows(UptimeEvent, trips.cars, np.minimum(trips.begin + trips.minutes * MINUTE_MS, LATEST_MS), ran)


def _sync(trips: _Trips, chance: Generator) -> EventRows:
    chosen = _some(trips, 1.3, chance)
    size = len(chosen)
    errors = _pick(
        ErrorKind,
        {ErrorKind.NONE: 93, ErrorKind.OFFLINE: 4, ErrorKind.THROTTLED: 1, ErrorKind.TIMEOUT: 1, ErrorKind.SIGN_IN: 1},
        size, chance,
    )  # fmt: skip
    fields: dict[str, Column] = {
        "source": _pick(SourceKind, {SourceKind.MICROSOFT: 9, SourceKind.FEED: 1}, size, chance),
        "error": errors,
        "age_minutes": np.clip(chance.exponential(22.0, size), 0, 20_160).astype(np.int64),
        "duration_ms": _ms(chance, 900.0, 0.6, size),
        "count": 1 + chance.poisson(2.0, size),
    }
    return EventRows(SyncEvent, trips.cars[chosen], _within(trips, chosen, chance), fields)


def _tightening(trips: _Trips, fleet: Fleet, chance: Generator) -> EventRows:
    chosen = _some(trips, 3.0, chance)
    size = len(chosen)
    slow = np.where(fleet.brands[trips.cars[chosen]] == SLOW, 1.6, 1.0)
    latency = np.clip(np.ceil(45.0 * slow * np.exp(chance.normal(0.0, 0.45, size)) / 10) * 10, 10, 900)
    fields: dict[str, Column] = {"latency_ms": latency.astype(np.int64), "count": 1 + chance.poisson(3.0, size)}
    return EventRows(TighteningEvent, trips.cars[chosen], _within(trips, chosen, chance), fields)


def _screens(trips: _Trips, chance: Generator) -> EventRows:
    chosen = _some(trips, 1.4, chance)
    size = len(chosen)
    seconds = np.minimum(trips.minutes[chosen] * 60, 1 + chance.exponential(400.0, size)).astype(np.int64)
    touches = chance.poisson(0.9, size)
    glances = touches * 2 + chance.poisson(1.5, size)
    fields: dict[str, Column] = {
        "screen": _pick(ScreenKind, {ScreenKind.NOW: 7, ScreenKind.AGENDA: 2, ScreenKind.CALL: 1}, size, chance),
        "seconds": seconds,
        "frames": np.minimum(seconds * 2 + touches * 12, schema.LARGEST),
        "touches": touches,
        "glances": glances,
        "glance_ms": np.minimum(glances * chance.integers(700, 1_400, size), schema.LARGEST),
    }
    return EventRows(ScreenEvent, trips.cars[chosen], _within(trips, chosen, chance), fields)


def _joins(trips: _Trips, chance: Generator) -> EventRows:
    chosen = _some(trips, 0.45, chance)
    size = len(chosen)
    services = {
        MeetingService.TEAMS: 70.0, MeetingService.ZOOM: 12.0, MeetingService.WEBEX: 8.0, MeetingService.MEET: 6.0,
        MeetingService.PHONE: 4.0,
    }  # fmt: skip
    service = _pick(MeetingService, services, size, chance)
    way = _pick(JoinWay, {JoinWay.DIAL_IN: 75, JoinWay.DATA: 20, JoinWay.HAND_OVER: 5}, size, chance)
    failing = trips.new[chosen] & (service[1] == list(MeetingService).index(FAILING))
    failed = chance.random(size) < np.where(failing, 0.35, 0.06)
    reasons = {
        JoinOutcome.BUSY: 2.0, JoinOutcome.NO_ANSWER: 2.0, JoinOutcome.NETWORK: 4.0, JoinOutcome.TONES_FAILED: 2.0,
        JoinOutcome.CANCELLED: 3.0,
    }  # fmt: skip
    outcome = np.where(
        failed, _pick(JoinOutcome, reasons, size, chance)[1], list(JoinOutcome).index(JoinOutcome.CONNECTED)
    )
    handed_over = way[1] == list(JoinWay).index(JoinWay.HAND_OVER)
    outcome = np.where(handed_over, list(JoinOutcome).index(JoinOutcome.STARTED), outcome)
    fields: dict[str, Column] = {
        "service": service, "way": way, "outcome": (JoinOutcome, outcome),
        "connected_ms": (
            _ms(chance, 6_500.0, 0.5, size), outcome == list(JoinOutcome).index(JoinOutcome.CONNECTED),
        ),
    }  # fmt: skip
    return EventRows(JoinEvent, trips.cars[chosen], _within(trips, chosen, chance), fields)


def _reminders(trips: _Trips, chance: Generator) -> Iterator[EventRows]:
    chosen = _some(trips, 0.8, chance)
    shown = _within(trips, chosen, chance)
    moving = chance.random(len(chosen)) < 0.85
    everything = ReminderOutcome, np.zeros(len(chosen), np.int64)
    yield EventRows(ReminderEvent, trips.cars[chosen], shown, {"outcome": everything, "moving": moving})
    shares = {
        ReminderOutcome.JOINED: 4.0, ReminderOutcome.DISMISSED: 3.0, ReminderOutcome.SNOOZED: 1.0,
        ReminderOutcome.EXPIRED: 2.0,
    }  # fmt: skip
    answered = np.minimum(shown + chance.integers(1_000, 60_000, len(chosen)), LATEST_MS)
    outcome = _pick(ReminderOutcome, shares, len(chosen), chance)
    yield EventRows(ReminderEvent, trips.cars[chosen], answered, {"outcome": outcome, "moving": moving})


def _late(trips: _Trips, chance: Generator) -> EventRows:
    chosen = _some(trips, 0.12, chance)
    shares = {LateOutcome.SENT: 90.0, LateOutcome.UNDONE: 6.0, LateOutcome.FAILED: 4.0}
    fields: dict[str, Column] = {
        "minutes": chance.integers(1, 7, len(chosen)) * 5,
        "outcome": _pick(LateOutcome, shares, len(chosen), chance),
    }
    return EventRows(LateEvent, trips.cars[chosen], _within(trips, chosen, chance), fields)


def _trip(trips: _Trips, fleet: Fleet, chance: Generator) -> EventRows:
    size = len(trips.cars)
    electric = np.isin(fleet.brands[trips.cars], [BRANDS.index(each) for each in ELECTRIC])
    charge = chance.integers(3, 20, size) * 5
    fields: dict[str, Column] = {
        "hour": (trips.begin // (60 * MINUTE_MS)).astype(np.int64),
        "minutes": trips.minutes,
        "distance_km": (np.round(trips.minutes * chance.uniform(0.5, 1.4, size) / 5) * 5).astype(np.int64),
        "range_km": (np.round(charge * 4 / 10) * 10).astype(np.int64),
        "charge_percent": (charge, electric),
        "cell": (chance.integers(0, schema.CELLS, size), chance.random(size) < 0.9),
    }
    fields["range_km"] = (np.asarray(fields["range_km"], np.int64), np.ones(size, np.bool_))
    return EventRows(TripEvent, trips.cars, np.minimum(trips.begin + trips.minutes * MINUTE_MS, LATEST_MS), fields)


def _seldom(trips: _Trips, chance: Generator) -> Iterator[EventRows]:
    """What goes wrong now and then."""
    faults = {WatchdogKind.SERVICE_RESTARTED: 5.0, WatchdogKind.DEADLINE_MISSED: 1.0}
    attacks = {SecurityKind.COMMAND_EXPIRED: 5.0, SecurityKind.COMMAND_REPLAYED: 1.0}
    for event, mean in ((WatchdogEvent, 0.01), (SecurityEvent, 0.004), (DroppedEvent, 0.002)):
        chosen = _some(trips, mean, chance)
        size = len(chosen)
        fields: dict[str, Column] = {}
        if event is WatchdogEvent:
            fields["kind"] = _pick(WatchdogKind, faults, size, chance)
        elif event is SecurityEvent:
            fields["kind"] = _pick(SecurityKind, attacks, size, chance)
        fields["count"] = 1 + chance.poisson(0.4, size)
        yield EventRows(event, trips.cars[chosen], _within(trips, chosen, chance), fields)
