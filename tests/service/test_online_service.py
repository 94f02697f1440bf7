"""The service owns the data call: it reads the link from the store, and reports the state to every screen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from carlendar.domain.account import AccountState, Calendar
from carlendar.domain.agenda import occurrence_key
from carlendar.domain.event import Event
from carlendar.domain.online_call import OnlineEnd, OnlineMeeting, OnlineNeed, OnlinePhase, OnlineState
from carlendar.domain.timespan import Timespan
from carlendar.errors import UsageError
from carlendar.ipc.messages import OnlineStatus
from carlendar.meetings.join_details import JoinDetails
from carlendar.service.online_service import ALONE_FOR, MUTED_AFTER, OnlineService
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.user import UserStore
from carlendar_devtools.emulator.phone.simulated_online import SimulatedOnlineCall
from tests.fakes.clocks import ManualClock
from tests.fakes.stores import ana_account, event_store, user_store
from tests.fakes.waiting import wait_until
from tests.service.conftest import Running, Screen

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d"
CALENDAR = Calendar("c1", "a1", "Calendar", is_default=True)


class ServiceRig:
    """An `OnlineService` with its surroundings in hand; what is scheduled is done by `pass_time`."""

    def __init__(self, user: UserStore, events: EventStore) -> None:
        self.clock, self.online, self.user, self.events = ManualClock(1000.0), True, user, events
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.heard: list[OnlineStatus] = []
        self.call = SimulatedOnlineCall(self.clock, self._schedule)
        self.service = OnlineService(
            lambda: self.call, user, events, self.clock, self.heard.append, lambda: self.online, lambda work: work()
        )
        self.service.start()

    def _schedule(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        entry = (self.clock.now + seconds, action)
        self.due.append(entry)
        return lambda: self.due.remove(entry) if entry in self.due else None

    def pass_time(self, seconds: float) -> None:
        self.clock.now += seconds
        for entry in [entry for entry in self.due if entry[0] <= self.clock.now]:
            if entry in self.due:
                self.due.remove(entry)
                entry[1]()

    def meeting(self, url: str = LINK, name: str = "e1", meeting_id: str = "", passcode: str = "") -> str:
        """Store a meeting with that link; return its occurrence key."""
        event = Event(name, "c1", "Review", Timespan(NOW, NOW + timedelta(hours=1)), "1")
        found = JoinDetails("teams", url, "teams.microsoft.com", "body", meeting_id, passcode)
        self.events.save(CALENDAR, [EventUpsert(event, found)], [], StoredSyncToken(), NOW)
        return occurrence_key(event)

    def join(self, key: str, account: str = "a1", muted: str = "1") -> None:
        self.service.execute("online_join", {"account": account, "key": key, "muted": muted})

    @property
    def state(self) -> OnlineState:
        state = self.heard[-1].state
        assert state is not None
        return state

    def ended(self) -> OnlineEnd | None:
        """How the call ended; None while it is up."""
        return self.state.end


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ServiceRig]:
    account = ana_account(NOW)
    with user_store(tmp_path, account) as user, event_store(tmp_path, user) as events:
        events.save_calendars("a1", [CALENDAR])
        made = ServiceRig(user, events)
        yield made
        made.service.stop()


def test_a_stored_meeting_is_joined_as_the_signed_in_user(rig: ServiceRig) -> None:
    key = rig.meeting(meeting_id="281442953617", passcode="aB3dE9")
    rig.join(key, muted="0")
    assert (rig.state.phase, rig.heard[-1].key) == (OnlinePhase.CONNECTING, key)
    joined = rig.call.meeting
    assert joined is not None
    assert (joined.url, joined.account_id, joined.display_name) == (LINK, "a1", "Ana")
    assert (joined.meeting_id, joined.passcode) == ("281442953617", "aB3dE9")
    rig.pass_time(2)
    assert (rig.state.phase, rig.state.muted) == (OnlinePhase.CONNECTED, False)


def test_an_account_that_has_to_sign_in_again_joins_as_a_guest(rig: ServiceRig) -> None:
    rig.user.set_account_state("a1", AccountState.SIGN_IN_NEEDED, "expired", NOW)
    rig.join(rig.meeting())
    assert rig.call.meeting is not None
    assert (rig.call.meeting.account_id, rig.call.meeting.display_name) == ("", "Ana")


@pytest.mark.parametrize(
    "url",
    [
        "https://teams.microsoft.com.evil.example/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0",
        "https://user@teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0",
        "https://zoom.us/j/123456789",
        "https://teams.microsoft.com/l/meetup-join/x?url=https://evil.example",
        "https://contoso.example/meeting/x",
        "javascript:alert(1)",
        "",
    ],
)
def test_no_other_link_reaches_the_adapter(rig: ServiceRig, url: str) -> None:
    rig.join(rig.meeting(url))
    assert (rig.state.phase, rig.state.end) == (OnlinePhase.ENDED, OnlineEnd.BAD_LINK)
    assert rig.call.meeting is None


@pytest.mark.parametrize(("account", "key"), [("a1", "gone@2026-11-23T09:00:00Z"), ("other", ""), ("", "")])
def test_a_meeting_that_is_not_stored_is_not_joined(rig: ServiceRig, account: str, key: str) -> None:
    rig.join(key or rig.meeting(), account=account)
    assert rig.ended() is OnlineEnd.BAD_LINK


def test_a_wrapped_link_is_unwrapped(rig: ServiceRig) -> None:
    from urllib.parse import quote

    rig.join(rig.meeting(f"https://eur01.safelinks.protection.outlook.com/?url={quote(LINK, safe='')}&data=x"))
    assert rig.call.meeting is not None
    assert rig.call.meeting.url == LINK


def test_a_second_touch_joins_no_second_time(rig: ServiceRig) -> None:
    first, other = rig.meeting(), rig.meeting(name="e2")
    rig.join(first)
    rig.join(first)
    rig.join(other)
    rig.pass_time(2)
    assert (rig.heard[-1].key, rig.state.phase) == (first, OnlinePhase.CONNECTED)


def test_commands_reach_the_call_and_unknown_ones_are_refused(rig: ServiceRig) -> None:
    rig.join(rig.meeting(), muted="0")
    rig.pass_time(2)
    rig.service.execute("online", {"do": "mute"})
    assert rig.state.muted
    rig.service.execute("online", {"do": "sound", "heard": "0.2", "microphone": "0"})
    assert (rig.call.heard, rig.call.microphone_allowed) == (0.2, False)
    rig.service.execute("online", {"do": "sound", "heard": "loud"})
    with pytest.raises(UsageError):
        rig.service.execute("online", {"do": "shout"})
    rig.service.execute("online", {"do": "leave"})
    rig.pass_time(1)
    assert rig.ended() is OnlineEnd.LEFT
    rig.service.execute("online_prepare", {})
    assert rig.call.prepared == 1


def test_an_emergency_call_ends_the_call_and_nothing_is_joined_during_it(rig: ServiceRig) -> None:
    key = rig.meeting()
    rig.join(key)
    rig.pass_time(2)
    rig.service.emergency(True)
    rig.pass_time(1)
    assert rig.ended() is OnlineEnd.LEFT
    rig.join(key)
    assert rig.ended() is OnlineEnd.BUSY
    rig.service.emergency(False)
    rig.join(key)
    assert rig.state.phase is OnlinePhase.CONNECTING


def test_a_call_that_no_screen_can_leave_is_left(rig: ServiceRig) -> None:
    rig.join(rig.meeting())
    rig.pass_time(2)
    rig.service.watch(0)
    rig.pass_time(ALONE_FOR - 1)
    rig.service.watch(0)
    rig.service.watch(1)  # the screen is back after a crash
    rig.service.watch(0)
    rig.pass_time(ALONE_FOR - 1)
    rig.service.watch(0)
    assert rig.state.phase is OnlinePhase.CONNECTED
    rig.pass_time(2)
    rig.service.watch(0)
    rig.pass_time(1)
    assert rig.ended() is OnlineEnd.LEFT


def test_a_call_of_one_driver_ends_when_another_takes_the_wheel(rig: ServiceRig) -> None:
    profile = rig.user.profiles()[0].id
    rig.service.driver(profile)
    rig.join(rig.meeting())
    rig.pass_time(2)
    rig.service.driver(profile)
    assert rig.state.phase is OnlinePhase.CONNECTED
    rig.service.driver("other")
    rig.pass_time(1)
    assert rig.ended() is OnlineEnd.LEFT


def test_a_call_whose_driver_is_unknown_is_muted_and_left_unless_they_are_identified_again(rig: ServiceRig) -> None:
    profile = rig.user.profiles()[0].id
    rig.service.driver(profile)
    rig.join(rig.meeting(), muted="0")
    rig.pass_time(2)
    rig.service.driver("")
    rig.service.watch(1)
    assert not rig.state.muted, "a screen that starts again does not know the driver at first"
    rig.pass_time(MUTED_AFTER + 1)
    rig.service.watch(1)
    assert (rig.state.phase, rig.state.muted) == (OnlinePhase.CONNECTED, True)
    rig.pass_time(ALONE_FOR - MUTED_AFTER - 2)
    rig.service.watch(1)
    rig.service.driver(profile)
    rig.pass_time(ALONE_FOR)
    rig.service.watch(1)
    assert rig.state.phase is OnlinePhase.CONNECTED
    rig.service.driver("")
    rig.pass_time(ALONE_FOR + 1)
    rig.service.watch(1)
    rig.pass_time(1)
    assert rig.ended() is OnlineEnd.LEFT


def test_a_driver_who_comes_after_the_call_can_join_in_their_own_name(rig: ServiceRig) -> None:
    rig.service.driver("other")
    rig.service.driver("")
    rig.service.driver(rig.user.profiles()[0].id)
    rig.join(rig.meeting())
    rig.pass_time(ALONE_FOR + 1)
    rig.service.watch(1)
    assert rig.state.phase is OnlinePhase.CONNECTED


def test_the_service_ends_the_call_when_a_screen_names_another_driver(
    run: Callable[..., Running], screen: Screen
) -> None:
    call = SimulatedOnlineCall(ManualClock())
    run(online=lambda: call)
    wait_until(lambda: screen.last(OnlineStatus) is not None)
    heard: list[OnlineState] = []
    call.subscribe(lambda state: heard.append(state) if state is not None else None)
    screen.send("profile", profile="p1")
    call.join(OnlineMeeting(LINK, "", "", "a1", "Ana"), muted=False)
    screen.send("profile", profile="p2")
    wait_until(lambda: any(state.end is OnlineEnd.LEFT for state in heard))


def test_without_a_network_it_says_so(rig: ServiceRig) -> None:
    assert rig.service.greeting()[0].readiness.needs == ()
    rig.online = False
    rig.service.look_again()
    assert rig.heard[-1].readiness.needs == (OnlineNeed.NETWORK,)


def test_what_an_attempt_shows_to_be_missing_is_reported(rig: ServiceRig) -> None:
    rig.join(rig.meeting())
    rig.call.needs = (OnlineNeed.SDK,)
    rig.call.end(OnlineEnd.ENGINE_TOO_OLD)
    assert rig.heard[-1].readiness.needs == (OnlineNeed.SDK,)


def test_a_status_names_no_link_title_or_code(rig: ServiceRig) -> None:
    from carlendar.ipc.messages import encode

    rig.join(rig.meeting(meeting_id="281442953617", passcode="aB3dE9"))
    rig.pass_time(2)
    for status in rig.heard:
        line = encode(status)
        assert not any(secret in line for secret in (b"https:", b"Review", b"aB3dE9", b"281442953617", b"Ana"))


def test_only_a_plain_code_is_logged(rig: ServiceRig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    rig.join(rig.meeting())
    rig.call.end(OnlineEnd.NOT_ALLOWED, "403/5221")
    rig.pass_time(1)
    rig.join(rig.meeting())
    rig.call.end(OnlineEnd.UNKNOWN, f"cannot join {LINK}")
    assert "data call ended not_allowed 403/5221" in caplog.text
    assert "teams.microsoft.com" not in caplog.text


def test_without_an_adapter_there_is_nothing(tmp_path: Path) -> None:
    account = ana_account(NOW)
    heard: list[OnlineStatus] = []
    with user_store(tmp_path, account) as user, event_store(tmp_path, user) as events:
        service = OnlineService(None, user, events, ManualClock(), heard.append, lambda: True, lambda work: work())
        service.start()
        service.execute("online_join", {"account": "a1", "key": "x"})
        service.emergency(True)
        service.watch(0)
        service.look_again()
        service.stop()
        assert (service.greeting(), heard) == ((), [])


def test_a_screen_learns_of_the_call_on_connecting(run: Callable[..., Running], screen: Screen) -> None:
    call = SimulatedOnlineCall(ManualClock())
    run(online=lambda: call)
    wait_until(lambda: screen.last(OnlineStatus) is not None)
    status = screen.last(OnlineStatus)
    assert status is not None
    assert (status.readiness.adapter, status.state) == ("simulated", None)
    screen.send("online_join", account="x", key="y", muted="1")
    wait_until(lambda: (heard := screen.last(OnlineStatus)) is not None and heard.state is not None)
    status = screen.last(OnlineStatus)
    assert status is not None
    assert status.state is not None
    assert replace(status.state, since=0.0) == OnlineState(OnlinePhase.ENDED, 0.0, end=OnlineEnd.BAD_LINK)
