"""The matrix of `carlendar audit`: the situations of the pictures and worst cases, on every kind of display."""

from __future__ import annotations

from carlendar.safety.restrictions import DrivingState
from carlendar.ui.metrics import PRESETS, DisplayMetrics
from carlendar_devtools.audit.page import Private
from carlendar_devtools.emulator.presets import PRESETS as EMULATED
from carlendar_devtools.stories.road_situations import placed, travels
from carlendar_devtools.stories.scenario_rig import RigSession
from carlendar_devtools.stories.situations import SITUATIONS
from carlendar_devtools.stories.story_situation import IDLING, PARKED, StorySituation, after_reminders, chain, touches

DISPLAYS = {
    **{each.name: DisplayMetrics(each.width, each.height, each.px_per_mm, each.distance_mm) for each in EMULATED},
    "wide-12.3": PRESETS["12.3"],
    "small-9": PRESETS["9"],
}
"""The emulator's displays, and two that are common in cars."""

TEXT_SCALES = (1.0, 0.85, 1.15)
"""Text scales at which geometry is measured; pixels are measured at the first."""

SCENARIOS = ("commute", "busy", "empty", "world", "worst", "huge")


def _hourly() -> tuple[StorySituation, ...]:
    """Each of the worst titles as the next meeting, in its reminder, its event and its call."""
    made: list[StorySituation] = []
    for hour in range(8, 18):
        made += (
            StorySituation(f"worst-drive-{hour}", f"{hour:02}:48", act=after_reminders(), scenario="worst"),
            StorySituation(f"worst-reminder-{hour}", f"{hour:02}:56", scenario="worst"),
        )
    return tuple(made)


WORST = (
    *_hourly(),
    *(StorySituation(f"worst-arrival-{hour}", f"{hour:02}:48", act=chain(after_reminders(), placed(), travels(70)),
                     scenario="worst") for hour in (8, 10, 13, 16)),
    StorySituation("worst-arrival-reminder", "08:56", act=chain(placed(), travels(70)), scenario="worst"),
    StorySituation("worst-leave-parked", "08:28", PARKED, chain(after_reminders(), placed(), travels(17)),
                   scenario="worst"),
    StorySituation("worst-agenda", "08:48", act=after_reminders("agenda"), scenario="worst"),
    StorySituation("worst-agenda-later", "08:48", act=after_reminders("agenda", "later"), scenario="worst"),
    StorySituation("worst-agenda-idling", "08:48", IDLING, after_reminders("agenda"), scenario="worst"),
    StorySituation("worst-agenda-parked", "08:48", PARKED, after_reminders("agenda"), scenario="worst"),
    StorySituation("worst-event-parked", "08:48", PARKED, after_reminders("agenda", "open"), scenario="worst"),
    StorySituation("worst-event-idling", "08:48", IDLING, after_reminders("agenda", "open"), scenario="worst"),
    StorySituation("worst-event-japanese", "10:48", PARKED, after_reminders("agenda", "open"), scenario="worst"),
    StorySituation("worst-call", "08:58", act=touches("join"), scenario="worst"),
    StorySituation("worst-call-emoji", "15:58", act=touches("join"), scenario="worst"),
    StorySituation("world-agenda", "08:48", act=after_reminders("agenda"), scenario="world"),
    StorySituation("world-agenda-idling", "08:48", IDLING, after_reminders("agenda"), scenario="world"),
    StorySituation("busy-agenda", "08:48", act=after_reminders("agenda"), scenario="busy"),
    StorySituation("busy-agenda-last", "08:48", act=after_reminders("agenda", "later", "later"), scenario="busy"),
    StorySituation("busy-agenda-idling", "08:48", IDLING, after_reminders("agenda"), scenario="busy"),
    StorySituation("busy-agenda-parked", "08:48", PARKED, after_reminders("agenda"), scenario="busy"),
    StorySituation("busy-drive", "09:20", act=after_reminders(), scenario="busy"),
    StorySituation("huge-drive", "08:48", act=after_reminders(), scenario="huge"),
    StorySituation("huge-agenda", "08:48", act=after_reminders("agenda"), scenario="huge"),
    StorySituation("huge-agenda-idling", "08:48", IDLING, after_reminders("agenda"), scenario="huge"),
    StorySituation("huge-agenda-parked", "08:48", PARKED, after_reminders("agenda"), scenario="huge"),
)  # fmt: skip

AUDITED = {each.name: each for each in (*SITUATIONS, *WORST) if not each.like}
"""Situations by name, in the audit's languages. One that differs from another in its words only is measured there."""

STATES = (DrivingState.MOVING, DrivingState.IDLING, DrivingState.PARKED, DrivingState.UNKNOWN)


def private(session: RigSession) -> Private:
    """Return texts that must not be displayed while driving: bodies and participants."""
    events = [stored.event for stored in session.read().events]
    names = {person.name for event in events for person in event.attendees if person.name}
    shown = " ".join(event.title for event in events)
    places = {event.place.name for event in events if event.place is not None}
    return Private(
        frozenset(" ".join(event.body.split()) for event in events if event.body),
        frozenset(name for name in names if name not in shown),
        frozenset(event.title for event in events) | places | names,
    )
