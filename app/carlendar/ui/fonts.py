"""The ruler that measures text with the fonts that will draw it, and the pictures of lines.

A font is opened when a character first needs it. Pictures are white, to be tinted when they are drawn, and kept for as
long as they are among the last used.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from functools import cache, lru_cache, partial
from pathlib import Path
from threading import Thread
from typing import Any

from kivy.core.text import Label as CoreLabel

from carlendar.text import shape
from carlendar.ui import font_files
from carlendar.ui.icons import glyph
from carlendar.ui.kivy_hooks import shaped_label

_log = logging.getLogger(__name__)

KEPT = 192
"""Pictures of runs that are kept."""
WIDTHS = 8192
"""Widths of lines that are kept: one display has some hundreds at a time."""


@cache
def icon_font() -> Path:
    """The font of pictograms; FileNotFoundError when it is not installed."""
    from importlib.util import find_spec

    spec = find_spec("fonticon_mdi7")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package fonticon-materialdesignicons7 is not installed")
    return Path(spec.origin).parent / "fonts" / "materialdesignicons-webfont.ttf"


@lru_cache(maxsize=256)
def _measurer(path: Path, px: int, script: str, rtl: bool) -> Any:
    return _label(path, px, script, rtl=rtl)


def _label(path: Path, px: int, script: str, *, rtl: bool, text: str = "") -> Any:
    if script in {shape.LATIN, shape.COMMON} and not rtl:
        return CoreLabel(text=text, font_name=str(path), font_size=px)
    return shaped_label()(
        text=text, font_name=str(path), font_size=px, font_script_name=script, font_direction="rtl" if rtl else "ltr"
    )


class _Known:
    """What texts and pictograms are drawn with now: two values, each with a number that stands for it.

    Measurements are kept by the number of the fonts, so that those of a brand are still there when it is shown again.
    """

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}
        self._added = 0
        self.outlined = False
        self.fonts = self.look = 0
        """Numbers of the fonts, and of the fonts with the weight of pictograms."""
        self.renew()

    def renew(self, *, added: bool = False) -> None:
        """Take the present fonts; `added`, there are further ones."""
        self._added += added
        fonts = (font_files.first(), self._added)
        self.fonts = self._numbers.setdefault(fonts, len(self._numbers))
        self.look = self._numbers.setdefault((fonts, self.outlined), len(self._numbers))


_known = _Known()


def look() -> int:
    """A number for the fonts and pictograms of now: equal parts in equal colours are drawn alike while it is equal."""
    return _known.look


def _line_width(text: str, px: int, fonts: int, *, bold: bool) -> float:
    del fonts  # a part of the key under which the width is kept
    parts = runs(text, bold=bold)
    # the beginnings of a text in several scripts share all runs but their last
    return sum(_run_width(run, px) if len(parts) > 1 else _width(run, px) for run in parts)


class FontRuler:
    """Measures with the fonts that will draw (a `Ruler`)."""

    def __init__(self) -> None:
        self.keep(WIDTHS)

    def keep(self, count: int) -> None:
        """Keep so many widths of lines, and none of those that are kept now."""
        self._kept = lru_cache(maxsize=count)(_line_width)

    @property
    def fonts(self) -> int:
        """A number for the fonts of now: widths are the same while it is."""
        return _known.fonts

    def width(self, text: str, px: int, *, bold: bool) -> float:
        """Width of one line in pixels, shaped as it will be drawn."""
        return self._kept(text, px, _known.fonts, bold=bold)


RULER = FontRuler()


def runs(line: str, *, bold: bool, rtl: bool | None = None) -> tuple[shape.Run, ...]:
    """The line's runs from left to right in the fonts that are known now; `rtl` is its text's direction."""
    return _runs(line, _known.fonts, bold=bold, rtl=rtl)


@lru_cache(maxsize=8192)
def _runs(line: str, fonts: int, *, bold: bool, rtl: bool | None) -> tuple[shape.Run, ...]:
    del fonts  # as in `_line_width`
    return shape.runs(line, _BOLD if bold else _REGULAR, rtl=rtl)


_REGULAR, _BOLD = partial(font_files.font_of, bold=False), partial(font_files.font_of, bold=True)


def is_legible(text: str) -> bool:
    """Whether a known font has any letter of the text."""
    return shape.is_legible(text, _REGULAR)


def use_brand(face: font_files.Face, *, outlined_icons: bool) -> None:
    """Measure and draw with that typeface from now on, and with pictograms of that weight."""
    font_files.use_first(face)
    _known.outlined = outlined_icons
    _known.renew()


def find_missing(found: Callable[[dict[str, font_files.Face]], None]) -> None:
    """Look fonts up for what could not be drawn so far; `found` is called with them, on another thread."""
    if chars := font_files.wanted():
        Thread(target=lambda: found(font_files.look_up(chars)), name="fonts", daemon=True).start()


def look_up_missing() -> dict[str, font_files.Face]:
    """The fonts for what could not be drawn so far, to be given to `use`. Blocks."""
    return font_files.look_up(font_files.wanted())


def use(found: dict[str, font_files.Face]) -> bool:
    """Measure and draw with these fonts too from now on; whether there are any."""
    if not font_files.add(found):
        return False
    _known.renew(added=True)
    return True


def _width(run: shape.Run, px: int) -> float:
    try:
        return float(_measurer(run.font, px, run.script, run.rtl).get_extents(run.text)[0])
    except Exception as error:  # noqa: BLE001  # a font that fails on a text must not cost the screen
        _log.error("a piece of text cannot be measured: %s", type(error).__name__)
        return 0.0


@lru_cache(maxsize=2048)
def _run_width(run: shape.Run, px: int) -> float:
    return _width(run, px)


_pictures: OrderedDict[tuple[shape.Run, int], Any] = OrderedDict()
_room = {"pictures": KEPT}


def keep(*, widths: int, pictures: int) -> None:
    """Keep so many measurements and pictures: an audit draws the same texts on many displays in turns."""
    RULER.keep(widths)
    _room["pictures"] = pictures


def picture(run: shape.Run, px: int) -> tuple[Any, float]:
    """A texture of the run, white, and its ascent in pixels."""
    key = (run, px)
    if key in _pictures:
        _pictures.move_to_end(key)
    else:
        label = _label(run.font, px, run.script, rtl=run.rtl, text=run.text)
        label.refresh()
        _pictures[key] = label.texture
        while len(_pictures) > _room["pictures"]:
            _pictures.popitem(last=False)
    return _pictures[key], _ascent(run.font, px)


@lru_cache(maxsize=1024)
def _ascent(path: Path, px: int) -> float:
    return float(_label(path, px, shape.LATIN, rtl=False).get_ascent())


def line_pictures(line: str, px: int, *, bold: bool, rtl: bool = False) -> list[tuple[Any, float]]:
    """Textures of the line's runs from left to right, each with its ascent; `rtl` is its text's direction."""
    pictures = []
    for run in runs(line, bold=bold, rtl=rtl):
        try:
            pictures.append(picture(run, px))
        except Exception as error:  # noqa: BLE001  # as in `_width`
            _log.error("a piece of text cannot be drawn: %s", type(error).__name__)
    return pictures


def icon_picture(name: str, px: int, *, flipped: bool = False) -> Any:
    """A texture of the pictogram, white, `flipped` as in a mirror; None for a name that does not exist."""
    char = glyph(name, outlined=_known.outlined)
    if not char:
        return None
    texture = picture(shape.Run(char, icon_font()), px)[0]
    if flipped:  # a view of its own: the picture is shared
        texture = texture.get_region(0, 0, *texture.size)
        texture.flip_horizontal()
    return texture
