"""The base of all layout nodes, and the roots of rules: a screen's form, and the form of one item."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from kivy.event import EventDispatcher
from kivy.lang import Builder
from kivy.properties import (
    BooleanProperty,
    DictProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)

from carlendar.ui.fonts import look
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lengths import Extent, Length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carlendar.ui.page import Page
    from carlendar.ui.parts import Part


REFERENCES = ("beside", "under", "unless")
"""Properties that name another node, on which the node depends."""


class Sheet:
    """What nodes are placed on: the page, the parts so far, and what their keys begin with.

    `group` is the reading group of parts whose node names none. With `again` everything around a node is placed as the
    last time, so that a node that has not changed has the parts of the last time.
    """

    __slots__ = ("again", "group", "page", "parts", "prefix")

    def __init__(
        self, page: Page, parts: list[Part], prefix: str = "", group: str = "", *, again: bool = False
    ) -> None:
        self.page, self.parts, self.prefix, self.group, self.again = page, parts, prefix, group, again

    def key(self, name: str) -> str:
        """The key of a part by the name that its node has in the rule."""
        return f"{self.prefix}.{name}" if self.prefix and name else name or self.prefix

    def within(self, *, prefix: str | None = None, group: str = "", again: bool = False) -> Sheet:
        """The same sheet for nodes inside a node; `again` if that arranges them as the last time."""
        return Sheet(
            self.page, self.parts, self.prefix if prefix is None else prefix, group or self.group,
            again=self.again and again,
        )  # fmt: skip


class Node(EventDispatcher):
    """Something with a place. Kivy's `Builder` applies rules to it as to a widget.

    `shown` (anything that counts as true) decides whether it takes room; `key` names its part within the rule. A
    `width` or `height` that is None is the node's own or what the box leaves. `side` makes it square.
    """

    __events__ = ("on_kv_post",)

    repeats: ClassVar[bool] = False
    """Whether its parts depend on its properties, place and page alone, not on how it was measured before."""
    content: ClassVar[str] = ""
    """A property that decides what is drawn in its place, but not where that is, if it has a height of its own."""

    cls = ListProperty([])
    ids = DictProperty({})
    key = StringProperty("")
    group = StringProperty("")
    shown = ObjectProperty(True, allownone=True)
    width = ObjectProperty(None, allownone=True)
    height = ObjectProperty(None, allownone=True)
    side = ObjectProperty(None, allownone=True)
    pin = OptionProperty("center", options=["top", "center", "bottom"])
    """Where it stands in a room that is higher."""
    anchor = OptionProperty("start", options=["start", "center", "end"])
    """Where it stands in a room that is wider."""
    hugs = BooleanProperty(False)
    """In a row: it is as wide as what is in it."""
    gives_way = BooleanProperty(False)
    """In a row, with `hugs`: it is left out where the others leave too little."""
    grows = BooleanProperty(False)
    """In a column: it takes what the others leave, whatever is in it."""
    limit = ObjectProperty(None, allownone=True)
    """In a column: a height that it does not exceed where it takes what the others leave."""
    needs = ObjectProperty(None, allownone=True)
    """A height of the room below which it is not shown."""
    needs_width = ObjectProperty(None, allownone=True)
    """A width of the room below which it is not shown."""

    def __init__(self, **properties: Any) -> None:
        self.parent: Node | None = None
        self.children: list[Node] = []
        self._arranged_by: tuple[object, ...] = ()
        self._placed_by: tuple[object, ...] = ()
        self._placed: list[Part] = []
        properties.pop("__no_builder", None)  # Kivy gives it to what a rule creates
        super().__init__(**properties)

    def __setattr__(self, name: str, value: object) -> None:
        """Set a property or attribute. Another value of a property: this node and those around it are placed anew."""
        if name[0] == "_":
            super().__setattr__(name, value)
            return
        before = getattr(self, name, None)
        if before is value and value is not None:
            return
        super().__setattr__(name, value)
        if getattr(self, name) is before:  # Kivy keeps the old value where the new one is equal
            return
        arranged = self._moves(name, before, value)
        node: Node | None = self
        while node is not None:
            node.forget_placed(arranged=arranged)
            node = node.parent

    def forget_placed(self, *, arranged: bool = True) -> None:
        """Place the node's parts again the next time; `arranged`, also where the nodes in it are."""
        self._placed_by = ()
        if arranged:
            self._arranged_by = ()

    def _moves(self, name: str, before: object, value: object) -> bool:
        """Whether another value of a property may give this node or others another place."""
        if name != self.content or before is None or value is None or (self.height is None and self.side is None):
            return True
        node: Node | None = self
        while node is not None and not node.hugs:
            node = node.parent
        return node is not None

    def add_widget(self, child: Node, *_: object) -> None:
        """Take a node into this one; by the name that `Builder` calls."""
        child.parent = self
        self.children.append(child)

    def apply_class_lang_rules(
        self, root: object = None, ignored_consts: set[str] | None = None, rule_children: list[Any] | None = None
    ) -> None:
        """Apply the rules of the node's class; `Builder` calls it for what a rule creates."""
        del root
        Builder.apply(self, ignored_consts=ignored_consts or set(), rule_children=rule_children)

    def on_kv_post(self, _: object) -> None:
        """All rules were applied; `Builder` dispatches it."""

    def walk(self) -> list[Node]:
        """This node and all in it."""
        return [self, *(node for child in self.children for node in child.walk())]

    def present(self, page: Page, room: Extent) -> bool:
        """Whether it takes any of the room."""
        if not self.shown or (self.needs is not None and room.height < px_of(self.needs, page, room)):
            return False
        return self.needs_width is None or room.width >= px_of(self.needs_width, page, room)

    def across(self, page: Page, room: Extent) -> float | None:
        """Its width in pixels in such a room; None for what the box leaves."""
        length: Length | None = self.side or self.width
        return None if length is None else length.px(page, room)

    def hugged(self, page: Page, room: Extent) -> float:  # noqa: ARG002  # others need it
        """The width of what is in it, in such a room."""
        return 0.0

    def needed(self, page: Page, room: Extent) -> float:  # noqa: ARG002  # others need it
        """The width below which something in it would be cut, as far as that is known."""
        return 0.0

    def along(self, page: Page, room: Extent) -> float | None:
        """Its height in pixels in such a room; None for what the box leaves."""
        length: Length | None = self.side or self.height
        return None if length is None else length.px(page, room)

    def natural(self, page: Page, room: Extent) -> float | None:  # noqa: ARG002  # others need it
        """The height that it takes of a room of that height; None for all of it."""
        return None

    def measured(self, page: Page, whole: Extent, left: Extent) -> float | None:
        """Its own height, of a room that is `whole` as large, else what it takes of the `left` room."""
        own = self.along(page, whole)
        return self.natural(page, left) if own is None and not self.grows else own

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add its parts, drawn at `at`."""
        raise NotImplementedError

    def put(self, at: Rect, sheet: Sheet) -> None:
        """Add its parts: those of the last time if nothing has changed of which they are made."""
        if not self._kept and not sheet.again:
            self._placed_by = ()
            self.place(at, sheet)
            return
        by = (at, sheet.page, sheet.prefix, sheet.group, look())
        if by == self._placed_by:
            sheet.parts += self._placed
            return
        before = len(sheet.parts)
        self.place(at, sheet)
        self._placed_by, self._placed = by, sheet.parts[before:]

    @cached_property
    def _kept(self) -> bool:
        """Whether its parts can be kept: neither it nor a node in it depends on more than its own rule says."""
        inside = self.subtree()
        referred = (getattr(node, name) for node in inside for name in REFERENCES if hasattr(node, name))
        return all(node.repeats for node in inside) and all(node is None or node in inside for node in referred)

    def subtree(self) -> list[Node]:
        """This node and those in it, without those of items."""
        return [self, *(node for child in self.children for node in child.subtree())]


def pinned(at: Rect, height: float, pin: str) -> Rect:
    """A rectangle of that height in `at`: at its top, centre or bottom."""
    free = {"top": 0.0, "center": (at.height - height) / 2, "bottom": at.height - height}[pin]
    return Rect(at.x, at.y + free, at.width, height)


def anchored(at: Rect, width: float, anchor: str) -> Rect:
    """A rectangle of that width in `at`: where a line begins, in the centre, or where it ends."""
    free = {"start": 0.0, "center": (at.width - width) / 2, "end": at.width - width}[anchor]
    return Rect(at.x + free, at.y, width, at.height)


def inner(at: Rect, padding: Any, page: Page) -> Rect:
    """`at` without a padding: one length, `across, along`, or `start, top, end, bottom`."""
    if padding is None:
        return at
    room = Extent(at.width, at.height)
    lengths = padding if isinstance(padding, tuple | list) else (padding,)
    start, top, end, bottom = {1: lengths * 4, 2: lengths * 2, 4: lengths}[len(lengths)]
    left, up = px_of(start, page, room), px_of(top, page, room)
    width, height = at.width - left - px_of(end, page, room), at.height - up - px_of(bottom, page, room)
    return Rect(at.x + left, at.y + up, width, height)


def px_of(length: Length | float, page: Page, room: Extent) -> float:
    """Pixels of a length of a kv file. Raises ValueError for a number other than 0: it has no unit."""
    if isinstance(length, Length):
        return length.px(page, room)
    if length:
        raise ValueError(f"{length} has no unit: write mm({length:g})")
    return 0.0


def shares(needs: Sequence[float], room: float, gap: float) -> list[float]:
    """Widths of things beside each other: equal, but where one needs more than that and all have room for it."""
    free = room - gap * (len(needs) - 1)
    if sum(needs) > free:
        return [free / len(needs)] * len(needs)
    widths = [0.0] * len(needs)
    for left, (need, at) in enumerate(sorted(((need, at) for at, need in enumerate(needs)), reverse=True)):
        widths[at] = max(need, free / (len(needs) - left))
        free -= widths[at]
    return widths


def widest(nodes: list[Node], page: Page, room: Extent) -> float:
    """The largest of the nodes' widths: their own, or that of what is in them."""
    widths = []
    for node in nodes:
        if node.present(page, room):
            width = node.across(page, room)
            widths.append(node.hugged(page, room) if width is None else width)
    return max(widths, default=0.0)


class Layout(Node):
    """The root of a rule. Its nodes lie over each other in the whole room; `restricted` raises the floors of sizes."""

    restricted = BooleanProperty(False)
    compact = BooleanProperty(False)
    portrait = BooleanProperty(False)
    _taken = (False, False, False)
    """What those are, without asking Kivy."""
    _shown: Sequence[Node] = ()
    """The nodes that are present."""

    def build(self) -> None:
        """Create the nodes of its rule."""
        children: list[Any] = []
        before = dict(Builder.rulectx)
        try:
            self.apply_class_lang_rules(rule_children=children)
        except Exception:
            Builder.rulectx.clear()  # else Kivy would never apply the rule again
            Builder.rulectx.update(before)
            self.discard()
            raise
        for child in children:
            child.dispatch("on_kv_post", self)
        self.dispatch("on_kv_post", self)

    def discard(self) -> None:
        """Release what `Builder` keeps for its nodes."""
        for node in self.walk():
            Builder.unbind_widget(node.uid)

    def take(self, page: Page) -> None:
        """Take what expressions of the rule may ask of a page."""
        facts = (page.restricted, page.compact, page.metrics.portrait)
        if facts != self._taken:
            self.restricted, self.compact, self.portrait = self._taken = facts

    def natural(self, page: Page, room: Extent) -> float | None:
        """The height of its highest node; None where one has none."""
        heights = [child.measured(page, room, room) for child in self.children if child.present(page, room)]
        return None if None in heights else max((height or 0.0 for height in heights), default=0.0)

    def hugged(self, page: Page, room: Extent) -> float:
        """The width of its widest node."""
        return widest(self.children, page, room)

    def needed(self, page: Page, room: Extent) -> float:
        """The width that one of its nodes needs at least."""
        return max((child.needed(page, room) for child in self.children if child.present(page, room)), default=0.0)

    def place(self, at: Rect, sheet: Sheet) -> None:
        """Add the parts of all nodes."""
        by = (at, sheet.page, look())
        again = by == self._arranged_by
        if not again:
            room = Extent(at.width, at.height)
            self._shown = [child for child in self.children if child.present(sheet.page, room)]
            self._arranged_by = by
        within = sheet.within(again=again)
        for child in self._shown:
            child.put(at, within)

    def _moves(self, name: str, before: object, value: object) -> bool:  # noqa: ARG002  # others need it
        """Nothing does: what its rule makes of it are properties of the nodes in it."""
        return False


class ScreenLayout(Layout):
    """A screen in one form factor: `state` is what it shows."""

    state = ObjectProperty(None, allownone=True, rebind=True)
    word = ObjectProperty(None, allownone=True, rebind=True)
    """A short word on what happened, which the screen has a place for (`carlendar.ui.layout.frame.Word`)."""
    position = StringProperty("")
    """The name under which the position of the screen's list is kept."""


class ItemLayout(Layout):
    """One of several similar things, or something that is not always there: `item` is what it shows."""

    item = ObjectProperty(None, allownone=True, rebind=True)
    number = NumericProperty(0)

    _kept = True
    """Its parts depend on its item alone: how its nodes were measured, they were for this place."""
