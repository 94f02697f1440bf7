"""Targets: an action with its icon and the label that fits. A place without an action stays free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty
from msgspec.structs import replace

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import cap_of
from carlendar.ui.parts import Arrangement
from carlendar.ui.roles import TextRole

if TYPE_CHECKING:
    from carlendar.ui.parts import ButtonPart
    from carlendar.ui.screens.page import Page


class ActionNode(Node):
    """In kv files `Action`. `primary` for an action of full size that is the screen's own.

    An `action` of None leaves its place free, so that the others stay where the hand has learnt them.
    """

    action = ObjectProperty(None, allownone=True)
    role = StringProperty(TextRole.SECONDARY_ACTION.value)
    cap = ObjectProperty(None, allownone=True)
    primary = BooleanProperty(False)
    arrangement = OptionProperty("beside", options=[each.value for each in Arrangement])
    icon_scale = NumericProperty(1.42)
    """The icon in parts of the label's largest size."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target, if there is an action."""
        if self.action is None:
            return
        key = sheet.key(self.key)
        part = sheet.page.button(
            key, self.action, at, role=self._cap, primary=self.primary,
            arrangement=Arrangement(self.arrangement), icon_scale=self.icon_scale,
            group=self.group or sheet.group or key,
        )  # fmt: skip
        sheet.parts.append(replace(part, role=self.role))

    @property
    def _cap(self) -> float:
        return cap_of(self.role) if self.cap is None else self.cap


class RowAction(ActionNode):
    """A target at the end of a row, as wide as its label: at least `least`, at most `most`.

    In a room narrower than `narrow` it is a square of `square`, for the title needs the room: with the word under the
    icon where both stand there, else with the icon alone, unless the action takes more than a word to say.
    """

    least = ObjectProperty(NOTHING)
    most = ObjectProperty(NOTHING)
    around = ObjectProperty(NOTHING)
    """Room beside icon and label, both sides together."""
    icon_room = NumericProperty(1.0)
    """Room for the icon in parts of the label's size."""
    narrow = ObjectProperty(NOTHING)
    square = ObjectProperty(NOTHING)
    square_cap = NumericProperty(0)
    """Size of the word under the icon."""
    alone = NumericProperty(0.5)
    """The icon without a word in parts of the height."""

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is an action."""
        return self.action is not None and super().present(page, room)

    def across(self, page: Page, room: Extent) -> float | None:
        """The width that it takes of such a room."""
        return self._part(page, room).rect.width

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target."""
        key = sheet.key(self.key)
        part = self._made
        if part is not None:
            sheet.parts.append(replace(part, key=key, rect=at, group=self.group or sheet.group or key))

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._made: ButtonPart | None = None
        """The target as it was measured last."""

    def _part(self, page: Page, room: Extent) -> ButtonPart:
        height = self.along(page, room) or room.height
        part = self._small(page, room, height) if room.width < px_of(self.narrow, page, room) else None
        if part is None:
            px = page.px(self._cap)
            label = page.ruler.width(self.action.labels[0], px, bold=True)
            wanted = label + px * self.icon_room + px_of(self.around, page, room)
            width = min(max(px_of(self.least, page, room), wanted), px_of(self.most, page, room))
            part = page.button(
                "", self.action, Rect(0, 0, width, height), role=self._cap, primary=self.primary,
                icon_scale=self.icon_scale,
            )  # fmt: skip
        self._made = replace(part, role=self.role)
        return self._made

    def _small(self, page: Page, room: Extent, height: float) -> ButtonPart | None:
        """The square target; None where it would not say what the action does."""
        at = Rect(0, 0, px_of(self.square, page, room), height)
        stacked = page.button(
            "", self.action, at, role=self.square_cap, primary=self.primary, arrangement=Arrangement.STACKED,
            icon_scale=self.icon_scale,
        )  # fmt: skip
        if stacked.icon_px and len(stacked.lines) == 1:
            return stacked
        if not self.action.icon or any(" " in label for label in self.action.labels):
            return None
        icon = round(height * self.alone)
        return replace(stacked, lines=(), icon_px=icon, arrangement=Arrangement.ICON)


class LargeAction(ActionNode):
    """The large action of a screen, its icon over its label where there is room for both."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target, if there is an action."""
        if self.action is not None:
            part = sheet.page.primary(sheet.key(self.key), self.action, at)
            sheet.parts.append(replace(part, role=TextRole.PRIMARY_ACTION.value))
