"""Probes a live widget tree: position, drawing, touch area and content of each widget.

Only names, roles and texts are taken from the layout: positions come from the widgets and their canvas instructions,
font sizes from the textures. Hidden, transparent and scrolled-out widgets are included.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kivy.graphics import Color, Rectangle

from carlendar.text.bidi import is_rtl
from carlendar.ui import font_files
from carlendar.ui.fonts import runs
from carlendar.ui.geometry import Rect
from carlendar_devtools.audit import fontscale
from carlendar_devtools.audit.nodes import Node, NodeKind, TextRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = {
    "TextBlock": NodeKind.TEXT, "IconShape": NodeKind.ICON, "ActionTarget": NodeKind.BUTTON, "CardShape": NodeKind.CARD,
    "RingShape": NodeKind.SHAPE, "BandShape": NodeKind.SHAPE, "StripeMark": NodeKind.SHAPE, "MarkShape": NodeKind.SHAPE,
    "QrShape": NodeKind.CODE,
    "PartList": NodeKind.LIST,
    "AvatarWidget": NodeKind.PICTURE,
}  # fmt: skip
"""Roles of the application's widgets, by class name."""
HOLDERS = frozenset({"RootView", "PageLayer", "Scroller", "Rows", "ListRow"})
"""Widgets that are mere containers."""


def nodes(stage: Any) -> list[Node]:
    """Return every widget under `stage`, bottom-most first. Raises RuntimeError as `require_whole`."""
    require_whole(stage)
    return list(_walk(stage, stage, "", None))


def require_whole(stage: Any) -> None:
    """Raise RuntimeError if a part of the frame was replaced because it could not be laid out or drawn.

    The replacement would be measured instead.
    """
    if not getattr(stage, "whole", True):
        raise RuntimeError("something of the frame could not be laid out or drawn")


def _walk(widget: Any, stage: Any, owner: str, clip: Rect | None) -> Iterator[Node]:
    name = type(widget).__name__
    own = owner
    if name == "Scroller":
        clip = _rect(widget, stage)
    if name not in HOLDERS:
        node = _node(widget, stage, owner, clip)
        if node.seen:
            yield node
        if node.kind is NodeKind.BUTTON:
            own = node.key
    for child in reversed(widget.children):
        yield from _walk(child, stage, own, clip)


def _node(widget: Any, stage: Any, owner: str, clip: Rect | None) -> Node:
    part = getattr(widget, "part", None)
    kind = KINDS.get(type(widget).__name__) or _foreign(widget)
    if kind is NodeKind.PICTURE and not getattr(part, "pixels", True):
        kind = NodeKind.SHAPE  # the disc behind a person's initials
    key = part.key if part is not None else type(widget).__name__.lower()
    action = getattr(widget, "action", None)
    on_display = _Coordinates(widget, stage)
    lines = _lines(widget, on_display) if kind is NodeKind.TEXT else ()
    return Node(
        key=f"{owner}.{key}" if owner else key,
        kind=kind,
        rect=on_display.area(widget.x, widget.y, widget.width, widget.height),
        owner=owner,
        lines=lines,
        text=_text(widget, kind),
        color=_color(widget) if kind is NodeKind.TEXT else None,
        reach=_reach(widget, on_display) if action is not None or hasattr(widget, "on_press") else None,
        intent=action.intent.name if action is not None else "",
        sends=bool(action is not None and action.sends),
        look=action.look.value if action is not None else "",
        selected=bool(action is not None and action.selected),
        clip=clip,
        role=str(getattr(part, "role", "")) if kind is NodeKind.TEXT else "",
        group=str(getattr(part, "group", "")),
    )


def _foreign(widget: Any) -> NodeKind:
    """Return the role of a widget that is not one of the application's."""
    names = {base.__name__ for base in type(widget).__mro__}
    if names & {"TextInput", "FocusBehavior", "VKeyboard"}:
        return NodeKind.FIELD
    if names & {"Video", "VideoPlayer", "Camera"}:
        return NodeKind.VIDEO
    if "Image" in names or "AsyncImage" in names:
        return NodeKind.PICTURE
    return NodeKind.UNKNOWN


def _text(widget: Any, kind: NodeKind) -> str:
    lines = getattr(getattr(widget, "part", None), "lines", None)
    if kind is NodeKind.TEXT and lines is not None:
        return " ".join(lines)
    return str(getattr(widget, "text", "")) if kind in (NodeKind.UNKNOWN, NodeKind.FIELD) else ""


class _Coordinates:
    """Converts rectangles from a widget's coordinates to the display's (origin at the upper left)."""

    def __init__(self, widget: Any, stage: Any) -> None:
        self._x, self._y = widget.to_window(0, 0)
        right, top = widget.to_window(1, 1)
        self._across, self._along = right - self._x, top - self._y
        self._height = stage.height

    def area(self, x: float, y: float, width: float, height: float) -> Rect:
        """Return the rectangle on the display."""
        top = self._y + (y + height) * self._along
        return Rect(self._x + x * self._across, self._height - top, width * self._across, height * self._along)


def _rect(widget: Any, stage: Any) -> Rect:
    return _Coordinates(widget, stage).area(widget.x, widget.y, widget.width, widget.height)


def _reach(widget: Any, on_display: _Coordinates) -> Rect:
    """Return the widget's touch area, determined by hit tests along the lines through its centre.

    Where the widget does not say itself which points are its own, Kivy's widget does: all of its rectangle.
    """
    from kivy.uix.widget import Widget  # after the display has prepared Kivy's rules

    if getattr(widget.collide_point, "__func__", None) is Widget.collide_point:
        return on_display.area(widget.x, widget.y, widget.width, widget.height)
    middle_y = widget.center_y
    across = [x for x in _steps(widget.x - 40, widget.right + 40) if widget.collide_point(x, middle_y)]
    if not across:
        return on_display.area(widget.center_x, middle_y, 0, 0)
    middle_x = (across[0] + across[-1]) / 2
    along = [y for y in _steps(widget.y - 40, widget.top + 40) if widget.collide_point(middle_x, y)]
    left = _edge(widget, across[0], -1, middle_y, True)
    right = _edge(widget, across[-1], 1, middle_y, True)
    low = _edge(widget, along[0], -1, middle_x, False)
    high = _edge(widget, along[-1], 1, middle_x, False)
    return on_display.area(left, low, right - left, high - low)


def _steps(start: float, end: float) -> Iterator[float]:
    at = start
    while at <= end:
        yield at
        at += 8


def _edge(widget: Any, inside: float, towards: int, other: float, across: bool) -> float:
    """Return the outermost point that still accepts touches, to an eighth of a pixel."""
    near, far = inside, inside + 8.0 * towards
    while abs(far - near) > 0.125:
        middle = (near + far) / 2
        if widget.collide_point(*((middle, other) if across else (other, middle))):
            near = middle
        else:
            far = middle
    return near


def _color(widget: Any) -> tuple[int, int, int] | None:
    """Return the colour set on the canvas before drawing."""
    found = next((each for each in widget.canvas.children if isinstance(each, Color)), None)
    return None if found is None else (round(found.r * 255), round(found.g * 255), round(found.b * 255))


def _lines(widget: Any, on_display: _Coordinates) -> tuple[tuple[TextRun, ...], ...]:
    """Return the text textures on the widget's canvas by line, from the top, each with its text."""
    # Kivy gives a rectangle without a texture this one: the line through a struck text is no text.
    plain = _plain_texture()
    drawn = [
        (each, on_display.area(*each.pos, *each.size))
        for each in widget.canvas.children
        if isinstance(each, Rectangle) and each.texture is not None and each.texture.id != plain
    ]
    rows: list[list[tuple[Any, Rect]]] = []
    for each, rect in drawn:
        middle = rect.y + rect.height / 2
        row = next((row for row in rows if row[0][1].y <= middle <= row[0][1].bottom), None)
        if row is None:
            rows.append([(each, rect)])
        else:
            row.append((each, rect))
    texts = widget.part.lines if widget.part is not None else ()
    rtl = is_rtl(" ".join(texts))
    bold = bool(getattr(widget.part, "bold", False))
    return tuple(
        tuple(
            _run(each, rect, *piece)
            for (each, rect), piece in zip(row, _pieces(text, len(row), rtl=rtl, bold=bold), strict=True)
        )
        for row, text in zip(rows, (*texts, *[""] * len(rows)), strict=False)
    )


@cache
def _plain_texture() -> int:
    return int(Rectangle().texture.id)


def _pieces(text: str, count: int, *, rtl: bool, bold: bool) -> list[tuple[str, Path]]:
    """Return the text of each texture of a line; if the numbers differ, each has the whole line's."""
    drawn = [(run.text, run.font) for run in runs(text, bold=bold, rtl=rtl)]
    if count == len(text) > len(drawn):  # letters that stand apart
        drawn = [(run.text, run.font) for char in text for run in runs(char, bold=bold, rtl=rtl)]
    return drawn if len(drawn) == count else [(text, font_files.first().regular)] * count


def _run(instruction: Any, rect: Rect, text: str, path: Path) -> TextRun:
    return TextRun(text, rect, fontscale.font_px(path, instruction.texture.height, rect.height), path)
