"""Travel times and navigation in the service: which source, how often, with whose consent, and what is forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from carlendar.domain.account import Account
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.event import Event
from carlendar.domain.place import Place, Position
from carlendar.domain.ports import Geocoder, Navigation, TravelTimes
from carlendar.domain.timespan import Timespan
from carlendar.domain.travel import (
    Destination,
    NavigationOutcome,
    NavigationPhase,
    NavigationState,
    TravelSource,
    TravelTime,
)
from carlendar.errors import OutageError, RefusedError, ServiceError, StoreError, ThrottledError
from carlendar.ipc.messages import Message, Navigated, NavigationStatus, Travel
from carlendar.service.places import MOST
from carlendar.service.travel_ports import TravelPorts
from carlendar.service.travel_service import MOST_WAITING, TravelService
from tests.fakes.clocks import ManualClocks
from tests.fakes.stores import ana_account
from tests.fakes.waiting import wait_until

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOME = Position(54.6000, 7.1000)
WORKS = Position(54.6100, 7.1400)
HARBOUR = Position(54.5900, 7.0600)
ADDRESS = "Turbinenweg 3, 00000 Quellhaven"
M = TypeVar("M", bound=Message)


class Router:
    """`TravelTimes` at 10 m/s in a straight line, which can fail."""

    def __init__(
        self, clocks: ManualClocks, source: TravelSource = TravelSource.ROUTING, *, live: bool = False
    ) -> None:
        self.clocks, self.source, self.live = clocks, source, live
        self.asked: list[tuple[Position, Position]] = []
        self.error: ServiceError | None = None
        self.route = True

    def travel(self, start: Position, to: Position) -> TravelTime | None:
        self.asked.append((start, to))
        if self.error is not None:
            raise self.error
        if not self.route:
            return None
        metres = start.metres(to)
        return TravelTime(metres / 10, metres, self.live, self.source, self.clocks.now())


class Addresses:
    """`Geocoder` of one address."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.error: ServiceError | None = None
        self.knows = True

    def find(self, address: Sequence[str], near: Position | None) -> Position | None:  # noqa: ARG002 - the port's
        self.asked.append(tuple(address))
        if self.error is not None:
            raise self.error
        return WORKS if self.knows and tuple(address) == ("Turbinenweg 3", "00000 Quellhaven") else None


class Guide:
    """A navigation program whose state is set by the test."""

    def __init__(self) -> None:
        self.state = NavigationState(NavigationPhase.READY)
        self.error: ServiceError | None = None

    def available(self) -> bool:
        return self.state.available

    def subscribe(self, listener: Callable[[NavigationState], None]) -> Callable[[], None]:
        listener(self.state)
        return lambda: None

    def refresh(self) -> NavigationState:
        return self.state

    def navigate(self, destination: Destination, *, replace: bool = False) -> NavigationOutcome:
        if self.error is not None:
            raise self.error
        if self.state.guiding and not self.state.ours and not replace:
            return NavigationOutcome.ASK
        before, self.state = self.state, NavigationState(NavigationPhase.GUIDING, destination, ours=True)
        return NavigationOutcome.CHANGED if before.guiding else NavigationOutcome.SET

    def clear(self) -> None:
        if self.error is not None:
            raise self.error
        self.state = NavigationState(NavigationPhase.READY)


class Bench:
    """A travel service with a calendar in memory, and what it has sent."""

    def __init__(self) -> None:
        self.clocks = ManualClocks(NOW)
        self.router, self.online = Router(self.clocks), Router(self.clocks, TravelSource.AZURE_MAPS, live=True)
        self.addresses, self.guide = Addresses(), Guide()
        self.events: dict[str, Event] = {}
        self.agrees = False
        self.sent: list[Message] = []
        self.service = self.serve(TravelPorts(self.guide, (self.router,), (self.online,), (), (self.addresses,)))

    def serve(self, ports: TravelPorts) -> TravelService:
        account = ana_account(NOW)

        def accounts() -> tuple[Account, ...]:
            return (account,)

        self.service = TravelService(
            ports, lambda _account, event_id: self.events.get(event_id), accounts=accounts, agreed=lambda: self.agrees,
            notify=self.sent.append, wall=self.clocks, elapsed=self.clocks,
        )  # fmt: skip
        return self.service

    def meeting(self, name: str, place: Place) -> str:
        start = NOW + timedelta(hours=1)
        self.events[name] = Event(name, "1", name, Timespan(start, start + timedelta(hours=1)), place=place)
        return occurrence_key(self.events[name])

    def travel(self, here: Position | None, *keys: str) -> Travel:
        """Ask for travel times and return the answer."""
        before = len(self.sent)
        at = ("", "") if here is None else (str(here.latitude), str(here.longitude))
        self.service.travel({"latitude": at[0], "longitude": at[1], "keys": "\n".join(keys)})
        wait_until(lambda: any(isinstance(each, Travel) for each in self.sent[before:]))
        return self.last(Travel)

    def navigate(self, key: str, *, replace: bool = False) -> str:
        before = len(self.sent)
        self.service.navigate({"key": key, "replace": str(int(replace))})
        wait_until(lambda: any(isinstance(each, Navigated) for each in self.sent[before:]))
        return self.last(Navigated).outcome

    def settle(self) -> None:
        """Wait until all commands of before have been carried out."""
        self.navigate("none@")

    def last(self, kind: type[M]) -> M:
        return next(each for each in reversed(self.sent) if isinstance(each, kind))


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.service.stop()


def at(position: Position, name: str = "Halle 3") -> Place:
    return Place(name, "", position.latitude, position.longitude)


def test_the_first_meeting_is_reached_from_the_car_and_each_other_from_the_one_before(bench: Bench) -> None:
    keys = bench.meeting("works", at(WORKS)), bench.meeting("harbour", at(HARBOUR))
    answer = bench.travel(HOME, *keys)
    assert [(leg.key, leg.source, leg.live) for leg in answer.legs] == [(key, "routing", False) for key in keys]
    assert bench.router.asked == [(HOME, WORKS), (WORKS, HARBOUR)]
    assert answer.legs[0].metres == pytest.approx(HOME.metres(WORKS))


def test_the_running_guidance_to_the_place_is_asked_first(bench: Bench) -> None:
    bench.guide.state = NavigationState(NavigationPhase.GUIDING, Destination(WORKS), False, 4000.0, 500.0)
    (leg,) = bench.travel(HOME, bench.meeting("works", at(WORKS))).legs
    assert (leg.source, leg.seconds, leg.metres) == ("guidance", 500.0, 4000.0)
    assert bench.router.asked == []


def test_guidance_to_another_place_is_no_travel_time(bench: Bench) -> None:
    bench.guide.state = NavigationState(NavigationPhase.GUIDING, Destination(HARBOUR), False, 4000.0, 500.0)
    (leg,) = bench.travel(HOME, bench.meeting("works", at(WORKS))).legs
    assert leg.source == "routing"


def test_the_next_source_is_asked_where_one_has_no_route_or_fails(bench: Bench) -> None:
    bench.agrees, key = True, bench.meeting("works", at(WORKS))
    bench.router.route = False
    assert bench.travel(HOME, key).legs[0].source == "azure_maps"
    bench.service.forget()
    bench.router.route, bench.router.error = True, OutageError("broken")
    assert bench.travel(HOME, key).legs[0].source == "azure_maps"


def test_without_the_drivers_consent_nothing_is_sent_to_online_maps(bench: Bench) -> None:
    bench.router.route = False
    keys = bench.meeting("works", at(WORKS)), bench.meeting("address", Place("Halle", ADDRESS))
    assert bench.travel(HOME, *keys).legs == ()
    assert bench.online.asked == []
    assert bench.addresses.asked == []
    assert not bench.last(NavigationStatus).search


def test_a_travel_time_is_computed_again_after_500_metres_or_five_minutes(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    bench.travel(HOME, key)
    bench.travel(Position(54.6040, 7.1), key)  # 445 m
    assert len(bench.router.asked) == 1
    bench.travel(Position(54.6046, 7.1), key)  # 512 m
    assert len(bench.router.asked) == 2
    bench.clocks.advance(299)
    bench.travel(Position(54.6046, 7.1), key)
    assert len(bench.router.asked) == 2
    bench.clocks.advance(2)
    bench.travel(Position(54.6046, 7.1), key)
    assert len(bench.router.asked) == 3


def test_a_travel_time_carries_its_age_and_after_ten_minutes_there_is_none(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    bench.travel(HOME, key)
    bench.router.error = OutageError("broken")
    bench.clocks.advance(590)
    (leg,) = bench.travel(HOME, key).legs
    assert leg.age == pytest.approx(590)
    bench.clocks.advance(20)
    assert bench.travel(HOME, key).legs == ()


def test_a_clock_that_is_set_back_makes_no_old_travel_time_new(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    bench.travel(HOME, key)
    bench.clocks.wall -= timedelta(hours=3)
    bench.router.error = OutageError("broken")
    assert bench.travel(HOME, key).legs == ()


def test_a_source_that_throttles_is_left_alone_as_long_as_it_asks(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    bench.router.error = ThrottledError("wait", retry_after=120.0)
    bench.travel(HOME, key)
    bench.clocks.advance(100)
    bench.travel(HOME, key)
    assert len(bench.router.asked) == 1
    bench.clocks.advance(30)
    bench.travel(HOME, key)
    assert len(bench.router.asked) == 2


def test_a_place_that_moved_is_computed_anew(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    bench.travel(HOME, key)
    bench.meeting("works", at(HARBOUR))
    assert bench.travel(HOME, key).legs[0].metres == pytest.approx(HOME.metres(HARBOUR))


def test_an_address_is_searched_for_once(bench: Bench) -> None:
    bench.agrees, key = True, bench.meeting("address", Place("Halle", ADDRESS))
    (leg,) = bench.travel(HOME, key).legs
    assert leg.metres == pytest.approx(HOME.metres(WORKS))
    bench.clocks.advance(400)
    bench.travel(HOME, key)
    assert bench.addresses.asked == [("Turbinenweg 3", "00000 Quellhaven")]


def test_a_room_is_not_an_address_and_an_empty_place_is_nowhere(bench: Bench) -> None:
    bench.agrees = True
    room = bench.meeting("room", Place("Raum 3.14", ADDRESS, is_room=True))
    nowhere = bench.meeting("nowhere", Place("Online"))
    assert bench.travel(HOME, room, nowhere).legs == ()
    assert bench.addresses.asked == []


def test_an_address_that_could_not_be_searched_for_is_searched_for_again(bench: Bench) -> None:
    bench.agrees, key = True, bench.meeting("address", Place("Halle", ADDRESS))
    bench.addresses.error = OutageError("broken")
    assert bench.travel(HOME, key).legs == ()
    bench.addresses.error = None
    bench.clocks.advance(61)
    assert len(bench.travel(HOME, key).legs) == 1


def test_an_address_counts_as_unknown_only_when_every_geocoder_has_answered(bench: Bench) -> None:
    bench.service.stop()
    first, second = Addresses(), Addresses()
    bench.agrees, key = True, bench.meeting("address", Place("Halle", "Werkring 1"))
    bench.serve(TravelPorts(times=(bench.router,), geocoders=(first,), online_geocoders=(second,)))
    second.error = OutageError("broken")
    bench.travel(HOME, key)
    second.error = None
    bench.clocks.advance(61)
    bench.travel(HOME, key)
    assert (len(first.asked), len(second.asked)) == (1, 2)  # the first knew at once that it does not know it
    bench.clocks.advance(61)
    bench.travel(HOME, key)
    assert (len(first.asked), len(second.asked)) == (1, 2)


def test_consent_that_comes_later_makes_an_unknown_address_known(bench: Bench) -> None:
    bench.service.stop()
    first, second = Addresses(), Addresses()
    first.knows = False
    key = bench.meeting("address", Place("Halle", ADDRESS))
    bench.serve(TravelPorts(times=(bench.router,), geocoders=(first,), online_geocoders=(second,)))
    assert bench.travel(HOME, key).legs == ()
    bench.agrees = True
    assert len(bench.travel(HOME, key).legs) == 1


def test_the_addresses_in_memory_are_bounded_and_forgotten_with_the_driver(bench: Bench) -> None:
    bench.agrees = True
    for number in range(MOST + 5):
        bench.travel(HOME, bench.meeting("one", Place("Halle", f"Werkring {number}")))
    search = bench.service._search
    assert len(search._known) == MOST
    bench.service.forget()
    bench.settle()
    assert not search._known


def test_a_driver_is_forgotten_even_where_as_much_waits_as_may(bench: Bench) -> None:
    bench.agrees = True
    begun, held = threading.Event(), threading.Event()
    find = bench.addresses.find

    def slowly(address: Sequence[str], near: Position | None) -> Position | None:
        begun.set()
        held.wait(10)
        return find(address, near)

    bench.addresses.find = slowly  # type: ignore[method-assign]  # this time it is slow
    key = bench.meeting("Visit", Place("Works", ADDRESS))
    bench.service.travel({"latitude": "54.6", "longitude": "7.1", "keys": key})
    assert begun.wait(10)
    for _ in range(MOST_WAITING + 1):
        bench.service.navigate({"key": "none@"})
    bench.service.forget()
    held.set()
    wait_until(lambda: len([each for each in bench.sent if isinstance(each, Navigated)]) == MOST_WAITING)
    wait_until(lambda: not bench.service._search._known)


def test_the_position_is_forgotten_once_no_meeting_needs_it(bench: Bench) -> None:
    bench.travel(HOME, bench.meeting("works", at(WORKS)))
    bench.service.travel({"latitude": "", "longitude": "", "keys": ""})
    bench.settle()
    assert bench.service._request.here is None
    assert not bench.service._sources._known
    bench.travel(HOME, bench.meeting("works", at(WORKS)))
    bench.service.end()
    bench.settle()
    assert bench.service._request.here is None


@pytest.mark.parametrize("latitude", ["nan", "inf", "91", "north", "", "0"])
def test_an_invalid_position_is_none(bench: Bench, latitude: str) -> None:
    bench.service.travel({"latitude": latitude, "longitude": "0", "keys": bench.meeting("works", at(WORKS))})
    bench.settle()
    assert bench.router.asked == []


def test_neither_positions_nor_places_are_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.agrees = True
    key = bench.meeting("address", Place("Werkhalle", ADDRESS))
    bench.travel(HOME, key)
    bench.router.error = bench.online.error = OutageError("broken")
    bench.addresses.error = OutageError("broken")
    bench.service.forget()
    bench.travel(HOME, key)
    bench.navigate(key)
    assert not any(word in caplog.text for word in ("54.", "7.1", "Turbinenweg", "Werkhalle", "address@"))


def test_a_meetings_place_becomes_the_destination(bench: Bench) -> None:
    key = bench.meeting("works", Place("Halle 3", ADDRESS, WORKS.latitude, WORKS.longitude))
    assert bench.navigate(key) == "set"
    assert bench.guide.state.destination == Destination(WORKS, "Halle 3", ("Turbinenweg 3", "00000 Quellhaven"))
    wait_until(lambda: bench.last(NavigationStatus).key == key)
    assert bench.last(NavigationStatus).ours


def test_an_address_is_found_for_a_navigation_that_the_screen_sets(bench: Bench) -> None:
    bench.service.stop()
    bench.agrees, key = True, bench.meeting("address", Place("Halle", ADDRESS))
    bench.serve(TravelPorts(bench.guide, online_geocoders=(bench.addresses,), set_by_screen=True))
    assert bench.navigate(key) == "found"
    found = bench.last(Navigated)
    assert (found.latitude, found.longitude) == (WORKS.latitude, WORKS.longitude)
    assert bench.guide.state.phase is NavigationPhase.READY


def test_a_destination_of_the_driver_is_replaced_only_when_asked_to(bench: Bench) -> None:
    bench.guide.state = NavigationState(NavigationPhase.GUIDING, Destination(HARBOUR))
    key = bench.meeting("works", at(WORKS))
    assert bench.navigate(key) == "ask"
    assert bench.navigate(key, replace=True) == "changed"


def test_guidance_that_the_driver_started_to_a_meeting_is_recognised(bench: Bench) -> None:
    bench.guide.state = NavigationState(NavigationPhase.GUIDING, Destination(WORKS))
    key = bench.meeting("works", at(WORKS))
    bench.travel(HOME, key)
    wait_until(lambda: bench.last(NavigationStatus).key == key)
    assert not bench.last(NavigationStatus).ours


def test_each_failure_of_navigation_has_an_outcome_of_its_own(bench: Bench) -> None:
    key, room = bench.meeting("works", at(WORKS)), bench.meeting("room", Place("Raum 3", is_room=True))
    assert bench.navigate(room) == "unknown"
    bench.travel(Position(54.6095, 7.1400), key)
    assert bench.navigate(key) == "there"
    bench.travel(HOME, key)
    bench.guide.error = ServiceError("silent")
    assert bench.navigate(key) == "failed"
    bench.guide.error.perhaps = True
    assert bench.navigate(key) == "perhaps"
    bench.guide.error, bench.guide.state = RefusedError("gone"), NavigationState(NavigationPhase.LOST)
    assert bench.navigate(key) == "lost"
    bench.service.stop()
    bench.serve(TravelPorts())
    assert bench.navigate(key) == "none"


def test_a_store_that_fails_is_an_outcome_and_the_thread_goes_on(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    held = bench.events.pop("works")

    class Broken(dict[str, Event]):
        def get(self, *_: object) -> Event:
            raise StoreError("broken")

    bench.events, events = Broken(), bench.events
    assert bench.navigate(key) == "failed"
    bench.events = events | {"works": held}
    assert bench.navigate(key) == "set"


def test_whether_addresses_can_be_found_is_known_without_a_near_meeting(bench: Bench) -> None:
    (status,) = bench.service.greeting()
    assert isinstance(status, NavigationStatus)
    assert not status.search
    bench.agrees = True
    bench.service.changed()
    wait_until(lambda: bench.sent and bench.last(NavigationStatus).search)


def test_clearing_ends_guidance_to_our_destination(bench: Bench) -> None:
    bench.navigate(bench.meeting("works", at(WORKS)))
    bench.service.clear()
    wait_until(lambda: bench.last(NavigationStatus).phase == "ready")
    assert bench.last(NavigationStatus).key == ""


def test_each_end_of_guidance_has_an_outcome_of_its_own(bench: Bench) -> None:
    def clear() -> str:
        before = len(bench.sent)
        bench.service.clear()
        wait_until(lambda: any(isinstance(each, Navigated) for each in bench.sent[before:]))
        return bench.last(Navigated).outcome

    key = bench.meeting("works", at(WORKS))
    assert clear() == "not_ours"
    bench.navigate(key)
    assert clear() == "cleared"
    bench.guide.error = ServiceError("silent")
    assert clear() == "not_cleared"
    bench.guide.error = RefusedError("not from here")
    assert clear() == "not_here"
    bench.guide.state = NavigationState(NavigationPhase.LOST)
    assert clear() == "lost"
    bench.service.stop()
    bench.serve(TravelPorts())
    assert clear() == "none"


def test_a_program_that_ends_is_reported_as_lost_and_then_as_back(bench: Bench) -> None:
    key = bench.meeting("works", at(WORKS))
    bench.travel(HOME, key)
    bench.guide.state = NavigationState(NavigationPhase.LOST)
    bench.travel(HOME, key)
    wait_until(lambda: bench.last(NavigationStatus).phase == "lost")
    bench.guide.state = NavigationState(NavigationPhase.READY)
    bench.travel(HOME, key)
    wait_until(lambda: bench.last(NavigationStatus).phase == "ready")


def test_no_more_meetings_than_needed_are_computed(bench: Bench) -> None:
    keys = [bench.meeting(f"m{number}", at(Position(54.6, 7.2 + number / 10))) for number in range(9)]
    assert len(bench.travel(HOME, *keys).legs) == 4


def test_the_fakes_are_what_the_service_takes() -> None:
    clocks = ManualClocks(NOW)
    router: TravelTimes = Router(clocks)
    search: Geocoder = Addresses()
    guide: Navigation = Guide()
    assert all((router, search, guide))
