"""D3: what differs in meaning differs in greyscale, by a strong difference on an area that is seen at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.states import AgendaState, ChoicesState, Frame, Stripe
from carlendar.ui.geometry import Rect
from carlendar_devtools.audit.pixels import grey_difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from carlendar.presentation.states import Action, AgendaRow, Choice
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.offscreen_renderer import Bench
    from carlendar_devtools.audit.pixels import PixelImage

LEAST = 1.0
"""mm² that must differ strongly."""
TOP = 1.0
"""Where a list begins, in Kivy's measure; it ends at 0."""


def judge_pair(bench: Bench, name: str, one: Frame, other: Frame, verdict: Judge) -> None:
    """Two frames of different meaning, anywhere on the display."""
    whole = Rect(0, 0, bench.metrics.width_px, bench.metrics.height_px)
    bench.show(one)
    first = bench.picture()
    bench.show(other)
    verdict.least("D3", name, _differs(bench, first, bench.picture(), whole), LEAST)


def judge_parts(bench: Bench, one: Frame, others: Iterable[tuple[Frame, dict[str, str]]], verdict: Judge) -> None:
    """Parts of a frame against what they are in `others`, each with the keys and names of those that differ there.

    A list is scrolled through until all of them were seen whole; one that never is counts as one that does not differ.
    """
    others = tuple(others)
    left = {key for _, names in others for key in names}
    views: list[tuple[float, dict[str, Rect], PixelImage]] = []
    seen = bench.show(one)
    for position in bench.positions():
        seen = bench.scroll(position) if position < TOP else seen
        places = {node.key: node.rect for node in seen if node.whole and node.key in left}
        if places:
            views.append((position, places, bench.picture()))
            left -= set(places)
        if not left:
            break
    for other, names in others:
        bench.show(other)
        for position, places, first in views:
            if names.keys().isdisjoint(places):
                continue
            bench.scroll(position)
            then = bench.picture()
            for key in [each for each in places if each in names]:
                verdict.least("D3", names[key], _differs(bench, first, then, places[key]), LEAST, places[key])
        bench.scroll(TOP)
        for key in [each for each in names if each in left]:
            verdict.least("D3", f"{names[key]}, never in sight", 0.0, LEAST)


def _differs(bench: Bench, one: PixelImage, other: PixelImage, place: Rect) -> float:
    """How much of the place differs strongly, in mm²."""
    return grey_difference(one, other, place) / bench.metrics.px_per_mm**2


def judge_states(bench: Bench, frame: Frame, verdict: Judge) -> None:
    """Every state that a part of the frame can have besides its own: chosen or not, tentative or accepted."""
    judge_parts(bench, frame, _turned(frame), verdict)


def _turned(frame: Frame) -> Iterator[tuple[Frame, dict[str, str]]]:
    """The frame with one state of all its parts turned into the other, and by their keys what these are called."""
    if frame.rail:
        rail = tuple(_flipped(action) for action in frame.rail)
        yield replace(frame, rail=rail), {f"rail.{at}": f"rail.{at} chosen" for at in range(len(rail))}
    body = frame.body
    if isinstance(body, AgendaState) and body.scrolls:
        marked = {row.key for row in body.rows if row.stripe is not Stripe.NONE and not row.header}
        for what, turn in (("tentative", _unsure), ("cancelled", _struck)):
            rows = tuple(turn(row) if row.key in marked else row for row in body.rows)
            names = {f"row.{row.key}": f"row {at} {what}" for at, row in enumerate(rows) if row.key in marked}
            if names:
                yield replace(frame, body=replace(body, rows=rows)), names
    if isinstance(body, ChoicesState):
        choosing = [choice for choice in body.choices if any(action.selected for action in choice.actions)]
        for number in range(max((len(choice.actions) for choice in choosing), default=0)):
            choices = tuple(_turned_choice(each, number) if each in choosing else each for each in body.choices)
            names = {
                f"row.{choice.key}.{number}": f"{choice.actions[number].intent.name} {number} of row {at} chosen"
                for at, choice in enumerate(body.choices)
                if choice in choosing and number < len(choice.actions)
            }
            yield replace(frame, body=replace(body, choices=choices)), names


def _unsure(row: AgendaRow) -> AgendaRow:
    return replace(row, stripe=Stripe.DASHED if row.stripe is Stripe.SOLID else Stripe.SOLID)


def _struck(row: AgendaRow) -> AgendaRow:
    return replace(row, struck=not row.struck)


def _turned_choice(choice: Choice, number: int) -> Choice:
    actions = (_flipped(each) if at == number else each for at, each in enumerate(choice.actions))
    return replace(choice, actions=tuple(actions))


def _flipped(action: Action) -> Action:
    return replace(action, selected=not action.selected)
