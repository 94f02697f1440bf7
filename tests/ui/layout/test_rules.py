"""Rules are found in kv/screens by their names; a mistake in one is named with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from carlendar.errors import LayoutError
from carlendar.presentation.states import Frame
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.layout import loader, rules
from carlendar.ui.metrics import PRESETS


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


def test_an_idle_display_takes_the_rules_of_its_own_form_factor(frames: dict[str, Frame]) -> None:
    loader.register()
    loader.reload()
    compose(frames["drive"], PRESETS["7"], RULER)
    while loader.prepare():
        pass
    taken = {name for name in rules.known() if rules.given(name)}
    assert "NowCompact" in taken
    assert "FollowingCard" in taken
    assert not {name for name in taken if name.endswith(("Wide", "Portrait"))}
