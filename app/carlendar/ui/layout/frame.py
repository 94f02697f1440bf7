"""What stands around every screen: nodes of the rules in kv/screens/frame.kv."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kivy.properties import NumericProperty, ObjectProperty

from carlendar.ui.geometry import Rect
from carlendar.ui.layout.action import ActionNode
from carlendar.ui.layout.lengths import Extent
from carlendar.ui.layout.node import Layout, Node, Sheet, px_of
from carlendar.ui.parts import Arrangement, ButtonPart
from carlendar.ui.tokens import t

if TYPE_CHECKING:
    from carlendar.presentation.states import Action, Line


class Word(NamedTuple):
    """A short word on what happened, with at most one action beside it."""

    line: Line
    action: Action | None = None


class FrameLayout(Layout):
    """What stands around a screen in one form factor: `frame` is what is drawn.

    `word` is given where the screen has no place of its own for it.
    """

    frame = ObjectProperty(None, allownone=True, rebind=True)
    word = ObjectProperty(None, allownone=True, rebind=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self._body: Body | None = None

    @property
    def body(self) -> Body:
        """Where the screen is. Raises LookupError where the rule has no `Body`."""
        if self._body is None:
            self._body = next((node for node in self.walk() if isinstance(node, Body)), None)
        if self._body is None:
            raise LookupError(f"{type(self).__name__} has no Body")
        return self._body


class Body(Node):
    """The room that is left for the screen; its lists run on down to `edge`, counted from the display's top."""

    edge = ObjectProperty(None, allownone=True)

    def __init__(self, **properties: object) -> None:
        super().__init__(**properties)
        self._room = Rect(0, 0, 0, 0)
        self._end = 0.0

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Remember the room."""
        extent = Extent(at.width, at.height)
        self._room, self._end = at, at.bottom if self.edge is None else px_of(self.edge, sheet.page, extent)

    @property
    def room(self) -> Rect:
        """The room of the screen, by the last placing."""
        return self._room

    @property
    def end(self) -> float:
        """Where the lists of the screen end, by the last placing."""
        return self._end


class RailAction(ActionNode):
    """One of the ways of the rail: an icon alone, whose place is marked where it is chosen."""

    icon_size = NumericProperty()
    """The icon in parts of the target."""

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the target."""
        page, key = sheet.page, sheet.key(self.key)
        sheet.parts.append(
            ButtonPart(
                key,
                at,
                self.group or sheet.group,
                action=self.action,
                lines=(),
                px=page.px(t.status_text),
                icon_px=round(at.width * self.icon_size),
                radius=page.button_radius,
                border=page.border_width if self.action.selected else 0,
                arrangement=Arrangement.ICON,
                rail=True,
            )
        )
