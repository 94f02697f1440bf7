"""A setting's words and its targets: beside each other, or under each other where there is no room for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from msgspec.structs import replace

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.action import ActionNode
from carlendar.ui.layout.boxes import Box
from carlendar.ui.layout.lengths import NOTHING, Extent
from carlendar.ui.layout.node import Sheet, inner, px_of, shares
from carlendar.ui.page import icon_of
from carlendar.ui.parts import Arrangement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.presentation.states import Action
    from carlendar.ui.page import Page


class EndActions(ActionNode):
    """Several targets at the end of a row, each as wide as its label. Keys are `KEY.0`, `KEY.1` and so on."""

    actions = ObjectProperty(())
    gap = ObjectProperty(NOTHING)
    least = ObjectProperty(NOTHING)
    """Width of a target at least."""
    around = ObjectProperty(NOTHING)
    """Room beside icon and label, both sides together."""
    tight = ObjectProperty(NOTHING)
    """The same where the label is as small as it may be."""
    icon_room = NumericProperty()
    """Room for the icon in parts of the label's size."""
    icon_gap = ObjectProperty(NOTHING)

    def fits(self, page: Page, share: float) -> bool:
        """Whether every target has a label that stands whole in a width of `share` pixels."""
        px = page.sizes(self.label_cap)[-1]
        tight = px_of(self.tight, page, Extent(share, share))
        return all(
            min((page.ruler.width(label, px, bold=True) for label in action.labels), default=0.0) + tight <= share
            for action in self.actions
        )

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the targets, all that have room in their full width, else in equal shares."""
        page, room = sheet.page, Extent(at.width, at.height)
        gap, count = px_of(self.gap, page, room), len(self.actions)
        wanted = sum(self._fitting(action, at.width, page)[1] for action in self.actions) + gap * (count - 1)
        needs = [self.least_width(action, page, room) for action in self.actions]
        self.place_within(at, [at.width] * count if wanted <= at.width else shares(needs, at.width, gap), sheet)

    def place_within(self, at: Rect, most: Sequence[float], sheet: Sheet) -> None:
        """Add the targets at the end of `at`, each at most so many pixels wide."""
        page = sheet.page
        room = Extent(at.width, at.height)
        height, gap, right = self.along(page, room) or at.height, px_of(self.gap, page, room), at.right
        for number, action in reversed(list(enumerate(self.actions))):
            shorter, width = self._fitting(action, most[number], page)
            place = Rect(right - width, at.y + (at.height - height) / 2, width, height)
            part = self.target(shorter, page, place, Arrangement.BESIDE, self.label_cap, self.icon_scale)
            sheet.parts.append(
                replace(part, key=sheet.key(f"{self.key}.{number}" if self.key else str(number)), group=sheet.group)
            )
            right = place.x - gap

    def taken(self, page: Page, share: float) -> float:
        """The width of all targets and the gaps before them, each at most `share` pixels wide."""
        gap = px_of(self.gap, page, Extent(share, share))
        return sum(self._fitting(action, share, page)[1] + gap for action in self.actions)

    def _fitting(self, action: Action, most: float, page: Page) -> tuple[Action, float]:
        """The action with the labels that stand in one line in that width, and as wide as the first of them."""
        room, px = Extent(most, most), page.px(self.label_cap)
        icon = px * self.icon_room + px_of(self.icon_gap, page, room) if icon_of(action) else 0
        beside = icon + px_of(self.around, page, room)
        widths = [page.ruler.width(label, px, bold=True) + beside for label in action.labels] or [beside]
        at = next((number for number, width in enumerate(widths) if width <= most), len(widths) - 1)
        shorter = replace(action, labels=action.labels[at:])
        return shorter, max(px_of(self.least, page, room), min(widths[at], most))


class Beside(Box):
    """Two nodes: words, and the `EndActions` behind them, or under them in a row of their own.

    They are under them where there are more than `most`, or where one has no room for its label. `title` of size `cap`,
    `lead` before it, is what the words need; the targets have between `share_least` and `share_most` of the width.
    """

    row = ObjectProperty(NOTHING)
    """Height of one row."""
    most = NumericProperty(1)
    title = StringProperty("")
    cap = NumericProperty()
    lead = ObjectProperty(NOTHING)
    share_least = NumericProperty()
    share_most = NumericProperty()

    @property
    def actions(self) -> EndActions:
        """The second node."""
        return cast("EndActions", self.children[1])

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of one or two rows."""
        row = px_of(self.row, page, room)
        return row * 2 if self._stacked(page, room.width) else row

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Place words and targets."""
        page, words, actions = sheet.page, self.children[0], self.actions
        room = inner(at, self.padding, page)
        if self._stacked(page, at.width):
            words.place(room.from_top(room.height / 2), sheet)
            actions.place(room.from_bottom(room.height / 2), sheet)
            return
        if actions.actions:
            share = self._share(page, at.width)
            actions.place_within(room, [share] * len(actions.actions), sheet)
            room = room.without_right(actions.taken(page, share))
        words.place(room, sheet)

    def _stacked(self, page: Page, width: float) -> bool:
        actions = self.actions
        if len(actions.actions) > self.most:
            return True
        return len(actions.actions) > 1 and not actions.fits(page, self._share(page, width))

    def _share(self, page: Page, width: float) -> float:
        """Width that one target may have: what the title leaves, but never too little."""
        extent = Extent(width, width)
        room = inner(Rect(0, 0, width, 0), self.padding, page).width
        gap = px_of(self.actions.gap, page, extent)
        title = px_of(self.lead, page, extent) + page.ruler.width(self.title, page.px(self.cap), bold=False)
        left = min(room * self.share_most, max(room * self.share_least, room - title - gap))
        share: float = left / max(1, len(self.actions.actions)) - gap
        return share
