"""Something to touch: an icon and a label on a filled or bordered shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.properties import ColorProperty, NumericProperty
from msgspec.structs import replace

from carlendar.presentation.states import Action, Look
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.icons import directional
from carlendar.ui.page import LINE, icon_of
from carlendar.ui.parts import Align, Arrangement, ButtonPart, IconPart, Part, TextPart
from carlendar.ui.roles import TextRole
from carlendar.ui.tokens import t
from carlendar.ui.widgets.icon import IconShape
from carlendar.ui.widgets.text_block import TextBlock
from carlendar.ui.widgets.touchable import Touchable

if TYPE_CHECKING:
    from carlendar.brands.palette import Palette, Rgba
    from carlendar.ui.widgets.part_widget import TouchHandler

CENTER = Align.CENTER


def tokens(action: Action, *, rail: bool) -> tuple[str, str, str, str]:
    """Names of the colours of fill, border, icon and label."""
    if rail:
        return (
            ("surface_2" if action.selected else "surface"),
            ("accent" if action.selected else "surface"),
            ("accent" if action.selected else "mute"),
            "text",
        )
    if action.look is Look.GO:
        return "go", "go", "on_go", "on_go"
    if action.look is Look.ACCENT:
        return "accent", "accent", "on_accent", "on_accent"
    if action.look is Look.WARN:
        return "warn", "warn", "on_warn", "on_warn"
    if action.look is Look.STOP:
        return "stop", "stop_text", "on_stop", "on_stop"
    return "surface_2", ("accent" if action.selected else "outline"), "accent", "text"


class ActionTarget(Touchable):
    """Draws a `ButtonPart`."""

    fill = ColorProperty((0, 0, 0, 0))
    edge = ColorProperty((0, 0, 0, 0))
    radius = NumericProperty(0)
    border = NumericProperty(0)

    def __init__(self, handler: TouchHandler, **properties: object) -> None:
        super().__init__(handler, **properties)
        self.icon, self.label = IconShape(handler), TextBlock(handler)
        self.hint: TextBlock | None = None
        """Few targets have one."""

    def draw(self, part: Part) -> None:
        """Take shape, colours, icon and label."""
        if not isinstance(part, ButtonPart):
            return
        self.action = part.action
        fill, edge, icon, label = tokens(part.action, rail=part.rail)
        self.fill, self.edge = self._fill(self.palette, fill), self.palette.token(edge)
        self.radius = part.radius
        self.border = 0 if fill == edge else part.border
        inner_icon, inner_label = _inside(part)
        if inner_icon is None:
            self.remove_widget(self.icon)
        else:
            name = icon_of(part.action)
            flipped = part.rtl and directional(name)
            self._put(self.icon, IconPart("icon", inner_icon, name=name, ink=icon, flipped=flipped))
        if inner_label is None:
            self.remove_widget(self.label)
        else:
            words = TextPart(
                "label",
                inner_label,
                lines=part.lines,
                px=part.px,
                ink=label,
                bold=True,
                main=True,
                align=CENTER,
                role=part.role,
            )
            self._put(self.label, words)

        if inner_label is None or not part.hint:
            if self.hint is not None:
                self.remove_widget(self.hint)
        else:
            self.hint = self.hint or TextBlock(self.handler)
            width, height = RULER.width(part.hint, part.hint_px, bold=False), part.hint_px * LINE
            below = Rect((part.rect.width - width) / 2, inner_label.bottom, width, height)
            under = TextPart(
                "hint", below, lines=(part.hint,), px=part.hint_px, ink=label, align=CENTER, role=TextRole.DETAIL
            )
            self._put(self.hint, under)

    def on_pressed(self, *_: object) -> None:
        """A pressed target is shown by its fill, at the next frame."""
        if isinstance(self.part, ButtonPart):
            self.fill = self._fill(self.palette, tokens(self.part.action, rail=self.part.rail)[0])

    def _fill(self, palette: Palette, token: str) -> Rgba:
        return palette.pressed(token) if self.pressed else palette.token(token)

    def _put(self, child: IconShape | TextBlock, part: Part) -> None:
        if child.parent is None:
            self.add_widget(child)
        # places inside count from the button's upper left corner
        child.show(_moved(part, self.x, self.top), self.palette, 0)


def _moved(part: Part, x: float, top: float) -> Part:
    rect = part.rect
    return replace(part, rect=Rect(rect.x + x, rect.y - top, rect.width, rect.height))


def _inside(part: ButtonPart) -> tuple[Rect | None, Rect | None]:
    """Places of icon and label within the button, from its upper left corner."""
    width, height = part.rect.width, part.rect.height
    words = max((RULER.width(line, part.px, bold=True) for line in part.lines), default=0.0)
    text_height = len(part.lines) * part.px * LINE
    icon = part.icon_px
    if part.arrangement is Arrangement.ICON or not part.lines:
        return Rect((width - icon) / 2, (height - icon) / 2, icon, icon), None
    if not icon:
        return None, Rect((width - words) / 2, (height - text_height) / 2, words, text_height)
    gap = part.px * (t.label_under_icon if part.arrangement is Arrangement.STACKED else t.label_after_icon)
    if part.arrangement is Arrangement.STACKED:
        top = (height - icon - gap - text_height - part.hint_px * LINE) / 2
        below = Rect((width - words) / 2, top + icon + gap, words, text_height)
        return Rect((width - icon) / 2, top, icon, icon), below
    left = (width - icon - gap - words) / 2
    beside = Rect(left + icon + gap, (height - text_height) / 2, words, text_height)
    before = Rect(left, (height - icon) / 2, icon, icon)
    return (before.mirrored(width), beside.mirrored(width)) if part.rtl else (before, beside)
