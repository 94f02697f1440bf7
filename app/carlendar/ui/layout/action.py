"""Targets: an action with its icon and the label that fits. A place without an action stays free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty
from msgspec.structs import replace

from carlendar.ui.layout.node import Node, Sheet
from carlendar.ui.layout.texts import cap_of
from carlendar.ui.parts import Arrangement
from carlendar.ui.roles import TextRole

if TYPE_CHECKING:
    from carlendar.ui.geometry import Rect


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
            key, self.action, at, role=cap_of(self.role) if self.cap is None else self.cap, primary=self.primary,
            arrangement=Arrangement(self.arrangement), icon_scale=self.icon_scale,
            group=self.group or sheet.group or key,
        )  # fmt: skip
        sheet.parts.append(replace(part, role=self.role))


class LargeAction(ActionNode):
    """The large action of a screen, its icon over its label where there is room for both."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target, if there is an action."""
        if self.action is not None:
            part = sheet.page.primary(sheet.key(self.key), self.action, at)
            sheet.parts.append(replace(part, role=TextRole.PRIMARY_ACTION.value))
