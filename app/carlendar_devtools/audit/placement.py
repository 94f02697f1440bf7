"""D1, D2: no overlaps, nothing outside its bounds, nothing partly hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar_devtools.audit.nodes import NodeKind

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.nodes import Node
    from carlendar_devtools.audit.page import PageView

LEADING = 0.2
"""Fraction of the font size that a line's box adds above capitals and below the baseline."""
SLACK = 1.0
"""Tolerance for rounding in pixels."""


def judge(page: PageView, verdict: Judge) -> None:
    """Check every node against the display, its card and all other nodes."""
    width, height = page.metrics.width_px, page.metrics.height_px
    for node in page.nodes:
        if node.clip is None:
            verdict.most("D2", node.key, _outside(node.rect, width, height), SLACK, node.rect)
    boxes = [(node, box) for node in page.nodes for box in _boxes(node) if node.whole]
    _pairs(boxes, verdict)
    for node, box in boxes:
        within = _holder(node, page)
        if within is not None:
            verdict.most("D1", f"{node.key} beyond {within.key}", _beyond(box, within.rect), SLACK, box)


def _pairs(boxes: list[tuple[Node, Rect]], verdict: Judge) -> None:
    """Check each pair of boxes; most of the audit's checks are of boxes that are apart, so those are only counted."""
    apart = 0
    for at, (one, a) in enumerate(boxes):
        left, top, right, bottom = a.x, a.y, a.right, a.bottom
        for other, b in boxes[at + 1 :]:
            if one is other or one.owner == other.key or other.owner == one.key:
                continue  # but the icon and the label of one button must not touch either
            x, y, width, height = b
            if x >= right or y >= bottom or x + width <= left or y + height <= top:
                apart += 1
            else:
                verdict.most("D1", f"{one.key} and {other.key}", _common(a, b), SLACK, a)
    verdict.nothing("D1", apart, SLACK)


def _boxes(node: Node) -> list[Rect]:
    """Return the boxes that must be visible: the glyphs of each line, an icon, a button, a code."""
    if node.kind is NodeKind.TEXT:
        return [run.rect.inset(0, run.font_px * LEADING) for line in node.lines for run in line if run.text.strip()]
    return (
        [node.rect]
        if node.kind
        in (NodeKind.ICON, NodeKind.BUTTON, NodeKind.CODE, NodeKind.FIELD, NodeKind.PICTURE, NodeKind.UNKNOWN)
        else []
    )


def _holder(node: Node, page: PageView) -> Node | None:
    """Return the container of the node: its button, else the card under its centre."""
    if node.owner:
        return next((each for each in page.nodes if each.key == node.owner), None)
    return page.card_of(node) if node.kind in (NodeKind.TEXT, NodeKind.ICON, NodeKind.CODE) else None


def _outside(rect: Rect, width: float, height: float) -> float:
    return max(0.0, -rect.x, -rect.y, rect.right - width, rect.bottom - height)


def _beyond(inner: Rect, outer: Rect) -> float:
    return max(0.0, outer.x - inner.x, outer.y - inner.y, inner.right - outer.right, inner.bottom - outer.bottom)


def _common(one: Rect, other: Rect) -> float:
    """Return the depth of the overlap in px; 0 if there is none."""
    return max(0.0, -one.gap_to(other))
