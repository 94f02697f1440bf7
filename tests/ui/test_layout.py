"""Every screen on every display: nothing cut, nothing over another, targets and letters large enough."""

from __future__ import annotations

from itertools import combinations

import pytest
from msgspec.structs import replace

from carlendar.presentation.states import AgendaState, DriveState, EventState, Frame, Line, MiniCard, Tone
from carlendar.ui.composition import Composition, compose
from carlendar.ui.fonts import RULER
from carlendar.ui.geometry import Rect
from carlendar.ui.layout.lists import row_parts
from carlendar.ui.metrics import PRESETS, DisplayMetrics, fit_of, rows_that_fit
from carlendar.ui.parts import ButtonPart, CardPart, Cells, IconPart, ListPart, Part, QrPart, TextPart
from carlendar.ui.roles import TextRole

DISPLAYS = sorted(PRESETS)
NAMES = (
    "drive", "drive_parked", "german", "nothing", "reminder", "arabic", "toast", "agenda_page", "agenda_list",
    "agenda_empty", "agenda_sign_in", "agenda_right", "agenda_detail", "agenda_detail_qr", "drivers",
    "event", "event_right", "event_qr", "call", "call_ended",
    "sign_in", "sign_in_failed", "settings", "notice", "forbidden",
)  # fmt: skip
TIMES = Line(("9:00 – 9:30",), "clock-outline")
WIDE = [display for display in DISPLAYS if fit_of(PRESETS[display]).list_and_detail]
EVERY = [(name, display) for name in NAMES for display in (WIDE if name.startswith("agenda_detail") else DISPLAYS)]


def composed(frame: Frame, metrics: DisplayMetrics) -> Composition:
    """The frame with as many rows as the presenter gives this display."""
    body = frame.body
    if isinstance(body, AgendaState) and not body.scrolls:
        frame = replace(frame, body=replace(body, rows=body.rows[: rows_that_fit(metrics)]))
    return compose(frame, metrics, RULER)


def test_the_names_are_all_frames(frames: dict[str, Frame]) -> None:
    assert sorted(NAMES) == sorted(frames)


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_everything_lies_on_the_display(frames: dict[str, Frame], name: str, display: str) -> None:
    metrics = PRESETS[display]
    parts = composed(frames[name], metrics).parts
    assert parts
    for part in parts:
        rect = part.rect
        assert rect.x >= -0.5, part.key
        assert rect.y >= -0.5, part.key
        assert rect.right <= metrics.width_px + 0.5, part.key
        assert rect.bottom <= metrics.height_px + 0.5, part.key


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_every_text_and_label_declares_its_role(frames: dict[str, Frame], name: str, display: str) -> None:
    composition = composed(frames[name], PRESETS[display])
    lists = [part for part in composition.parts if isinstance(part, ListPart)]
    rows = [each for part in lists for row in part.rows for each in row_parts(row, part.rect, composition.page)]
    for part in (*composition.parts, *rows):
        if isinstance(part, TextPart | ButtonPart) and part.lines:
            assert TextRole(part.role), part.key


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_texts_lie_neither_on_each_other_nor_on_targets(frames: dict[str, Frame], name: str, display: str) -> None:
    parts = composed(frames[name], PRESETS[display]).parts
    words = [part for part in parts if isinstance(part, TextPart | IconPart | ButtonPart | ListPart)]
    assert words
    for one, other in combinations(words, 2):
        assert not _core(one).overlaps(_core(other)), (one.key, other.key)


def _core(part: TextPart | IconPart | ButtonPart | ListPart) -> Rect:
    """The part without the leading of its first and last line."""
    return part.rect.inset(0, part.px * 0.2) if isinstance(part, TextPart) else part.rect


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_texts_stay_inside_the_card_they_begin_in(frames: dict[str, Frame], name: str, display: str) -> None:
    parts = composed(frames[name], PRESETS[display]).parts
    cards = [part for part in parts if isinstance(part, CardPart)]
    texts = [part for part in parts if isinstance(part, TextPart)]
    assert texts
    for text in texts:
        for card in cards:
            if card.group == text.group and card.rect.contains(text.rect.x + 1, text.rect.y + text.rect.height / 2):
                assert _core(text).bottom <= card.rect.bottom + 1, text.key
                assert text.rect.right <= card.rect.right + 1, text.key


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_targets_are_large_enough_and_apart(frames: dict[str, Frame], name: str, display: str) -> None:
    metrics = PRESETS[display]
    composition = composed(frames[name], metrics)
    restricted = frames[name].restrictions.restricted
    buttons = [part for part in composition.parts if isinstance(part, ButtonPart)]
    for button in buttons:
        large = (20.0 if restricted else 15.0) if button.primary else (15.0 if restricted else 12.0)
        assert button.rect.width / metrics.px_per_mm >= large - 0.01, button.key
        assert button.rect.height / metrics.px_per_mm >= large - 0.01, button.key
    for one, other in combinations(buttons, 2):
        gap = one.rect.gap_to(other.rect) / metrics.px_per_mm
        assert gap >= (4.0 if restricted else 3.8) - 0.01, (one.key, other.key)


def _with_rows(composition: Composition) -> list[Part]:
    """All parts, those of the rows of a list that scrolls too, each from its own upper left corner."""
    parts = list(composition.parts)
    for each in composition.parts:
        if isinstance(each, ListPart):
            for row in each.rows:
                at = Rect(0, 0, each.rect.width, row.height)
                parts += row_parts(row, at, composition.page)
    return parts


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_letters_are_high_enough(frames: dict[str, Frame], name: str, display: str) -> None:
    metrics = PRESETS[display]
    restricted = frames[name].restrictions.restricted
    written = [part for part in _with_rows(composed(frames[name], metrics)) if isinstance(part, TextPart | ButtonPart)]
    assert any(part.lines for part in written)
    for part in written:
        if part.lines:
            main = isinstance(part, ButtonPart) or part.main
            least = (20.0 if main else 16.0) if restricted else (16.0 if main else 12.0)
            assert part.px >= metrics.floor(least - 0.01), part.key


@pytest.mark.parametrize(("name", "display"), EVERY)
def test_nothing_is_cut(frames: dict[str, Frame], name: str, display: str) -> None:
    parts = composed(frames[name], PRESETS[display]).parts
    assert any(isinstance(part, TextPart | ButtonPart) for part in parts)
    for part in parts:
        if isinstance(part, TextPart) and part.key != "body":
            assert not part.cut, (part.key, part.lines)
        if isinstance(part, ButtonPart):
            assert not any(line.endswith("…") for line in part.lines), part.key


@pytest.mark.parametrize("display", ["12.9", "12.3", "9"])
def test_join_and_late_are_exactly_where_they_were_when_a_reminder_comes(
    frames: dict[str, Frame], display: str
) -> None:
    reminded = {part.key: part.rect for part in composed(frames["reminder"], PRESETS[display]).parts}
    before = {part.key: part.rect for part in composed(frames["drive"], PRESETS[display]).parts}
    assert (reminded["primary"], reminded["secondary"]) == (before["primary"], before["secondary"])


@pytest.mark.parametrize("display", DISPLAYS)
def test_join_stays_where_it_is_while_something_is_reported(frames: dict[str, Frame], display: str) -> None:
    with_toast = {part.key: part.rect for part in composed(frames["toast"], PRESETS[display]).parts}
    before = {part.key: part.rect for part in composed(frames["drive"], PRESETS[display]).parts}
    assert (with_toast["primary"], with_toast["secondary"]) == (before["primary"], before["secondary"])
    assert "toast.action" in with_toast


@pytest.mark.parametrize("display", DISPLAYS)
def test_join_stays_where_it_is_while_something_is_reported_and_a_reminder_comes(
    frames: dict[str, Frame], display: str
) -> None:
    with_toast = replace(frames["reminder"], toast=frames["toast"].toast, toast_action=frames["toast"].toast_action)
    with_both = {part.key: part.rect for part in composed(with_toast, PRESETS[display]).parts}
    before = {part.key: part.rect for part in composed(frames["reminder"], PRESETS[display]).parts}
    for key in ("primary", "secondary", "foot.0", "foot.1"):
        assert with_both[key] == before[key], key
    assert not with_both["toast"].overlaps(with_both["card"])
    for key in ("title", "band.text"):
        assert with_both[key].bottom <= with_both["card"].bottom + 1, key


def test_from_right_to_left_the_way_to_agenda_is_at_the_left(frames: dict[str, Frame]) -> None:
    rects = {part.key: part.rect for part in composed(frames["arabic"], PRESETS["12.9"]).parts}
    assert rects["agenda"].x < rects["card.1"].x < rects["card.0"].x
    assert rects["status.clock"].x > rects["status.icon"].x


def test_the_rail_stands_on_the_side_that_is_the_drivers(frames: dict[str, Frame]) -> None:
    metrics = PRESETS["12.9"]
    left = {part.key: part.rect for part in composed(frames["event"], metrics).parts}
    right = {part.key: part.rect for part in composed(frames["event_right"], metrics).parts}
    assert left["rail"].x == 0
    assert right["rail"].right == metrics.width_px
    assert right["title"].x == left["title"].x - left["rail"].width
    mirrored = composed(replace(frames["event_right"], rtl=True), metrics).parts
    assert next(part.rect.x for part in mirrored if part.key == "rail") == 0


def test_the_measures_are_those_of_the_design(frames: dict[str, Frame]) -> None:
    rects = {part.key: part.rect for part in composed(frames["drive"], PRESETS["12.9"]).parts}
    for key, x, y, width, height in (
        ("card", 40, 72, 1056, 404),
        ("primary", 1120, 72, 400, 264),
        ("secondary", 1120, 360, 400, 116),
        ("card.0", 40, 500, 608, 160),
        ("agenda", 1304, 500, 216, 160),
    ):
        assert (rects[key].x, rects[key].y) == pytest.approx((x, y), abs=4), key
        assert (rects[key].width, rects[key].height) == pytest.approx((width, height), abs=4), key


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_warning_is_shown_as_text_on_every_display(frames: dict[str, Frame], display: str) -> None:
    body = frames["drive"].body
    assert isinstance(body, DriveState)
    clash = Line(("Clash: 9:00 Incident on line 4", "Clash"), "alert", Tone.WARN)
    frame = replace(frames["drive"], body=replace(body, lines=(*body.lines, clash)))
    words = [
        line for part in composed(frame, PRESETS[display]).parts if isinstance(part, TextPart) for line in part.lines
    ]
    assert any("Clash" in line for line in words)
    assert any("9:00 – 9:30" in line for line in words)


@pytest.mark.parametrize("display", DISPLAYS)
def test_two_warnings_are_both_shown_as_text(frames: dict[str, Frame], display: str) -> None:
    body = frames["drive"].body
    assert isinstance(body, DriveState)
    clash = Line(("Clash: 9:00 Incident on line 4", "Clash"), "alert", Tone.WARN)
    phone = Line(("Teams · No phone connected", "No phone"), "phone-off", Tone.WARN)
    frame = replace(frames["drive"], body=replace(body, lines=(TIMES, clash, phone)))
    parts = composed(frame, PRESETS[display]).parts
    text = " ".join(line for part in parts if isinstance(part, TextPart) for line in part.lines)
    assert "Clash" in text
    assert "No phone" in text
    assert any(isinstance(part, IconPart) and part.name == "alert" and part.ink == "warn" for part in parts)


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_card_says_a_shorter_form_before_it_cuts_a_title(frames: dict[str, Frame], display: str) -> None:
    title = "Budget synchronisation with finance, controlling and everybody else"
    card = MiniCard("10:15", title, "Hafenstraße 12, Hamburg-Altona, second floor", titles=(title, "Budget"))
    body = frames["drive"].body
    assert isinstance(body, DriveState)
    parts = composed(replace(frames["drive"], body=replace(body, cards=(card, card))), PRESETS[display]).parts
    texts = [part for part in parts if isinstance(part, TextPart) and part.key.startswith("card.")]
    assert not any(part.cut for part in texts)


def test_a_row_and_its_action_are_read_as_one(frames: dict[str, Frame]) -> None:
    parts = composed(frames["agenda_page"], PRESETS["12.9"]).parts
    groups = {part.key: part.group for part in parts}
    assert groups["row.a.action"] == groups["row.a.title"] == groups["row.a"]


@pytest.mark.parametrize("display", DISPLAYS)
def test_an_event_with_many_lines_drops_the_last_but_no_warning(frames: dict[str, Frame], display: str) -> None:
    body = frames["event"].body
    assert isinstance(body, EventState)
    gone = Line(("Cancelled",), "calendar-remove", Tone.WARN)
    many = tuple(Line((f"Line {number} of what is known about this meeting",), "check") for number in range(12))
    idling = replace(frames["event"], restrictions=frames["agenda_page"].restrictions, rail=())
    frame = replace(idling, body=replace(body, lines=(*many, gone), body=""))
    texts = {part.key: part for part in composed(frame, PRESETS[display]).parts if isinstance(part, TextPart)}
    assert texts["line.12"].lines == ("Cancelled",)
    sizes = {part.px for key, part in texts.items() if key.startswith("line.")}
    assert len(sizes) == 1
    assert min(sizes) >= PRESETS[display].floor(16.0)


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_code_is_large_and_beside_no_body(frames: dict[str, Frame], display: str) -> None:
    body = frames["event_qr"].body
    assert isinstance(body, EventState)
    frame = replace(frames["event_qr"], body=replace(body, body="Launch checklist"))
    parts = {part.key: part for part in composed(frame, PRESETS[display]).parts}
    assert "body" not in parts
    assert isinstance(parts["qr"], QrPart)
    assert parts["qr"].rect.height / PRESETS[display].px_per_mm >= 40.0


@pytest.mark.parametrize("display", WIDE)
def test_the_list_takes_three_fifths_and_the_detail_two(frames: dict[str, Frame], display: str) -> None:
    composition = compose(frames["agenda_detail"], PRESETS[display], RULER)
    parts = {part.key: part for part in composition.parts}
    room = composition.page.content.width - PRESETS[display].least(4.6)
    assert parts["list"].rect.width == pytest.approx(room * 0.6)
    assert parts["detail"].rect.width == pytest.approx(room * 0.4)
    assert parts["detail"].rect.bottom == pytest.approx(composition.page.content.bottom)


def test_settings_stand_in_two_columns_on_wide_displays_alone(frames: dict[str, Frame]) -> None:
    for display in DISPLAYS:
        composition = compose(frames["settings"], PRESETS[display], RULER)
        (shown,) = [part for part in composition.parts if isinstance(part, ListPart)]
        columns = {row.subject.across for row in shown.rows if isinstance(row.subject, Cells)}
        assert columns == ({2} if display in WIDE else set()), display


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_switch_is_known_by_its_shape_and_a_word(frames: dict[str, Frame], display: str) -> None:
    parts = _with_rows(compose(frames["settings"], PRESETS[display], RULER))
    names = [part.name for part in parts if isinstance(part, IconPart) and part.key.endswith(".switch")]
    words = [part.lines for part in parts if isinstance(part, TextPart) and part.key.endswith(".word")]
    assert sorted(names) == ["toggle-switch", "toggle-switch-off-outline"]
    assert sorted(words) == [("Hidden",), ("On",)]


@pytest.mark.parametrize("display", DISPLAYS)
def test_a_drivers_tile_is_the_target_and_a_tick_marks_the_chosen_one(frames: dict[str, Frame], display: str) -> None:
    parts = _with_rows(compose(frames["drivers"], PRESETS[display], RULER))
    cards = {part.key: part for part in parts if isinstance(part, CardPart) and part.key.startswith("row.")}
    assert {key for key, card in cards.items() if card.open is not None} == {"row.p1", "row.add", "row.guest"}
    assert cards["row.p1"].border > cards["row.add"].border > 0
    assert cards["row.p2"].border == 0, "what cannot be chosen is no target"
    marked = [part.key for part in parts if isinstance(part, IconPart) and part.name == "radiobox-marked"]
    assert marked == ["row.p1.tick"]
