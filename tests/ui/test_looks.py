"""What a driver must not miss: the faults that were seen in pictures of the screens, each mended once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.ui.composition import compose
from app.ui.fonts import RULER
from app.ui.geometry import Rect
from app.ui.metrics import PRESETS, DisplayMetrics, rows_that_fit
from app.ui.parts import ButtonPart, Part, TextPart
from app.ui.screens.agenda import row_parts
from app.viewmodels.states import AgendaState, Frame

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
    rows = (replace(first, **changes), *others)  # type: ignore[arg-type]  # fields of a row
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
    button = next(part for part in row_parts(row, at, composition.page) if isinstance(part, ButtonPart))
    assert "Germany" in " ".join(button.lines) or "DE" in " ".join(button.lines)
