"""The scripted drive through the fictional town, on the page in a real browser: jam, late, message, arrival.

It takes more than a minute, so `make test-navigation` runs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from selenium.webdriver import Chrome

from tests.devtools.emulator.end_to_end.conftest import emulating

EARLY, LATE = (47, 184, 115), (255, 179, 71)
"""Colours of the night theme: an arrival before the start, and one after it."""
NAVIGATE, TELL = (0.83, 0.3), (0.83, 0.59)
"""Where these are on a display of 1560 × 700."""
SOME = 0.0005
"""The part of the display that a few words take."""


@pytest.mark.skipif(not os.environ.get("ROAD"), reason="it takes minutes: make test-navigation")
@pytest.mark.timeout(400)
def test_a_jam_makes_the_driver_late_who_tells_the_organiser_and_arrives(
    chromium: Chrome, tmp_path_factory: pytest.TempPathFactory, wait: Callable[..., None]
) -> None:
    options = ("--browser", "--scenario", "town", "--signed-in")
    home = tmp_path_factory.mktemp("road")  # short: the paths of sockets are within it
    with emulating(chromium, home, *options, scenario="town") as page:
        page.shows("drive")
        page.logs("calendarView")
        page.press("play")
        page.click_until(lambda: NAVIGATE, lambda: "km" in page.text("road-rest"), "the navigation guides")
        page.shows("moving")
        page.choose("clock.rate", "10")
        wait(lambda: page.has(EARLY, SOME), "the arrival is early", 60)
        wait(lambda: "Jam" in page.text("road-jams"), "the road is jammed", 60)
        wait(lambda: page.has(LATE, SOME), "the arrival is late", 60)
        assert not page.has(EARLY, SOME)
        page.click(*TELL)
        page.logs("sendMail · 202")
        page.choose("clock.rate", "60")
        wait(lambda: "arrived" in " ".join(page.log()), "the car arrives", 120)
        page.shows("parked: none in force")
