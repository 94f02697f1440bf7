"""What pressing Join does in the situation at hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.meetings.way_in import WayIn


class JoinAction(StrEnum):
    """The ways to join that the car has."""

    CALL = "call"
    OPEN = "open"
    HAND_OVER = "hand_over"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the plan depends on. `region` is the phone's country (ISO 3166-1 alpha-2)."""

    parked: bool
    passenger: bool = False
    phone: bool = True
    data: bool = True
    browser: bool = False
    region: str = "DE"
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done. `country` is set when the number is of another than the phone's.

    `why` is a key of a sentence where `action` is none; `confirm` asks once before dialling (parked).
    """

    action: JoinAction
    number: str = ""
    tones: str = ""
    url: str = ""
    country: str = ""
    why: str = ""
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The first thing to do, and what else can be done, in order."""

    first: Step
    also: tuple[Step, ...] = ()


def plan(way_in: WayIn | None, situation: Situation) -> Plan:
    """How to join by `way_in` in `situation`. Always answers; `none` with a reason where there is no way."""
    raise ValueError("not written yet")
