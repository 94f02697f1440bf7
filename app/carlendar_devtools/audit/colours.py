"""T7, T8, T10, D2: contrast of content against its background, measured on the rendered image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.ui.geometry import Rect
from carlendar_devtools.audit.fontscale import ink_height
from carlendar_devtools.audit.nodes import NodeKind
from carlendar_devtools.audit.pixels import luminance
from carlendar_devtools.audit.placement import LEADING

if TYPE_CHECKING:
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node, TextRun
    from carlendar_devtools.audit.page import PageView
    from carlendar_devtools.audit.pixels import PixelImage

DARK, LIGHT = 0.03, 0.5
"""Relative luminance of the background: maximum at night, minimum by day."""
DRAWN = 0.8
"""Fraction of the expected glyph height from which on text counts as completely drawn."""
LINE = 1.17
"""Line height as a multiple of the font size, which `LEADING` is measured with."""
ICONS = 4.5
"""Minimum contrast of icons (T7)."""


def judge(page: PageView, picture: PixelImage, verdict: Judge, *, night: bool) -> None:
    """Check every visible text, icon and target, and the background."""
    ground = picture.main(Rect(0, 0, 4, 4))
    if ground is not None:
        bright = luminance(ground)
        if night:
            verdict.most("T10", "ground", bright, DARK)
        else:
            verdict.least("T10", "ground", bright, LIGHT)
    for node in page.nodes:
        if not node.whole:
            continue
        if node.kind is NodeKind.TEXT:
            _text(node, page, picture, verdict)
        elif node.kind is NodeKind.ICON:
            verdict.least("T7", node.key, picture.ink(node.rect).contrast, ICONS, node.rect)
        elif node.kind is NodeKind.BUTTON:
            _shape(node, page, picture, verdict)


def _text(node: Node, page: PageView, picture: PixelImage, verdict: Judge) -> None:
    column = page.column
    for line in node.lines:
        for run in line:
            if not run.text.strip():
                continue
            # fonts of some scripts have a line height far above the glyph height
            # and a brand's typeface may have lines that are hardly higher than its glyphs
            usual = min(1.0, max(0.0, run.rect.height / run.font_px - 1) / (LINE - 1)) if run.font_px else 1.0
            leading = max(run.font_px * LEADING * usual, (run.rect.height - run.font_px) / 2)
            ink = picture.ink(run.rect, leading=leading, color=node.color)
            if node.main:
                verdict.least("T8", node.key, ink.contrast, column.contrast_main, run.rect)
            else:
                verdict.least("T7", node.key, ink.contrast, column.contrast_text, run.rect)
            if ink_px := _ink_height(run):
                drawn = min(ink_px * DRAWN, ink_px - 1)  # a hyphen is but few pixels high
                verdict.least("D2", f"{node.key} height", ink.height, drawn, run.rect)


def _ink_height(run: TextRun) -> int:
    """Return the ink height of the run at its size according to its font file; 0 if unknown."""
    if run.font_px < 1:
        return 0
    try:
        return ink_height(run.font, run.text, round(run.font_px))
    except OSError:  # the measuring library cannot open the font: only its height is measured
        return 0


def _shape(node: Node, page: PageView, picture: PixelImage, verdict: Judge) -> None:
    """Check the shape of a target, or its icon if it has no other content."""
    edges = picture.edges(node.rect, depth=page.metrics.px_per_mm * 1.2)
    if not any(each.owner == node.key and each.kind is NodeKind.TEXT for each in page.nodes):
        icons = (each for each in page.nodes if each.owner == node.key and each.kind is NodeKind.ICON)
        edges = max(edges, *(picture.ink(icon.rect).contrast for icon in icons), 1.0)
    verdict.least("T7", f"{node.key} shape", edges, page.column.contrast_shape, node.rect)
