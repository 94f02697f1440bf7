"""Keeps travel times and the times displayed of them, and requests them while a meeting with a place is near.

Displayed times change once a minute at most and by two minutes or more (`carlendar.domain.travel.held`). The car's
position is sent to the service process only while a meeting needs it; nothing here is stored.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from carlendar.domain.travel import (
    MOVED,
    RECOMPUTE,
    TravelSource,
    TravelTime,
    arrival_time,
    held,
    leave_by,
    to_minute,
    to_reach,
)
from carlendar.presentation.travel.travel_session import SentRequest

if TYPE_CHECKING:
    from datetime import datetime

    from carlendar.ipc.messages import Travel, TravelLeg
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.travel.travel_session import TravelSession

NEARER = 300.0
"""Metres of movement, or of distance to the meeting, after which it is compared whether the car drives there."""
NO_BUFFER = timedelta(0)
"""The buffer is subtracted when a departure is displayed, so that a new setting counts at once."""
SOURCES = frozenset(source.value for source in TravelSource)


def received(context: IntentContext, message: Travel) -> None:
    """Take all current travel times of the service; what was not requested, and unknown sources, are left out."""
    session, now = context.session.travel, context.ports.wall.now()
    wanted = (leg for leg in message.legs if leg.source in SOURCES and leg.key in session.request.keys)
    session.times = {leg.key: _time(leg, now) for leg in wanted}
    _compare(session)
    for displayed in (session.arrivals, session.departures):
        for key in displayed.keys() - session.times.keys():
            del displayed[key]
    refresh(context)


def _compare(session: TravelSession) -> None:
    """Note for each meeting whether the car drives there, once it has moved since it was last compared."""
    here = session.request.here
    if here is None:
        return
    for key, travel in session.times.items():
        before, metres = session.distances.setdefault(key, (here, travel.metres))
        gained = metres - travel.metres
        if abs(gained) < NEARER and before.metres(here) < NEARER:
            continue
        session.distances[key] = here, travel.metres
        session.approaches[key] = gained >= NEARER


def _time(leg: TravelLeg, now: datetime) -> TravelTime:
    age = timedelta(seconds=min(max(0.0, leg.age), RECOMPUTE.total_seconds() * 10))
    return TravelTime(leg.seconds, leg.metres, leg.live, TravelSource(leg.source), now - age)


def refresh(context: IntentContext) -> None:
    """Compute the displayed times: new ones at once, others once a minute."""
    session, now = context.session.travel, context.now()
    if not session.times:
        return
    minute = to_minute(now)
    settled = minute == session.minute
    session.minute = minute
    driving = context.session.restrictions.restricted
    from_car = session.request.keys[:1]
    for key, travel in session.times.items():
        stored = context.session.agenda.stored.get(key)
        if stored is None or not travel.usable(now) or (settled and key in session.departures):
            continue
        start = stored.event.moments(UTC).start
        leave = leave_by(start, travel, NO_BUFFER)
        session.departures[key] = held(session.departures.get(key), leave)
        if key in from_car:
            arrives = arrival_time(travel, now, driving=driving)
            session.arrivals[key] = held(session.arrivals.get(key), arrives)


def request(context: IntentContext) -> None:
    """Request travel times if the meetings to reach, or the car's place, have changed or five minutes have passed.

    The car's position is wanted of the vehicle only while there are such meetings.
    Once no meeting needs the position, this is sent once, without a position.
    """
    session, elapsed = context.session, context.ports.elapsed.seconds()
    last, here = session.travel.request, session.vehicle.here
    keys = _to_reach(context)
    if session.travel.position_wanted is not bool(keys):
        session.travel.position_wanted = bool(keys)
        context.ports.watch_position(bool(keys))
    if not keys or here is None:
        if last.keys:
            session.travel.request = SentRequest()
            session.travel.forget()
            context.send("travel", latitude="", longitude="", keys="")
        return
    moved = last.here is None or here.metres(last.here) >= MOVED
    if keys == last.keys and not moved and elapsed - last.at < RECOMPUTE.total_seconds():
        return
    if keys[:1] != last.keys[:1]:
        session.travel.arrivals.clear()
    session.travel.request = SentRequest(keys, here, elapsed)
    context.send("travel", latitude=f"{here.latitude:.4f}", longitude=f"{here.longitude:.4f}", keys="\n".join(keys))


def _to_reach(context: IntentContext) -> tuple[str, ...]:
    session, wall = context.session, context.ports.wall
    if not wall.is_set():
        return ()
    now = context.now()
    call = session.meeting_call
    joined = frozenset({call.key}) if call is not None and call.ended is None and not call.failed else frozenset()
    found = to_reach(
        session.agenda.near(now),
        now,
        wall.zone(),
        parked=not session.restrictions.restricted,
        skipped=session.snapshot.dismissed | joined,
    )
    return tuple(entry.key for entry in found)
