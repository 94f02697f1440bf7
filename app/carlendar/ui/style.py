"""Kivy without its own style sheet, and our rules in its place.

Importing Kivy's language module parses 1,300 lines of rules for widgets that are not used here, a fifth of the
time to the first frame. For the length of that one import its data folder is ours, which has a `style.kv` of nothing.
"""

from __future__ import annotations

import sys

from carlendar import resources

RULES = ("card", "icon", "action_target", "shapes", "qr_code")
"""Files of kv/widgets in the order in which they are loaded; the list's is loaded with its widget."""

_loaded: set[str] = set()


def import_language() -> None:
    """Import `kivy.lang` with the style sheet left out; does nothing where it has been imported before."""
    if "kivy.lang.builder" in sys.modules:
        return
    import kivy

    real = kivy.kivy_data_dir
    before = set(sys.modules)
    kivy.kivy_data_dir = str(resources.kv("style.kv").parent)
    try:
        import kivy.lang.builder
    finally:
        ours, kivy.kivy_data_dir = kivy.kivy_data_dir, real
        for name in set(sys.modules) - before:
            if getattr(sys.modules[name], "kivy_data_dir", None) == ours:
                sys.modules[name].kivy_data_dir = real  # type: ignore[attr-defined]  # seen one line above


def load_rules() -> None:
    """Load all rules that the first frame needs; once."""
    for name in RULES:
        load_rule(name)


def load_rule(name: str) -> None:
    """Load one file of kv/widgets unless it was loaded: a second time would give every widget its parts twice."""
    if name in _loaded:
        return
    from kivy.lang import Builder

    _loaded.add(name)
    Builder.load_file(str(resources.kv(f"widgets/{name}.kv")), rulesonly=True)
