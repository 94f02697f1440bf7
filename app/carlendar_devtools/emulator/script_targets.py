"""What the scripted drive acts on: the emulated car, network, clock, cloud and phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from carlendar.domain.place import Position, position
from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError
from carlendar_devtools.emulator.car import Car, Selector
from carlendar_devtools.emulator.clock import EmulatedClock
from carlendar_devtools.emulator.panel.data_line import DataLineControl
from carlendar_devtools.emulator.panel.environment import NetworkControl
from carlendar_devtools.emulator.panel.microsoft import CloudControl
from carlendar_devtools.emulator.panel.telephone import PhoneControl
from carlendar_devtools.emulator.town.driver import TownDriver
from carlendar_devtools.emulator.town.plan import CENTRE
from carlendar_devtools.emulator.world.entry import Entry
from carlendar_devtools.emulator.world.world import World

LEAD = timedelta(minutes=5, seconds=4)
"""How long before a meeting the clock is put: a moment before the reminder of five minutes."""

AHEAD = timedelta(days=3)
TOWN_METRES = 15_000.0
"""From the town's centre; farther away is elsewhere."""


class EmulatedStage:
    """A `Stage`; without a cloud the sign-in steps are skipped."""

    def __init__(
        self,
        car: Car,
        network: NetworkControl,
        clock: EmulatedClock,
        cloud: CloudControl | None,
        phone: PhoneControl | None,
        data: DataLineControl,
        world: World,
        road: TownDriver | None = None,
    ) -> None:
        """`road` drives in the fictional town; None in a scenario without it."""
        self._road = road
        self._car = car
        self._network = network
        self._clock = clock
        self._cloud = cloud
        self._phone = phone
        self._data = data
        self._world = world

    def pending(self) -> bool:
        """Whether a sign-in waits."""
        return self._cloud is not None and self._cloud.pending()

    def approve(self) -> None:
        """Sign in as the scenario's first person."""
        if self._cloud is not None:
            self._cloud.approve()

    def signed_in(self) -> bool:
        """Whether a user is signed in, or sign-in is not possible."""
        return self._cloud is None or self._cloud.signed_in

    def arrived(self) -> bool:
        """Whether a calendar has been fetched, or none can be."""
        return self._cloud is None or self._cloud.delivered

    def drive(self, speed: float) -> None:
        """Go at that speed (km/h), in D, with the brake released."""
        self._car.set(speed=speed, selector=Selector.D, parking_brake=False, ignition="ON")

    def park(self) -> None:
        """Stand in P with the brake engaged."""
        self._car.set(speed=0.0, selector=Selector.P, parking_brake=True)

    def speed(self) -> float:
        """km/h."""
        return self._car.state.speed

    def network(self, mode: str) -> None:
        """`on` or `none`."""
        self._network.set(mode)

    def before_next_meeting(self) -> None:
        """Put the clock to shortly before the first person's next reminder; UsageError when no meeting is left.

        A meeting that can be joined by telephone is preferred, because joining is the next step. The clock is never
        put back: it stays as it is where that meeting's reminder is due already.
        """
        now = self._clock.now()
        meetings = self._meetings(now, now + AHEAD)
        by_phone = [start for start, entry in meetings if entry.room is not None and entry.room.toll_number]
        starts = by_phone or [start for start, _ in meetings]
        if not starts:
            raise UsageError("there is no meeting any more")
        if min(starts) - LEAD > now:
            self._clock.set_time(min(starts) - LEAD)

    def answer_calls(self) -> None:
        """Let the phone answer."""
        if self._phone is not None:
            self._phone.answer_calls()

    def in_call(self) -> bool:
        """Whether a call is in progress, on either line; True without a phone."""
        return self._phone is None or self._phone.in_call() or self._data.in_call()

    def lobby(self, *, on: bool) -> None:
        """Whether callers over data wait to be let in; with false, one that waits is let in."""
        self._data.switch("lobby", on=on)
        if not on:
            self._data.event("admit")

    def record(self, *, on: bool) -> None:
        """Record the meeting over data."""
        self._data.switch("record", on=on)

    def guided(self) -> bool:
        """Whether the car's navigation guides to a destination."""
        return self._car.destination is not None

    def next_place(self) -> Position | None:
        """Return where the navigation guides to, else where the first person's next meeting in the town is."""
        if self._car.destination is not None:
            return Position(*self._car.destination)
        now = self._clock.now()
        for _, entry in sorted(self._meetings(now, now + AHEAD), key=lambda each: each[0]):
            for spot in entry.spots:
                found = position(spot.latitude, spot.longitude)
                if found is not None and found.metres(CENTRE) < TOWN_METRES:
                    return found
        return None

    def set_off(self) -> None:
        """Drive to the destination, through the town."""
        to = self.next_place()
        if self._road is None or to is None:
            raise UsageError("there is nowhere to drive to")
        self._road.set_off(to)

    def driven(self) -> float:
        """Metres since setting off."""
        return 0.0 if self._road is None else self._road.metres

    def travelling(self) -> bool:
        """Whether the car is on its way through the town."""
        return self._road is not None and self._road.driving

    def jam(self, *, on: bool) -> None:
        """Jam the longest road ahead, or free all roads."""
        if self._road is None:
            return
        if on:
            self._road.jam_ahead()
        else:
            self._road.clear_jams()

    def messages(self) -> int:
        """How many messages were sent from the car."""
        return 0 if self._cloud is None else self._cloud.mails

    def _meetings(self, begin: datetime, end: datetime) -> list[tuple[datetime, Entry]]:
        """The first person's meetings that start between the two moments."""
        first = next(iter(self._world.people), None)
        if first is None:
            return []
        found = []
        for occurrence in self._world.events_between(first.person.address, begin, end):
            entry = occurrence.entry
            if isinstance(entry.span, Timespan) and entry.span.start > begin and not entry.cancelled:
                found.append((entry.span.start, entry))
        return found
