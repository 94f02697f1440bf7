"""The two lines, telephone and data connection: commands to the one our call is on, and the change to the other.

There is one line at a time. Before another begins, ours is left, and the other follows once that is reported. A call
on the phone that is not only ringing ends the data call, an emergency call too: they never mix.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from carlendar.domain.call import UNANSWERED, CallCommand, PhoneState
from carlendar.domain.online_call import OnlineCommand
from carlendar.errors import CallError
from carlendar.meetings.plan import JoinAction, JoinStep
from carlendar.presentation.call import call_intents, data_intents, joined_meetings
from carlendar.presentation.call import view as call_view
from carlendar.presentation.session import AfterLeaving
from carlendar.presentation.states import Tone
from carlendar.presentation.view_context import data_call, ours

if TYPE_CHECKING:
    from carlendar.ipc.messages import OnlineStatus
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import AnswerCall, ChangeLine

ON_DATA = {
    CallCommand.MUTE: OnlineCommand.MUTE,
    CallCommand.UNMUTE: OnlineCommand.UNMUTE,
    CallCommand.HANG_UP: OnlineCommand.LEAVE,
}
"""The commands that a data call knows."""


# --- touches --------------------------------------------------------------------------------------


def command(context: IntentContext, name: CallCommand) -> None:
    """Act on our call, on whichever line it is."""
    session = context.session
    session.after_leaving = None
    if session.ours_online:
        if name in ON_DATA:
            context.ports.online.command(ON_DATA[name])
    else:
        call_intents.command(context, name)


def give_consent(context: IntentContext) -> None:
    """Agree to being recorded or transcribed."""
    context.ports.online.command(OnlineCommand.CONSENT)


def answer(context: IntentContext, intent: AnswerCall) -> None:
    """Answer the waiting call; ours is put on hold, or left first if it is on the data connection."""
    if context.session.meeting_online:
        leave_for(context, AfterLeaving(answer=intent.call_id))
    else:
        call_intents.answer(context, intent)


def change_line(context: IntentContext, intent: ChangeLine) -> None:
    """Leave our call, then join by the other line; without effect if that is no longer possible."""
    call = context.session.meeting_call
    offered = call_view.change_line(context.view(), call) if call is not None else None
    if offered is not None and offered.intent == intent:
        leave_for(context, AfterLeaving(intent.key, intent.step))


def leave_for(context: IntentContext, after: AfterLeaving) -> None:
    """Leave our call, whichever line it is on; what follows begins once that is reported."""
    session = context.session
    session.after_leaving = after
    if session.ours_online:
        context.ports.online.command(OnlineCommand.LEAVE)
    elif (found := ours(session.phone.calls, session.meeting_call)) is not None:
        try:
            context.ports.telephony.command(CallCommand.HANG_UP, found.id)
        except CallError:
            session.after_leaving = None
            context.toast(context.words().say("The phone could not do that"), "phone-alert", Tone.WARN)
    else:
        _go_on(context)


# --- what is reported -----------------------------------------------------------------------------


def status_changed(context: IntentContext, status: OnlineStatus) -> None:
    """Take over what the service reports of joining over data."""
    data_intents.status_changed(context, status)
    joined_meetings.remember(context)
    _follow(context)


def service_lost(context: IntentContext) -> None:
    """The connection to the service is lost."""
    data_intents.service_lost(context)
    _follow(context)


def phone_changed(context: IntentContext, before: PhoneState) -> None:
    """Follow the phone, after `call_intents.phone_changed`; `before` is its state until now."""
    session = context.session
    refusal = session.phone.refusal
    if refusal is not None and refusal != before.refusal and refusal.command is CallCommand.HANG_UP:
        session.after_leaving = None
    _follow(context)


def _follow(context: IntentContext) -> None:
    if context.session.meeting_online:
        _end_beside_phone(context)
    else:
        _go_on(context)


def _end_beside_phone(context: IntentContext) -> None:
    """Leave the data call where the phone has one that is not only ringing: its owner has decided."""
    session = context.session
    if session.phone.in_use:
        session.after_leaving = None
        context.ports.online.command(OnlineCommand.LEAVE)


def _go_on(context: IntentContext) -> None:
    """Begin what was to follow our call, once that is over."""
    session, after = context.session, context.session.after_leaving
    if after is None or ours(session.phone.calls, session.meeting_call) is not None:
        return
    if session.meeting_call is not None and session.meeting_call.online:
        state = data_call(session.data_line, session.meeting_call)
        if state is None or state.up:  # not reported yet
            return
    session.after_leaving = None
    if session.phone.emergency:
        return
    if after.answer:
        if any(call.id == after.answer and call.phase in UNANSWERED for call in session.phone.calls):
            with suppress(CallError):
                context.ports.telephony.command(CallCommand.HOLD_AND_ANSWER, after.answer)
    elif after.step is not None:
        _begin(context, after.key, after.step)


def _begin(context: IntentContext, key: str, step: JoinStep) -> None:
    entry = context.entry(key)
    if entry is None:
        return
    if step.action is JoinAction.JOIN_ONLINE:
        if not context.session.phone.in_use:
            data_intents.join(context, entry)
        return
    view = context.view()
    call_intents.dial_step(context, entry, step, view.plan(view.agenda.of(entry)))
