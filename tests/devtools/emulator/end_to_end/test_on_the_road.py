"""The scripted drive through the fictional town, on the page in a real browser: jam, late, message, arrival.

It takes more than a minute, so `make test-navigation` runs it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from carlendar_devtools.emulator.town.plan import town
from tests.devtools.emulator.end_to_end.conftest import Page, emulating

if TYPE_CHECKING:
    from selenium.webdriver import Chrome  # half a second to import, which only the worker that runs them needs

EARLY, LATE = (47, 184, 115), (255, 179, 71)
"""Colours of the night theme: an arrival before the start, and one after it."""
NAVIGATE, TELL = (0.83, 0.3), (0.83, 0.59)
"""Where these are on a display of 1560 × 700."""
SOME = 0.0005
"""The part of the display that a few words take."""


PICTURES = os.environ.get("ROAD_PICTURES", "")
"""A folder for pictures of the page at each stage."""
LATITUDE = re.compile(rb"54\.[56]\d{2,}")
"""A latitude of the town, as text."""
EMULATORS = ("guidance.json", "guidance.clear")
"""Files of the emulated navigation, which is no part of the car's calendar."""


def keep(page: Page, name: str) -> None:
    """Write a picture of the page, if pictures are wanted."""
    if PICTURES:
        page.browser.save_screenshot(str(Path(PICTURES) / f"{name}.png"))


def latitudes(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every latitude in a file of the car that is not that of an address, with the file's name."""
    known = {f"{house.position.latitude:.7f}".rstrip("0").encode() for house in town().houses}
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file() and path.name not in EMULATORS:
                yield from ((path.name, found) for found in LATITUDE.findall(path.read_bytes()) if found not in known)


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
        keep(page, "1-far")
        page.choose("clock.rate", "10")
        wait(lambda: page.has(EARLY, SOME), "the arrival is early", 60)
        keep(page, "2-early")
        wait(lambda: "Jam" in page.text("road-jams"), "the road is jammed", 60)
        keep(page, "3-jam")
        wait(lambda: page.has(LATE, SOME), "the arrival is late", 60)
        keep(page, "4-late")
        assert not page.has(EARLY, SOME)
        page.click(*TELL)
        page.logs("sendMail · 202")
        keep(page, "5-sent")
        page.choose("clock.rate", "60")
        wait(lambda: "arrived" in " ".join(page.log()), "the car arrives", 120)
        page.shows("parked: none in force")
        keep(page, "6-arrived")
        assert list(latitudes(Path(page.folder))) == []
