"""Rules are found in kv/screens by their names; a mistake in one is named with its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from carlendar import resources
from carlendar.errors import LayoutError
from carlendar.ui.layout import loader, rules


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of kv files in the place of kv/screens."""
    loader.register()
    loader.reload()
    real = resources.kv
    monkeypatch.setattr(resources, "kv", lambda name: tmp_path if name == rules.FOLDER else real(name))
    yield tmp_path
    loader.reload()


def test_every_rule_of_the_project_can_be_used() -> None:
    loader.register()
    for name in rules.known():
        rules.need(name)
    assert {"NowWide", "NowCompact", "NowPortrait"} <= set(rules.known())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("    Card:\n        inkk: 'surface'\n", r"tried\.kv:5: Card has no property inkk"),
        ("    Row:\n        Cardd:\n            ink: 'surface'\n", r"tried\.kv:5: there is no node Cardd"),
    ],
)
def test_a_mistyped_name_is_refused_with_its_line(folder: Path, lines: str, said: str) -> None:
    (folder / "tried.kv").write_text(f"#:kivy 2.3\n# a comment\n<Tried@ScreenLayout>:\n{lines}")
    with pytest.raises(LayoutError, match=said):
        rules.need("Tried")


def test_a_rule_that_does_not_exist_is_refused(folder: Path) -> None:
    with pytest.raises(LayoutError, match="no file of kv/screens has a rule <Elsewhere>"):
        rules.need("Elsewhere")


def test_a_rule_brings_the_rules_it_builds_on(folder: Path) -> None:
    (folder / "tried.kv").write_text("<Wider@Narrow>:\n    Space:\n<Narrow@ItemLayout>:\n    Space:\n")
    rules.need("Wider")
    from kivy.factory import Factory

    layout = Factory.get("Wider")(item=1)
    layout.build()
    assert len(layout.children) == 2
