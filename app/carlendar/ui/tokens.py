"""The measures of the design, from kv/tokens.kv: `t.gap` in a kv file and in code."""

from __future__ import annotations

from types import CodeType
from typing import Any

from kivy.lang import BuilderException, Parser, global_idmap

from carlendar import resources
from carlendar.ui.layout import lengths
from carlendar.ui.page import ink_of

FILE = "tokens.kv"


class _Values:
    """The values by their names. They are read where nodes are placed, and never change but by `reload`."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"kv/{FILE} has no {name}")


t: Any = _Values()
"""All values of the file."""

_FUNCTIONS = (
    "em",
    "if_wider",
    "largest",
    "if_higher",
    "least_em",
    "mm",
    "of_display",
    "of_height",
    "of_width",
    "pixels",
    "smallest",
    "target_mm",
    "whole",
)


def has(state: object, *names: str) -> bool:
    """Whether a state has any of these; evaluated once for a new state, not once for each name."""
    return any(getattr(state, name) for name in names)


def load_tokens() -> None:
    """Read the file, in place of what it said before, and make its values known to all kv files."""
    for name in _FUNCTIONS:
        global_idmap[name] = getattr(lengths, name)
    global_idmap["t"] = t
    global_idmap["ink_of"] = ink_of
    global_idmap["has"] = has
    path = resources.kv(FILE)
    ((_, rule),) = Parser(content=path.read_text("utf-8"), filename=str(path)).rules
    values = {name: _value(each) for name, each in rule.properties.items()}
    t.__dict__.clear()
    t.__dict__.update(values)


def _value(token: Any) -> Any:
    if not isinstance(token.co_value, CodeType):
        return token.co_value
    try:
        return eval(token.co_value, global_idmap)  # noqa: S307 - as Kivy evaluates every expression of its files
    except Exception as error:  # noqa: BLE001 - whatever it raises is a mistake in the file
        raise BuilderException(token.ctx, token.line, f"{type(error).__name__}: {error}") from None
