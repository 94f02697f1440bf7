"""A mistake in a kv file is named with its file and line when the file is loaded."""

from __future__ import annotations

import pytest

from carlendar.errors import LayoutError
from carlendar.ui.layout import loader
from tests.ui.layout.conftest import Build


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("    Card:\n        inkk: 'surface'\n", r"tried\.kv:3: Card has no property inkk"),
        ("    Row:\n        Cardd:\n            ink: 'surface'\n", r"tried\.kv:3: there is no node Cardd"),
    ],
)
def test_a_mistyped_name_is_refused_with_its_line(build: Build, lines: str, said: str) -> None:
    from kivy.lang import Builder

    del build  # loads the nodes
    Builder.load_string(f"<TriedToCheck@ScreenLayout>:\n{lines}", filename="tried.kv", rulesonly=True)
    try:
        with pytest.raises(LayoutError, match=said):
            loader.check("tried.kv")
    finally:
        Builder.unload_file("tried.kv")
