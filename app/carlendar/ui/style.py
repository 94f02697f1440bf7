"""The rules of the display's widgets, in the kv language."""

from __future__ import annotations

from carlendar import resources

RULES = ("card", "icon", "action_target", "shapes", "qr_code")
"""Files of kv/widgets in the order in which they are loaded; the list's is loaded with its widget."""

_loaded: set[str] = set()


def load_rules() -> None:
    """Load all rules that the first frame needs; once, whoever asks."""
    for name in RULES:
        load_rule(name)


def load_rule(name: str) -> None:
    """Load one file of kv/widgets unless it was loaded: a second time would give every widget its parts twice."""
    if name in _loaded:
        return
    from kivy.lang import Builder

    _loaded.add(name)
    Builder.load_file(str(resources.kv(f"widgets/{name}.kv")), rulesonly=True)
