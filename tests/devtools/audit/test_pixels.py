"""What is measured on pixels: backgrounds, the text's own edges, and the height of shaped text."""

from __future__ import annotations

from pathlib import Path

import pytest

from carlendar.brands.typeface import bundled, found
from carlendar.ui.geometry import Rect
from carlendar_devtools.audit.fontscale import ink_height
from carlendar_devtools.audit.pixels import PixelImage, Rgb

INK, GROUND, EDGE = (240, 240, 240), (20, 20, 20), (130, 130, 130)
BOX = Rect(2, 2, 12, 12)


def image(**areas: tuple[Rgb, Rect]) -> PixelImage:
    """A ground of 16 by 16 pixels with a stroke in its middle, and these areas in other colours."""
    made = PixelImage((16, 16), bytes((*GROUND, 255)) * 256)
    for color, rect in (*areas.values(), (INK, Rect(5, 6, 6, 4))):
        made.image.paste(color, (int(rect.x), int(rect.y), int(rect.right), int(rect.bottom)))
    return made


def test_the_smoothed_edge_of_a_stroke_is_no_background() -> None:
    edge = image(stroke=(EDGE, Rect(4, 1, 8, 1)))
    assert edge.ink(BOX, color=INK).contrast > 15
    assert edge.ink(BOX).contrast < 5  # where the text's colour is unknown, nothing is excused


@pytest.mark.rule("T7", "T8")
@pytest.mark.parametrize(
    ("color", "rect"),
    [
        (EDGE, Rect(0, 0, 5, 16)),
        (EDGE, Rect(0, 10, 16, 6)),
        (EDGE, Rect(0, 0, 6, 6)),
        ((200, 130, 60), Rect(3, 1, 9, 1)),
        (EDGE, Rect(1, 1, 14, 14)),
    ],
    ids=["beside", "below", "corner", "another colour", "all"],
)
def test_a_second_background_between_text_and_background_counts(color: Rgb, rect: Rect) -> None:
    assert image(area=(color, rect)).ink(BOX, color=INK).contrast < 7


def test_the_height_of_a_hyphen_is_its_own() -> None:
    regular = bundled() / "Roboto-Regular.ttf"
    assert 2 <= ink_height(regular, "-", 40) <= 6
    assert ink_height(regular, "H", 40) > 20
    assert ink_height(regular, " ", 40) == 0


def test_the_height_of_devanagari_is_that_of_its_shapes(tmp_path: Path) -> None:
    font = found("FreeSansBold.ttf", tmp_path)
    if font is None:
        pytest.skip("FreeSans is not installed")
    shaped = ink_height(font, "\u0909\u0924\u094d\u092a\u093e\u0926 \u092c\u0948\u0920\u0915", 50)
    assert shaped < 60
