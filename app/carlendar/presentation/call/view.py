"""Call: claims only what the car knows of the call that Carlendar placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.call import UNANSWERED, Call, CallPhase, EndedBy, TonesPhase
from carlendar.domain.up_next import find_up_next
from carlendar.i18n.catalogue import mark
from carlendar.presentation.actions import (
    DATA_ICON,
    JOIN,
    REJOIN,
    TRY_AGAIN,
    continue_on_phone,
    hand_over,
    join,
    rejoin_online,
)
from carlendar.presentation.disclosure import cleaned, title_of
from carlendar.presentation.intents import (
    AnswerCall,
    ChangeLine,
    CloseCall,
    DeclineCall,
    LeaveCall,
    Mute,
    SendTones,
    Unhold,
    Unmute,
)
from carlendar.presentation.now.running_late import action as late
from carlendar.presentation.number_text import number_text
from carlendar.presentation.states import Action, Band, CallState, Line, Look, Ring, Tone

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.presentation.view_context import MeetingCall, ViewContext

STATUS: dict[CallPhase, tuple[str, str, Tone]] = {
    CallPhase.DIALING: (mark("Dialling …"), "phone-outgoing", Tone.ACCENT),
    CallPhase.RINGING: (mark("Ringing"), "phone-ring", Tone.ACCENT),
    CallPhase.ACTIVE: (mark("Connected"), "phone-in-talk", Tone.GO),
    CallPhase.HELD: (mark("On hold"), "phone-paused", Tone.WARN),
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
"""States of the digits while our call is on hold."""
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
"""Reasons which mean, for an unanswered call, that the meeting was never reached."""
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

UNCALLABLE = frozenset({"bad_number", "bad_tones", "emergency_number"})
"""Failures that another try of the same number would repeat."""


def waiting(calls: tuple[Call, ...]) -> Call | None:
    """Return another call that can be answered."""
    return next((call for call in calls if call.phase in UNANSWERED), None)


def call(view: ViewContext) -> CallState:
    """Return the Call screen for the current call on the phone, or for how it ended."""
    meeting_call = view.meeting_call
    if meeting_call is None:
        return CallState(Line((view.words.say("No call"),), "phone"), "", close=close(view))
    found = view.our_call
    if found is None:
        return _over(view, meeting_call)
    return _in_flight(view, meeting_call, found)


def _in_flight(view: ViewContext, meeting_call: MeetingCall, found: Call) -> CallState:
    say = view.words.say
    if view.emergency:  # no action may affect it
        return CallState(_status(view, found), title(view, meeting_call), say("Emergency call in progress"))
    leave = Action(LeaveCall(), (say("Leave"),), "phone-hangup", Look.STOP, sends=True)
    connected = found.phase is CallPhase.ACTIVE
    other = waiting(view.phone.calls)
    small = _answer(view, other) if other else None
    if (
        connected
        and other is None
        and meeting_call.tones
        and found.tones not in (TonesPhase.WAITING, TonesPhase.SENDING)
    ):
        small = Action(SendTones(), (say("Enter ID again"), say("ID again")), "dialpad")
    if small is None and view.other_line_due:
        small = change_line(view, meeting_call)
    if connected and (small is None or (isinstance(small.intent, SendTones) and found.tones is TonesPhase.SENT)):
        small = continue_on_phone(view, meeting_call.key) or small
    large = mute(view, muted=view.phone.muted) if connected else None
    if found.phase is CallPhase.HELD:
        large = Action(Unhold(), (say("Resume the call"), say("Resume")), "phone-in-talk")
    return CallState(
        status=_status(view, found),
        title=title(view, meeting_call),
        detail=_detail(view, meeting_call, found),
        detail_title=next_title(view, meeting_call),
        large=large,
        small=small,
        decline=decline(view, other),
        leave=leave,
        ring=_ring(view, meeting_call, found),
        band=_band(view, found, other),
        line=_line(view),
    )


def _line(view: ViewContext) -> Line | None:
    """Return which line it is, in a car that has two."""
    say = view.words.say
    return None if view.data_line is None else Line((say("On the phone line"), say("By phone")), "phone")


def change_line(view: ViewContext, meeting_call: MeetingCall) -> Action | None:
    """Return the change to the other line than that of our call; None where it cannot join."""
    entry = entry_of(view, meeting_call)
    step = view.other_line(entry, online=meeting_call.online) if entry is not None else None
    if entry is None or step is None:
        return None
    labels, icon = (by_phone_labels(view), "phone") if meeting_call.online else (_over_data_labels(view), DATA_ICON)
    return Action(ChangeLine(entry.key, step), labels, icon, sends=True)


def title(view: ViewContext, meeting_call: MeetingCall) -> str:
    """Return the meeting's title as it may be shown; the title at joining if the meeting is no longer stored."""
    entry = entry_of(view, meeting_call)
    return meeting_call.title if entry is None else title_of(view, entry)


def phone_name(view: ViewContext) -> str:
    """Return the phone's name if there are several or it is not the profile's own; else empty."""
    own = view.own_phone[0]
    others = len(view.phone.phones) > 1 or own not in ("", view.phone.phone)
    return cleaned(view.phone.name) if others else ""


def _status(view: ViewContext, found: Call) -> Line:
    say = view.words.say
    text, icon, tone = STATUS[found.phase]
    parts = [say(text)]
    digits = TONES if found.phase is CallPhase.ACTIVE else HELD_TONES if found.phase is CallPhase.HELD else {}
    sent = [say(digits[found.tones])] if found.tones in digits else []
    muted = [say("muted")] if view.phone.muted and found.phase is CallPhase.ACTIVE else []
    failed = found.tones in (TonesPhase.FAILED, TonesPhase.PARTIAL)
    # Where there is no room for all, "muted" goes first, which its button shows as well, and what is wrong stays: it is
    # never conveyed by the tone alone.
    shorter = [[*sent, *muted], sent] if failed and sent else [[*parts, *sent], [*parts, *muted], parts]
    variants = dict.fromkeys(" · ".join(each) for each in ([*parts, *sent, *muted], *shorter))
    return Line(tuple(variants), icon, Tone.WARN if failed else tone)


def mute(view: ViewContext, *, muted: bool) -> Action:
    """Return the action that mutes our call, or unmutes it."""
    say = view.words.say
    if muted:
        return Action(Unmute(), (say("Muted"),), "microphone-off", Look.WARN, selected=True, hint=say("Tap to speak"))
    return Action(Mute(), (say("Mute"),), "microphone")


def _answer(view: ViewContext, other: Call) -> Action | None:
    """Return the action that answers it; None if the phone cannot hold another call."""
    say = view.words.say
    if {CallPhase.ACTIVE, CallPhase.HELD} <= {call.phase for call in view.phone.calls}:
        return None
    labels = (say("Hold and answer"), view.words.say_in("call", "Answer"))
    return Action(AnswerCall(other.id), labels, "phone-incoming", sends=True)


def decline(view: ViewContext, other: Call | None) -> Action | None:
    """Return the action that refuses the waiting call."""
    if other is None:
        return None
    return Action(DeclineCall(other.id), (view.words.say_in("call", "Decline"),), "phone-hangup", sends=True)


def _detail(view: ViewContext, meeting_call: MeetingCall, found: Call) -> str:
    """Return what is out of the ordinary; else what comes next."""
    say = view.words.say
    if found.phase in (CallPhase.DIALING, CallPhase.RINGING):
        if meeting_call.second:
            return say("First number failed, trying the second")
        if name := phone_name(view):
            return say("With {phone}", phone=name)
    if found.phase is CallPhase.ACTIVE and meeting_call.tones and _unknown_digits(meeting_call, found):
        return say("Enter the ID again if the meeting asks for it")
    return next_line(view, meeting_call)


def _unknown_digits(meeting_call: MeetingCall, found: Call) -> bool:
    """Whether the state of this call's digits is unknown."""
    return found.placed is None and found.tones is TonesPhase.NONE and meeting_call.found


def _ring(view: ViewContext, meeting_call: MeetingCall, found: Call) -> Ring | None:
    """Return the minutes of the call; None before it is active."""
    return minutes_ring(view, meeting_call, found.since) if found.phase is CallPhase.ACTIVE else None


def minutes_ring(view: ViewContext, meeting_call: MeetingCall, since: float) -> Ring:
    """Return the minutes since then (elapsed seconds), as a fraction of the meeting's length."""
    minutes = max(0, int((view.elapsed - since) // 60))
    entry = entry_of(view, meeting_call)
    length = 60.0
    if entry is not None and not entry.event.all_day:
        length = (entry.event.end(view.zone) - entry.event.start(view.zone)).total_seconds() / 60 or length
    unit = view.words.say_number("minute", "minutes", minutes)
    return Ring(str(minutes), unit, view.words.say("min"), min(1.0, minutes / length), Tone.GO)


def _band(view: ViewContext, found: Call, other: Call | None) -> Band | None:
    """Return the band for a waiting call, or for our call on hold."""
    if other is not None:
        return calling_band(view, other)
    if found.phase is CallPhase.HELD:
        return Band(view.words.say("On hold"), "phone-paused", Tone.WARN)
    return None


def calling_band(view: ViewContext, other: Call) -> Band:
    """Return the band for a waiting call."""
    caller = cleaned(other.name) or number_text(other.number)
    waits = view.words.say("Another call is waiting")
    text = view.words.say("{name} is calling", name=caller) if caller else waits
    return Band(text, "phone-incoming", short_text=waits)


def next_line(view: ViewContext, meeting_call: MeetingCall) -> str:
    """Return the next meeting of today and its time; empty if there is none."""
    following = _following(view, meeting_call)
    if following is None:
        return ""
    time = view.formats.time(view.at(following)[0])
    return view.words.say("Next: {time} {title}", title=title_of(view, following), time=time)


def entry_of(view: ViewContext, meeting_call: MeetingCall) -> AgendaEntry | None:
    """Return the meeting in the agenda, also if it was moved meanwhile; None if it is no longer there."""
    return view.agenda.moved_entry(meeting_call.key)


def next_title(view: ViewContext, meeting_call: MeetingCall) -> str:
    """Return the title of the next meeting of today; empty if there is none."""
    following = _following(view, meeting_call)
    return title_of(view, following) if following else ""


def _following(view: ViewContext, meeting_call: MeetingCall) -> AgendaEntry | None:
    """Return today's next meeting after that of the call."""
    up_next = find_up_next(view.agenda.near(view.now), view.now, view.snapshot.dismissed)
    held = (up_next.main, *up_next.following) if up_next.main else ()
    current = entry_of(view, meeting_call)
    ahead = (entry for entry in held if entry != current and view.at(entry)[0] > view.now)
    return next((entry for entry in ahead if view.at(entry)[0].date() == view.now.date()), None)


def _over(view: ViewContext, meeting_call: MeetingCall) -> CallState:
    """Return how the call ended, and the next best action."""
    large = _next_best(view, meeting_call)
    entry = entry_of(view, meeting_call)
    # The meeting cannot be reached: while driving, offer to tell the others at least.
    stuck = entry is not None and not view.parked and large is None and _failed(meeting_call)
    small = late(view, entry) if stuck and entry is not None else None
    if (over_data := _rejoin_over_data(view, meeting_call, entry, large)) is not None:
        large, small = (large, over_data) if large is not None and view.can_call else (over_data, large or small)
        small = small and replace(small, look=Look.SECONDARY)
    return CallState(
        status=_ending(view, meeting_call),
        title=title(view, meeting_call),
        large=large,
        small=small,
        close=close(view),
        detail=_after(view, meeting_call),
        detail_title=next_title(view, meeting_call),
    )


def _rejoin_over_data(
    view: ViewContext, meeting_call: MeetingCall, entry: AgendaEntry | None, large: Action | None
) -> Action | None:
    """Return the other line where the phone's failed; None where it is offered already, or cannot join."""
    ended = meeting_call.ended.ended_by if meeting_call.ended is not None else None
    if entry is None or not _failed(meeting_call) or ended is EndedBy.THERE:
        return None
    action = rejoin_online(view, entry, JOIN)
    if action is None or (large is not None and large.intent == action.intent):
        return None
    return replace(action, labels=_over_data_labels(view))


def by_phone_labels(view: ViewContext) -> tuple[str, ...]:
    """Return the labels of the change to the phone line."""
    say = view.words.say
    return say("Call in by phone instead"), say("Call in by phone"), say("By phone")


def _over_data_labels(view: ViewContext) -> tuple[str, ...]:
    say = view.words.say
    return say("Join over data instead"), say("Join over data"), say("Online")


def _failed(meeting_call: MeetingCall) -> bool:
    return bool(meeting_call.failed) or (
        meeting_call.ended is not None and meeting_call.ended.ended_by is not EndedBy.HERE
    )


def _after(view: ViewContext, meeting_call: MeetingCall) -> str:
    """Return what to know besides who ended the call."""
    say = view.words.say
    if _came_back(view, meeting_call):
        return say("The phone is connected again")
    if meeting_call.ended is not None and meeting_call.ended.ended_by is EndedBy.NO_PROGRESS:
        return say("It may be asking which SIM card to use")
    if meeting_call.ended is not None and meeting_call.second and not meeting_call.ended.answered:
        return say("Both numbers failed")
    return next_line(view, meeting_call)


def _ending(view: ViewContext, meeting_call: MeetingCall) -> Line:
    say = view.words.say
    if meeting_call.failed:
        return Line((say(FAILED.get(meeting_call.failed, FAILED["call"])),), "phone-alert", Tone.STOP)
    if meeting_call.ended is None:
        if not view.phone.connected:
            return Line((say(ENDED[EndedBy.NO_PHONE]),), "phone-off", Tone.STOP)
        return Line((say("Calling"),), "phone-outgoing", Tone.ACCENT)
    by = meeting_call.ended.ended_by or EndedBy.UNKNOWN
    if by is EndedBy.NO_PHONE and meeting_call.ended.answered:
        return Line((say("The phone was disconnected"),), "phone-off", Tone.STOP)
    if by is EndedBy.HERE:
        return Line((say(ENDED[by]),), "phone-hangup", Tone.MUTE)
    return Line((say(ENDED[by]),), "phone-off" if by is EndedBy.NO_PHONE else "phone-alert", Tone.STOP)


def _next_best(view: ViewContext, meeting_call: MeetingCall) -> Action | None:
    """Return the action to call again if that makes sense; without a phone, the link for another device (parked)."""
    if not meeting_call.failed and meeting_call.ended is None and view.phone.connected:
        return None
    entry = entry_of(view, meeting_call)
    if entry is None:
        return None
    label = TRY_AGAIN if _never_connected(meeting_call) else REJOIN
    if view.can_call and not _would_fail_again(view, meeting_call, entry) and (again := join(view, entry, label)):
        return again
    return hand_over(view, entry)


def _would_fail_again(view: ViewContext, meeting_call: MeetingCall, entry: AgendaEntry) -> bool:
    """Whether joining would call the number that cannot be called."""
    step = view.join_step(entry)
    return meeting_call.failed in UNCALLABLE and step is not None and step.number == meeting_call.number


def _never_connected(meeting_call: MeetingCall) -> bool:
    """Whether the call was refused or failed before the meeting answered, as far as the phone reports it."""
    ended = meeting_call.ended
    if ended is None or ended.answered:
        return bool(meeting_call.failed)
    return meeting_call.second or ended.ended_by in NOT_CONNECTED


def _came_back(view: ViewContext, meeting_call: MeetingCall) -> bool:
    """Whether the phone is connected again; with two phones, the other one does not show that."""
    ended = meeting_call.ended is not None and meeting_call.ended.ended_by is EndedBy.NO_PHONE
    return (ended or meeting_call.failed == "no_phone") and view.phone.connected and len(view.phone.phones) < 2


def close(view: ViewContext) -> Action:
    """Return what closes the screen after the call's end."""
    return Action(CloseCall(), (view.words.say("Back"),), "arrow-left")
