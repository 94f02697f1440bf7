"""What every navigation does with a destination: one class of tests for all adapters."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from carlendar.domain.guidance import navigation_outcome
from carlendar.domain.place import Position
from carlendar.domain.ports import Navigation
from carlendar.domain.travel import Destination, NavigationOutcome, NavigationPhase, NavigationState
from carlendar.domain.vss import DESTINATION_LATITUDE, DESTINATION_LONGITUDE
from carlendar.errors import CarlendarError, RefusedError, ServiceError
from carlendar.navigation import navit_bus
from carlendar.navigation.geo_link import LinkNavigation
from carlendar.navigation.navit import NavitNavigation
from carlendar.navigation.navit_bus import NavitBus
from carlendar.vehicle.broker import Broker
from carlendar.vehicle.navigation import KuksaNavigation
from carlendar_devtools.emulator.town.navigation import SimulatedNavigation
from carlendar_devtools.emulator.town.network import Network
from tests.fakes.databroker import Garage
from tests.fakes.navit import RunningNavit
from tests.fakes.waiting import wait_until

HERE = Position(54.6, 7.1)
WORKS = Destination(Position(54.61, 7.14), 'Turbinenhalle "3"\n', ("Turbinenweg 3", "00000 Quellhaven"))
HARBOUR = Destination(Position(54.59, 7.06), "Hafenamt")
BESIDE = Destination(Position(54.602, 7.102), "Nebenan")
GARAGE = Destination(Position(54.62, 7.11), "Meine Werkstatt")
"""The driver's own."""


class DestinationContract(ABC):
    """Tests of an adapter that takes destinations; `there` is what was set last, in the navigation itself."""

    second = NavigationOutcome.CHANGED
    """The outcome of a second destination."""

    @pytest.fixture
    @abstractmethod
    def navigation(self) -> Navigation:
        """An adapter that is ready."""

    @pytest.fixture
    @abstractmethod
    def there(self) -> Callable[[], Position | None]:
        """Return where the navigation itself goes to."""

    def test_a_whole_place_is_set(self, navigation: Navigation, there: Callable[[], Position | None]) -> None:
        assert navigation.available()
        assert navigation.navigate(WORKS) is NavigationOutcome.SET
        assert _near(there(), WORKS)

    def test_a_second_destination_replaces_our_first(
        self, navigation: Navigation, there: Callable[[], Position | None]
    ) -> None:
        navigation.navigate(WORKS)
        assert navigation.navigate(HARBOUR) is self.second
        assert _near(there(), HARBOUR)

    def test_a_listener_is_called_with_the_state_of_now(self, navigation: Navigation) -> None:
        states: list[NavigationState] = []
        navigation.subscribe(states.append)()
        assert len(states) == 1

    def test_a_place_within_a_kilometre_is_not_set(
        self, navigation: Navigation, there: Callable[[], Position | None]
    ) -> None:
        before = there()
        assert navigation_outcome(navigation, BESIDE, HERE, replace=False) == NavigationOutcome.THERE
        assert there() == before


class GuidanceContract(DestinationContract):
    """Tests of an adapter that knows where the navigation guides to; the car is `HERE`."""

    @pytest.fixture
    @abstractmethod
    def driver(self) -> Callable[[Destination], None]:
        """Set a destination as the driver does, in the navigation itself."""

    @pytest.fixture
    @abstractmethod
    def ending(self) -> Callable[[], None]:
        """End the navigation unexpectedly."""

    @abstractmethod
    def state(self) -> NavigationState:
        """Return the state of now."""

    def test_a_destination_that_is_guided_to_is_not_set_again(self, navigation: Navigation) -> None:
        navigation.navigate(WORKS)
        assert navigation.navigate(WORKS) is NavigationOutcome.GUIDING_THERE
        assert self.state().ours

    def test_the_drivers_own_destination_is_never_replaced_without_asking(
        self, navigation: Navigation, driver: Callable[[Destination], None], there: Callable[[], Position | None]
    ) -> None:
        driver(GARAGE)
        assert navigation.navigate(WORKS) is NavigationOutcome.ASK
        assert _near(there(), GARAGE)
        assert navigation.navigate(WORKS, replace=True) is NavigationOutcome.CHANGED
        assert _near(there(), WORKS)

    def test_a_destination_of_ours_that_the_driver_changed_is_the_drivers(
        self, navigation: Navigation, driver: Callable[[Destination], None]
    ) -> None:
        navigation.navigate(WORKS)
        driver(GARAGE)
        assert not self.state().ours
        assert navigation.navigate(WORKS) is NavigationOutcome.ASK

    def test_guidance_to_our_destination_is_ended(
        self, navigation: Navigation, there: Callable[[], Position | None]
    ) -> None:
        navigation.navigate(WORKS)
        navigation.clear()
        assert there() is None
        assert self.state().phase is NavigationPhase.READY

    def test_guidance_to_the_drivers_own_destination_is_never_ended(
        self, navigation: Navigation, driver: Callable[[Destination], None], there: Callable[[], Position | None]
    ) -> None:
        driver(GARAGE)
        navigation.clear()
        assert _near(there(), GARAGE)

    def test_the_rest_of_the_way_is_known_while_guiding(self, navigation: Navigation) -> None:
        navigation.navigate(WORKS)
        wait_until(lambda: self.state().remaining_seconds is not None, what="a route")
        state = self.state()
        assert state.destination is not None
        assert state.destination.name == WORKS.name
        assert 3000 < (state.remaining_metres or 0) < 6000
        assert 180 < (state.remaining_seconds or 0) < 600

    def test_a_navigation_that_has_ended_is_lost_and_takes_nothing(
        self, navigation: Navigation, ending: Callable[[], None]
    ) -> None:
        assert self.state().available
        ending()
        assert self.state().phase is NavigationPhase.LOST
        with pytest.raises(RefusedError):
            navigation.navigate(WORKS)


class TestSimulation(GuidanceContract):
    @pytest.fixture
    def navigation(self, network: Network) -> Navigation:
        self.made = SimulatedNavigation(network, lambda: HERE)
        return self.made

    @pytest.fixture
    def there(self) -> Callable[[], Position | None]:
        return lambda: to.position if (to := self.made.refresh().destination) is not None else None

    @pytest.fixture
    def driver(self) -> Callable[[Destination], None]:
        return lambda to: self.made.set_by_driver(to)

    @pytest.fixture
    def ending(self) -> Callable[[], None]:
        return lambda: setattr(self.made, "running", False)

    def state(self) -> NavigationState:
        return self.made.refresh()


class TestKuksa(DestinationContract):
    """Over real gRPC. VSS knows no more than coordinates."""

    @pytest.fixture
    def garage(self) -> Iterator[Garage]:
        made = Garage()
        made.open()
        self.set: dict[str, float] = {}
        made.do(lambda broker: broker.subscribe(self._take, (DESTINATION_LATITUDE, DESTINATION_LONGITUDE)))
        yield made
        made.close()

    def _take(self, values: Mapping[str, float | bool | str | None]) -> None:
        self.set |= {path: value for path, value in values.items() if isinstance(value, float)}

    @pytest.fixture
    def navigation(self, garage: Garage) -> Navigation:
        return KuksaNavigation(Broker(garage.address), lambda _: True)

    @pytest.fixture
    def there(self) -> Callable[[], Position | None]:
        return lambda: Position(self.set[DESTINATION_LATITUDE], self.set[DESTINATION_LONGITUDE]) if self.set else None


class TestLink(DestinationContract):
    second = NavigationOutcome.SET  # what the application does with a place is not known

    @pytest.fixture
    def navigation(self) -> Navigation:
        self.opened: list[str] = []
        return LinkNavigation(self.opened.append)

    @pytest.fixture
    def there(self) -> Callable[[], Position | None]:
        def place() -> Position | None:
            if not self.opened:
                return None
            latitude, longitude = self.opened[-1].removeprefix("geo:").partition("?")[0].split(",")
            return Position(float(latitude), float(longitude))

        return place

    def test_the_link_has_the_name_as_its_label(self, navigation: Navigation) -> None:
        navigation.navigate(HARBOUR)
        assert self.opened == ["geo:54.590000,7.060000?q=54.590000,7.060000(Hafenamt)"]

    def test_what_a_calendar_says_cannot_leave_the_label(self, navigation: Navigation) -> None:
        navigation.navigate(Destination(HARBOUR.position, "a)&q=0,0 #\n%28b"))
        assert self.opened[0].endswith("(a%29%26q%3D0%2C0%20%23%0A%2528b)")

    def test_guidance_cannot_be_ended_from_here_and_says_so(self, navigation: Navigation) -> None:
        with pytest.raises(RefusedError, match="map application"):
            navigation.clear()

    def test_a_link_that_cannot_be_opened_is_an_error(self) -> None:
        def fail(_link: str) -> None:
            raise CarlendarError("There is no map here")

        with pytest.raises(CarlendarError):
            LinkNavigation(fail).navigate(HARBOUR)


class TestNavit(GuidanceContract):
    """The real program."""

    @pytest.fixture
    def bus(self, navit: RunningNavit) -> Iterator[NavitBus]:
        """What the driver and the receiver do; Navit runs without a destination."""
        with closing(NavitBus(navit.address)) as bus:
            navit.ensure_running(bus)
            bus.set_position(HERE)
            bus.clear_destination()
            yield bus

    @pytest.fixture
    def navigation(self, navit: RunningNavit, bus: NavitBus) -> Iterator[Navigation]:  # noqa: ARG002 - it is running
        with closing(NavitBus(navit.address)) as own:
            self.made = NavitNavigation(own)
            yield self.made

    @pytest.fixture
    def there(self, bus: NavitBus) -> Callable[[], Position | None]:
        other = NavitNavigation(bus)
        return lambda: to.position if (to := other.refresh().destination) is not None else None

    @pytest.fixture
    def driver(self, bus: NavitBus) -> Callable[[Destination], None]:
        return lambda to: bus.set_destination(to.position, to.name)

    @pytest.fixture
    def ending(self, navit: RunningNavit) -> Callable[[], None]:
        return navit.kill

    def state(self) -> NavigationState:
        return self.made.refresh()

    def test_a_program_that_crashed_and_is_back_takes_destinations_again(
        self, navigation: Navigation, navit: RunningNavit
    ) -> None:
        states: list[NavigationState] = []
        navigation.subscribe(states.append)
        navigation.navigate(WORKS)
        navit.kill()
        assert self.state().phase is NavigationPhase.LOST
        navit.start()
        wait_until(navigation.available, what="Navit on the bus")
        navigation.navigate(HARBOUR, replace=True)
        assert self.state().ours
        phases = [state.phase for state in states]
        assert phases.index(NavigationPhase.LOST) > phases.index(NavigationPhase.GUIDING)
        assert phases[-1] is NavigationPhase.GUIDING

    def test_a_destination_that_comes_back_with_the_program_is_still_ours(
        self, navigation: Navigation, navit: RunningNavit
    ) -> None:
        navigation.navigate(WORKS)
        wait_until(navit.has_saved_destination, what="the destination on disk")
        navit.kill()
        self.state()
        navit.start()
        wait_until(lambda: self.state().guiding, what="the destination of before")
        assert self.state().ours

    def test_a_program_that_does_not_answer_has_perhaps_taken_the_destination(
        self, navigation: Navigation, navit: RunningNavit, bus: NavitBus, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert navigation.available()
        monkeypatch.setattr(navit_bus, "REPLY_SECONDS", 0.3)
        with monkeypatch.context() as frozen:

            def freeze_first(to: Position, comment: str) -> None:
                navit.freeze()
                bus.set_destination(to, comment)

            frozen.setattr(self.made._bus, "set_destination", freeze_first)
            with pytest.raises(ServiceError) as raised:
                navigation.navigate(WORKS)
        assert raised.value.perhaps
        assert self.state().phase is NavigationPhase.LOST
        navit.kill()

    @pytest.mark.parametrize(
        "answer",
        ["text", -1, 2.5, None, True, [1, 2], [2, 793931, 7278386], ["1", 2, 3], "/a", [1, 10**12, 10**12], {}],
    )
    def test_an_answer_of_another_kind_is_no_destination_and_no_travel_time(
        self, monkeypatch: pytest.MonkeyPatch, answer: object
    ) -> None:
        strange = NavitBus()
        answers = {"destination": answer, "route_status": 17, "destination_length": answer, "destination_time": answer}
        monkeypatch.setattr(strange, "route", answers.get)
        assert NavitNavigation(strange).refresh() == NavigationState(NavigationPhase.READY)
        answers["destination"] = [1, 793931, 7278386]
        state = NavitNavigation(strange).refresh()
        assert (state.phase, state.remaining_seconds) == (NavigationPhase.GUIDING, None)

    def test_without_the_program_there_is_no_navigation(self, tmp_path: Path) -> None:
        absent = NavitNavigation(NavitBus(f"unix:path={tmp_path}/bus"))
        assert not absent.available()
        assert absent.refresh().phase is NavigationPhase.NONE
        with pytest.raises(RefusedError):
            absent.navigate(WORKS)


def _near(at: Position | None, to: Destination) -> bool:
    return at is not None and at.metres(to.position) < 20
