"""Whose calendar is shown, by the identity of the driver: a real presenter over a real store on disk."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from carlendar.domain.account import Account, AccountState, Calendar, Profile, driver_identity, identity_subject
from carlendar.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState
from carlendar.domain.event import Event, Person, Response
from carlendar.domain.timespan import Timespan
from carlendar.domain.travel import Destination
from carlendar.i18n import catalogue
from carlendar.ipc.messages import Command, SignInStatus
from carlendar.meetings.join_details import DialIn, JoinDetails
from carlendar.meetings.plan import plan
from carlendar.presentation.apply_limits import actions
from carlendar.presentation.intents import ChooseProfile, Intent, Join, StartSignIn
from carlendar.presentation.options import Options
from carlendar.presentation.ports import Ports
from carlendar.presentation.presenter import Presenter
from carlendar.presentation.states import Action, Frame, ScreenName
from carlendar.resources import asset
from carlendar.safety.policy import restrictions_for
from carlendar.safety.restrictions import DrivingState
from carlendar.store.events import EventStore, EventUpsert, StoredSyncToken
from carlendar.store.outbox import Outbox
from carlendar.store.records import OutboxItem, OutboxState, Snapshot
from carlendar.store.snapshot import StoreReader
from carlendar.store.user import UserStore
from tests.intents import action_of

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ANA, BEN = driver_identity("https://drivers.contoso.example", "ana"), driver_identity("", "ben")
HOST = Person("Priya Raman", "priya@contoso.example")
NUMBERS = {"ana": "+496900001234", "ben": "+496900005678", "eve": "+496900007777"}
DRIVE = "this drive"


@dataclass
class Machine:
    """Clocks, phone, sound, links and the way to the service; `commands` is what the service was asked for."""

    moment: datetime = NOW
    uptime: float = 100.0
    commands: list[Command] = field(default_factory=list)
    dialled: list[tuple[str, str]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.moment

    def zone(self) -> tzinfo:
        return UTC

    def is_set(self) -> bool:
        return True

    def rate(self) -> float:
        return 1.0

    def seconds(self) -> float:
        return self.uptime

    def send(self, command: Command) -> None:
        self.commands.append(command)

    def play(self, name: str, loudness: float = 1.0) -> None:
        """No sound."""

    def available(self) -> bool:
        return False

    def open(self, url: str) -> None:
        """No browser."""

    def navigate(self, key: str, destination: Destination, *, replace: bool) -> None:
        """No navigation."""

    def subscribe(self, listener: Callable[[PhoneState], None]) -> Callable[[], None]:
        listener(PhoneState(connected=True))
        return lambda: None

    def dial(self, number: str, tones: str) -> None:
        self.dialled.append((number, tones))

    def command(self, name: CallCommand, call_id: str = "", tones: str = "") -> None:
        """Nothing comes of it."""

    def stop(self) -> None:
        """Nothing to stop."""


class Memory:
    """The screen's writes, done at once; the screen reads the store again when it is asked to."""

    def __init__(self, user: UserStore, drive: str) -> None:
        self.user, self.outbox, self.drive = user, Outbox(user.database), drive

    def dismiss(self, key: str, account_id: str, now: datetime) -> None:
        self.user.dismiss(key, account_id, now)

    def snooze(self, key: str, account_id: str, until: datetime, now: datetime) -> None:
        self.user.snooze(key, account_id, until, now)

    def joined(self, key: str, account_id: str, line: str, now: datetime) -> None:
        self.user.joined(key, account_id, line, now)

    def prefer(self, key: str, value: str) -> None:
        self.user.prefer(key, value)

    def show_calendar(self, account_id: str, calendar_id: str, shown: bool) -> None:
        self.user.show_calendar(account_id, calendar_id, shown)

    def create_profile(self, profile: Profile) -> None:
        self.user.save_profile(profile, self.drive)

    def choose_profile(self, profile_id: str) -> None:
        self.user.choose_profile(profile_id, self.drive)

    def put(self, item: OutboxItem) -> None:
        self.outbox.put(item)

    def withdraw(self, key: str) -> None:
        self.outbox.withdraw(key)

    def acknowledge(self, key: str) -> None:
        self.outbox.acknowledge(key)

    def acknowledge_change(self, account_id: str, event_id: str) -> None:
        self.user.acknowledge_change(account_id, event_id)


class Car:
    """A store on disk and, from `start`, a screen that shows it."""

    def __init__(self, folder: Path) -> None:
        self.user, self.events = UserStore(folder), EventStore(folder)
        self.reader, self.machine = StoreReader(folder), Machine()
        self.drive = DRIVE
        self.presenter: Presenter

    def add(self, name: str, driver: str = "") -> None:
        """A driver with an account, a meeting that runs and one that comes, titled after the driver."""
        self.user.save_profile(Profile(name, name.title(), driver))
        scopes = ("Mail.Send", "Calendars.ReadWrite")
        account = Account(f"{name}-1", name, f"{name}@contoso.example", name, "global", AccountState.SIGNED_IN, NOW)
        self.user.save_account(replace(account, scopes=scopes))
        calendar = Calendar("c", account.id, "Calendar", is_default=True, can_edit=True)
        self.events.save_calendars(account.id, [calendar])
        join_details = JoinDetails(
            "teams", dial_ins=(DialIn(NUMBERS.get(name, "+496900009999"), "98765432#", "p98765432#", "DE"),)
        )
        made = []
        for number, minutes in enumerate((-12, 90)):
            start = NOW + timedelta(minutes=minutes)
            span = Timespan(start, start + timedelta(minutes=45))
            event = Event(f"{name} {number}", "c", f"Secret of {name} {number}", span, response=Response.ACCEPTED,
                          organizer=HOST, attendee_count=4, version="1")  # fmt: skip
            made.append(EventUpsert(event, join_details))
        self.events.save(calendar, made, [], StoredSyncToken(), NOW)

    def read(self) -> Snapshot:
        window = Timespan(NOW - timedelta(days=1), NOW + timedelta(days=2))
        return self.reader.read(window, UTC, boot_id=self.drive)

    def start(self, state: DrivingState = DrivingState.MOVING, *, passenger: bool = False) -> Car:
        keys = iter(f"key {number}" for number in range(1000))
        held, locale = self.machine, asset("locale")
        ports = Ports(
            read=self.read, memory=Memory(self.user, self.drive), service=held, telephony=held, links=held,
            navigation=held, sound=held, wall=held, elapsed=held,
            words=lambda language: catalogue.load(language, locale), languages=("en", "de"), plan=plan,
            new_key=lambda: next(keys),
        )  # fmt: skip
        self.presenter = Presenter(ports, Options(region="DE"), restrictions_for(state, "test", passenger=passenger))
        self.presenter.phone_changed(PhoneState(connected=True))
        return self

    def says(self, driver: str) -> Frame:
        """The car names its driver, and the store's answer to what the screen wrote comes in."""
        self.presenter.set_occupants(passenger_aboard=False, driver_subject=driver)
        first = self.presenter.frame
        self.presenter.snapshot_changed()
        self.presenter.tick()
        return first

    def touch(self, wanted: str | Intent) -> Frame:
        found = [each for each in actions(self.frame) if wanted in (each.intent, each.intent.name)]
        assert found, f"{wanted} is not on the screen"
        self.presenter.act(found[0])
        self.presenter.snapshot_changed()
        self.presenter.tick()
        return self.frame

    @property
    def frame(self) -> Frame:
        return self.presenter.frame

    def shows(self, name: str) -> bool:
        return expected_versions(self.frame, name)

    def bound(self) -> dict[str, str]:
        return {profile.id: profile.driver_subject for profile in self.user.profiles()}

    def close(self) -> None:
        for held in (self.reader, self.events, self.user):
            held.close()


def expected_versions(frame: Frame, name: str) -> bool:
    """Whether anything of a driver but the name is in a frame."""
    text = str(to_builtins(frame))
    return any(word in text for word in (f"Secret of {name}", f"{name} 0@", f"{name} 1@", f"{name}@", NUMBERS[name]))


@pytest.fixture
def car(tmp_path: Path) -> Iterator[Car]:
    made = Car(tmp_path / "data")
    yield made
    made.close()


@pytest.mark.parametrize("bound", ["", ANA])
@pytest.mark.parametrize("state", [DrivingState.MOVING, DrivingState.PARKED])
def test_another_identified_driver_sees_nothing_of_the_first_in_the_first_frame(
    car: Car, bound: str, state: DrivingState
) -> None:
    car.add("ana", bound)
    car.start(state).says(ANA if bound else "")
    assert car.shows("ana")
    assert {"join", "late"} <= {action.intent.name.replace("late_choice", "late") for action in actions(car.frame)}
    first = car.says(BEN)
    assert not expected_versions(first, "ana")
    assert not car.shows("ana")
    assert not {"join", "late", "open", "hand_over"} & {action.intent.name for action in actions(car.frame)}
    assert car.machine.commands[-1] == Command("profile", {"profile": ""})


def test_the_profile_of_the_other_driver_takes_the_seat_and_goes_with_its_driver(car: Car) -> None:
    car.add("ana", ANA)
    car.add("ben", BEN)
    car.start()
    for _ in range(3):
        car.says(ANA)
        assert car.shows("ana")
        assert not car.shows("ben")
        car.says(BEN)
        assert car.shows("ben")
        assert not car.shows("ana")
    assert car.machine.commands[-1] == Command("profile", {"profile": "ben"})


def test_an_unknown_identity_selects_no_profile_and_the_only_profile_neither(car: Car) -> None:
    car.add("ana")
    car.start()
    car.says(BEN)
    assert not car.shows("ana")
    assert [action.intent.name for action in actions(car.frame)] == []
    car.presenter.restrict(restrictions_for(DrivingState.PARKED, "test", sequence=2))
    assert "profiles" in [action.intent.name for action in actions(car.frame)]


def test_thats_me_binds_a_profile_made_before_the_car_knew_its_driver(car: Car) -> None:
    car.add("ana")
    car.start(DrivingState.PARKED).says("")
    assert car.bound() == {"ana": ""}
    car.says(ANA)
    assert car.bound() == {"ana": ""}, "nothing is bound without a touch"
    car.touch("profiles")
    car.touch(ChooseProfile("ana"))
    assert car.bound() == {"ana": ANA}
    assert car.shows("ana")
    assert not expected_versions(car.says(BEN), "ana")
    car.says(ANA)
    assert car.shows("ana")


def test_a_profile_is_not_bound_while_moving_nor_from_the_passengers_display(car: Car) -> None:
    car.add("ana")
    car.start().says(ANA)
    car.presenter.act(action_of("choose_profile", "ana"))
    assert car.bound() == {"ana": ""}
    assert not car.shows("ana")
    car.start(DrivingState.MOVING, passenger=True).says(ANA)
    car.presenter.act(action_of("choose_profile", "ana"))
    assert car.bound() == {"ana": ""}


def test_no_one_takes_a_profile_that_is_bound_to_another(car: Car) -> None:
    car.add("ana", ANA)
    car.start(DrivingState.PARKED)
    for driver in (BEN, "", "ana", driver_identity("https://other.example", "ana")):
        car.says(driver)
        car.presenter.act(action_of("profiles"))
        assert "choose_profile" not in [action.intent.name for action in actions(car.frame)]
        car.presenter.act(action_of("choose_profile", "ana"))
        car.presenter.snapshot_changed()
        assert not car.shows("ana")
        assert car.bound() == {"ana": ANA}


def test_issuer_and_subject_are_compared(car: Car) -> None:
    car.add("ana", driver_identity("https://one.example", "7"))
    car.start()
    for other in (driver_identity("https://two.example", "7"), "7", driver_identity("https://one.example", "8")):
        car.says(other)
        assert not car.shows("ana")
    car.says(driver_identity("https://one.example", "7"))
    assert car.shows("ana")


@pytest.mark.parametrize(
    ("issuer", "subject", "identity"),
    [
        (None, None, ""), ("", "", ""), ("https://i.example", "", ""), ("https://i.example", None, ""),
        ("", "7", "7"), (None, "7", "7"), (True, True, ""), (3.0, "7", "7"), ("a\x1fb", "7", ""),
        ("", "a\x1fb", ""), ("a", "b", "a\x1fb"), ("", "x" * 1001, ""), ("x" * 1001, "7", ""),
    ],
)  # fmt: skip
def test_an_identity_is_text_of_one_issuer_and_one_subject(issuer: object, subject: object, identity: str) -> None:
    assert driver_identity(issuer, subject) == identity


def test_a_binding_without_issuer_is_renewed_by_its_driver_alone(car: Car) -> None:
    car.add("ana", "ana")
    car.start(DrivingState.PARKED).says(ANA)
    assert not car.shows("ana")
    car.touch("profiles")
    car.touch(ChooseProfile("ana"))
    assert car.bound() == {"ana": ANA}
    assert car.shows("ana")


@pytest.mark.parametrize("driver", [ANA, ""])
def test_the_first_frame_shows_nothing_of_a_bound_profile_until_its_driver_is_known(car: Car, driver: str) -> None:
    car.add("ana", ANA)
    car.start()
    assert not car.shows("ana")
    car.presenter.snapshot_changed()
    car.presenter.tick()
    assert not car.shows("ana")
    car.says(driver)
    assert car.shows("ana") is bool(driver)


def test_in_a_car_that_identified_a_driver_before_nothing_is_shown_until_it_says_who_drives(car: Car) -> None:
    car.add("ana")
    car.start().says(BEN)
    car.start()
    assert not car.shows("ana")
    car.says("")
    assert not car.shows("ana")


def test_a_car_that_never_names_a_driver_shows_its_only_profile_at_once(car: Car) -> None:
    car.add("ana")
    assert car.start().shows("ana")
    car.says("")
    assert car.shows("ana")


def test_an_identity_that_is_lost_while_driving_takes_the_calendar_away_until_it_comes_back(car: Car) -> None:
    car.add("ana", ANA)
    car.start().says(ANA)
    for _ in range(5):
        assert not expected_versions(car.says(""), "ana")
        assert expected_versions(car.says(ANA), "ana")


def test_a_choice_by_hand_holds_for_its_identity_and_over_a_restart(car: Car) -> None:
    car.add("ana", ANA)
    car.add("ben")
    car.start(DrivingState.PARKED).says(ANA)
    car.touch("settings")
    car.touch("profiles")
    car.touch(ChooseProfile("ben"))  # Ana lends her key: nothing is bound, for she is bound already
    assert car.bound() == {"ana": ANA, "ben": ""}
    assert car.shows("ben")
    car.says("")
    assert not car.shows("ben")
    car.says(ANA)
    assert car.shows("ben")
    car.start()
    assert not car.shows("ben")
    car.says(ANA)
    assert car.shows("ben")
    assert not car.shows("ana")
    car.drive = "the next drive"
    car.start().says(ANA)
    assert car.shows("ana")


def test_a_choice_by_hand_ends_when_another_driver_is_identified(car: Car) -> None:
    car.add("ana", ANA)
    car.add("ben")
    car.add("eve", "eve")
    for first, other in (("", "eve"), (ANA, "eve")):
        car.start(DrivingState.PARKED).says(first)
        car.presenter.act(action_of("profiles"))
        car.touch(ChooseProfile("ben"))
        assert car.shows("ben")
        car.says(other)
        assert not car.shows("ben")
        car.says("")
        assert not car.shows("ben"), "the other driver, lost for a while, does not see it"
        car.says(first)
        assert not car.shows("ben")
        car.start().says(first)
        assert not car.shows("ben")
        assert car.shows("ana") is (first == ANA)


def test_two_touches_bind_no_second_profile_to_one_identity(car: Car) -> None:
    car.add("ana")
    car.add("ben")
    car.start(DrivingState.PARKED).says("eve")
    for name in ("ana", "ben"):  # before the store has shown what the first touch did
        car.presenter.act(action_of("choose_profile", name))
    assert car.bound() == {"ana": "eve", "ben": ""}


def test_the_service_is_named_once_whose_calendar_comes_first(car: Car) -> None:
    car.add("ana", ANA)
    car.start().says(ANA)
    car.presenter.snapshot_changed()
    assert car.machine.commands == [Command("profile", {"profile": "ana"})]


def test_a_guest_is_never_bound(car: Car) -> None:
    car.add("ana", ANA)
    car.start(DrivingState.PARKED).says(BEN)
    car.touch("profiles")
    car.touch("add_guest")
    guest = next(profile for profile in car.user.profiles() if profile.is_guest)
    assert guest.driver_subject == ""
    car.touch("settings")
    car.touch("profiles")
    car.touch(ChooseProfile(guest.id))
    assert car.bound() == {"ana": ANA, guest.id: ""}
    car.says(ANA)
    assert car.shows("ana")


def test_a_driver_who_adds_a_profile_is_bound_to_it(car: Car) -> None:
    car.add("ana", ANA)
    car.start(DrivingState.PARKED).says(BEN)
    car.touch("profiles")
    car.touch("add_profile")
    assert sorted(car.bound().values()) == sorted([ANA, BEN])
    car.says(ANA)
    assert car.shows("ana")


def test_a_message_that_waits_is_sent_from_the_account_of_the_one_who_was_late(car: Car) -> None:
    car.add("ana", ANA)
    car.add("ben", BEN)
    car.start().says(ANA)
    car.touch("late")
    item = Outbox(car.user.database).items()[0]
    car.says(BEN)
    assert car.frame.toast is None
    car.presenter.act(action_of("undo", item.key))
    assert [(each.account_id, each.state) for each in Outbox(car.user.database).items()] == [
        ("ana-1", OutboxState.WAITING)
    ]
    assert car.shows("ben")


def test_a_call_goes_on_without_the_others_meeting(car: Car) -> None:
    car.add("ana", ANA)
    car.start().says(ANA)
    car.touch("join")
    number, _ = car.machine.dialled[0]
    up = Call("1", number, CallPhase.ACTIVE, since=car.machine.uptime)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(up,)))
    assert car.frame.screen is ScreenName.CALL
    assert car.shows("ana")
    first = car.says(BEN)
    for frame in (first, car.frame):
        assert not expected_versions(frame, "ana")
        assert frame.screen is ScreenName.CALL
        offered = {action.intent.name for action in actions(frame)}
        assert "leave" in offered
        assert not {"send_tones", "late"} & offered
    car.presenter.phone_changed(PhoneState(connected=True))
    assert not car.shows("ana")


def test_a_call_on_hold_is_returned_to_without_the_others_meeting(car: Car) -> None:
    car.add("ana", ANA)
    car.start().says(ANA)
    car.touch("join")
    number, _ = car.machine.dialled[0]
    held = Call("1", number, CallPhase.ACTIVE, since=car.machine.uptime, placed=car.machine.uptime)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(held,)))
    car.machine.moment += timedelta(minutes=86)  # the next meeting is near
    car.machine.uptime += 86 * 60
    car.presenter.tick()
    view = car.presenter._context.view()
    entry = next(entry for entry in view.agenda.entries if entry.key == "ana 1@2026-11-23T09:30:00Z")
    step = view.join_step(entry)
    assert step is not None
    car.presenter.act(Action(Join(entry.key, step), ("Join",)))
    assert len(car.machine.dialled) == 2
    since = car.machine.uptime
    second = Call("2", number, CallPhase.ACTIVE, since=since, placed=since)
    held = replace(held, phase=CallPhase.HELD)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(held, second)))
    assert car.frame.screen is ScreenName.CALL
    assert car.shows("ana")
    car.says(BEN)
    assert not car.shows("ana")
    over = replace(second, phase=CallPhase.ENDED, since=since + 60, ended_by=EndedBy.THERE)
    car.presenter.phone_changed(PhoneState(connected=True, calls=(held,), last_ended=over))
    assert car.frame.screen is ScreenName.CALL
    assert not car.shows("ana")


def test_a_sign_in_of_the_other_driver_is_given_up_with_its_code(car: Car) -> None:
    car.add("ana", ANA)
    car.user.prefer("notice:ana", "1")
    car.start(DrivingState.PARKED).says(ANA)
    car.touch("settings")
    car.touch(StartSignIn())
    car.presenter.service_said(SignInStatus("code", "HX4KQP7ZR", "https://microsoft.com/devicelogin", 890.0))
    assert "HX4" in str(to_builtins(car.frame))
    first = car.says(BEN)
    assert "HX4" not in str(to_builtins(first))
    assert Command("sign_in_cancel", {}) in car.machine.commands
    car.presenter.act(action_of("sign_in", "ana-1"))
    assert Command("sign_in", {"profile": "", "way": "device", "account": "ana-1"}) not in car.machine.commands


def test_questions_and_codes_of_the_other_driver_leave_the_screen(car: Car) -> None:
    car.add("ana", ANA)
    car.start(DrivingState.PARKED).says(ANA)
    car.touch("agenda")
    car.touch("open")
    assert car.shows("ana")
    first = car.says(BEN)
    assert first.screen is ScreenName.DRIVE
    assert not expected_versions(first, "ana")


def _phone(chance: random.Random, machine: Machine) -> PhoneState:
    """The last calls that were dialled, in any state."""
    now, phases = machine.uptime, [CallPhase.ACTIVE, CallPhase.HELD, CallPhase.DIALING, CallPhase.ENDED]
    calls = [
        Call(f"call {at}", number, phase, since=now, placed=now, ended_by=EndedBy.THERE, answered=chance.random() < 0.7)
        for at, (number, _) in enumerate(machine.dialled[-3:])
        if (phase := chance.choice(phases))
    ]
    up = tuple(call for call in calls if call.phase is not CallPhase.ENDED)
    return PhoneState(connected=True, calls=up, last_ended=next((call for call in calls if call not in up), None))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_no_frame_shows_another_drivers_calendar(car: Car, seed: int) -> None:
    """Random identities, restarts, driving states and touches; after each, only the named driver's data are shown."""
    chance = random.Random(seed)
    for name, driver in (("ana", ANA), ("ben", BEN), ("eve", "")):
        car.add(name, driver)
    car.start()
    now: str | None = None
    chosen: str | None = None  # the identity for which a person chose Eve's profile, which was bound to no driver
    for number in range(80):
        step = chance.choice(["says", "says", "restart", "touch", "me", "state", "read", "time", "phone"])
        if step == "says":
            now = chance.choice([ANA, BEN, "", "stranger", "ana"])
            chosen = None if now and now != chosen else chosen
            car.presenter.set_occupants(passenger_aboard=chance.choice([True, False, None]), driver_subject=now)
        elif step == "restart":
            now = None
            car.start(chance.choice(list(DrivingState)))
        elif step == "touch" and (offered := list(actions(car.frame))):
            touched = chance.choice([each for each in offered if each.intent.name != "clear"])
            if touched.intent == ChooseProfile("eve"):
                chosen = now or ""
            car.presenter.act(touched)
        elif step == "me":
            if not car.frame.restrictions.restricted and car.bound()["eve"] in (
                "",
                now or "",
                identity_subject(now or ""),
            ):
                chosen = now or ""
            car.presenter.act(action_of("choose_profile", "eve"))
        elif step == "state":
            state = chance.choice(list(DrivingState))
            car.presenter.restrict(restrictions_for(state, "test", sequence=number + 2))
        elif step == "read":
            car.presenter.snapshot_changed()
        elif step == "phone":
            car.presenter.phone_changed(_phone(chance, car.machine))
        else:
            car.machine.uptime += 5
            car.presenter.tick()
        assert not car.shows("ana") or now == ANA
        assert not car.shows("ben") or now == BEN
        assert not car.shows("eve") or (now is not None and now in (car.bound()["eve"] or None, chosen))
        assert (car.bound()["ana"], car.bound()["ben"]) == (ANA, BEN)
