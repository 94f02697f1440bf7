"""Notices of departure: ten minutes before it is time to leave, and when it is.

There are none during a call, once the car is guided to the meeting, and while it drives there without guidance. A car
that drives elsewhere has not left: it gets both. One that has just driven off gets the second only once it is seen to
drive elsewhere. Each is displayed until it is answered, and until the meeting starts at the latest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.base import Value
from carlendar.domain.travel import DepartureStage
from carlendar.presentation.disclosure import spoken_title, title_forms, title_of
from carlendar.presentation.intents import DepartureSeen
from carlendar.presentation.states import Action, Line, Tone
from carlendar.presentation.travel.facts import departure, departure_text, stage

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.view_context import ViewContext


class Departure(Value, frozen=True):
    """A notice that is due."""

    entry: AgendaEntry
    stage: DepartureStage


def due(view: ViewContext) -> Departure | None:
    """Return the notice to display now; None if there is none."""
    if not view.road.arrivals or view.any_call:
        return None
    for key in view.road.arrivals:
        stored = view.agenda.stored.get(key)
        entry = next((entry for entry in view.agenda.near(view.now) if entry.key == key), None) if stored else None
        found = stage(view, entry) if entry is not None else None
        if entry is None or found is None or (key, found) in view.road.seen:
            continue
        if not view.restrictions.restricted or _drives_elsewhere(view, key, found):
            return Departure(entry, found)
    return None


def _drives_elsewhere(view: ViewContext, key: str, found: DepartureStage) -> bool:
    """Whether a car that is not parked has not left for the meeting. Guidance to another place shows that at once."""
    approaches = view.road.approaches.get(key)
    if view.road.guides_elsewhere or approaches is False:
        return True
    return found is DepartureStage.SOON and not approaches


def notice(view: ViewContext) -> tuple[Line, Action] | None:
    """Return the notice that is due as a line, with its answer."""
    found = due(view)
    if found is None:
        return None
    seen = Action(DepartureSeen(found.entry.key, found.stage), (view.words.say("OK"),), "eye-check")
    what = _what(view, found)
    forms = tuple(f"{what}: {form}" for form in title_forms(title_of(view, found.entry)))
    return Line((*forms, what), "car-clock", Tone.NORMAL), seen


def spoken(view: ViewContext, key: str, expected: DepartureStage) -> str:
    """Return the notice as it is spoken; empty if it is no longer due, or the title has been hidden since."""
    found = due(view)
    if found is None or (found.entry.key, found.stage) != (key, expected):
        return ""
    return f"{_what(view, found)}: {spoken_title(view, found.entry)}"


def _what(view: ViewContext, found: Departure) -> str:
    leave = departure(view, found.entry)
    if found.stage is DepartureStage.NOW or leave is None:
        return view.words.say("Time to leave")
    return departure_text(view, found.entry)
