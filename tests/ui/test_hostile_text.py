"""A text that cannot be shown costs no more than itself, and no text makes shaping raise, hang or lose what it says."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carlendar.domain.avatar import SIZE
from carlendar.presentation.disclosure import cleaned
from carlendar.presentation.states import (
    Action,
    AgendaState,
    Avatar,
    ChoicesState,
    DriveState,
    EventState,
    Frame,
    Line,
    ScreenState,
)
from carlendar.text import wrap as setting
from carlendar.text.clean import MOST_MARKS, clean
from carlendar.text.graphemes import count
from carlendar.text.shape import MISSING, runs
from carlendar.text.wrap import set_title
from carlendar.ui import fonts
from carlendar.ui.composition import compose
from carlendar.ui.font_files import font_of
from carlendar.ui.fonts import RULER, line_pictures
from carlendar.ui.metrics import PRESETS
from carlendar.ui.parts import TextPart
from carlendar.ui.picture import Gallery
from carlendar_devtools.audit.probe import nodes
from tests.intents import sample

LAM_ALEF = "\u0644\u0627"
JOINER = "\u200d"
HOSTILE = {
    "a joiner before a ligature": JOINER + LAM_ALEF,
    "joiners between ligatures": (LAM_ALEF + JOINER) * 60,
    "lone surrogates": "\ud800Board\udfff meeting",
    "NUL and controls": "Bo\x00ard\x1b[0m\x85 meeting",
    "unbalanced isolates": "\u2067\u2066\u202e" * 40 + "Board \u05d0\u2069\u202c",
    "a flood of marks": "a" + "\u0301" * 10_000 + " Board",
    "one long word": "x" * 10_000,
    "one long Arabic word": "\u0644" * 10_000,
    "ideographs": "議" * 10_000,
    "noncharacters": "\ufffe\uffff\U0010ffff\ufdd0Board",
    "tags and selectors": "Board\U000e0041\U000e007f\ufe0f\U000e0100",
    "an endless family": "👨\u200d" * 400,
    "markup": "[b]Board[/b] [ref=x]y[/ref] &bl;&br;&amp;",
    "Hangul that never ends a syllable": "\u1100" * 10_000,
    "Thai vowels without a letter": "\u0e33" * 900,
    "no font has it": "\U00010000\U00010001",
}
ARABIC = st.sampled_from([*map(chr, range(0x600, 0x700)), "\u0644\u0627", "\u0644\u0622"])
SPECIAL = st.sampled_from(
    list("\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2066\u2069\u0640\u034f\ufe0f\ufeff\x00\ud800")
)
TEXTS = st.lists(st.one_of(ARABIC, SPECIAL, st.characters(codec=None), st.sampled_from("aא漢👨🇩")), max_size=40).map(
    "".join
)


@given(TEXTS)
def test_no_text_makes_shaping_or_measuring_raise(text: str) -> None:
    for line in (text, clean(text), cleaned(text)):
        for rtl in (None, True, False):
            assert all(run.text for run in runs(line, font_of, rtl=rtl))
        RULER.width(line, 20, bold=False)
        set_title(line, 200, (40, 30, 20), RULER)


@given(TEXTS)
def test_every_letter_is_drawn_or_marked(text: str) -> None:
    line = clean(text)
    drawn = "".join(run.text for run in runs(line, font_of))
    for char in set(line):
        if unicodedata.category(char)[0] in "LN" and char not in drawn:
            assert MISSING in drawn


def test_what_no_font_has_is_marked_once() -> None:
    assert "".join(run.text for run in runs("a \U00010000\U00010001 b", font_of)) == f"a {MISSING} b"


def test_a_flood_of_marks_is_bounded_and_hides_nothing_behind_it() -> None:
    flood = "a" + "\u0301" * 10_000 + " Board"
    assert cleaned(flood).endswith(" Board")
    assert len(cleaned(flood)) <= MOST_MARKS + 8
    assert cleaned("\u200b" * 4_000 + "Board") == "Board"
    assert cleaned("x" * 9_000).endswith("…")
    assert count("a" + "\u0301" * 900) > 30  # no limit takes it for one letter


@pytest.fixture
def stage() -> Gallery:
    """The widget tree of a display, off-screen."""
    return Gallery(PRESETS["12.9"])


def with_text(frame: Frame, text: str) -> Frame:
    """The frame with that text wherever a calendar's text stands."""
    body = frame.body
    if isinstance(body, DriveState):
        cards = tuple(replace(card, title=text, detail=text) for card in body.cards)
        body = replace(body, title=text, lines=(*body.lines, Line((text,))), cards=cards)
    elif isinstance(body, AgendaState):
        body = replace(body, rows=tuple(replace(row, title=text, detail=text) for row in body.rows[:8]))
    elif isinstance(body, EventState):
        body = replace(body, title=text, lines=(Line((text,)),), body=text, qr=text if body.qr else "")
    else:
        body = replace(body, title=text)
    return replace(frame, body=body)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("screen", ["drive", "reminder", "agenda_page", "agenda_list", "event", "event_qr", "call"])
def test_any_text_is_drawn_on_every_screen(frames: dict[str, Frame], stage: Gallery, screen: str, name: str) -> None:
    before = time.process_time()
    stage.stage(with_text(frames[screen], HOSTILE[name]))
    assert time.process_time() - before < 5  # a few thousandths; a text of quadratic cost takes minutes


Body = TypeVar("Body", bound=ScreenState)


def body_of(frame: Frame, kind: type[Body]) -> Body:
    """Return the frame's body, which must be of that kind."""
    assert isinstance(frame.body, kind)
    return frame.body


def texts(root: Any) -> list[str]:
    """All that the widgets of texts draw."""
    found = (widget.part for widget in root.walk(restrict=True) if type(widget).__name__ == "TextBlock")
    return [" ".join(part.lines) for part in found if part is not None]


def faulty(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Make a function raise for whatever holds the word "Budget"."""
    real: Callable[..., object] = getattr(module, name)

    def raises(*arguments: object, **named: object) -> object:
        if any("Budget" in str(argument) for argument in arguments):
            raise RecursionError
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, raises)


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text with "Budget" can be set; what was placed before is forgotten."""
    from carlendar.ui.layout import loader  # brings Kivy, which is prepared first

    loader.discard()
    faulty(monkeypatch, setting, "one_line")


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("row", [0, 1, 3])
def test_a_row_that_cannot_be_laid_out_costs_that_row(frames: dict[str, Frame], stage: Gallery, row: int) -> None:
    body = body_of(frames["agenda_page"], AgendaState)
    rows = [replace(each, title="Budget" if at == row else f"Row {at}") for at, each in enumerate(body.rows)]
    frame = replace(frames["agenda_page"], body=replace(body, rows=tuple(rows)), stand_in="Cannot be shown")
    shown = texts(stage.stage(frame))
    assert "Cannot be shown" in shown
    assert [f"Row {at}" in shown for at in range(4)] == [at != row for at in range(4)]
    assert all(each.time in shown for each in rows)


@pytest.mark.usefixtures("unset")
def test_a_row_of_the_list_that_scrolls_costs_that_row(frames: dict[str, Frame], stage: Gallery) -> None:
    shown = texts(stage.stage(replace(frames["agenda_list"], stand_in="Cannot be shown")))
    assert "Cannot be shown" in shown
    assert {"Product review", "10:15", "Supplier call: battery housings"} <= set(shown)


@pytest.mark.usefixtures("unset")
def test_a_meeting_that_cannot_be_laid_out_keeps_its_time_and_the_others(
    frames: dict[str, Frame], stage: Gallery
) -> None:
    body = body_of(frames["drive"], DriveState)
    frame = replace(frames["drive"], body=replace(body, title="Budget"), stand_in="Cannot be shown")
    shown = texts(stage.stage(frame))
    assert {"Cannot be shown", "9:00 – 9:30", "Lunch with Ana", "Agenda"} <= set(shown)


@pytest.mark.usefixtures("unset")
def test_an_action_whose_label_cannot_be_laid_out_is_not_offered(frames: dict[str, Frame], stage: Gallery) -> None:
    body = body_of(frames["reminder"], DriveState)
    named = Action(sample("navigate"), ("To Budget",), "navigation-variant")
    frame = replace(frames["reminder"], body=replace(body, primary=named, footer=(named, body.footer[1])))
    root = stage.stage(frame)
    intents = [widget.action.intent.name for widget in root.walk(restrict=True) if getattr(widget, "action", None)]
    assert "navigate" not in intents
    assert "skip" in intents


def test_what_is_no_text_of_the_frame_is_not_hidden(frames: dict[str, Frame], monkeypatch: pytest.MonkeyPatch) -> None:
    from carlendar.ui.layout import loader  # brings Kivy, which is prepared first

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(loader, "around", broken)
    with pytest.raises(ZeroDivisionError):
        compose(frames["drive"], PRESETS["12.9"], RULER)


def test_a_text_that_cannot_be_drawn_is_replaced_in_its_place(
    frames: dict[str, Frame], stage: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    from carlendar.ui.widgets import text_block

    faulty(monkeypatch, text_block, "line_pictures")
    body = body_of(frames["drive"], DriveState)
    root = stage.stage(replace(frames["drive"], body=replace(body, title="Budget 2026"), stand_in="Not shown"))
    title = root.widget("title")
    assert title.opacity == 1
    assert title.canvas.children
    monkeypatch.undo()
    assert texts(stage.stage(frames["drive"]))


def test_a_font_that_fails_costs_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    faulty(monkeypatch, fonts, "picture")
    assert line_pictures("Budget", 20, bold=False) == []
    assert line_pictures("Review", 20, bold=False)


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("screen", ["agenda_list", "agenda_page", "drive"])
def test_an_audit_refuses_a_frame_of_which_something_was_replaced(
    frames: dict[str, Frame], stage: Gallery, screen: str
) -> None:
    with pytest.raises(RuntimeError):
        nodes(stage.stage(frames[screen]))  # "Budget sync" stands in each
    assert nodes(stage.stage(frames["event"]))


def test_a_code_that_is_too_long_leaves_the_rest_of_the_page(frames: dict[str, Frame], stage: Gallery) -> None:
    body = body_of(frames["event_qr"], EventState)
    root = stage.stage(replace(frames["event_qr"], body=replace(body, qr="https://contoso.example/" + "x" * 9_000)))
    assert root.widget("qr").opacity == 0
    assert not root.whole
    assert "Product review" in " ".join(texts(root))
    root = stage.stage(frames["event_qr"])
    assert root.widget("qr").opacity == 1
    assert root.whole


def test_a_picture_of_a_person_that_cannot_be_drawn_leaves_the_list(
    frames: dict[str, Frame], stage: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    from carlendar.ui.widgets import avatar

    def broken(_: bytes) -> None:
        raise MemoryError

    monkeypatch.setattr(avatar, "_texture", broken)
    body = body_of(frames["settings"], ChoicesState)
    person = replace(body.choices[1], avatar=Avatar("PR", bytes(SIZE)))
    frame = replace(frames["settings"], body=replace(body, choices=(person, *body.choices[2:])))
    assert {"Priya Raman", "Night and day"} <= set(texts(stage.stage(frame)))


@pytest.mark.usefixtures("unset")
def test_nothing_of_the_text_is_logged(
    frames: dict[str, Frame], stage: Gallery, caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of(frames["drive"], DriveState)
    stage.stage(replace(frames["drive"], body=replace(body, title="Budget")))
    assert "RecursionError" in caplog.text
    assert "Budget" not in caplog.text


@pytest.mark.usefixtures("unset")
def test_a_stand_in_passes_no_limit(frames: dict[str, Frame]) -> None:
    body = body_of(frames["agenda_page"], AgendaState)
    rows = tuple(replace(each, title="Budget") for each in body.rows)
    frame = replace(frames["agenda_page"], body=replace(body, rows=rows), stand_in="Cannot be shown")
    parts = compose(frame, PRESETS["12.9"], RULER).parts
    titles = [part for part in parts if isinstance(part, TextPart) and part.key.endswith(".title")]
    assert [part.lines for part in titles] == [("Cannot be shown",)] * 4
    assert all(count(" ".join(part.lines)) <= (frame.restrictions.limits.title or 0) for part in titles)
