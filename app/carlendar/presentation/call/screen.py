"""The Call screen, whichever line the call is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.presentation.actions import to_agenda
from carlendar.presentation.call import view as phone_view

if TYPE_CHECKING:
    from carlendar.presentation.states import CallState
    from carlendar.presentation.view_context import ViewContext


def call(view: ViewContext) -> CallState:
    """Return the Call screen for the current call, or for how it ended."""
    state = _of_line(view)
    if state.leave is None:
        return state
    # when parked the rail leads there; what answers a waiting call takes its place
    agenda = None if view.parked or state.decline is not None else to_agenda(view)
    online = view.meeting_call is not None and view.meeting_call.online
    return replace(state, agenda=agenda, online=online, agenda_apart=not view.parked)


def _of_line(view: ViewContext) -> CallState:
    if view.meeting_call is None or not view.meeting_call.online:
        return phone_view.call(view)
    from carlendar.presentation.call import data_view  # not needed in a car that does not join over data

    return data_view.call(view, view.meeting_call)
