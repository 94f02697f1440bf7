"""D3: what differs in meaning differs in greyscale, by a strong difference on an area that is seen at a glance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.audit.pixels import grey_difference
from app.ui.geometry import Rect
from app.viewmodels.states import Action, AgendaState, ChoicesState, Frame, Stripe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.audit.bench import Bench
    from app.audit.finding import Judge
    from app.audit.nodes import Node

LEAST = 1.0
"""mm² that must differ strongly."""
POSITIONS = tuple(1 - step / 24 for step in range(25))
"""Where a list is looked through for a part, from its top to its end."""


def judge_pair(bench: Bench, name: str, one: Frame, other: Frame, verdict: Judge, key: str = "") -> None:
    """Two frames of different meaning, on the place of the node `key` or anywhere.

    A node that is scrolled out of sight is scrolled to. One that the list does not hold is not compared.
    """
    node, position = _in_sight(bench, bench.show(one), key) if key else (None, 1.0)
    if key and node is None:
        return
    first = bench.picture()
    place = None if node is None else node.rect
    whole = Rect(0, 0, bench.metrics.width_px, bench.metrics.height_px)
    bench.show(other)
    if position < 1.0:
        bench.scroll(position)
    pixels = grey_difference(first, bench.picture(), place or whole)
    if position < 1.0:
        bench.scroll(1.0)
    verdict.least("D3", name, pixels / bench.metrics.px_per_mm**2, LEAST, place)


def _in_sight(bench: Bench, seen: list[Node], key: str) -> tuple[Node | None, float]:
    """The node where it is wholly seen, and how far the list was scrolled for that."""
    for position in POSITIONS:
        if position < 1.0:
            seen = bench.scroll(position)
        node = next((each for each in seen if each.key == key and each.whole), None)
        if node is not None:
            return node, position
    bench.scroll(1.0)
    return None, 1.0


def judge_states(bench: Bench, frame: Frame, verdict: Judge) -> None:
    """Every state that a part of the frame can have besides its own: chosen or not, tentative or accepted."""
    for name, other, key in _turned(frame):
        judge_pair(bench, name, frame, other, verdict, key)


def _turned(frame: Frame) -> Iterator[tuple[str, Frame, str]]:
    for at in range(len(frame.rail)):
        yield f"rail.{at} chosen", replace(frame, rail=_flipped(frame.rail, at)), f"rail.{at}"
    body = frame.body
    if isinstance(body, AgendaState) and body.scrolls:
        for at, row in enumerate(body.rows[:6]):
            if row.stripe is Stripe.NONE or row.header:
                continue
            stripe = Stripe.DASHED if row.stripe is Stripe.SOLID else Stripe.SOLID
            for what, changed in (
                ("tentative", replace(row, stripe=stripe)),
                ("cancelled", replace(row, struck=not row.struck)),
            ):
                rows = (*body.rows[:at], changed, *body.rows[at + 1 :])
                yield f"row {at} {what}", replace(frame, body=replace(body, rows=rows)), f"row.{row.key}"
    if isinstance(body, ChoicesState):
        for at, choice in enumerate(body.choices[:5]):
            for number, action in enumerate(choice.actions):
                if any(each.selected for each in choice.actions):
                    actions = _flipped(choice.actions, number)
                    choices = (*body.choices[:at], replace(choice, actions=actions), *body.choices[at + 1 :])
                    yield (
                        f"{action.intent} {number} chosen",
                        replace(frame, body=replace(body, choices=choices)),
                        f"row.{choice.key}.{number}",
                    )


def _flipped(actions: tuple[Action, ...], at: int) -> tuple[Action, ...]:
    return (*actions[:at], replace(actions[at], selected=not actions[at].selected), *actions[at + 1 :])
