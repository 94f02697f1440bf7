"""A drive from one end to the other, by touches on the real widgets of the real screen process."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.drive.conftest import SignIn, StartScreen, wait
from tests.drive.driven import Driven, Seen
from tests.drive.surroundings import Around

ANA = "ana@contoso.example"
TITLE, PEOPLE = "Product review", "Priya Raman and 5 others"
NUMBER, DIGITS = "+496900001234", "987654321#"


JOIN = "Join on the phone line"
"""The car has two lines, and its phone comes first."""


def labels(seen: Seen) -> list[str]:
    return [target["label"] for target in seen["targets"]]


def place(seen: Seen, label: str) -> list[float]:
    return next(target["place"] for target in seen["targets"] if target["label"] == label)


def has_rail(seen: Seen) -> bool:
    return [target["label"] for target in seen["targets"] if target["rail"]] == ["home", "agenda", "settings"]


@pytest.fixture
def drive(start: StartScreen) -> Iterator[Driven]:
    """A screen in a car that was never used."""
    driven = start("data")
    yield driven
    driven.stop()


def test_sign_in_sync_set_off_reminder_join_hang_up_and_park(
    around: Around, drive: Driven, sign_in: SignIn, lawful: Callable[[Seen], None]
) -> None:
    reads_the_day(around, drive, sign_in)
    around.time("8:46:00")
    before = drive.sees(lambda seen: JOIN in labels(seen), "Join")
    opens_the_meeting(drive)
    begun = drive.mark()
    sets_off(around, drive, lawful)
    pages_through_the_agenda(drive, lawful)
    around.time("8:55:01")
    reminded = drive.reads("Starts in 5 minutes")
    assert place(reminded, JOIN) == place(before, JOIN)
    assert TITLE in reminded["texts"]
    joins(around, drive)
    hangs_up(around, drive)
    for seen in drive.frames[begun:]:
        if seen["state"] != "parked":
            lawful(seen)
    around.parks()
    assert has_rail(drive.sees(lambda seen: seen["state"] == "parked", "parked"))
    assert around.on_the_phone("dialled") == [NUMBER]
    assert drive.errors() == ""


def reads_the_day(around: Around, drive: Driven, sign_in: SignIn) -> None:
    """From an empty car to the next meeting, in its time and place."""
    sign_in(around, drive, ANA)
    seen = drive.sees(lambda seen: "Teams" in seen["texts"], "what the invitation says")
    assert seen["screen"] == "drive"
    assert has_rail(seen)
    assert [text for text in seen["texts"] if text in (TITLE, "9:00 – 9:30", "Teams")] == [
        TITLE,
        "9:00 – 9:30",
        "Teams",
    ]
    assert "19" in seen["texts"]


def opens_the_meeting(drive: Driven) -> None:
    """Parked, all of a meeting may be read."""
    drive.tap("Agenda")
    listed = drive.sees(lambda seen: seen["screen"] == "agenda", "the agenda")
    assert any("Budget sync" in text for text in listed["texts"])
    assert len(listed["lists"]) == 2, "the days, and beside them the meeting's text"
    drive.tap("open")
    drive.reads(PEOPLE)


def sets_off(around: Around, drive: Driven, lawful: Callable[[Seen], None]) -> None:
    """What was read goes with the first frame that obeys the movement."""
    begun = drive.mark()
    around.sets_off()
    drive.sees(lambda seen: seen["state"] == "moving", "moving")
    moving = [seen for seen in drive.frames[begun:] if seen["state"] == "moving"]
    assert moving[0]["screen"] == "agenda"
    assert not moving[0]["lists"]
    assert not any(PEOPLE in text for seen in moving for text in seen["texts"])
    for seen in moving:
        lawful(seen)


def pages_through_the_agenda(drive: Driven, lawful: Callable[[Seen], None]) -> None:
    """On the road the agenda has pages, and nothing of it opens."""
    page = drive.sees(lambda seen: seen["screen"] == "agenda", "the agenda")
    lawful(page)
    assert 2 <= page["rows"] <= 4
    assert "open" not in labels(page)
    drive.tap("Now")
    drive.sees(lambda seen: seen["screen"] == "drive", "Now")


def joins(around: Around, drive: Driven) -> None:
    """One touch; what a finger that trembles touches at the same place at once does nothing."""
    drive.tap(JOIN, times=3)
    wait(lambda: around.on_the_phone("dialled") == [NUMBER], "the number is dialled")
    seen = drive.reads("Connected · ID sent")
    assert seen["screen"] == "call"
    assert TITLE in seen["texts"]
    assert {"Muted", "Leave"} <= set(labels(seen)), "unmuted by a touch that was none"
    assert around.phone.heard == DIGITS
    assert around.phone.microphone == 0


def hangs_up(around: Around, drive: Driven) -> None:
    """One touch ends the call for the phone too, and leads home."""
    drive.tap("Leave")
    wait(lambda: around.on_the_phone("ended") == ["car"], "the phone's call has ended")
    drive.reads("You left")
    wait(lambda: around.phone.microphone > 0, "the microphone is open for the next call")
    drive.tap("Back")
    drive.sees(lambda seen: seen["screen"] == "drive", "Now")
