"""How far the car is from a meeting's place, and whether it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.presentation.states import Line

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.domain.place import Place
    from carlendar.presentation.view_context import ViewContext
    from carlendar.store.records import StoredEvent

THERE = 300.0
"""Metres: nearer is there. The car's position is known to a hundred, and it parks beside what was meant."""
METRES = {False: 1000.0, True: 1609.344}
"""In a kilometre, and in a mile."""


def arrived(view: ViewContext, where: Place) -> bool:
    """Whether the car is at the place; not where either position is unknown."""
    metres = _metres(view, where)
    return metres is not None and metres < THERE


def with_arrival(view: ViewContext, stored: StoredEvent, text: str) -> tuple[str, ...]:
    """The place at a glance, and that the car is there."""
    where = stored.event.place
    if where is None or not arrived(view, where):
        return (text,)
    return (view.words.say("{place} · you are here", place=text), text)


def way_line(view: ViewContext, entry: AgendaEntry, text: str) -> Line:
    """Return the place in its short form; while the navigation guides there, with that, as Navigate is not offered."""
    stored = view.agenda.of(entry)
    where = stored.event.place
    if view.road.guiding_to != entry.key or (where is not None and arrived(view, where)):
        return Line(with_arrival(view, stored, text), "map-marker")
    say = view.words.say
    return Line((say("{place} · navigating", place=text), say("Navigating there")), "navigation-variant", vital=True)


def with_distance(view: ViewContext, stored: StoredEvent, text: str) -> tuple[str, ...]:
    """The place with its distance, which is no way by road and says so; then the place alone."""
    where = stored.event.place
    metres = None if where is None else _metres(view, where)
    if where is None or metres is None or arrived(view, where):
        return with_arrival(view, stored, text)
    say, many = view.words.say, metres / METRES[view.vehicle.miles]
    number = f"{max(1, round(many))}"
    if view.vehicle.miles:
        return (say("{place} · {number} mi in a straight line", place=text, number=number), text)
    return (say("{place} · {number} km in a straight line", place=text, number=number), text)


def _metres(view: ViewContext, where: Place) -> float | None:
    here, there = view.vehicle.here, where.position
    return None if here is None or there is None else here.metres(there)
