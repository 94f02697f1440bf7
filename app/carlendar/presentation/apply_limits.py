"""Enforces the limits of the restriction profile on every frame.

`apply_limits` is a pure function of a frame and its limits: every text is shortened to the limit of a title or string,
parts are removed in order of importance until the page's total and its reading groups fit, and content that a driver
may never read (bodies, QR codes) is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.intents import OpenEvent
from carlendar.presentation.states import (
    Action,
    AgendaRow,
    AgendaState,
    ArrivalPanel,
    Band,
    CallState,
    ChoicesState,
    ClashCard,
    DriveState,
    EventState,
    Frame,
    Line,
    MiniCard,
    NoticeState,
    ScreenState,
    Tone,
)
from carlendar.text.graphemes import count
from carlendar.text.shorten import cut, shorten

if TYPE_CHECKING:
    from carlendar.safety.restrictions import ContentLimits

CALL_DETAIL = 60
"""Maximum number of graphemes of the line under a call's title, in every driving state."""

Shortener = Callable[[str], str]
Step = Callable[[Frame], Frame]


def apply_limits(frame: Frame) -> Frame:
    """Return the frame within the limits of its restrictions; without any, only the detail of a call is limited."""
    limits = frame.restrictions.limits
    if isinstance(frame.body, CallState):
        frame = replace(frame, body=_short_detail(frame.body, limits))
    if not frame.restrictions.restricted:
        return frame
    frame = _shortened(replace(frame, rail=()), limits)
    for step in _DEGRADATION_STEPS:
        if fits(frame):
            break
        frame = step(frame)
    return frame


def fits(frame: Frame) -> bool:
    """Whether the page's total of graphemes and its reading groups are within the limits."""
    limits = frame.restrictions.limits
    total = sum(count(text) for text in texts(frame))
    return _within(total, limits.page) and _within(groups(frame), limits.groups)


def _within(number: int, limit: int | None) -> bool:
    return limit is None or number <= limit


# --- what is on a page -------------------------------------------------------------------------


def actions(frame: Frame) -> Iterator[Action]:
    """Every action of a frame."""
    yield from frame.rail
    if frame.toast_action:
        yield frame.toast_action
    yield from body_actions(frame.body)


def body_actions(body: ScreenState) -> Iterator[Action]:
    """Every action of a screen's state."""
    match body:
        case DriveState():
            yield from _present(body.primary, body.secondary, body.agenda, *body.footer)
            yield from _present(body.clash.action if body.clash else None)
        case AgendaState():
            yield from _present(*(row.action for row in body.rows), *(row.open for row in body.rows), *body.side)
            yield from _present(body.empty_action)
            yield from body_actions(body.detail) if body.detail else ()
        case EventState():
            yield from _present(body.primary, *body.actions)
        case CallState():
            yield from _present(body.large, body.small, body.decline, body.agenda, body.leave, body.close)
        case ChoicesState():
            yield from chain.from_iterable(choice.actions for choice in body.choices)
            yield from _present(*(choice.open for choice in body.choices))
        case _:
            yield from body.actions


def _present(*found: Action | None) -> Iterator[Action]:
    return (action for action in found if action is not None)


def texts(frame: Frame) -> Iterator[str]:
    """Return every text of a frame in its longest variant; icons and `open` have none."""
    yield from (frame.status.clock, frame.status.date, frame.status.text, *frame.status.recording[:1])
    if frame.toast:
        yield frame.toast.text
    for action in actions(frame):
        if not isinstance(action.intent, OpenEvent):
            yield action.labels[0]
        if action.hint:
            yield action.hint
    yield from _body_texts(frame.body)


def _body_texts(body: ScreenState) -> Iterator[str]:
    match body:
        case DriveState():
            yield from (body.title, *(line.text for line in body.lines))
            yield from (body.band.text,) if body.band else ()
            yield from (body.ring.number, body.ring.unit) if body.ring else ()
            yield from (body.clash.title, body.clash.detail) if body.clash else ()
            yield from _panel_texts(body.arrival)
            yield from chain.from_iterable((card.time, card.title, card.detail) for card in body.cards)
        case AgendaState():
            yield from (body.empty, body.left, *(line.text for line in body.empty_lines))
            yield from chain.from_iterable((row.time, row.day, row.end, row.title, row.detail) for row in body.rows)
            yield from _body_texts(body.detail) if body.detail else ()
        case EventState():
            yield from body.words
        case CallState():
            yield from (body.status.text, body.title, body.detail)
            yield from (line.text for line in (body.line, body.recording) if line)
            yield from (body.band.text,) if body.band else ()
            yield from (body.ring.number, body.ring.unit) if body.ring else ()
        case NoticeState():
            yield from (body.title, *body.paragraphs)
        case ChoicesState():
            yield body.title
            yield from chain.from_iterable((choice.title, choice.detail) for choice in body.choices)
            yield from (choice.switch.word for choice in body.choices if choice.switch)
        case _:
            yield from (body.title, *body.steps, body.code, *(note.text for note in body.notes))
            yield from (body.message.text,) if body.message else ()


def _panel_texts(panel: ArrivalPanel | None) -> Iterator[str]:
    if panel is not None:
        yield from (panel.heading, panel.time, panel.note.text if panel.note else "")


def groups(frame: Frame) -> int:
    """Reading groups: the status bar, each card, each row (with its action), each other button, the toast."""
    body = frame.body
    number = 1 + (frame.toast is not None) + (frame.toast_action is not None) + len(frame.rail)
    match body:
        case DriveState():
            # a card with its action is one, as a row is
            lone_clash = body.clash is not None and body.clash.action is None
            divided = body.arrival is not None  # a divided card is two
            return number + 1 + divided + len(body.cards) + lone_clash + sum(1 for _ in body_actions(body))
        case AgendaState():
            beside = 1 + sum(1 for _ in body_actions(body.detail)) if body.detail else 0
            number += len(body.side) + bool(body.left) + (body.empty_action is not None)
            return number + (len(body.rows) or 1) + beside
        case ChoicesState():
            return number + len(body.choices)
        case _:
            return number + 1 + sum(1 for _ in body_actions(body))


# --- shortening --------------------------------------------------------------------------------


def _shortened(frame: Frame, limits: ContentLimits) -> Frame:
    def string(text: str) -> str:
        free = limits.string is None or count(text) <= limits.string
        return text if free else cut(text, limits.string, limits.string)

    def title(text: str) -> str:
        return shorten(text, limits.title, limits.title_cjk)

    return replace(
        frame,
        status=replace(frame.status, text=string(frame.status.text), short_text=string(frame.status.short_text)),
        body=_shortened_body(frame.body, string, title),
        toast=_line(frame.toast, string) if frame.toast else None,
        toast_action=_action(frame.toast_action, string),
    )


def _shortened_body(body: ScreenState, string: Shortener, title: Shortener) -> ScreenState:
    match body:
        case DriveState():
            return replace(
                body,
                title=title(body.title),
                lines=tuple(_line(line, string) for line in body.lines),
                primary=_action(body.primary, string),
                secondary=_action(body.secondary, string),
                cards=tuple(_card(card, string, title) for card in body.cards),
                footer=tuple(found for action in body.footer if (found := _action(action, string))),
                clash=_clash(body.clash, string, title),
                arrival=_panel(body.arrival, string),
            )
        case AgendaState():
            rows = tuple(_row(row, string, title) for row in body.rows)
            lines = tuple(_line(line, string) for line in body.empty_lines)
            return replace(body, rows=rows, empty_lines=lines, left=string(body.left), detail=None)  # only while parked
        case EventState():
            return replace(
                body,
                title=title(body.title),
                when=string(body.when),
                lines=tuple(_line(line, string) for line in body.lines),
                body="",
                qr="",
                further=(),
            )
        case CallState():
            return replace(
                body,
                title=title(body.title),
                status=_line(body.status, string),
                detail=string(body.detail),
                band=_band(body.band, string),
                line=body.line and _line(body.line, string),
                recording=body.recording and _line(body.recording, string),
            )
        case NoticeState():
            return replace(body, title=string(body.title), paragraphs=tuple(string(text) for text in body.paragraphs))
        case _:
            return body


def _short_detail(body: CallState, limits: ContentLimits) -> CallState:
    """Return the call with the title in its detail within the limits of a title, and the detail within its own."""
    if not body.detail_title:
        return body
    before, title, after = body.detail.partition(body.detail_title)
    room = max(1, min(CALL_DETAIL, limits.string or CALL_DETAIL) - count(before + after))
    return replace(
        body, detail=before + shorten(title, _tighter(room, limits.title), _tighter(room, limits.title_cjk)) + after
    )


def _tighter(number: int, limit: int | None) -> int:
    return number if limit is None else min(number, limit)


def _line(line: Line, string: Shortener) -> Line:
    return replace(line, variants=_variants(line.variants, string))


def _variants(variants: tuple[str, ...], string: Shortener) -> tuple[str, ...]:
    """Return the variants within the limits; if there are none, the last one shortened."""
    whole = tuple(text for text in variants if string(text) == text)
    return whole or tuple(string(text) for text in variants[-1:])


def _action(action: Action | None, string: Shortener) -> Action | None:
    return replace(action, labels=_variants(action.labels, string)) if action else None


def _band(band: Band | None, string: Shortener) -> Band | None:
    if band is None or string(band.text) == band.text:
        return band
    return replace(band, text=band.short_text or string(band.text))


def _card(card: MiniCard, string: Shortener, title: Shortener) -> MiniCard:
    return replace(card, title=title(card.title), detail=string(card.detail), titles=_titles(card.titles, title))


def _clash(card: ClashCard | None, string: Shortener, title: Shortener) -> ClashCard | None:
    return card and replace(
        card, title=title(card.title), titles=_titles(card.titles, title), detail=string(card.detail),
        line=_line(card.line, string), action=_action(card.action, string),
    )  # fmt: skip


def _panel(panel: ArrivalPanel | None, string: Shortener) -> ArrivalPanel | None:
    return panel and replace(
        panel, heading=string(panel.heading), note=_line(panel.note, string) if panel.note else None,
        line=_line(panel.line, string),
    )  # fmt: skip


def _titles(titles: tuple[str, ...], title: Shortener) -> tuple[str, ...]:
    """Return the titles within the limits."""
    return tuple(form for form in titles if title(form) == form)


def _row(row: AgendaRow, string: Shortener, title: Shortener) -> AgendaRow:
    return replace(
        row,
        title=title(row.title),
        day=string(row.day),
        detail=string(row.detail),
        end=string(row.end),
        titles=_titles(row.titles, title),
        details=tuple(form for form in row.details if string(form) == form),
    )


# --- what goes first when a page is too full ---------------------------------------------------


def _shortest_lines(frame: Frame) -> Frame:
    """Every line in its shortest variant: without the organiser."""
    body = frame.body
    if not isinstance(body, DriveState | EventState):
        return frame
    shortest = tuple(replace(line, variants=line.variants[-1:]) for line in body.lines)
    return replace(frame, body=replace(body, lines=shortest))


def _short_status(frame: Frame) -> Frame:
    return replace(frame, status=replace(frame.status, date="", text=frame.status.short_text or frame.status.text))


def _without_way_to_agenda(frame: Frame) -> Frame:
    """The button that leads from a call to Agenda."""
    return replace(frame, body=replace(frame.body, agenda=None)) if isinstance(frame.body, CallState) else frame


def _without_replaced_cards(frame: Frame) -> Frame:
    """The cards of the following meetings, whose place a confirmation or notice takes."""
    return _without_cards(frame) if frame.toast else frame


def _without_second_card(frame: Frame) -> Frame:
    body = frame.body
    return replace(frame, body=replace(body, cards=body.cards[:1])) if isinstance(body, DriveState) else frame


def _without_details(frame: Frame) -> Frame:
    body = frame.body
    if isinstance(body, AgendaState):
        return replace(
            frame, body=replace(body, rows=tuple(replace(row, detail="", details=(), end="") for row in body.rows))
        )
    if isinstance(body, CallState):
        return replace(frame, body=replace(body, detail=""))
    return frame


def _without_cards(frame: Frame) -> Frame:
    return replace(frame, body=replace(frame.body, cards=())) if isinstance(frame.body, DriveState) else frame


def _first_lines(frame: Frame) -> Frame:
    body = frame.body
    if isinstance(body, DriveState | EventState):
        kept = tuple(line for line in body.lines[1:] if line.tone is Tone.WARN)  # a warning is never silent
        return replace(frame, body=replace(body, lines=(*body.lines[:1], *kept)))
    if isinstance(body, NoticeState):
        return replace(frame, body=replace(body, paragraphs=body.paragraphs[:1]))
    return frame


def _fewer_rows(frame: Frame) -> Frame:
    body = frame.body
    return replace(frame, body=replace(body, rows=body.rows[:-1])) if isinstance(body, AgendaState) else frame


def _without_toast(frame: Frame) -> Frame:
    """Only a word without anything to touch may go; what can be taken back stays."""
    return frame if frame.toast_action else replace(frame, toast=None)


# the order of the design: the second meeting that follows, the organiser, the date
_DEGRADATION_STEPS: tuple[Step, ...] = (
    _without_replaced_cards,
    _without_second_card,
    _without_way_to_agenda,
    _shortest_lines,
    _short_status,
    _without_details,
    _without_cards,
    _first_lines,
    _without_toast,
    _fewer_rows,
    _fewer_rows,
)
