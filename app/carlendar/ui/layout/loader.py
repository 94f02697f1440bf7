"""Loads the kv files of screens when they are first shown, and keeps the nodes of each screen and form factor."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kivy.factory import Factory, FactoryException
from kivy.lang import Builder

from carlendar import resources
from carlendar.errors import LayoutError
from carlendar.ui.layout import action, boxes, each, facts, lists, node, ring, shapes, texts
from carlendar.ui.layout.node import ScreenLayout, Sheet
from carlendar.ui.tokens import load_tokens

if TYPE_CHECKING:
    from carlendar.presentation.states import ScreenState
    from carlendar.ui.parts import Part
    from carlendar.ui.screens.page import Page

FILES: dict[str, tuple[str, ...]] = {
    "now": ("meeting", "now"),
}
"""Files of kv/screens for each screen. The last one holds its rules: `<NowWide@ScreenLayout>` and so on.

`carlendar.ui.composition.IN_KV` names the form factors that are converted.
"""

_NODES = {
    "Action": action.ActionNode,
    "Band": boxes.Band,
    "Card": boxes.Card,
    "Column": boxes.Column,
    "Each": each.Each,
    "Facts": facts.Facts,
    "Icon": shapes.Icon,
    "IconLine": texts.IconLine,
    "ItemLayout": node.ItemLayout,
    "LargeAction": action.LargeAction,
    "List": lists.List,
    "Mark": shapes.Mark,
    "Optional": each.Optional,
    "Portrait": shapes.Portrait,
    "QrCode": shapes.QrCode,
    "Ring": ring.Ring,
    "Row": boxes.Row,
    "ScreenLayout": node.ScreenLayout,
    "Space": boxes.Space,
    "Stack": boxes.Stack,
    "Stripe": shapes.Stripe,
    "Text": texts.Text,
}
"""What kv files call the nodes."""


_layouts: dict[str, ScreenLayout] = {}
_loaded: set[str] = set()


def form_factor(page: Page) -> str:
    """Which of a screen's rules a display has: wide, compact or portrait."""
    if page.metrics.portrait:
        return "portrait"
    return "compact" if page.compact else "wide"


def compose(screen: str, state: ScreenState, page: Page, position: str = "") -> list[Part]:
    """The parts of a screen in a state; `position` names its list for its position.

    Whatever a rule raises is raised here, and its nodes are built anew.
    """
    name = f"{screen.title().replace('_', '')}{form_factor(page).title()}"
    try:
        layout = _layout(screen, name, state, page, position)
        parts: list[Part] = []
        layout.place(page.content, Sheet(page, parts))
    except Exception:  # a rule may have been evaluated in part
        if (kept := _layouts.pop(name, None)) is not None:
            kept.discard()
        raise
    return parts


def _layout(screen: str, name: str, state: ScreenState, page: Page, position: str) -> ScreenLayout:
    """The nodes of the rule of that name with the state; built at its first use."""
    layout = _layouts.get(name)
    if layout is None:
        load(screen)
        layout = Factory.get(name)(state=state, position=position)
        _layouts[name] = layout
        layout.take(page)
        layout.build()
    else:
        layout.take(page)
        layout.position, layout.state = position, state
    return layout


def load(screen: str) -> None:
    """Load the kv files of a screen, unless they are. Raises LayoutError for a file that cannot be used."""
    _register()
    for name in FILES[screen]:
        if name not in _loaded:
            path = resources.kv(f"screens/{name}.kv")
            Builder.load_file(str(path), rulesonly=True)
            check(str(path))
            _loaded.add(name)


def check(path: str) -> None:
    """Raise LayoutError where the rules of a loaded file name a node or a property that does not exist.

    Kivy would create the property, and the mistake would show nowhere.
    """
    for _, rule in Builder.rules:
        if rule.ctx.filename == path:
            for child in rule.children:
                _check(child, path)


def _check(rule: Any, path: str) -> None:
    try:
        made = Factory.get(rule.name)
    except FactoryException:
        raise LayoutError(f"{path}:{rule.line + 1}: there is no node {rule.name}") from None
    for name, given in rule.properties.items():
        if not hasattr(made, name):
            raise LayoutError(f"{path}:{given.line + 1}: {rule.name} has no property {name}")
    for child in rule.children:
        _check(child, path)


@cache
def _register() -> None:
    for name, made in _NODES.items():
        Factory.unregister(name)
        Factory.register(name, cls=made)
    load_tokens()


def forget() -> None:
    """Build the nodes of all screens and rows anew at their next use."""
    for layout in _layouts.values():
        layout.discard()
    _layouts.clear()
    lists.forget_rows()
