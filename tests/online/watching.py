"""Follows the adapter's states and the room in tests."""

from __future__ import annotations

from carlendar.domain.online_call import OnlineMeeting, OnlinePhase, OnlineState
from carlendar.online.teams_web import TeamsWeb
from tests.contracts.online_call import MEETING, OnlineWatch


def join(
    adapter: TeamsWeb, watch: OnlineWatch, *, muted: bool = False, meeting: OnlineMeeting = MEETING
) -> OnlineState:
    """Join and wait until the driver is in the meeting."""
    adapter.join(meeting, muted=muted)
    return watch.phase(OnlinePhase.CONNECTED)
