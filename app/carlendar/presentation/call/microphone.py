"""The microphone belongs to our call: muted as the driver wants it there, and open for every other call.

What is wanted is applied whenever the calls change: ours becomes active, another one does, ours ends, an
emergency call begins, the phone is back. In between, a change that was made elsewhere (on the phone, at the
steering wheel) is taken over as what the driver wants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.call import CallCommand, CallPhase, PhoneState
from carlendar.errors import CallError
from carlendar.presentation.states import Tone
from carlendar.presentation.view_context import ours

if TYPE_CHECKING:
    from carlendar.domain.call import Call
    from carlendar.presentation.intent_context import IntentContext

SETTLES_AFTER = 5.0
"""Elapsed seconds after which a command that had no effect is not waited for any more."""


def ask(context: IntentContext, *, muted: bool) -> None:
    """Mute or unmute, and remember that it was done from here."""
    session = context.session
    command = CallCommand.MUTE if muted else CallCommand.UNMUTE
    try:
        context.ports.telephony.command(command, _our_id(context))
    except CallError:
        context.toast(context.words().say("The phone could not do that"), "phone-alert", Tone.WARN)
        return
    session.muted_by_us = muted
    session.microphone_asked = (muted, context.ports.elapsed.seconds() + SETTLES_AFTER)


def want(context: IntentContext, *, muted: bool) -> None:
    """The driver mutes or unmutes our call."""
    if context.session.meeting_call is not None:
        context.session.meeting_call = replace(context.session.meeting_call, mute_on_connect=muted)
    ask(context, muted=muted)


def follow(context: IntentContext, before: PhoneState, state: PhoneState) -> None:
    """Apply what is wanted where the calls changed; else take over what was changed elsewhere."""
    session = context.session
    found = ours(state.calls, session.meeting_call)
    refused = state.refusal.command if state.refusal is not None and state.refusal != before.refusal else None
    situation = (state.connected, found.phase if found else None, _other_active(state, found), state.emergency)
    changed = situation != session.situation or refused is CallCommand.RESUME
    session.situation = situation
    session.resuming = session.resuming and not changed
    if refused in (CallCommand.MUTE, CallCommand.UNMUTE):
        session.microphone_asked, session.muted_by_us = None, state.muted
    asked = _asked(context, state)
    muted, wanted = (state.muted if asked is None else asked), _wanted(context, state, found)
    if not state.connected:
        return
    if changed and wanted is not None and wanted is not muted and (wanted or session.muted_by_us):
        ask(context, muted=wanted)
    elif asked is None and not state.muted:
        session.muted_by_us = False
    alone = found is not None and found.phase is CallPhase.ACTIVE and not situation[2]
    if alone and not changed and asked is None and before.muted is not state.muted and session.meeting_call is not None:
        session.meeting_call = replace(session.meeting_call, mute_on_connect=state.muted)


def _wanted(context: IntentContext, state: PhoneState, found: Call | None) -> bool | None:
    """Whether the microphone is to be muted now; None where it is to stay as it is."""
    if state.emergency or found is None:
        return False
    if found.phase is CallPhase.ACTIVE:
        return context.session.meeting_call is not None and context.session.meeting_call.mute_on_connect
    return False if _other_active(state, found) and not context.session.resuming else None


def _asked(context: IntentContext, state: PhoneState) -> bool | None:
    """What the microphone was last asked for, while that has not come about yet."""
    session = context.session
    if session.microphone_asked is None:
        return None
    muted, until = session.microphone_asked
    if state.muted is muted or not state.connected or context.ports.elapsed.seconds() > until:
        session.microphone_asked = None
        return None
    return muted


def _other_active(state: PhoneState, found: Call | None) -> bool:
    return any(call.phase is CallPhase.ACTIVE and call is not found for call in state.calls)


def _our_id(context: IntentContext) -> str:
    found = ours(context.session.phone.calls, context.session.meeting_call)
    return found.id if found else ""
