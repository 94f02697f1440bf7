"""Commands of the car's voice assistant: each does what the button of Now or a key of the steering wheel would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.call_key import CallKey
from carlendar.domain.voice_command import VoiceCommand
from carlendar.presentation.call import keys
from carlendar.presentation.intents import Intent, Join, Mute, Unmute
from carlendar.presentation.now.view import drive

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext

KEYS = {
    VoiceCommand.MUTE: CallKey.MUTE,
    VoiceCommand.UNMUTE: CallKey.MUTE,
    VoiceCommand.LEAVE: CallKey.LEAVE,
    VoiceCommand.CONSENT: CallKey.CONSENT,
}
"""The key that acts under the same conditions."""


def intent_of(view: ViewContext, command: VoiceCommand) -> Intent | None:
    """Return what the command does now; None for nothing.

    Nothing acts during an emergency call. Agreeing needs a call that asks for it: neither joining nor unmuting agrees.
    """
    if command is VoiceCommand.JOIN:
        offered = None if view.emergency else drive(view).primary
        return offered.intent if offered is not None and isinstance(offered.intent, Join) else None
    pressed = keys.intent_of(view, KEYS[command])
    if pressed is None:
        return None
    # the key of the microphone toggles, a command names the state
    return {VoiceCommand.MUTE: Mute(), VoiceCommand.UNMUTE: Unmute()}.get(command, pressed)
