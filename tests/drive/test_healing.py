"""Either of the two processes can be killed, frozen or restarted; the other goes on, and the pair heals."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import psutil
import pytest

from carlendar.domain.account import AccountState
from carlendar.store.user import UserStore
from tests.drive.conftest import SignIn, StartScreen, wait
from tests.drive.driven import Driven
from tests.drive.surroundings import Around

ANA = "ana@contoso.example"
TITLE = "Product review"


@pytest.fixture(scope="module")
def shared(around: Around, start: StartScreen, sign_in: SignIn) -> dict[str, Driven]:
    """The screen of a driver who has signed in, for all tests of this module in turn."""
    driven = start("data")
    sign_in(around, driven, ANA)
    return {"drive": driven}


@pytest.fixture
def drive(shared: dict[str, Driven], around: Around, start: StartScreen) -> Driven:
    """That screen, parked at home and with everything at hand; started again where a test has ended it."""
    around.network(there=True)
    around.parks()
    if shared["drive"].process.poll() is not None:
        shared["drive"] = start("data")
    seen = shared["drive"].sees(lambda seen: seen["state"] == "parked", "parked")
    if seen["screen"] != "drive":
        shared["drive"].tap("home")
    shared["drive"].reads("Up to date")
    return shared["drive"]


def plans(around: Around, title: str) -> None:
    """Add a meeting to Ana's day from elsewhere."""
    around.world.person(ANA).add(title, around.world.at + timedelta(hours=1), timedelta(minutes=5))


def updates(drive: Driven) -> None:
    """By touches: Settings, "Update now", and home again."""
    drive.tap("settings")
    drive.tap_in_list("Update now")
    drive.tap("home")


def is_another(drive: Driven, before: psutil.Process) -> bool:
    found = drive.service()
    return found is not None and found.pid != before.pid


def test_a_killed_service_comes_back_and_synchronises(around: Around, drive: Driven) -> None:
    before = drive.service()
    assert before is not None
    before.kill()
    drive.tap("agenda")
    drive.reads("Budget sync")
    drive.tap("home")
    wait(lambda: is_another(drive, before), "another service")
    plans(around, "After the fall")
    updates(drive)
    drive.reads("After the fall")


def test_what_was_written_without_a_connection_is_shown_once_there_is_one(around: Around, drive: Driven) -> None:
    before = drive.service()
    assert before is not None
    before.suspend()
    store = UserStore(drive.data)
    account = store.accounts()[0]
    store.set_account_state(account.id, AccountState.BLOCKED, "access_blocked", around.world.at)
    before.kill()
    drive.reads("Titles are hidden")
    store.set_account_state(account.id, AccountState.SIGNED_IN, "", around.world.at)
    store.close()
    again = drive.service()
    assert again is not None
    again.kill()
    drive.reads(TITLE)


def test_a_frozen_service_is_replaced_and_the_screen_goes_on(around: Around, drive: Driven) -> None:
    before = drive.service()
    assert before is not None
    before.suspend()
    drive.tap("agenda")
    drive.reads("Budget sync")
    drive.tap("home")
    wait(lambda: is_another(drive, before), "another service", 60.0)
    assert not before.is_running()
    plans(around, "After the frost")
    updates(drive)
    drive.reads("After the frost")


def test_what_the_driver_sent_survives_a_killed_service_and_goes_out_once(around: Around, drive: Driven) -> None:
    drive.tap("I’m late")
    drive.tap("10 minutes")
    drive.reads("Sending")
    before = drive.service()
    assert before is not None
    before.kill()
    around.time("8:46:00")  # after the time in which it can be taken back
    box = around.world.person(ANA)
    wait(lambda: len(box.sent) == 1, "the message is sent")
    updates(drive)
    drive.reads("Up to date")
    assert len(box.sent) == 1


def test_a_screen_killed_in_a_call_finds_the_call_again(
    around: Around, drive: Driven, start: StartScreen, shared: dict[str, Driven]
) -> None:
    around.time("8:50:00")
    drive.tap("Join on the phone line")
    drive.reads("Connected · ID sent")
    os.kill(drive.process.pid, signal.SIGKILL)
    drive.ends()
    again = shared["drive"] = start("data")
    found = again.reads("Connected")
    assert found["screen"] == "call"
    assert TITLE in found["texts"]
    again.tap("Leave")
    wait(lambda: around.on_the_phone("ended") == ["car"], "the call is over")
    assert len(around.on_the_phone("dialled")) == 1
    again.reads("You left")
    again.tap("Back")


def test_without_a_network_the_first_frame_shows_the_stored_day(
    around: Around, drive: Driven, start: StartScreen, shared: dict[str, Driven]
) -> None:
    drive.stop()
    around.network(there=False)
    again = shared["drive"] = start("data")
    again.reads("Offline · updated")
    assert TITLE in again.frames[0]["texts"]
    again.tap("agenda")
    again.reads("Budget sync")


def test_a_car_that_says_it_is_cut_off_is_believed_at_once_and_its_return_refreshes(
    around: Around, drive: Driven
) -> None:
    around.car(connected=False)
    seen = drive.reads("Offline · updated")
    assert TITLE in seen["texts"]
    plans(around, "Planned meanwhile")
    around.car(connected=True)
    drive.reads("Up to date")
    drive.tap("agenda")
    drive.reads("Planned meanwhile")
    drive.tap("home")


def test_when_the_network_goes_the_day_stays_and_says_its_age(around: Around, drive: Driven) -> None:
    around.network(there=False)
    seen = drive.reads("Offline · updated")
    assert TITLE in seen["texts"]
    around.network(there=True)
    drive.reads("Up to date")
