"""Call: claims only what the car knows of the call that Carlendar placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carlendar.domain.agenda import Entry
from carlendar.domain.call import Call, CallPhase, EndedBy, TonesPhase
from carlendar.domain.up_next import outlook
from carlendar.i18n.catalogue import mark
from carlendar.presentation.actions import REJOIN, TRY_AGAIN, hand_over, join
from carlendar.presentation.disclosure import cleaned, title_forms, title_of
from carlendar.presentation.intents import Intent
from carlendar.presentation.now.running_late import action as late
from carlendar.presentation.states import Action, CallState, Line, Look, Tone
from carlendar.text.graphemes import count
from carlendar.text.shorten import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from carlendar.presentation.view_context import MeetingCall, ViewContext

STATUS: dict[CallPhase, tuple[str, str, Tone]] = {
    CallPhase.DIALING: (mark("Dialling …"), "phone-outgoing", Tone.ACCENT),
    CallPhase.RINGING: (mark("Ringing"), "phone-ring", Tone.ACCENT),
    CallPhase.ACTIVE: (mark("Connected"), "phone-in-talk", Tone.GO),
    CallPhase.HELD: (mark("On hold"), "phone-alert", Tone.WARN),
}
TONES: dict[TonesPhase, str] = {
    TonesPhase.WAITING: mark("sending ID"),
    TonesPhase.SENDING: mark("sending ID"),
    TonesPhase.SENT: mark("ID sent"),
    TonesPhase.FAILED: mark("ID not sent"),
    TonesPhase.PARTIAL: mark("ID incomplete"),
}
HELD_TONES: dict[TonesPhase, str] = {
    TonesPhase.WAITING: mark("ID not sent yet"),
    TonesPhase.FAILED: TONES[TonesPhase.FAILED],
    TonesPhase.PARTIAL: TONES[TonesPhase.PARTIAL],
}
"""While our call is on hold: what is missing."""
ENDED: dict[EndedBy, str] = {
    EndedBy.HERE: mark("You left"),
    EndedBy.THERE: mark("The meeting ended the call"),
    EndedBy.NETWORK: mark("The connection was lost"),
    EndedBy.REFUSED: mark("The call was refused"),
    EndedBy.BUSY: mark("The phone is on another call"),
    EndedBy.NOT_DIALLED: mark("The phone could not place the call"),
    EndedBy.NO_PHONE: mark("No phone is connected"),
    EndedBy.NO_PROGRESS: mark("The phone did not start the call"),
    EndedBy.NO_ANSWER: mark("No answer"),
    EndedBy.UNKNOWN: mark("The call has ended"),
}
NOT_CONNECTED = frozenset(
    {EndedBy.REFUSED, EndedBy.BUSY, EndedBy.NOT_DIALLED, EndedBy.NO_PHONE, EndedBy.NO_PROGRESS, EndedBy.NO_ANSWER}
)
"""Ends that, of a call that was not answered, mean that the meeting was never reached."""
FAILED: dict[str, str] = {
    "no_phone": mark("No phone is connected"),
    "busy": mark("The phone is on another call"),
    "bad_number": mark("This number cannot be called"),
    "bad_tones": mark("This number cannot be called"),
    "emergency_number": mark("This number cannot be called"),
    "emergency_call": mark("Emergency call in progress"),
    "call": mark("The phone could not place the call"),
}
"""By the key of the error that the telephone raised; `call` for all others."""

DETAIL = 60
"""Graphemes of the line under the title, in every driving state."""


def waiting(calls: tuple[Call, ...]) -> Call | None:
    """Another call that wants to be answered."""
    return next((call for call in calls if call.phase in (CallPhase.INCOMING, CallPhase.WAITING)), None)


def call(scene: ViewContext) -> CallState:
    """The Call screen; of the call in flight, or of what became of it."""
    talk = scene.talk
    if talk is None:
        return CallState(Line((scene.words.say("No call"),), "phone"), "", close=_close(scene))
    found = scene.our_call
    if found is None:
        return _over(scene, talk)
    return _in_flight(scene, talk, found)


def _in_flight(scene: ViewContext, talk: MeetingCall, found: Call) -> CallState:
    say = scene.words.say
    if scene.emergency:  # no touch of ours may reach it
        return CallState(_status(scene, found), title(scene, talk), say("Emergency call in progress"))
    leave = Action(Intent.LEAVE, (say("Leave"),), "phone-hangup", Look.STOP, found.id, sends=True)
    connected = found.phase is CallPhase.ACTIVE
    other = waiting(scene.phone.calls)
    small = _answer(scene, other) if other else None
    if connected and other is None and talk.tones and found.tones not in (TonesPhase.WAITING, TonesPhase.SENDING):
        small = Action(Intent.SEND_TONES, (say("Enter ID again"), say("ID again")), "dialpad", argument=found.id)
    large = _mute(scene) if connected else None
    if found.phase is CallPhase.HELD:
        large = Action(Intent.UNHOLD, (say("Resume the call"), say("Resume")), "phone-in-talk", argument=found.id)
    return CallState(
        status=_status(scene, found),
        title=title(scene, talk),
        detail=_detail(scene, talk, found, other),
        large=large,
        small=small,
        leave=leave,
    )


def title(scene: ViewContext, talk: MeetingCall) -> str:
    """The meeting's title as it may be told now; what it was called at joining once it is gone."""
    stored = scene.book.stored.get(talk.key)
    return talk.title if stored is None else title_of(scene, Entry(stored.event))


def phone_name(scene: ViewContext) -> str:
    """The phone that is called with, where there are several or it is not the profile's own; else nothing."""
    own = scene.own_phone[0]
    others = len(scene.phone.phones) > 1 or own not in ("", scene.phone.phone)
    return cleaned(scene.phone.name) if others else ""


def _status(scene: ViewContext, found: Call) -> Line:
    say = scene.words.say
    text, icon, tone = STATUS[found.phase]
    parts = [say(text)]
    digits = TONES if found.phase is CallPhase.ACTIVE else HELD_TONES if found.phase is CallPhase.HELD else {}
    if found.tones in digits:
        parts.append(say(digits[found.tones]))
    if scene.phone.muted and found.phase is CallPhase.ACTIVE:
        parts.append(say("muted"))
    if found.tones in (TonesPhase.FAILED, TonesPhase.PARTIAL):
        tone = Tone.WARN
    return Line((" · ".join(parts), parts[0]), icon, tone)


def _mute(scene: ViewContext) -> Action:
    say = scene.words.say
    if scene.phone.muted:
        return Action(Intent.UNMUTE, (say("Unmute"),), "microphone-off", selected=True)
    return Action(Intent.MUTE, (say("Mute"),), "microphone")


def _answer(scene: ViewContext, other: Call) -> Action | None:
    """Take it; None where the phone has no room for another call."""
    say = scene.words.say
    if {CallPhase.ACTIVE, CallPhase.HELD} <= {call.phase for call in scene.phone.calls}:
        return None
    labels = (say("Hold and answer"), scene.words.say_in("call", "Answer"))
    return Action(Intent.ANSWER_CALL, labels, "phone-incoming", argument=other.id, sends=True)


def _detail(scene: ViewContext, talk: MeetingCall, found: Call, other: Call | None) -> str:
    """What is out of the ordinary; else whole minutes of the call, and what comes next."""
    say = scene.words.say
    if other is not None:
        return say("Another call is waiting")
    if found.phase in (CallPhase.DIALING, CallPhase.RINGING):
        if talk.second:
            return say("First number failed, trying the second")
        if name := phone_name(scene):
            return say("With {phone}", phone=name)
    if found.phase is CallPhase.ACTIVE and talk.tones and _unknown_digits(talk, found):
        return say("Enter the ID again if the meeting asks for it")
    return _minutes_and_next(scene, talk, found)


def _unknown_digits(talk: MeetingCall, found: Call) -> bool:
    """Whether nothing is known of the digits of this call."""
    return found.placed is None and found.tones is TonesPhase.NONE and talk.found


def _minutes_and_next(scene: ViewContext, talk: MeetingCall, found: Call | None) -> str:
    minutes = int((scene.elapsed - found.since) // 60) if found and found.phase is CallPhase.ACTIVE else 0
    parts = [scene.words.say_number("{n} min", "{n} min", minutes)] if minutes > 0 else []
    following = _following(scene, talk)
    if following is None:
        return "".join(parts)
    time = scene.formats.time(scene.at(following)[0])

    def said(title: str) -> str:
        return " · ".join((*parts, scene.words.say("Next: {title} at {time}", title=title, time=time)))

    return _with_title(said, title_of(scene, following))


def _with_title(said: Callable[[str], str], title: str) -> str:
    """The sentence with the longest form of the title that leaves its time in sight."""
    for form in title_forms(title):
        if count(said(form)) <= DETAIL:
            return said(form)
    room = DETAIL - count(said(""))
    return said(cut(title, room, room))


def _following(scene: ViewContext, talk: MeetingCall) -> Entry | None:
    """The next meeting of today after the one of the call."""
    view = outlook(scene.book.near(scene.now), scene.now, scene.snapshot.dismissed)
    held = (view.main, *view.following) if view.main else ()
    ahead = (entry for entry in held if entry.key != talk.key and scene.at(entry)[0] > scene.now)
    return next((entry for entry in ahead if scene.at(entry)[0].date() == scene.now.date()), None)


def _over(scene: ViewContext, talk: MeetingCall) -> CallState:
    """What became of the call, and the next best thing to do."""
    large = _next_best(scene, talk)
    entry = next((held for held in scene.book.entries if held.key == talk.key), None)
    # The others are waiting, and there is no way to them: while driving one can at least tell them.
    stuck = entry is not None and not scene.parked and large is None and _failed(talk)
    return CallState(
        status=_ending(scene, talk),
        title=title(scene, talk),
        large=large,
        small=late(scene, entry) if stuck and entry is not None else None,
        close=_close(scene),
        detail=_after(scene, talk),
    )


def _failed(talk: MeetingCall) -> bool:
    return bool(talk.failed) or (talk.ended is not None and talk.ended.ended_by is not EndedBy.HERE)


def _after(scene: ViewContext, talk: MeetingCall) -> str:
    """What is worth to know beside who ended the call."""
    say = scene.words.say
    if _came_back(scene, talk):
        return say("The phone is connected again")
    if talk.ended is not None and talk.ended.ended_by is EndedBy.NO_PROGRESS:
        return say("It may be asking which SIM card to use")
    if talk.ended is not None and talk.second and not talk.ended.answered:
        return say("Both numbers failed")
    return _minutes_and_next(scene, talk, None)


def _ending(scene: ViewContext, talk: MeetingCall) -> Line:
    say = scene.words.say
    if talk.failed:
        return Line((say(FAILED.get(talk.failed, FAILED["call"])),), "phone-alert", Tone.STOP)
    if talk.ended is None:
        if not scene.phone.connected:
            return Line((say(ENDED[EndedBy.NO_PHONE]),), "phone-off", Tone.STOP)
        return Line((say("Calling"),), "phone-outgoing", Tone.ACCENT)
    by = talk.ended.ended_by or EndedBy.UNKNOWN
    if by is EndedBy.NO_PHONE and talk.ended.answered:
        return Line((say("The phone was disconnected"),), "phone-off", Tone.STOP)
    if by is EndedBy.HERE:
        return Line((say(ENDED[by]),), "phone-hangup", Tone.MUTE)
    return Line((say(ENDED[by]),), "phone-off" if by is EndedBy.NO_PHONE else "phone-alert", Tone.STOP)


def _next_best(scene: ViewContext, talk: MeetingCall) -> Action | None:
    """Call again while that makes sense; without a phone, the link to another one (parked)."""
    stored = scene.book.stored.get(talk.key)
    if not talk.failed and talk.ended is None and scene.phone.connected:
        return None
    if stored is None:
        return None
    entry = next((held for held in scene.book.entries if held.key == talk.key), None)
    if entry is None:
        return None
    if scene.can_call and (again := join(scene, entry, TRY_AGAIN if _never_connected(talk) else REJOIN)):
        return again
    return hand_over(scene, entry)


def _never_connected(talk: MeetingCall) -> bool:
    """Whether the call was refused or failed before the meeting answered, as far as the phone reports it."""
    ended = talk.ended
    if ended is None or ended.answered:
        return bool(talk.failed)
    return talk.second or ended.ended_by in NOT_CONNECTED


def _came_back(scene: ViewContext, talk: MeetingCall) -> bool:
    """The same phone: of two, the other one says nothing of this one's return."""
    ended = talk.ended is not None and talk.ended.ended_by is EndedBy.NO_PHONE
    return (ended or talk.failed == "no_phone") and scene.phone.connected and len(scene.phone.phones) < 2


def _close(scene: ViewContext) -> Action:
    return Action(Intent.CLOSE_CALL, (scene.words.say("Close"),), "close")
