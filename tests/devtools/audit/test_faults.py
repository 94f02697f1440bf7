"""A deliberate fault for every rule that one page can break: the audit finds it, and finds nothing without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from carlendar.brands.brand import Brand
from carlendar.brands.palette import NIGHT, rgba
from carlendar.domain.avatar import SIDE
from carlendar.presentation.states import (
    Action,
    AgendaRow,
    AgendaState,
    Avatar,
    CallState,
    ChoicesState,
    DriveState,
    EventState,
    Frame,
    Line,
)
from carlendar.safety.restrictions import DrivingState
from carlendar.ui.composition import Composition, compose
from carlendar.ui.geometry import Rect
from carlendar.ui.layout import lengths, loader
from carlendar.ui.metrics import DisplayMetrics
from carlendar.ui.parts import ButtonPart, Part, TextPart
from carlendar.ui.tokens import t
from carlendar_devtools.audit.finding import Violation
from carlendar_devtools.audit.page import Private
from tests.devtools.audit.conftest import Examine, FrameOf, rules
from tests.intents import sample

if TYPE_CHECKING:  # importing it opens a window
    from carlendar.ui.root_view import RootView

Patch = pytest.MonkeyPatch


def composed(patch: Patch, change: Callable[[Part], Part]) -> None:
    """Let the layout place every part as `change` says."""

    def changed(*given: Any) -> Composition:
        made = compose(*given)
        return made._replace(parts=tuple(change(part) for part in made.parts))

    patch.setattr("carlendar.ui.root_view.compose", changed)


def moved(key: str, **place: float) -> Callable[[Part], Part]:
    """The part of that key at another place."""
    return lambda part: replace(part, rect=part.rect._replace(**place)) if part.key == key else part


def found(violations: list[Violation], rule: str, node: str = "") -> bool:
    """Whether that rule was broken by a node whose name begins so."""
    return any(each.rule == rule and each.node.startswith(node) for each in violations)


@pytest.mark.parametrize("name", ["drive-next", "agenda-moving", "call-connected", "event-idling", "reminder"])
def test_without_a_fault_nothing_is_found(frame_of: FrameOf, examine: Examine, name: str) -> None:
    for night in (True, False):
        assert not examine(replace(frame_of(name), night=night), render=True)


@pytest.mark.rule("T5")
def test_small_text(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    composed(
        monkeypatch, lambda part: replace(part, px=16) if isinstance(part, TextPart) and part.key == "title" else part
    )
    wrong = examine(frame_of("drive-next"))
    assert found(wrong, "T5", "title")
    assert rules(wrong) == {"T5"}
    assert all(each.image.startswith(b"\x89PNG") for each in wrong)


@pytest.mark.rule("T5")
def test_text_that_is_small_for_its_distance(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    monkeypatch.setattr(DisplayMetrics, "_font_px", lambda _, angle: angle * 0.7)
    loader.discard()  # what was placed in the right sizes is kept
    try:
        assert found(examine(frame_of("drive-next")), "T5")
    finally:
        loader.discard()


@pytest.mark.rule("T7", "T8")
def test_low_contrast(frame_of: FrameOf, examine: Examine) -> None:
    pale = replace(NIGHT, text=rgba("#55606c"), mute=rgba("#3a4654"), outline=rgba("#202a36"))
    wrong = examine(frame_of("drive-next"), brand=Brand(night=pale), render=True)
    assert found(wrong, "T8", "title")
    assert found(wrong, "T7", "line.0")
    assert found(wrong, "T7", "secondary shape")


@pytest.mark.rule("T8")
def test_a_text_that_something_covers(frame_of: FrameOf, examine: Examine) -> None:
    def cover(stage: RootView) -> None:
        from kivy.graphics import Color, Rectangle

        with stage.canvas.after:
            Color(0.2, 0.2, 0.2, 1)
            Rectangle(pos=(0, 0), size=stage.size)

    assert found(examine(frame_of("drive-next"), render=True, change=cover), "T8", "title")


@pytest.mark.rule("T10")
def test_a_night_that_is_bright(frame_of: FrameOf, examine: Examine) -> None:
    bright = replace(NIGHT, bg=rgba("#cccccc"))
    assert found(examine(frame_of("drive-next"), brand=Brand(night=bright), render=True), "T10")


@pytest.mark.rule("H1", "H2")
def test_a_small_target(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    composed(monkeypatch, moved("secondary", height=50.0))
    wrong = examine(frame_of("drive-next"))
    assert found(wrong, "H1", "secondary")
    assert found(wrong, "H2", "secondary")


@pytest.mark.rule("H2")
def test_a_target_that_answers_on_less_than_it_shows(frame_of: FrameOf, examine: Examine) -> None:
    def narrow(stage: RootView) -> None:
        button = stage.widget("primary")
        button.collide_point = lambda x, y: abs(x - button.center_x) < 20 and abs(y - button.center_y) < 20

    assert found(examine(frame_of("drive-next"), change=narrow), "H2", "primary")


@pytest.mark.rule("H3")
def test_targets_that_are_near_and_over_each_other(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    loader.register()
    with monkeypatch.context() as patched:
        patched.setattr(t, "gap", lengths.mm(2.0))
        loader.discard()
        assert found(examine(frame_of("drive-next")), "H3")
    loader.discard()
    composed(monkeypatch, moved("secondary", y=250.0))
    assert found(examine(frame_of("drive-next")), "H3", "primary and secondary")


@pytest.mark.rule("G8")
def test_an_extra_row(frame_of: FrameOf, examine: Examine) -> None:
    frame = frame_of("agenda-moving", "portrait-11")
    body = frame.body
    assert isinstance(body, AgendaState)
    five = tuple(replace(row, key=f"extra{at}") for at, row in enumerate((body.rows * 5)[:5]))
    assert found(examine(replace(frame, body=replace(body, rows=five)), "portrait-11"), "G8")


@pytest.mark.rule("L3")
def test_a_body_that_is_there_but_not_seen(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    frame = frame_of("drive-next")
    secret = Private(frozenset({"Slides are in the channel of the team and nowhere else"}))

    def hidden(*given: Any) -> Composition:
        made = compose(*given)
        title = next(part for part in made.parts if part.key == "title")
        below = replace(title, key="hint", lines=("Slides are in the channel of the team",), ink="surface")  # a text
        return made._replace(parts=(below, *made.parts))

    monkeypatch.setattr("carlendar.ui.root_view.compose", hidden)
    assert found(examine(frame, private=secret), "L3", "hint")


@pytest.mark.rule("L3", "L6", "L12")
def test_a_parked_screen_while_moving(frame_of: FrameOf, examine: Examine) -> None:
    assert found(examine(frame_of("event-parked", "portrait-11", forced="moving"), "portrait-11"), "L3", "event screen")
    assert found(examine(frame_of("event-qr", forced="moving")), "L6", "qr")
    assert found(examine(frame_of("settings", forced="moving")), "L12")
    assert found(examine(with_a_face(frame_of("settings", forced="moving"))), "L6")
    assert found(examine(frame_of("event-idling", forced="moving")), "L3", "event screen")


def with_a_face(frame: Frame) -> Frame:
    """With a picture in the first row that is a person's."""
    body = frame.body
    assert isinstance(body, ChoicesState)
    face = Avatar("AR", bytes(SIDE * SIDE * 4))
    choices = tuple(replace(choice, avatar=face) if choice.avatar else choice for choice in body.choices)
    assert choices != body.choices
    return replace(frame, body=replace(body, choices=choices))


@pytest.mark.rule("D6")
@pytest.mark.parametrize("role", ["", "headline"])
def test_a_text_without_a_role(frame_of: FrameOf, examine: Examine, monkeypatch: Patch, role: str) -> None:
    composed(monkeypatch, lambda part: replace(part, role=role) if part.key in ("line.0", "secondary") else part)
    wrong = examine(frame_of("drive-next"))
    assert found(wrong, "D6", "line.0")
    assert found(wrong, "D6", "secondary.label")
    assert len([each for each in wrong if each.rule == "D6"]) == 2


@pytest.mark.rule("L1", "L4", "L6", "D5")
@pytest.mark.parametrize(("kind", "rule"), [("TextInput", "L1"), ("Video", "L4"), ("Image", "L6"), ("Spinner", "D5")])
def test_a_widget_that_has_no_business_there(frame_of: FrameOf, examine: Examine, kind: str, rule: str) -> None:
    from kivy.uix.widget import Widget

    class_of_that_name = type(kind, (Widget,), {})
    assert found(examine(frame_of("drive-next"), change=lambda stage: stage.add_widget(class_of_that_name())), rule)


@pytest.mark.rule("L2")
def test_a_dial_pad(frame_of: FrameOf, examine: Examine) -> None:
    frame = frame_of("agenda-idling")
    body = frame.body
    assert isinstance(body, AgendaState)
    keys = tuple(Action(sample("open", figure), (figure,)) for figure in "123456789")
    rows = tuple(AgendaRow(key.labels[0], "Dial", action=key) for key in keys)
    assert found(examine(replace(frame, body=replace(body, rows=rows)), "portrait-11"), "L2")


@pytest.mark.rule("L10")
@pytest.mark.parametrize(("language", "words"), [("en", "Use your phone"), ("de", "Nehmen Sie Ihr Handy")])
def test_a_phrase_that_sends_the_driver_to_the_phone(
    frame_of: FrameOf, examine: Examine, language: str, words: str
) -> None:
    frame = replace(frame_of("drive-next"), language=language, toast=Line((words,)))
    assert found(examine(frame), "L10", "toast.text")


@pytest.mark.rule("T1", "T2", "G1")
def test_too_much_to_read(frame_of: FrameOf, examine: Examine) -> None:
    frame = frame_of("drive-next")
    body = frame.body
    assert isinstance(body, DriveState)
    words = "a bc " * 20
    wrong = examine(replace(frame, body=replace(body, title=words[:45], lines=(Line((words,)),))), "portrait-11")
    assert {"T2"} <= rules(wrong)
    assert body.secondary is not None
    wrong = examine(replace(frame, body=replace(body, footer=(body.secondary,) * 6)), "portrait-11")
    assert {"G1"} <= rules(wrong)
    assert found(
        examine(replace(frame_of("call-connected"), body=CallState(Line((words,)), "il" * 50)), "portrait-11"), "T1"
    )


@pytest.mark.rule("D4")
def test_too_many_actions(frame_of: FrameOf, examine: Examine) -> None:
    frame = frame_of("reminder")
    body = frame.body
    assert isinstance(body, DriveState)
    more = tuple(replace(body.footer[0], intent=sample("remind", str(number))) for number in range(4))
    assert found(examine(replace(frame, body=replace(body, footer=more)), "portrait-11"), "D4", "actions")


@pytest.mark.rule("G9")
def test_three_lines_of_title(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    composed(
        monkeypatch,
        lambda part: (
            replace(part, lines=("one", "two", "three")) if isinstance(part, TextPart) and part.key == "title" else part
        ),
    )
    assert found(examine(frame_of("drive-next")), "G9", "title")


@pytest.mark.rule("D1")
def test_a_text_on_another(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    frame = frame_of("drive-next")
    composed(monkeypatch, moved("line.0", y=compose_place(frame, "title").y))
    assert found(examine(frame), "D1")


def compose_place(frame: Frame, key: str) -> Rect:
    """Where a part of the frame is on the widest display."""
    from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer
    from carlendar_devtools.stories.audit_matrix import DISPLAYS

    return next(node.rect for node in OffscreenRenderer(DISPLAYS["wide-12.9"], Brand()).show(frame) if node.key == key)


@pytest.mark.rule("D1")
def test_a_text_that_leaves_its_card(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    composed(monkeypatch, moved("title", x=800.0))
    assert found(examine(frame_of("drive-next")), "D1", "title beyond card")


@pytest.mark.rule("D2")
def test_a_part_that_leaves_the_display(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    composed(monkeypatch, moved("secondary", y=650.0))
    assert found(examine(frame_of("drive-next")), "D2", "secondary")


@pytest.mark.rule("T3")
def test_a_label_that_is_cut(frame_of: FrameOf, examine: Examine, monkeypatch: Patch) -> None:
    composed(
        monkeypatch,
        lambda part: replace(part, lines=("Jo…",)) if isinstance(part, ButtonPart) and part.key == "primary" else part,
    )
    assert found(examine(frame_of("drive-next")), "T3", "primary.label")


@pytest.mark.rule("D2")
def test_letters_that_are_drawn_in_part(frame_of: FrameOf, examine: Examine) -> None:
    def clip(stage: RootView) -> None:
        from kivy.graphics import Color, Rectangle

        title = stage.widget("title")
        with stage.canvas.after:
            Color(*NIGHT.surface)
            Rectangle(pos=title.pos, size=(title.width, title.height * 0.55))

    assert found(examine(frame_of("drive-next"), render=True, change=clip), "D2", "title height")


def test_what_is_forbidden_for_the_driver_is_no_fault_for_a_passenger(frame_of: FrameOf, examine: Examine) -> None:
    frame = frame_of("event-parked", "portrait-11")
    restrictions = replace(frame.restrictions, state=DrivingState.MOVING, passenger=True)
    assert isinstance(frame.body, EventState)
    assert not rules(examine(replace(frame, restrictions=restrictions), "portrait-11")) & {"L3", "L12", "G1", "D4"}
