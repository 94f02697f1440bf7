"""Targets: an action with its icon and the label that fits. A place without an action stays free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty
from msgspec.structs import replace

from carlendar.text.wrap import SetText, label_that_fits
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Node, Sheet, px_of
from carlendar.ui.layout.texts import cap_of
from carlendar.ui.page import LINE, icon_of
from carlendar.ui.parts import Arrangement, ButtonPart
from carlendar.ui.roles import TextRole
from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from carlendar.presentation.states import Action
    from carlendar.ui.page import Page


class ActionNode(Node):
    """In kv files `Action`. `primary` for an action of full size that is the screen's own.

    An `action` of None leaves its place free, so that the others stay where the hand has learnt them.
    """

    repeats = True
    action = ObjectProperty(None, allownone=True)
    role = StringProperty(TextRole.SECONDARY_ACTION.value)
    cap = ObjectProperty(None, allownone=True)
    primary = BooleanProperty(False)
    arrangement = OptionProperty("beside", options=[each.value for each in Arrangement])
    icon_scale = NumericProperty()
    """The icon in parts of the label's largest size."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target, if there is an action."""
        if self.action is not None:
            arrangement = Arrangement(self.arrangement)
            self.add(self.target(self.action, sheet.page, at, arrangement, self.label_cap, self.icon_scale), sheet)

    @property
    def label_cap(self) -> float:
        """The largest size of the label."""
        return cap_of(self.role) if self.cap is None else self.cap

    def needed(self, page: Page, room: Extent) -> float:
        """The width in which every word of one of its labels stands whole, in the least size."""
        return 0.0 if self.action is None else self.least_width(self.action, page, room)

    def least_width(self, action: Action, page: Page, room: Extent) -> float:
        """The same of a target with that action."""
        px = page.sizes(self.label_cap)[-1]
        words = ((page.ruler.width(word, px, bold=True) for word in label.split()) for label in action.labels)
        label = min((max(widths, default=0.0) for widths in words), default=0.0)
        return label + 2 * px_of(t.label_padding_narrow, page, room) + 1

    def add(self, target: ButtonPart, sheet: Sheet) -> None:
        """Add a target under its key and in its group."""
        key = sheet.key(self.key)
        sheet.parts.append(replace(target, key=key, group=self.group or sheet.group or key))

    def target(
        self, action: Action, page: Page, at: Rect, arrangement: Arrangement, cap: float, icon_scale: float
    ) -> ButtonPart:  # fmt: skip
        """The target of an action; its label loses the icon before it is cut, for the word says what it does."""
        stacked, extent = arrangement is Arrangement.STACKED, Extent(at.width, at.height)
        sizes = page.sizes(cap)
        share = t.icon_share_low if stacked and at.height < px_of(t.low_action, page, extent) else t.icon_share
        icon = round(min(sizes[0] * icon_scale, at.height * share)) if icon_of(action) else 0
        across = at.width - 2 * px_of(t.label_padding, page, extent)
        beside = icon + sizes[0] * t.label_after_icon if icon and not stacked else 0
        above = icon + px_of(t.icon_over_label, page, extent) if stacked else px_of(t.label_margin, page, extent)
        label = self._label(action, Extent(across - beside, at.height - above), sizes, page)
        if label.cut and icon and stacked:  # the icon over it takes nothing of its width
            narrow = at.width - 2 * px_of(t.label_padding_narrow, page, extent)
            label = self._label(action, Extent(narrow, at.height - above), sizes, page)
        if label.cut and icon and not stacked:  # a smaller icon is better than none
            small = min(icon, round(sizes[-1] * min(icon_scale, t.least_icon)))
            room = across - small - sizes[-1] * t.label_after_icon
            smaller = self._label(action, Extent(room, at.height - above), sizes[-1:], page)
            if not smaller.cut:
                icon, label = small, smaller
        if label.cut:
            alone = at.height - px_of(t.label_margin, page, extent)
            without = self._label(action, Extent(across, alone), sizes, page) if icon else label
            if without.cut:  # a narrow target: rather less room beside the word than a part of it
                across = at.width - 2 * px_of(t.label_padding_narrow, page, extent)
                without = self._label(action, Extent(across, alone), sizes, page)
            icon, label = 0, without
        if icon and stacked:  # it does not touch the border
            taken = label.px * (t.label_under_icon + len(label.lines) * LINE) + px_of(t.label_margin, page, extent)
            icon = min(icon, int(at.height - taken))
        return ButtonPart(
            "", at, action=action, lines=label.lines, px=label.px, icon_px=icon, primary=self.primary,
            radius=min(page.button_radius, at.height / 2), border=page.border(action), arrangement=arrangement,
            role=self.role,
        )  # fmt: skip

    def _label(self, action: Action, room: Extent, sizes: tuple[int, ...], page: Page) -> SetText:
        return label_that_fits(action.labels, room.width, room.height, sizes, page.ruler)


class RowAction(ActionNode):
    """A target at the end of a row, as wide as its label: at least `least`, at most `most`.

    In a room narrower than `narrow` it is a square of `square`, for the title needs the room: with the word under the
    icon where both stand there, else with the icon alone, unless the action takes more than a word to say.
    """

    repeats = False
    least = ObjectProperty(NOTHING)
    most = ObjectProperty(NOTHING)
    around = ObjectProperty(NOTHING)
    """Room beside icon and label, both sides together."""
    icon_room = NumericProperty()
    """Room for the icon in parts of the label's size."""
    narrow = ObjectProperty(NOTHING)
    square = ObjectProperty(NOTHING)
    square_cap = NumericProperty()
    """Size of the word under the icon."""
    alone = NumericProperty()
    """The icon without a word in parts of the height."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self._measured: ButtonPart | None = None

    def present(self, page: Page, room: Extent) -> bool:
        """Whether there is an action."""
        return self.action is not None and super().present(page, room)

    def across(self, page: Page, room: Extent) -> float | None:
        """The width that it takes of such a room."""
        self._measured = self._fitting(page, room)
        return self._measured.rect.width

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target as it was measured."""
        if self._measured is not None:
            self.add(replace(self._measured, rect=at), sheet)

    def _fitting(self, page: Page, room: Extent) -> ButtonPart:
        height = self.along(page, room) or room.height
        if room.width < px_of(self.narrow, page, room) and (square := self._square(page, room, height)) is not None:
            return square
        px = page.px(self.label_cap)
        label = page.ruler.width(self.action.labels[0], px, bold=True)
        wanted = label + px * self.icon_room + px_of(self.around, page, room)
        width = min(max(px_of(self.least, page, room), wanted), px_of(self.most, page, room))
        at = Rect(0, 0, width, height)
        return self.target(self.action, page, at, Arrangement.BESIDE, self.label_cap, self.icon_scale)

    def _square(self, page: Page, room: Extent, height: float) -> ButtonPart | None:
        """The square target; None where it would not say what the action does."""
        at = Rect(0, 0, px_of(self.square, page, room), height)
        stacked = self.target(self.action, page, at, Arrangement.STACKED, self.square_cap, self.icon_scale)
        if stacked.icon_px and len(stacked.lines) == 1:
            return stacked
        if not self.action.icon or any(" " in label for label in self.action.labels):
            return None
        return replace(stacked, lines=(), icon_px=round(height * self.alone), arrangement=Arrangement.ICON)


class LargeAction(ActionNode):
    """The large action of a screen, its icon over its label where there is room for both."""

    role = StringProperty(TextRole.PRIMARY_ACTION.value)
    primary = BooleanProperty(True)
    long_label = NumericProperty()
    """Characters above which the label is set like a sentence, in the size of `long_cap`, not like a word."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target, if there is an action."""
        if self.action is None:
            return
        page, action = sheet.page, self.action
        wide = page.compact and at.width > at.height * t.wide_large_action
        stacked = at.height >= px_of(t.high_large_action, page, Extent(at.width, at.height)) and not wide
        size = page.sizes(t.primary_action)[0]
        scale = min(t.large_icon, at.height / size - t.large_label) if stacked else t.large_icon_beside
        cap = t.primary_action if len(action.labels[0]) <= self.long_label else t.row_title
        arrangement = Arrangement.STACKED if stacked else Arrangement.BESIDE
        target = self.target(action, page, at, arrangement, cap, scale * t.primary_action / cap)
        self.add(self._hinted(target, page) if stacked else target, sheet)

    @staticmethod
    def _hinted(target: ButtonPart, page: Page) -> ButtonPart:
        """The target with the action's hint, where there is room for it under the label."""
        at, px = target.rect, page.px(t.detail)
        extent = Extent(at.width, at.height)
        hint = page.line((target.action.hint,), at.width - 2 * px_of(t.label_padding, page, extent), px)
        margin = px_of(t.label_margin, page, extent)
        taken = target.icon_px + target.px * (t.label_under_icon + len(target.lines) * LINE) + px * LINE
        if not target.action.hint or hint.cut or not target.icon_px or taken > at.height - 2 * margin:
            return target
        return replace(target, hint=target.action.hint, hint_px=px)
