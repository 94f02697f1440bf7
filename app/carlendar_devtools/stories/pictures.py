"""`carlendar emulator --headless DIR`: every screen in every state as PNG files, in night and day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from PIL import Image
from rich.console import Console

from carlendar.brands.brand import Brand
from carlendar.errors import UsageError
from carlendar.presentation.options import Options
from carlendar.ui.metrics import DisplayMetrics, from_diagonal, rows_that_fit
from carlendar.ui.picture import Gallery
from carlendar_devtools.emulator.child_process import scratch
from carlendar_devtools.stories.progress import tracked
from carlendar_devtools.stories.scenario_rig import ZONE, ScenarioRig
from carlendar_devtools.stories.situations import SITUATIONS, StorySituation

DISPLAYS = {
    "1560x700": DisplayMetrics(1560, 700, 5.22, 750.0),
    "1280x720": from_diagonal(1280, 720, 12.3),
    "800x480": DisplayMetrics(800, 480, 5.25, 700.0),
    "1080x1920": DisplayMetrics(1080, 1920, 7.88, 700.0),
}
COMPRESSION = 3
"""Of zlib: twice as fast as its default and hardly larger."""


FEW = ("drive-next", "reminder", "call-connected", "agenda-parked", "event-parked", "settings")
"""The situations that give a first impression, each drawn once."""


def render_all(
    folder: Path, say: Callable[[str], None] = print, *, few: bool = False, brand: Brand | None = None
) -> int:
    """Write all pictures into `folder`, or one of each of `FEW`, with progress; returns 0.

    Raises DisplayError without OpenGL, UsageError for a folder that cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch("carlendar-pictures-") as work, Album(folder, brand) as album:
            studios = Studios(work)
            todo = [each for each in SITUATIONS if not few or each.name in FEW]
            for situation in tracked(todo, "Drawing screens", len(todo), Console(stderr=True)):
                album.take(situation, studios.of(situation), first_only=few)
    except OSError as error:
        raise UsageError(f"{folder}: the pictures cannot be written ({error.strerror})") from error
    say(f"{album.count} pictures in {folder}")
    return 0


class Studios:
    """The rig of each scenario, signed in or not, made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, bool], ScenarioRig] = {}

    def of(self, situation: StorySituation) -> ScenarioRig:
        """The situation's."""
        key = (situation.scenario, situation.signed_in)
        if key not in self._made:
            self._made[key] = ScenarioRig(self._folder, situation.scenario, signed_in=situation.signed_in)
        return self._made[key]


class Album:
    """Renders on this thread and compresses on others; leaving the context waits for them. `count` is the total."""

    def __init__(self, folder: Path, brand: Brand | None = None) -> None:
        self._folder = folder
        self._galleries = {name: Gallery(metrics, brand=brand) for name, metrics in DISPLAYS.items()}
        self._pool = ThreadPoolExecutor(2)
        self._under_way: list[Future[None]] = []
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        self._finish()

    def take(self, situation: StorySituation, rig: ScenarioRig, *, first_only: bool = False) -> None:
        """All pictures of one situation, or only the first display's at night.

        The day is read for each display, for how many rows fit is the display's.
        """
        day = rig.world.at + timedelta(days=situation.day)
        at = datetime.fromisoformat(f"{day:%Y-%m-%d}T{situation.at}:00").replace(tzinfo=ZONE)
        displays = tuple(situation.displays or DISPLAYS)
        for display in displays[:1] if first_only else displays:
            fit = rows_that_fit(DISPLAYS[display])
            options = Options(language=situation.language, region=situation.region, rows_fit=fit)
            sitting = rig.sitting(at, situation.state, options, browser=situation.browser, before=situation.before)
            try:
                situation.act(sitting)
                for theme in ("night",) if first_only else ("night", "day"):
                    pixels = self._galleries[display].pixels(sitting.frame(night=theme == "night"))
                    self._keep(f"{situation.name}-{display}-{theme}.png", DISPLAYS[display], pixels)
            finally:
                sitting.close()

    def _keep(self, name: str, metrics: DisplayMetrics, pixels: bytes) -> None:
        if len(self._under_way) >= 8:  # a picture is several megabytes
            self._finish()
        size = (metrics.width_px, metrics.height_px)
        self._under_way.append(self._pool.submit(_write, self._folder / name, size, pixels))
        self.count += 1

    def _finish(self) -> None:
        under_way, self._under_way = self._under_way, []
        for each in under_way:
            each.result()


def _write(path: Path, size: tuple[int, int], pixels: bytes) -> None:
    Image.frombytes("RGB", size, pixels).save(path, compress_level=COMPRESSION)
