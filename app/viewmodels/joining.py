"""Touches that have to do with getting into a meeting: call, link, place, and the call itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.domain.agenda import joinable
from app.domain.call import CallCommand, PhoneState
from app.domain.reminders import answered_until
from app.errors import CallError, CarlendarError
from app.meetings.plan import JoinAction, Step
from app.viewmodels.call import ours
from app.viewmodels.disclosure import title
from app.viewmodels.gate import HOME, Place
from app.viewmodels.scene import Panel, Talk
from app.viewmodels.states import ScreenName, Tone

if TYPE_CHECKING:
    from app.viewmodels.desk import Desk


def join(desk: Desk, key: str, *, confirmed: bool = False) -> None:
    """Get into the meeting by the plan's first step, with no page between but the plan's own question (parked)."""
    entry = desk.entry(key)
    scene = desk.scene()
    if entry is None or not scene.can_join(entry):
        return
    stored = scene.book.of(entry)
    step = scene.plan(stored, confirmed=confirmed).first
    if step.confirm and not confirmed:
        desk.session.panel, desk.session.panel_subject = Panel.CONFIRM, key
        return
    desk.session.turn()
    if step.action is JoinAction.CALL:
        _dial(desk, Talk(key, title(scene, stored), step.number, step.tones))
    else:
        _open(desk, step)
    until = answered_until(entry.event)
    desk.session.snoozed[key] = until
    desk.ports.memory.snooze(key, stored.account.id, until, scene.now)


def _dial(desk: Desk, talk: Talk) -> None:
    desk.session.talk = talk
    desk.session.turn()
    desk.session.trail.go(Place(ScreenName.CALL, talk.key), desk.session.restrictions)
    try:
        desk.ports.telephony.dial(talk.number, talk.tones)
    except CallError as error:
        desk.session.talk = replace(talk, failed=error.key)


def _open(desk: Desk, step: Step) -> None:
    try:
        desk.ports.links.open(step.url)
    except CarlendarError:
        desk.toast(desk.words().say("The browser could not be opened"), "alert", Tone.WARN)


def navigate(desk: Desk, key: str) -> None:
    """Send the meeting's place to the navigation system."""
    entry = desk.entry(key)
    where = entry.event.place if entry else None
    if where is None or where.latitude is None or where.longitude is None:
        return
    say = desk.words().say
    try:
        desk.ports.navigation.navigate(where.latitude, where.longitude)
    except CarlendarError:
        desk.toast(say("The destination could not be set"), "alert", Tone.WARN)
    else:
        desk.toast(say("Destination set"), "navigation-variant")


def hand_over(desk: Desk, key: str) -> None:
    """Show the link as a QR code on the event's page."""
    session = desk.session
    if session.restrictions.restricted or desk.entry(key) is None:
        return
    session.turn()
    session.trail.go(Place(ScreenName.EVENT, key), session.restrictions)
    session.panel = Panel.HAND_OVER


def command(desk: Desk, name: CallCommand) -> None:
    """Act on the call that Carlendar placed."""
    talk = desk.session.talk
    found = ours(desk.session.phone.calls, talk)
    tones = talk.tones if talk is not None and name is CallCommand.SEND_TONES else ""
    _command(desk, name, found.id if found else "", tones)


def answer(desk: Desk, call_id: str) -> None:
    """Take the call that waits; ours is put on hold."""
    _command(desk, CallCommand.HOLD_AND_ANSWER, call_id, "")


def _command(desk: Desk, name: CallCommand, call_id: str, tones: str) -> None:
    try:
        desk.ports.telephony.command(name, call_id, tones)
    except CallError:
        desk.toast(desk.words().say("The phone did not do that"), "phone-alert", Tone.WARN)


def close(desk: Desk) -> None:
    """Leave the Call screen after the call's end."""
    desk.session.talk = None
    desk.session.turn()
    desk.session.trail.home()


def phone_changed(desk: Desk, state: PhoneState) -> None:
    """What the telephone says; the end of our call stays on the screen until it is closed."""
    session = desk.session
    before = ours(session.phone.calls, session.talk)
    session.phone = state
    talk = session.talk
    if talk is None:
        _find(desk, state)
        return
    if ours(state.calls, talk) is not None:
        session.talk = replace(talk, ended=None, failed="")
    elif state.last_ended is not None and state.last_ended.number == talk.number:
        session.talk = replace(talk, ended=state.last_ended)
    elif before is not None:
        session.talk = replace(talk, ended=before)


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
                session.talk = talk
                if session.trail.here == HOME:
                    session.trail.go(Place(ScreenName.CALL, talk.key), session.restrictions)
                return
