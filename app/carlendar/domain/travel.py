"""Travel to meetings: destinations, travel times, arrival, when to leave, and the state of the navigation.

Pure values and rules; times are aware and compared in UTC, so that neither zones nor summer time matter to them.
A travel time is used for ten minutes. Only one with live traffic allows a verdict (early, on time, late).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from carlendar.domain.agenda import AgendaEntry, meetings
from carlendar.domain.base import Value
from carlendar.domain.place import Place, Position
from carlendar.domain.timespan import require_aware

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import tzinfo

EXPIRES = timedelta(minutes=10)
"""An older travel time is not used."""
RECOMPUTE = timedelta(minutes=5)
"""A travel time is computed again after this time, or after `MOVED`."""
MOVED = 500.0
"""Metres of movement after which a travel time is computed again."""
BUFFER = timedelta(minutes=5)
"""Default time for parking and walking."""
NOTICE = timedelta(minutes=10)
"""How long before it is time to leave the first notice is due."""
HYSTERESIS = timedelta(minutes=2)
"""A displayed time changes only when the computed one differs by this: the display never rewards a short gain."""
ROUGH = timedelta(minutes=5)
"""Times computed without live traffic are rounded to a multiple of this."""
THERE = 1000.0
"""Metres: a destination this near needs no navigation, and two destinations this near are the same."""
AT_PLACE = 500.0
"""Metres: guidance to a destination this near to a meeting's place is guidance to that place."""
NEAR = timedelta(hours=4)
"""A meeting that starts within this time is near: the car's position is used for it."""
LONGEST = timedelta(hours=24)
"""A longer travel time is an error of its source."""
RESERVE = 1.2
"""An electric car should be able to drive this many times the distance."""
MOST_REACHED = 4
"""Maximum number of meetings for which travel times are computed."""


class TravelSource(StrEnum):
    """Where a travel time comes from."""

    GUIDANCE = "guidance"
    """The running navigation to this destination."""
    ROUTING = "routing"
    """A router in the car."""
    AZURE_MAPS = "azure_maps"


class TravelTime(Value, frozen=True):
    """The time and distance to a place, computed at `computed_at` (aware)."""

    seconds: float
    metres: float
    live_traffic: bool
    source: TravelSource
    computed_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.computed_at, "computed_at")

    def usable(self, now: datetime) -> bool:
        """Whether it is less than ten minutes old, and possible. A time in the future means that a clock was set."""
        possible = 0 <= self.seconds <= LONGEST.total_seconds() and self.metres >= 0
        return possible and abs(now - self.computed_at) < EXPIRES


class Destination(Value, frozen=True):
    """A place to drive to. Adapters leave out what their navigation cannot take; coordinates in degrees (WGS 84)."""

    position: Position
    name: str = ""
    address: tuple[str, ...] = ()
    """Lines of the postal address."""

    def near(self, at: Position | None) -> bool:
        """Whether a position is within a kilometre; not if it is unknown."""
        return at is not None and self.position.metres(at) < THERE

    def same(self, other: Destination) -> bool:
        """Whether both are the same place: within a kilometre."""
        return self.near(other.position)


class NavigationPhase(StrEnum):
    """Whether the car navigates."""

    NONE = "none"
    """There is no navigation."""
    READY = "ready"
    GUIDING = "guiding"
    LOST = "lost"
    """The navigation has ended unexpectedly or does not answer."""

    @property
    def available(self) -> bool:
        """Whether the navigation accepts destinations now."""
        return self in (NavigationPhase.READY, NavigationPhase.GUIDING)


class NavigationState(Value, frozen=True):
    """The state of the navigation. `destination` is None unless guiding, or if it is not reported."""

    phase: NavigationPhase = NavigationPhase.NONE
    destination: Destination | None = None
    ours: bool = False
    """Whether the destination was set by Carlendar; one that was not is the driver's."""
    remaining_metres: float | None = None
    remaining_seconds: float | None = None
    live_traffic: bool = False

    @property
    def available(self) -> bool:
        """Whether it accepts destinations now."""
        return self.phase.available

    @property
    def guiding(self) -> bool:
        """Whether it guides to a destination."""
        return self.phase is NavigationPhase.GUIDING

    def guides_to(self, place: Position) -> bool:
        """Whether it guides to this place, as far as its destination is reported."""
        return self.guiding and self.destination is not None and self.destination.position.metres(place) < AT_PLACE


class NavigationOutcome(StrEnum):
    """What came of setting a destination."""

    SET = "set"
    CHANGED = "changed"
    """Set, in place of another destination."""
    GUIDING_THERE = "guiding_there"
    """It guides there already; nothing was changed."""
    THERE = "there"
    """The car is within a kilometre; nothing was changed."""
    ASK = "ask"
    """It guides to a destination of the driver's own, which is only replaced with `replace`."""

    @property
    def sets(self) -> bool:
        """Whether the destination is set by it."""
        return self in (NavigationOutcome.SET, NavigationOutcome.CHANGED)


class Verdict(StrEnum):
    """The arrival compared with the start."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


class Arrival(Value, frozen=True):
    """The displayed arrival at a meeting, to the minute.

    `minutes` are those after the start, negative before it, and None without live traffic.
    """

    at: datetime
    minutes: int | None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict; None without live traffic."""
        if self.minutes is None:
            return None
        if self.minutes > 0:
            return Verdict.LATE
        return Verdict.EARLY if self.minutes < 0 else Verdict.ON_TIME


class DepartureStage(StrEnum):
    """The two notices of a departure."""

    SOON = "soon"
    NOW = "now"


def to_minute(moment: datetime) -> datetime:
    """Return the moment as a clock shows it: without seconds, in UTC."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def held(before: datetime | None, computed: datetime) -> datetime:
    """Return the minute to display: the one displayed `before`, until the computed one differs by two minutes."""
    minute = to_minute(computed)
    return minute if before is None or abs(minute - before) >= HYSTERESIS else before


def arrival_time(travel: TravelTime, now: datetime, *, driving: bool) -> datetime:
    """Return when the car arrives: `driving`, from when the travel time was computed, else if it leaves `now`."""
    begun = travel.computed_at if driving else max(now, travel.computed_at)
    return max(now, begun + timedelta(seconds=travel.seconds))


def arrival(travel: TravelTime, start: datetime, displayed: datetime) -> Arrival:
    """Return the arrival at the `displayed` time (of `held`), compared with the start if there is live traffic."""
    if not travel.live_traffic:
        return Arrival(roughly(displayed), None)
    return Arrival(displayed, round((to_minute(displayed) - to_minute(start)).total_seconds() / 60))


def roughly(moment: datetime) -> datetime:
    """Return the moment rounded to the nearest five minutes, for `about 13:10`."""
    minute = to_minute(moment)
    past = timedelta(minutes=minute.minute) % ROUGH
    return minute - past if past < ROUGH / 2 else minute - past + ROUGH


def leave_by(start: datetime, travel: TravelTime, buffer: timedelta = BUFFER) -> datetime:
    """Return when to leave: travel time and `buffer` before the start."""
    return start - timedelta(seconds=travel.seconds) - buffer


def leave_shown(travel: TravelTime, displayed: datetime) -> datetime:
    """Return the `displayed` time to leave (of `held`); without live traffic rounded down to five minutes."""
    if travel.live_traffic:
        return displayed
    minute = to_minute(displayed)
    return minute - timedelta(minutes=minute.minute) % ROUGH


def departure_stage(leave: datetime, start: datetime, now: datetime) -> DepartureStage | None:
    """Return which notice is due: from ten minutes before it is time to leave, then until the start."""
    if not leave - NOTICE <= now < start:
        return None
    return DepartureStage.SOON if now < leave else DepartureStage.NOW


def charge_first(metres: float, range_metres: float | None) -> bool:
    """Whether an electric car's range is too short for the distance; False where the range is unknown."""
    return range_metres is not None and range_metres < RESERVE * metres


def reachable_place(place: Place | None) -> bool:
    """Whether it can be driven to: it has coordinates or an address. A room is not an address."""
    if place is None:
        return False
    return place.navigable or bool(place.postal_address)


def to_reach(
    entries: Collection[AgendaEntry],
    now: datetime,
    zone: tzinfo,
    *,
    parked: bool,
    skipped: frozenset[str] = frozenset(),
) -> tuple[AgendaEntry, ...]:
    """Return the meetings that need a travel time now, in order; none while the car's position is not needed.

    The first is reached from the car, each of the others from the place of the one before. The first is the next
    meeting with a place that starts within four hours; a running one counts until its end, as the driver may be late.
    After the day's last one, in a parked car, it is tomorrow's first meeting, if it has a place. `skipped` are keys of
    meetings that need none, such as those joined by phone.
    """
    if not any(reachable_place(entry.event.place) for entry in entries):
        return ()  # on most days: asked every minute while the screen draws
    coming = [entry for entry in meetings(entries, skipped) if entry.event.moments(UTC).end > now]
    today = now.astimezone(zone).date()
    of_today = tuple(
        entry for entry in coming if reachable_place(entry.event.place) and entry.event.start(zone).date() <= today
    )
    if of_today:
        return of_today[:MOST_REACHED] if of_today[0].event.moments(UTC).start - now <= NEAR else ()
    tomorrow = first_tomorrow(coming, now, zone)
    return (tomorrow,) if tomorrow is not None and parked and reachable_place(tomorrow.event.place) else ()


def first_tomorrow(entries: Iterable[AgendaEntry], now: datetime, zone: tzinfo) -> AgendaEntry | None:
    """Return tomorrow's first timed meeting; None if there is none."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    found = (entry for entry in meetings(entries, frozenset()) if entry.event.start(zone).date() == tomorrow)
    return next(found, None)
