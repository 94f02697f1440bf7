"""The call to a meeting: dialled, followed by what the telephone says, acted on by touches.

One call at a time is Carlendar's. Where the first number is not answered a second one is tried, once. A call
to another meeting that was put on hold for it is returned to. Nothing is dialled during an emergency call. A call that
was placed before this screen was started is found and shown. The microphone is in `microphone`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import joinable
from carlendar.domain.call import Call, CallCommand, EndedBy, PhoneState, same_number
from carlendar.errors import CallError
from carlendar.i18n.catalogue import mark
from carlendar.presentation.access_policy import HOME, ScreenAddress
from carlendar.presentation.call import microphone
from carlendar.presentation.call.view import ENDED, FAILED
from carlendar.presentation.disclosure import title
from carlendar.presentation.states import ScreenName, Tone
from carlendar.presentation.view_context import MeetingCall, ours

if TYPE_CHECKING:
    from carlendar.presentation.intent_context import IntentContext

UNREACHED = frozenset({EndedBy.REFUSED, EndedBy.NETWORK, EndedBy.NOT_DIALLED, EndedBy.NO_ANSWER, EndedBy.UNKNOWN})
"""Ends, before anybody answered, after which another number may do better. Not where the phone made no progress: it may
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


def dial(desk: IntentContext, talk: MeetingCall) -> None:
    """Dial, and show the Call screen; where that cannot even be tried, go back to the call there is."""
    session, current = desk.session, desk.session.talk
    same = current is not None and (current.key, current.number) == (talk.key, talk.number)
    if same and ours(session.phone.calls, current) is not None:  # a second touch: one is in this call
        session.trail.go(ScreenAddress(ScreenName.CALL, talk.key), session.restrictions)
        return
    before = _held_for(desk, talk)
    talk = replace(talk, since=desk.ports.elapsed.seconds(), ended=None, failed="", call_id="", before=before)
    session.talk = talk
    session.turn()
    session.trail.go(ScreenAddress(ScreenName.CALL, talk.key), session.restrictions)
    try:
        desk.ports.telephony.dial(talk.number, talk.tones)
    except CallError as error:
        if before is None:
            session.talk = replace(talk, failed=error.key)
        else:
            _return_to(desk, before, FAILED.get(error.key, FAILED["call"]))


def _held_for(desk: IntentContext, talk: MeetingCall) -> MeetingCall | None:
    """The call to another meeting that is up, and is put on hold by dialling."""
    current, calls = desk.session.talk, desk.session.phone.calls
    for each in (current, current.before if current else None):
        if (
            each is not None
            and (each.key, each.number) != (talk.key, talk.number)
            and (found := ours(calls, each)) is not None
        ):
            return replace(each, call_id=found.id, before=None)
    return None


def _return_to(desk: IntentContext, before: MeetingCall, why: str) -> None:
    """Show the call that was on hold for another one, and why it is shown."""
    session = desk.session
    session.talk = replace(before, ended=None, failed="")
    if session.trail.here.screen is ScreenName.CALL:
        session.trail.go(ScreenAddress(ScreenName.CALL, before.key), session.restrictions)
    desk.toast(desk.words().say(why), "phone-alert", Tone.WARN)


def command(desk: IntentContext, name: CallCommand) -> None:
    """Act on the call that Carlendar placed."""
    if name in (CallCommand.MUTE, CallCommand.UNMUTE):
        microphone.want(desk, muted=name is CallCommand.MUTE)
        return
    talk = desk.session.talk
    found = ours(desk.session.phone.calls, talk)
    if found is None:
        return  # it is over: whatever call is up now is not ours to act on
    tones = talk.tones if talk is not None and name is CallCommand.SEND_TONES else ""
    _command(desk, name, found.id, tones)


def answer(desk: IntentContext, call_id: str) -> None:
    """Take the call that waits; ours is put on hold, and the microphone opened once that is so."""
    _command(desk, CallCommand.HOLD_AND_ANSWER, call_id)


def unhold(desk: IntentContext) -> None:
    """Take our call back, muted as it was: before it is active, so that nothing is heard in between."""
    talk = desk.session.talk
    if talk is not None and talk.quiet and not desk.session.phone.muted:
        desk.session.resuming = True
        microphone.ask(desk, muted=True)
    command(desk, CallCommand.RESUME)


def _command(desk: IntentContext, name: CallCommand, call_id: str = "", tones: str = "") -> None:
    try:
        desk.ports.telephony.command(name, call_id, tones)
    except CallError:
        desk.toast(desk.words().say("The phone could not do that"), "phone-alert", Tone.WARN)


def close(desk: IntentContext) -> None:
    """Leave the Call screen after the call's end."""
    desk.session.talk = None
    desk.session.turn()
    desk.session.trail.home()


def tell_phone(desk: IntentContext) -> None:
    """Tell the telephone which phone the profile in the seat calls by, where that has changed."""
    session, wanted = desk.session, desk.own_phone[0]
    if wanted == (session.phone_told or ""):
        return
    with suppress(CallError):  # there is no telephone yet: told when it is there
        desk.ports.telephony.command(CallCommand.PREFER_PHONE, wanted)
        session.phone_told = wanted


def phone_changed(desk: IntentContext, state: PhoneState) -> None:
    """What the telephone says; the end of our call stays on the screen until it is closed."""
    session = desk.session
    before, earlier = ours(session.phone.calls, session.talk), session.phone
    session.phone = state
    tell_phone(desk)
    if state.refusal is not None and state.refusal != earlier.refusal and state.refusal.command in REFUSED:
        desk.toast(desk.words().say(REFUSED[state.refusal.command]), "phone-alert", Tone.WARN)
    talk, last = session.talk, state.last_ended
    if talk is None:
        _find(desk, state)
    elif (found := ours(state.calls, talk)) is not None:
        unknown = talk.found or (talk.ended is not None and found.placed is None)  # it is back after a long time
        session.talk = replace(talk, ended=None, failed="", call_id=found.id, found=unknown)
    elif last is not None and _is_end_of(talk, last):
        _over(desk, talk, last)
    elif before is not None:
        session.talk = replace(talk, ended=before)
    microphone.follow(desk, earlier, state)


def _is_end_of(talk: MeetingCall, last: Call) -> bool:
    """Whether this is how the call of this meeting ended, and not an earlier one or that of another meeting."""
    if not same_number(last.number, talk.number) or last.since < talk.since:
        return False
    if talk.before is not None and last.id == talk.before.call_id:
        return False
    return last.placed is None or last.placed >= talk.since or last.id == talk.call_id


def _over(desk: IntentContext, talk: MeetingCall, ended: Call) -> None:
    """Our call is over; where it was not answered the second number is tried, else the earlier call is shown."""
    if talk.ended is not None or talk.failed:
        return
    if talk.spare is not None and not ended.answered and ended.ended_by in UNREACHED:
        number, tones = talk.spare
        dial(desk, replace(talk, number=number, tones=tones, spare=None, second=True))
        return
    if talk.before is not None and ours(desk.session.phone.calls, talk.before) is not None:
        _return_to(desk, talk.before, ENDED[ended.ended_by or EndedBy.UNKNOWN])
        return
    desk.session.talk = replace(talk, ended=ended)


def _find(desk: IntentContext, state: PhoneState) -> None:
    """Take up the call to a meeting of now that was placed before this screen was started."""
    if not state.calls:
        return
    scene, session = desk.scene(), desk.session
    # Joining answers a reminder: of two meetings with one number it is that one.
    answered = dict(scene.snapshot.snoozed)
    entries = [entry for entry in scene.book.near(scene.now) if joinable(entry, scene.now)]
    for entry in sorted(entries, key=lambda entry: entry.key not in answered):
        stored = scene.book.of(entry)
        for dial_in in stored.way_in.dial_ins if stored.way_in else ():
            talk = MeetingCall(
                entry.key, title(scene, stored), dial_in.number, dial_in.tones, quiet=state.muted, found=True
            )
            if ours(state.calls, talk) is not None:
                session.talk, session.hushed = talk, state.muted
                if session.trail.here == HOME:
                    session.trail.go(ScreenAddress(ScreenName.CALL, talk.key), session.restrictions)
                return
