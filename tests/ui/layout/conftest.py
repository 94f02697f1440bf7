"""A page to place nodes on, and nodes from lines of kv."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from carlendar import resources
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout import loader, rules
from carlendar.ui.layout.node import ScreenLayout
from carlendar.ui.metrics import DisplayMetrics
from carlendar.ui.page import Page

Build = Callable[..., ScreenLayout]

_numbers = count()


@pytest.fixture
def page() -> Page:
    """A display of 200 × 100 mm with 5 pixels a millimetre, all of it content."""
    return Page(DisplayMetrics(1000, 500, 5.0, 750), RULER, Rect(0, 0, 1000, 500), 500, restricted=True)


@pytest.fixture
def build(page: Page) -> Iterator[Build]:
    """Builds the nodes of a rule: its lines, and the state that they read."""
    from kivy.factory import Factory
    from kivy.lang import Builder

    loader.register()
    names: list[str] = []

    def made(lines: str, state: object = None) -> ScreenLayout:
        name = f"Tried{next(_numbers)}"
        names.append(name)
        Builder.load_string(f"<{name}@ScreenLayout>:\n{lines}", filename=f"{name}.kv", rulesonly=True)
        layout: ScreenLayout = Factory.get(name)(state=state)
        layout.take(page)
        layout.build()
        return layout

    yield made
    for name in names:
        Builder.unload_file(f"{name}.kv")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of kv files in the place of kv/screens."""
    loader.register()
    loader.reload()
    real = resources.kv
    monkeypatch.setattr(resources, "kv", lambda name: tmp_path if name == rules.FOLDER else real(name))
    rules.forget()
    yield tmp_path
    monkeypatch.undo()
    loader.reload()
