"""What pressing Join does in the situation at hand.

Needs nothing but the way in that was stored with the event, so that the screen can plan before its
first frame. A driver's way is by telephone only; links are for the parked car and the passenger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.meetings.way_in import DialIn, WayIn

NUMBERS = 3
"""How many numbers a plan names at most: the first, and two for when it fails."""


class JoinAction(StrEnum):
    """The ways to join that the car has."""

    CALL = "call"
    OPEN = "open"
    HAND_OVER = "hand_over"
    NONE = "none"


class Why(StrEnum):
    """Keys of the sentences that tell why there is no way to join now."""

    NO_WAY_IN = "no_way_in"
    RETIRED = "service_retired"
    NO_DIAL_IN = "no_dial_in"
    NO_PHONE = "no_phone"
    CONFIRM_PARKED = "confirm_parked"


@dataclass(frozen=True, slots=True, repr=False)
class Situation:
    """All that the plan depends on. `region` is the phone's country (ISO 3166-1 alpha-2).

    `browser` is of the display that asks. `confirmed`: a person has agreed to the number, parked.
    """

    parked: bool
    passenger: bool = False
    phone: bool = True
    data: bool = True
    browser: bool = False
    region: str = "DE"
    accepted: bool = True
    confirmed: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One thing that can be done. `country` is set when the number is of another than the phone's.

    `why` is a key of a sentence where `action` is none; `confirm` asks once before dialling (parked),
    and before opening a link of no known service.
    """

    action: JoinAction
    number: str = ""
    tones: str = ""
    url: str = ""
    country: str = ""
    why: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """The first thing to do, and what else can be done, in order."""

    first: Step
    also: tuple[Step, ...] = ()


def preference(dial_in: DialIn, region: str) -> tuple[bool, bool]:
    """Sort key of numbers: those of the phone's country, then toll-free ones, then as they stood."""
    return dial_in.country != region, not dial_in.toll_free


def plan(way_in: WayIn | None, situation: Situation) -> Plan:
    """How to join by `way_in` in `situation`. Always answers; `none` with a reason where there is no way."""
    if way_in is None or not way_in.found:
        retired = way_in is not None and way_in.retired
        return Plan(Step(JoinAction.NONE, why=Why.RETIRED if retired else Why.NO_WAY_IN))
    calls, links = _calls(way_in, situation), _links(way_in, situation)
    if situation.passenger:
        steps = links + calls
    elif situation.parked:
        steps = calls + links
    else:
        steps = tuple(step for step in calls if not step.confirm)
    if steps:
        return Plan(steps[0], steps[1:])
    return Plan(Step(JoinAction.NONE, why=_why(way_in, calls)))


def _calls(way_in: WayIn, situation: Situation) -> tuple[Step, ...]:
    if not situation.phone:
        return ()
    ordered = sorted(way_in.dial_ins, key=lambda dial_in: preference(dial_in, situation.region))
    return tuple(_call(dial_in, situation) for dial_in in ordered[:NUMBERS])


def _call(dial_in: DialIn, situation: Situation) -> Step:
    foreign = dial_in.country != situation.region
    return Step(
        JoinAction.CALL,
        number=dial_in.number,
        tones=dial_in.tones,
        country=dial_in.country if foreign else "",
        confirm=foreign and not situation.accepted and not situation.confirmed,
    )


def _links(way_in: WayIn, situation: Situation) -> tuple[Step, ...]:
    """Opening needs the car's data connection; a QR code needs only that of the phone that reads it."""
    if not way_in.url or way_in.retired:
        return ()
    hand_over = Step(JoinAction.HAND_OVER, url=way_in.url)
    if not (situation.browser and situation.data):
        return (hand_over,)
    strange = way_in.service == "unknown" and not situation.confirmed
    return replace(hand_over, action=JoinAction.OPEN, confirm=strange), hand_over


def _why(way_in: WayIn, calls: tuple[Step, ...]) -> Why:
    if calls:
        return Why.CONFIRM_PARKED
    if way_in.dial_ins:
        return Why.NO_PHONE
    if way_in.retired:
        return Why.RETIRED
    return Why.NO_DIAL_IN
