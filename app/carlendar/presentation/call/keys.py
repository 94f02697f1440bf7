"""Keys of the steering wheel: what a key does to the call that is up, on either line and from whatever screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.call import CallPhase
from carlendar.domain.call_key import CallKey
from carlendar.presentation.intents import GiveConsent, Intent, LeaveCall, Mute, Unmute

if TYPE_CHECKING:
    from carlendar.presentation.view_context import ViewContext


def intent_of(view: ViewContext, key: CallKey) -> Intent | None:
    """Return what the key does now; None for nothing.

    Without a call of ours a key is the phone's alone, and no key acts during an emergency call. Only the key of consent
    agrees to being recorded: muting never does, and unmuting waits for it.
    """
    if not view.in_call or view.emergency:
        return None
    data, call = view.on_data, view.our_call
    match key:
        case CallKey.LEAVE:
            return LeaveCall()
        case CallKey.CONSENT:
            return GiveConsent() if data is not None and data.consent_needed else None
        case CallKey.MUTE:
            if data is not None:
                return None if data.consent_needed else Unmute() if data.muted else Mute()
            active = call is not None and call.phase is CallPhase.ACTIVE
            return (Unmute() if view.phone.muted else Mute()) if active else None
