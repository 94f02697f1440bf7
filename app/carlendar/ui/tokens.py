"""The measures of the design, from kv/tokens.kv: `t.gap` in a kv file and in code."""

from __future__ import annotations

from typing import Any

from kivy.event import EventDispatcher
from kivy.lang import Builder, global_idmap

from carlendar import resources
from carlendar.ui.layout import lengths
from carlendar.ui.screens.page import ink_of

FILE = "tokens.kv"


class Tokens(EventDispatcher):
    """What the file says, each line a property; applied once, and again when the file changes."""

    cls: tuple[str, ...] = ()


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


def load_tokens() -> None:
    """Read the file, in place of what it said before, and make its values known to all kv files."""
    path = str(resources.kv(FILE))
    for name in _FUNCTIONS:
        global_idmap[name] = getattr(lengths, name)
    global_idmap["t"] = t
    global_idmap["ink_of"] = ink_of
    Builder.unload_file(path)
    Builder.load_file(path, rulesonly=True)
    read = Tokens()
    Builder.apply(read)
    values = {name: getattr(read, name) for name in read.properties()}
    t.__dict__.clear()
    t.__dict__.update(values)
