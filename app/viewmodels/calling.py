"""The call to a meeting: dialled, followed by what the telephone says, acted on by touches.

What is promised: one call at a time is Carlendar's; where nobody can be reached by the first number a
second one is tried, once; nothing is dialled during an emergency call; the microphone that was muted
for a meeting is not muted for whoever is called next; a call that was placed before this screen was
started is found and shown.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.agenda import joinable
from app.domain.call import Call, CallCommand, CallPhase, EndedBy, PhoneState, same_number
from app.errors import CallError
from app.viewmodels.disclosure import title
from app.viewmodels.gate import HOME, Place
from app.viewmodels.scene import Talk, ours
from app.viewmodels.states import ScreenName, Tone

if TYPE_CHECKING:
    from app.viewmodels.desk import Desk

UNREACHED = frozenset({EndedBy.REFUSED, EndedBy.NETWORK, EndedBy.NOT_DIALLED, EndedBy.UNKNOWN})
"""Ends, before anybody answered, after which another number may do better."""


def dial(desk: Desk, talk: Talk) -> None:
    """Dial, and show the Call screen."""
    session = desk.session
    session.talk = replace(talk, since=desk.ports.elapsed.seconds(), ended=None, failed="")
    session.turn()
    session.trail.go(Place(ScreenName.CALL, talk.key), session.restrictions)
    try:
        desk.ports.telephony.dial(talk.number, talk.tones)
    except CallError as error:
        session.talk = replace(session.talk, failed=error.key)


def command(desk: Desk, name: CallCommand) -> None:
    """Act on the call that Carlendar placed."""
    talk = desk.session.talk
    found = ours(desk.session.phone.calls, talk)
    if found is None and name not in (CallCommand.MUTE, CallCommand.UNMUTE):
        return  # it is over: whatever call is up now is not ours to act on
    tones = talk.tones if talk is not None and name is CallCommand.SEND_TONES else ""
    _command(desk, name, found.id if found else "", tones)


def answer(desk: Desk, call_id: str) -> None:
    """Take the call that waits, to talk; ours is put on hold."""
    if desk.session.hushed:
        _command(desk, CallCommand.UNMUTE)
    _command(desk, CallCommand.HOLD_AND_ANSWER, call_id)


def unhold(desk: Desk) -> None:
    """Take our call back, muted as at joining."""
    if desk.options.join_muted:
        _command(desk, CallCommand.MUTE)
    command(desk, CallCommand.RESUME)


def _command(desk: Desk, name: CallCommand, call_id: str = "", tones: str = "") -> None:
    try:
        desk.ports.telephony.command(name, call_id, tones)
    except CallError:
        desk.toast(desk.words().say("The phone did not do that"), "phone-alert", Tone.WARN)
        return
    if name in (CallCommand.MUTE, CallCommand.UNMUTE):
        desk.session.hushed = name is CallCommand.MUTE


def close(desk: Desk) -> None:
    """Leave the Call screen after the call's end."""
    desk.session.talk = None
    desk.session.turn()
    desk.session.trail.home()


def tell_phone(desk: Desk) -> None:
    """Tell the telephone which phone the profile in the seat calls by, where that has changed."""
    session, wanted = desk.session, desk.own_phone[0]
    if wanted == (session.phone_told or ""):
        return
    with suppress(CallError):  # there is no telephone yet: told when it is there
        desk.ports.telephony.command(CallCommand.PREFER_PHONE, wanted)
        session.phone_told = wanted


def phone_changed(desk: Desk, state: PhoneState) -> None:
    """What the telephone says; the end of our call stays on the screen until it is closed."""
    session = desk.session
    before = ours(session.phone.calls, session.talk)
    session.phone = state
    tell_phone(desk)
    talk, last = session.talk, state.last_ended
    if talk is None:
        _find(desk, state)
    elif (found := ours(state.calls, talk)) is not None:
        session.talk = replace(talk, ended=None, failed="")
        _hush(desk, session.talk, found)
    elif last is not None and same_number(last.number, talk.number) and last.since >= talk.since:
        _over(desk, talk, last)
    elif before is not None:
        session.talk = replace(talk, ended=before)
    _unhush(desk, state)


def _over(desk: Desk, talk: Talk, ended: Call) -> None:
    """Our call is over; where nobody was reached, the second number is tried."""
    if talk.spare is None or talk.ended is not None or ended.answered or ended.ended_by not in UNREACHED:
        desk.session.talk = replace(talk, ended=ended)
        return
    number, tones = talk.spare
    dial(desk, replace(talk, number=number, tones=tones, spare=None, second=True))


def _hush(desk: Desk, talk: Talk, found: Call) -> None:
    """Mute once, as soon as the others could hear."""
    if talk.quiet and found.phase is CallPhase.ACTIVE and not _emergency(desk.session.phone):
        desk.session.talk = replace(talk, quiet=False)
        _command(desk, CallCommand.MUTE)


def _unhush(desk: Desk, state: PhoneState) -> None:
    """Once there is no call of ours, or an emergency call, the microphone that was muted for it is open again."""
    session = desk.session
    kept = ours(state.calls, session.talk) is not None and not _emergency(state)
    if not session.hushed or not state.connected or kept:
        return
    if state.muted:
        _command(desk, CallCommand.UNMUTE)
    elif state.calls:
        session.hushed = False  # somebody else's call, and it is open


def _emergency(state: PhoneState) -> bool:
    return any(call.emergency for call in state.calls)


def _find(desk: Desk, state: PhoneState) -> None:
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
            talk = Talk(entry.key, title(scene, stored), dial_in.number, dial_in.tones)
            if ours(state.calls, talk) is not None:
                session.talk, session.hushed = talk, state.muted
                if session.trail.here == HOME:
                    session.trail.go(Place(ScreenName.CALL, talk.key), session.restrictions)
                return
