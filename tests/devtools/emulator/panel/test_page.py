"""The page in a real Chromium: every control acts, frames appear, clicks become touches."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from carlendar.domain.vss import DESTINATION_LATITUDE, DESTINATION_LONGITUDE
from carlendar_devtools.emulator.car import Car, Ignition, Selector
from carlendar_devtools.emulator.cloud.server import CloudServer
from carlendar_devtools.emulator.emulation import Emulation
from carlendar_devtools.emulator.phone import PhoneLine
from tests.fakes.waiting import wait_until

if TYPE_CHECKING:
    from selenium.webdriver import Chrome  # half a second to import, which only the worker that runs them needs


class Emulator(Protocol):
    """The fixture: a whole emulation, with the real parts."""

    folder: Path
    all: Emulation
    fetched: list[Mapping[str, str]]

    def soon(self, act: Callable[[], object]) -> None:
        """Call it in the emulator's loop."""

    def call(self, work: Coroutine[Any, Any, object]) -> object:
        """Run it in the emulator's loop and wait for it."""


NAMELESS = """
return Array.from(document.querySelectorAll('button, input, select, canvas, a, summary')).filter((element) => {
  const label = element.labels && element.labels.length ? element.labels[0].textContent : '';
  return !(label.trim() || element.getAttribute('aria-label') || element.textContent.trim());
}).map((element) => element.outerHTML)"""
"""Controls without an accessible name."""

CUT_OFF = """
return Array.from(document.querySelectorAll('aside button, aside .segments span, aside .row')).filter((element) =>
  element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1).map((element) => element.innerText)"""
"""Controls whose words do not fit."""

SPILT = """
document.getElementById('restrictions').hidden = false;
document.getElementById('restrictions').replaceChildren(...Array.from({length: 9}, () =>
  Object.assign(document.createElement('li'), {textContent: 'no dial pad'})));
return Array.from(document.querySelectorAll('.card')).filter((card) => {
  const end = card.getBoundingClientRect().bottom;
  return Array.from(card.children).some((part) => part.getBoundingClientRect().bottom > end + 1);
}).map((card) => card.innerText)"""
"""Cards whose content goes beyond them with as many restrictions as a moving car has."""


def press(page: Chrome, element: str) -> None:
    page.find_element(By.ID, element).click()


def choose(page: Chrome, order: str, value: str) -> None:
    """Click the segment of that value."""
    page.find_element(By.CSS_SELECTOR, f'[data-order="{order}"] input[value="{value}"] + span').click()


def toggle(page: Chrome, order: str) -> None:
    page.find_element(By.CSS_SELECTOR, f'input[data-order="{order}"]').click()


def text(page: Chrome, element: str) -> str:
    return page.find_element(By.ID, element).text


def pixel(page: Chrome, x: float, y: float) -> list[int]:
    script = """const c = document.getElementById('display');
    return Array.from(c.getContext('2d').getImageData(c.width * arguments[0], c.height * arguments[1], 1, 1).data)"""
    found: list[int] = page.execute_script(script, x, y)
    return found[:3]


def has(car: Car, field: str, value: object) -> bool:
    return bool(getattr(car.state, field) == value)


def cloud(emulator: Emulator) -> CloudServer:
    assert emulator.all.cloud is not None
    return emulator.all.cloud


def phone(emulator: Emulator) -> PhoneLine:
    assert emulator.all.phone is not None
    return emulator.all.phone


def fails_by(emulator: Emulator, kind: str) -> bool:
    return [fault.kind for fault in cloud(emulator).faults.planned()] == [kind]


def received(emulator: Emulator) -> list[tuple[str, dict[str, object]]]:
    path = emulator.folder / "received"
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [(chr(line[0]), json.loads(line[1:])) for line in lines]


def test_frames_appear_and_clicks_become_touches(emulator: Emulator, page: Chrome) -> None:
    assert pixel(page, 0.25, 0.5) == [255, 0, 0]
    assert pixel(page, 0.75, 0.5) == [0, 0, 255]
    canvas = page.find_element(By.ID, "display")
    left = -canvas.size["width"] // 4
    ActionChains(page).move_to_element_with_offset(canvas, left, 0).click().perform()
    wait_until(lambda: pixel(page, 0.75, 0.5) == [0, 255, 0])
    touches = [data for kind, data in received(emulator) if kind == "T"]
    assert [touch["kind"] for touch in touches] == ["down", "up"]
    assert touches[0]["x"] == pytest.approx(0.25, abs=0.01)
    assert touches[0]["y"] == pytest.approx(0.5, abs=0.01)


def test_dragging_the_wheel_and_keys_reach_the_display(emulator: Emulator, page: Chrome) -> None:
    canvas = page.find_element(By.ID, "display")
    ActionChains(page).move_to_element(canvas).click_and_hold().move_by_offset(200, 50).release().perform()
    wait_until(lambda: any(data.get("kind") == "up" for _, data in received(emulator)))
    kinds = [data["kind"] for kind, data in received(emulator) if kind == "T"]
    assert kinds[0] == "down"
    assert kinds[-1] == "up"
    assert "move" in kinds
    origin = ScrollOrigin.from_element(canvas)
    ActionChains(page).scroll_from_origin(origin, 0, 200).perform()
    ActionChains(page).send_keys("a").send_keys(Keys.BACKSPACE).perform()
    wait_until(lambda: sum(kind == "K" for kind, _ in received(emulator)) == 4)
    assert [data["dy"] for kind, data in received(emulator) if kind == "W"] == [-2]
    keys = [(data["key"], data["kind"]) for kind, data in received(emulator) if kind == "K"]
    assert keys == [("a", "down"), ("a", "up"), ("Backspace", "down"), ("Backspace", "up")]


def test_the_car_does_what_the_page_says(emulator: Emulator, page: Chrome) -> None:
    choose(page, "car.selector", "D")
    wait_until(lambda: emulator.all.car.state.selector is Selector.D)
    for order, field in (
        ("car.parking_brake", "parking_brake"),
        ("car.passenger", "passenger"),
        ("car.signals", "signals"),
    ):
        wanted = not getattr(emulator.all.car.state, field)
        toggle(page, order)
        wait_until(partial(has, emulator.all.car, field, wanted))
    page.find_element(By.ID, "speed").send_keys(Keys.ARROW_RIGHT * 5)
    wait_until(lambda: emulator.all.car.state.speed == 5.0)
    assert text(page, "speed-text") == "5 km/h"
    Select(page.find_element(By.CSS_SELECTOR, '[data-order="car.ignition"]')).select_by_value("ACC")
    wait_until(lambda: emulator.all.car.state.ignition is Ignition.ACC)
    Select(page.find_element(By.ID, "driver")).select_by_value("driver-2")
    wait_until(lambda: emulator.all.car.state.driver == "driver-2")
    choose(page, "car.night", "false")
    wait_until(lambda: emulator.all.car.state.night is False)
    wait_until(lambda: "5 km/h" in text(page, "log"))


def test_the_databroker_is_shown_with_its_state_and_the_driving_state_with_its_cause(
    emulator: Emulator, page: Chrome
) -> None:
    address = json.loads((emulator.folder / "vehicle.json").read_text())["databroker"]
    assert text(page, "vehicle-address") == address
    wait_until(lambda: text(page, "vehicle-state") == "answers · parked: speed zero for 1.0 s and in P")
    toggle(page, "car.provider")
    wait_until(lambda: text(page, "vehicle-state") == "answers · unknown: speed not confirmed for 1.0 s")
    toggle(page, "car.provider")
    wait_until(lambda: "answers · parked" in text(page, "vehicle-state"))
    toggle(page, "car.signals")
    wait_until(lambda: "no signals: " in text(page, "vehicle-state"))
    assert "unknown" in text(page, "vehicle-state")
    toggle(page, "car.signals")
    wait_until(lambda: "answers · parked" in text(page, "vehicle-state"))
    assert "unknown: speed not confirmed for 1.0 s" in text(page, "log")


def test_what_the_car_tells_beside_driving_is_set_on_the_page(emulator: Emulator, page: Chrome) -> None:
    page.find_element(By.XPATH, "//summary[.='More vehicle signals']").click()
    for field in ("right_hand", "miles", "connected", "guidance", "warning", "navigation"):
        wanted = not getattr(emulator.all.car.state, field)
        toggle(page, f"car.{field}")
        wait_until(partial(has, emulator.all.car, field, wanted))
    Select(page.find_element(By.CSS_SELECTOR, '[data-order="car.volume"]')).select_by_value("0")
    wait_until(lambda: emulator.all.car.state.volume == 0)
    position = page.find_element(By.CSS_SELECTOR, '[data-order="car.position"]')
    position.send_keys("53.55, 9.97", Keys.TAB)
    wait_until(lambda: emulator.all.car.state.position == (53.55, 9.97))
    position.send_keys(Keys.CONTROL + "a")
    position.send_keys("97, 200", Keys.TAB)
    wait_until(lambda: text(page, "problem") != "")
    assert emulator.all.car.state.position == (53.55, 9.97)


def test_what_happens_elsewhere_is_shown(emulator: Emulator, page: Chrome) -> None:
    emulator.soon(lambda: emulator.all.car.set(speed=87.0, selector="D"))
    wait_until(lambda: text(page, "speed-text") == "87 km/h")
    assert page.find_element(By.CSS_SELECTOR, 'input[name="selector"][value="D"]').is_selected()
    assert page.find_element(By.ID, "speed").get_attribute("value") == "87"
    assert "restrictions 1" in text(page, "shown")


def test_the_network_and_the_cloud_fail_as_asked(emulator: Emulator, page: Chrome) -> None:
    choose(page, "network.mode", "none")
    wait_until(lambda: json.loads((emulator.folder / "network.json").read_text()) == {"online": False})
    wait_until(partial(fails_by, emulator, "cut"))
    choose(page, "network.mode", "slow")
    wait_until(lambda: json.loads((emulator.folder / "network.json").read_text()) == {"online": True})
    wait_until(partial(fails_by, emulator, "delay"))
    choose(page, "network.mode", "on")
    wait_until(lambda: cloud(emulator).faults.planned() == ())
    tried: list[str] = []
    for value, kind in (("429", "status"), ("lost_token", "lost_token"), ("garbage", "garbage"), ("cut", "cut")):
        tried.append(value)
        choose(page, "cloud.fault", value)
        wait_until(partial(fails_by, emulator, kind))
        wait_until(lambda: len(emulator.fetched) == len(tried))
    choose(page, "cloud.fault", "ok")
    wait_until(lambda: cloud(emulator).faults.planned() == ())
    wait_until(lambda: len(emulator.fetched) == len(tried) + 1)


def test_the_clock_is_sped_up_stopped_and_set(emulator: Emulator, page: Chrome) -> None:
    assert text(page, "clock-text").upper().startswith("MON 23 NOV 8:5")
    choose(page, "clock.rate", "60")
    wait_until(lambda: emulator.all.clock.rate() == 60.0)
    choose(page, "clock.rate", "0")
    wait_until(lambda: emulator.all.clock.rate() == 0.0)
    page.find_element(By.XPATH, "//summary[.='Set the time']").click()
    page.execute_script(
        "const field = document.getElementById('time'); field.value = '2026-11-23T13:05:00';"
        "field.dispatchEvent(new Event('input'))"
    )
    page.find_element(By.CSS_SELECTOR, "#time-form button").click()
    wait_until(lambda: emulator.all.clock.now().isoformat() == "2026-11-23T12:05:00+00:00")
    wait_until(lambda: text(page, "clock-text").upper() == "MON 23 NOV 13:05")
    toggle(page, "clock.known")
    wait_until(lambda: not emulator.all.clock.is_set())


def test_a_sign_in_is_approved_as_a_person_or_refused(emulator: Emulator, page: Chrome) -> None:
    assert not page.find_element(By.ID, "approve").is_enabled()
    form = {"client_id": cloud(emulator).client_id, "scope": "User.Read offline_access"}
    first = cloud(emulator).identity.device_code(form, "contoso.example")
    emulator.soon(emulator.all.server.changed)
    wait_until(lambda: first["user_code"] in text(page, "pending"))
    Select(page.find_element(By.ID, "person")).select_by_value("ben@contoso.example")
    press(page, "approve")
    wait_until(lambda: cloud(emulator).pending_codes() == [])
    codes = cloud(emulator).identity.devices
    assert codes.poll(first["device_code"], cloud(emulator).client_id).address == "ben@contoso.example"
    second = cloud(emulator).identity.device_code(form, "contoso.example")
    emulator.soon(emulator.all.server.changed)
    wait_until(lambda: page.find_element(By.ID, "refuse-sign-in").is_enabled())
    Select(page.find_element(By.ID, "reason")).select_by_value("second_factor")
    press(page, "refuse-sign-in")
    wait_until(lambda: cloud(emulator).pending_codes() == [])
    assert codes._codes[second["user_code"]].refusal == "second_factor"
    press(page, "revoke")
    wait_until(lambda: "revoke" in text(page, "log"))


def test_the_phone_does_what_the_page_says(emulator: Emulator, page: Chrome) -> None:
    line = phone(emulator)
    page.find_element(By.ID, "rings").send_keys(Keys.ARROW_RIGHT)
    wait_until(lambda: line._peer.answer_delay == 3.0)
    press(page, "refuse-calls")
    wait_until(lambda: line._peer.refuses)
    press(page, "incoming")
    wait_until(lambda: [call.number for call in line.calls] == ["+12025550143"])
    wait_until(lambda: "INCOMING" in text(page, "phone-text").upper())
    press(page, "hang-up")
    wait_until(lambda: line.calls == ())
    press(page, "emergency")
    wait_until(lambda: [call.number for call in line.calls] == ["112"])
    press(page, "pair")
    wait_until(lambda: text(page, "pair") == "Pair")
    press(page, "pair")
    wait_until(lambda: text(page, "pair") == "Unpair")
    press(page, "cut-link")
    wait_until(lambda: "loses its link" in text(page, "log"))
    press(page, "other-phone")
    wait_until(lambda: line.other_present and "another one comes" in text(page, "log"))
    press(page, "other-phone")
    wait_until(lambda: not line.other_present)
    assert not any(number in text(page, "log") for number in ("12025550143", "112"))


def test_the_data_line_does_what_the_page_says(emulator: Emulator, page: Chrome) -> None:
    line = emulator.all._data_line
    for name in ("lobby", "record", "transcribe", "consent", "cut"):
        button = page.find_element(By.CSS_SELECTOR, f"[data-online={name}]")
        page.execute_script("arguments[0].click()", button)
        wait_until(lambda name=name: line.state()[name])  # type: ignore[misc]  # bound now
    for name in ("admit", "refuse", "remove", "end", "mute"):
        press(page, f"online-{name}")
    Select(page.find_element(By.ID, "online-fails")).select_by_value("media")
    wait_until(lambda: line.state()["fails"] == "media")
    wait_until(lambda: "the driver is removed" in text(page, "log"))
    assert text(page, "online-text").lower() == "no call"


def test_a_killed_display_is_black_until_it_is_back(emulator: Emulator, page: Chrome) -> None:
    first = emulator.all.display.pid
    frames = int(page.execute_script("return document.getElementById('display').dataset.frames"))
    press(page, "kill")
    wait_until(lambda: emulator.all.display.pid not in (0, first))
    wait_until(lambda: int(page.execute_script("return document.getElementById('display').dataset.frames")) > frames)
    wait_until(lambda: "SIGKILL" in text(page, "log"))
    assert pixel(page, 0.25, 0.5) == [255, 0, 0]


def test_a_frozen_display_is_ended_by_the_watchdog(emulator: Emulator, page: Chrome) -> None:
    first = emulator.all.display.pid
    press(page, "freeze")
    wait_until(lambda: emulator.all.display.pid not in (0, first))
    wait_until(lambda: "watchdog" in text(page, "log"))


def test_another_display_comes_with_its_own_size(emulator: Emulator, page: Chrome) -> None:
    choose(page, "display.preset", "small-7")
    wait_until(lambda: page.find_element(By.ID, "display").get_attribute("width") == "800")
    choose(page, "display.role", "passenger")
    wait_until(lambda: 'role = "passenger"' in (emulator.folder / "platform.toml").read_text())
    assert "width = 800" in (emulator.folder / "platform.toml").read_text()


def test_the_drive_goes_step_by_step(emulator: Emulator, page: Chrome) -> None:
    assert text(page, "scenario-title").upper() == "MORNING COMMUTE"
    labels = [step.text for step in page.find_elements(By.CSS_SELECTOR, "#steps li")]
    assert labels == ["sign in", "set off", "tunnel", "reminder", "join", "record", "park"]
    press(page, "step")
    wait_until(lambda: text(page, "waiting") == "Waiting: sign in on the display")
    form = {"client_id": cloud(emulator).client_id, "scope": "User.Read offline_access"}
    cloud(emulator).identity.device_code(form, "contoso.example")
    wait_until(lambda: text(page, "waiting") == "Waiting: the calendar arrives")
    cloud(emulator).event_log.add("graph", "GET /v1.0/me/calendarView", 200)
    wait_until(lambda: len(page.find_elements(By.CSS_SELECTOR, "#steps li.done")) == 1)
    press(page, "step")
    wait_until(lambda: emulator.all.car.state.speed == 52.0)
    wait_until(lambda: len(page.find_elements(By.CSS_SELECTOR, "#steps li.done")) == 2)
    assert text(page, "play") == "Play"


def test_another_scenario_ends_this_one(emulator: Emulator, page: Chrome) -> None:
    names = [option.get_attribute("value") for option in Select(page.find_element(By.ID, "scenario")).options]
    assert "commute" in names
    other = next(name for name in names if name not in (None, "commute"))
    assert other is not None
    Select(page.find_element(By.ID, "scenario")).select_by_value(other)
    wait_until(emulator.all.ended.is_set)
    assert emulator.all.chosen == other


def test_what_the_car_said_can_be_fetched_and_replayed(emulator: Emulator, page: Chrome) -> None:
    emulator.soon(lambda: emulator.all.car.set(speed=20.0, selector="D", parking_brake=False))
    wait_until(lambda: text(page, "speed-text") == "20 km/h")
    fetched = page.execute_async_script(
        "const done = arguments[0]; fetch(document.getElementById('trace').href).then((r) => r.text()).then(done)"
    )
    lines = [json.loads(line) for line in fetched.splitlines()]
    assert [line["t"] for line in lines] == sorted(line["t"] for line in lines)
    speeds = [line["value"] for line in lines if line.get("signal") == "Vehicle.Speed"]
    assert speeds[0] == 0.0
    assert speeds[-1] == 20.0


def test_the_page_is_whole_at_every_size_named_throughout_and_loads_nothing_from_elsewhere(
    emulator: Emulator, page: Chrome
) -> None:
    assert page.execute_script(NAMELESS) == []
    loaded = page.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert any(name.endswith("Roboto-Regular.ttf") for name in loaded)
    assert all(name.startswith((emulator.all.address, "data:")) for name in loaded)
    emulator.soon(lambda: emulator.all.car.set(speed=87.0, selector="D"))
    wait_until(lambda: text(page, "speed-text") == "87 km/h")
    for width, height in ((1680, 945), (1366, 768), (900, 800), (420, 800)):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        assert page.execute_script("return document.documentElement.scrollWidth") <= width
        assert page.execute_script(CUT_OFF) == [], (width, height)
        assert page.execute_script(SPILT) == [], (width, height)
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_code_is_entered_at_the_pages_own_port(emulator: Emulator, page: Chrome) -> None:
    form = {"client_id": cloud(emulator).client_id, "scope": "User.Read"}
    issued = cloud(emulator).identity.device_code(form, "organizations")
    emulator.soon(emulator.all.server.changed)
    assert issued["verification_uri"] == f"{emulator.all.server.origin}/devicelogin"
    assert cloud(emulator).verification == issued["verification_uri"]
    wait_until(lambda: text(page, "prompt-code") == issued["user_code"])
    page.get(issued["verification_uri"])
    page.find_element(By.ID, "code").send_keys(issued["user_code"], Keys.ENTER)
    wait_until(lambda: page.title == "Choose who signs in")
    page.find_element(By.CSS_SELECTOR, 'button[value="ana@contoso.example"]').click()
    wait_until(lambda: page.title == "You are signed in")
    assert cloud(emulator).pending_codes() == []


def test_the_navigation_target_is_shown(emulator: Emulator, page: Chrome) -> None:
    assert text(page, "destination") == "none"

    def navigate() -> None:
        emulator.all.car._actuated({DESTINATION_LATITUDE: 53.5461, DESTINATION_LONGITUDE: 9.9665})

    emulator.soon(navigate)
    wait_until(lambda: text(page, "destination") == "53.5461, 9.9665")


def test_the_page_says_that_the_emulator_has_ended_and_how_to_start_it(emulator: Emulator, page: Chrome) -> None:
    emulator.call(emulator.all.server.farewell("stopped"))
    wait_until(lambda: "The emulator has ended." in text(page, "lost"))
    page.get_log("browser")  # type: ignore[no-untyped-call]  # selenium left it untyped; the refused sockets are meant
