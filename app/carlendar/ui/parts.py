"""The elements of a screen as values: each part has a position, and one widget draws it.

Layout nodes yield them. `key` identifies a part within its screen, so that its widget is kept between frames. `group`
is a reading group.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from carlendar.domain.base import Value

if TYPE_CHECKING:
    from carlendar.brands.brand import Stroke
    from carlendar.presentation.states import Action, AgendaRow, Choice, Passage, Stripe
    from carlendar.ui.geometry import Rect


class Align(StrEnum):
    """Where lines stand in their rectangle; `START` is the right edge where text runs from right to left."""

    START = "start"
    CENTER = "center"
    END = "end"


class Part(Value, frozen=True):
    """Anything with a place."""

    key: str
    rect: Rect
    group: str = ""


class CardPart(Part, frozen=True, kw_only=True):
    """A surface that other parts lie on. With `open` it can be touched, but for `reserved` pixels at its end.

    Those are a target's that lies on it, with the gap before: no target lies within another.
    """

    radius: float
    open: Action | None = None
    ink: str = "surface"
    border: float = 0.0
    edge: str = "outline"
    reserved: float = 0.0
    rtl: bool = False


class TextPart(Part, frozen=True, kw_only=True):
    """Lines of one size, set already: they fit `rect`. `main` marks titles, times and labels."""

    lines: tuple[str, ...]
    px: int
    ink: str = "text"
    bold: bool = False
    main: bool = False
    align: Align = Align.START
    struck: bool = False
    cut: bool = False
    spacing: float = 0.0
    """Pixels between letters, each of which is drawn for itself: for codes, whose letters are read one by one."""
    line_height: float = 1.17
    role: str = ""
    """What the text is: see `carlendar.ui.roles`."""


class IconPart(Part, frozen=True, kw_only=True):
    """A pictogram by its name, as large as `rect` is high; `flipped` as seen in a mirror."""

    name: str
    ink: str = "accent"
    flipped: bool = False


class AvatarPart(Part, frozen=True, kw_only=True):
    """A disc for a person: a picture, or a ground for initials where `pixels` is empty."""

    pixels: bytes = b""


class Arrangement(StrEnum):
    """Where an icon stands to its label."""

    STACKED = "stacked"
    BESIDE = "beside"
    ICON = "icon"


class ButtonPart(Part, frozen=True, kw_only=True):
    """Something to touch; `lines` is the label as it was set."""

    action: Action
    lines: tuple[str, ...]
    px: int
    icon_px: int
    radius: float
    border: float
    arrangement: Arrangement = Arrangement.STACKED
    primary: bool = False
    rail: bool = False
    rtl: bool = False
    role: str = ""
    """What its label is: see `carlendar.ui.roles`."""
    hint: str = ""
    """One line under the label of a stacked target."""
    hint_px: int = 0


class RingPart(Part, frozen=True, kw_only=True):
    """The countdown's ring; its number and unit are texts of their own."""

    fraction: float
    thickness: float
    ink: str = "accent"


class BandPart(Part, frozen=True, kw_only=True):
    """The filled head of a reminder's card; only its upper corners are round."""

    radius: float
    ink: str = "accent"


class StripePart(Part, frozen=True, kw_only=True):
    """The stripe before a row."""

    stripe: Stripe
    ink: str = "accent"


class MarkPart(Part, frozen=True, kw_only=True):
    """A brand's mark, drawn in the square of `rect`."""

    strokes: tuple[Stroke, ...]


class QrPart(Part, frozen=True, kw_only=True):
    """A QR code of `text` on white, with the quiet zone that readers need."""

    text: str
    radius: float


class ListPart(Part, frozen=True, kw_only=True):
    """A list that scrolls. `place` is handed back with its position; each row composes its own parts.

    `bar_gap` is the distance of the mark that says where one is.
    """

    rows: tuple[RowItem, ...]
    place: str
    spacing: float
    bar_gap: float


class Cells(Value, frozen=True):
    """Choices beside each other in one row of a list: in `across` equal columns, each laid out by a kv rule."""

    choices: tuple[Choice, ...]
    across: int
    rule: str


class RowItem(NamedTuple):
    """One row of a list that scrolls: its subject, its height in pixels, and the kv rule that lays it out."""

    key: str
    subject: AgendaRow | Choice | Passage | Cells
    height: float
    rule: str = ""
