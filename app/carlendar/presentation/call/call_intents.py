"""The call to a meeting: dialling, what the telephone reports, and what a touch does.

One call at a time is Carlendar's. Where the first number is not answered a second one is tried, once. A call
to another meeting that was put on hold for it is returned to. Nothing is dialled during an emergency call. A call that
was placed before this screen was started is found and shown. The microphone is in `microphone`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import in_join_time, running
from carlendar.domain.call import UNANSWERED, Call, CallCommand, EndedBy, PhoneState, same_number
from carlendar.errors import CallError
from carlendar.i18n.catalogue import mark
from carlendar.meetings.plan import JoinAction
from carlendar.presentation.access_policy import HOME, ScreenAddress
from carlendar.presentation.call import joined_meetings, microphone
from carlendar.presentation.call.view import ENDED, FAILED
from carlendar.presentation.disclosure import title
from carlendar.presentation.states import ScreenName, Tone
from carlendar.presentation.view_context import MeetingCall, ours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from carlendar.domain.agenda import AgendaEntry
    from carlendar.meetings.plan import JoinStep, Plan
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.intents import AnswerCall, DeclineCall
    from carlendar.presentation.view_context import ViewContext

UNREACHED = frozenset({EndedBy.REFUSED, EndedBy.NETWORK, EndedBy.NOT_DIALLED, EndedBy.NO_ANSWER, EndedBy.UNKNOWN})
"""Ends before an answer, after which another number may do better. Not where the phone made no progress: it may
be asking its owner something."""

REFUSED: dict[CallCommand, str] = {
    CallCommand.HANG_UP: mark("The phone did not hang up"),
    CallCommand.ANSWER: mark("The call was not answered"),
    CallCommand.HOLD_AND_ANSWER: mark("The call was not answered"),
    CallCommand.RESUME: mark("The call is still on hold"),
    CallCommand.MUTE: mark("The microphone is still on"),
    CallCommand.UNMUTE: mark("The microphone is still muted"),
}
"""What is left where the phone did not carry out a command."""


def dial(context: IntentContext, meeting_call: MeetingCall) -> None:
    """Dial, and show the Call screen; where that cannot even be tried, go back to the call there is."""
    session, current = context.session, context.session.meeting_call
    same = current is not None and (current.key, current.number) == (meeting_call.key, meeting_call.number)
    if same and ours(session.phone.calls, current) is not None:  # a second touch: one is in this call
        session.back_stack.go(ScreenAddress(ScreenName.CALL, meeting_call.key), session.restrictions)
        return
    before = _held_for(context, meeting_call)
    meeting_call = replace(
        meeting_call, since=context.ports.elapsed.seconds(), ended=None, failed="", call_id="", before=before
    )
    session.meeting_call = meeting_call
    session.turn()
    session.back_stack.go(ScreenAddress(ScreenName.CALL, meeting_call.key), session.restrictions)
    try:
        context.ports.telephony.dial(meeting_call.number, meeting_call.tones)
    except CallError as error:
        if before is None:
            session.meeting_call = replace(meeting_call, failed=error.key)
        else:
            _return_to(context, before, FAILED.get(error.key, FAILED["call"]))


def dial_step(context: IntentContext, entry: AgendaEntry, step: JoinStep, plan: Plan) -> None:
    """Dial by a step of the plan, with the next number that may be called without a question as the second."""
    view = context.view()
    calls = (each for each in plan.also if each.action is JoinAction.CALL and not each.confirm)
    fallback = next(((each.number, each.tones) for each in calls if each.number != step.number), None)
    name, muted = title(view, view.agenda.of(entry)), context.options.join_muted
    dial(context, MeetingCall(entry.key, name, step.number, step.tones, fallback=fallback, mute_on_connect=muted))


def _held_for(context: IntentContext, meeting_call: MeetingCall) -> MeetingCall | None:
    """The call to another meeting that is up, and is put on hold by dialling."""
    current, calls = context.session.meeting_call, context.session.phone.calls
    for each in (current, current.before if current else None):
        if (
            each is not None
            and (each.key, each.number) != (meeting_call.key, meeting_call.number)
            and (found := ours(calls, each)) is not None
        ):
            return replace(each, call_id=found.id, before=None)
    return None


def _return_to(context: IntentContext, before: MeetingCall, why: str) -> None:
    """Show the call that was on hold for another one, and why it is shown."""
    session = context.session
    session.meeting_call = replace(before, ended=None, failed="")
    if session.back_stack.here.screen is ScreenName.CALL:
        session.back_stack.go(ScreenAddress(ScreenName.CALL, before.key), session.restrictions)
    context.toast(context.words().say(why), "phone-alert", Tone.WARN)


def command(context: IntentContext, name: CallCommand) -> None:
    """Act on the call that Carlendar placed."""
    if name in (CallCommand.MUTE, CallCommand.UNMUTE):
        microphone.want(context, muted=name is CallCommand.MUTE)
        return
    meeting_call = context.session.meeting_call
    found = ours(context.session.phone.calls, meeting_call)
    if found is None:
        return  # it is over: whatever call is up now is not ours to act on
    tones = meeting_call.tones if meeting_call is not None and name is CallCommand.SEND_TONES else ""
    _command(context, name, found.id, tones)


def answer(context: IntentContext, intent: AnswerCall) -> None:
    """Answer the waiting call; ours is put on hold, and the microphone is unmuted once that has happened."""
    _command(context, CallCommand.HOLD_AND_ANSWER, intent.call_id)


def decline(context: IntentContext, intent: DeclineCall) -> None:
    """Hang up the call that waits; without effect once it does not: what is up then is not ours to end."""
    if any(call.id == intent.call_id and call.phase in UNANSWERED for call in context.session.phone.calls):
        _command(context, CallCommand.HANG_UP, intent.call_id)


def unhold(context: IntentContext) -> None:
    """Take our call back, muted as it was: before it is active, so that nothing is heard in between."""
    meeting_call = context.session.meeting_call
    if meeting_call is not None and meeting_call.mute_on_connect and not context.session.phone.muted:
        context.session.resuming = True
        microphone.ask(context, muted=True)
    command(context, CallCommand.RESUME)


def _command(context: IntentContext, name: CallCommand, call_id: str = "", tones: str = "") -> None:
    try:
        context.ports.telephony.command(name, call_id, tones)
    except CallError:
        context.toast(context.words().say("The phone could not do that"), "phone-alert", Tone.WARN)


def close(context: IntentContext) -> None:
    """Leave the Call screen after the call's end."""
    context.session.meeting_call = context.session.after_leaving = None
    context.session.turn()
    context.session.back_stack.home()


def notify_phone(context: IntentContext) -> None:
    """Pass the phone that the active profile calls by to the telephone, if it has changed."""
    session, wanted = context.session, context.own_phone[0]
    if wanted == (session.phone_sent or ""):
        return
    with suppress(CallError):  # there is no telephone yet: sent when there is
        context.ports.telephony.command(CallCommand.PREFER_PHONE, wanted)
        session.phone_sent = wanted


def phone_changed(context: IntentContext, state: PhoneState) -> None:
    """What the telephone says; the end of our call stays on the screen until it is closed."""
    session = context.session
    before, earlier = ours(session.phone.calls, session.meeting_call), session.phone
    session.phone = state
    notify_phone(context)
    if state.refusal is not None and state.refusal != earlier.refusal and state.refusal.command in REFUSED:
        context.toast(context.words().say(REFUSED[state.refusal.command]), "phone-alert", Tone.WARN)
    meeting_call, last = session.meeting_call, state.last_ended
    if meeting_call is None or meeting_call.online:
        find(context)
    elif (found := ours(state.calls, meeting_call)) is not None:
        unknown = meeting_call.found or (
            meeting_call.ended is not None and found.placed is None
        )  # it is back after a long time
        session.meeting_call = replace(meeting_call, ended=None, failed="", call_id=found.id, found=unknown)
    elif last is not None and _is_end_of(meeting_call, last):
        _over(context, meeting_call, last)
    elif before is not None:
        session.meeting_call = replace(meeting_call, ended=before)
    shown = session.meeting_call
    if shown is not None and (shown.ended is not None or shown.failed) and ours(state.calls, shown) is None:
        find(context)  # another meeting, dialled on the handset while the end of this one is shown
    microphone.follow(context, earlier, state)
    joined_meetings.remember(context)


def _is_end_of(meeting_call: MeetingCall, last: Call) -> bool:
    """Whether this is how the call of this meeting ended, and not an earlier one or that of another meeting."""
    if not same_number(last.number, meeting_call.number) or last.since < meeting_call.since:
        return False
    if meeting_call.before is not None and last.id == meeting_call.before.call_id:
        return False
    return last.placed is None or last.placed >= meeting_call.since or last.id == meeting_call.call_id


def _over(context: IntentContext, meeting_call: MeetingCall, ended: Call) -> None:
    """Our call is over; where it was not answered the second number is tried, else the earlier call is shown."""
    if meeting_call.ended is not None or meeting_call.failed:
        return
    if meeting_call.fallback is not None and not ended.answered and ended.ended_by in UNREACHED:
        number, tones = meeting_call.fallback
        dial(context, replace(meeting_call, number=number, tones=tones, fallback=None, second=True))
        return
    if meeting_call.before is not None and ours(context.session.phone.calls, meeting_call.before) is not None:
        _return_to(context, meeting_call.before, ENDED[ended.ended_by or EndedBy.UNKNOWN])
        return
    context.session.meeting_call = replace(meeting_call, ended=ended)


def find(context: IntentContext) -> None:
    """Take up the call to a meeting of now that Carlendar did not place, or placed before this screen was started.

    It may be up when the phone connects, be dialled on the handset, or begin before the meeting's time for joining.
    """
    state, session = context.session.phone, context.session
    if state.idle:
        return
    view = context.view()
    for entry, number, tones in _numbers(view):
        name = title(view, view.agenda.of(entry))
        meeting_call = MeetingCall(entry.key, name, number, tones, mute_on_connect=state.muted, found=True)
        if ours(state.calls, meeting_call) is None:
            continue
        session.meeting_call, session.muted_by_us = meeting_call, state.muted
        here = session.back_stack.here
        if here == HOME or here.screen is ScreenName.CALL:
            session.back_stack.go(ScreenAddress(ScreenName.CALL, meeting_call.key), session.restrictions)
        return


def _numbers(view: ViewContext) -> Iterator[tuple[AgendaEntry, str, str]]:
    """The numbers of the meetings of now with their digits, the likeliest meeting first; organisers' own come last."""
    # Joining answers a reminder: of two meetings with one number it is that one. Else it is the one that is running.
    answered = dict(view.snapshot.snoozed)
    entries = sorted(
        (entry for entry in view.agenda.near(view.now) if in_join_time(entry, view.now)),
        key=lambda entry: (
            entry.key not in answered, not running(entry.event, view.now), abs(view.at(entry)[0] - view.now),
        ),
    )  # fmt: skip
    details = [(entry, view.agenda.of(entry).join_details) for entry in entries]
    for entry, found in details:
        for dial_in in found.dial_ins if found is not None else ():
            yield entry, dial_in.number, dial_in.tones
    for entry, found in details:
        if found is not None and found.organizer_number:
            yield entry, found.organizer_number, ""
