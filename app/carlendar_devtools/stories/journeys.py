"""Starting points of the audit's walks, and the sessions that they use."""

from __future__ import annotations

from carlendar.safety.restrictions import DrivingState
from carlendar_devtools.stories.scenario_rig import HeldClock, RigSession
from carlendar_devtools.stories.story_situation import StorySituation, after_reminders

WALKED = (
    ("walk-next", "commute", "08:52"), ("walk-reminder", "commute", "08:56"), ("walk-busy", "busy", "09:20"),
    ("walk-reminders", "busy", "09:20"),
)  # fmt: skip
"""Starting points: before a meeting, at a reminder, on a busy day, and on that day after four reminders."""
REMINDED = ("walk-reminder", "walk-reminders")
"""Walks that begin with unanswered reminders."""


class JourneySession:
    """A session for a walk."""

    def __init__(self, session: RigSession) -> None:
        self._sitting = session
        self.controller = session.presenter
        self.elapsed: HeldClock = session.clock

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self._sitting.pass_time(seconds)

    def close(self) -> None:
        """Release the files."""
        self._sitting.close()


def start(name: str, state: str) -> StorySituation:
    """Return the start of the walk of that name, in that driving state (moving if empty)."""
    scenario, at = next((scenario, at) for known, scenario, at in WALKED if known == name)
    act = (lambda _: None) if name in REMINDED else after_reminders()
    return StorySituation(name, at, DrivingState(state or "moving"), act, scenario=scenario)


def news(session: RigSession, second: int) -> None:
    """Synchronise the calendar at irregular times; sometimes it fails."""
    if second % 7 == 0:
        session.fresh(second // 60 % 3, online=second % 5 != 0)
