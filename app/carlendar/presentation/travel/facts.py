"""What is displayed of a drive to a meeting: arrival against the start, and when to leave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from carlendar.domain.agenda import takes_place
from carlendar.domain.travel import (
    Arrival,
    TravelTime,
    Verdict,
    arrival,
    charge_first,
    departure_stage,
    leave_shown,
)
from carlendar.presentation.disclosure import may_show_details
from carlendar.presentation.now.proximity import arrived
from carlendar.presentation.states import ArrivalPanel, Line, Tone

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.domain.travel import DepartureStage
    from carlendar.presentation.view_context import ViewContext


def travel_of(view: ViewContext, entry: AgendaEntry) -> TravelTime | None:
    """Return the travel time to a meeting that needs one.

    None if it is unknown or too old, for a meeting that is joined by phone, and where the car has arrived.
    """
    travel = view.road.times.get(entry.key)
    if travel is None or not view.clock_set or not travel.usable(view.now) or not takes_place(entry.event):
        return None
    stored, call = view.agenda.of(entry), view.meeting_call
    if not may_show_details(view, stored) or stored.event.place is None or arrived(view, stored.event.place):
        return None
    joined = view.in_call and call is not None and call.key == entry.key
    return None if joined or entry.event.end(view.zone) <= view.now else travel


def arrival_of(view: ViewContext, entry: AgendaEntry) -> Arrival | None:
    """Return the arrival at a meeting that is reached from the car; None if it is unknown."""
    travel, displayed = travel_of(view, entry), view.road.arrivals.get(entry.key)
    if travel is None or displayed is None:
        return None
    return arrival(travel, entry.event.moments(UTC).start, max(displayed, view.now.astimezone(UTC)))


def late_arrival(view: ViewContext, entry: AgendaEntry) -> Arrival | None:
    """Return the arrival if it is after the start; never without live traffic."""
    found = arrival_of(view, entry)
    return found if found is not None and found.verdict is Verdict.LATE else None


def departure(view: ViewContext, entry: AgendaEntry) -> datetime | None:
    """Return when to leave, in the car's zone; None if that is unknown."""
    travel, displayed = travel_of(view, entry), view.road.departures.get(entry.key)
    if travel is None or displayed is None:
        return None
    leave = displayed - timedelta(minutes=view.options.buffer_minutes)
    return leave_shown(travel, leave).astimezone(view.zone)


def stage(view: ViewContext, entry: AgendaEntry) -> DepartureStage | None:
    """Return which notice of departure is due; None while there is none, or guidance to the meeting has begun."""
    leave = departure(view, entry)
    if leave is None or view.road.guiding_to == entry.key:
        return None
    return departure_stage(leave, entry.event.moments(UTC).start, view.now)


def departure_text(view: ViewContext, entry: AgendaEntry) -> str:
    """`Leave 12:38`, and without live traffic `Leave about 12:35`; empty if that is unknown or has passed."""
    travel, leave = travel_of(view, entry), departure(view, entry)
    if travel is None or leave is None or leave <= view.now:
        return ""
    time = view.formats.time(leave)
    return (
        view.words.say("Leave {time}", time=time)
        if travel.live_traffic
        else view.words.say("Leave about {time}", time=time)
    )


def panel(view: ViewContext, entry: AgendaEntry) -> ArrivalPanel | None:
    """Return the arrival against the start; in a parked car that need not leave yet, when to leave."""
    travel = travel_of(view, entry)
    if travel is None:
        return None
    warning = _charge(view, travel)
    leave = departure(view, entry)
    if view.parked and leave is not None and leave > view.now:
        return _leave_panel(view, travel, leave, warning)
    found = arrival_of(view, entry)
    return None if found is None else _arrival_panel(view, found, warning)


def _leave_panel(view: ViewContext, travel: TravelTime, leave: datetime, warning: Line | None) -> ArrivalPanel:
    words, time = view.words, view.formats.time(leave)
    minutes = max(1, round(travel.seconds / 60))
    drive = words.say_number("{n} min drive", "{n} min drive", minutes)
    if travel.live_traffic:
        heading, whole = words.say("Leave at"), words.say("Leave {time}", time=time)
    else:
        heading, whole = words.say("Leave about"), words.say("Leave about {time}", time=time)
    note = warning or Line((drive,), "car")
    return ArrivalPanel(heading, time, note, _line(whole, note, "car-clock"))


def _arrival_panel(view: ViewContext, found: Arrival, warning: Line | None) -> ArrivalPanel:
    words, time = view.words, view.formats.time(found.at.astimezone(view.zone))
    note = warning or verdict(view, found)
    if note is None:
        rough = words.say("about {time}", time=time)
        whole = words.say("Arrive about {time}", time=time)
        return ArrivalPanel(words.say("You arrive"), rough, None, Line((whole, rough), "flag-checkered", vital=True))
    whole = words.say("Arrive {time}", time=time)
    return ArrivalPanel(words.say("You arrive"), time, note, _line(whole, note, "flag-checkered"))


def verdict(view: ViewContext, found: Arrival) -> Line | None:
    """`9 min late`, `19 min early` or `on time`; None without live traffic."""
    words = view.words
    if found.minutes is None:
        return None
    if found.verdict is Verdict.LATE:
        return Line((words.say_number("{n} min late", "{n} min late", found.minutes),), "alert", Tone.WARN)
    if found.verdict is Verdict.EARLY:
        early = words.say_number("{n} min early", "{n} min early", -found.minutes)
        return Line((early,), "clock-check-outline", Tone.GO)
    return Line((words.say("on time"),), "clock-check-outline", Tone.GO)


def _charge(view: ViewContext, travel: TravelTime) -> Line | None:
    """That an electric car's range is too short."""
    if not charge_first(travel.metres, view.vehicle.range_metres):
        return None
    return Line((view.words.say("Charge first"),), "alert", Tone.WARN)


def _line(whole: str, note: Line, icon: str) -> Line:
    """One line for a display without room for the panel: `Arrive 13:09 · 9 min late`; a warning is never left out."""
    warns = note.tone is Tone.WARN
    both = f"{whole} · {note.text}"
    return Line((both, note.text) if warns else (both, whole), note.icon if warns else icon, note.tone, vital=True)
