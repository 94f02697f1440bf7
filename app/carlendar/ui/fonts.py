"""The chain of fonts, the ruler that measures with them, and the pictures of lines.

The brand's typeface first (Roboto without one); what it lacks comes from the fonts that are there: DejaVu Sans (shipped
with Kivy), a font with ideographs, one with symbols. A font is opened when a character first needs it. Pictures are
white, to be tinted when they are drawn, and kept for as long as they are among the last used.
"""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import kivy
from kivy.core.text import Label as CoreLabel

from carlendar.brands.typeface import Typeface, roboto
from carlendar.ui import scripts
from carlendar.ui.coverage import coverage
from carlendar.ui.icons import glyph

_log = logging.getLogger(__name__)

KIVY_FONTS = Path(kivy.__file__).parent / "data" / "fonts"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.local/share/fonts").expanduser())
FALLBACKS = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("DroidSansFallbackFull.ttf", ""),
    ("DroidSansFallback.ttf", ""),
    ("NanumGothic.ttf", "NanumGothicBold.ttf"),
    ("NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf"),
    ("Garuda.ttf", "Garuda-Bold.ttf"),
    ("NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf"),
    ("FreeSans.ttf", "FreeSansBold.ttf"),
    ("FreeSerif.ttf", "FreeSerifBold.ttf"),
    ("Symbola_hint.ttf", ""),
    ("Symbola.ttf", ""),
    ("NotoEmoji-Regular.ttf", ""),
)
"""File names of regular and bold fonts after Roboto, in the order in which they are asked."""

KEPT = 192
"""Pictures of runs that are kept."""
WIDTHS = 8192
"""Widths of lines that are kept: one display has some hundreds at a time, an audit asks for many displays'."""


@cache
def icon_font() -> Path:
    """The font of pictograms; FileNotFoundError when it is not installed."""
    from importlib.util import find_spec

    spec = find_spec("fonticon_mdi7")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package fonticon-materialdesignicons7 is not installed")
    return Path(spec.origin).parent / "fonts" / "materialdesignicons-webfont.ttf"


@cache
def _installed() -> dict[str, Path]:
    """Where the fallback fonts are; looked up once, when a character first needs one."""
    wanted = {name for pair in FALLBACKS for name in pair if name}
    found: dict[str, Path] = {}
    for folder in (*FONT_FOLDERS, KIVY_FONTS):
        for parent, _, names in os.walk(folder):
            for name in wanted.intersection(names):
                found.setdefault(name, Path(parent, name))
    return found


@cache
def chain() -> tuple[tuple[Path, Path], ...]:
    """Regular and bold font files, the brand's first."""
    found = _installed()
    rest = ((found[regular], found.get(bold, found[regular])) for regular, bold in FALLBACKS if regular in found)
    return ((_face.regular, _face.bold), *rest)


_face = roboto()
_outlined = False


def use(face: Typeface, *, outlined_icons: bool) -> None:
    """Draw and measure with that typeface from now on, and with pictograms of that weight."""
    global _face, _outlined
    _outlined = outlined_icons
    if face == _face:
        return
    _face = face
    for cached in (chain, font_of, _pieces, FontRuler.width):
        cached.cache_clear()


@lru_cache(maxsize=4096)
def font_of(char: str) -> int | None:
    """The first font of the chain that has the character."""
    for number, (regular, _) in enumerate(chain()):
        if coverage(regular).has(char):
            return number
    return None


def _file(font: int, *, bold: bool) -> Path:
    return ((_face.regular, _face.bold) if font == 0 else chain()[font])[bold]


@lru_cache(maxsize=64)
def _measurer(path: Path, px: int) -> Any:
    return CoreLabel(font_name=str(path), font_size=px)


class FontRuler:
    """Measures with the fonts that will draw (a `Ruler`)."""

    @lru_cache(maxsize=WIDTHS)  # noqa: B019  # there is one ruler, and it lives as long as the process
    def width(self, text: str, px: int, *, bold: bool) -> float:
        """Width of one line in pixels, right-to-left text joined as it will be drawn."""
        return sum(_width(run.text, _file(run.font, bold=bold), px) for run in _pieces(text))


RULER = FontRuler()


@lru_cache(maxsize=2048)
def _pieces(text: str) -> tuple[scripts.Run, ...]:
    """The runs of a line to be measured, which is asked for in one size after another."""
    return scripts.runs(text, font_of, ordered=False)


def _width(text: str, path: Path, px: int) -> float:
    try:
        return float(_measurer(path, px).get_extents(text)[0])
    except Exception as error:  # noqa: BLE001  # a font that fails on a text must not cost the screen
        _log.error("a piece of text cannot be measured: %s", type(error).__name__)
        return 0.0


_pictures: OrderedDict[tuple[str, Path, int], Any] = OrderedDict()


def picture(text: str, path: Path, px: int) -> tuple[Any, float]:
    """A texture of the text in that font, white, and its ascent in pixels."""
    key = (text, path, px)
    if key in _pictures:
        _pictures.move_to_end(key)
    else:
        label = CoreLabel(text=text, font_name=str(path), font_size=px)
        label.refresh()
        _pictures[key] = label.texture
        while len(_pictures) > KEPT:
            _pictures.popitem(last=False)
    return _pictures[key], _ascent(path, px)


@lru_cache(maxsize=64)
def _ascent(path: Path, px: int) -> float:
    return float(_measurer(path, px).get_ascent())


def line_pictures(line: str, px: int, *, bold: bool, rtl: bool = False) -> list[tuple[Any, float]]:
    """Textures of the line's runs from left to right, each with its ascent; `rtl` is its text's direction."""
    pictures = []
    for run in scripts.runs(line, font_of, rtl=rtl):
        try:
            pictures.append(picture(run.text, _file(run.font, bold=bold), px))
        except Exception as error:  # noqa: BLE001  # as in `_width`
            _log.error("a piece of text cannot be drawn: %s", type(error).__name__)
    return pictures


def icon_picture(name: str, px: int, *, flipped: bool = False) -> Any:
    """A texture of the pictogram, white, `flipped` as in a mirror; None for a name that does not exist."""
    char = glyph(name, outlined=_outlined)
    if not char:
        return None
    texture = picture(char, icon_font(), px)[0]
    if flipped:  # a view of its own: the picture is shared
        texture = texture.get_region(0, 0, *texture.size)
        texture.flip_horizontal()
    return texture
