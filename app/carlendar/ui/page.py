"""The page that a screen is laid out on: its display, its room, and the ways to set text on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.brands.brand import Brand
from carlendar.brands.palette import HUE
from carlendar.domain.base import Value
from carlendar.domain.hue import Hue
from carlendar.presentation.states import Action, Tone
from carlendar.text.shorten import variants
from carlendar.text.wrap import (
    Ruler,
    SetText,
    breaks,
    first_that_fits,
    set_title,
    steps,
    uncut,
    wrapped,
)
from carlendar.ui.geometry import Rect
from carlendar.ui.parts import Align, TextPart
from carlendar.ui.theme import Floor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.ui.metrics import DisplayMetrics

LINE = 1.17
"""Height of a line in parts of the font size: Roboto's ascent and descent."""

TOKENS = {
    Tone.NORMAL: "text",
    Tone.MUTE: "mute",
    Tone.ACCENT: "accent",
    Tone.GO: "go",
    Tone.WARN: "warn",
    Tone.STOP: "stop_text",
}
"""Names of the colours of tones."""


def ink_of(meant: Tone | Hue) -> str:
    """Name of the colour of a tone, or of a calendar's hue."""
    if isinstance(meant, Tone):
        return TOKENS[meant]
    return {Hue.ACCENT: "accent", Hue.NEUTRAL: "mute"}.get(meant, f"{HUE}{meant.value}")


def icon_of(action: Action) -> str:
    """The action's icon; a mark where it has none and is chosen, for colour alone says nothing."""
    return action.icon or ("radiobox-marked" if action.selected else "")


class Spaced:
    """A ruler for letters that stand apart, by a part of their size."""

    def __init__(self, ruler: Ruler, share: float) -> None:
        self._ruler, self._share = ruler, share

    def width(self, text: str, px: int, *, bold: bool) -> float:
        """Width of one line in pixels."""
        letters = sum(self._ruler.width(char, px, bold=bold) for char in text)
        return letters + self._share * px * max(0, len(text) - 1)


class Page(Value, frozen=True):
    """`content` is what status bar, rail and margins leave; lists run on to `edge`, the display's or the rail's.

    `restricted` raises the floors of sizes.
    """

    metrics: DisplayMetrics
    ruler: Ruler
    content: Rect
    edge: float
    restricted: bool
    brand: Brand = Brand()

    @property
    def card_radius(self) -> int:
        """Radius of a card's corners in pixels; 0 for square ones."""
        return round(self.brand.card_radius * self.metrics.px_per_mm)

    @property
    def button_radius(self) -> int:
        """Radius of a target's corners in pixels; 0 for square ones."""
        return round(self.brand.button_radius * self.metrics.px_per_mm)

    @property
    def border_width(self) -> int:
        """Pixels of a border."""
        return max(2, self.mm(self.brand.border))

    @property
    def compact(self) -> bool:
        """Whether fewer things are shown."""
        return self.metrics.compact

    def mm(self, length: float) -> int:
        """Pixels of millimetres."""
        return self.metrics.mm(length)

    def px(self, role: float) -> int:
        """Font size of a role, not below the floor that holds now."""
        return max(self.metrics.arcmin(role), self.metrics.floor(Floor.TEXT))

    @property
    def least_px(self) -> int:
        """The least font size of texts that are neither titles, times nor labels."""
        return self.metrics.floor(Floor.TEXT if self.restricted else Floor.READING)

    @property
    def least_main_px(self) -> int:
        """The least font size of titles, times and labels."""
        return self.metrics.floor(Floor.MAIN if self.restricted else Floor.TEXT)

    def main_px(self, role: float) -> int:
        """Font size of a title, a time or a label: not below the higher floor that holds for those."""
        return max(self.px(role), self.least_main_px)

    def sizes(self, role: float) -> tuple[int, ...]:
        """Font sizes from a role's own down to the least that a main text may have now."""
        return steps(self.main_px(role), self.least_main_px)

    def reading_sizes(self, role: float) -> tuple[int, ...]:
        """Font sizes of text to be read: when parked down to 12 minutes of arc."""
        return steps(max(self.px(role), self.least_px), self.least_px)

    def block(
        self,
        key: str,
        text: SetText,
        at: Rect,
        *,
        role: str,
        ink: str = "text",
        bold: bool = False,
        main: bool = False,
        align: Align = Align.START,
        struck: bool = False,
        group: str = "",
        line_height: float = LINE,
        letter_spacing: float = 0.0,
    ) -> TextPart:
        """Set text at the top of `at`, as wide as it is, aligned in `at`'s width."""
        ruler = Spaced(self.ruler, letter_spacing) if letter_spacing else self.ruler
        width = max((ruler.width(line, text.px, bold=bold) for line in text.lines), default=0.0)
        x = {Align.START: at.x, Align.CENTER: at.x + (at.width - width) / 2, Align.END: at.right - width}[align]
        return TextPart(
            key, Rect(x, at.y, width, text.height(line_height)), group, lines=text.lines, px=text.px, ink=ink,
            bold=bold, main=main, align=align, struck=struck, cut=text.cut, line_height=line_height,
            role=role, spacing=letter_spacing * text.px,
        )  # fmt: skip

    def line(self, variants: Sequence[str], width: float, px: int, *, bold: bool = False) -> SetText:
        """One line of the first variant that fits."""
        return first_that_fits(variants, width, px, self.ruler, bold=bold)

    def title(self, text: str, width: float, height: float, role: float, *, few: int, lines: int = 2) -> SetText:
        """A title in at most two lines: up to `few` steps smaller, then in a shorter form of at least half of it.

        Before anything is cut it gets as small as it may, and as short.
        """
        sizes = self.sizes(role)
        forms = variants(text, None, None)
        long = tuple(form for form in forms if 2 * len(form) >= len(text))
        for tried, steps_down in ((long, few), (forms, len(sizes))):
            for form in tried:
                found = set_title(form, width, sizes[: steps_down + 1], self.ruler, lines=lines, height=height)
                if not found.cut and found.height() <= height:
                    return found
        return set_title(text, width, sizes, self.ruler, lines=lines, height=height)

    def fitted(self, variants: Sequence[str], width: float, px: int, *, lines: int = 1, main: bool = False) -> SetText:
        """The first variant that stands whole, in one line or in `lines`; smaller down to the floor; else cut.

        A word is parted only where no smaller size keeps it whole.
        """
        sizes = self._smaller(px, main=main)
        for size in sizes:
            if (one := uncut(variants, width, size, self.ruler)) is not None:
                return one
            several = [wrapped(form, width, size, self.ruler, lines=lines) for form in variants] if lines > 1 else []
            for form, text in zip(variants, several, strict=False):
                if not breaks(form, text):
                    return text
        whole = next((text for text in several if not text.cut), several[0] if several else None)
        return whole or self.line(variants, width, sizes[-1])

    def heading(
        self, text: str, forms: Sequence[str], width: float, px: int, *, lines: int = 1, wrap_first: bool = False
    ) -> SetText:
        """A title whole if it can be: in one line, smaller, on `lines` lines; else a shorter form; else cut.

        With `wrap_first` more lines are better than a smaller size. Where no `forms` are given they are made here.
        """
        whole = self.fitted((text,), width, px, main=True)
        if lines > 1 and (whole.cut or (wrap_first and whole.px < px)):
            broken = wrapped(text, width, px, self.ruler, lines=lines)
            whole = broken if whole.cut or not breaks(text, broken) else whole
        if not breaks(text, whole):
            return whole
        return self.fitted(forms or variants(text, None, None), width, px, lines=lines, main=True)

    def _smaller(self, px: int, *, main: bool) -> tuple[int, ...]:
        if main:
            floor = Floor.MAIN if self.restricted else Floor.TEXT
        else:
            floor = Floor.TEXT if self.restricted else Floor.READING
        return steps(px, min(px, self.metrics.floor(floor)))

    def border(self, action: Action) -> int:
        """Pixels of a target's border: of what is chosen twice as many, for a colour alone says nothing."""
        return self.border_width * (2 if action.selected else 1)
