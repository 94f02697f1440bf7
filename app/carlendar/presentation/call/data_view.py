"""The Call screen of a call on the data connection: what the service reports, and the next best action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.account import AccountState
from carlendar.domain.online_call import MANY_PEOPLE, OnlineEnd, OnlinePhase, OnlineState, Quality
from carlendar.i18n.catalogue import mark
from carlendar.presentation.actions import (
    DATA_ICON,
    REJOIN,
    TRY_AGAIN,
    call_organizer,
    continue_on_phone,
    hand_over,
    rejoin_online,
)
from carlendar.presentation.call import view as call_view
from carlendar.presentation.intents import (
    AnswerCall,
    GiveConsent,
    Join,
    LeaveCall,
    StartSignIn,
)
from carlendar.presentation.now.running_late import action as late
from carlendar.presentation.states import Action, Band, CallState, Line, Look, Ring, Tone
from carlendar.presentation.status import recorded

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.domain.call import Call
    from carlendar.presentation.view_context import MeetingCall, ViewContext

RECORDING_ICON = "record-rec"
STATUS: dict[OnlinePhase, tuple[tuple[str, ...], str, Tone]] = {
    OnlinePhase.CONNECTING: ((mark("Connecting …"),), DATA_ICON, Tone.ACCENT),
    OnlinePhase.LOBBY: ((mark("Waiting to be let in"), mark("Waiting")), "timer-sand", Tone.ACCENT),
    OnlinePhase.CONNECTED: ((mark("In the meeting"), mark("Connected")), DATA_ICON, Tone.GO),
    OnlinePhase.RECONNECTING: ((mark("Connection interrupted"), mark("Interrupted")), "sync", Tone.WARN),
}
"""Texts from long to short, icon and tone of each phase."""
QUALITY: dict[Quality, tuple[str, ...]] = {
    Quality.POOR: (mark("Poor connection"), mark("Weak")),
    Quality.BAD: (mark("Bad connection"), mark("Very weak")),
}
ENDED: dict[OnlineEnd, tuple[str, ...]] = {
    OnlineEnd.LEFT: (mark("You left the meeting"), mark("You have left")),
    OnlineEnd.ENDED_FOR_ALL: (mark("The meeting has ended"),),
    OnlineEnd.REMOVED: (mark("You were removed from the meeting"), mark("You were removed")),
    OnlineEnd.DENIED: (mark("You were not let in"),),
    OnlineEnd.NOT_ALLOWED: (mark("This meeting does not admit you"),),
    OnlineEnd.BAD_LINK: (mark("The meeting link does not work"), mark("Broken link")),
    OnlineEnd.SIGN_IN: (mark("Sign-in needed"),),
    OnlineEnd.CONNECTION_LOST: (mark("The connection was lost"),),
    OnlineEnd.MEDIA: (mark("No audio connection"),),
    OnlineEnd.ENGINE: (mark("The call stopped unexpectedly"), mark("Call stopped")),
    OnlineEnd.ENGINE_TOO_OLD: (mark("This car cannot join over data"),),
    OnlineEnd.NOT_SET_UP: (mark("This car cannot join over data"),),
    OnlineEnd.BUSY: (mark("The phone is on another call"),),
    OnlineEnd.UNKNOWN: (mark("Could not join"),),
}
"""Texts from long to short."""
AGAIN = frozenset({OnlineEnd.LEFT, OnlineEnd.REMOVED, OnlineEnd.DENIED, OnlineEnd.CONNECTION_LOST})
"""Ends after which the same line is the next best action; after others it is the telephone, if there is a number."""
NOT_AGAIN = frozenset(
    {
        OnlineEnd.ENDED_FOR_ALL,
        OnlineEnd.NOT_ALLOWED,
        OnlineEnd.BAD_LINK,
        OnlineEnd.SIGN_IN,
        OnlineEnd.ENGINE_TOO_OLD,
        OnlineEnd.NOT_SET_UP,
    }
)
"""Ends that another try would repeat."""


def call(view: ViewContext, meeting_call: MeetingCall) -> CallState:
    """Return the Call screen for the data call, or for how it ended."""
    state = view.data_call
    if state is not None and not state.up:
        return _over(view, meeting_call, state)
    if view.emergency:  # the call is being left, and no action may affect the emergency call
        name, text = call_view.title(view, meeting_call), view.words.say("Emergency call in progress")
        return CallState(_status(view, state), name, text, recording=recording(view))
    return _in_flight(view, meeting_call, state)


def recording(view: ViewContext) -> Line | None:
    """Return the mark of a recording or transcription."""
    texts = recorded(view)
    return Line(texts, RECORDING_ICON, Tone.STOP) if texts else None


def _in_flight(view: ViewContext, meeting_call: MeetingCall, state: OnlineState | None) -> CallState:
    say = view.words.say
    other = call_view.waiting(view.phone.calls)
    return CallState(
        status=_status(view, state),
        title=call_view.title(view, meeting_call),
        detail=_detail(view, meeting_call, state),
        detail_title=call_view.next_title(view, meeting_call),
        large=_mute(view, state),
        small=_small(view, meeting_call, state, other),
        decline=None if view.changing_line else call_view.decline(view, other),
        leave=Action(LeaveCall(), (say("Leave"),), "phone-hangup", Look.STOP, sends=True),
        ring=_ring(view, meeting_call, state),
        band=_band(view, state, other),
        line=_line(view, state),
        recording=recording(view),
    )


def _status(view: ViewContext, state: OnlineState | None) -> Line:
    say = view.words.say
    if view.changing_line:
        return Line((say("Leaving …"),), "phone-hangup", Tone.ACCENT)
    texts, icon, tone = STATUS[state.phase if state is not None else OnlinePhase.CONNECTING]
    forms = tuple(say(text) for text in texts)
    if state is None or state.phase is not OnlinePhase.CONNECTED:
        return Line(forms, icon, tone)
    if state.audio_lost:
        return Line(tuple(say(text) for text in ENDED[OnlineEnd.MEDIA]), "phone-alert", Tone.WARN)
    if state.consent_needed:
        return Line((say("Listening only"),), "microphone-off", Tone.WARN)
    if state.muted_by_organizer:
        shorter = (say("Muted by organiser"), say("muted"))
        return Line((say("Muted by the organiser"), *shorter), "microphone-off", Tone.WARN)
    return Line((f"{forms[0]} · {say('muted')}", *forms) if state.muted else forms, icon, tone)


def _line(view: ViewContext, state: OnlineState | None) -> Line:
    """Return which line it is, how good it is and how many people are there; what is wrong stays longest."""
    say = view.words.say
    line = say("On the data connection")
    people = _people(view, state)
    if state is not None and state.up and state.quality is not Quality.GOOD:
        quality = tuple(say(text) for text in QUALITY[state.quality])
        return Line((f"{line} · {quality[0]}", *quality), "signal-cellular-outline", Tone.WARN)
    forms = (f"{line} · {people}", line) if people else (line,)
    return Line((*forms, say("Over data")), "signal-cellular-3")


def _people(view: ViewContext, state: OnlineState | None) -> str:
    if state is None or state.people is None or state.phase is not OnlinePhase.CONNECTED:
        return ""
    if state.people >= MANY_PEOPLE:
        return view.words.say("100+ people")
    return view.words.say_number("{n} person", "{n} people", state.people)


def _mute(view: ViewContext, state: OnlineState | None) -> Action | None:
    """Return the action on the microphone; None outside the meeting, and until its recording is agreed to."""
    if state is None or state.phase is not OnlinePhase.CONNECTED or state.consent_needed or view.changing_line:
        return None
    return call_view.mute(view, muted=state.muted)


def _small(
    view: ViewContext, meeting_call: MeetingCall, state: OnlineState | None, other: Call | None
) -> Action | None:
    """Answer the waiting call, else agree to the recording, else the other line, else continue on the phone (parked).

    Never in the place of Mute.
    """
    say = view.words.say
    if view.changing_line:
        return None
    if other is not None:
        labels = (say("Leave and answer"), view.words.say_in("call", "Answer"))
        return Action(AnswerCall(other.id), labels, "phone-incoming", sends=True)
    if state is not None and state.consent_needed and not state.audio_lost:
        labels = (say("Agree to recording"), say("Agree"))
        return Action(GiveConsent(), labels, "shield-check", Look.ACCENT, sends=True)
    change = call_view.change_line(view, meeting_call) if view.other_line_due else None
    inside = state is not None and state.phase is OnlinePhase.CONNECTED
    return change or (continue_on_phone(view, meeting_call.key) if inside else None)


def _detail(view: ViewContext, meeting_call: MeetingCall, state: OnlineState | None) -> str:
    """Return what is out of the ordinary; else what comes next."""
    say = view.words.say
    if state is not None and state.audio_lost:
        return "" if view.other_line_due and call_view.change_line(view, meeting_call) else say("Leave, then rejoin")
    if state is not None and state.consent_needed:
        return say("Agree to the recording to speak")
    if view.other_line_due and (state is None or state.phase is OnlinePhase.CONNECTING):
        return say("This takes longer than usual")
    return call_view.next_line(view, meeting_call)


def _ring(view: ViewContext, meeting_call: MeetingCall, state: OnlineState | None) -> Ring | None:
    """Return the minutes since the meeting was entered; None before."""
    if state is None or state.joined is None:
        return None
    return call_view.minutes_ring(view, meeting_call, state.joined)


def _band(view: ViewContext, state: OnlineState | None, other: Call | None) -> Band | None:
    if other is not None:
        return call_view.calling_band(view, other)
    if state is not None and state.phase is OnlinePhase.RECONNECTING:
        return Band(view.words.say("Reconnecting …"), "sync", Tone.WARN)
    return None


# --- after the end ---------------------------------------------------------------------------------


def _over(view: ViewContext, meeting_call: MeetingCall, state: OnlineState) -> CallState:
    """Return how the call ended, and the next best actions."""
    end, entry = state.end or OnlineEnd.UNKNOWN, call_view.entry_of(view, meeting_call)
    large, small = _next_best(view, entry, end, joined=state.joined is not None) if entry is not None else (None, None)
    calm = end in (OnlineEnd.LEFT, OnlineEnd.ENDED_FOR_ALL)
    icon = "phone-hangup" if calm else "account-off" if end is OnlineEnd.SIGN_IN else "phone-alert"
    return CallState(
        status=Line(tuple(view.words.say(text) for text in ENDED[end]), icon, Tone.MUTE if calm else Tone.STOP),
        title=call_view.title(view, meeting_call),
        detail=call_view.next_line(view, meeting_call),
        detail_title=call_view.next_title(view, meeting_call),
        large=large,
        small=small,
        close=call_view.close(view),
    )


def _next_best(
    view: ViewContext, entry: AgendaEntry, end: OnlineEnd, *, joined: bool
) -> tuple[Action | None, Action | None]:
    """Return the next best action and the one after it."""
    if end is OnlineEnd.ENDED_FOR_ALL:
        return None, None
    again = None if end in NOT_AGAIN else rejoin_online(view, entry, REJOIN if joined else TRY_AGAIN)
    phone = _by_phone(view, entry)
    ways = [each for each in ((again, phone) if end in AGAIN else (phone, again)) if each is not None]
    if end in (OnlineEnd.LEFT, OnlineEnd.REMOVED):
        ways = ways[:1]  # it was meant: nothing else is pressed on the driver
    elif end is OnlineEnd.SIGN_IN and (sign_in := _sign_in(view, entry)):
        ways.append(sign_in)
    rest = [hand_over(view, entry), late(view, entry), call_organizer(view, entry)]
    if not ways or end not in (OnlineEnd.LEFT, OnlineEnd.REMOVED):
        ways += [each for each in rest if each is not None]
    first, second = (*ways, None, None)[:2]
    return first, second and replace(second, look=Look.SECONDARY)


def _by_phone(view: ViewContext, entry: AgendaEntry) -> Action | None:
    step = view.other_line(entry, online=True)
    if step is None:
        return None
    return Action(Join(entry.key, step), call_view.by_phone_labels(view), "phone", Look.GO, sends=True)


def _sign_in(view: ViewContext, entry: AgendaEntry) -> Action | None:
    """Sign in again, when parked."""
    account = view.agenda.of(entry).account
    if not view.parked or account.is_feed or account.state is AccountState.BLOCKED:
        return None
    return Action(StartSignIn(account.id), (view.words.say("Sign in again"), view.words.say("Sign in")), "login")
