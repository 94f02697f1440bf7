"""Contact sheets: all pictures of a screen in one language and theme on one page, with captions."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

WIDTH, GAP, MARGIN = 300, 8, 16
"""In pixels: width of a landscape picture, gap between pictures of a situation, margin around a situation."""
CAPTION = 22
ACROSS = 3
"""Situations in a row."""
GROUND, INK = (90, 96, 104), (255, 255, 255)
COLOURS = 128
"""Colours of a sheet: small files without a visible difference at this size."""


@dataclass
class ContactSheet:
    """Small copies of pictures, by situation and display, in the order in which they are added."""

    cells: dict[str, dict[str, Image.Image]] = field(default_factory=dict)

    def add(self, situation: str, display: str, picture: Image.Image) -> None:
        """Add a small copy of the picture; a portrait one is as high as two landscape ones."""
        width = WIDTH if picture.width >= picture.height else WIDTH * 3 // 5
        size = (width, round(picture.height * width / picture.width))
        self.cells.setdefault(situation, {})[display] = picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)

    def write(self, path: Path, displays: tuple[str, ...]) -> None:
        """Write the sheet as a PNG, the pictures of each situation in that order. Raises OSError."""
        blocks = [(name, _block([pictures[display] for display in displays])) for name, pictures in self.cells.items()]
        across = min(ACROSS, len(blocks))
        wide = max(block.width for _, block in blocks) + MARGIN
        rows = [blocks[at : at + across] for at in range(0, len(blocks), across)]
        heights = [max(block.height for _, block in row) + CAPTION + MARGIN for row in rows]
        sheet = Image.new("RGB", (wide * across + MARGIN, sum(heights) + MARGIN), GROUND)
        draw, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(15), MARGIN
        for row, height in zip(rows, heights, strict=True):
            for column, (name, block) in enumerate(row):
                draw.text((MARGIN + column * wide, top), name, INK, font)
                sheet.paste(block, (MARGIN + column * wide, top + CAPTION))
            top += height
        sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(path)


def _block(pictures: list[Image.Image]) -> Image.Image:
    """Arrange the pictures of one situation: landscape ones two by two, portrait ones next to them."""
    landscape = [each for each in pictures if each.width >= each.height]
    upright = [each for each in pictures if each.width < each.height]
    placed: list[tuple[Image.Image, int, int]] = []
    top = left = 0
    for at in range(0, len(landscape), 2):
        pair = landscape[at : at + 2]
        placed += [(each, number * (WIDTH + GAP), top) for number, each in enumerate(pair)]
        left = max(left, len(pair) * (WIDTH + GAP))
        top += max(each.height for each in pair) + GAP
    for each in upright:
        placed.append((each, left, 0))
        left += each.width + GAP
    height = max(y + each.height for each, _, y in placed)
    block = Image.new("RGB", (left - GAP, height), GROUND)
    for each, x, y in placed:
        block.paste(each, (x, y))
    return block
