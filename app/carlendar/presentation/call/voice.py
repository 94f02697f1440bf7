"""Commands of the car's voice assistant: each does what a touch would do now, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.call import CallPhase
from carlendar.domain.voice_command import VoiceCommand
from carlendar.presentation.intents import GiveConsent, Intent, Join, LeaveCall, Mute, Unmute
from carlendar.presentation.now.view import drive
from carlendar.presentation.states import Action

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext


def action_of(view: ViewContext, command: VoiceCommand) -> Action | None:
    """Return the action of the command; None where no screen would offer it now.

    Nothing acts during an emergency call. Agreeing needs a call that asks for it: neither joining nor unmuting agrees.
    """
    if view.emergency:
        return None
    if command is VoiceCommand.JOIN:
        offered = drive(view).primary
        return offered if offered is not None and isinstance(offered.intent, Join) else None
    intent = _in_call(view, command) if view.in_call else None
    return None if intent is None else Action(intent, ("",))


def _in_call(view: ViewContext, command: VoiceCommand) -> Intent | None:
    data, call = view.on_data, view.our_call
    if command is VoiceCommand.LEAVE:
        return LeaveCall()
    if command is VoiceCommand.CONSENT:
        return GiveConsent() if data is not None and data.consent_needed else None
    can_mute = not data.consent_needed if data is not None else call is not None and call.phase is CallPhase.ACTIVE
    if not can_mute:
        return None
    return Mute() if command is VoiceCommand.MUTE else Unmute()
