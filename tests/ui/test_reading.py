"""The words of a meeting when parked: on every display all can be read, by scrolling where they have no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import AgendaState, EventState, Frame, Line, Tone
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lists import row_parts
from carlendar.ui.metrics import PRESETS, fit_of
from carlendar.ui.parts import ButtonPart, ListPart, TextPart

if TYPE_CHECKING:  # importing these opens a window
    from tests.ui.conftest import MakeDisplay

DISPLAYS = sorted(PRESETS)
WIDE = [display for display in DISPLAYS if fit_of(PRESETS[display]).list_and_detail]
PLACES = [("event", display) for display in DISPLAYS] + [("agenda_detail", display) for display in WIDE]
PARAGRAPHS = tuple(
    f"{number}. Report of section {number} on deliveries, costs and open questions of the quarter"
    for number in range(40)
)
LONG = "\n\n".join((*PARAGRAPHS, "Contoso " * 62))
"""40 paragraphs, and one as long as a line of a body can be."""
PLACE = "Contoso Turbine Works Quellhaven, meeting hall 3, entrance by the harbour, Hafenstraße 12, 20457 Quellhaven"
FURTHER = (
    Line(("Team Northern Region",), "calendar", Tone.NORMAL, complete=True),
    Line(("Organiser: Priya Raman", "Priya Raman"), "account", Tone.NORMAL, complete=True),
)


def with_words(frame: Frame, body: str, further: tuple[Line, ...] = FURTHER, place: str = PLACE) -> Frame:
    """The frame, its meeting with these words."""

    def of(event: EventState) -> EventState:
        where = (Line((place, "Contoso"), "map-marker", Tone.NORMAL, complete=True),) if place else ()
        return replace(event, body=body, lines=(*event.lines, *where), further=further, place="key/")

    shown = frame.body
    if isinstance(shown, AgendaState) and shown.detail is not None:
        return replace(frame, body=replace(shown, detail=of(shown.detail)))
    assert isinstance(shown, EventState)
    return replace(frame, body=of(shown))


def lists(frame: Frame, display: str) -> list[ListPart]:
    """The lists that scroll, without the one of the meetings."""
    parts = compose(frame, PRESETS[display], RULER).parts
    return [part for part in parts if isinstance(part, ListPart) and part.key != "list"]


def joined(lines: tuple[str, ...]) -> str:
    """A text as it was before it was broken into lines."""
    return "".join("".join(lines).split())


def readable(frame: Frame, display: str) -> set[str]:
    """All texts that can be brought into sight, without spaces."""
    composition = compose(frame, PRESETS[display], RULER)
    texts = [part for part in composition.parts if isinstance(part, TextPart)]
    for part in lists(frame, display):
        for row in part.rows:
            at = Rect(0, 0, part.rect.width, row.height)
            parts = row_parts(row, at, composition.page)
            written = [each for each in parts if isinstance(each, TextPart)]
            assert all(each.rect.y >= -0.5 and each.rect.bottom <= row.height + 0.5 for each in written), row.key
            assert all(each.rect.right <= part.rect.width + 0.5 for each in written), row.key
            texts += written
    assert not any(part.cut for part in texts)
    return {joined(part.lines) for part in texts}


@pytest.mark.parametrize(("name", "display"), PLACES)
def test_a_long_body_and_every_fact_can_be_read_when_parked(frames: dict[str, Frame], name: str, display: str) -> None:
    said = readable(with_words(frames[name], LONG), display)
    for text in (*PARAGRAPHS, "Contoso " * 62, PLACE, "Team Northern Region", "Organiser: Priya Raman"):
        assert joined((text,)) in said
    assert "Youaccepted" in said


@pytest.mark.parametrize(("name", "display"), PLACES)
def test_the_actions_stay_where_they_are_while_the_words_scroll(
    frames: dict[str, Frame], name: str, display: str
) -> None:
    def places(frame: Frame) -> dict[str, Rect]:
        parts = compose(frame, PRESETS[display], RULER).parts
        return {part.key: part.rect for part in parts if isinstance(part, ButtonPart)}

    assert places(with_words(frames[name], LONG)) == places(with_words(frames[name], ""))


@pytest.mark.parametrize(("name", "display"), PLACES)
def test_words_that_have_room_do_not_scroll(frames: dict[str, Frame], name: str, display: str) -> None:
    frame = with_words(frames[name], "", (), "")
    assert not lists(frame, display)


@pytest.mark.parametrize("display", WIDE)
def test_the_text_begins_in_sight_on_a_wide_display(frames: dict[str, Frame], display: str) -> None:
    (words,) = lists(with_words(frames["agenda_detail"], LONG, place=""), display)
    head = words.rows[0]
    assert words.rect.height - head.height > PRESETS[display].floor(12.0)  # one line, of the least size at least


@pytest.mark.parametrize("display", DISPLAYS)
def test_nothing_scrolls_while_restricted(frames: dict[str, Frame], display: str) -> None:
    frame = replace(with_words(frames["event"], ""), restrictions=frames["agenda_page"].restrictions, rail=())
    assert not lists(frame, display)


@pytest.mark.parametrize("display", WIDE)
def test_a_finger_scrolls_the_words_and_leaves_the_list(
    frames: dict[str, Frame], make_display: MakeDisplay, display: str
) -> None:
    shown = make_display(with_words(frames["agenda_detail"], LONG), PRESETS[display])
    shown.turn(4)
    words, meetings = (shown.stage.widget(key).view for key in ("words", "list"))
    place = words.to_window(words.center_x, words.center_y)
    x, y = place[0] / shown.stage.width, 1 - place[1] / shown.stage.height
    shown.injector.touch("down", 1, x, y)
    for step in range(1, 9):
        shown.clock.now += 0.05
        shown.injector.touch("move", 1, x, y - 0.02 * step)
    shown.clock.now += 0.3
    shown.injector.touch("up", 1, x, y - 0.16)
    shown.turn(2)
    assert words.scroll_y < 1.0
    assert meetings.scroll_y == 1.0
    assert shown.intents == []
