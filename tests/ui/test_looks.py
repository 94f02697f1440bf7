"""What a driver must not miss: the faults that were seen in pictures of the screens, each fixed once."""

from __future__ import annotations

import math

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import (
    Action,
    AgendaState,
    ArrivalPanel,
    ClashCard,
    DriveState,
    EventState,
    Frame,
    Line,
    NoticeState,
    SignInState,
    Tone,
)
from carlendar.ui.composition import compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lists import row_parts
from carlendar.ui.metrics import PRESETS, DisplayMetrics, rows_that_fit
from carlendar.ui.parts import ButtonPart, IconPart, Part, RingPart, RowItem, TextPart
from carlendar.ui.tokens import t
from tests.intents import sample

DISPLAYS = sorted(PRESETS)
SCALES = (1.0, 1.4)
COMPOUND = "Datenschutzgrundverordnung"


def parts_of(frame: Frame, metrics: DisplayMetrics) -> dict[str, Part]:
    """The parts of a frame by their keys."""
    return {part.key: part for part in compose(frame, metrics, RULER).parts}


def text_of(part: Part) -> str:
    """What a text says."""
    assert isinstance(part, TextPart)
    return " ".join(part.lines)


def row_of_a_page(frames: dict[str, Frame], metrics: DisplayMetrics, **changes: object) -> dict[str, Part]:
    """The first row of a restricted page, changed."""
    body = frames["agenda_page"].body
    assert isinstance(body, AgendaState)
    first, *others = body.rows[: rows_that_fit(metrics)]
    rows = (replace(first, **changes), *others)
    return parts_of(replace(frames["agenda_page"], body=replace(body, rows=rows)), metrics)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("day", ["Tomorrow", "Morgen", "Wednesday"])
def test_the_day_of_a_row_stands_under_its_time_on_every_display(
    frames: dict[str, Frame], display: str, scale: float, day: str
) -> None:
    metrics = replace(PRESETS[display], text_scale=scale)
    title = "Budget synchronisation with finance and controlling"
    parts = row_of_a_page(frames, metrics, day=day, title=title, titles=(title, "Budget"), detail="Clash · Teams")
    time, said = parts["row.a.time"], parts["row.a.day"]
    assert isinstance(said, TextPart)
    assert said.lines == (day,)
    assert not said.cut
    assert said.rect.y >= time.rect.bottom - 1
    assert said.rect.bottom <= parts["row.a"].rect.bottom + 1
    assert said.rect.right <= parts["row.a.title"].rect.x


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
def test_no_second_line_is_larger_than_the_title_over_it(frames: dict[str, Frame], display: str, scale: float) -> None:
    metrics = replace(PRESETS[display], text_scale=scale)
    parts = row_of_a_page(frames, metrics, title="Customer escalation", detail="Clash")
    title, detail = parts["row.a.title"], parts.get("row.a.detail")
    assert isinstance(title, TextPart)
    assert detail is None or (isinstance(detail, TextPart) and detail.px <= title.px)


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("label", ["Join", "Teilnehmen"])
def test_beside_join_a_title_of_two_words_stands_whole(frames: dict[str, Frame], display: str, label: str) -> None:
    body = frames["agenda_page"].body
    assert isinstance(body, AgendaState)
    join = body.rows[0].action
    assert join is not None
    action = replace(join, labels=(label,))
    parts = row_of_a_page(frames, PRESETS[display], title="Quarterly review", titles=(), action=action)
    title, button = parts["row.a.title"], parts["row.a.action"]
    assert text_of(title) == "Quarterly review"
    assert not title.cut  # type: ignore[attr-defined]  # a text
    assert isinstance(button, ButtonPart)
    assert button.lines or button.icon_px


@pytest.mark.parametrize("display", DISPLAYS)
def test_beside_join_a_long_german_compound_is_parted_not_cut(frames: dict[str, Frame], display: str) -> None:
    metrics = PRESETS[display]
    parts = row_of_a_page(frames, metrics, title=COMPOUND, titles=())
    title = parts["row.a.title"]
    assert isinstance(title, TextPart)
    assert not title.cut
    assert "".join(line.removesuffix("-") for line in title.lines) == COMPOUND


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_label_that_says_more_than_one_word_keeps_its_words(frames: dict[str, Frame], display: str) -> None:
    metrics = PRESETS[display]
    composition = compose(frames["agenda_page"], metrics, RULER)
    body = frames["agenda_page"].body
    assert isinstance(body, AgendaState)
    join = body.rows[0].action
    assert join is not None
    row = replace(body.rows[0], action=replace(join, labels=("Join · Germany", "Join · DE")))
    at = Rect(0, 0, metrics.mm(90), metrics.mm(22))
    item = RowItem(row.key, row, at.height, "PageRow")
    button = next(part for part in row_parts(item, at, composition.page) if isinstance(part, ButtonPart))
    assert "Germany" in " ".join(button.lines) or "DE" in " ".join(button.lines)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
def test_while_something_is_reported_the_time_of_the_meeting_stays(
    frames: dict[str, Frame], display: str, scale: float
) -> None:
    parts = parts_of(frames["toast"], replace(PRESETS[display], text_scale=scale))
    texts = [text_of(part) for part in parts.values() if isinstance(part, TextPart)]
    assert any("9:00 – 9:30" in text for text in texts)
    card = parts["card"]
    lowest = max(part.rect.bottom for key, part in parts.items() if key in ("title", "line.0"))
    assert lowest <= card.rect.bottom + 1


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("name", ["drive", "german", "reminder", "drive_parked"])
def test_join_is_the_largest_action(frames: dict[str, Frame], name: str, display: str) -> None:
    parts = parts_of(frames[name], PRESETS[display])
    buttons = {key: part for key, part in parts.items() if isinstance(part, ButtonPart) and not part.rail}
    area = {key: part.rect.width * part.rect.height for key, part in buttons.items()}
    assert max(area, key=lambda key: area[key]) == "primary"


@pytest.mark.parametrize("display", DISPLAYS)
def test_titles_of_all_rows_begin_at_one_place(frames: dict[str, Frame], display: str) -> None:
    day = row_of_a_page(frames, PRESETS[display], time="All day", day="Tomorrow", action=None)
    empty = row_of_a_page(frames, PRESETS[display], time="", action=None)
    starts = {part.rect.x for parts in (day, empty) for key, part in parts.items() if key.endswith(".title")}
    assert len(starts) == 1
    assert day["row.a.day"].rect.bottom <= day["row.a"].rect.bottom + 1


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
def test_of_a_call_the_meeting_is_the_largest(frames: dict[str, Frame], display: str, scale: float) -> None:
    parts = parts_of(frames["call"], replace(PRESETS[display], text_scale=scale))
    sizes = {key: part.px for key, part in parts.items() if isinstance(part, TextPart)}
    assert sizes["title"] > max(sizes["status.call"], sizes["detail"])


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
def test_signing_in_every_step_and_note_is_shown_in_one_size_each(
    frames: dict[str, Frame], display: str, scale: float
) -> None:
    parts = parts_of(frames["sign_in"], replace(PRESETS[display], text_scale=scale))
    shown = {key: part for key, part in parts.items() if isinstance(part, TextPart)}
    assert {"title", "steps.0", "steps.1", "code", "notes.0", "notes.1"} <= set(shown)
    assert not any(part.cut for part in shown.values())
    assert shown["steps.0"].px == shown["steps.1"].px
    assert shown["notes.0"].px == shown["notes.1"].px
    assert max(part.rect.bottom for part in shown.values()) <= parts["card"].rect.bottom


@pytest.mark.parametrize("name", ["sign_in", "notice"])
@pytest.mark.parametrize("display", DISPLAYS)
def test_a_lone_action_beside_a_text_does_not_grow_to_fill_its_column(
    frames: dict[str, Frame], display: str, name: str
) -> None:
    body = frames[name].body
    assert isinstance(body, SignInState | NoticeState)
    lone = parts_of(replace(frames[name], body=replace(body, actions=body.actions[:1])), PRESETS[display])
    assert lone["action.0"].rect.height <= PRESETS[display].least(30.6)
    assert "action.1" not in lone


@pytest.mark.parametrize("display", DISPLAYS)
def test_of_a_notice_no_paragraph_is_left_out_where_its_title_can_be_smaller(
    frames: dict[str, Frame], display: str
) -> None:
    body = frames["notice"].body
    assert isinstance(body, NoticeState)
    texts = tuple(f"{number}: of this a bit more is said than one line of the smallest display has room for, and then "
                  "some." for number in range(4))  # fmt: skip
    long = replace(body, title="A title that stands on two lines of a small display", paragraphs=texts)
    parts = parts_of(replace(frames["notice"], body=long), PRESETS[display])
    shown = [part for key, part in parts.items() if key.startswith("text.") and isinstance(part, TextPart)]
    assert len(shown) == 4
    assert not any(part.cut for part in shown)
    assert len({part.px for part in shown}) == 1
    assert max(part.rect.bottom for part in shown) <= parts["card"].rect.bottom


@pytest.mark.parametrize("display", DISPLAYS)
def test_no_target_of_now_moves_or_grows_in_any_state(frames: dict[str, Frame], display: str) -> None:
    body, reminder = frames["drive"].body, frames["reminder"].body
    assert isinstance(body, DriveState)
    assert isinstance(reminder, DriveState)
    clash = ClashCard("Other", "Same time · Zoom", Line(("Clash",), "alert", Tone.WARN), action=body.primary)
    states = (
        body,
        reminder,
        replace(body, ring=None),
        replace(body, cards=()),
        replace(body, cards=body.cards[:1]),
        replace(body, cards=(), clash=clash),
        replace(body, primary=None),
        replace(body, secondary=None),
        replace(body, primary=None, secondary=None, cards=(), ring=None),
        replace(body, primary=None, cards=(), agenda=None),
        replace(body, secondary=None, cards=(), agenda=None, ring=None),
        replace(body, lines=(*body.lines, *body.lines)),
    )
    before = parts_of(frames["drive"], PRESETS[display])
    for state in states:
        parts = parts_of(replace(frames["drive"], body=state), PRESETS[display])
        for key in ("primary", "secondary", "agenda"):
            assert key not in parts or parts[key].rect == before[key].rect, (key, state)
    if display != "7":  # a low card has no room for the ring under the band
        ringed = parts_of(frames["reminder"], PRESETS[display])
        assert ringed["ring"].rect == before["ring"].rect
        assert ringed["band"].rect.bottom <= ringed["ring"].rect.y


def test_on_a_high_display_the_meeting_is_above_and_its_actions_are_below(frames: dict[str, Frame]) -> None:
    metrics = PRESETS["11"]
    parts = parts_of(frames["drive"], metrics)
    assert parts["card"].rect.height <= metrics.height_px * 0.4
    for key in ("primary", "secondary", "agenda"):
        assert parts[key].rect.y >= metrics.height_px * 0.55


def test_what_points_forwards_is_mirrored_with_the_screen_and_a_clock_is_not(frames: dict[str, Frame]) -> None:
    shown = replace(frames["toast"], toast=Line(("Undone",), "undo"), rtl=True)
    parts = parts_of(shown, PRESETS["12.9"])
    flipped = {part.name: part.flipped for part in parts.values() if isinstance(part, IconPart)}
    assert flipped["undo"]
    assert not flipped["clock-outline"]
    left_to_right = parts_of(replace(shown, rtl=False), PRESETS["12.9"])
    assert not any(part.flipped for part in left_to_right.values() if isinstance(part, IconPart))


@pytest.mark.parametrize("display", DISPLAYS)
def test_answers_beside_each_other_are_written_alike_and_the_chosen_one_has_a_thicker_border(
    frames: dict[str, Frame], display: str
) -> None:
    body = frames["event"].body
    assert isinstance(body, EventState)
    names = ("Zusagen", "Vielleicht", "Ablehnen", "Abbrechen")
    answers = tuple(Action(sample("answer_choice"), (name,), "close", selected=name == "Zusagen") for name in names)
    parts = parts_of(replace(frames["event"], body=replace(body, actions=answers)), PRESETS[display])
    buttons = [part for key, part in parts.items() if key.startswith("action.") and isinstance(part, ButtonPart)]
    beside = len({button.rect.x for button in buttons}) > 1
    assert not beside or len({(button.px, button.icon_px > 0) for button in buttons}) == 1
    assert buttons[0].border == 2 * buttons[1].border


@pytest.mark.parametrize("display", DISPLAYS)
def test_the_icon_of_a_notice_stands_beside_the_first_line_of_its_title(frames: dict[str, Frame], display: str) -> None:
    parts = parts_of(frames["notice"], PRESETS[display])
    title, icon = parts["title"], parts["icon"].rect
    assert isinstance(title, TextPart)
    assert icon.y + icon.height / 2 == pytest.approx(title.rect.y + title.px * title.line_height / 2, abs=1)


def test_on_a_high_display_what_would_float_in_its_card_is_written_larger(frames: dict[str, Frame]) -> None:
    body = frames["reminder"].body
    assert isinstance(body, DriveState)
    title = parts_of(replace(frames["reminder"], body=replace(body, ring=None)), PRESETS["11"])["title"]
    assert isinstance(title, TextPart)
    assert title.px > PRESETS["11"].arcmin(t.event_title)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
def test_beside_a_clash_the_time_stays_in_german_and_in_large_letters_too(
    frames: dict[str, Frame], display: str, scale: float
) -> None:
    body = frames["german"].body
    assert isinstance(body, DriveState)
    clash = Line(("Überschneidung: 09:00 Störung in Halle 4", "Überschneidung"), "alert", Tone.WARN)
    lines = (Line(("09:00 – 09:30",), "clock-outline"), clash, Line(("Teams",), "microsoft-teams"))
    parts = parts_of(
        replace(frames["german"], body=replace(body, lines=lines)), replace(PRESETS[display], text_scale=scale)
    )
    shown = " ".join(text_of(part) for part in parts.values() if isinstance(part, TextPart))
    assert "Überschneidung" in shown
    assert "09:00 – 09:30" in shown


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("display", DISPLAYS)
def test_the_clash_of_a_row_is_shown_in_large_letters_too(frames: dict[str, Frame], display: str, scale: float) -> None:
    metrics = replace(PRESETS[display], text_scale=scale)
    parts = row_of_a_page(frames, metrics, title="Battery lab", titles=(), detail="Clash · Teams", day="Tomorrow")
    assert "Clash" in text_of(parts["row.a.detail"])


@pytest.mark.parametrize("title", ["Lunch with Ben", "Abstimmung der Lieferkette"])
def test_a_long_place_beside_the_arrival_stands_on_two_lines_and_is_not_cut(
    frames: dict[str, Frame], title: str
) -> None:
    arrival = ArrivalPanel("You arrive", "13:09", Line(("9 min late",), "alert", Tone.WARN), Line(("Arrive 13:09",)))
    place = Line(("Kongresszentrum Hafencity Elbspeicher",), "map-marker")
    lines = (Line(("13:00 – 14:00",), "clock-outline"), place)
    body = replace(frames["drive"].body, title=title, lines=lines, arrival=arrival, cards=())
    parts = parts_of(replace(frames["drive"], body=body), PRESETS["12.9"])
    line = parts["line.1"]
    assert isinstance(line, TextPart)
    assert not line.cut
    assert " ".join(line.lines) == place.text
    assert line.rect.bottom <= parts["card"].rect.bottom


@pytest.mark.parametrize("display", DISPLAYS)
@pytest.mark.parametrize("name", ["drive", "german", "reminder"])
def test_the_unit_of_the_countdown_stands_inside_the_ring(frames: dict[str, Frame], name: str, display: str) -> None:
    parts = parts_of(frames[name], PRESETS[display])
    if "ring" not in parts:
        return
    ring, unit = parts["ring"], parts["ring.unit"]
    assert isinstance(ring, RingPart)
    assert isinstance(unit, TextPart)
    middle = (ring.rect.x + ring.rect.width / 2, ring.rect.y + ring.rect.height / 2)
    corner = (unit.rect.right - middle[0], unit.rect.y + unit.px * 0.928 - middle[1])
    assert math.hypot(*corner) <= ring.rect.width / 2 - ring.thickness
