"""Plans what Join does in a given situation.

Needs only the stored join details, so that the screen can plan before its first frame. A driver joins by telephone or
by audio over the car's data connection; links are for the parked car and the passenger.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.base import Value
from carlendar.domain.online_call import OnlineNeed, OnlineReadiness
from carlendar.meetings.join_details import DialIn

if TYPE_CHECKING:
    from carlendar.meetings.join_details import JoinDetails

NUMBERS = 3
"""Maximum number of numbers in a plan: the first, and two fallbacks."""


class JoinAction(StrEnum):
    """The ways to join."""

    CALL = "call"
    JOIN_ONLINE = "join_online"
    """Audio over the car's data connection."""
    OPEN = "open"
    HAND_OVER = "hand_over"
    LATE = "late"
    """Notify the others of being late; not a way to join, only an alternative to it."""
    NONE = "none"


DIRECT = frozenset({JoinAction.CALL, JoinAction.JOIN_ONLINE, JoinAction.OPEN})
"""The ways that the button Join takes."""


class PreferredLine(StrEnum):
    """By which line the driver wants to join."""

    AUTO = "auto"
    """By telephone where that is possible, else over data: callers often skip the lobby, and their voice has no gaps
    where the data connection has."""
    PHONE = "phone"
    """By telephone only; data is an alternative after it failed."""
    DATA = "data"
    """Over data where that is possible, else by telephone."""


class Why(StrEnum):
    """Keys of the sentences that explain why joining is not possible now."""

    NO_JOIN_DETAILS = "no_way_in"
    RETIRED = "service_retired"
    NO_DIAL_IN = "no_dial_in"
    NO_PHONE = "no_phone"
    NO_DATA = "no_data"
    """The meeting can be joined over data only, and there is no data connection."""
    PHONE_BUSY = "phone_busy"
    """The meeting can be joined over data only, and the phone is on a call: never two lines at once."""
    CONFIRM_PARKED = "confirm_parked"


class Doubt(StrEnum):
    """Keys of the reasons to confirm a number once, while parked, before it is dialled."""

    NOT_OF_SERVICE = "not_of_service"
    NOT_ACCEPTED = "not_accepted"
    FOREIGN = "foreign"


class Situation(Value, frozen=True):
    """Everything the plan depends on. `region` is the phone's country (ISO 3166-1 alpha-2).

    `browser` is that of the display. `confirmed`: the user has accepted the number while parked. `late`: the others can
    be notified of being late. `phone` is whether the phone can dial, `phone_idle` whether it has no call at all.
    `online` is None in a car that does not join over data.
    """

    parked: bool
    passenger: bool = False
    phone: bool = True
    data: bool = True
    browser: bool = False
    region: str = "DE"
    accepted: bool = True
    confirmed: bool = False
    late: bool = False
    phone_idle: bool = True
    online: OnlineReadiness | None = None
    line: PreferredLine = PreferredLine.AUTO


class JoinStep(Value, frozen=True):
    """One possible step. `country` is set if the number's country is not the phone's.

    `why` is the key of a sentence if `action` is none; `confirm` asks once before dialling (while parked), and before
    opening a link of an unknown service. `doubt` is the reason to confirm a number, also if it cannot be confirmed
    because the car is not parked. `organizer`: the number is a person's, not a conference's. `adapter` joins over data;
    `needs` is what it lacks: such a step comes last and is never the first.
    """

    action: JoinAction
    number: str = ""
    tones: str = ""
    url: str = ""
    country: str = ""
    why: str = ""
    confirm: bool = False
    doubt: str = ""
    organizer: bool = False
    adapter: str = ""
    needs: tuple[OnlineNeed, ...] = ()


class Plan(Value, frozen=True):
    """The first step, further ways to join in order, and alternatives.

    `instead` applies if nothing is dialled: the organiser's own number, or a message about being late.
    """

    first: JoinStep
    also: tuple[JoinStep, ...] = ()
    instead: tuple[JoinStep, ...] = ()


def preference(dial_in: DialIn, region: str, organizer: str = "") -> tuple[bool, bool, bool]:
    """Sort key of numbers: the phone's country first, then toll-free ones, the organiser's, and the original order."""
    return dial_in.country != region, not dial_in.toll_free, dial_in.country != organizer


def plan(join_details: JoinDetails | None, situation: Situation) -> Plan:
    """Return how to join by `join_details` in `situation`; the action is `none`, with a reason, if impossible."""
    if join_details is None or not join_details.found:
        retired = join_details is not None and join_details.retired
        first = JoinStep(JoinAction.NONE, why=Why.RETIRED if retired else Why.NO_JOIN_DETAILS)
        return Plan(first, instead=_instead(join_details, situation) if join_details is not None else ())
    calls, links, online = (
        _calls(join_details, situation),
        _links(join_details, situation),
        _online(join_details, situation),
    )
    ready = tuple(step for step in online if not step.needs and situation.phone_idle)
    lines = _lines(calls, ready, situation)
    if situation.passenger:
        steps = links + lines
    elif situation.parked:
        steps = lines + links
    else:
        steps = tuple(step for step in lines if not step.confirm)
    first = steps[0] if steps else _no_way(join_details, calls, online, situation)
    also = steps[1:] + tuple(step for step in online if step.needs or step not in steps)
    joins = first.action in (JoinAction.CALL, JoinAction.JOIN_ONLINE)
    return Plan(first, also, () if joins else _instead(join_details, situation))


def _lines(calls: tuple[JoinStep, ...], online: tuple[JoinStep, ...], situation: Situation) -> tuple[JoinStep, ...]:
    """The telephone and data in the driver's order; a number that needs a question comes after data."""
    if situation.line is PreferredLine.PHONE:
        return calls
    if situation.line is PreferredLine.DATA:
        return online + calls
    known = tuple(step for step in calls if not step.confirm)
    return known + online + tuple(step for step in calls if step.confirm)


def _online(join_details: JoinDetails, situation: Situation) -> tuple[JoinStep, ...]:
    """Joining over data, if there is an adapter for the meeting's service."""
    offer = situation.online
    if offer is None or join_details.retired or not join_details.url or join_details.service not in offer.services:
        return ()
    network = () if situation.data else (OnlineNeed.NETWORK,)
    needs = tuple(dict.fromkeys((*offer.needs, *network)))
    return (JoinStep(JoinAction.JOIN_ONLINE, url=join_details.url, adapter=offer.adapter, needs=needs),)


def _calls(join_details: JoinDetails, situation: Situation) -> tuple[JoinStep, ...]:
    """Calls to the best numbers; one that needs no question before those that do."""
    if not situation.phone:
        return ()
    ordered = sorted(
        join_details.dial_ins,
        key=lambda each: (
            bool(_doubt(each, join_details, situation)),
            preference(each, situation.region, join_details.organizer_country),
        ),
    )
    return tuple(_call(dial_in, join_details, situation) for dial_in in ordered[:NUMBERS])


def _call(dial_in: DialIn, join_details: JoinDetails, situation: Situation) -> JoinStep:
    doubt = _doubt(dial_in, join_details, situation)
    return JoinStep(
        JoinAction.CALL,
        number=dial_in.number,
        tones=dial_in.tones,
        country=abroad(dial_in.country, situation.region),
        confirm=bool(doubt),
        doubt=doubt,
    )


def _doubt(dial_in: DialIn, join_details: JoinDetails, situation: Situation) -> str:
    """Why the number is confirmed first; empty where it is not. A number of no country costs nothing."""
    if situation.confirmed:
        return ""
    if not dial_in.of_service:
        return Doubt.NOT_OF_SERVICE
    if not situation.accepted:
        return Doubt.NOT_ACCEPTED
    country = abroad(dial_in.country, situation.region)
    return Doubt.FOREIGN if country not in ("", join_details.organizer_country) else ""


def abroad(country: str, region: str) -> str:
    """Return a number's country where it is not the phone's `region`. `001` is the world's toll-free code."""
    return "" if country in (region, "001") else country


def _instead(join_details: JoinDetails, situation: Situation) -> tuple[JoinStep, ...]:
    """What a person can do who does not get in by telephone; while driving nothing that asks a question."""
    if situation.passenger:
        return ()
    steps: list[JoinStep] = []
    if join_details.organizer_number and situation.phone:
        own = DialIn(join_details.organizer_number, country=join_details.organizer_number_country)
        call = replace(_call(own, join_details, situation), organizer=True)
        if situation.parked or not call.confirm:
            steps.append(call)
    if situation.late:
        steps.append(JoinStep(JoinAction.LATE))
    return tuple(steps)


def _links(join_details: JoinDetails, situation: Situation) -> tuple[JoinStep, ...]:
    """Opening needs the car's data connection; a QR code needs only that of the phone that reads it."""
    if not join_details.url or join_details.retired:
        return ()
    hand_over = JoinStep(JoinAction.HAND_OVER, url=join_details.url)
    if not (situation.browser and situation.data):
        return (hand_over,)
    strange = join_details.service == "unknown" and not situation.confirmed
    return replace(hand_over, action=JoinAction.OPEN, confirm=strange), hand_over


def _no_way(
    join_details: JoinDetails, calls: tuple[JoinStep, ...], online: tuple[JoinStep, ...], situation: Situation
) -> JoinStep:
    why = _why(join_details, calls, online, situation)
    return JoinStep(JoinAction.NONE, why=why, doubt=calls[0].doubt if why is Why.CONFIRM_PARKED else "")


def _why(
    join_details: JoinDetails, calls: tuple[JoinStep, ...], online: tuple[JoinStep, ...], situation: Situation
) -> Why:
    if calls:
        return Why.CONFIRM_PARKED
    if join_details.dial_ins:
        return Why.NO_PHONE
    if join_details.retired:
        return Why.RETIRED
    # Only what the driver can wait for is a reason of its own; what the car's maker has to set up is not.
    if online and situation.line is not PreferredLine.PHONE:
        if not online[0].needs:
            return Why.PHONE_BUSY
        if set(online[0].needs) == {OnlineNeed.NETWORK}:
            return Why.NO_DATA
    return Why.NO_DIAL_IN
