"""Travel times to the meetings that the screen names, and the navigation program, on a thread of their own.

The car's position is known here only while the screen names meetings; it is kept in memory, never stored or logged.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from carlendar.domain.account import Account
from carlendar.domain.base import Value
from carlendar.domain.event import Event
from carlendar.domain.guidance import navigation_outcome
from carlendar.domain.place import Position, position
from carlendar.domain.ports import ElapsedClock, Geocoder, TravelTimes, WallClock
from carlendar.domain.travel import MOST_REACHED, NavigationOutcome, NavigationPhase, NavigationState, TravelTime
from carlendar.errors import CarlendarError, RefusedError
from carlendar.ipc.messages import FOUND, Message, Navigated, NavigationStatus, Travel, TravelLeg
from carlendar.service.places import AddressSearch, MeetingPlaces
from carlendar.service.retry_later import RetryLater
from carlendar.service.travel_ports import TravelPorts
from carlendar.service.travel_times import TravelSources, guidance

PULSE = 10.0
"""Elapsed seconds between two looks at the navigation program while travel times are needed."""
IDLE_PULSE = 60.0
"""The same while none are needed."""
MOST_WAITING = 20
"""Commands that wait for the thread; further ones are dropped."""
_log = logging.getLogger(__name__)


class TravelRequest(Value, frozen=True):
    """Where the car is, and the meetings to reach from there, one after the other."""

    here: Position | None = None
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> TravelRequest:
        """Return the request of a command; an empty one without a valid position, or without meetings."""
        try:
            here = position(float(arguments.get("latitude", "")), float(arguments.get("longitude", "")))
        except ValueError:
            return cls()
        keys = tuple(each for each in arguments.get("keys", "").split("\n") if each)
        return cls(here, keys[:MOST_REACHED]) if here is not None and keys else cls()


class TravelService:
    """`event` returns a stored event by account and id; `accounts` returns those of the active driver.

    `notify` sends messages to the screens; `agreed` returns whether the driver has agreed to online sources. Commands
    return at once.
    """

    def __init__(
        self,
        ports: TravelPorts,
        event: Callable[[str, str], Event | None],
        *,
        accounts: Callable[[], Sequence[Account]],
        agreed: Callable[[], bool],
        notify: Callable[[Message], None],
        wall: WallClock,
        elapsed: ElapsedClock,
    ) -> None:
        self._ports, self._agreed, self._notify, self._wall = ports, agreed, notify, wall
        retry = RetryLater(elapsed)
        self._search = AddressSearch(self._geocoders, retry)
        self._places = MeetingPlaces(event, accounts, self._search)
        self._sources = TravelSources(self._times, wall, retry)
        self._condition = threading.Condition()
        self._work: deque[Callable[[], None]] = deque()
        self._request = TravelRequest()
        self._navigated = ""
        self._places_of: dict[str, Position] = {}
        self._status = NavigationStatus(NavigationPhase.NONE.value)
        self._stopping = False
        self._thread: threading.Thread | None = None

    # --- commands, from any thread ------------------------------------------------------------

    def start(self) -> None:
        """Look at the navigation program for the first time, if there is one."""
        if self._ports.navigation is not None:
            self._do(self._look)

    def execute(self, name: str, arguments: Mapping[str, str]) -> None:
        """Carry out `travel`, `navigate` or `navigation_clear` (`carlendar.ipc.messages.Command`)."""
        if name == "travel":
            self.travel(arguments)
        elif name == "navigate":
            self.navigate(arguments)
        else:
            self.clear()

    def travel(self, arguments: Mapping[str, str]) -> None:
        """Answer with travel times; without meetings, forget the position."""
        request = TravelRequest.of(arguments)
        with self._condition:
            self._request = request
        self._do(self._update if request.keys else self._forget_position)

    def navigate(self, arguments: Mapping[str, str]) -> None:
        """Set a meeting's place as the destination; the outcome is sent as `Navigated`."""
        key, replacing = arguments.get("key", ""), arguments.get("replace") == "1"
        self._do(lambda: self._navigate(key, replace=replacing))

    def clear(self) -> None:
        """End guidance to a destination that Carlendar has set."""
        self._do(self._clear)

    def end(self) -> None:
        """Forget the position: no screen is connected."""
        with self._condition:
            needed, self._request = bool(self._request.keys), TravelRequest()
        if needed:
            self._do(self._forget_position)

    def changed(self) -> None:
        """Look at the meetings again: they, the driver or the consent have changed."""
        if self._request.keys:
            self._do(self._update)
        elif self._ports.online_geocoders:
            self._do(self._look)

    def forget(self) -> None:
        """Forget everything, as all data is erased or the driver changes."""
        with self._condition:
            self._request = TravelRequest()
        self._do(self._forget, always=True)

    def greeting(self) -> tuple[Message, ...]:
        """Return what a newly connected screen is sent."""
        self._status = replace(self._status, search=self._search.available())
        return (self._status,)

    def stop(self) -> None:
        """End the thread; a request that is running is left to its time-out."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=1)

    # --- the thread ---------------------------------------------------------------------------

    def _do(self, work: Callable[[], None], *, always: bool = False) -> None:
        """Have the thread do something; unless `always`, it is dropped where too much waits."""
        with self._condition:
            if self._stopping or (len(self._work) >= MOST_WAITING and not always):
                return
            if work not in self._work:
                self._work.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="travel", daemon=True)
                self._thread.start()
            self._condition.notify()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except CarlendarError as error:
                _log.warning("travel: %s", error.key)
            except Exception as error:  # noqa: BLE001 - the service survives it
                _log.error("travel failed: %s", type(error).__name__)

    def _next(self) -> Callable[[], None] | None:
        """Wait for work. While meetings are named the navigation is looked at now and then; None at the end."""
        with self._condition:
            pulse = None
            if self._ports.navigation is not None:
                pulse = PULSE if self._request.keys else IDLE_PULSE
            self._condition.wait_for(lambda: self._work or self._stopping, pulse)
            if self._stopping:
                return None
            return self._work.popleft() if self._work else self._look

    def _look(self) -> None:
        """Look at the navigation program: whether it is there, and how long its way is now."""
        state = self._state()
        if state.guiding and self._request.keys:
            self._send_times(state)
        self._send_status(state)

    def _update(self) -> None:
        state = self._state()
        self._send_times(state)
        self._send_status(state)

    def _send_times(self, state: NavigationState) -> None:
        request = self._request
        start, legs, places = request.here, list[TravelLeg](), dict[str, Position]()
        for index, key in enumerate(request.keys):
            place = self._places.place(key)
            to = None if place is None else self._places.position(place, request.here)
            if to is not None:
                places[key] = to
                travel = guidance(state, to, self._wall) if index == 0 else None
                if travel is None and start is not None:
                    travel = self._sources.travel(key, start, to)
                if travel is not None:
                    legs.append(self._leg(key, travel))
            start = to
        if self._request is request:  # the position may have been forgotten meanwhile
            self._sources.forget(keep=request.keys)
            self._places_of = places
            self._notify(Travel(tuple(legs)))

    def _leg(self, key: str, travel: TravelTime) -> TravelLeg:
        age = max(timedelta(0), self._wall.now() - travel.computed_at).total_seconds()
        return TravelLeg(key, travel.seconds, travel.metres, travel.live_traffic, travel.source.value, age)

    def _send_status(self, state: NavigationState) -> None:
        key = next((each for each, at in self._places_of.items() if state.guides_to(at)), "")
        if not key and state.guiding and state.ours:
            key = self._navigated
        status = NavigationStatus(state.phase.value, key, state.ours, self._search.available())
        if status != self._status:
            self._status = status
            self._notify(status)

    def _navigate(self, key: str, *, replace: bool) -> None:
        try:
            answer = self._set(key, replace=replace)
        except Exception:
            self._notify(Navigated(key, "failed"))
            raise
        if answer.outcome in (NavigationOutcome.SET, NavigationOutcome.CHANGED, FOUND):
            self._navigated = key
        self._notify(answer)
        if answer.outcome != FOUND:
            self._send_status(self._state())

    def _set(self, key: str, *, replace: bool) -> Navigated:
        here, navigation = self._request.here, self._ports.navigation
        destination = self._places.destination(key, here)
        if destination is None:
            return Navigated(key, "unknown")
        if self._ports.set_by_screen:
            return Navigated(key, FOUND, destination.position.latitude, destination.position.longitude)
        if navigation is None:
            return Navigated(key, "none")
        return Navigated(key, self._lost_or(navigation_outcome(navigation, destination, here, replace=replace)))

    def _lost_or(self, outcome: str) -> str:
        """Say that the navigation has ended unexpectedly, where it was there before."""
        return "lost" if outcome == "refused" and self._status.phase != NavigationPhase.NONE else outcome

    def _clear(self) -> None:
        navigation = self._ports.navigation
        if navigation is None:
            self._notify(Navigated(self._navigated, "none"))
            return
        state = navigation.refresh()
        try:
            navigation.clear()
        except RefusedError:
            outcome = "not_here"
        except CarlendarError as error:
            _log.warning("guidance is not ended: %s", error.key)
            outcome = "not_cleared"
        else:
            outcome = "cleared" if state.guiding and state.ours else "not_ours"
        if state.phase is NavigationPhase.LOST:
            outcome = "lost"
        self._notify(Navigated(self._navigated, outcome))
        self._send_status(self._state())

    def _state(self) -> NavigationState:
        navigation = self._ports.navigation
        return NavigationState() if navigation is None else navigation.refresh()

    def _forget_position(self) -> None:
        self._sources.forget()
        self._places_of = {}

    def _forget(self) -> None:
        self._navigated = ""
        self._forget_position()
        self._search.forget()
        self._status = replace(self._status, key="")

    def _times(self) -> tuple[TravelTimes, ...]:
        online = self._ports.online_times if self._agreed() else ()
        return (*self._ports.times, *online)

    def _geocoders(self) -> tuple[Geocoder, ...]:
        online = self._ports.online_geocoders if self._agreed() else ()
        return (*self._ports.geocoders, *online)
