"""Expressions of rules are evaluated again only where what they read has changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import Action, DriveState, Frame
from carlendar.ui.layout.texts import Text
from tests.ui.layout.conftest import Build


@pytest.fixture
def drive(frames: dict[str, Frame]) -> DriveState:
    """A state of Now without a band."""
    body = frames["drive"].body
    assert isinstance(body, DriveState)
    return replace(body, band=None)


def test_another_state_with_an_equal_field_is_not_evaluated_again(
    build: Build, drive: DriveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kivy.lang import builder  # Kivy is prepared first

    evaluated: list[str] = []
    real = builder.call_fn

    def call(args: tuple[object, str, object, object, object], *rest: object) -> None:
        evaluated.append(args[1])
        real(args, *rest)

    monkeypatch.setattr(builder, "call_fn", call)
    layout = build("    Text:\n        text: root.state.title\n    Text:\n        shown: root.state.ring\n", drive)
    layout.state = replace(drive, agenda=None)  # the first time there is nothing to compare with
    evaluated.clear()
    layout.state = replace(drive, primary=None)
    assert evaluated == []
    layout.state = replace(drive, title="Another title")
    assert evaluated == ["text"]
    evaluated.clear()
    layout.state = replace(drive, ring=None, title="Another title")
    assert evaluated == ["shown"]


def test_an_expression_of_several_fields_follows_each_of_them(build: Build, drive: DriveState) -> None:
    layout = build(
        "    Text:\n        text: root.state.title if root.state.primary else 'nothing'\n", replace(drive, primary=None)
    )
    (text,) = layout.children
    assert isinstance(text, Text)
    found = []
    offered = Action(drive.primary.intent, ("Join",)) if drive.primary else None
    for title, primary in (("A", None), ("A", offered), ("B", offered), ("B", None), ("B", offered), ("C", offered)):
        layout.state = replace(drive, title=title, primary=primary)
        found.append(text.text)
    assert found == ["nothing", "A", "B", "nothing", "B", "C"]


def test_a_field_is_followed_again_after_there_was_no_state(build: Build, drive: DriveState) -> None:
    layout = build("    Text:\n        text: root.state.title if root.state else 'none'\n", drive)
    (text,) = layout.children
    assert isinstance(text, Text)
    found = []
    for state in (drive, None, drive, replace(drive, title="Another"), None, replace(drive, title="Another")):
        layout.state = state
        found.append(text.text)
    assert found == [drive.title, "none", drive.title, "Another", "none", "Another"]
