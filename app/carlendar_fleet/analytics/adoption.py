"""Measures of adoption: how many cars use what, and which versions run."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from carlendar_fleet.analytics.event_tables import EventTables, event_names
from carlendar_fleet.analytics.measure import BRAND, DATE, DAY, TEXT, VERSION, Figure, Measure
from carlendar_fleet.analytics.reliability import versioned
from carlendar_fleet.analytics.rollup import Cars, Level, roll_up

OUTCOME, HOUR, EVENT = "outcome", "hour", "event"
_USES = ("join", "reminder", "late", "screen")
_ADOPTION_DIMENSIONS = {DAY: DATE, BRAND: TEXT}
_ADOPTION_LEVELS: list[Level] = [(), (BRAND,), (DAY,), (DAY, BRAND)]
_VERSION_DIMENSIONS = {BRAND: TEXT, VERSION: TEXT}
_VERSION_LEVELS: list[Level] = [(), (BRAND,), (VERSION,), (BRAND, VERSION)]
_SPREAD_DIMENSIONS = {DAY: DATE, VERSION: TEXT}
_SPREAD_LEVELS: list[Level] = [(DAY, VERSION)]
_REMINDER_DIMENSIONS = {BRAND: TEXT, OUTCOME: TEXT}
_REMINDER_LEVELS: list[Level] = [(OUTCOME,), (BRAND, OUTCOME)]
_TRIP_DIMENSIONS = {BRAND: TEXT, HOUR: "int64"}
_TRIP_LEVELS: list[Level] = [(), (BRAND,), (HOUR,)]
_VOLUME_DIMENSIONS = {BRAND: TEXT, EVENT: TEXT}
_VOLUME_LEVELS: list[Level] = [(), (BRAND,), (EVENT,), (BRAND, EVENT)]


def _adoption(events: EventTables) -> ir.Table:
    """Cars that started, and those of them that used something. Usage is known of cars with that consent only."""
    parts = []
    for name in ("start_up", *_USES):
        table = events[name]
        by_car = table.group_by([*_ADOPTION_DIMENSIONS, "vehicle_id"]).aggregate(times=table.count())
        zero = ibis.literal(0, "int64")
        used = {f"{each}_times": by_car.times if each == name else zero for each in _USES}
        parts.append(by_car.select(*_ADOPTION_DIMENSIONS, "vehicle_id", **used))
    together = ibis.union(*parts)
    times = tuple(f"{each}_times" for each in _USES)
    by_car = together.group_by([*_ADOPTION_DIMENSIONS, "vehicle_id"]).aggregate(
        **{each: together[each].sum() for each in times}
    )

    def using(cars: ir.Table) -> dict[str, ir.Value]:
        return {
            "joining_cars": (cars.join_times > 0).cast("int64").sum(),
            "reminded_cars": (cars.reminder_times > 0).cast("int64").sum(),
            "late_cars": (cars.late_times > 0).cast("int64").sum(),
            "moving_cars": (cars.screen_times > 0).cast("int64").sum(),
            "joins": cars.join_times.sum(),
            "late_messages": cars.late_times.sum(),
        }

    return roll_up(_ADOPTION_DIMENSIONS, _ADOPTION_LEVELS, Cars(by_car, _ADOPTION_DIMENSIONS, times, using).at)


def _versions(events: EventTables) -> ir.Table:
    """The version that each car started last; of several on its last day, the highest."""
    starts = versioned(events["start_up"])
    rank = starts.major * 100_000_000 + starts.minor * 10_000 + starts.patch
    by_version = starts.mutate(rank=rank).group_by([*_VERSION_DIMENSIONS, "vehicle_id", "rank"]).aggregate(
        last=starts.day.max()
    )  # fmt: skip
    latest_first = ibis.window(
        group_by=by_version.vehicle_id,
        order_by=[by_version.last.desc(), by_version["rank"].desc(), by_version.version.desc()],
    )
    placed = by_version.mutate(place=ibis.row_number().over(latest_first))
    latest = placed.filter(placed.place == 0)
    return roll_up(_VERSION_DIMENSIONS, _VERSION_LEVELS, Cars(latest, _VERSION_DIMENSIONS, ()).at)


def _spread(events: EventTables) -> ir.Table:
    starts = versioned(events["start_up"])
    by_car = starts.group_by([*_SPREAD_DIMENSIONS, "vehicle_id"]).aggregate(starts=starts.count())
    return roll_up(_SPREAD_DIMENSIONS, _SPREAD_LEVELS, Cars(by_car, _SPREAD_DIMENSIONS, ()).at)


def _reminders(events: EventTables) -> ir.Table:
    reminders = events["reminder"]
    by_car = reminders.group_by([*_REMINDER_DIMENSIONS, "vehicle_id"]).aggregate(
        reminders=reminders.count(), moving=reminders.moving.cast("int64").sum()
    )
    sums = ("reminders", "moving")
    return roll_up(_REMINDER_DIMENSIONS, _REMINDER_LEVELS, Cars(by_car, _REMINDER_DIMENSIONS, sums).at)


def _trips(events: EventTables) -> ir.Table:
    trips = events["trip"]
    by_car = trips.group_by([*_TRIP_DIMENSIONS, "vehicle_id"]).aggregate(
        trips=trips.count(), minutes=trips.minutes.sum(), distance_km=trips.distance_km.sum()
    )
    sums = ("trips", "minutes", "distance_km")
    return roll_up(_TRIP_DIMENSIONS, _TRIP_LEVELS, Cars(by_car, _TRIP_DIMENSIONS, sums).at)


def _volume(events: EventTables) -> ir.Table:
    parts = []
    for name in event_names():
        table = events[name]
        by_car = table.group_by([BRAND, "vehicle_id"]).aggregate(events=table.count())
        parts.append(by_car.mutate(event=ibis.literal(name)).select(*_VOLUME_DIMENSIONS, "vehicle_id", "events"))
    together = ibis.union(*parts)

    return roll_up(_VOLUME_DIMENSIONS, _VOLUME_LEVELS, Cars(together, _VOLUME_DIMENSIONS, ("events",)).at)


ADOPTION = Measure(
    "adoption", "Adoption", "How many cars use the calendar, and what of it?", ("start_up", *_USES),
    _ADOPTION_DIMENSIONS, _ADOPTION_LEVELS,
    (
        Figure("joining_cars", "cars", "cars from which a meeting was joined"),
        Figure("reminded_cars", "cars", "cars that showed a reminder"),
        Figure("late_cars", "cars", "cars from which a message was sent that the driver is late"),
        Figure("moving_cars", "cars", "cars whose display was used while moving"),
        Figure("joins", "1", "attempts to join"),
        Figure("late_messages", "1", "messages that the driver is late"),
    ),
    _adoption,
)  # fmt: skip
VERSIONS = Measure(
    "versions", "Version spread", "Which version does each car run?", ("start_up",),
    _VERSION_DIMENSIONS, _VERSION_LEVELS, (), _versions,
)  # fmt: skip
VERSION_DAYS = Measure(
    "version_days", "Version spread by day", "How do versions spread?", ("start_up",),
    _SPREAD_DIMENSIONS, _SPREAD_LEVELS, (), _spread,
)  # fmt: skip
REMINDERS = Measure(
    "reminders", "Reminders", "What becomes of reminders?", ("reminder",),
    _REMINDER_DIMENSIONS, _REMINDER_LEVELS,
    (Figure("reminders", "1", "reminders with this outcome"), Figure("moving", "1", "of these, while moving")),
    _reminders,
)  # fmt: skip
TRIPS = Measure(
    "trips", "Trips", "When and how far do these cars drive?", ("trip",),
    _TRIP_DIMENSIONS, _TRIP_LEVELS,
    (
        Figure("trips", "1", "trips"),
        Figure("minutes", "min", "their duration together"),
        Figure("distance_km", "km", "their distance together"),
    ),
    _trips,
)  # fmt: skip
VOLUME = Measure(
    "volume", "Events received", "How much do the cars send?", event_names(),
    _VOLUME_DIMENSIONS, _VOLUME_LEVELS, (Figure("events", "1", "events that were stored"),), _volume,
)  # fmt: skip
