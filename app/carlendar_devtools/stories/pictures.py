"""`carlendar emulator --headless DIR`: every screen in every state as PNG files, and contact sheets of them.

Drawn are all situations on five displays, by night and by day, in English, German and a pseudo-language
from right to left.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self

from PIL import Image
from rich.console import Console

from carlendar.brands.brand import Brand
from carlendar.errors import UsageError
from carlendar.ui.metrics import DisplayMetrics, Fit, fit_of
from carlendar.ui.picture import Gallery
from carlendar_devtools.emulator.child_process import scratch
from carlendar_devtools.stories.contact_sheet import ContactSheet
from carlendar_devtools.stories.picture_choice import DISPLAYS, LANGUAGES, PictureChoice
from carlendar_devtools.stories.progress import tracked
from carlendar_devtools.stories.pseudo_language import words_of
from carlendar_devtools.stories.scenario_rig import ScenarioRig
from carlendar_devtools.stories.story_situation import StorySituation

COMPRESSION = 3
"""Compression level of zlib: twice as fast as the default and hardly larger."""
WAITING = 8
"""Maximum number of pictures waiting to be compressed: each is several megabytes."""


def render_all(
    folder: Path,
    choice: PictureChoice,
    say: Callable[[str], None] = print,
    *,
    sheets: bool = True,
    brand: Brand | None = None,
) -> int:
    """Write the chosen pictures into `folder`, with `sheets` contact sheets too, showing progress; returns 0.

    Raises DisplayError without OpenGL, UsageError for a folder that cannot be written.
    """
    logging.disable(logging.WARNING)  # Kivy would print the requests to the emulated cloud
    console = Console(file=sys.stderr)  # Kivy replaces sys.stderr by its log
    begun = time.monotonic()
    todo = sorted(choice.situations, key=lambda situation: situation.screen)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch("carlendar-pictures-") as work, Album(folder, choice, sheets=sheets, brand=brand) as album:
            studios = Studios(work)
            for situation in tracked(todo, "Drawing screens", len(todo), console):
                album.take(situation, studios.of(situation))
    except OSError as error:
        raise UsageError(f"{folder}: the pictures cannot be written ({error.strerror})") from error
    pages = f" and {album.sheets} contact sheets" if sheets else ""
    say(f"{album.count} pictures{pages} in {folder}, {time.monotonic() - begun:.0f} s")
    return 0


class Studios:
    """The rigs of scenarios, signed in or not, created on first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, bool], ScenarioRig] = {}

    def of(self, situation: StorySituation) -> ScenarioRig:
        """Return the rig of a situation."""
        key = (situation.scenario, situation.signed_in)
        if key not in self._made:
            self._made[key] = ScenarioRig(self._folder, situation.scenario, signed_in=situation.signed_in)
        return self._made[key]


class Album:
    """Renders on this thread and compresses on others; leaving the context waits for them.

    `count` and `sheets` are how many there are. Situations are to be taken screen by screen: a screen's
    contact sheets are written once another one begins.
    """

    def __init__(self, folder: Path, choice: PictureChoice, *, sheets: bool, brand: Brand | None = None) -> None:
        self._folder, self._choice, self._with_sheets = folder, choice, sheets
        self._galleries = {name: Gallery(DISPLAYS[name], brand=brand) for name in choice.displays}
        self._pool = ThreadPoolExecutor(2)
        self._under_way: list[Future[None]] = []
        self._pages: dict[tuple[str, str], ContactSheet] = {}
        self._screen = ""
        self.count = self.sheets = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._write_sheets()
        self._pool.shutdown()

    def take(self, situation: StorySituation, rig: ScenarioRig) -> None:
        """Draw all chosen pictures of one situation.

        The day is read once for all displays on which as much fits.
        """
        if situation.screen != self._screen:
            self._write_sheets()
            self._screen = situation.screen
        by_fit: dict[Fit, list[str]] = {}
        for display in self._choice.displays:
            by_fit.setdefault(fit_of(DISPLAYS[display]), []).append(display)
        for language in self._choice.languages:
            for fit, displays in by_fit.items():
                session = situation.session(rig, LANGUAGES[language], fit, words_of)
                try:
                    for theme in self._choice.themes:
                        frame = session.frame(night=theme == "night")
                        for display in displays:
                            pixels = self._galleries[display].pixels(frame, scroll=situation.scroll)
                            self._keep(situation.name, display, language, theme, pixels)
                finally:
                    session.close()

    def _keep(self, situation: str, display: str, language: str, theme: str, pixels: bytes) -> None:
        if len(self._under_way) >= WAITING:
            self._finish()
        page = self._pages.setdefault((language, theme), ContactSheet())
        page.cells.setdefault(situation, {})
        name = f"{situation}-{language}-{display}-{theme}.png"
        add = (lambda picture: page.add(situation, display, picture)) if self._with_sheets else None
        self._under_way.append(self._pool.submit(_write, self._folder / name, DISPLAYS[display], pixels, add))
        self.count += 1

    def _finish(self) -> None:
        under_way, self._under_way = self._under_way, []
        for each in under_way:
            each.result()

    def _write_sheets(self) -> None:
        """Write the contact sheets of the screen that is finished."""
        self._finish()
        pages, self._pages = self._pages, {}
        if not self._with_sheets:
            return
        for (language, theme), page in pages.items():
            page.write(self._folder / f"sheet-{self._screen}-{language}-{theme}.png", self._choice.displays)
            self.sheets += 1


def _write(
    path: Path, metrics: DisplayMetrics, pixels: bytes, add: Callable[[Image.Image], None] | None = None
) -> None:  # fmt: skip
    picture = Image.frombytes("RGB", (metrics.width_px, metrics.height_px), pixels)
    picture.save(path, compress_level=COMPRESSION)
    if add is not None:
        add(picture)
