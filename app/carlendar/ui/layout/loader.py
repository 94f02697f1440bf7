"""Loads the kv files of screens when they are first shown, and keeps the nodes of each screen and form factor."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from kivy.factory import Factory
from msgspec.structs import replace

from carlendar.ui.kivy_hooks import evaluate_less
from carlendar.ui.layout import rules
from carlendar.ui.layout.action import ActionNode
from carlendar.ui.layout.node import Layout, Sheet
from carlendar.ui.tokens import load_tokens

if TYPE_CHECKING:
    from carlendar.presentation.states import Frame, ScreenState
    from carlendar.ui.layout.frame import FrameLayout, Word
    from carlendar.ui.page import Page
    from carlendar.ui.parts import Part

_NODES = {
    "action": ("ActionNode", "LargeAction", "RowAction"),
    "actions": ("Actions",),
    "beside": ("Beside", "EndActions"),
    "boxes": ("Band", "Card", "Column", "Row", "Space", "Stack"),
    "each": ("Each", "Optional"),
    "fact_list": ("FactList",),
    "facts": ("Facts", "FactsBeside"),
    "frame": ("Body", "FrameLayout", "RailAction"),
    "lists": ("List",),
    "node": ("ItemLayout", "ScreenLayout"),
    "pairs": ("TextPair",),
    "paragraphs": ("Paragraphs", "ShrinkingColumn"),
    "reading": ("Reading",),
    "ring": ("Ring",),
    "shapes": ("Avatar", "Icon", "Mark", "QrCode", "Stripe"),
    "texts": ("IconLine", "Text"),
}
"""The nodes of kv files by their modules, which are imported when a rule first uses one."""


NODES = "nodes.kv"
"""File of kv/screens with the rules of the nodes themselves."""
FORMS = ("Wide", "Compact", "Portrait")
"""Form factors, as the names of rules end."""

_layouts: dict[str, Layout] = {}


def rule_name(screen: str, page: Page) -> str:
    """The name of a screen's rule for the form factor of a display: wide, compact or portrait."""
    wide, compact, portrait = FORMS
    form = portrait if page.metrics.portrait else compact if page.compact else wide
    return screen.title().replace("_", "") + form


def around(shown: Frame, page: Page, word: Word | None) -> tuple[list[Part], Page]:
    """The parts around a frame's screen, and the page that is left for it. `page` is the whole display."""
    parts, layout = _placed("frame", page, frame=shown, word=word)
    body = cast("FrameLayout", layout).body
    return parts, replace(page, content=body.room, edge=body.end)


def compose(screen: str, state: ScreenState, page: Page, position: str = "", word: Word | None = None) -> list[Part]:
    """The parts of a screen in a state. `position` names its list for its position; `word` says what happened.

    Whatever a rule raises is raised here.
    """
    return _placed(screen, page, state=state, position=position, word=word)[0]


def _placed(screen: str, page: Page, **given: Any) -> tuple[list[Part], Layout]:
    """The parts by the kept nodes of the rule, or by new ones where there are none or what they raise is not final.

    While kept nodes take one value after another, an expression may be evaluated of an old and a new one together.
    """
    name = rule_name(screen, page)
    kept = _layouts.pop(name, None)
    if kept is not None:
        try:
            kept.take(page)
            for key, value in given.items():
                setattr(kept, key, value)
            parts = _parts(kept, page)
        except Exception:  # noqa: BLE001  # new nodes raise it again, if it is final
            kept.discard()
        else:
            _layouts[name] = kept
            return parts, kept
    register()
    rules.need(name)
    made = Factory.get(name)(**given)
    made.take(page)
    made.build()
    parts = _parts(made, page)
    _layouts[name] = made  # only what could be placed is kept
    return parts, made


def _parts(layout: Layout, page: Page) -> list[Part]:
    parts: list[Part] = []
    layout.place(page.content, Sheet(page, parts, again=True))
    return parts


@cache
def register() -> None:
    """Make the nodes and the tokens known to kv files; once."""
    evaluate_less()
    for module, names in _NODES.items():
        Factory.unregister(*names)  # some are names of Kivy's widgets too
        for name in names:
            Factory.register(name, module=f"carlendar.ui.layout.{module}")
    Factory.unregister("Action")
    Factory.register("Action", cls=ActionNode)
    _load()


def prepare() -> bool:
    """Give Kivy one more rule that this display may need, while it is idle. Return whether there was one."""
    others = tuple(form for form in FORMS if f"Frame{form}" not in _layouts)
    if len(others) == len(FORMS):
        return False
    name = next((name for name in rules.known() if not rules.given(name) and not name.endswith(others)), None)
    if name is not None:
        rules.need(name)
    return name is not None


def discard() -> None:
    """Rebuild the nodes of all screens and rows at their next use."""
    from carlendar.ui.layout import lists

    for layout in _layouts.values():
        layout.discard()
    _layouts.clear()
    lists.forget_rows()


def reload() -> None:
    """Reload tokens and rules: the rules at their next use. Raises whatever Kivy raises, and LayoutError."""
    discard()
    rules.forget()
    _load()


def _load() -> None:
    """Read the tokens, and what holds for all nodes."""
    load_tokens()
    rules.need_file(NODES)
