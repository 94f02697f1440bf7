"""`carlendar emulator --browser` as a person starts it, and its page in a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from carlendar_devtools.emulator.display import FOLDER_OPTION
from tests.fakes.waiting import wait_until

if TYPE_CHECKING:
    from selenium.webdriver import Chrome  # half a second to import, which only the worker that runs them needs

TIMEOUT = 40.0
"""Seconds for anything that a real process has to do, on a machine that does much else."""

COMMAND = f"{sys.prefix}/bin/carlendar emulator"

Color = tuple[int, int, int]

BLOB = """
const [color, near] = arguments, canvas = document.getElementById('display');
const { width, height } = canvas, data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
let count = 0, x = 0, y = 0;
for (let row = 0; row < height; row += 4) for (let column = 0; column < width; column += 4) {
  const at = (row * width + column) * 4;
  if (color.every((part, index) => Math.abs(data[at + index] - part) <= near)) { count++; x += column; y += row; }
}
return [count * 16 / (width * height), x / count / width, y / count / height]"""
"""The part of the display that has a colour, and the middle of it."""


def wait(condition: Callable[[], object], what: str, seconds: float = TIMEOUT) -> None:
    wait_until(condition, seconds, what)


@dataclass
class Page:
    """The emulator's page, its display and its log, for a person who has nothing but a mouse."""

    browser: Chrome
    process: subprocess.Popen[str]
    address: str

    def text(self, element: str) -> str:
        """The words of an element, as one line."""
        return " ".join(str(self.browser.find_element(By.ID, element).get_property("textContent")).split())

    def log(self, begin: int = 0) -> list[str]:
        """Lines of what happened, oldest first, each its kind and text, from that number on."""
        script = "return Array.from(document.querySelectorAll('#log li')).reverse().map((line) => line.innerText)"
        lines: list[str] = self.browser.execute_script(script)
        return [" ".join(line.split()[1:]) for line in lines][begin:]

    def logs(self, words: str, begin: int = 0) -> None:
        """Wait for a line that contains these words."""
        wait(lambda: any(words in line for line in self.log(begin)), f"the log has {words!r}")

    def shows(self, words: str) -> None:
        """Wait until the page says this of the shown frame: the screen, the driving state, the restrictions."""
        wait(lambda: words in self.text("shown"), f"the display shows {words!r}, but {self.text('shown')!r}")

    def blob(self, color: Color) -> tuple[float, float, float]:
        """The part of the display that has this colour, and its middle."""
        share, x, y = self.browser.execute_script(BLOB, color, 12)
        return share, x or 0.0, y or 0.0

    def has(self, color: Color, share: float = 0.01) -> bool:
        """Whether so much of the display has this colour."""
        return self.blob(color)[0] >= share

    def click(self, x: float, y: float) -> None:
        """Click on the display, at parts of its width and height."""
        canvas = self.browser.find_element(By.ID, "display")
        right, down = round((x - 0.5) * canvas.size["width"]), round((y - 0.5) * canvas.size["height"])
        ActionChains(self.browser).move_to_element_with_offset(canvas, right, down).click().perform()

    def click_until(self, place: Callable[[], tuple[float, float]], done: Callable[[], object], what: str) -> None:
        """Click there, and again where a change of the screen has just closed it to touches, until it has worked."""
        for _ in range(5):
            self.click(*place())
            with suppress(AssertionError):
                wait(done, what, 2.0)
                return
        raise AssertionError(f"it never came that {what}: {self.text('shown')}, {self.log()[-8:]}")

    def press(self, element: str) -> None:
        """Press a button of the panel."""
        self.browser.find_element(By.ID, element).click()

    def choose(self, order: str, value: str) -> None:
        """Press a segment of the panel."""
        self.browser.find_element(By.CSS_SELECTOR, f'[data-order="{order}"] input[value="{value}"] + span').click()

    def pick(self, element: str, value: str) -> None:
        """Pick from a list of the panel."""
        Select(self.browser.find_element(By.ID, element)).select_by_value(value)

    def slide(self, element: str, key: str, shown: str) -> None:
        """Press a key on a slider until its words are these."""
        for _ in range(8):
            if self.text(f"{element}-text") == shown:
                return
            self._move(element, key)
        raise AssertionError(f"{element} is at {self.text(f'{element}-text')}, not {shown}")

    def _move(self, element: str, key: str) -> None:
        before = self.text(f"{element}-text")
        self.browser.find_element(By.ID, element).send_keys(key)
        with suppress(AssertionError):
            wait(lambda: self.text(f"{element}-text") != before, "the slider has moved", 1.0)

    def set_time(self, local: str) -> None:
        """Put the clock, in the panel's field."""
        self.browser.execute_script(
            "const field = document.getElementById('time'); field.closest('details').open = true;"
            "field.value = arguments[0]; field.dispatchEvent(new Event('input'))",
            local,
        )
        self.browser.find_element(By.CSS_SELECTOR, "#time-form button").click()

    def run_of(self, words: str) -> int:
        """The process of this emulator whose command line contains these words; 0 while there is none."""
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                line = process.cmdline()
                if words in " ".join(line) and f"{FOLDER_OPTION}{self.folder}" in line:
                    return process.pid
        return 0

    @property
    def folder(self) -> str:
        """Where this emulator keeps what it hands to the display."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                for argument in child.cmdline():
                    if argument.startswith(FOLDER_OPTION):
                        return argument.removeprefix(FOLDER_OPTION)
        return "-"


@contextmanager
def emulating(
    browser: Chrome, home: Path, *arguments: str, scenario: str = "commute", **environment: str
) -> Iterator[Page]:
    """`carlendar emulator`, which must end cleanly, and leave nothing behind, when it is interrupted."""
    left_out = ("CARLENDAR_", "KIVY_", "XDG_", "DISPLAY", "WAYLAND_", "SDL_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    mine = {"HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"}
    argv = [sys.executable, "-I", "-m", "carlendar", "emulator", *arguments]
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kept | mine | environment, cwd=home
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Starting the scenario {scenario}\n"
            line = process.stdout.readline()
            assert line.startswith("Carlendar emulator: http://127.0.0.1:"), line
            how = [process.stdout.readline() for _ in range(3)]
            assert "Ctrl+C ends the emulator" in how[0]
            assert "ssh -L" in how[1]
            assert "--host" in how[2]
            page = Page(browser, process, line.split()[-1])
            browser.get(page.address)
            yield page
            if browser.current_url != page.address:  # another emulator's page was opened meanwhile
                browser.get(page.address)
                wait(lambda: page.text("shown"), "the page is connected")
            folder = page.folder
            process.send_signal(signal.SIGINT)
            said, complained = process.communicate(timeout=TIMEOUT)
            assert (process.returncode, complained) == (0, "")
            *scenarios, last = said.splitlines()
            assert all(each.startswith("Starting the scenario ") for each in scenarios)
            assert last == "The emulator has ended."
            wait(lambda: "The emulator has ended." in page.text("lost"), "the page says that it has ended")
            assert f"To start it again: {COMMAND}" in page.text("lost")
            browser.get("about:blank")
            assert not Path(folder).exists()
            left = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
            assert left == [Path(".local/state/carlendar/emulator-token")]
        finally:
            process.kill()


@pytest.fixture(scope="module")
def emulator(chromium: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One emulator for the tests of a module, its display on the page."""
    with emulating(chromium, tmp_path_factory.mktemp("home"), "--browser") as page:
        yield page


@pytest.fixture
def window(chromium: Chrome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """An emulator whose display is a window of an X server of its own."""
    if shutil.which("Xvfb") is None:
        pytest.skip("no Xvfb (packaging/setup.sh test says how to get it)")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1700x900x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read, encoding="ascii") as numbers:
            number = numbers.readline().strip()
        assert number.isdecimal()
        with emulating(chromium, tmp_path_factory.mktemp("w"), DISPLAY=f":{number}") as page:
            yield page
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(name="wait")
def wait_fixture() -> Callable[..., None]:
    """Wait for a condition, with a bound."""
    return wait
