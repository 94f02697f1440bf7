"""D3: states with a different meaning differ in greyscale, strongly and on a sufficiently large area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.states import AgendaState, ChoicesState, Frame, Stripe
from carlendar.ui.geometry import Rect
from carlendar_devtools.audit.pixels import grey_difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PIL.Image import Image

    from carlendar.presentation.states import Action, AgendaRow, Choice
    from carlendar_devtools.audit.finding import Judge
    from carlendar_devtools.audit.offscreen_renderer import OffscreenRenderer

LEAST = 1.0
"""Minimum area in mm² that must differ strongly."""
TOP = 1.0
"""Scroll position of the top of a list in Kivy; the bottom is 0."""


def judge_pair(renderer: OffscreenRenderer, name: str, one: Frame, other: Frame, verdict: Judge) -> None:
    """Compare two frames of different meaning, anywhere on the display."""
    whole = Rect(0, 0, renderer.metrics.width_px, renderer.metrics.height_px)
    renderer.show(one)
    first = renderer.picture().grey(whole)
    renderer.show(other)
    verdict.least("D3", name, _differs(renderer, first, renderer.picture().grey(whole)), LEAST)


@dataclass(frozen=True)
class _View:
    """A scroll position, and by their keys the parts that are completely visible there, in grey."""

    position: float
    area: Rect
    """What encloses these parts."""
    parts: dict[str, tuple[Rect, Image]]


def judge_parts(
    renderer: OffscreenRenderer, one: Frame, others: Iterable[tuple[Frame, dict[str, str]]], verdict: Judge
) -> None:
    """Compare parts of a frame with those in `others`, each with the keys and names of the parts that differ.

    Lists are scrolled until all of the parts were completely visible; one that never is counts as not different.
    """
    others = tuple(others)
    views = _views(renderer, one, {key for _, names in others for key in names})
    for other, names in others:
        seen = set[str]()
        renderer.draw(other)
        for view in views:
            if here := [key for key in view.parts if key in names]:
                renderer.move(view.position)
                then = renderer.picture(view.area)
                seen.update(here)
            for key in here:
                place, first = view.parts[key]
                verdict.least("D3", names[key], _differs(renderer, first, then.grey(place)), LEAST, place)
        for key in [each for each in names if each not in seen]:
            verdict.least("D3", f"{names[key]}, never in sight", 0.0, LEAST)
    renderer.move(TOP)


def _views(renderer: OffscreenRenderer, frame: Frame, left: set[str]) -> list[_View]:
    """Scroll through the frame until all parts in `left` were completely visible, or to its end."""
    found: list[_View] = []
    seen = renderer.show(frame)
    for position in renderer.positions():
        seen = renderer.scroll(position) if position < TOP else seen
        if places := {node.key: node.rect for node in seen if node.whole and node.key in left}:
            area = _around(places.values())
            picture = renderer.picture(area)
            found.append(_View(position, area, {key: (place, picture.grey(place)) for key, place in places.items()}))
            left -= set(places)
        if not left:
            break
    return found


def _around(places: Iterable[Rect]) -> Rect:
    """Return the smallest rectangle that encloses all places."""
    places = tuple(places)
    left, top = min(place.x for place in places), min(place.y for place in places)
    right, bottom = max(place.right for place in places), max(place.bottom for place in places)
    return Rect(left, top, right - left, bottom - top)


def _differs(renderer: OffscreenRenderer, one: Image, other: Image) -> float:
    """Return the strongly differing area in mm²."""
    return grey_difference(one, other) / renderer.metrics.px_per_mm**2


def judge_states(renderer: OffscreenRenderer, frame: Frame, verdict: Judge) -> None:
    """Compare each part with its alternative state: selected or not, tentative or accepted."""
    judge_parts(renderer, frame, _turned(frame), verdict)


def _turned(frame: Frame) -> Iterator[tuple[Frame, dict[str, str]]]:
    """Yield the frame with one kind of state inverted, and the names of the affected parts by key."""
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
