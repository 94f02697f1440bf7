"""A brand as a value. Its defaults are the neutral brand, which is there even where no file can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.brands.palette import DAY, NIGHT, Palette
from carlendar.brands.typeface import Typeface, roboto
from carlendar.domain.base import Value
from carlendar.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

NEUTRAL = "neutral"
"""Name of the brand that is drawn where no other is chosen, or the chosen one is refused."""

FILE = "brand.toml"
"""Name of the file in a brand's folder."""

Point = tuple[float, float]


class BrandError(SettingsError):
    """A brand that cannot be used; the text names the file, the key and what is allowed."""


class Stroke(Value, frozen=True):
    """One drawing instruction of a start-up mark, in a square from 0 to 1 whose origin is at its lower left.

    `draw` is `circle` (`points` is its centre, `radius`), `line` or `polygon` (convex). With a `width` above 0 the
    outline of a circle is drawn, otherwise its area. `ink` is a colour token.
    """

    draw: str
    points: tuple[Point, ...]
    radius: float = 0.0
    width: float = 0.0
    ink: str = "accent"


class Brand(Value, frozen=True):
    """The look of one make of car. Lengths are millimetres."""

    name: str = NEUTRAL
    title: str = "Neutral"
    night: Palette = NIGHT
    day: Palette = DAY
    typeface: Typeface | None = None
    """None for Roboto."""
    outlined_icons: bool = False
    card_radius: float = 6.1
    button_radius: float = 5.4
    border: float = 0.5
    sound: Path | None = None
    """The reminder's sound (WAV); None for Carlendar's own."""
    mark: tuple[Stroke, ...] = ()
    language: str = ""
    """Language tag where neither a person nor the system says one; empty for none."""
    miles: bool = False
    """Whether distances are in miles where the car does not say."""

    def palette(self, *, night: bool) -> Palette:
        """Return the palette of the night or of the day."""
        return self.night if night else self.day

    @property
    def fonts(self) -> Typeface:
        """The typeface that is drawn with."""
        return self.typeface or roboto()
