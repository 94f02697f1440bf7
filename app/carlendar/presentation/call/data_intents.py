"""The call on the data connection: joining, what the service reports of it, and when the other line is offered.

A call that was joined before this screen was started is found and shown. The change between lines is in `lines`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from carlendar.domain.agenda import in_join_time
from carlendar.domain.call import CallPhase
from carlendar.domain.online_call import OnlineEnd, OnlinePhase, OnlineState, Quality
from carlendar.meetings.plan import JoinAction
from carlendar.presentation.access_policy import HOME, ScreenAddress
from carlendar.presentation.disclosure import title, title_of
from carlendar.presentation.spoken import announce_recording
from carlendar.presentation.states import ScreenName
from carlendar.presentation.view_context import MeetingCall, data_call, ours

if TYPE_CHECKING:
    from carlendar.domain.agenda import AgendaEntry
    from carlendar.ipc.messages import OnlineStatus
    from carlendar.presentation.intent_context import IntentContext
    from carlendar.presentation.session import Session
    from carlendar.presentation.view_context import ViewContext

CONNECTS_WITHIN = 20.0
"""Elapsed seconds after which the other line is offered if a call has not connected."""
BAD_FOR = 15.0
"""Elapsed seconds of bad quality after which the other line is offered."""

PREPARE_BEFORE, PREPARE_AFTER = timedelta(minutes=2), timedelta(minutes=10)
"""From when before a meeting's start until when after it the service is kept ready to join it over data."""
PREPARE_EVERY = 60.0
"""Elapsed seconds; the service stays ready for two minutes."""


# --- touches --------------------------------------------------------------------------------------


def join(context: IntentContext, entry: AgendaEntry) -> None:
    """Join over data, and show the Call screen at once."""
    view, session = context.view(), context.session
    stored, muted = view.agenda.of(entry), context.options.join_muted
    session.meeting_call = MeetingCall(
        entry.key,
        title(view, stored),
        "",
        "",
        since=context.ports.elapsed.seconds(),
        mute_on_connect=muted,
        online=True,
    )
    session.bad_since, session.after_leaving, session.announced = None, None, (False, False)
    session.turn()
    session.back_stack.go(ScreenAddress(ScreenName.CALL, entry.key), session.restrictions)
    context.ports.online.join(stored.account.id, entry.key, muted=muted)


# --- what is reported -----------------------------------------------------------------------------


def status_changed(context: IntentContext, status: OnlineStatus) -> None:
    """Take over what the service reports; the end of our call stays on the screen until it is closed."""
    session, before = context.session, context.session.data_line
    session.data_line = status
    state = status.state
    call = data_call(before, session.meeting_call)
    if state is None and before is not None and call is not None:  # a new service: the call ended with the one before
        state = _engine_ended(context, call) if call.up else call
        session.data_line = replace(status, key=before.key, state=state)
    if state is not None and state.up:
        _found(context, status)
    _follow_quality(session, state, context.ports.elapsed.seconds())
    _announce(context, state)


def service_lost(context: IntentContext) -> None:
    """The connection to the service is lost: what became of the call is known once it is there again.

    A call that it had not reported yet was probably never begun.
    """
    session = context.session
    line, call, now = session.data_line, session.meeting_call, context.ports.elapsed.seconds()
    if line is None:
        return
    if line.state is not None and line.state.up:
        session.data_line = replace(line, state=replace(line.state, phase=OnlinePhase.RECONNECTING, since=now))
    elif call is not None and call.online and data_call(line, call) is None:
        ended = OnlineState(OnlinePhase.ENDED, now, end=OnlineEnd.ENGINE)
        session.data_line = replace(line, key=call.key, state=ended)


def _engine_ended(context: IntentContext, state: OnlineState) -> OnlineState:
    now = context.ports.elapsed.seconds()
    return OnlineState(OnlinePhase.ENDED, now, end=OnlineEnd.ENGINE, identity=state.identity, joined=state.joined)


def _found(context: IntentContext, status: OnlineStatus) -> None:
    """Take up a call that was joined before this screen was started."""
    session, state = context.session, status.state
    shown = data_call(status, session.meeting_call) is not None
    if state is None or shown or ours(session.phone.calls, session.meeting_call) is not None:
        return
    view = context.view()
    entry = view.agenda.moved_entry(status.key)
    name = title_of(view, entry) if entry is not None else context.words().say("Call")
    session.meeting_call = MeetingCall(
        status.key, name, "", "", since=state.since, mute_on_connect=state.muted, found=True, online=True
    )
    if session.back_stack.here == HOME:
        session.back_stack.go(ScreenAddress(ScreenName.CALL, status.key), session.restrictions)


def _follow_quality(session: Session, state: OnlineState | None, now: float) -> None:
    """Note since when the quality is bad; once the other line is offered for it, until it is good again."""
    if state is None or not state.up or state.quality is Quality.GOOD:
        session.bad_since = None
    elif state.quality is Quality.BAD:
        session.bad_since = now if session.bad_since is None else session.bad_since
    elif session.bad_since is not None and now - session.bad_since < BAD_FOR:
        session.bad_since = None


def _announce(context: IntentContext, state: OnlineState | None) -> None:
    """Say once that the meeting is recorded, or transcribed, as long as that lasts; a recording includes the other."""
    session = context.session
    running = state if state is not None and state.up else None
    recorded, transcribed = (running.recording, running.transcription) if running is not None else (False, False)
    before_recorded, before_transcribed = session.announced
    if recorded and not before_recorded:
        announce_recording(context, f"{context.ports.elapsed.seconds()}")
    elif transcribed and not before_transcribed and not recorded:
        announce_recording(context, f"{context.ports.elapsed.seconds()}", transcription=True)
    session.announced = recorded, transcribed or recorded


# --- time -----------------------------------------------------------------------------------------


def attend(context: IntentContext) -> bool:
    """Follow the time; True where an offer of the other line has become due, or has ended."""
    session, due = context.session, next_offer(context.session)
    now = context.ports.elapsed.seconds()
    before = session.other_line_due
    session.other_line_due = due is not None and due <= now
    if session.other_line_due and not before and not (session.meeting_call and session.meeting_call.online):
        context.ports.online.prepare()
    _prepare(context, now)
    return session.other_line_due is not before


def next_offer(session: Session) -> float | None:
    """Return when the other line is offered (elapsed seconds); None where ours is well, or there is no call."""
    call = session.meeting_call
    if session.data_line is None or call is None or session.after_leaving is not None:
        return None
    if not call.online:
        found = ours(session.phone.calls, call)
        connects = found is not None and found.phase in (CallPhase.DIALING, CallPhase.RINGING)
        return call.since + CONNECTS_WITHIN if connects else None
    state = data_call(session.data_line, call)
    if state is None or state.phase is OnlinePhase.CONNECTING:
        return call.since + CONNECTS_WITHIN
    if state.phase is OnlinePhase.RECONNECTING:
        return state.since + CONNECTS_WITHIN
    if state.up and state.audio_lost:
        return state.since
    return session.bad_since + BAD_FOR if session.bad_since is not None and state.up else None


def _prepare(context: IntentContext, now: float) -> None:
    """Have the service get ready while a meeting begins that is joined over data."""
    session = context.session
    line, last = session.data_line, session.prepared_at
    ready = last is not None and now - last < PREPARE_EVERY
    if ready or line is None or line.readiness.needs or session.meeting_online:
        return
    session.prepared_at = now
    view = context.view()
    if any(_begins(view, entry) and _online_first(view, entry) for entry in view.agenda.near(view.now)):
        context.ports.online.prepare()


def _begins(view: ViewContext, entry: AgendaEntry) -> bool:
    start = view.at(entry)[0]
    return in_join_time(entry, view.now) and start - PREPARE_BEFORE <= view.now <= start + PREPARE_AFTER


def _online_first(view: ViewContext, entry: AgendaEntry) -> bool:
    return view.plan(view.agenda.of(entry)).first.action is JoinAction.JOIN_ONLINE
