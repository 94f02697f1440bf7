"""The rules of the display's widgets, in the kv language."""

from __future__ import annotations

from carlendar import resources

RULES = ("card", "icon", "action_target", "shapes", "qr_code")
"""Files of kv/widgets in the order in which they are loaded; the list's is loaded with its widget."""

_loaded: set[str] = set()


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


def reload_rules() -> None:
    """Load the files again that were loaded: for widgets that are made from now on.

    Raises what Kivy raises, and LayoutError for what a rule reads of a widget that has nothing of that name.
    """
    from kivy.factory import Factory
    from kivy.lang import Builder

    from carlendar.ui.layout.rules import check

    names, held = sorted(_loaded), {*_loaded}
    for name in names:
        Builder.unload_file(str(resources.kv(f"widgets/{name}.kv")))
    _loaded.clear()
    try:
        for name in names:
            before = len(Builder.rules)
            load_rule(name)
            for _, rule in Builder.rules[before:]:
                if (widget := rule.name.strip("<>")) in Factory.classes:  # others were not needed yet
                    check(rule, Factory.get(widget))
    finally:
        _loaded.update(held)  # what failed is loaded again the next time
