"""Tomorrow's first meeting and when to leave for it, in one line: after the day's last drive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.travel import first_tomorrow
from carlendar.presentation.states import Line
from carlendar.presentation.travel.facts import departure, travel_of

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.view_context import ViewContext

STAYS = 60.0
"""Elapsed seconds for which the line stays after the ignition went off: about as long as the display does."""


def line(view: ViewContext, entry: AgendaEntry) -> Line | None:
    """Return `Tomorrow 8:30 · leave 7:52` for tomorrow's first meeting; None if it is not known when to leave."""
    first = first_tomorrow(view.agenda.near(view.now), view.now, view.zone)
    travel, leave = travel_of(view, entry), departure(view, entry)
    if travel is None or leave is None or first is None or first.key != entry.key:
        return None
    say, time, leaving = view.words.say, view.formats.time(view.at(entry)[0]), view.formats.time(leave)
    if travel.live_traffic:
        text = say("Tomorrow {time} · leave {leave}", time=time, leave=leaving)
    else:
        text = say("Tomorrow {time} · leave about {leave}", time=time, leave=leaving)
    return Line((text,), "car-clock", vital=True)


def farewell(view: ViewContext) -> Line | None:
    """Return the line for tomorrow's first meeting; None if it is not known when to leave."""
    first = first_tomorrow(view.agenda.near(view.now), view.now, view.zone)
    return line(view, first) if first is not None else None
