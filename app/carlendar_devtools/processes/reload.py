"""Redraws the display when a kv, token or brand file changes, and shows a mistake in one instead of the screen."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from carlendar import resources
from carlendar.brands import library
from carlendar.brands.brand import FILE, Brand
from carlendar.errors import CarlendarError
from carlendar.ui.geometry import Rect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from carlendar.presentation.states import Frame
    from carlendar.text.wrap import Ruler
    from carlendar.ui.bridge import Bridge
    from carlendar.ui.composition import Composition
    from carlendar.ui.metrics import DisplayMetrics
    from carlendar.ui.root_view import RootView

_log = logging.getLogger(__name__)

SECONDS = 0.3
"""Between two looks at the files."""
LETTERS, MARGIN = 17.5, 7.7
"""Of a message: height of its capitals in minutes of arc, room around it in millimetres."""


class Watcher:
    """Calls `changed` on a thread of its own after one of the files was changed, added or removed."""

    def __init__(self, folders: Callable[[], list[Path]], changed: Callable[[], None]) -> None:
        self._folders, self._changed = folders, changed
        self._ended = Event()
        self._seen = self._look()

    def start(self) -> None:
        """Watch until the process ends."""
        Thread(target=self._run, name="reload", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()

    def look(self) -> None:
        """Look once."""
        found = self._look()
        if found != self._seen:
            self._seen = found
            self._changed()

    def _run(self) -> None:
        while not self._ended.wait(SECONDS):
            self.look()

    def _look(self) -> dict[Path, int]:
        return dict(_times(self._folders()))


def _times(folders: list[Path]) -> Iterator[tuple[Path, int]]:
    for folder in folders:
        for path in (*folder.rglob("*.kv"), *folder.rglob(FILE)):
            try:
                yield path, path.stat().st_mtime_ns
            except OSError:  # an editor replaces it at this moment
                continue


class Reload:
    """Keeps a display up to date with its files. `brand` reads the brand that is chosen now."""

    def __init__(self, root: RootView, brand: Callable[[], Brand]) -> None:
        self._root, self._brand = root, brand
        self.mistake = ""
        root.composer = self.compose

    def reload(self) -> None:
        """Reload all files and draw with them, or show what is wrong with one. On the thread that draws."""
        from carlendar.ui.kivy_hooks import lay_out
        from carlendar.ui.layout import loader
        from carlendar.ui.style import reload_rules
        from carlendar.ui.widgets.pool import widgets_anew

        self.mistake = ""
        try:
            loader.reload()
            reload_rules()
            widgets_anew(self._root)
            self._root.rebrand(self._brand())
            self._root.renew()
            lay_out()  # evaluates what the rules of widgets put off
        except Exception as error:  # noqa: BLE001  # whatever a file does, the display goes on
            self.mistake = described(error)
            self._root.renew()
        _log.info("%s", self.mistake or "the display is redrawn")

    def compose(self, frame: Frame, metrics: DisplayMetrics, ruler: Ruler, brand: Brand | None = None) -> Composition:
        """The frame as the files lay it out, or the message on what is wrong with one."""
        from carlendar.ui.composition import laid_out_as_is

        if not self.mistake:
            try:
                return laid_out_as_is(frame, metrics, ruler, brand or Brand())
            except Exception as error:  # noqa: BLE001  # see above
                self.mistake = described(error)
        return message(self.mistake, metrics, ruler, brand or Brand())


def message(text: str, metrics: DisplayMetrics, ruler: Ruler, brand: Brand) -> Composition:
    """A text over the whole display, drawn without any kv file."""
    from carlendar.text.wrap import wrapped
    from carlendar.ui.composition import Composition
    from carlendar.ui.page import Page
    from carlendar.ui.roles import TextRole

    whole = Rect(0, 0, metrics.width_px, metrics.height_px)
    page = Page(metrics, ruler, whole, whole.height, restricted=False, brand=brand)
    at, px = whole.inset(page.mm(MARGIN)), page.px(LETTERS)
    lines = [line for each in text.splitlines() for line in wrapped(each, at.width, px, ruler, lines=8).lines]
    parts = [
        page.block(
            f"mistake.{number}",
            wrapped(line, at.width, px, ruler, lines=1),
            at.without_top(number * px * 1.25),
            role=TextRole.BODY,
        )
        for number, line in enumerate(lines)
    ]
    return Composition(tuple(parts), page, rtl=False)


def described(error: BaseException) -> str:
    """File and line, and under them what is wrong."""
    from kivy.lang import ParserException

    if isinstance(error, CarlendarError):
        return str(error)
    if isinstance(error, ParserException):
        what = str(error).partition("\n...\n")[2].rpartition("...\n")[2] or str(error)
        return f"{_short(error.filename)}:{error.line + 1}:\n{what.splitlines()[0]}"
    if isinstance(error, SyntaxError):
        return f"{_short(error.filename or '')}:{error.lineno}:\n{error.msg}"
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename.endswith(".kv")]
    place = f"{_short(frames[-1].filename)}:{frames[-1].lineno}:\n" if frames else ""
    return f"{place}{type(error).__name__}: {error}"


def _short(path: str) -> str:
    """The path from the folder of kv/ on."""
    root = resources.kv("style.kv").parents[1]
    return str(Path(path).relative_to(root)) if Path(path).is_relative_to(root) else path


def attach(brand_name: Callable[[], str]) -> Callable[[RootView, Bridge], None]:
    """Return what keeps a root view up to date from then on; `brand_name` reads the name of the chosen brand."""

    def attached(root: RootView, bridge: Bridge) -> None:
        reload = Reload(root, lambda: library.load(brand_name()))
        folders = [resources.kv("style.kv").parent]
        watcher = Watcher(lambda: [*folders, library.folder_of(brand_name())], lambda: bridge.post(reload.reload))
        watcher.start()

    return attached
