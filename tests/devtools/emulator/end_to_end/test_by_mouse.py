"""The whole of it by a mouse: the page in Chromium, the real screen and its service, car, phone and cloud."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

if TYPE_CHECKING:
    from selenium.webdriver import Chrome  # half a second to import, which only the worker that runs them needs

GO, DANGER, ACCENT = (47, 184, 115), (163, 38, 31), (78, 168, 255)
"""Colours of the night theme: Join, Leave, and the band of a reminder."""

SIGN_IN, CONTINUE = (0.83, 0.3), (0.885, 0.3)
HOME, AGENDA = (0.042, 0.12), (0.042, 0.29)
"""Where these are on a display of 1560 × 700."""

DIGITS = "987654321#"
NUMBER = "+496900001234"

Wait = Callable[..., None]
Color = tuple[int, int, int]


class Page(Protocol):
    """The fixture."""

    browser: Chrome
    address: str

    def text(self, element: str) -> str: ...
    def log(self, begin: int = 0) -> list[str]: ...
    def logs(self, words: str, begin: int = 0) -> None: ...
    def shows(self, words: str) -> None: ...
    def blob(self, color: Color) -> tuple[float, float, float]: ...
    def has(self, color: Color, share: float = 0.01) -> bool: ...
    def click(self, x: float, y: float) -> None: ...
    def click_until(self, place: Callable[[], tuple[float, float]], done: Callable[[], object], what: str) -> None: ...
    def press(self, element: str) -> None: ...
    def choose(self, order: str, value: str) -> None: ...
    def pick(self, element: str, value: str) -> None: ...
    def set_time(self, local: str) -> None: ...
    def slide(self, element: str, key: str, shown: str) -> None: ...
    def run_of(self, words: str) -> int: ...


def middle(page: Page, color: Color) -> tuple[float, float]:
    """The middle of what has that colour."""
    _, x, y = page.blob(color)
    return x, y


def sign_in(page: Page, wait: Wait) -> None:
    """From the empty car to the first day, approved on the page as Ana."""
    page.shows("parked: none in force")
    page.click_until(lambda: SIGN_IN, lambda: "notice" in page.text("shown"), "the notice is shown")
    page.click_until(lambda: CONTINUE, lambda: "sign in" in page.text("shown"), "a code is asked for")
    wait(lambda: "waits" in page.text("pending"), "a code waits")
    assert page.text("prompt-approve") == "Approve as Ana Lindner"
    page.press("prompt-approve")
    page.logs("sign-in approved")
    page.shows("drive")
    wait(lambda: page.has(ACCENT, 0.002), "the countdown is shown")


def set_off(page: Page) -> None:
    """In D, and faster by the slider."""
    page.choose("car.selector", "D")
    page.slide("speed", Keys.PAGE_UP, "40 km/h")
    page.shows("moving: 9 in force")


def park(page: Page) -> None:
    """Standing in P."""
    page.slide("speed", Keys.PAGE_DOWN, "0 km/h")
    page.choose("car.selector", "P")
    page.shows("parked: none in force")


def join(page: Page, wait: Wait) -> None:
    """One click on what is green; the phone dials and hears the conference's digits."""
    wait(lambda: page.has(GO, 0.03), "Join is shown")
    page.click_until(lambda: middle(page, GO), lambda: "call" in page.text("shown"), "the call is shown")
    page.logs("phone dialled")
    wait(lambda: page.text("digits") == DIGITS, "the digits are heard")
    wait(lambda: page.has(DANGER, 0.02), "Leave is shown")


def test_a_newcomer_signs_in_drives_off_joins_hangs_up_and_parks_without_setting_the_clock(
    emulator: Page, wait: Wait
) -> None:
    sign_in(emulator, wait)
    set_off(emulator)
    assert "no keyboard" in emulator.text("restrictions")
    wait(lambda: emulator.has(ACCENT, 0.05), "the reminder is shown")
    join(emulator, wait)
    assert emulator.text("dialled") == NUMBER
    emulator.click_until(lambda: middle(emulator, DANGER), lambda: not emulator.has(DANGER, 0.02), "the call is over")
    emulator.logs("phone ended by car")
    park(emulator)
    assert emulator.text("restrictions") == ""
    dialled = [line for line in emulator.log() if line == "phone dialled"]
    assert len(dialled) == 1
    assert not any(DIGITS.strip("#") in line or "690000" in line for line in emulator.log())


def test_escape_and_f1_do_nothing(emulator: Page, wait: Wait) -> None:
    emulator.shows("parked: none in force")
    emulator.logs("phone connected")  # the last line that is logged at the start
    before, begin = emulator.run_of("carlendar_devtools.processes.display"), len(emulator.log())
    emulator.browser.find_element(By.ID, "display").send_keys(Keys.ESCAPE, Keys.F1)
    emulator.click_until(lambda: AGENDA, lambda: "agenda" in emulator.text("shown"), "the agenda is shown")
    emulator.click_until(lambda: HOME, lambda: "drive" in emulator.text("shown"), "Drive is shown")
    assert emulator.log(begin) == []  # first, since it says why another process came
    assert emulator.run_of("carlendar_devtools.processes.display") == before


@pytest.mark.parametrize(("button", "logged"), [("restart", ""), ("kill", "SIGKILL"), ("freeze", "no sign of life")])
def test_the_screen_comes_back(emulator: Page, wait: Wait, button: str, logged: str) -> None:
    before, begin = emulator.run_of("carlendar_devtools.processes.display"), len(emulator.log())
    emulator.press(button)
    emulator.logs(logged, begin)
    emulator.logs("shows its first frame", begin)
    wait(lambda: emulator.run_of("carlendar_devtools.processes.display") not in (0, before), "another process shows it")
    emulator.shows("parked: none in force")


def test_the_service_comes_back(emulator: Page, wait: Wait) -> None:
    wait(lambda: emulator.run_of("carlendar_devtools.processes.service"), "the service runs")
    before, screen = (
        emulator.run_of("carlendar_devtools.processes.service"),
        emulator.run_of("carlendar_devtools.processes.display"),
    )
    emulator.press("service")
    wait(lambda: emulator.run_of("carlendar_devtools.processes.service") not in (0, before), "the service runs again")
    assert emulator.run_of("carlendar_devtools.processes.display") == screen


def test_a_call_is_found_again_by_a_screen_that_was_killed(emulator: Page, wait: Wait) -> None:
    if not any("sign-in approved" in line for line in emulator.log()):
        sign_in(emulator, wait)  # this test is run alone
    set_off(emulator)
    join(emulator, wait)
    begin = len(emulator.log())
    emulator.press("kill")
    emulator.logs("shows its first frame", begin)
    emulator.shows("call")

    wait(lambda: emulator.has(DANGER, 0.02), "the call is shown")  # a picture of the killed screen may have been last
    emulator.click_until(lambda: middle(emulator, DANGER), lambda: not emulator.has(DANGER, 0.02), "the call is over")
    emulator.logs("phone ended by car", begin)
    park(emulator)


def test_on_a_narrow_page_the_scenario_does_not_lie_over_the_log(emulator: Page) -> None:
    size = emulator.browser.get_window_size()
    emulator.browser.set_window_size(900, 1200)
    try:
        choice = emulator.browser.find_element(By.ID, "scenario").rect
        log = emulator.browser.find_element(By.ID, "log-head").rect
        assert choice["y"] + choice["height"] < log["y"]
        rows = [emulator.browser.find_element(By.ID, name).rect for name in ("pair", "emergency", "other-phone")]
        assert all(below["y"] - above["y"] - above["height"] >= 4 for above, below in pairwise(rows))
    finally:
        emulator.browser.set_window_size(size["width"], size["height"])


TOUCHING = """
const seen = Array.from(document.querySelectorAll('aside button, aside .button, aside .segments, aside select'))
  .filter((each) => each.checkVisibility()).map((each) => [each.id || each.innerText, each.getBoundingClientRect()]);
const gap = (one, other) => Math.max(one.left - other.right, other.left - one.right,
                                     one.top - other.bottom, other.top - one.bottom);
return seen.flatMap(([name, one], at) =>
  seen.slice(at + 1).filter(([, other]) => gap(one, other) < 8).map(([other]) => [name, other]))"""
"""Pairs of the panel's controls with less than 8 pixels between them."""


def test_the_controls_of_the_panel_stand_apart(emulator: Page) -> None:
    assert emulator.browser.execute_script(TOUCHING) == []


def test_what_a_colleague_changes_in_the_calendar_is_shown_at_once(emulator: Page, wait: Wait) -> None:
    if not any("sign-in approved" in line for line in emulator.log()):
        sign_in(emulator, wait)  # this test is run alone
    if "drive" not in emulator.text("shown"):  # what became of the last call is still shown
        emulator.click_until(lambda: HOME, lambda: "drive" in emulator.text("shown"), "Now is shown")
    begin = len(emulator.log())
    emulator.press("later")
    emulator.logs("meeting moved by +15 min", begin)
    wait(lambda: "09:15 Product review" in emulator.text("meeting"), "the page lists it at its new time")
    wait(lambda: emulator.has(GO, 0.03), "the meeting can be joined")
    emulator.press("cancel-meeting")
    emulator.logs("meeting cancelled", begin)
    wait(lambda: "Product review" not in emulator.text("meeting"), "the page does not list it any more")
    wait(lambda: not emulator.has(GO, 0.03), "the display has fetched that it was cancelled")
    emulator.browser.find_element(By.ID, "meeting-title").send_keys("Coffee", Keys.ENTER)
    emulator.logs("meeting new", begin)
    wait(lambda: "Coffee" in emulator.text("meeting"), "the page lists the new one")
    wait(lambda: emulator.has(GO, 0.03), "the new meeting can be joined")
    assert not any("Product" in line or "Coffee" in line for line in emulator.log())


def test_another_scenario_begins_at_the_same_address_with_the_same_drivers(emulator: Page, wait: Wait) -> None:
    if not any("sign-in approved" in line for line in emulator.log()):
        sign_in(emulator, wait)  # this test is run alone
    before = emulator.run_of("carlendar_devtools.processes.display")
    emulator.pick("scenario", "busy")
    wait(lambda: emulator.run_of("carlendar_devtools.processes.display") not in (0, before), "another car is there")
    wait(lambda: emulator.text("scenario-title") == "A busy day", "the other scenario is shown")
    emulator.shows("parked: none in force")
    emulator.logs("graph GET")
    assert emulator.text("pending") == ""


@pytest.mark.parametrize("width", [390, 900])
def test_on_a_narrow_page_the_controls_are_beside_the_display_which_stays_in_sight(emulator: Page, width: int) -> None:
    size, browser = emulator.browser.get_window_size(), emulator.browser
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    )
    try:
        place = (
            "const box = document.getElementById(arguments[0]).getBoundingClientRect(); return [box.top, box.bottom]"
        )
        display, speed = (browser.execute_script(place, name) for name in ("display", "speed"))
        assert 0 <= display[0] < display[1] <= speed[0] < speed[1] < 844
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        browser.execute_script("document.getElementById('phone-head').scrollIntoView({ block: 'center' })")
        top, bottom = browser.execute_script(place, "display")
        assert 0 <= top < bottom < 500
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_script("window.scrollTo(0, 0)")
        browser.set_window_size(size["width"], size["height"])


def test_with_a_screen_the_display_is_a_window_of_its_own(window: Page, wait: Wait) -> None:
    wait(lambda: window.text("display-text") == "running", "the display runs")
    window.logs("shows its first frame")
    assert window.run_of("carlendar_devtools.processes.display")
    assert not window.browser.find_element(By.ID, "display").is_displayed()
    before = window.run_of("carlendar_devtools.processes.display")
    window.press("freeze")
    window.logs("no sign of life")
    wait(lambda: window.run_of("carlendar_devtools.processes.display") not in (0, before), "another process shows it")
