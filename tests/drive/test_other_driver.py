"""Another driver takes the seat of a real car: the car's word to the drawn frame, with service, store and broker."""

from __future__ import annotations

from tests.drive.conftest import SignIn, StartScreen
from tests.drive.driven import Seen
from tests.drive.surroundings import Around

ANA, TITLE = "ana@contoso.example", "Product review"


def shows_the_day(seen: Seen) -> bool:
    return any(TITLE in text for text in seen["texts"])


def test_a_profile_is_bound_by_thats_me_and_shown_to_its_driver_alone_over_a_restart(
    around: Around, start: StartScreen, sign_in: SignIn
) -> None:
    drive = start("two-drivers")
    sign_in(around, drive, ANA)
    drive.sees(shows_the_day, "the day in a car that names no driver")

    around.car(driver="ana")  # named for the first time: nothing is bound without a touch
    drive.reads("Who is driving?")
    drive.tap("Choose driver")
    drive.tap("That’s me")
    drive.sees(shows_the_day, "Ana's day")

    around.car(driver="ben")
    drive.reads("Who is driving?")
    begun = drive.mark()
    around.sets_off()
    drive.sees(lambda seen: seen["state"] == "moving", "moving")
    drive.reads("Choose when parked")
    assert not any(shows_the_day(seen) for seen in drive.frames[begun:])

    around.car(driver="ana")
    drive.sees(shows_the_day, "Ana is back")
    around.car(driver="")
    drive.reads("Who is driving?")
    drive.stop()

    again = start("two-drivers")
    again.reads("Who is driving?")
    around.car(driver="ana")
    again.sees(shows_the_day, "Ana's day after a restart")
    around.car(driver="ben")
    again.reads("Who is driving?")
    named = len(again.frames)
    first = next(index for index, seen in enumerate(again.frames) if shows_the_day(seen))
    assert 0 < first < named, "nothing of hers is in the first frame"
    around.car(driver="")
    around.parks()
